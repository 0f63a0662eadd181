"""A hub for a workshop past one machine's link: each participant has a server of their own.

Run by ``jupyterhub -f deploy/jupyterhub/jupyterhub_config.py``; README.md beside this file
says what each variable of the environment does.
"""

import os
import sys
from pathlib import Path

from jupyterhub.spawner import SimpleLocalProcessSpawner

from igmfat_nb.errors import IgmFatError
from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE
from igmfat_nb.server.folder import notebook_named

HERE = Path(__file__).resolve().parent
SHORTEST_PASSWORD = 8
FIRST_LESSON = "50_workshop_eligibility"


def hub_password() -> str:
    """The participants' password; without one the hub does not start."""
    password = os.environ.pop("IGMFAT_HUB_PASSWORD", "")
    if len(password) < SHORTEST_PASSWORD:
        sys.exit(
            f"Set IGMFAT_HUB_PASSWORD to a password of at least {SHORTEST_PASSWORD} characters"
            " before starting the hub: participants log in with it."
        )
    return password


def count(name: str, usual: int) -> int:
    """A positive whole number from the environment, or the usual one."""
    text = os.environ.get(name) or str(usual)
    if not text.isdecimal() or int(text) < 1:
        sys.exit(f"{name} is a whole number from 1, not “{text}”.")
    return int(text)


def first_notebook() -> Path:
    """The notebook at each participant's address."""
    try:
        return notebook_named(os.environ.get("IGMFAT_HUB_NOTEBOOK") or FIRST_LESSON)
    except IgmFatError as refusal:
        sys.exit(str(refusal))


def state_folder() -> Path:
    """Where the hub keeps its database and secrets; nobody else may read them."""
    folder = Path(os.environ.get("IGMFAT_HUB_STATE", "hub-state")).absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


PASSWORD = hub_password()
SEATS, PAGES = count("IGMFAT_HUB_SEATS", 30), count("IGMFAT_HUB_PAGES", 3)
NOTEBOOK = first_notebook()
STATE = state_folder()
NAMES = {name.strip().lower() for name in os.environ.get("IGMFAT_HUB_NAMES", "").split(",")} - {""}

c = get_config()  # type: ignore[name-defined]  # noqa: F821

# Where it listens. The proxy is the only door; hub and servers stay on this computer.
c.JupyterHub.bind_url = os.environ.get("IGMFAT_HUB_BIND", "http://127.0.0.1:8000")
c.JupyterHub.hub_bind_url = os.environ.get("IGMFAT_HUB_INNER", "http://127.0.0.1:8081")
c.ConfigurableHTTPProxy.api_url = os.environ.get("IGMFAT_HUB_PROXY_API", "http://127.0.0.1:8001")
c.ConfigurableHTTPProxy.log_level = "warn"
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
c.JupyterHub.db_url = f"sqlite:///{STATE / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")

# Who may come in: anybody with the password, or only the names given.
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = PASSWORD
c.Authenticator.username_pattern = r"[a-z][a-z0-9._-]{0,31}"  # it becomes a folder's name
c.Authenticator.allowed_users = NAMES
c.Authenticator.allow_all = not NAMES

# What each gets: a server of pages, in which no code of theirs runs. Their server is thrown
# away with the log-in; nothing is written to their folder.
c.JupyterHub.spawner_class = SimpleLocalProcessSpawner
c.SimpleLocalProcessSpawner.home_dir_template = str(STATE / "homes" / "{username}")
c.Spawner.cmd = [sys.executable, str(HERE / "participant.py")]
c.Spawner.environment = {"IGMFAT_HUB_NOTEBOOK": str(NOTEBOOK), "IGMFAT_HUB_PAGES": str(PAGES)}
c.Spawner.http_timeout = 60
c.Spawner.start_timeout = 60
c.JupyterHub.active_server_limit = SEATS
c.JupyterHub.concurrent_spawn_limit = 4  # a start costs a core for seconds
c.JupyterHub.shutdown_on_logout = True
c.JupyterHub.cleanup_servers = True
c.JupyterHub.cleanup_proxy = True

c.JupyterHub.template_vars = {"announcement": _(NOTICE)}
c.Application.log_level = "WARN"

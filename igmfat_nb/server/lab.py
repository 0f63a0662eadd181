"""JupyterLab on our notebooks, with a configuration of its own that goes when it ends."""

import json
import os
import tempfile
import threading
import warnings
import webbrowser
from pathlib import Path
from typing import Any

from tornado.ioloop import IOLoop

from igmfat_nb.server.access import Access, is_any_address
from igmfat_nb.server.launcher import Announce, has_desktop, listening_sockets
from igmfat_nb.server.settings import Serving

START = "00_start_here.ipynb"
OTHER_PORTS = 20

#: Each of them asks a host on the internet, or would change what is installed.
SWITCHED_OFF = {
    "@jupyterlab/apputils-extension:announcements": True,
    "@jupyterlab/extensionmanager-extension:plugin": True,
}


def run_lab(
    folder: Path, *, access: Access, port: int | None, open_browser: bool, announce: Announce
) -> None:
    """Serve JupyterLab until Ctrl-C or a signal.

    Parameters
    ----------
    folder : Path
        The notebooks.
    access : Access
        Where to listen, and who may come in; a log-in is always needed: code runs here.
    port : int or None
        Without one any free one.
    open_browser : bool
        Whether to open the page.
    announce : callable
        Called with the address, which holds the token that opens it.

    Raises
    ------
    CannotListen
        If the host or port cannot be used.
    """
    free = listening_sockets(Serving(notebook=folder / START, access=access, port=port))
    number = free[0].getsockname()[1]
    for sock in free:
        sock.close()
    with tempfile.TemporaryDirectory(prefix="igmfat_lab_") as scratch:
        _own_configuration(Path(scratch))
        # Jupyter's packages to each other; nobody who opens a notebook can act on it.
        warnings.simplefilter("ignore", DeprecationWarning)
        # Where no port is asked for, another server may take this one first: then it is the next.
        app = _lab(folder, access, number, others=0 if port else OTHER_PORTS)
        address = f"http://{access.host}:{app.port}{access.base_url}lab/tree/{START}"
        if not access.password_hash:
            address += f"?token={access.token}"

        def say_where() -> None:
            announce(address)
            if open_browser and has_desktop():
                threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()

        IOLoop.current().add_callback(say_where)  # it answers once the loop runs
        app.start()


def _own_configuration(scratch: Path) -> None:
    """Point Jupyter and IPython away from the reader's home folder."""
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        place = scratch / name.lower()
        place.mkdir()
        os.environ[name] = str(place)
    page = scratch / "jupyter_config_dir" / "labconfig" / "page_config.json"
    page.parent.mkdir()
    page.write_text(json.dumps({"disabledExtensions": SWITCHED_OFF}), encoding="utf-8")


def _lab(folder: Path, access: Access, port: int, *, others: int) -> Any:
    """JupyterLab's server, initialised: it listens, and answers once started."""
    from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]
    from traitlets.config import Config

    from igmfat_nb.server.seats import ThisPython

    config = Config()
    config.ServerApp.update(
        ip=access.host,
        port=port,
        port_retries=others,
        root_dir=str(folder),
        open_browser=False,
        answer_yes=True,
        allow_root=True,
        terminals_enabled=False,
        log_level="WARN",
        kernel_spec_manager_class=ThisPython,
    )
    config.LanguageServerManager.autodetect = False  # it would run npm
    config.ServerApp.update(
        base_url=access.base_url,
        trust_xheaders=access.trust_proxy,
        local_hostnames=["localhost", access.host, *access.allowed_hosts],
        allow_remote_access=is_any_address(access.host),
        tornado_settings={"headers": {"X-Content-Type-Options": "nosniff"}},
    )
    if access.password_hash:
        config.PasswordIdentityProvider.hashed_password = access.password_hash
        config.PasswordIdentityProvider.allow_password_change = False
        config.IdentityProvider.token = ""
    else:
        config.IdentityProvider.token = access.token
    config.LabApp.update(
        check_for_updates_class="jupyterlab.NeverCheckForUpdate",
        news_url=None,
        extension_manager="readonly",
        log_level="WARN",
    )
    return LabApp.initialize_server(argv=[], load_other_extensions=False, config=config)

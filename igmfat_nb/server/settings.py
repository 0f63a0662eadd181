"""How Voilà is set up: what it may do, what it may load, what it says about itself."""

import secrets
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from traitlets.config import Config

from igmfat_nb.language import _
from igmfat_nb.server.access import Access
from igmfat_nb.server.contacts import SILENT_S
from igmfat_nb.server.rendering import with_prose_in_words

#: Cells that JupyterLab and nbval show and a page does not (text tables, the import of nothing).
LAB_ONLY = "lab-only"

PREFERRED_PORT = 8866
LONGEST_SOCKET_PATH = 100  # characters; macOS allows 104
CULL_AFTER_S, CULL_EVERY_S = 900, 30
REST_S = 600.0
PAGE_S = 180.0
PINGS = 4  # to a page within the time that would make it silent
LARGEST_MESSAGE = 4_000_000  # bytes; a case file fits

#: A figure's code is imported from a blob; beyond that, nothing but our own files runs: no inline
#: script, and no text that is made a script.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "base-uri 'self'",
    )
)


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served, to whom, and how many may come.

    Attributes
    ----------
    notebook : Path
        Shown at the address itself; its neighbours at ``/NAME.ipynb``.
    access : Access
        Where to listen, and who may come in.
    port : int or None
        None: the usual one if it is free (so that browsers keep their cache), else any.
    pool : int
        Kernels kept warm: a page is there at once.
    seats : int
        Pages at the same time; beyond that a sentence, instead of a machine out of memory.
    silent_s : float
        A page that was not heard of for so long gives its seat back [s].
    rest_s : float
        Kernels kept warm for a page that a visitor asked for end so long after the last one [s];
        those that the server began with stay.
    page_s : float
        A kernel kept warm that has not made its page by then hangs, and is ended [s].
    """

    notebook: Path
    access: Access = field(default_factory=Access)
    port: int | None = None
    pool: int = 1
    seats: int = 40
    open_browser: bool = False
    silent_s: float = SILENT_S
    rest_s: float = REST_S
    page_s: float = PAGE_S

    @property
    def folder(self) -> Path:
        """Folder whose notebooks are served."""
        return self.notebook.parent

    @property
    def host(self) -> str:
        """Name or address to listen on."""
        return self.access.host


OUTPUT_TIMEOUT_S = 60


def voila_config(serving: Serving) -> Config:
    """Voilà's traits; nothing is read from the reader's own Jupyter configuration."""
    config = Config()
    config.VoilaConfiguration.update(
        template="lab",
        theme="light",
        allow_template_override="NO",
        allow_theme_override="NO",
        show_tracebacks=False,
        strip_sources=True,
        file_allowlist=[],
        extension_allowlist=[],
        extension_denylist=[],
        prelaunch_hook=with_prose_in_words,
    )
    # Where kernels start together an output may come long after its cell is done: by default
    # it is given up after 4 s, and the page stays empty.
    config.VoilaExecutor.iopub_timeout = OUTPUT_TIMEOUT_S
    config.VoilaExecutor.cell_error_instruction = _("The rest of this page is missing.")
    config.KernelManager.transport = kernel_transport()
    # A kernel that died took the patient with it: a new one under its name would say nothing,
    # or run the rest of the page without its beginning (voila issue 1311: open).
    config.KernelManager.autorestart = False
    config.NotebookNotary.update(db_file=":memory:", secret=secrets.token_bytes(32))
    config.MappingKernelManager.update(
        cull_idle_timeout=CULL_AFTER_S, cull_interval=CULL_EVERY_S, cull_connected=False
    )
    config.TagRemovePreprocessor.remove_cell_tags = {LAB_ONLY}
    config.Voila.tornado_settings = tornado_settings(serving)
    return config


def tornado_settings(serving: Serving) -> dict[str, object]:
    """Headers of every answer, and the limits of the web server."""
    return {
        # On this computer packing five megabytes costs more than sending them.
        "compress_response": not serving.access.is_only_here,
        # The door asks for the name already: a page on the internet cannot reach us under its own.
        "allow_remote_access": True,
        "open_to_all": (),
        "websocket_max_message_size": LARGEST_MESSAGE,
        "ws_ping_interval": round(1000 * serving.silent_s / PINGS),
        "headers": {
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        },
    }


def kernel_transport() -> str:
    """Unix sockets where their paths are short enough: faster, and off the network."""
    if sys.platform == "win32":
        return "tcp"
    longest = Path(tempfile.gettempdir()) / "igmfat_12345678" / f"kernel-{36 * 'x'}-ipc-5"
    return "ipc" if len(str(longest)) <= LONGEST_SOCKET_PATH else "tcp"

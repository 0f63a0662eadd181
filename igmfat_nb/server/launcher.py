"""Voilà, started our way: one notebook at the address, its neighbours beside it."""

import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import util as of_processes
from pathlib import Path
from typing import Any

from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from tornado.web import RequestHandler
from voila.app import Voila

from igmfat_nb.errors import IgmFatError
from igmfat_nb.files import reason_of
from igmfat_nb.language import _
from igmfat_nb.server.access import Access
from igmfat_nb.server.connections import GuardedServer
from igmfat_nb.server.contacts import Contacts
from igmfat_nb.server.door import BehindTheDoor, Door, GuardedApplication, LogIn
from igmfat_nb.server.frame import FrameOfReader, page_frame
from igmfat_nb.server.guard import GuardedChannels
from igmfat_nb.server.log import quieten
from igmfat_nb.server.pages import asset_addresses, assets, handlers
from igmfat_nb.server.readers import Readers
from igmfat_nb.server.seats import ThisPython
from igmfat_nb.server.settings import PREFERRED_PORT, Serving, voila_config
from igmfat_nb.server.warm_pool import warm_kernels_class
from igmfat_nb.widgets.parts.appearance import BY_VOILA, SERVED

HERE = Path(__file__).parent
SHUTDOWN_S = 15
#: Of kernels that are started; those that are forked have it from ``kernels.single_threaded``.
ECHO = "JUPYTER_WIDGETS_ECHO"
LOOK_S, MOST_ATTEMPTS = 0.05, 40
Announce = Callable[[str], None]


class CannotListen(IgmFatError):
    """The address or port is not ours to take."""


class PageServer(Voila):  # type: ignore[misc]
    """Voilà with our template, guards and addresses, reading nobody's configuration."""

    serving: Serving
    sockets: list[socket.socket]
    door: Door
    #: What is shown to who has to log in.
    log_in_page: type[RequestHandler] = LogIn
    announce: Announce
    kernel_manager: Any
    assets: dict[str, bytes]
    frame: FrameOfReader
    template_paths: Any
    config_file_paths: Any

    def initialize(self, argv: Any = None) -> None:
        """Set up from ``serving`` alone: no command line, no configuration files."""
        self.config_file_paths = []
        self.base_url = self.serving.access.base_url
        self.door = Door(self.serving.access, self.port, self.readers())
        self.notebook_path = str(self.serving.notebook)
        self.root_dir = str(self.serving.folder)
        self.kernel_websocket_connection_class = GuardedChannels
        self.tornado_settings = self.config.Voila.tornado_settings
        super().initialize([])
        self.voila_configuration.kernel_spec_manager_class = ThisPython
        if hasattr(signal, "SIGHUP"):  # the terminal was closed
            signal.signal(signal.SIGHUP, self._handle_signal_stop)

    def setup_template_dirs(self) -> None:
        """Put our templates before Voilà's."""
        super().setup_template_dirs()
        self.template_paths = [str(HERE / "template"), *self.template_paths]

    def init_settings(self) -> dict[str, Any]:
        """Voilà's settings with our kernel manager and the words of our templates."""
        settings: dict[str, Any] = super().init_settings()
        self.assets = assets()
        self.frame = FrameOfReader(self.framed)
        settings["voila_jinja2_env"].globals["ig"] = self.frame
        settings["jinja2_env"] = settings["voila_jinja2_env"]  # error pages of every handler
        settings["kernel_manager"] = self.kernel_manager
        settings["identity_provider"] = BehindTheDoor(parent=self)
        return settings

    def readers(self) -> Readers:
        """Who reads in which language."""
        return Readers(port=self.own_port)

    @property
    def own_port(self) -> int:
        """Port by which a browser tells this server from its neighbours; below a hub, by paths."""
        return 0 if self.serving.access.by_hub else self.port

    def framed(self) -> dict[str, Any]:
        """What every page of this server says and loads, in the language of the context."""
        addresses = asset_addresses(self.base_url, self.assets)
        return page_frame(self.base_url, addresses, self.serving.folder)

    def warm_up(self) -> None:
        """Start the kernels that wait for visitors."""
        allowed = list(self.kernel_manager.allowed_message_types)
        self.kernel_manager = warm_kernels_class(self.serving.pool)(
            parent=self,
            seats=self.serving.seats,
            rest_s=self.serving.rest_s,
            page_s=self.serving.page_s,
            contacts=Contacts(silent_s=self.serving.silent_s),
            connection_dir=self.connection_dir,
            kernel_spec_manager=self.kernel_spec_manager,
            allowed_message_types=allowed,
        )
        self.app.settings["kernel_manager"] = self.kernel_manager

    def start(self) -> None:
        """Listen, say where, and serve until told to stop."""
        self.connection_dir = tempfile.mkdtemp(prefix="igmfat_")
        os.environ["IPYTHONDIR"] = str(Path(self.connection_dir) / "ipython")
        self.app = GuardedApplication(**{**self.init_settings(), **self.tornado_settings})
        self.app.door, self.app.log_in = self.door, self.log_in_page
        self.app.add_handlers(".*$", self.addresses())
        self.ioloop = IOLoop.current()
        self._stop_by_keyboard()
        self.warm_up()
        GuardedServer(self.app).add_sockets(self.sockets)
        self.ioloop.add_callback(self.announce, self.link)
        try:
            self.ioloop.start()
        finally:
            self.stop()

    def _stop_by_keyboard(self) -> None:
        """Let Ctrl-C end the loop: as an exception it would hit what starts a kernel, halfway."""
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._handle_signal_stop)

    def addresses(self) -> list[tuple[Any, ...]]:
        """Every address this server answers at, in the order in which they are tried."""
        return handlers(self, self.base_url, self.serving.notebook.name)

    @property
    def address(self) -> str:
        """Where the main page is."""
        host = f"[{self.serving.host}]" if ":" in self.serving.host else self.serving.host
        shown = socket.gethostname() if host in ("0.0.0.0", "[::]") else host  # noqa: S104
        return f"http://{shown}:{self.port}{self.base_url}"

    @property
    def public_address(self) -> str:
        """Where visitors find the main page: behind a proxy under its name."""
        return self.serving.access.public_address() or self.address

    @property
    def link(self) -> str:
        """The address, with the token where that is the log-in."""
        return link_of(self.address, self.serving.access)

    def _leave(self) -> None:
        """Go at once and take the kernels along; one that is only starting ends by itself."""
        for kernel_id in self.kernel_manager.list_kernel_ids():
            provisioner = self.kernel_manager.get_kernel(kernel_id).provisioner
            with suppress(AttributeError, TypeError, ProcessLookupError):
                os.kill(provisioner.pid, signal.SIGKILL)
        self._leave_no_file()
        with suppress(Exception):  # the fork server's folder: nobody else removes it now
            of_processes._run_finalizers()  # type: ignore[attr-defined]
        os._exit(1)

    def _leave_no_file(self) -> None:
        """Remove our folder, again if a kernel that was only starting has made it anew."""
        for _attempt in range(MOST_ATTEMPTS):
            shutil.rmtree(self.connection_dir, ignore_errors=True)
            time.sleep(LOOK_S)
            if not Path(self.connection_dir).exists():
                break

    def stop(self) -> None:
        """End every kernel and leave no file; a second signal does not wait."""
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_signal: self._leave())
        watchdog = threading.Timer(SHUTDOWN_S, self._leave)
        watchdog.daemon = True
        watchdog.start()
        self.ioloop.run_sync(self.kernel_manager.shutdown_all)
        self._leave_no_file()
        watchdog.cancel()


def serve(
    serving: Serving, announce: Announce, server_class: type[PageServer] = PageServer
) -> None:
    """Serve until Ctrl-C or a signal; then no kernel and no file is left.

    Parameters
    ----------
    serving : Serving
        What, where and for how many.
    announce : callable
        Called with the address once it answers.
    server_class : type, optional
        The server behind a hub is a kind of its own.

    Raises
    ------
    CannotListen
        If the host or port cannot be used.
    """
    sockets = listening_sockets(serving)
    os.environ[SERVED] = BY_VOILA
    os.environ.setdefault(ECHO, "0")
    # One thread a kernel: many small pages, not one large computation.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    server = server_class(config=voila_config(serving))
    quieten(server.log.name, "traitlets")
    server.serving, server.sockets = serving, sockets
    server.port = sockets[0].getsockname()[1]
    server.announce = lambda address: _announced(address, announce, serving)
    server.initialize()
    server.start()


def link_of(address: str, access: Access) -> str:
    """The address that opens the pages: with the token, where that is the log-in."""
    if access.is_only_here or access.password_hash or access.by_hub:
        return address
    return f"{address}?token={access.token}"


def listening_sockets(serving: Serving) -> list[socket.socket]:
    """Sockets at the port asked for; without one, at the usual port or any free one."""
    for port in (PREFERRED_PORT, 0) if serving.port is None else (serving.port,):
        try:
            return bind_sockets(port, serving.host)
        except OSError as error:
            failed = error
        except OverflowError as error:
            failed = OSError(str(error))
    message = _("The server cannot listen at {host}, port {port}: {reason}.")
    reason = reason_of(failed)
    port_text = _("any") if serving.port is None else serving.port
    raise CannotListen(message.format(host=serving.host, port=port_text, reason=reason))


def _announced(address: str, announce: Announce, serving: Serving) -> None:
    announce(address)
    if serving.open_browser and has_desktop():
        threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()


def has_desktop() -> bool:
    """Whether a browser window can open; a text browser would take over the terminal."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))

"""What answers at which address. Whatever is not listed here is refused."""

import gzip
from collections.abc import AsyncIterator, Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import APIHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado import web
from tornado.ioloop import IOLoop
from voila.handler import BaseVoilaHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from igmfat_nb.figures.plotly_js import PLOT_CODE, PLOT_CODE_PATH
from igmfat_nb.language import _
from igmfat_nb.server.access import host_of, is_of_our_page
from igmfat_nb.server.door import VISIT, Visit, door_of, rendered
from igmfat_nb.server.manual import manual_pages
from igmfat_nb.server.readers import SWITCH, Unkept
from igmfat_nb.server.still import still_pages
from igmfat_nb.server.switch import Switch

HERE = Path(__file__).parent
KERNEL = r"(?P<kernel_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
NOTEBOOK = r"(?P<path>[\w][\w.\- ]*\.ipynb)"
FOREVER = "private, max-age=31536000, immutable"
FILES = {
    "door.js": HERE / "static" / "door.js",
    "page-code.css": HERE / "static" / "page-code.css",
    "page-code.js": HERE / "static" / "page-code.js",
    "page.css": HERE / "static" / "page.css",
    "fields.js": HERE / "static" / "fields.js",
    "page.js": HERE / "static" / "page.js",
    "seat.js": HERE / "static" / "seat.js",
    "frame.js": HERE / "static" / "frame.js",
    "home.css": HERE / "static" / "home.css",
    "report-parts.css": HERE.parent / "reports" / "template" / "parts.css",
    "igmfat.css": HERE.parent / "widgets" / "parts" / "igmfat.css",
    PLOT_CODE: PLOT_CODE_PATH,
}
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
WORTH_PACKING = 100_000  # bytes
#: Voilà's way to keep a line open while a page is made: an inline script, which ours refuse.
HEARTBEAT, STILL_HERE = "<script>window.voila_heartbeat()", "<!-- being made -->\n"
NO_SEAT, ASK_AGAIN_S = 503, 5


def assets() -> dict[str, bytes]:
    """Every file that a page loads, by its name."""
    return {name: path.read_bytes() for name, path in FILES.items()}


def asset_addresses(base_url: str, files: Mapping[str, bytes]) -> dict[str, str]:
    """Address of every file: its content is in it, so a browser may keep it for ever."""
    return {
        name: f"{base_url}igmfat/{sha256(content).hexdigest()[:12]}/{name}"
        for name, content in files.items()
    }


@lru_cache  # packed once a server: every browser asks for it
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=6)


class NotebookPage(Unkept, TornadoVoilaHandler):  # type: ignore[misc]
    """A notebook as a page: the main one at the address itself, its neighbours by name."""

    def initialize(self, main: str, **kwargs: Any) -> None:
        """Keep the name of the main notebook."""
        super().initialize(**kwargs)
        self.main = main

    @web.authenticated
    async def get(self, path: str | None = None) -> None:
        """Answer with the page, 404 for a notebook that is not there, 503 without a seat.

        A kernel is given to a browser with a session whose address line, or page of ours, asks.
        """
        name = path or self.main
        if not await ensure_async(self.contents_manager.file_exists(name)):
            raise web.HTTPError(404)
        self.kernel_manager.require_a_seat()
        from_us = is_of_our_page(self.request, may_be_typed=True)
        session = door_of(self).session_of(self.request)
        if session is None or not from_us:
            self._answer_at_the_door(Path(name).stem, asks=not from_us)
            return
        with self.kernel_manager.contacts.making(name, session.key):
            await super().get(path=name)

    def should_use_rendered_notebook(self, *_asked: Any) -> bool:
        """Let the kernel manager say which kernel: a warm one, or one that starts now."""
        return True

    async def get_generator(self, path: str | None = None) -> AsyncIterator[str]:
        """Give the page piece by piece; what keeps the line open is no script."""
        async for html in super().get_generator(path=path):
            yield STILL_HERE if html.startswith(HEARTBEAT) else html

    def _answer_at_the_door(self, notebook: str, *, asks: bool) -> None:
        """Give the page whose script comes back with a session; it takes no seat."""
        shown = door_of(self).sessions.new_pass(VISIT)
        said = {"pass": shown, "asks": asks, "notebook": notebook}
        self.finish(rendered(self, "door.html", **said))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say with the page without a seat when to ask again."""
        if status_code == NO_SEAT:
            self.set_header("Retry-After", str(ASK_AGAIN_S))
        super().write_error(status_code, **kwargs)


class FreeSeats(web.RequestHandler):
    """How many seats are free: the page of a visitor without one asks, and takes none by that."""

    def set_default_headers(self) -> None:
        """Say the same as all others; an answer is true for this moment only."""
        for name, value in self.settings["headers"].items():
            self.set_header(name, value)
        self.set_header("Cache-Control", "no-store")

    def get(self) -> None:
        """Answer with the number."""
        self.finish({"free": self.settings["kernel_manager"].free})


class CountedFrames(KernelWebsocketHandler):
    """A page's websocket, which counts the frames that it was told, and notes that it is there."""

    frames_told = 0
    kernel_id: str

    def write_message(self, message: Any, binary: bool = False) -> Any:
        """Send; only whole frames of the protocol count."""
        sending = super().write_message(message, binary)
        self.frames_told += isinstance(message, bytes)
        return sending

    def _hear(self) -> None:
        manager: Any = self.kernel_manager
        manager.contacts.hear(self.kernel_id)

    async def open(self, kernel_id: str) -> None:
        """Note that the page has come; an answer is not kept until the last one was received."""
        self._hear()
        self.set_nodelay(True)  # otherwise by 40 ms: what is sent waits for a delayed receipt
        await super().open(kernel_id)  # type: ignore[no-untyped-call]

    def on_message(self, ws_message: Any) -> None:
        """Note that the page is there."""
        self._hear()
        super().on_message(ws_message)  # type: ignore[no-untyped-call]

    def on_pong(self, data: bytes) -> None:
        """Note that the page is there, also one in the background, whose clocks stand still."""
        self._hear()
        super().on_pong(data)  # type: ignore[no-untyped-call]

    def on_close(self) -> None:
        """Note when the page was last there; a link that stopped answering ended long before."""
        if 1000 * (IOLoop.current().time() - self.last_pong) <= self.ping_timeout:
            self._hear()
        super().on_close()  # type: ignore[no-untyped-call]


def owns(handler: Any, kernel_id: str) -> bool:
    """Whether the browser that asks is the one that the kernel was given to."""
    session = door_of(handler).session_of(handler.request)
    contacts = handler.settings["kernel_manager"].contacts
    return session is not None and contacts.is_of(kernel_id, session.key)


class PageChannels(VoilaKernelWebsocketHandler, CountedFrames):  # type: ignore[misc]
    """The websocket of a page, filtered by Voilà."""

    async def get(self, kernel_id: str) -> None:
        """Refuse whoever knows a kernel's id, and is not the browser it was given to."""
        if not owns(self, kernel_id):
            raise web.HTTPError(403)
        await super().get(kernel_id=kernel_id)  # type: ignore[no-untyped-call]

    def check_origin(self, origin: str | None = None) -> bool:
        """Whether a page of this origin asks; a proxy may hide the port."""
        if super().check_origin(origin):
            return True
        said = origin or self.request.headers.get("Origin", "")
        access = door_of(self).access
        return access.trust_proxy and (urlsplit(said).hostname or "") == host_of(self.request)


class KernelStatus(KernelHandler):
    """Whether a session is alive; a page may ask that and nothing else.

    Voilà tells nobody that a kernel has gone (voila issue 67: open): our page asks here.
    """

    @web.authenticated
    async def get(self, kernel_id: str) -> None:
        """Answer with the kernel's state, or 404 once it has died."""
        manager: Any = self.kernel_manager
        if kernel_id in manager and not owns(self, kernel_id):
            raise web.HTTPError(404)  # as if there were none
        if kernel_id in manager and not await ensure_async(manager.is_alive(kernel_id)):
            await ensure_async(manager.shutdown_kernel(kernel_id, now=True))
        if kernel_id not in manager:
            raise web.HTTPError(404)
        manager.contacts.hear(kernel_id)
        await super().get(kernel_id)  # type: ignore[misc]

    @web.authenticated
    async def delete(self, kernel_id: str) -> None:
        """Refuse: a session ends when its page closes."""
        raise web.HTTPError(403)


class EndSession(APIHandler):
    """The closing page says goodbye, and its kernel ends.

    A beacon can carry no XSRF token (voila issue 1458, open: refused, and kernels pile
    up); that it comes from our own page, in the browser that has the kernel, is enough.
    """

    def check_xsrf_cookie(self) -> None:
        """Take a request of our own pages only."""
        site = self.request.headers.get("Sec-Fetch-Site", "same-origin")
        if site != "same-origin" or not self.check_origin():
            raise web.HTTPError(403)

    @web.authenticated
    async def post(self, kernel_id: str) -> None:
        """End the kernel; one that is gone already is no error."""
        if kernel_id in self.kernel_manager:
            if not owns(self, kernel_id):
                raise web.HTTPError(403)
            manager: Any = self.kernel_manager
            await ensure_async(manager.shutdown_kernel(kernel_id))
        self.set_status(204)  # the page has usually gone by now: nothing is awaited


class Asset(web.RequestHandler):
    """A file of ours, or the drawing library, kept by the browser for good."""

    def initialize(self, files: Mapping[str, bytes]) -> None:
        """Keep the files and today's addresses."""
        self.files = files
        self.addresses = asset_addresses("/", files)

    def set_default_headers(self) -> None:
        """Say the same about these files as about all others."""
        for name, value in self.settings["headers"].items():
            self.set_header(name, value)

    async def get(self, tag: str, name: str) -> None:
        """Answer with the file as it is; one whose address is not today's is not kept."""
        if name not in self.files:
            raise web.HTTPError(404)
        self.set_header("Content-Type", TYPES[Path(name).suffix])
        is_current = self.addresses[name] == f"/igmfat/{tag}/{name}"
        self.set_header("Cache-Control", FOREVER if is_current else "no-store")
        await self.finish(self._body(self.files[name]))

    def _body(self, content: bytes) -> bytes:
        packs = "gzip" in self.request.headers.get("Accept-Encoding", "")
        if packs and self.settings["compress_response"] and len(content) > WORTH_PACKING:
            self.set_header("Content-Encoding", "gzip")
            self.set_header("Vary", "Accept-Encoding")
            return _packed(content)
        return content


class Refused(Unkept, BaseVoilaHandler):  # type: ignore[misc]
    """The rest of Jupyter's REST surface: contents, terminals, kernel specs, log-in."""

    def initialize(self, **kwargs: Any) -> None:
        """Need the configuration for the error page."""
        super().initialize(**kwargs)

    def check_xsrf_cookie(self) -> None:
        """Refuse whatever token comes with it."""

    async def prepare(self) -> None:
        """Refuse every method."""
        await super().prepare()
        raise web.HTTPError(403, _("This server only shows its notebooks."))


class NotFound(Refused):
    """Any other address."""

    async def prepare(self) -> None:
        """Say that there is no such page."""
        await BaseVoilaHandler.prepare(self)
        raise web.HTTPError(404)


def handlers(app: Any, base_url: str, main: str) -> list[tuple[Any, ...]]:
    """Every address of the server, in the order in which they are tried.

    Parameters
    ----------
    app : voila.app.Voila
        Where Voilà's own files and settings are.
    base_url : str
        Ends in a slash.
    main : str
        Name of the notebook shown at ``base_url``.
    """
    configuration = {"voila_configuration": app.voila_configuration}
    page = {
        **configuration,
        "main": main,
        "template_paths": app.template_paths,
        "config": app.config,
    }
    return [
        (base_url, NotebookPage, page),
        *still_pages(app.frame, base_url, configuration),
        *manual_pages(base_url, configuration),
        (base_url + NOTEBOOK, NotebookPage, page),
        (base_url + "visit", Visit, {"door": app.door}),
        (rf"{base_url}{SWITCH}/([a-z]{{2,8}})", Switch, {"door": app.door}),
        (base_url + r"igmfat/([\w.\-]+)/([\w.\-]+)", Asset, {"files": app.assets}),
        (f"{base_url}api/kernels/{KERNEL}", KernelStatus),
        (f"{base_url}api/kernels/{KERNEL}/channels", PageChannels),
        (base_url + "seats", FreeSeats),
        (f"{base_url}voila/api/shutdown/{KERNEL}", EndSession),
        (base_url + r"(?:api|voila|login|logout|files|nbconvert)(?:/.*)?", Refused, configuration),
        (base_url + r".*", NotFound, configuration),
    ]

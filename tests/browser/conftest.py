"""A visitor in a real browser, cut off from every other host, who notes what goes wrong.

    def test_the_page_shows_a_dose(visitor, server_of):
        page = visitor.open(server_of("40_dashboard").address)

``visitor.open(address, width=400)`` gives a Playwright page whose widgets are
there. At the end of each test nothing may have been asked of another host.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Request,
    Route,
    expect,
    sync_playwright,
)

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOCAL = ("data", "blob", "about")
#: Voilà's parts about each other's versions; nothing of ours.
FIRST_WIDGET = "#rendered_cells .jupyter-widgets"
PATIENCE_MS = 60_000  # only what hangs waits as long


@dataclass
class Visitor:
    """One person with one empty browser."""

    context: BrowserContext
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    frames: list[bytes] = field(default_factory=list)

    def open(self, address: str, *, width: int = 1280, wait_for: str = FIRST_WIDGET) -> Page:
        """Open a page and wait until its widgets are there."""
        host = urlsplit(address).netloc

        def pass_on(route: Route, request: Request) -> None:
            place = urlsplit(request.url)
            if place.scheme in LOCAL or place.netloc == host:
                route.continue_()
            else:
                self.foreign.append(request.url)
                route.abort()

        page = self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.set_viewport_size({"width": width, "height": 900})
        page.route("**/*", pass_on)
        page.on("console", lambda said: self._note(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("websocket", lambda socket: socket.on("framereceived", self._keep))
        page.goto(address)
        page.wait_for_selector(wait_for, state="attached")
        return page

    def _note(self, kind: str, text: str) -> None:
        if kind == "error":
            self.complaints.append(text)

    def _keep(self, frame: str | bytes) -> None:
        self.frames.append(frame.encode() if isinstance(frame, str) else frame)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A Chromium without a window."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """Someone with an empty cache; nothing may be asked of another host."""
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    someone = Visitor(context)
    yield someone
    context.close()
    assert someone.foreign == []

"""The way into a class: the code first, then the lessons."""

import asyncio
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from tornado import web
from tornado.httputil import HTTPServerRequest

from igmfat_nb.language import _
from igmfat_nb.pages.contents import TEACH
from igmfat_nb.server.access import is_of_our_page
from igmfat_nb.server.class_words import (
    front_words,
    minutes_words,
    too_many_words,
    wrong_code_words,
)
from igmfat_nb.server.door import Door, DoorPage, door_of, may_guess, who_guesses
from igmfat_nb.server.folder import notebooks_in
from igmfat_nb.server.launcher import PageServer
from igmfat_nb.server.pace import LONGEST_DELAY_S
from igmfat_nb.server.pages import NotebookPage
from igmfat_nb.workshop.classroom import Classroom
from igmfat_nb.workshop.lessons import LESSONS
from igmfat_nb.workshop.question import Lesson

WRONG_CODE_S = 1.0  # guessing takes time
AT_ONCE = 4  # pages being made


class ClassPage(DoorPage):
    """What all pages of the workshop have in common."""

    def initialize(self, classroom: Classroom, app: Any) -> None:  # type: ignore[override]
        """Keep the class, and the server for its words and seats."""
        super().initialize(app.door)
        self.classroom = classroom
        self.app = app

    def prepare(self) -> None:
        """Take what our own pages send only; the session's cookie stays on this site."""
        if self.request.method == "POST" and not is_of_our_page(self.request, may_be_typed=True):
            raise web.HTTPError(403)

    @property
    def seat(self) -> str:
        """The place of this browser in the class, or nothing."""
        return seat_of(self.request, self.app.door, self.classroom)


def seat_of(request: HTTPServerRequest, door: Door, classroom: Classroom) -> str:
    """The place in the class of the browser that asks, or nothing."""
    session = door.session_of(request)
    seat = session.seat if session else ""
    return seat if classroom.hears(seat) else ""


class FrontPage(ClassPage):
    """The way in: the code first, then the lessons."""

    def get(self) -> None:
        """Show the lessons to those who joined, the question for the code to others."""
        self.remember_browser()
        self._answer(self.get_query_argument("code", ""))

    async def post(self) -> None:
        """Take a code; a wrong one is asked again after a moment, and guessing after a while."""
        typed = self.get_body_argument("code", "")[:40]
        if not self.seat:
            who = who_guesses(self)
            if not await may_guess(self.door.guesses, *who):
                self._refuse(typed)
                return
            if (seat := self.classroom.join(typed)) is None:
                await asyncio.sleep(WRONG_CODE_S)
                self.remember_browser()
                self._answer(typed, trouble=wrong_code_words())
                return
            self.door.guesses.was_right(*who)
            self.let_in(self.door.sessions.open(logged_in=True, seat=seat))
        self.redirect(self.app.base_url, status=303)

    def _refuse(self, typed: str) -> None:
        """Look at no guess for a while, right or wrong."""
        self.set_status(429)
        self.set_header("Retry-After", str(round(LONGEST_DELAY_S)))
        self._answer(typed, trouble=too_many_words(round(LONGEST_DELAY_S)))

    def _answer(self, typed: str, *, trouble: str = "") -> None:
        manager = self.settings["kernel_manager"]
        free = manager.free
        self.finish(
            self.page(
                "front.html",
                joined=bool(self.seat),
                typed=typed,
                trouble=trouble,
                words=front_words(free=free, seats=manager.seats, address=self.app.public_address),
                lessons=[_lesson_link(self.app, lesson) for lesson in LESSONS],
                explorers=_explorers(self.app),
            )
        )


class JoinFirst(DoorPage):
    """The answer to who has not joined, where that is the log-in."""

    def prepare(self) -> None:
        """Show a person the way in; a script gets a sentence."""
        reads = self.request.method == "GET" and "Sec-WebSocket-Key" not in self.request.headers
        if reads and "text/html" in self.request.headers.get("Accept", "text/html"):
            self.redirect(self.door.base_url)
            return
        self.set_status(401)
        self.set_header("WWW-Authenticate", 'Cookie realm="igmfat"')
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(_("The join code is needed."))


class JoinedPage(NotebookPage):
    """A notebook, for those who joined."""

    classroom: Classroom
    #: Many kernels that start at once lose their first outputs: a few at a time.
    classroom_door = asyncio.Semaphore(AT_ONCE)

    def initialize(self, main: str, **kwargs: Any) -> None:
        """Keep the class."""
        self.classroom = kwargs.pop("classroom")
        super().initialize(main, **kwargs)

    async def get(self, path: str | None = None) -> None:
        """Send those who did not join to the front page."""
        if not seat_of(self.request, door_of(self), self.classroom):
            self.redirect(self.base_url)
            return
        async with self.classroom_door:
            await ensure_async(super().get(path))


def lesson_notebooks(folder: Path) -> list[Path]:
    """The lessons' notebooks."""
    keys = tuple(f"{lesson.key}_workshop_" for lesson in LESSONS)
    return [path for path in notebooks_in(folder) if path.name.startswith(keys)]


def _lesson_link(app: PageServer, lesson: Lesson) -> dict[str, Any]:
    paths = lesson_notebooks(app.serving.folder)
    path = next(one for one in paths if one.name.startswith(lesson.key))
    return {
        "key": lesson.key,
        "title": _(lesson.title),
        "aim": _(lesson.aim),
        "minutes": minutes_words(lesson.minutes),
        "address": f"{app.base_url}{path.name}",
    }


def _explorers(app: PageServer) -> list[dict[str, str]]:
    """Pages to explore after a lesson: all that the navigation of a class leads to."""
    groups = [group["pages"] for group in app.frame["groups"] if group["key"] != TEACH]
    return [page for pages in groups for page in pages]

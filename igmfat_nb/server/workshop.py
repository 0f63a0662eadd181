"""The server of a workshop: a front page with a join code, lessons, the trainer's page."""

import asyncio
import json
import time
from functools import partial
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from tornado import web

from igmfat_nb.language import _
from igmfat_nb.server.class_words import frame_words, front_words, minutes_words, trainer_words
from igmfat_nb.server.folder import notebooks_in
from igmfat_nb.server.launcher import PageServer
from igmfat_nb.server.pages import NOTEBOOK, NotebookPage
from igmfat_nb.server.qr import qr_svg
from igmfat_nb.workshop.checking import expected_text
from igmfat_nb.workshop.class_page import class_html
from igmfat_nb.workshop.classroom import Classroom
from igmfat_nb.workshop.lessons import LESSONS
from igmfat_nb.workshop.question import Lesson

HERE = Path(__file__).parent
SEAT_COOKIE = "igmfat-seat"
LARGEST_BODY = 4096  # bytes
WRONG_CODE_S = 1.0  # guessing takes time
CULL_AFTER_S = 3600  # a lesson is half as long; a browser remembers what was answered
AT_ONCE = 4  # pages being made
NO_STORE = "no-store"
PLACE_SIGNS = 8  # of the seat's 32: enough to tell it, too few to take it
TRAINER_SCRIPT = HERE / "static" / "trainer.js"


class ClassPage(web.RequestHandler):
    """What all pages of the workshop have in common."""

    def initialize(self, classroom: Classroom, app: Any) -> None:
        """Keep the class, and the server for its words and seats."""
        self.classroom = classroom
        self.app = app

    def set_default_headers(self) -> None:
        """Say the same about these pages as about all others, and keep none."""
        for name, value in self.settings["headers"].items():
            self.set_header(name, value)
        self.set_header("Cache-Control", NO_STORE)

    def check_xsrf_cookie(self) -> None:
        """Need no token: see ``prepare``."""

    def prepare(self) -> None:
        """Take what our own pages send only; the seat's cookie stays on this site."""
        site = self.request.headers.get("Sec-Fetch-Site", "same-origin")
        if self.request.method == "POST" and site not in ("same-origin", "none"):
            raise web.HTTPError(403)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with our own page, without a word about the inside."""
        self.finish(self._page("error.html", status_code=status_code, message=""))

    @property
    def seat(self) -> str:
        """The seat of this browser, or nothing."""
        seat = self.get_cookie(SEAT_COOKIE) or ""
        return seat if self.classroom.knows(seat) else ""

    def _page(self, template: str, **values: Any) -> str:
        page: str = self.settings["voila_jinja2_env"].get_template(template).render(**values)
        return page

    def _body(self) -> dict[str, Any]:
        """The JSON object sent here, or 400."""
        try:
            body = json.loads(self.request.body[:LARGEST_BODY])
        except (ValueError, RecursionError) as error:
            raise web.HTTPError(400) from error
        if not isinstance(body, dict):
            raise web.HTTPError(400)
        return body


class FrontPage(ClassPage):
    """The way in: the code first, then the lessons."""

    def get(self) -> None:
        """Show the lessons to those who joined, the question for the code to others."""
        self._answer(self.get_query_argument("code", ""), wrong=False)

    async def post(self) -> None:
        """Take a code; a wrong one is asked again after a moment."""
        typed = self.get_body_argument("code", "")
        seat = self.seat or self.classroom.join(typed[:40])
        if seat is None:
            await asyncio.sleep(WRONG_CODE_S)
            self._answer(typed[:40], wrong=True)
            return
        self.set_cookie(SEAT_COOKIE, seat, httponly=True, samesite="Strict")
        self.redirect(self.app.base_url, status=303)

    def _answer(self, typed: str, *, wrong: bool) -> None:
        manager = self.settings["kernel_manager"]
        free = manager.free
        self.finish(
            self._page(
                "front.html",
                joined=bool(self.seat),
                typed=typed,
                wrong=wrong,
                words=front_words(free=free, seats=manager.seats, address=self.app.address),
                lessons=[_lesson_link(self.app, lesson) for lesson in LESSONS],
                explorers=_explorers(self.app),
            )
        )


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
        if not self.classroom.knows(self.get_cookie(SEAT_COOKIE) or ""):
            self.redirect(self.base_url)
            return
        async with self.classroom_door:
            await ensure_async(super().get(path))


class AttemptNoted(ClassPage):
    """An attempt of someone who opted in."""

    def post(self) -> None:
        """Keep it in memory."""
        body = self._body()
        question, text, number = body.get("question"), body.get("text"), body.get("number")
        if not self.seat:
            raise web.HTTPError(403)
        if not isinstance(question, str) or not isinstance(text, str):
            raise web.HTTPError(400)
        if number is not None and type(number) is not int:
            raise web.HTTPError(400)
        at_s = round(time.monotonic() - self.app.opened_s, 1)
        if not self.classroom.note(self.seat, question, text, at_s, number=number):
            raise web.HTTPError(400)
        self.set_status(204)


class Agreed(ClassPage):
    """Whether a participant has opted in; they opt in, and out again."""

    def prepare(self) -> None:
        """Answer those who joined."""
        super().prepare()
        if not self.seat:
            raise web.HTTPError(403)

    def get(self) -> None:
        """Answer with that; the place tells a page this class from an earlier one."""
        opted_in = self.classroom.has_opted_in(self.seat)
        self.finish({"opted_in": opted_in, "place": self.seat[:PLACE_SIGNS]})

    def post(self) -> None:
        """Count the participant, or forget all that they showed."""
        agreed = self._body().get("agreed")
        if not isinstance(agreed, bool):
            raise web.HTTPError(400)
        self.classroom.opt_in(self.seat, agreed=agreed)
        self.set_status(204)


class Released(ClassPage):
    """Which lessons' solutions may be shown."""

    def get(self) -> None:
        """Answer with their keys."""
        if not self.seat:
            raise web.HTTPError(403)
        self.finish({"lessons": sorted(self.classroom.released)})


class TrainerPage(ClassPage):
    """The trainer's own page; whoever knows its link is the trainer."""

    def prepare(self) -> None:
        """Say that there is no such page to anybody else."""
        super().prepare()
        if not self.classroom.is_trainer(self.path_kwargs["token"]):
            raise web.HTTPError(404)

    def get(self, token: str, part: str) -> None:
        """Answer with the page, its live state, or the class file."""
        if part == "state":
            self.finish(self._state())
        elif part == "class.html":
            self.set_header("Content-Disposition", 'attachment; filename="class.html"')
            self.finish(class_html(self.classroom.picture()))
        elif part == "trainer.js":
            self.set_header("Content-Type", "text/javascript; charset=utf-8")
            self.finish(TRAINER_SCRIPT.read_bytes())
        else:
            self.finish(
                self._page(
                    "trainer.html",
                    code=self.classroom.code,
                    address=self.app.address,
                    qr=qr_svg(self.app.join_address),
                    words=trainer_words(),
                    lessons=[_with_answers(lesson) for lesson in LESSONS],
                )
            )

    async def post(self, token: str, part: str) -> None:
        """Release a lesson's solutions or hold them back, or free a seat."""
        act = {"release": self._release, "free": self._free}.get(part)
        if act is None:
            raise web.HTTPError(400)
        await act(self._body())
        self.finish(self._state())

    async def _release(self, body: dict[str, Any]) -> None:
        lesson, released = body.get("lesson"), body.get("released")
        if not isinstance(lesson, str) or not isinstance(released, bool):
            raise web.HTTPError(400)
        if not self.classroom.release(lesson, released=released):
            raise web.HTTPError(400)

    async def _free(self, body: dict[str, Any]) -> None:
        """End the page on a seat; its participant keeps their place in the class."""
        seat = body.get("seat")
        if type(seat) is not int:
            raise web.HTTPError(400)
        manager = self.settings["kernel_manager"]
        if (kernel_id := manager.contacts.kernel_of(seat)) is not None:
            await manager.free_seat(kernel_id)

    def _state(self) -> dict[str, Any]:
        manager = self.settings["kernel_manager"]
        seats = {"all": manager.seats, "free": manager.free, "taken": manager.contacts.record()}
        return {**self.classroom.state(), "seats": seats}


class WorkshopServer(PageServer):
    """Lessons behind a join code, and a trainer's page."""

    classroom: Classroom
    opened_s: float

    def __init__(self, *, classroom: Classroom | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.classroom = classroom or Classroom()
        self.opened_s = time.monotonic()
        # A page left open is a seat nobody else can take.
        self.config.MappingKernelManager.update(cull_idle_timeout=CULL_AFTER_S, cull_connected=True)

    def init_settings(self) -> dict[str, Any]:
        """Say on every page whose computer this is: not the participant's."""
        settings = super().init_settings()
        settings["voila_jinja2_env"].globals["ig"] |= frame_words()
        return settings

    def warm_up(self) -> None:
        """Keep kernels warm for every lesson, and not only for the first."""
        super().warm_up()
        for path in lesson_notebooks(self.serving.folder):
            self.kernel_manager.fill_if_needed(delay=0, notebook_name=path.name)

    def addresses(self) -> list[tuple[Any, ...]]:
        """The workshop's own addresses before those of every server of ours."""
        base, room = self.base_url, {"classroom": self.classroom, "app": self}
        rest = super().addresses()
        page = next(entry[2] for entry in rest if entry[1] is NotebookPage)
        joined = {**page, "classroom": self.classroom}
        return [
            (base, FrontPage, room),
            (base + NOTEBOOK, JoinedPage, joined),
            (base + "workshop/attempt", AttemptNoted, room),
            (base + "workshop/agreed", Agreed, room),
            (base + "workshop/released", Released, room),
            (base + r"trainer/(?P<token>[\w\-]{8,64})/(?P<part>[\w.]*)", TrainerPage, room),
            *rest[1:],
        ]

    @property
    def trainer_address(self) -> str:
        """The trainer's link; it opens everything."""
        return f"{self.address}trainer/{self.classroom.token}/"

    @property
    def join_address(self) -> str:
        """What the QR code holds: the address with the code filled in."""
        return f"{self.address}?code={self.classroom.code}"


def lesson_notebooks(folder: Path) -> list[Path]:
    """The lessons' notebooks."""
    keys = tuple(f"{lesson.key}_workshop_" for lesson in LESSONS)
    return [path for path in notebooks_in(folder) if path.name.startswith(keys)]


def workshop_server(classroom: Classroom) -> Any:
    """The class of server for this workshop, as the launcher takes it."""
    return partial(WorkshopServer, classroom=classroom)


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


def _with_answers(lesson: Lesson) -> dict[str, Any]:
    """A lesson as its trainer sees it."""
    questions = [
        {"key": one.key, "prompt": _(one.prompt), "answer": expected_text(one)}
        for one in lesson.questions
    ]
    return {"key": lesson.key, "title": _(lesson.title), "questions": questions}


def _explorers(app: PageServer) -> list[dict[str, str]]:
    """Pages to explore after a lesson."""
    titles = {
        "40_dashboard": _("Dose explorer"),
        "21_individualised_dosing": _("Titration"),
        "30_trial_simulation": _("Virtual trials"),
    }
    there = {path.stem: path.name for path in notebooks_in(app.serving.folder)}
    return [
        {"title": title, "address": f"{app.base_url}{there[stem]}"}
        for stem, title in titles.items()
        if stem in there
    ]

"""The server of a workshop: a front page with a join code, lessons, the trainer's page."""

import time
from pathlib import Path
from typing import Any

from tornado import web

from igmfat_nb.language import _, of_process
from igmfat_nb.server.class_words import (
    frame_words,
    trainer_words,
)
from igmfat_nb.server.door import json_body
from igmfat_nb.server.frame import HOME, navigation
from igmfat_nb.server.joining import ClassPage, FrontPage, JoinedPage, JoinFirst, lesson_notebooks
from igmfat_nb.server.launcher import PageServer
from igmfat_nb.server.pages import NOTEBOOK, NotebookPage
from igmfat_nb.server.qr import qr_svg
from igmfat_nb.server.readers import Readers
from igmfat_nb.workshop.checking import expected_text, option_texts, slip_sentences
from igmfat_nb.workshop.class_page import class_html
from igmfat_nb.workshop.classroom import Classroom
from igmfat_nb.workshop.lessons import LESSONS
from igmfat_nb.workshop.question import Lesson, NumberQuestion

HERE = Path(__file__).parent
CULL_AFTER_S = 3600  # a lesson is half as long; a browser remembers what was answered
PLACE_SIGNS = 8  # of the seat's 32: enough to tell it, too few to take it
TRAINER_SCRIPT = HERE / "static" / "trainer.js"


class AttemptNoted(ClassPage):
    """An attempt of someone who opted in."""

    def post(self) -> None:
        """Keep it in memory."""
        body = json_body(self)
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
        agreed = json_body(self).get("agreed")
        if not isinstance(agreed, bool):
            raise web.HTTPError(400)
        self.classroom.opt_in(self.seat, agreed=agreed)
        self.set_status(204)


class Released(ClassPage):
    """Which lessons' and questions' solutions may be shown."""

    def get(self) -> None:
        """Answer with their keys."""
        if not self.seat:
            raise web.HTTPError(403)
        room = self.classroom
        self.finish(
            {"lessons": sorted(room.released), "questions": sorted(room.released_questions)}
        )


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
                self.page(
                    "trainer.html",
                    code=self.classroom.code,
                    address=self.app.public_address,
                    qr=qr_svg(self.app.join_address),
                    words=trainer_words(),
                    lessons=[_with_answers(n, lesson) for n, lesson in enumerate(LESSONS, 1)],
                )
            )

    async def post(self, token: str, part: str) -> None:
        """Release solutions or hold them back, or free a seat."""
        act = {"release": self._release, "free": self._free}.get(part)
        if act is None:
            raise web.HTTPError(400)
        await act(json_body(self))
        self.finish(self._state())

    async def _release(self, body: dict[str, Any]) -> None:
        lesson, question, released = (body.get(n) for n in ("lesson", "question", "released"))
        if not isinstance(released, bool):
            raise web.HTTPError(400)
        if isinstance(question, str) and lesson is None:
            known = self.classroom.release_question(question, released=released)
        else:
            known = isinstance(lesson, str) and self.classroom.release(lesson, released=released)
        if not known:
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
        open_s = round(time.monotonic() - self.app.opened_s)
        return {**self.classroom.state(), "open_s": open_s, "seats": seats}


class WorkshopServer(PageServer):
    """Lessons behind a join code, and a trainer's page."""

    classroom: Classroom
    opened_s: float
    log_in_page = JoinFirst

    def __init__(self, *, classroom: Classroom | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.classroom = classroom or Classroom()
        self.opened_s = time.monotonic()
        # A page left open is a seat nobody else can take.
        self.config.MappingKernelManager.update(cull_idle_timeout=CULL_AFTER_S, cull_connected=True)

    def readers(self) -> Readers:
        """All of a class read the trainer's language, unless they choose another."""
        return Readers(together=of_process(), port=self.own_port)

    def init_settings(self) -> dict[str, Any]:
        """Let those who have no code yet ask for it."""
        settings = super().init_settings()
        # The code and the trainer's token are asked for there.
        self.tornado_settings = {**self.tornado_settings, "open_to_all": ("", "trainer")}
        return settings

    def framed(self) -> dict[str, Any]:
        """Say on every page whose computer this is: not the participant's."""
        of_class = navigation(self.base_url, self.serving.folder, lambda line: line.in_class)
        return {**super().framed(), **of_class, **frame_words(), "home": self.base_url}

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
            (base + HOME, web.RedirectHandler, {"url": base, "permanent": False}),
            (base + NOTEBOOK, JoinedPage, joined),
            (base + "workshop/attempt", AttemptNoted, room),
            (base + "workshop/agreed", Agreed, room),
            (base + "workshop/released", Released, room),
            (base + r"trainer/(?P<token>[\w\-]{8,64})/(?P<part>[\w.]*)", TrainerPage, room),
            *rest[1:],
        ]

    @property
    def link(self) -> str:
        """The address: the code, which is typed there, is the log-in."""
        return self.address

    @property
    def trainer_address(self) -> str:
        """The trainer's link; it opens everything."""
        return f"{self.public_address}trainer/{self.classroom.token}/"

    @property
    def join_address(self) -> str:
        """What the QR code holds: the address with the code filled in."""
        return f"{self.public_address}?code={self.classroom.code}"


def _with_answers(number: int, lesson: Lesson) -> dict[str, Any]:
    """A lesson as its trainer sees it."""
    questions = [
        {
            "key": one.key,
            "number": number,
            "title": _(one.title),
            "prompt": _(one.prompt),
            "answer": expected_text(one),
            "unit": _(one.unit) if isinstance(one, NumberQuestion) else "",
            "options": option_texts(one),
            "slips": slip_sentences(one),
        }
        for number, one in enumerate(lesson.questions, 1)
    ]
    about = {"key": lesson.key, "number": number, "minutes": lesson.minutes}
    return about | {"title": _(lesson.title), "questions": questions}

"""Load this machine with a whole class beforehand: whether it holds, how fast, how many fit.

The class is thirty pages without a browser (``page_session``): each joins,
opens a lesson, answers three questions with numbers of its own, changes the
explorer's inputs, and reads back only what it typed itself.
"""

import asyncio
import json
import math
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from igmfat_nb.errors import IgmFatError
from igmfat_nb.kernels.choice import Kernels
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.server.page_session import PageSession, SessionLost
from igmfat_nb.server.processes import (
    available_mib,
    end_server,
    kernels_below,
    memory_mib,
    processor_s,
)

LESSON = "51_workshop_dosing.ipynb"
QUESTIONS = 3
SLIDES = 5
#: A participant reads before typing; nobody answers every second.
THINKING_S = 2.0
WRONG_ML = 1000.0
LONGEST_FEEDBACK_S = 2.0  # what a participant waits for without doubting; 95 of 100 answers
LONGEST_OPEN_S = 5.0  # until 95 of 100 pages are there, all asked for at the same second
LARGEST_SEAT_MIB = 40.0
RESERVE = 0.2  # of memory, for the system and its cache
START_S = 120


class CannotRehearse(IgmFatError):
    """The server for the rehearsal did not start."""


@dataclass
class Participant:
    """What happened on one page."""

    opened_s: float = math.nan
    answers_s: list[float] = field(default_factory=list)
    moves_s: list[float] = field(default_factory=list)
    lost: str = ""
    mixed: int = 0


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The whole class.

    Attributes
    ----------
    lost, mixed : int
        Sessions that stopped; answers that were not one's own.
    open_p50_s, open_p95_s, feedback_p50_s, feedback_p95_s, move_p95_s : float or None
        Page asked for to widgets there; answer to feedback; explorer input to result.
    seat_mib : float or None
        Memory of one seat; None where the system does not say.
    processor_s : float or None
        Processor time of the server and all its kernels, from its start to the last answer.
    available_mib : float or None
        Memory free before the rehearsal.
    seats_that_fit : int or None
        By memory, with a fifth of it kept free.
    """

    seats: int
    lost: int
    mixed: int
    open_p50_s: float | None
    open_p95_s: float | None
    feedback_p50_s: float | None
    feedback_p95_s: float | None
    move_p95_s: float | None
    seat_mib: float | None
    available_mib: float | None
    seats_that_fit: int | None
    processor_s: float | None
    reasons: dict[str, int]

    @property
    def holds(self) -> bool:
        """Whether nobody was lost or mixed up, and nearly all answers came soon enough."""
        slowest_s = self.feedback_p95_s
        soon = slowest_s is not None and slowest_s <= LONGEST_FEEDBACK_S
        return soon and not self.lost and not self.mixed

    def goals(self) -> list["Goal"]:
        """What a class is promised, and what was measured."""
        return [
            Goal("open_p95_s", LONGEST_OPEN_S, self.open_p95_s),
            Goal("feedback_p95_s", LONGEST_FEEDBACK_S, self.feedback_p95_s),
            Goal("seat_mib", LARGEST_SEAT_MIB, self.seat_mib),
            Goal("lost_or_mixed", 0, self.lost + self.mixed),
        ]

    def record(self) -> dict[str, Any]:
        """As a JSON document."""
        goals = [goal.record() for goal in self.goals()]
        return {**asdict(self), "holds": self.holds, "goals": goals}


@dataclass(frozen=True, slots=True)
class Goal:
    """The most that a figure may be, and the figure; None where it was not measured."""

    name: str
    limit: float
    measured: float | None

    @property
    def met(self) -> bool:
        """Whether it was measured and is within its limit."""
        return self.measured is not None and self.measured <= self.limit

    def record(self) -> dict[str, Any]:
        """As a JSON document."""
        return {**asdict(self), "met": self.met}


def rehearse(
    seats: int, done: Callable[[], object] = lambda: None, *, kernels: Kernels | None = None
) -> Rehearsal:
    """Open a workshop on a free port of this machine and fill every seat.

    ``kernels`` are forked or started as said; as the environment says where it is None.
    """
    free_mib = available_mib()
    with _Server(seats, kernels) as server:
        asyncio.run(_first_look(server.opened))
        people = asyncio.run(_whole_class(server.opened, seats, done, server))
    return _summed_up(seats, people, server.seat_mib, free_mib, server.processor_s)


class _Server:
    """``igmfat workshop serve`` in a process of its own."""

    def __init__(self, seats: int, kernels: Kernels | None) -> None:
        self.seat_mib: float | None = None
        self.processor_s: float | None = None
        command = [sys.executable, "-m", "igmfat_nb", "workshop", "serve", "--json"]
        self.process = subprocess.Popen(  # noqa: S603 - our own command, a whole number in it
            [*command, "--seats", str(seats), *(["--kernels", kernels] if kernels else [])],
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            self.process.wait()
            raise CannotRehearse(_("The server for the rehearsal did not start."))
        self.opened: dict[str, Any] = json.loads(line)

    def __enter__(self) -> "_Server":
        return self

    def __exit__(self, *_error: object) -> None:
        end_server(self.process, within_s=START_S)

    def measure(self) -> None:
        """Note what the largest kernel takes while all are in use, and what they have worked."""
        sizes = [size for size in map(memory_mib, kernels_below(self.process.pid)) if size]
        self.seat_mib = max(sizes, default=None)
        self.processor_s = processor_s(self.process.pid)


async def _first_look(opened: dict[str, Any]) -> None:
    """Open the lesson once, as a trainer does: no class comes at the second the server starts."""
    page = PageSession(opened["address"])
    try:
        await page.join(opened["code"])
        await page.open(LESSON)
        await page.leave()
    except (SessionLost, OSError) as error:
        raise CannotRehearse(_("The server for the rehearsal shows no lesson.")) from error


async def _whole_class(
    opened: dict[str, Any], seats: int, done: Callable[[], object], server: _Server
) -> list[Participant]:
    everybody_there = asyncio.Barrier(seats)

    async def one(number: int) -> Participant:
        person = Participant()
        page = PageSession(opened["address"])
        try:
            await attend(page, person, number, opened["code"])
        except (SessionLost, OSError, ValueError, StopIteration, KeyError) as error:
            person.lost = str(error) or type(error).__name__
        await everybody_there.wait()
        if number == 0:
            server.measure()
        await everybody_there.wait()
        await page.close()
        done()
        return person

    return list(await asyncio.gather(*(one(number) for number in range(seats))))


async def attend(page: PageSession, person: Participant, number: int, code: str) -> None:
    """Join, open the lesson, answer, explore; what happened is noted of the person."""
    await page.join(code)
    began = time.perf_counter()
    await page.open(LESSON)
    person.opened_s = time.perf_counter() - began
    lesson = _lesson(page)
    for turn in range(QUESTIONS):
        await asyncio.sleep(THINKING_S)
        await page.change(_walk(page, lesson), at=turn)
        mine = f"{WRONG_ML + number + turn / 10:.1f}"
        await page.change(_first(page, lesson, "TextModel"), value=mine)
        person.answers_s.append(await page.click(_button(page, lesson, _("Check"))))
        said = " ".join(page.states[widget].get("value") or "" for widget in _html(page, lesson))
        person.mixed += number_text(float(mine), 1) not in said
    await page.change(_walk(page, lesson), at=0)
    await _explore(page, person, lesson, number)


async def _explore(page: PageSession, person: Participant, lesson: str, number: int) -> None:
    """Open the explorer of the first question and change the weight a few times."""
    fold = next(w for w in page.inside(lesson) if _model(page, w) == "ToggleButtonModel")
    await page.change(fold, value=True)
    weight = next(
        w
        for w in page.inside(lesson)
        if str(page.states.get(w, {}).get("description", "")).startswith(_("Weight"))
    )
    for step in range(SLIDES):
        await asyncio.sleep(THINKING_S / SLIDES)
        kilograms = 50 + number + 10 * step
        person.moves_s.append(await page.change(weight, value=str(kilograms)))
        said = " ".join(page.states[w].get("value") or "" for w in _html(page, lesson))
        person.mixed += f"{number_text(5 * kilograms)} <small>" not in said  # the standard dose, mL


def _lesson(page: PageSession) -> str:
    """The column that holds the lesson."""
    return next(
        widget
        for widget, state in page.states.items()
        if "ig-lesson" in (state.get("_dom_classes") or [])
    )


def _walk(page: PageSession, lesson: str) -> str:
    """The steps of the lesson."""
    return next(w for w in page.inside(lesson) if "steps" in page.states.get(w, {}))


def _model(page: PageSession, widget: str) -> str:
    return str(page.states.get(widget, {}).get("_model_name", ""))


def _first(page: PageSession, card: str, model: str) -> str:
    return next(widget for widget in page.inside(card) if _model(page, widget) == model)


def _button(page: PageSession, card: str, label: str) -> str:
    return next(w for w in page.inside(card) if page.states[w].get("description") == label)


def _html(page: PageSession, card: str) -> list[str]:
    return [widget for widget in page.inside(card) if _model(page, widget) == "HTMLModel"]


def _summed_up(
    seats: int,
    people: list[Participant],
    seat_mib: float | None,
    free_mib: float | None,
    used_s: float | None = None,
) -> Rehearsal:
    opened = [one.opened_s for one in people if not math.isnan(one.opened_s)]
    answers = [seconds for one in people for seconds in one.answers_s]
    moves = [seconds for one in people for seconds in one.moves_s]
    fit = None
    if seat_mib and free_mib:
        fit = int(free_mib * (1 - RESERVE) // seat_mib)
    reasons: dict[str, int] = {}
    for one in people:
        if one.lost:
            reasons[one.lost] = reasons.get(one.lost, 0) + 1
    return Rehearsal(
        seats=seats,
        lost=sum(bool(one.lost) for one in people),
        mixed=sum(one.mixed for one in people),
        open_p50_s=_quantile(opened, 0.5),
        open_p95_s=_quantile(opened, 0.95),
        feedback_p50_s=_quantile(answers, 0.5),
        feedback_p95_s=_quantile(answers, 0.95),
        move_p95_s=_quantile(moves, 0.95),
        seat_mib=seat_mib,
        available_mib=free_mib,
        seats_that_fit=fit,
        processor_s=used_s,
        reasons=reasons,
    )


def _quantile(values: list[float], share: float) -> float | None:
    return float(np.quantile(values, share)) if values else None

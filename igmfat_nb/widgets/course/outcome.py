"""From what was read of a course to all its page shows: one outcome, or what it lacks."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.case import Case
from igmfat_nb.case.remarks import remarks
from igmfat_nb.case.typed_reading import NAMES, CaseReading
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.errors import IgmFatError
from igmfat_nb.language import _, mark
from igmfat_nb.notation import listed
from igmfat_nb.plausibility import Plausible
from igmfat_nb.protocol import constants, titration
from igmfat_nb.titration import CASE_ASSUMPTIONS, CourseRow, Decision, course_rows, decide
from igmfat_nb.titration.aside import SetAside, set_aside
from igmfat_nb.titration.bands import BandBefore, CourseBands, course_bands
from igmfat_nb.units import HOURS_PER_DAY

Array = NDArray[np.float64]
STEP_H = 6.0  # of the curve, besides the moments when something begins or ends
LEAST_HOURS = constants.PERSONALISED_MAX_DAYS.value * HOURS_PER_DAY
AFTER_H = titration.SAMPLE_HORIZON.value


@dataclass(frozen=True, slots=True, eq=False)
class Aside(SetAside):
    """With its curve."""

    curve: CourseBands


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Everything worked out from one valid case, but for the day by day table.

    ``aside`` is there only while today's dose follows from an outlying titre.
    """

    case: Case
    decision: Decision
    curve: CourseBands
    probability: float
    seed: int
    aside: "Aside | None" = None

    def rows(self) -> tuple[CourseRow, ...]:
        """The course day by day: it takes longer than all the rest, so it comes after it."""
        decision, case, seen = self.decision, self.case, self.decision.situation
        whole = seen.titres == case.titres and seen.doses == case.doses
        return course_rows(
            case,
            probability=self.probability,
            seed=self.seed,
            assumptions=decision.assumptions,
            decided=decision if whole else None,
        )


@dataclass(frozen=True, slots=True, eq=False)
class CourseOutcome:
    """What the page shows for what is typed now.

    Attributes
    ----------
    refused : dict
        Place → the sentence shown there.
    missing : tuple of str
        Fields nobody filled in yet.
    case : Case or None
        A case that can be saved; also where the answer was refused.
    waiting : str
        Why there is no answer; empty when there is one.
    """

    refused: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    case: Case | None = None
    answer: Answer | None = None
    waiting: str = ""


def course_outcome(
    reading: CaseReading,
    *,
    at_h_text: str = "",
    probability: float = titration.TARGET_CHANCE.value,
    seed: int = 1,
    assumptions: Assumptions | None = CASE_ASSUMPTIONS,
    with_answer: bool = True,
    before: BandBefore | None = None,
    clock_h: float | None = None,
) -> CourseOutcome:
    """Answer what could be read of the course.

    Parameters
    ----------
    reading : CaseReading
        Of what is typed now.
    at_h_text : str
        The decision as typed; empty for the last hour entered.
    assumptions : Assumptions or None
        None while a part of the rule is refused elsewhere on the page.
    with_answer : bool
        False while nobody looks: the case is read and can be saved, no more.
    before : BandBefore, optional
        The page's memory of the band before later titres.
    clock_h : float, optional
        Now by the reader's clock [h], where hour zero is known.
    """
    refused = dict(reading.refused)
    at_h = _decision_h(at_h_text, refused)
    answer = None
    if at_h is None and reading.case is not None:
        at_h = present_h(reading.case, clock_h)
    if with_answer and reading.case is not None and not refused and assumptions is not None:
        answer = _answer(reading.case, at_h, probability, seed, assumptions, refused, before)
    waiting = "" if answer else _waiting(refused, reading.missing, assumptions)
    return CourseOutcome(refused, reading.missing, reading.case, answer, waiting)


def failed_course() -> CourseOutcome:
    """Nothing, and a sentence: something broke that should not have."""
    sentence = _("This could not be calculated; change an input, or reload the page.")
    return CourseOutcome(waiting=sentence)


def curve_times_h(case: Case, at_h: float) -> Array:
    """Times of the curve: even steps, and every moment when an infusion begins or ends [h]."""
    last_h = max(LEAST_HOURS, at_h + AFTER_H, *(titre.time_h for titre in case.titres))
    even = np.arange(0.0, last_h + STEP_H, STEP_H)
    turns = [time_h for dose in case.doses for time_h in (dose.start_h, dose.end_h)]
    return np.unique(np.concatenate([even, [h for h in turns if h <= even[-1]]]))


def _answer(
    case: Case,
    at_h: float | None,
    probability: float,
    seed: int,
    assumptions: Assumptions,
    refused: dict[str, str],
    before: BandBefore | None,
) -> Answer | None:
    asked: dict[str, Any] = {
        "probability": probability, "seed": seed, "assumptions": assumptions,
    }  # fmt: skip
    try:
        decision = decide(case, at_h=at_h, **asked)
    except IgmFatError as error:
        refused["at_h"] = str(error)
        return None
    time_h = curve_times_h(case, decision.situation.at_h)
    curve = course_bands(decision, time_h, before)
    without, aside = set_aside(decision, seed=seed), None
    if without is not None:
        aside = Aside(without.titre, without.decision, course_bands(without.decision, time_h))
    return Answer(case, decision, curve, probability, seed, aside)


def present_h(case: Case, clock_h: float | None = None) -> float:
    """Now [h]: by the reader's clock, unless that lies before the last hour entered or past it all.

    A titre that was set aside was entered too.
    """
    entered_h = max([case.present_h, *(one.time_h for one in remarks(case.notes) if one.set_aside)])
    latest_h = titration.COURSE_TIME_RANGE.value[1]
    return clock_h if clock_h is not None and entered_h <= clock_h <= latest_h else entered_h


def _decision_h(text: str, refused: dict[str, str]) -> float | None:
    if not text.strip():
        return None
    try:
        return _DECISION_H.parse(text)
    except IgmFatError as error:
        refused["at_h"] = str(error)
        return None


def _waiting(
    refused: dict[str, str], missing: tuple[str, ...], assumptions: Assumptions | None
) -> str:
    if refused:
        return _("No dose and no curve while an input is refused.")
    if missing:
        names = [_(NAMES[name]) for name in NAMES if name in missing]
        return _("Waiting for {fields}.").format(fields=listed(names))
    if assumptions is None:
        return _("No dose and no curve while a part of the rule is refused.")
    return _("No dose and no curve.")


_DECISION_H = Plausible(
    mark("The decision time"),
    "h",
    *titration.COURSE_TIME_RANGE.value,
    mark("Hours since the first titre, not minutes?"),
    *titration.COURSE_TIME_RANGE.value,
)

"""The model of a course's page: a typed course in, one outcome out; every step can be undone."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import traitlets as tl

from igmfat_nb.case import MOST_BYTES, Case, case_text, read_case
from igmfat_nb.courses.population import SCENARIOS, Scenario
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.errors import IgmFatError, ImplausibleInput, UnreadableInput
from igmfat_nb.files import read_whole
from igmfat_nb.language import _
from igmfat_nb.protocol import titration
from igmfat_nb.titration import CASE_ASSUMPTIONS
from igmfat_nb.units import given_text, whole
from igmfat_nb.widgets.course.outcome import CourseOutcome, course_outcome, failed_course
from igmfat_nb.widgets.course.reading import in_order
from igmfat_nb.widgets.course.typed import (
    MOST_ROWS,
    ROW_TYPES,
    TEXT_FIELDS,
    ListName,
    TypedCourse,
    course_kept,
    kept_text,
    typed_case,
)
from igmfat_nb.widgets.parts.batched_updates import one_batch

MOST_STEPS = 200  # that can be undone


class CourseModel(tl.HasTraits):
    """One course as typed, its history, and the outcome, computed anew at every change.

    Attributes
    ----------
    typed : TypedCourse
        Read-only; changed by the methods below.
    at_h_text, probability, scenario
        The decision time as typed, the chance asked for, the assumed clearance.
    active : bool
        False while nobody looks: the case is read and can be saved, no more.
    message : str
        Why the last file was not opened; empty otherwise.
    changed_at : str
        When the course was last changed, as the clock says; empty for a new one.
    outcome : CourseOutcome
        Read-only; never older than the inputs.
    rows : tuple of CourseRow or None
        The course day by day; set a moment after the outcome, None until then.
    """

    typed = tl.Instance(TypedCourse, read_only=True)
    at_h_text = tl.Unicode()
    probability = tl.Float(titration.TARGET_CHANCE.value)
    scenario = tl.Unicode(CASE_ASSUMPTIONS.scenario)
    active = tl.Bool(True)
    message = tl.Unicode()
    changed_at = tl.Unicode()
    can_undo = tl.Bool(False, read_only=True)
    outcome = tl.Instance(CourseOutcome, read_only=True)
    rows = tl.Tuple(allow_none=True, default_value=None, read_only=True)

    def __init__(
        self,
        case: Case | None = None,
        *,
        probability: float = titration.TARGET_CHANCE.value,
        seed: int = 1,
        clock: Callable[[], datetime] | None = None,
        active: bool = True,
    ) -> None:
        self._seed, self._clock = seed, clock
        self._rule: Assumptions | None = CASE_ASSUMPTIONS
        self._history: list[_Step] = []
        self._replaced = False  # another patient was begun, and nothing typed of it yet
        self._opened: tuple[TypedCourse, Case] | None = None
        self._filling = True
        super().__init__()
        self.probability, self.active = probability, active
        self.set_trait("typed", TypedCourse())
        self._filling = False
        if case is not None:
            self._take(case)
        self._recompute()

    @classmethod
    def of_file(
        cls,
        path: str,
        *,
        probability: float = titration.TARGET_CHANCE.value,
        seed: int = 1,
        clock: Callable[[], datetime] | None = None,
    ) -> "CourseModel":
        """Return the model of a page that opens with a case file; without a path, empty."""
        path = given_text(path, "case_path")
        case = _case_at(path) if path else None
        return cls(case, probability=probability, seed=whole(seed, "seed"), clock=clock)

    @property
    def has_clock(self) -> bool:
        """Whether ``changed_at`` comes from a clock of ours and not from the browser's."""
        return self._clock is not None

    @property
    def opened(self) -> Case | None:
        """The case as its file held it, while nothing was changed since."""
        unchanged = self._opened is not None and self._opened[0] == self.typed
        return self._opened[1] if unchanged and self._opened else None

    @property
    def file_text(self) -> str | None:
        """The case file of what is typed now; None while it is no valid case."""
        return case_text(self.outcome.case) if self.outcome.case else None

    @property
    def kept(self) -> str:
        """What the browser keeps of this course, slips included; empty for an empty page."""
        if self.typed.is_empty():
            return ""
        return kept_text(self.typed, case_text(self.opened) if self.opened else None)

    def change(self, name: str, text: str) -> None:
        """Type into a field of the patient or the course."""
        if name not in TEXT_FIELDS:
            raise KeyError(name)
        changes: dict[str, str] = {name: text}
        self._step(replace(self.typed, **changes))  # type: ignore[arg-type]

    def answer(self, code: str, word: str) -> None:
        """Answer one criterion or contraindication."""
        self._step(replace(self.typed, criteria={**self.typed.criteria, code: word}))

    def change_row(self, name: ListName, index: int, part: str, text: str) -> None:
        """Type into a row; rows fall into the order of their times."""
        rows = list(self.typed.rows(name))
        rows[index] = ROW_TYPES[name](**(asdict(rows[index]) | {part: text}))
        self._step(self.typed.with_rows(name, rows))

    def add_row(self, name: ListName, **texts: str) -> None:
        """Add a row at the end, empty if nothing is said."""
        rows = self.typed.rows(name)
        if len(rows) < MOST_ROWS:
            self._step(self.typed.with_rows(name, [*rows, ROW_TYPES[name](**texts)]))

    def remove_row(self, name: ListName, index: int) -> None:
        """Remove a row; undo brings it back."""
        rows = list(self.typed.rows(name))
        if 0 <= index < len(rows):
            del rows[index]
            self._step(self.typed.with_rows(name, rows))

    def undo(self) -> None:
        """Go back one step; back to another patient with the hour that was asked for then."""
        if self._history:
            step = self._history.pop()
            if step.at_h_text is not None:
                self._ask_at(step.at_h_text)
            self._replaced = False
            self._set(step.typed)
            self._touch()

    def open_file(self, content: bytes | str) -> None:
        """Open a case file; a file that is refused leaves the course as it was."""
        try:
            case = read_case(content)
        except IgmFatError as error:
            self.message = str(error)
            return
        self._leave_patient()
        self._replaced = False
        self._take(case)
        self._touch()
        self._recompute()

    def restore(self, text: str, changed_at: str = "") -> None:
        """Take over what the browser kept."""
        try:
            typed, file_text = course_kept(text)
            case = read_case(file_text) if file_text is not None else None
        except IgmFatError as error:
            self.message = str(error)
            return
        if case is not None and typed_case(case) == typed:
            self._take(case)
        else:
            self.set_trait("typed", typed)
        self._ask_at("")
        self.changed_at = changed_at
        self._recompute()

    def forget(self) -> None:
        """Empty the page, its history and its message."""
        self._history, self._opened, self._replaced = [], None, False
        self.message = self.changed_at = self.at_h_text = ""
        self._set(TypedCourse())

    def begin_patient(self, typed: TypedCourse) -> None:
        """Take another patient in place of the one before, of whom nothing stays.

        Undo brings the one before back until the new one is changed.
        """
        if self.typed.is_empty():
            self.take_body(typed)
            return
        self._leave_patient()
        self._replaced, self._opened = True, None
        self.message = self.changed_at = ""
        self._set(typed)

    def take_body(self, typed: TypedCourse) -> None:
        """Take over what another part of the page typed of the same patient; no step to undo."""
        if typed != self.typed:
            self._forget_last_patient()
            self._set(typed)
            self._touch()

    def assume(self, assumptions: Assumptions | None) -> None:
        """Take the scenario and the parts of the rule from elsewhere on the page."""
        if assumptions != self._rule:
            self._rule = assumptions
            if assumptions is not None:
                self.scenario = assumptions.scenario
            self._recompute()

    @tl.observe("at_h_text", "probability", "scenario", "active")
    def _on_change(self, _change: object) -> None:
        if not self._filling:
            self._recompute()

    def _take(self, case: Case) -> None:
        typed = typed_case(case)
        self._opened, self.message = (typed, case), ""
        self.set_trait("typed", typed)

    def _step(self, typed: TypedCourse) -> None:
        ordered = in_order(typed)
        if ordered == self.typed:
            return
        self._forget_last_patient()
        self._remember()
        self.message = ""
        self._set(ordered)
        self._touch()

    def _remember(self, at_h_text: str | None = None) -> None:
        step = _Step(self.typed, at_h_text)
        self._history = [*self._history[-(MOST_STEPS - 1) :], step]

    def _leave_patient(self) -> None:
        """Another patient comes: the hour asked for goes with the one before."""
        self._remember(self.at_h_text)
        self._ask_at("")

    def _forget_last_patient(self) -> None:
        """A new patient carries nothing of the last one, once something of it is typed."""
        if self._replaced:
            self._replaced, self._history = False, []

    def _ask_at(self, at_h_text: str) -> None:
        """Ask for an hour without an answer yet: the course of that hour comes next."""
        filling, self._filling = self._filling, True
        self.at_h_text, self._filling = at_h_text, filling

    def _set(self, typed: TypedCourse) -> None:
        self.set_trait("typed", typed)
        self._recompute()

    def _touch(self) -> None:
        if self._clock is not None:
            self.changed_at = self._clock().isoformat(sep=" ", timespec="minutes")

    def _assumptions(self) -> Assumptions | None:
        """Check the choices like anything typed: what a browser sends is not to be trusted."""
        if self._rule is None:
            return None
        scenario: dict[str, Scenario] = {name: name for name in SCENARIOS}
        if self.scenario not in scenario:
            raise ImplausibleInput(_("“{word}” is no clearance.").format(word=self.scenario))
        return replace(self._rule, scenario=scenario[self.scenario])

    def _recompute(self) -> None:
        with one_batch():
            self.set_trait("can_undo", bool(self._history))
            self.set_trait("rows", None)
        try:
            outcome = self._outcome()
        except Exception:
            # Better nothing than what was typed before; the fault itself goes on to the log.
            self.set_trait("outcome", failed_course())
            raise
        with one_batch():
            self.set_trait("outcome", outcome)
        if outcome.answer:
            with one_batch():
                self.set_trait("rows", outcome.answer.rows())

    def _outcome(self) -> CourseOutcome:
        try:
            assumptions = self._assumptions()
        except IgmFatError as error:
            return CourseOutcome(refused={"scenario": str(error)}, waiting=str(error))
        return course_outcome(
            self.typed,
            opened=self.opened,
            at_h_text=self.at_h_text,
            probability=self.probability,
            seed=self._seed,
            assumptions=assumptions,
            with_answer=self.active,
        )


@dataclass(frozen=True, slots=True)
class _Step:
    """A course to go back to; with the hour asked for where another patient followed."""

    typed: TypedCourse
    at_h_text: str | None


def _case_at(path: str) -> Case:
    try:
        content = read_whole(Path(path), MOST_BYTES)
    except UnreadableInput as error:
        message = _("The case file “{name}” cannot be read.")
        raise UnreadableInput(message.format(name=Path(path).name)) from error
    return read_case(content)

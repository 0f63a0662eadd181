"""The model of a course's page: the patient as typed, the question asked, and one outcome."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import traitlets as tl

from igmfat_nb.case import MOST_BYTES, Case, read_case
from igmfat_nb.courses.population import Scenario
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.errors import IgmFatError, ImplausibleInput, UnreadableInput
from igmfat_nb.files import read_whole
from igmfat_nb.language import _
from igmfat_nb.protocol import titration
from igmfat_nb.titration import CASE_ASSUMPTIONS
from igmfat_nb.titration.bands import BandBefore
from igmfat_nb.units import given_text, whole
from igmfat_nb.widgets.course.outcome import CourseOutcome, course_outcome, failed_course
from igmfat_nb.widgets.parts.batched_updates import one_batch
from igmfat_nb.widgets.patient.model import Clock, PatientModel


class CourseModel(PatientModel):
    """One patient's course, what is asked of it, and the outcome, computed anew at every change.

    Attributes
    ----------
    probability, scenario
        The chance asked for, the assumed clearance.
    clock_h : float or None
        Now by the reader's clock [h], where hour zero has a date; None elsewhere.
    active : bool
        False while nobody looks: the case is read and can be saved, no more.
    outcome : CourseOutcome
        Read-only; never older than the inputs.
    rows : tuple of CourseRow or None
        The course day by day; set a moment after the outcome, None until then.
    """

    probability = tl.Float(titration.TARGET_CHANCE.value)
    scenario = tl.Unicode(CASE_ASSUMPTIONS.scenario)
    active = tl.Bool(True)
    clock_h = tl.Float(None, allow_none=True)
    outcome = tl.Instance(CourseOutcome, read_only=True)
    rows = tl.Tuple(allow_none=True, default_value=None, read_only=True)

    def __init__(
        self,
        case: Case | None = None,
        *,
        probability: float = titration.TARGET_CHANCE.value,
        seed: int = 1,
        clock: Clock | None = None,
        active: bool = True,
    ) -> None:
        self._seed, self._before = seed, BandBefore()
        self._rule: Assumptions | None = CASE_ASSUMPTIONS
        super().__init__(clock=clock)
        self._quiet = True
        self.probability, self.active = probability, active
        self._quiet = False
        if case is None:
            self.recompute()
        else:
            self._open(case)

    @classmethod
    def of_file(
        cls,
        path: str,
        *,
        probability: float = titration.TARGET_CHANCE.value,
        seed: int = 1,
        clock: Clock | None = None,
    ) -> "CourseModel":
        """Return the model of a page that opens with a case file; without a path, empty."""
        path = given_text(path, "case_path")
        case = _case_at(path) if path else None
        return cls(case, probability=probability, seed=whole(seed, "seed"), clock=clock)

    def assume(self, assumptions: Assumptions | None) -> None:
        """Take the scenario and the parts of the rule from elsewhere on the page."""
        if assumptions != self._rule:
            self._rule = assumptions
            if assumptions is not None:
                quiet, self._quiet = self._quiet, True
                self.scenario, self._quiet = assumptions.scenario, quiet
            self.recompute()

    @tl.observe("at_h_text", "probability", "scenario", "active", "clock_h")
    def _on_change(self, _change: object) -> None:
        if not self._quiet:
            self.recompute()

    def _assumptions(self) -> Assumptions | None:
        """Check the choices like anything typed: what a browser sends is not to be trusted."""
        if self._rule is None:
            return None
        scenario: dict[str, Scenario] = {name: name for name in get_args(Scenario)}
        if self.scenario not in scenario:
            raise ImplausibleInput(_("“{word}” is no clearance.").format(word=self.scenario))
        return replace(self._rule, scenario=scenario[self.scenario])

    def recompute(self) -> None:
        """Answer what is typed now; the days follow doses and curve."""
        with one_batch():
            super().recompute()
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
            self.reading,
            at_h_text=self.at_h_text,
            probability=self.probability,
            seed=self._seed,
            assumptions=assumptions,
            with_answer=self.active,
            before=self._before,
            clock_h=self.clock_h,
        )


def _case_at(path: str) -> Case:
    try:
        content = read_whole(Path(path), MOST_BYTES)
    except UnreadableInput as error:
        message = _("The case file “{name}” cannot be read.")
        raise UnreadableInput(message.format(name=Path(path).name)) from error
    return read_case(content)

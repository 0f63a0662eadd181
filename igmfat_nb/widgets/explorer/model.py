"""The model of a page: raw text in, one outcome out. No view, no medicine, no arithmetic."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import traitlets as tl

from igmfat_nb.bedside.patient import TypedPatient
from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.units import whole
from igmfat_nb.widgets.explorer.inputs import TypedAssumptions
from igmfat_nb.widgets.explorer.outcome import Outcome, failed_outcome, outcome_of
from igmfat_nb.widgets.parts.batched_updates import one_batch
from igmfat_nb.widgets.parts.moment import Clock, moment_text

PATIENT_FIELDS = tuple(part.name for part in fields(TypedPatient))
CHOICE_FIELDS = tuple(part.name for part in fields(TypedAssumptions))
BAND_SEED = 1  # the same as the command line's, so that both show the same band

_USUAL = TypedAssumptions()

#: No default patient, ever; this one is filled in only when somebody asks for it.
SYNTHETIC_PATIENT = TypedPatient(
    sex="male",
    age_years="64",
    height_cm="175",
    weight_kg="80",
    haematocrit="0.30",
    igm="38",
    igm_unit="mg/dL",
)


class ExplorerModel(tl.HasTraits):
    """What is typed and clicked, as text; and the outcome, computed anew at every change.

    Attributes
    ----------
    answers : dict of str to str
        Code of a criterion or contraindication → yes, no, unknown.
    past : str
        Why doses at the first titre are none of today: a course goes on after it.
    patients : int
        Read-only; how many times the patient was replaced as a whole.
    outcome : Outcome
        Read-only; never older than the inputs.
    calculated_at : str
        Read-only; when the doses shown were calculated, by the clock that was
        given. Empty without doses, or without a clock.
    """

    sex = tl.Unicode()
    age_years = tl.Unicode()
    height_cm = tl.Unicode()
    weight_kg = tl.Unicode()
    haematocrit = tl.Unicode()
    igm = tl.Unicode()
    igm_unit = tl.Unicode()
    answers = tl.Dict(key_trait=tl.Unicode(), value_trait=tl.Unicode())
    volume_rule = tl.Unicode(_USUAL.volume_rule)
    volume_ml_per_kg = tl.Unicode()
    coefficient = tl.Unicode()
    recovery = tl.Unicode(_USUAL.recovery)
    maintenance_ml_per_kg = tl.Unicode(_USUAL.maintenance_ml_per_kg)
    rounding = tl.Unicode(_USUAL.rounding)
    scenario = tl.Unicode(_USUAL.scenario)
    synthesis = tl.Unicode(_USUAL.synthesis)
    past = tl.Unicode()
    patients = tl.Int(0, read_only=True)
    outcome = tl.Instance(Outcome, read_only=True)
    calculated_at = tl.Unicode(read_only=True)

    def __init__(
        self,
        *,
        seed: int = BAND_SEED,
        with_course: bool = True,
        clock: Clock | None = None,
        **typed: object,
    ) -> None:
        self._seed, self._with_course, self._clock = seed, with_course, clock
        self._filling = True
        super().__init__(**typed)
        self._filling = False
        self._recompute()

    @classmethod
    def of(
        cls,
        typed: TypedPatient,
        answers: Mapping[str, str] | None = None,
        choices: TypedAssumptions | None = None,
        *,
        seed: int = BAND_SEED,
        with_course: bool = True,
        clock: Clock | None = None,
    ) -> "ExplorerModel":
        """Return the model of a page that opens with these inputs."""
        filled: dict[str, object] = asdict(typed) | asdict(choices or TypedAssumptions())
        filled["answers"] = _given_answers({} if answers is None else answers)
        seed = whole(seed, "seed")
        return cls(seed=seed, with_course=with_course, clock=clock, **filled)

    @property
    def has_clock(self) -> bool:
        """Whether the page says when it calculated."""
        return self._clock is not None

    @property
    def typed(self) -> TypedPatient:
        """The patient as typed."""
        return TypedPatient(**{name: getattr(self, name) for name in PATIENT_FIELDS})

    @property
    def choices(self) -> TypedAssumptions:
        """The assumptions as typed."""
        return TypedAssumptions(**{name: getattr(self, name) for name in CHOICE_FIELDS})

    def fill(
        self,
        typed: TypedPatient,
        answers: Mapping[str, str] | None = None,
        choices: TypedAssumptions | None = None,
        *,
        past: str = "",
    ) -> None:
        """Take another patient with its answers, and assumptions if given, in one step."""
        values = asdict(typed) | (asdict(choices) if choices else {})
        self._filling = True
        try:
            for name, value in values.items():
                setattr(self, name, value)
            self.answers, self.past = dict(answers or {}), past
            self.set_trait("patients", self.patients + 1)
        finally:
            self._filling = False
            self._recompute()

    def answer(self, code: str, word: str) -> None:
        """Answer one criterion or contraindication."""
        self.answers = {**self.answers, code: word}

    @tl.observe(*PATIENT_FIELDS, *CHOICE_FIELDS, "answers", "past")
    def _on_change(self, _change: object) -> None:
        if not self._filling:
            self._recompute()

    def _recompute(self) -> None:
        try:
            outcome = outcome_of(
                self.typed,
                self.answers,
                self.choices,
                seed=self._seed,
                with_course=self._with_course,
                past=self.past,
            )
        except Exception:
            # Better nothing than what was typed before; the fault itself goes on to the log.
            self._show(failed_outcome())
            raise
        self._show(outcome)

    def _show(self, outcome: Outcome) -> None:
        now = moment_text(self._clock()) if self._clock and outcome.arms else ""
        with one_batch():
            self.set_trait("outcome", outcome)
            self.set_trait("calculated_at", now)


def _given_answers(answers: Any) -> dict[str, str]:
    """Answers as a notebook was given them: YAML's no without quotes is false, and no text."""
    for code, answer in answers.items() if isinstance(answers, Mapping) else [("", answers)]:
        if not isinstance(answer, str) or not isinstance(code, str) or not code:
            message = _(
                "answers: {code} is {answer}; expected codes with “yes”, “no” or “unknown”."
            )
            given = str(answer)[:60]
            raise UnreadableInput(message.format(code=str(code) or _("all"), answer=given))
    return dict(answers)

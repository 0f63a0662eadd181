"""The model of a page: raw text in, one outcome out. No view, no medicine, no arithmetic."""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

import traitlets as tl

from igmfat_nb.bedside.patient import TypedPatient
from igmfat_nb.case.typed import TypedCase
from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.units import whole
from igmfat_nb.widgets.explorer.inputs import TypedAssumptions
from igmfat_nb.widgets.explorer.outcome import Outcome, failed_outcome, outcome_of
from igmfat_nb.widgets.parts.batched_updates import one_batch
from igmfat_nb.widgets.parts.moment import Clock, moment_text
from igmfat_nb.widgets.patient.model import PatientModel

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


class _OfPatient:
    """A field of the patient as typed: held by the patient's model, nowhere else."""

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, model: "ExplorerModel | None", _owner: type) -> str:
        return "" if model is None else str(getattr(model.typed, self._name))

    def __set__(self, model: "ExplorerModel", text: str) -> None:
        changes: dict[str, str] = {self._name: text}
        model.patient.type_body(replace(model.typed, **changes))


class ExplorerModel(tl.HasTraits):
    """The patient as typed, our assumptions as typed, and the outcome, anew at every change.

    Attributes
    ----------
    patient : PatientModel
        Who is typed; a page on which the course is followed too has one for both.
    answers : dict of str to str
        Code of a criterion or contraindication → yes, no, unknown.
    today : bool
        Whether the first titre's day is today; a page that knows the time says so.
    outcome : Outcome
        Read-only; never older than the inputs.
    calculated_at : str
        Read-only; when the doses shown were calculated, by the clock that was
        given. Empty without doses, or without a clock.
    calculated_iso : str
        Read-only; the same moment as ISO 8601, for a reader in another zone.
    """

    sex = _OfPatient()
    age_years = _OfPatient()
    height_cm = _OfPatient()
    weight_kg = _OfPatient()
    haematocrit = _OfPatient()
    igm = _OfPatient()
    igm_unit = _OfPatient()
    volume_rule = tl.Unicode(_USUAL.volume_rule)
    volume_ml_per_kg = tl.Unicode()
    coefficient = tl.Unicode()
    recovery = tl.Unicode()
    maintenance_ml_per_kg = tl.Unicode()
    rounding = tl.Unicode(_USUAL.rounding)
    scenario = tl.Unicode(_USUAL.scenario)
    synthesis = tl.Unicode(_USUAL.synthesis)
    today = tl.Bool(True)
    outcome = tl.Instance(Outcome, read_only=True)
    calculated_at = tl.Unicode(read_only=True)
    calculated_iso = tl.Unicode(read_only=True)

    def __init__(
        self,
        *,
        seed: int = BAND_SEED,
        with_course: bool = True,
        clock: Clock | None = None,
        answers: Mapping[str, str] | None = None,
        **typed: Any,
    ) -> None:
        self._seed, self._with_course, self._clock = seed, with_course, clock
        body = {name: typed.pop(name) for name in PATIENT_FIELDS if name in typed}
        self.patient = PatientModel(TypedCase().with_patient(TypedPatient(**body), answers))
        usual = TypedAssumptions()  # in the reader's signs
        self._filling = True
        super().__init__(
            **{
                "recovery": usual.recovery,
                "maintenance_ml_per_kg": usual.maintenance_ml_per_kg,
                **typed,
            }
        )
        self._filling = False
        self.patient.observe(self._on_patient, "typed")
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
        filled: dict[str, Any] = asdict(typed) | asdict(choices or TypedAssumptions())
        answered = _given_answers({} if answers is None else answers)
        seed = whole(seed, "seed")
        return cls(seed=seed, with_course=with_course, clock=clock, answers=answered, **filled)

    def share(self, patient: PatientModel) -> None:
        """Follow this patient from now on; who was typed here goes there if nobody is."""
        patient.blank = TypedCase().with_patient(TypedPatient())
        before, self.patient = self.patient, patient
        before.unobserve(self._on_patient, "typed")
        if patient.typed.is_empty():
            patient.type_body(before.typed.patient, before.typed.criteria)
        patient.observe(self._on_patient, "typed")
        if patient.typed != before.typed:
            self._recompute()

    @property
    def has_clock(self) -> bool:
        """Whether the page says when it calculated."""
        return self._clock is not None

    def now(self) -> datetime | None:
        """The moment by the clock that was given; None without one."""
        return self._clock() if self._clock else None

    @property
    def typed(self) -> TypedPatient:
        """The patient as typed."""
        return self.patient.typed.patient

    @property
    def answers(self) -> dict[str, str]:
        """Code of a criterion or contraindication → yes, no, unknown."""
        return dict(self.patient.typed.criteria)

    @answers.setter
    def answers(self, answers: Mapping[str, str]) -> None:
        self.patient.type_body(self.typed, answers)

    @property
    def choices(self) -> TypedAssumptions:
        """The assumptions as typed."""
        return TypedAssumptions(**{name: getattr(self, name) for name in CHOICE_FIELDS})

    def fill(
        self,
        typed: TypedPatient,
        answers: Mapping[str, str] | None = None,
        choices: TypedAssumptions | None = None,
    ) -> None:
        """Take another patient with its answers, and assumptions if given, in one step."""
        self._filling = True
        try:
            for name, value in asdict(choices).items() if choices else ():
                setattr(self, name, value)
            self.patient.begin_patient(typed, answers or {})
        finally:
            self._filling = False
            self._recompute()

    def answer(self, code: str, word: str) -> None:
        """Answer one criterion or contraindication."""
        self.answers = {**self.answers, code: word}

    def draw_course(self, drawn: bool) -> None:
        """Compute the titres over two weeks, or not while nobody looks at them."""
        if drawn != self._with_course:
            self._with_course = drawn
            self._recompute()

    @tl.observe(*CHOICE_FIELDS)
    def _on_change(self, _change: object) -> None:
        if not self._filling:
            self._recompute()

    def _on_patient(self, change: dict[str, Any]) -> None:
        """Follow the patient at the first titre; rows of later hours change nothing here."""
        if not self._filling and _at_first_titre(change["old"]) != _at_first_titre(change["new"]):
            self._recompute()

    def _recompute(self) -> None:
        try:
            outcome = outcome_of(
                self.patient.typed,
                self.patient.reading.patient,
                self.choices,
                seed=self._seed,
                with_course=self._with_course,
            )
        except Exception:
            # Better nothing than what was typed before; the fault itself goes on to the log.
            self._show(failed_outcome())
            raise
        self._show(outcome)

    def _show(self, outcome: Outcome) -> None:
        now = self.now() if outcome.arms else None
        with one_batch():
            self.set_trait("outcome", outcome)
            self.set_trait("calculated_iso", now.isoformat(timespec="seconds") if now else "")
            self.set_trait("calculated_at", moment_text(now) if now else "")


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


def _at_first_titre(typed: TypedCase) -> tuple[TypedPatient, dict[str, str], str, bool]:
    return typed.patient, dict(typed.criteria), typed.reading, typed.goes_on()

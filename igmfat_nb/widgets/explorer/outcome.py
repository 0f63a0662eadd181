"""From everything typed to everything shown: one outcome, whole or saying what it waits for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from igmfat_nb.bedside.answer import (
    ArmDose,
    BedsideAnswer,
    bedside_answer,
    personalised_arm,
    standard_arm,
)
from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import Arm
from igmfat_nb.bedside.eligibility import (
    Answer,
    Eligibility,
    Findings,
    assess,
    chance_of_crossing,
    not_cleared,
    parse_answers,
    stop_sentence,
)
from igmfat_nb.bedside.patient import BELOW, Body, Patient, Reading, TypedPatient
from igmfat_nb.case.typed import TypedCase
from igmfat_nb.courses.comparison import Comparison, compare_arms
from igmfat_nb.errors import IgmFatError, MissingInput
from igmfat_nb.language import _, mark
from igmfat_nb.notation import listed
from igmfat_nb.protocol.criteria import Statement
from igmfat_nb.widgets.explorer.inputs import (
    FIELD_NAMES,
    AssumptionsReading,
    TypedAssumptions,
    read_assumptions,
)

PAST = mark(
    "The course goes on after the first titre: what is due now is under “Follow the course”."
)
PATIENT_FIELDS = {part.name for part in fields(TypedPatient)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that a page shows for what is typed now.

    Attributes
    ----------
    refused : dict
        Field → the sentence that its error line shows.
    missing : tuple of str
        Fields that are still empty.
    blank : str
        Why there is no dose; empty when there is one.
    waiting : str
        Why there is no course; empty when there is one.
    stopped : str or None
        The label's contraindication that stops both doses.
    answer : BedsideAnswer or None
        Only for a whole patient under a whole rule, at the first titre.
    standard : ArmDose or None
        The standard arm's dose, which needs the weight only.
    ends : tuple of ArmDose or None
        The personalised dose at 0 and at the assay's limit, where the titre lies below it.
    """

    refused: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    findings: Findings = field(default_factory=Findings)
    eligibility: Eligibility | None = None
    crossing: float | None = None
    not_cleared: tuple[Statement, ...] = ()
    stopped: str | None = None
    patient: Patient | None = None
    warnings: tuple[str, ...] = ()
    choices: AssumptionsReading = field(default_factory=lambda: AssumptionsReading(None, None, {}))
    answer: BedsideAnswer | None = None
    standard: ArmDose | None = None
    ends: tuple[ArmDose, ArmDose] | None = None
    comparison: Comparison | None = None
    blank: str = ""
    waiting: str = ""

    @property
    def arms(self) -> dict[Arm, ArmDose] | None:
        """Today's dose of each arm with its working, or None."""
        return self.answer.arms if self.answer else None

    def arm_dose(self, arm: Arm) -> ArmDose | None:
        """Today's dose of one arm, as soon as what it needs is there."""
        if self.arms:
            return self.arms[arm]
        return self.standard if arm == "standard" else None


def outcome_of(
    typed: TypedCase,
    reading: Reading,
    choices: TypedAssumptions,
    *,
    seed: int,
    with_course: bool = True,
) -> Outcome:
    """Compute what depends on what could be read.

    Parameters
    ----------
    typed : TypedCase
        The patient as typed; a course that goes on after the first titre has no doses of it today.
    reading : Reading
        What could be read of the patient at the first titre.
    seed : int
        Of the virtual patients behind the bands.
    with_course : bool
        False where a page shows no curve and should not pay for it.
    """
    answers, past = typed.criteria, _(PAST) if typed.goes_on() else ""
    read_rule = read_assumptions(choices, typed.reading)
    refused, missing = _complaints(typed.patient, reading, read_rule)
    findings = _findings(reading)
    answered, eligibility = _answered(answers, findings, refused)
    patient = None if reading.errors else reading.patient()
    stopped = stop_sentence(answered)
    answer = None
    if patient and read_rule.rule and eligibility and not past:
        answer = bedside_answer(patient, read_rule.rule, answered)
    weight_kg, standard = findings.weight_kg, None
    if weight_kg is not None and read_rule.rule and eligibility and not (past or stopped):
        standard = standard_arm(weight_kg, read_rule.rule)
    arms, comparison = answer.arms if answer else None, None
    if arms and patient and read_rule.assumptions and with_course:
        comparison = compare_arms(patient, read_rule.assumptions, seed=seed)
    return Outcome(
        refused=refused,
        missing=missing,
        findings=findings,
        eligibility=eligibility,
        crossing=None if findings.igm_mg_dl is None else chance_of_crossing(findings.igm_mg_dl),
        not_cleared=not_cleared(answered),
        stopped=stopped,
        patient=patient,
        warnings=() if patient is None else tuple(patient.warnings()),
        choices=read_rule,
        answer=answer,
        standard=standard,
        ends=_ends(reading, read_rule.rule) if standard else None,
        comparison=comparison,
        blank="" if arms else _blank_sentence(refused, missing, stopped, past),
        waiting="" if comparison else _waiting_sentence(refused, missing, stopped, past),
    )


def _ends(reading: Reading, rule: DoseRule | None) -> tuple[ArmDose, ArmDose] | None:
    """Both doses of a titre below the assay's limit, once the body is whole."""
    limit_mg_dl = reading.igm_below_mg_dl
    if limit_mg_dl is None or rule is None or set(reading.errors) != {"igm"}:
        return None
    values = {name: reading.values[name] for name in Body.model_fields}
    body = Body.model_validate(values, strict=True)
    return personalised_arm(0.0, body, rule), personalised_arm(limit_mg_dl, body, rule)


def failed_outcome() -> Outcome:
    """Nothing, and a sentence: something broke that should not have."""
    sentence = _("This could not be calculated; change an input, or reload the page.")
    return Outcome(blank=sentence, waiting=sentence)


def _complaints(
    typed: TypedPatient, reading: Reading, choices: AssumptionsReading
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Sentences for refused fields; an empty field is not refused, it is missing."""
    errors = reading.errors | choices.errors
    missing = tuple(name for name, error in errors.items() if isinstance(error, MissingInput))
    refused = {name: str(error) for name, error in errors.items() if name not in missing}
    if "igm_unit" in missing and typed.igm.strip():
        refused["igm_unit"] = str(errors["igm_unit"])  # a number without its unit is a slip
        if typed.igm.strip().startswith(BELOW):
            refused.pop("igm", None)  # one sentence: with its unit it is a limit, which may stand
    if reading.igm_below_mg_dl is not None:
        refused.pop("igm", None)  # a case keeps it; what the rule cannot do is said at its dose
    for name in choices.errors:
        refused[name] = str(choices.errors[name])  # these start filled in: empty is a slip
    return refused, missing


def _findings(reading: Reading) -> Findings:
    return Findings(
        age_years=reading.number("age_years"),
        height_cm=reading.number("height_cm"),
        weight_kg=reading.number("weight_kg"),
        igm_mg_dl=reading.number("igm_mg_dl"),
        igm_below_mg_dl=reading.igm_below_mg_dl,
    )


def _answered(
    answers: Mapping[str, str], findings: Findings, refused: dict[str, str]
) -> tuple[dict[str, Answer], Eligibility | None]:
    """Check the answers; one that is no answer, or contradicts the data, is refused."""
    answered: dict[str, Answer] = {}
    try:
        answered = parse_answers(answers)
        return answered, assess(findings, answered)
    except IgmFatError as error:
        refused["answers"] = str(error)
        return answered, None


def _blank_sentence(
    refused: Mapping[str, str], missing: tuple[str, ...], stopped: str | None, past: str
) -> str:
    if stopped:
        return stopped
    if "answers" in refused:
        return refused["answers"]
    if refused:
        return _("No dose while an input is refused.")
    if not missing and past:
        return past
    if not missing:
        return _("The titre lies below the assay's limit: the rule needs a number.")
    if set(missing) == PATIENT_FIELDS:
        return _(
            "Type a patient to see the dose: sex, age, height, weight, haematocrit,"
            " and serum IgM with its unit."
        )
    return _waiting_for(missing)


def _waiting_sentence(
    refused: Mapping[str, str], missing: tuple[str, ...], stopped: str | None, past: str
) -> str:
    if stopped:
        return _("No course: the label's contraindication stops both doses.")
    if not refused and set(missing) == PATIENT_FIELDS:
        return _("Waiting for a patient.")
    if past and not refused and not missing:
        return past
    return _waiting_for(tuple(refused) or missing)


def _waiting_for(awaited: tuple[str, ...]) -> str:
    if not awaited:
        return _("Waiting for a titre that is a number.")
    names = [_(FIELD_NAMES[name]) for name in FIELD_NAMES if name in awaited]
    return _("Waiting for {fields}.").format(fields=listed(names)) if names else ""

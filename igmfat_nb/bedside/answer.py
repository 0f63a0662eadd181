"""The bedside's answer for one patient: put together once, shown by page, command and report."""

from collections.abc import Mapping
from dataclasses import dataclass

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import (
    Arm,
    PersonalisedSteps,
    StandardSteps,
    personalised_steps,
    standard_steps,
)
from igmfat_nb.bedside.eligibility import (
    Answer,
    Eligibility,
    Findings,
    assess,
    not_cleared,
    not_cleared_sentences,
    stop_sentence,
)
from igmfat_nb.bedside.infusion import Dose
from igmfat_nb.bedside.patient import Body, Patient
from igmfat_nb.bedside.working import personalised_working, standard_working
from igmfat_nb.language import _, mark
from igmfat_nb.protocol import constants
from igmfat_nb.protocol.criteria import Statement

ARM_TITLE: dict[Arm, str] = {
    "standard": mark("Standard arm"),
    "personalised": mark("Personalised arm"),
}


@dataclass(frozen=True, slots=True)
class ArmDose:
    """One arm's dose, the steps that reached it, and the same steps in words."""

    dose: Dose
    steps: StandardSteps | PersonalisedSteps
    working: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BedsideAnswer:
    """What is said of one patient at the first titre.

    Attributes
    ----------
    patient, rule, answers
        What it rests on.
    eligibility : Eligibility
        The verdict, criterion by criterion.
    not_cleared : tuple of Statement
        Contraindications of the label that nobody has answered.
    stopped : str or None
        The label's contraindication that stops both doses.
    arms : dict of ArmDose or None
        Today's dose of each arm; None where the label forbids the product. Without the
        personalised arm where the titre lies below the assay's limit.
    ends : tuple of ArmDose or None
        Then the personalised dose at 0 and at the limit.
    """

    patient: Body
    rule: DoseRule
    answers: Mapping[str, Answer]
    eligibility: Eligibility
    not_cleared: tuple[Statement, ...]
    stopped: str | None
    arms: dict[Arm, ArmDose] | None
    ends: tuple[ArmDose, ArmDose] | None = None

    @property
    def warnings(self) -> list[str]:
        """Rare values, questions nobody answered, doses that take longer than a day."""
        found = [*self.patient.warnings(), *not_cleared_sentences(self.answers)]
        for arm, given in (self.arms or {}).items():
            if sentence := given.dose.label_rate_warning():
                found.append(f"{_(ARM_TITLE[arm])}: {sentence}")
        return found

    @property
    def doses(self) -> dict[Arm, Dose]:
        """The dose of each arm; empty where the label forbids the product."""
        return {arm: given.dose for arm, given in (self.arms or {}).items()}


def bedside_answer(
    patient: Body,
    rule: DoseRule,
    answers: Mapping[str, Answer],
    *,
    igm_below_mg_dl: float | None = None,
) -> BedsideAnswer:
    """Work out both arms' dose of today, and what stands in its way.

    ``igm_below_mg_dl`` is the assay's limit of a body whose titre lies below it.

    Raises
    ------
    ImplausibleInput
        If an answer contradicts what the age, the body or the titre says, or another answer.

    Examples
    --------
    By hand: 80 kg × 250 mg/kg ÷ 50 mg/mL = 400 mL; 62 × 37.563 ÷ 0.9 ÷ 6 = 431 mL.

    >>> body = {"sex": "male", "age_years": 64.0, "height_cm": 175.0, "weight_kg": 80.0}
    >>> found = bedside_answer(Patient(**body, haematocrit=0.30, igm_mg_dl=38.0), DoseRule(), {})
    >>> {arm: dose.volume_ml for arm, dose in found.doses.items()}
    {'standard': 400.0, 'personalised': 431.0}
    >>> len(found.not_cleared), found.stopped
    (2, None)
    """
    stopped = stop_sentence(answers)
    return BedsideAnswer(
        patient=patient,
        rule=rule,
        answers=answers,
        eligibility=assess(Findings.of(patient, igm_below_mg_dl), answers),
        not_cleared=not_cleared(answers),
        stopped=stopped,
        arms=None if stopped else _arm_doses(patient, rule),
        ends=None
        if stopped or igm_below_mg_dl is None
        else (
            personalised_arm(0.0, patient, rule),
            personalised_arm(igm_below_mg_dl, patient, rule),
        ),
    )


def standard_arm(weight_kg: float, rule: DoseRule) -> ArmDose:
    """Today's dose in the standard arm with its working."""
    steps = standard_steps(weight_kg, rule.rounding)
    dose = Dose(float(steps.volume_ml), weight_kg, constants.STANDARD_DAYS.value)
    return ArmDose(dose, steps, tuple(standard_working(steps, rule)))


def personalised_arm(titre_mg_dl: float, patient: Body, rule: DoseRule) -> ArmDose:
    """The dose for a titre [mg/dL] in the personalised arm, with its working."""
    steps = personalised_steps(
        titre_mg_dl,
        weight_kg=patient.weight_kg,
        plasma_volume_ml=patient.plasma_volume_ml,
        rule=rule,
    )
    dose = Dose(float(steps.volume_ml), patient.weight_kg, constants.PERSONALISED_MAX_DAYS.value)
    return ArmDose(dose, steps, tuple(personalised_working(steps, patient, rule)))


def _arm_doses(patient: Body, rule: DoseRule) -> dict[Arm, ArmDose]:
    """Both arms' dose; of a body without a number the standard arm's alone."""
    doses: dict[Arm, ArmDose] = {"standard": standard_arm(patient.weight_kg, rule)}
    if isinstance(patient, Patient):
        doses["personalised"] = personalised_arm(patient.igm_mg_dl, patient, rule)
    return doses

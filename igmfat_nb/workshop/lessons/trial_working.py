"""Worked solutions of lesson 53, with the numbers of its exercise."""

from igmfat_nb.bedside.eligibility import chance_of_crossing
from igmfat_nb.case import Case
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import constants
from igmfat_nb.protocol.populations import MORTALITY_28_DAYS
from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.trial.sample_size import Comparison, detectable, patients_per_arm

CONTROL, TREATED = MORTALITY_28_DAYS.value, 0.25  # the second is the exercise's
TRIALS = 1000
PLAN = Comparison(CONTROL, TREATED)


def per_arm(_case: Case) -> float:
    """Patients in each arm."""
    return float(patients_per_arm(PLAN))


def per_arm_working(case: Case) -> list[str]:
    """Steps to them."""
    variance = CONTROL * (1 - CONTROL) + TREATED * (1 - TREATED)
    return [
        _("variances: {p1} × {q1} + {p2} × {q2} = {variance}").format(
            p1=number_text(CONTROL, 3),
            q1=number_text(1 - CONTROL, 3),
            p2=number_text(TREATED, 3),
            q2=number_text(1 - TREATED, 3),
            variance=number_text(variance, 3),
        ),
        _("(1.96 + 0.84)² × {variance} ÷ {difference}² = {n} in each arm, rounded up").format(
            variance=number_text(variance, 3),
            difference=number_text(CONTROL - TREATED, 3),
            n=number_text(per_arm(case)),
        ),
    ]


def smallest_effect(_case: Case) -> float:
    """The smallest fall that the trial can tell [percentage points]."""
    treated = detectable(PLAN)
    return 100 * (CONTROL - (treated if treated is not None else CONTROL))


def effect_working(case: Case) -> list[str]:
    """What it is worked out from."""
    return [
        _("{n} in each arm, power 80 %, two-sided 5 %").format(
            n=number_text(constants.SAMPLE_SIZE.value / 2)
        ),
        _("from {control} %, the smallest fall it can tell is {fall} percentage points").format(
            control=number_text(100 * CONTROL, 1), fall=number_text(smallest_effect(case), 1)
        ),
    ]


def false_alarms(_case: Case) -> float:
    """Trials of two equal arms that are significant."""
    return PLAN.alpha * TRIALS


def alarms_working(case: Case) -> list[str]:
    """Steps to them."""
    return [
        _("{trials} × {alpha} = {alarms} trials").format(
            trials=number_text(TRIALS),
            alpha=number_text(PLAN.alpha, 2),
            alarms=number_text(false_alarms(case)),
        )
    ]


def strategies(_case: Case) -> str:
    """What the arms of the trial ask."""
    return "strategies"


def strategies_working(_case: Case) -> list[str]:
    """What each arm gets."""
    return [
        _(
            "standard arm: 5 mL/kg on three days; personalised arm: by the titre, until"
            " vasopressors stop"
        ),
        _("no arm without IgM: its effect against none cannot be seen"),
    ]


def ml_per_kg() -> list[float]:
    """What one patient of the personalised arm got, day by day [mL/kg]."""
    case = teaching_case("fast-clearance").case
    return [dose.volume_ml / case.weight_kg for dose in case.doses]


def time_bias(_case: Case) -> str:
    """What follows of who reached the target."""
    return "time"


def time_working(_case: Case) -> list[str]:
    """How immortal time comes about, and its remedy."""
    return [
        _("to reach the target takes a day or two; who dies on day 1 never reaches it"),
        _("so “reached” contains survivors by construction, also when the effect is zero"),
        _(
            "remedy: compare arms as randomised, or count from a fixed morning among those"
            " alive then"
        ),
    ]


def chance_enters(case: Case) -> str:
    """What is true of a group chosen by a low measurement."""
    return "above" if chance_of_crossing(case.titres[0].measured_mg_dl) > 0 else "all"


def chance_working(case: Case) -> list[str]:
    """How often a repeat crosses the limit."""
    share = 100 * chance_of_crossing(case.titres[0].measured_mg_dl)
    return [
        _("measured {titre} mg/dL: a repeat crosses the limit in {share} %").format(
            titre=number_text(case.titres[0].measured_mg_dl), share=number_text(share)
        ),
        _("selected for low measurements, the group's true titres are a little higher"),
    ]

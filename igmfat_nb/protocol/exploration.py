"""Ranges over which assumed numbers are explored: each with its reason and its distribution.

A range says what is worth trying, not what is likely. It is log-uniform unless something is
known, or unless it begins at nought. None of it is the trial's.
"""

from dataclasses import dataclass
from typing import Literal

from igmfat_nb.language import mark
from igmfat_nb.protocol import constants, populations, product, virtual_trial
from igmfat_nb.protocol.provenance import Sourced
from igmfat_nb.protocol.sources import OURS

Spread = Literal["log-uniform", "uniform", "choice"]
Model = Literal["patient", "trial"]
BOTH: tuple[Model, ...] = ("patient", "trial")


@dataclass(frozen=True, slots=True)
class Explored:
    """One assumed number and how it is explored.

    Attributes
    ----------
    name : str
        By which commands call it.
    title, unit : str
        In words.
    base : float or str
        What every answer takes.
    low, high : float
        Ends of the range; nothing for a choice.
    spread : {"log-uniform", "uniform", "choice"}
        The distribution over it; a choice's options are equally likely.
    options : tuple of str
        Of a choice; empty for readings, of which all editions count.
    constant : str
        Name of its entry in ``igmfat sources``; empty for readings, listed by their own command.
    reason : str
        Why this range.
    models : tuple
        Where it plays a part.
    """

    name: str
    title: str
    unit: str
    base: float | str
    low: float
    high: float
    spread: Spread
    constant: str
    reason: str
    models: tuple[Model, ...] = BOTH
    options: tuple[str, ...] = ()


EXPLORED: tuple[Explored, ...] = (
    Explored(
        "reading", mark("The dose equation (reading)"), "", "deficit", 0.0, 0.0, "choice", "",
        mark("The texts we read do not state the equation; every reading is as likely."),
    ),
    Explored(
        "clearance", mark("Clearance"), mark("× healthy"), populations.CLEARANCE_INTERMEDIATE.value,
        1.0, 10.0, "log-uniform", "CLEARANCE_INTERMEDIATE",
        mark("From native IgM in health to beyond a monoclonal IgM in sepsis (7.3)."),
    ),
    Explored(
        "volume", mark("True central volume"), mark("× plasma volume"), 1.0, 0.8, 1.5,
        "log-uniform", "ALBUMIN_TO_PLASMA_VOLUME",
        mark("Albumin takes 1.1 of Nadler's plasma volume; leaks and oedema may add to it."),
    ),
    Explored(
        "recovery", mark("True recovery"), "", constants.RECOVERY.value, 0.65, 1.0,
        "log-uniform", "RECOVERY", mark("Of a monoclonal IgM over 80 % in 7 of 9; the range ours."),
    ),
    Explored(
        "rule_recovery", mark("The rule's recovery"), "", constants.RECOVERY.value, 0.65, 1.0,
        "log-uniform", "RECOVERY", mark("A rule may divide by another recovery, or by none."),
    ),
    Explored(
        "synthesis", mark("Synthesis"), "", populations.SYNTHESIS.value, 0.0, 0.0, "choice",
        "SYNTHESIS", mark("Nobody has measured it in septic shock."),
        options=("baseline", "recovering", "none"),
    ),
    Explored(
        "igm_content", mark("IgM in the product"), "mg/mL", product.IGM.value, 5.0, 7.0,
        "log-uniform", "IGM", mark("The label's 6; batches differ, how far is guessed."),
    ),
    Explored(
        "maintenance", mark("Dose at or above the target"), "mL/kg",
        constants.MAINTENANCE_DOSE.value, 0.0, 5.0, "uniform", "MAINTENANCE_DOSE",
        mark("From none to the standard arm's daily dose."),
    ),
    Explored(
        "intravascular", mark("Intravascular share of IgM"), "",
        populations.INTRAVASCULAR_SHARE.value, 0.7, 0.9, "log-uniform", "INTRAVASCULAR_SHARE",
        mark("Measured without shock; capillaries leak in sepsis."),
    ),
    Explored(
        "haematocrit", mark("Haematocrit"), mark("× measured"), 1.0, 5 / 6, 7 / 6, "log-uniform",
        "HAEMATOCRIT", mark("0.25 to 0.35 around 0.30: it falls with fluids and bleeding."),
    ),
    Explored(
        "exchange", mark("Exchange half-time"), mark("days"), populations.EXCHANGE_HALF_TIME.value,
        0.3, 3.0, "log-uniform", "EXCHANGE_HALF_TIME",
        mark("Three times faster or slower; not measured in sepsis."),
    ),
    Explored(
        "delay", mark("Titre to infusion"), "h", constants.DOSE_DELAY.value, 0.0, 6.0, "uniform",
        "DOSE_DELAY", mark("A laboratory at once, or half a shift."),
    ),
    Explored(
        "assay_cv", mark("Assay error"), "", populations.ASSAY_CV.value, 0.02, 0.10,
        "log-uniform", "ASSAY_CV", mark("A bound of 7 % was read; bedside methods may err more."),
    ),
    Explored(
        "clearance_cv", mark("Spread of clearance"), "", populations.CLEARANCE_CV.value, 0.3, 0.8,
        "log-uniform", "CLEARANCE_CV", mark("No data; guessed."),
    ),
    Explored(
        "volume_cv", mark("Spread of the central volume"), "",
        populations.CENTRAL_VOLUME_CV.value, 0.1, 0.4, "log-uniform", "CENTRAL_VOLUME_CV",
        mark("Half and twice ours."),
    ),
    Explored(
        "titre_median", mark("Median titre at shock"), "mg/dL",
        populations.TITRE_MEDIAN_AT_SHOCK.value, 45.0, 82.0, "log-uniform",
        "TITRE_MEDIAN_AT_SHOCK", mark("Fits to Taccone and to Prucha."), ("trial",),
    ),
    Explored(
        "titre_log_sd", mark("Spread of titres at shock"), mark("log units"),
        populations.TITRE_LOG_SD_AT_SHOCK.value, 0.45, 0.85, "log-uniform",
        "TITRE_LOG_SD_AT_SHOCK", mark("A third either way."), ("trial",),
    ),
    Explored(
        "vasopressors", mark("Median time on vasopressors"), "h",
        virtual_trial.VASOPRESSOR_MEDIAN.value, 48.0, 120.0, "log-uniform", "VASOPRESSOR_MEDIAN",
        mark("Two to five days."), ("trial",),
    ),
    Explored(
        "bmi", mark("Median BMI"), "kg/m²", virtual_trial.BMI.value[0], 24.0, 30.0, "log-uniform",
        "BMI", mark("Countries differ."), ("trial",),
    ),
    Explored(
        "mortality", mark("28-day mortality without an effect"), "",
        populations.MORTALITY_28_DAYS.value, 0.328, 0.408, "log-uniform", "MORTALITY_28_DAYS",
        mark("The published interval."), ("trial",),
    ),
)  # fmt: skip

_TITRATION = "of one patient's later titres, which play no part here"
_SIMULATION = "a choice of how to compute, not of what is true"
_SCREENED = "changes who comes, not what a dose does; the contrast moves by 0.02 or less"
_PRIOR = "an opinion on the result, not a part of the model"
#: Assumed and not explored, with why: a test holds that every other assumed number is.
NOT_EXPLORED: dict[str, str] = {
    "SAMPLING_INTERVAL": "the trial's rhythm: a dose a day",
    "CRITICAL_RATE": "words of a warning, no dose",
    "USUAL_POWER": "what a page offers first, no model",
    "RECONSTRUCTED_MORTALITY": "what a page offers first, no model",
    "TITRE_RESOLUTION": "less than a mg/dL",
    "RECOVERY_SD": "the recovery itself is explored over more than its spread",
    "RECOVERY_LIMITS": "truncation of that spread",
    "EXCHANGE_HALF_TIME_RANGE": "the half-time itself is explored over more than its spread",
    "SYNTHESIS_RISE": "modes of synthesis differ by more than the hours of the rise",
    "CLEARANCE_NATIVE": "an end of the range of clearance",
    "CLEARANCE_FAST": "within the range of clearance",
    "SCENARIO_WEIGHTS": "of the averaged scenario; clearance itself is explored",
    "EFFECT_PER_DAY_AT_TARGET": "the question of a design, never a guess of ours",
    "DEATH_MEDIAN": "cuts weeks short in both arms; the contrast moves by 0.02 or less",
    "VASOPRESSOR_LOG_SD": "the median is explored",
    **dict.fromkeys(
        ("MISFIT_CV", "EVENT_MISFIT_CV", "EVENT_HOURS", "TARGET_CHANCE", "NEXT_SAMPLE",
         "SAMPLE_CANDIDATES", "SAMPLE_HORIZON", "SURPRISE_SHARE", "VOLUME_TOLERANCE",
         "DURATION_RESOLUTION"),
        _TITRATION,
    ),
    **dict.fromkeys(
        ("TWINS", "EFFECTIVE_SAMPLE_FLOOR", "SIMULATED_WEIGHTS", "SIMULATED_PLASMA_VOLUMES",
         "SHARED_TWINS", "PRICES", "DRAWS_PATIENT", "DRAWS_TRIAL", "DRAWS_VALUE",
         "TRIAL_PATIENTS", "TRAJECTORIES", "SCREENED", "BALANCED_TITRE", "BALANCED_AGE",
         "MINIMISATION_CHANCE", "LANDMARK_DAY"),
        _SIMULATION,
    ),
    **dict.fromkeys(
        ("MALE_SHARE", "AGE", "AGE_LIMITS", "HEIGHT_MALE", "HEIGHT_FEMALE", "HEIGHT_LIMITS",
         "BMI_LIMITS", "HAEMATOCRIT_LIMITS", "EXCLUSION_CHANCES"),
        _SCREENED,
    ),
    **dict.fromkeys(("PRIOR_SCEPTICAL", "PRIOR_NEUTRAL", "PRIOR_ENTHUSIASTIC"), _PRIOR),
}  # fmt: skip

PRICES = Sourced(
    (0.0, 5.0, 15.0),
    "h at target per 100 mL",
    OURS,
    "worth measuring",
    status="assumed",
    note="Hours at target that 100 mL of product must be worth; three to look at, yours to set.",
)
DRAWS_PATIENT = Sourced(
    512,
    "draws",
    OURS,
    "sensitivity",
    status="assumed",
    note="Base size of Sobol's sequence for one patient; a power of two.",
)
DRAWS_TRIAL = Sourced(
    64,
    "draws",
    OURS,
    "sensitivity",
    status="assumed",
    note="The same for a trial, over the assumptions that screening leaves.",
)
DRAWS_VALUE = Sourced(
    (2048, 512),
    "draws",
    OURS,
    "worth measuring",
    status="assumed",
    note="Of all assumptions together: for one patient, and for a trial.",
)
TRIAL_PATIENTS = Sourced(
    2000,
    "patients",
    OURS,
    "sensitivity",
    status="assumed",
    note="Of each virtual trial; the contrast's error is 0.01, much of it shared by all.",
)
TRAJECTORIES = Sourced(
    6, "trajectories", OURS, "sensitivity", status="assumed", note="Of Morris' screening."
)
SCREENED = Sourced(
    5,
    "assumptions",
    OURS,
    "sensitivity",
    status="assumed",
    note="That screening leaves for Sobol indices of a trial.",
)

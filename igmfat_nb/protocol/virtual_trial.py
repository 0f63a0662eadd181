"""What a virtual trial needs beyond the protocol: nearly all of it assumed.

The trial's own statistics section could not be read. Bodies, exclusions,
vasopressor and survival times are round choices of this software that a
design file can change; none is the trial's.
"""

from igmfat_nb.protocol.provenance import Sourced
from igmfat_nb.protocol.sources import OURS, PRICE_PAGE_2019

MALE_SHARE = Sourced(0.6, "fraction", OURS, "virtual patients", status="assumed", note="Round.")
AGE = Sourced(
    (66.0, 14.0), "years", OURS, "virtual patients", status="assumed", note="Normal, 19 to 95."
)
AGE_LIMITS = Sourced(
    (19.0, 95.0), "years", OURS, "virtual patients", status="assumed", note="Adults are screened."
)
HEIGHT_MALE = Sourced(
    (175.0, 7.0), "cm", OURS, "virtual patients", status="assumed", note="Normal, 150 to 205."
)
HEIGHT_FEMALE = Sourced(
    (162.0, 6.5), "cm", OURS, "virtual patients", status="assumed", note="Normal, 150 to 205."
)
HEIGHT_LIMITS = Sourced(
    (150.0, 205.0), "cm", OURS, "virtual patients", status="assumed", note="Truncation."
)
BMI = Sourced(
    (27.0, 0.2), "kg/m²", OURS, "virtual patients", status="assumed", note="Median, log-SD; 17-55."
)
BMI_LIMITS = Sourced(
    (17.0, 55.0), "kg/m²", OURS, "virtual patients", status="assumed", note="Truncation."
)
HAEMATOCRIT = Sourced(
    (0.30, 0.045), "fraction", OURS, "virtual patients", status="assumed", note="0.20 to 0.45."
)
HAEMATOCRIT_LIMITS = Sourced(
    (0.20, 0.45), "fraction", OURS, "virtual patients", status="assumed", note="Truncation."
)

#: First reason for exclusion → chance among screened patients, asked in this order.
EXCLUSION_CHANCES = Sourced(
    {
        "shock_over_24_h": 0.10,
        "cause_uncertain": 0.03,
        "limited_treatment": 0.08,
        "neutropenia": 0.04,
        "chronic_renal_dysfunction": 0.05,
        "other_criterion": 0.03,
        "no_consent": 0.10,
    },
    "fraction",
    OURS,
    "screening",
    status="assumed",
    note="Rates of each exclusion in septic shock were not found.",
)

BALANCED_TITRE = Sourced(
    40.0, "mg/dL", OURS, "minimisation", status="assumed", note="Balanced below and above it."
)
BALANCED_AGE = Sourced(
    65.0, "years", OURS, "minimisation", status="assumed", note="Balanced below and above it."
)
MINIMISATION_CHANCE = Sourced(
    0.8,
    "fraction",
    OURS,
    "minimisation",
    status="assumed",
    note="Chance of the arm that lowers the imbalance, where one does; a biased coin.",
)

PRIOR_SCEPTICAL = Sourced(
    (0.5, 2.0),
    "odds ratio of death",
    OURS,
    "prior opinions",
    status="assumed",
    note="Holds 95 % of the prior; normal in the log, centred on 1.",
)
PRIOR_NEUTRAL = Sourced(
    (0.05, 20.0),
    "odds ratio of death",
    OURS,
    "prior opinions",
    status="assumed",
    note="Holds 95 % of the prior; normal in the log, centred on 1.",
)
PRIOR_ENTHUSIASTIC = Sourced(
    (0.6, 0.05),
    "odds ratio of death, chance",
    OURS,
    "prior opinions",
    status="assumed",
    note="Centre of the prior, and its chance of an odds ratio above 1; normal in the log.",
)
LANDMARK_DAY = Sourced(
    3,
    "days",
    OURS,
    "immortal time",
    status="assumed",
    note="The fair comparison counts from this morning on, among those alive then.",
)

VASOPRESSOR_MEDIAN = Sourced(
    72.0, "h", OURS, "virtual patients", status="assumed", note="Log-normal duration."
)
VASOPRESSOR_LOG_SD = Sourced(
    0.8, "log units", OURS, "virtual patients", status="assumed", note="Log-normal duration."
)
DEATH_MEDIAN = Sourced(
    7.0,
    "days",
    OURS,
    "endpoint",
    status="assumed",
    note="Median of an exponential before it is cut off at 28 days; half of those who die by day"
    " 28 do so by day 6.39.",
)
EFFECT_PER_DAY_AT_TARGET = Sourced(
    0.0,
    "log odds of death per day",
    OURS,
    "endpoint",
    status="assumed",
    note="Zero: evidence on IgM and death is inconsistent, the largest cohort finds no link.",
)
USUAL_POWER = Sourced(0.8, "fraction", OURS, "sample size", status="assumed", note="Convention.")
RECONSTRUCTED_MORTALITY = Sourced(
    (0.45, 0.30),
    "fraction",
    OURS,
    "sample size",
    status="assumed",
    note="Standard and personalised arm; with 10 % drop-out one of several round pairs that give"
    " 356 patients. A reconstruction, not the protocol: no effect on death is known.",
)
SHARED_TWINS = Sourced(
    512, "virtual patients", OURS, "forecast rule", status="assumed", note="Shared by all patients."
)
PRICE_PER_ML = Sourced(
    6.602,
    "EUR/mL",
    PRICE_PAGE_2019,
    "10 mL pack",
    status="derived",
    note="66.02 EUR / 10 mL; list price page of 2019, indicative; opened vials are paid.",
)

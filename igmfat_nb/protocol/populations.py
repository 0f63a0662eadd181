"""Kinetics of IgM, and how far patients differ: published where it is, assumed where it is not.

No kinetics of this product in septic shock could be read. Native IgM is the
slow extreme, a monoclonal IgM in sepsis the fast one, and the default between
them is a choice of this software.
"""

from typing import Literal

from igmfat_nb.protocol.provenance import Sourced
from igmfat_nb.protocol.sources import (
    ALBIOS_DAY_7,
    BARTH_1964,
    BAUER_2020,
    BN_II,
    EISEN_2017,
    F_CELL_RATIO,
    FISHER_1990,
    KHAZAELI_1990,
    MEDICAL_ALGORITHMS,
    NADLER,
    OURS,
    PRUCHA_2013,
    ROSSING_1978,
    TACCONE_2009,
    VENET_2011,
    VINCENT_2019,
)

SynthesisMode = Literal["baseline", "recovering", "none"]

NADLER_MALE = Sourced(
    (0.3669, 0.03219, 0.6041),
    "L",
    NADLER,
    "Men",
    note="a h³ + b w + c; h in m, w in kg.",
)
NADLER_FEMALE = Sourced(
    (0.3561, 0.03308, 0.1833),
    "L",
    NADLER,
    "Women",
    note="a h³ + b w + c; h in m, w in kg.",
)
BODY_TO_VENOUS_HAEMATOCRIT = Sourced(
    0.9,
    "ratio",
    MEDICAL_ALGORITHMS,
    "Blood volume",
    note="Doubtful: 0.91 on another page of the same site, and a study of the ratio (below) holds"
    " that venous haematocrit needs no correction; 0.91 takes 0.4 % off the plasma volume at a"
    " haematocrit of 0.30, 1 takes 4 % off it.",
)
ALBUMIN_TO_PLASMA_VOLUME = Sourced(
    1.1,
    "ratio",
    F_CELL_RATIO,
    "Abstract",
    note="Volume of albumin given over the plasma volume by Nadler's equation, 41 volunteers; not"
    " used. The assumed spread of the central volume (20 %) covers it.",
)

NATIVE_HALF_LIFE = Sourced(5.1, "days", BARTH_1964, "Abstract", note="7 controls.")
INTRAVASCULAR_SHARE = Sourced(0.82, "fraction", BARTH_1964, "Abstract", note="All 33 subjects.")
NATIVE_SYNTHESIS = Sourced(6.9, "mg/kg/day", BARTH_1964, "Abstract", note="Controls.")
PROTEIN_LOSING_HALF_LIFE = Sourced(1.5, "days", BARTH_1964, "Abstract")
NATIVE_FRACTIONAL_CLEARANCE = Sourced(
    0.166,
    "per day",
    BARTH_1964,
    "Abstract",
    status="derived",
    note="ln 2 / 5.1 days / 0.82, of the plasma pool.",
)
MONOCLONAL_VOLUME = Sourced(48.5, "mL/kg", FISHER_1990, "Abstract", note="HA-1A; 34 adults.")
MONOCLONAL_CLEARANCE = Sourced(2.8, "mL/kg/h", FISHER_1990, "Abstract", note="HA-1A; SEM 0.4.")
MONOCLONAL_HALF_LIFE = Sourced(15.9, "h", FISHER_1990, "Abstract", note="HA-1A; SEM 1.5.")
MONOCLONAL_HALF_LIFE_CANCER = Sourced(31.5, "h", KHAZAELI_1990, "Abstract", note="20.3 to 44.6.")
MONOCLONAL_VOLUME_STEADY = Sourced(58.0, "mL/kg", EISEN_2017, "Abstract", note="rHIgM22; about.")

_SCENARIO_NOTE = (
    "Multiple of healthy plasma clearance. An assumption, not this patient's half-life:"
    " no value for this product in septic shock could be read. Look at all three."
)
CLEARANCE_NATIVE = Sourced(
    1.0, "× healthy", OURS, "scenario native", status="assumed", note=_SCENARIO_NOTE
)
CLEARANCE_INTERMEDIATE = Sourced(
    1.7,
    "× healthy",
    OURS,
    "scenario intermediate",
    status="assumed",
    note=_SCENARIO_NOTE,
)
CLEARANCE_FAST = Sourced(
    7.3, "× healthy", OURS, "scenario fast", status="assumed", note=_SCENARIO_NOTE
)
SCENARIO_WEIGHTS = Sourced(
    (1 / 3, 1 / 3, 1 / 3),
    "probability of native, intermediate and fast",
    OURS,
    "scenario averaged",
    status="assumed",
    note="Before any later titre. Nothing read tells the three apart for this product in septic"
    " shock, so they weigh the same; a patient's titres change the weights.",
)
EXCHANGE_HALF_TIME = Sourced(
    1.0,
    "days",
    OURS,
    "kinetics",
    status="assumed",
    note="Between plasma and tissue: k12 + k21 = ln 2 per half-time. So 0.52 % of the IgM in plasma"
    " leaves for tissue an hour, 0.26 to 1.04 % over the assumed spread, which fits the measured"
    " bound (Rossing 1978).",
)

ESCAPE_BOUND = Sourced(
    0.01,
    "per h",
    ROSSING_1978,
    "Abstract",
    note="Transcapillary escape of IgM in normal man: less than this share of the plasma pool.",
)

CENTRAL_VOLUME_CV = Sourced(
    0.2,
    "fraction",
    OURS,
    "spread",
    status="assumed",
    note="Log-normal around plasma volume.",
)
CLEARANCE_CV = Sourced(
    0.5,
    "fraction",
    OURS,
    "spread",
    status="assumed",
    note="Log-normal around the scenario.",
)
RECOVERY_SD = Sourced(
    0.07,
    "fraction",
    OURS,
    "spread",
    status="assumed",
    note="Normal around the recovery.",
)
RECOVERY_LIMITS = Sourced(
    (0.65, 1.0),
    "fraction",
    OURS,
    "spread",
    status="assumed",
    note="Truncation of the normal.",
)
EXCHANGE_HALF_TIME_RANGE = Sourced(
    (0.5, 2.0), "days", OURS, "spread", status="assumed", note="Log-uniform."
)
SYNTHESIS_RISE = Sourced(
    (72.0, 168.0),
    "h",
    OURS,
    "synthesis “recovering”",
    status="assumed",
    note="Linear rise to healthy synthesis over days 3 to 7; 61 % are in range by days 5 to 7"
    " (Venet 2011).",
)
SYNTHESIS: Sourced[SynthesisMode] = Sourced(
    "recovering",
    "mode of synthesis",
    OURS,
    "synthesis",
    status="assumed",
    note="Of every answer unless another is asked for. Of 150 patients 29 % were below 40 mg/dL on"
    " day 1 and 11 % on day 7 (ALBIOS). Untreated virtual patients, 26 % below 40 mg/dL at first,"
    " are 26 % at 168 h where synthesis holds the first titre, 15 % where it recovers.",
)
SHARE_BELOW_40_ALBIOS = Sourced(
    (0.29, 0.11),
    "fraction, days 1 and 7",
    ALBIOS_DAY_7,
    "Abstract",
    note="150 patients; some were treated, some had died by day 7. Day 1 fits a median of 57 mg/dL"
    " with log-SD 0.64.",
)
IN_RANGE_BY_DAY_5_TO_7 = Sourced(0.61, "fraction", VENET_2011, "Abstract", note="IgG and IgM.")

ASSAY_CV = Sourced(
    0.05,
    "fraction",
    OURS,
    "assay",
    status="assumed",
    note="Only the bound, below 7 %, was read (BN II report).",
)
ASSAY_CV_BOUND = Sourced(0.07, "fraction", BN_II, "Intermediate CV", note="Below.")

SHARE_BELOW_40_TACCONE = Sourced(0.43, "fraction", TACCONE_2009, "Abstract", note="9 of 21.")
SHARE_LOW_PRUCHA = Sourced(0.133, "fraction", PRUCHA_2013, "Abstract", note="Limit not stated.")
TITRE_MEDIAN_AT_SHOCK = Sourced(
    60.0,
    "mg/dL",
    TACCONE_2009,
    "Abstract; Prucha 2013",
    status="derived",
    note="Between log-normal fits to Taccone (45) and Prucha (82) with log-SD 0.64; ALBIOS (150"
    " patients) fits 57.",
)
TITRE_LOG_SD_AT_SHOCK = Sourced(
    0.64,
    "log units",
    OURS,
    "virtual patients",
    status="assumed",
    note="Used in both fits.",
)
MORTALITY_30_DAYS = Sourced(0.347, "fraction", BAUER_2020, "Abstract", note="0.326 to 0.369.")
MORTALITY_28_DAYS = Sourced(0.367, "fraction", VINCENT_2019, "Abstract", note="0.328 to 0.408.")

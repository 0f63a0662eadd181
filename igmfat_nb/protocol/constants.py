"""What each arm of the trial gives, and to whom.

The equation behind the personalised dose is in no text that could be read.
Its aim, its rhythm and its end are the trial's; every part of our rule that
fills the gap is marked *assumed*.
"""

from igmfat_nb.protocol.provenance import Sourced
from igmfat_nb.protocol.sources import BIAGIONI_2021, OURS, REGISTER

SAMPLE_SIZE = Sourced(356, "patients", BIAGIONI_2021, "Abstract")
CENTRES = Sourced(12, "intensive care units", BIAGIONI_2021, "Abstract")
ALLOCATION_RATIO = Sourced(1, "personalised to standard", BIAGIONI_2021, "Abstract")
PRIMARY_ENDPOINT_DAY = Sourced(28, "days", BIAGIONI_2021, "Abstract")

STANDARD_DOSE = Sourced(250.0, "mg/kg/day", BIAGIONI_2021, "Abstract")
STANDARD_DAYS = Sourced(3, "days", BIAGIONI_2021, "Abstract")
TARGET_TITRE = Sourced(
    100.0,
    "mg/dL",
    BIAGIONI_2021,
    "Abstract; register",
    note="Target: above 100 in the abstract, 100 or above in the register (NCT04182737), which is"
    " what counts here as at target.",
)
PERSONALISED_MAX_DAYS = Sourced(
    7,
    "days",
    BIAGIONI_2021,
    "Abstract",
    note="Until vasoactive drugs stop, at most this long.",
)

ENROLMENT_TITRE = Sourced(60.0, "mg/dL", BIAGIONI_2021, "Abstract", note="Strictly below.")
ENROLMENT_AGE = Sourced(18.0, "years", REGISTER, "Inclusion", note="Strictly above.")
MAXIMUM_BMI = Sourced(40.0, "kg/m²", REGISTER, "Exclusion", note="Excluded above.")
SHOCK_WINDOW = Sourced(24.0, "h", REGISTER, "Inclusion", note="Shock for less than this.")
SEPSIS_LACTATE = Sourced(2.0, "mmol/L", REGISTER, "Inclusion (Sepsis-3)", note="Strictly above.")
SEPSIS_PRESSURE = Sourced(65.0, "mmHg", REGISTER, "Inclusion (Sepsis-3)")
SEPSIS_SOFA_RISE = Sourced(2, "points", REGISTER, "Inclusion", note="At least.")
MINIMUM_NEUTROPHILS = Sourced(1000.0, "per mm³", REGISTER, "Exclusion", note="Excluded below.")
PRIOR_IMMUNOGLOBULIN = Sourced(6.0, "h", REGISTER, "Exclusion", note="Excluded above.")
RENAL_CREATININE = Sourced(
    3.4,
    "mg/dL",
    REGISTER,
    "Exclusion",
    note="Known chronic dysfunction needing dialysis; or above.",
)
RENAL_CLEARANCE = Sourced(
    30.0,
    "mL/min/1.73 m²",
    REGISTER,
    "Exclusion",
    note="Known chronic dysfunction; or below.",
)
OTHER_TRIAL_MONTHS = Sourced(3, "months", REGISTER, "Exclusion")

RECOVERY = Sourced(
    0.9,
    "fraction",
    OURS,
    "dose rule and kinetics",
    status="assumed",
    note="First peaks of a human monoclonal IgM reached over 80 % of the predicted in 7 of 9"
    " (Khazaeli 1990); range to explore 0.65 to 1.",
)
RECOVERY_RANGE = Sourced(
    (0.3, 1.0),
    "fraction",
    OURS,
    "dose rule",
    status="assumed",
    note="Accepted range.",
)
FIXED_VOLUME_RANGE = Sourced(
    (20.0, 150.0),
    "mL/kg",
    OURS,
    "dose rule",
    status="assumed",
    note="Accepted range.",
)
COEFFICIENT_RANGE = Sourced(
    (0.005, 1.0),
    "mL/kg per mg/dL",
    OURS,
    "dose rule",
    status="assumed",
    note="Accepted range; plasma volume 45 mL/kg and recovery 0.9 come to 0.083.",
)
MAINTENANCE_DOSE = Sourced(
    0.0,
    "mL/kg",
    OURS,
    "dose rule",
    status="assumed",
    note="No dose at or above the target; whether the trial gives one is unknown. A switch.",
)
LEVEL_RANGE = Sourced(
    (10.0, 500.0),
    "mg/dL",
    OURS,
    "readings of the dose rule",
    status="assumed",
    note="Accepted range of a level to fill to, or of a titre below which a dose is due.",
)
LOSS_HOURS_RANGE = Sourced(
    (6.0, 72.0),
    "h",
    OURS,
    "readings of the dose rule",
    status="assumed",
    note="Accepted range of the time to the next titre, for a reading that adds what is lost.",
)
LOSS_HALF_LIFE_RANGE = Sourced(
    (6.0, 500.0),
    "h",
    OURS,
    "readings of the dose rule",
    status="assumed",
    note="Accepted range of a half-life that a reading assumes.",
)
LOSS_SYNTHESIS_RANGE = Sourced(
    (0.0, 20.0),
    "mg/kg/day",
    OURS,
    "readings of the dose rule",
    status="assumed",
    note="Accepted range of the synthesis that a reading assumes.",
)
DOSE_DELAY = Sourced(
    2.0,
    "h",
    OURS,
    "dose rule",
    status="assumed",
    note="From drawing the titre to the start of the infusion.",
)
SAMPLING_INTERVAL = Sourced(
    24.0,
    "h",
    OURS,
    "course",
    status="assumed",
    note="Daily dosing is the trial's; hours are ours.",
)
TITRE_RESOLUTION = Sourced(
    1.0,
    "mg/dL",
    OURS,
    "course",
    status="assumed",
    note="A predicted titre is reported, and dosed on, in whole mg/dL, as laboratories print it.",
)

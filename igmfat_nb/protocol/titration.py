"""What following one patient from titre to titre takes: all of it a choice of this software.

The trial's rule is not known, and nobody has published how far IgM titres in
septic shock stray from a two-compartment course.
"""

from igmfat_nb.protocol.provenance import Sourced
from igmfat_nb.protocol.sources import OURS

TWINS = Sourced(
    5000,
    "virtual twins",
    OURS,
    "individualisation",
    status="assumed",
    note="Enough for errors below 2 % in titres predicted for the day after the last one; they"
    " grow from there, to 5 % a week past it where clearance is fast and titres are few.",
)
MISFIT_CV = Sourced(
    0.05,
    "fraction",
    OURS,
    "individualisation",
    status="assumed",
    note="Log-normal, on top of the assay: what a two-compartment course does not describe."
    " Independent from titre to titre. No data found; set equal to the assay's.",
)
EVENT_MISFIT_CV = Sourced(
    0.2,
    "fraction",
    OURS,
    "individualisation",
    status="assumed",
    note="In place of the usual misfit for titres drawn soon after a transfusion, plasma"
    " exchange, renal replacement or bleeding; several events add their variances.",
)
EVENT_HOURS = Sourced(
    24.0,
    "h",
    OURS,
    "individualisation",
    status="assumed",
    note="How long after an event a titre counts as drawn soon after it.",
)
EFFECTIVE_SAMPLE_FLOOR = Sourced(
    1500,
    "virtual twins",
    OURS,
    "individualisation",
    status="assumed",
    note="Of 5,000. Below this effective number the twins are resampled and moved, never used as"
    " they are; it keeps the error of quantiles predicted for the next day below 2 %.",
)
TARGET_CHANCE = Sourced(
    0.8,
    "fraction",
    OURS,
    "forecast rule",
    status="assumed",
    note="Chance of being at the target at the next sample; a slider.",
)
NEXT_SAMPLE = Sourced(
    24.0, "h", OURS, "forecast rule", status="assumed", note="After the decision: one day on."
)
SAMPLE_CANDIDATES = Sourced(
    (6.0, 12.0, 18.0, 24.0),
    "h",
    OURS,
    "next sample",
    status="assumed",
    note="After the decision; rounds of a ward.",
)
SAMPLE_HORIZON = Sourced(
    48.0,
    "h",
    OURS,
    "next sample",
    status="assumed",
    note="After the decision: a sample is judged by how well it tells the titre at this time.",
)
SURPRISE_SHARE = Sourced(
    0.99,
    "fraction",
    OURS,
    "surprising titres",
    status="assumed",
    note="A titre outside this prediction interval is kept, flagged and asked about.",
)
COURSE_TIME_RANGE = Sourced(
    (0.0, 672.0),
    "h",
    OURS,
    "case file",
    status="assumed",
    note="Believable range: 28 days from the first titre.",
)
DOSE_VOLUME_RANGE = Sourced(
    (0.1, 5000.0),
    "mL",
    OURS,
    "case file",
    status="assumed",
    note="Believable range of one infusion; what an arm would give is checked apart from it.",
)
DOSE_DURATION_RANGE = Sourced(
    (0.01, 168.0), "h", OURS, "case file", status="assumed", note="Believable range."
)
VOLUME_TOLERANCE = Sourced(
    1.0,
    "mL",
    OURS,
    "case file",
    status="assumed",
    note="A given volume this near to the rule's is no deviation.",
)
DURATION_RESOLUTION = Sourced(
    0.1,
    "h",
    OURS,
    "case file",
    status="assumed",
    note="Durations are noted in steps of this; half a step is no faster infusion.",
)

SIMULATED_WEIGHTS = Sourced(
    (50.0, 110.0),
    "kg",
    OURS,
    "calibration",
    status="assumed",
    note="Uniform; bodies of the simulated patients on whom the posterior is tried.",
)
SIMULATED_PLASMA_VOLUMES = Sourced(
    (38.0, 52.0),
    "mL/kg",
    OURS,
    "calibration",
    status="assumed",
    note="Uniform; of the simulated patients on whom the posterior is tried.",
)

"""What following one patient from titre to titre takes: all of it a choice of this software.

The trial's rule is not known, and nobody has published how far IgM titres in
septic shock stray from a two-compartment course.
"""

from igmfat_nb.protocol.provenance import Sourced
from igmfat_nb.protocol.sources import OURS

TWINS = Sourced(
    5000,
    "particles",
    OURS,
    "individualisation",
    status="assumed",
    note=(
        "Enough for errors below 2 % in titres predicted for the day after the last one."
        " Later the error grows, to 5 % after a week where clearance is fast and titres"
        " are few."
    ),
)
MISFIT_CV = Sourced(
    0.05,
    "fraction",
    OURS,
    "individualisation",
    status="assumed",
    note=(
        "Residual error beside the assay error: what a two-compartment course does not"
        " describe. Log-normal, independent from titre to titre. No data found; set equal"
        " to the assay error."
    ),
)
EVENT_MISFIT_CV = Sourced(
    0.2,
    "fraction",
    OURS,
    "individualisation",
    status="assumed",
    note=(
        "Instead of the usual residual error for titres drawn soon after a transfusion,"
        " plasma exchange, renal replacement or bleeding; the variances of several events"
        " add up."
    ),
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
    "particles",
    OURS,
    "individualisation",
    status="assumed",
    note=(
        "Of 5,000. Below this effective sample size the particles are resampled and"
        " moved, never used as they are; this keeps the error of quantiles predicted for"
        " the next day below 2 %."
    ),
)
TARGET_CHANCE = Sourced(
    0.8,
    "fraction",
    OURS,
    "forecast rule",
    status="assumed",
    note="Probability of reaching the target at the next sample; adjustable.",
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
    note=(
        "After the decision: a sample is rated by how precisely it predicts the titre at this time."
    ),
)
SURPRISE_SHARE = Sourced(
    0.99,
    "fraction",
    OURS,
    "outlying titres",
    status="assumed",
    note=("A titre outside this prediction interval is not excluded; it is flagged for checking."),
)
CRITICAL_RATE = Sourced(
    2.0,
    "multiple of the maximum labelled rate",
    OURS,
    "deviations",
    status="assumed",
    note="An infusion this much faster than the label allows is an alarm at the dose.",
)
COURSE_TIME_RANGE = Sourced(
    (0.0, 672.0),
    "h",
    OURS,
    "case file",
    status="assumed",
    note="Accepted range: 28 days from the first titre.",
)
DOSE_VOLUME_RANGE = Sourced(
    (0.1, 5000.0),
    "mL",
    OURS,
    "case file",
    status="assumed",
    note="Accepted range of one infusion; the arm's own dose is checked separately.",
)
DOSE_DURATION_RANGE = Sourced(
    (0.01, 168.0), "h", OURS, "case file", status="assumed", note="Accepted range."
)
VOLUME_TOLERANCE = Sourced(
    1.0,
    "mL",
    OURS,
    "case file",
    status="assumed",
    note="A given volume within this distance of the rule's is not a deviation.",
)
DURATION_RESOLUTION = Sourced(
    0.1,
    "h",
    OURS,
    "case file",
    status="assumed",
    note=(
        "Durations are recorded in these steps; half a step does not count as a faster infusion."
    ),
)

SIMULATED_WEIGHTS = Sourced(
    (50.0, 110.0),
    "kg",
    OURS,
    "calibration",
    status="assumed",
    note="Uniform; of the simulated patients used for calibration.",
)
SIMULATED_PLASMA_VOLUMES = Sourced(
    (38.0, 52.0),
    "mL/kg",
    OURS,
    "calibration",
    status="assumed",
    note="Uniform; of the simulated patients used for calibration.",
)

"""What scoring forecasts on recorded courses takes: all of it a choice of this software."""

from igmfat_nb.protocol.provenance import Sourced
from igmfat_nb.protocol.sources import OURS

SCORE_PARTICLES = Sourced(
    2000,
    "particles",
    OURS,
    "scoring",
    status="assumed",
    note="Of a patient whose forecasts are scored; a bedside answer has more.",
)
SIMULATED_COURSES = Sourced(
    200,
    "courses",
    OURS,
    "scoring",
    status="assumed",
    note="Of each patient, for the visual predictive check.",
)
DECORRELATION_COURSES = Sourced(
    1000,
    "courses",
    OURS,
    "scoring",
    status="assumed",
    note="Of each patient, for normalised prediction distribution errors.",
)
RESAMPLES = Sourced(
    1000, "resamples", OURS, "scoring", status="assumed", note="Of the patients, for intervals."
)
FALSE_ALARM = Sourced(
    0.03,
    "fraction",
    OURS,
    "scoring",
    status="assumed",
    note="Chance that an honest folder fails any check, shared among the checks.",
)
TELLING_ODDS = Sourced(
    20.0,
    "odds",
    OURS,
    "scoring",
    status="assumed",
    note="Between two clearances; below them patients are too few to tell.",
)
LEAST_PATIENTS = Sourced(
    5, "patients", OURS, "scoring", status="assumed", note="Below this nothing is concluded."
)

"""One patient's course as one JSON document: read whole or refused, never half-read.

``parts`` and ``model`` say what a case is, ``reading`` turns text into it and back, and
``deviations`` says where the doses given differ from an arm's rule. The same
document is what the page saves, the command line reads and a report points to.
"""

from igmfat_nb.case.deviations import deviations, standard_orders
from igmfat_nb.case.model import LATEST_SCHEMA, SCHEMA, SCHEMAS, Case
from igmfat_nb.case.parts import EVENT_KINDS, CaseDose, CaseTitre, ClinicalEvent, EventKind
from igmfat_nb.case.reading import (
    MOST_BYTES,
    case_json_schema,
    case_text,
    new_case,
    read_case,
)

__all__ = [
    "EVENT_KINDS",
    "LATEST_SCHEMA",
    "MOST_BYTES",
    "SCHEMA",
    "SCHEMAS",
    "Case",
    "CaseDose",
    "CaseTitre",
    "ClinicalEvent",
    "EventKind",
    "case_json_schema",
    "case_text",
    "deviations",
    "new_case",
    "read_case",
    "standard_orders",
]

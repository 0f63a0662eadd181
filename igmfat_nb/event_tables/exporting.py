"""Cases as one event table: NONMEM's columns first, then what only a case knows.

``ID TIME AMT RATE DUR DV EVID MDV CMT CENS`` and covariates are numbers that every reader of the
field takes; the columns after them are texts, to be dropped there, so that the import brings
back the same case to the last bit. Times in hours since the first titre, amounts in mg IgM,
titres in mg/dL; a titre below the assay's limit has CENS 1 and the limit as DV.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TextIO

from igmfat_nb.bedside.eligibility import QUESTIONS
from igmfat_nb.case import Case
from igmfat_nb.cohort.table_writer import inert
from igmfat_nb.event_tables.mapping import STOPPED
from igmfat_nb.protocol import product

NUMBERS = (
    *("ID", "TIME", "AMT", "RATE", "DUR", "DV", "EVID", "MDV", "CMT", "CENS"),
    *("WT", "HCT", "SEX", "AGE", "HT", "ARM"),
)
TEXTS = (
    "SUBJECT",
    "EVENT",
    "RESULT",
    "WT_TITRE",
    "HCT_TITRE",
    "WT_BASE",
    "HCT_BASE",
    *QUESTIONS,
    "NOTES",
)
COLUMNS = (*NUMBERS, *TEXTS)
MISSING = "."
_SEX = {"female": "0", "male": "1"}
_ARM = {"standard": "0", "personalised": "1"}
_IGM_MG_PER_ML = Decimal(repr(product.IGM.value))


@dataclass(frozen=True, slots=True)
class TitreRow:
    """A titre to be written: hour, number, whether it is a limit, what was stated with it."""

    time_h: float
    igm_mg_dl: float
    below: bool = False
    result_h: float | None = None
    weight_kg: float | None = None
    haematocrit: float | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What one subject's rows are written from; doses are (start h, mL, h), events (h, kind)."""

    subject: str
    sex: str
    age_years: float
    height_cm: float
    weight_kg: float
    haematocrit: float
    arm: str | None
    titres: Sequence[TitreRow]
    doses: Sequence[tuple[float, float, float]]
    events: Sequence[tuple[float, str]] = ()
    criteria: Mapping[str, str] = field(default_factory=dict)
    notes: str = ""


def course_of(case: Case) -> Course:
    """A case as it is written."""
    events = [(one.time_h, str(one.kind)) for one in case.events]
    if case.vasopressor_stopped_h is not None:
        events.append((case.vasopressor_stopped_h, STOPPED))
    return Course(
        *(case.subject, case.sex, case.age_years, case.height_cm, case.weight_kg),
        *(case.haematocrit, case.arm),
        titres=[
            TitreRow(
                *(one.time_h, one.reported_mg_dl, one.is_limit),
                *(one.result_h, one.weight_kg, one.haematocrit),
            )
            for one in case.titres
        ],
        doses=[(one.start_h, one.volume_ml, one.duration_h) for one in case.doses],
        events=events,
        criteria=case.criteria,
        notes=case.notes,
    )


def write_events(courses: Iterable[Course], file: TextIO, separator: str = ",") -> Iterator[int]:
    """Write courses as they come; yield the number of rows of each."""
    writer = csv.writer(file, delimiter=separator, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number, course in enumerate(courses, start=1):
        rows = event_rows(course, number)
        writer.writerows(rows)
        yield len(rows)


def event_rows(course: Course, number: int) -> list[list[str]]:
    """One subject's rows, in order of time; at one hour the titre before the dose."""
    rows: list[tuple[float, int, dict[str, str]]] = []
    rows += [(one.time_h, 0, _titre_cells(one)) for one in course.titres]
    rows += [(time_h, 1, _event_cells(kind)) for time_h, kind in course.events]
    rows += [(start_h, 2, _dose_cells(ml, hours)) for start_h, ml, hours in course.doses]
    rows.sort(key=lambda row: row[:2])
    constant = {
        "ID": str(number),
        "SUBJECT": course.subject,
        "SEX": _SEX[course.sex],
        "AGE": exact_text(course.age_years),
        "HT": exact_text(course.height_cm),
        "ARM": _ARM.get(course.arm or "", MISSING),
    }
    carried = {"WT": exact_text(course.weight_kg), "HCT": exact_text(course.haematocrit)}
    once: dict[str, str] = {**course.criteria, "NOTES": str(inert(course.notes))}
    once |= {f"{name}_BASE": text for name, text in carried.items()}
    written = []
    for time_h, _order, cells in rows:
        for name in carried:
            carried[name] = cells.get(f"{name}_TITRE", carried[name])
        row = (
            {"TIME": exact_text(time_h), "CMT": "1", "CENS": "0"}
            | constant
            | carried
            | once
            | cells
        )
        written.append([row.get(name) or _blank(name) for name in COLUMNS])
        once = {}
    return written


def exact_text(value: float) -> str:
    """Write a number so that it is read back to the last bit, and as no thousands.

    >>> exact_text(24.0), exact_text(0.1), exact_text(12.125)
    ('24', '0.1', '12.1250')
    """
    if value.is_integer():
        return str(int(value))
    return _plain(Decimal(repr(value)))


def _plain(number: Decimal) -> str:
    text = format(number.normalize(), "f")
    _whole, point, decimals = text.partition(".")
    return f"{text}0" if point and len(decimals) == 3 else text


def _blank(name: str) -> str:
    return MISSING if name in NUMBERS else ""


def _titre_cells(one: TitreRow) -> dict[str, str]:
    stated = {
        "RESULT": one.result_h,
        "WT_TITRE": one.weight_kg,
        "HCT_TITRE": one.haematocrit,
    }
    cells = {name: exact_text(value) for name, value in stated.items() if value is not None}
    flags = {"EVID": "0", "MDV": "0", "CENS": "1" if one.below else "0"}
    return cells | flags | {"DV": exact_text(one.igm_mg_dl)}


def _dose_cells(volume_ml: float, duration_h: float) -> dict[str, str]:
    amount = Decimal(repr(volume_ml)) * _IGM_MG_PER_ML
    return {
        "AMT": _plain(amount),
        "RATE": exact_text(float(amount) / duration_h),
        "DUR": exact_text(duration_h),
        "EVID": "1",
        "MDV": "1",
    }


def _event_cells(kind: str) -> dict[str, str]:
    return {"EVENT": kind, "EVID": "2", "MDV": "1"}

"""A table into cases: read = accepted + rejected, by row and by subject."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from igmfat_nb.case import Case
from igmfat_nb.cohort.rows import subject_sentence
from igmfat_nb.cohort.text_tables import LINE, OWN_COLUMNS, TORN
from igmfat_nb.errors import MissingInput
from igmfat_nb.event_tables.cells import Cells, Problem, Row
from igmfat_nb.event_tables.mapping import Mapping
from igmfat_nb.event_tables.records import records_of
from igmfat_nb.event_tables.subjects import Subject, case_of_subject
from igmfat_nb.language import _
from igmfat_nb.notation import seen_text

REJECTED_COLUMNS = ("line", "subject", "column", "value", "sentence")
_SUBJECT = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-")
_MOST_SUBJECT = 32


@dataclass(slots=True)
class Imported:
    """What became of a table.

    Attributes
    ----------
    cases : list of Case
        In the order in which their subjects first appear.
    problems : list of Problem
        Every reason, in the order of lines.
    counts : dict of int
        rows, rows_accepted, rows_rejected, rows_without_content; subjects, subjects_accepted,
        subjects_rejected.
    unused : list of str
        Columns of the table that the mapping does not name.
    """

    cases: list[Case] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)


def import_rows(
    table: pd.DataFrame,
    mapping: Mapping,
    *,
    partial: bool = False,
    done: Callable[[int], object] | None = None,
) -> Imported:
    """Read a table of text into cases.

    Parameters
    ----------
    table : DataFrame
        Of text, as ``cohort.text_tables.read_text_table`` gives it.
    mapping : Mapping
    partial : bool
        Whether a subject is kept without its bad rows, where the others make a case.
    done : callable, optional
        Told how many rows were dealt with.

    Raises
    ------
    MissingInput
        If the table lacks a column that the mapping names.
    """
    _check_columns(table, mapping)
    unused = set(table.columns) - {*mapping.columns.values(), *OWN_COLUMNS}
    found = Imported(unused=[str(name) for name in table.columns if name in unused])
    rejected_rows, rows_without, rejected_subjects = 0, 0, 0
    subjects, nameless = _subjects(table, mapping)
    for row in nameless:
        found.problems += row.problems
    for rows in subjects.values():
        subject = Subject(rows[0].subject, rows, [])
        without = _read(subject)
        case, problems, refused = _outcome(subject, partial=partial)
        found.problems += problems
        if case is not None:
            found.cases.append(case)
            rows_without += without
        rejected_subjects += case is None
        rejected_rows += refused
        if done is not None:
            done(len(rows))
    found.problems.sort(key=lambda one: one.line)
    found.counts = _counts(len(table), rejected_rows + len(nameless), rows_without)
    found.counts |= _subject_counts(len(subjects), rejected_subjects)
    return found


def rejected_rows(problems: list[Problem]) -> list[tuple[Any, ...]]:
    """Rows of ``REJECTED_COLUMNS``."""
    return [(one.line, one.subject, one.column, one.value, one.sentence) for one in problems]


def _counts(rows: int, rejected: int, without: int) -> dict[str, int]:
    return {
        "rows": rows,
        "rows_accepted": rows - rejected,
        "rows_rejected": rejected,
        "rows_without_content": without,
    }


def _subject_counts(subjects: int, rejected: int) -> dict[str, int]:
    return {
        "subjects": subjects,
        "subjects_accepted": subjects - rejected,
        "subjects_rejected": rejected,
    }


def _check_columns(table: pd.DataFrame, mapping: Mapping) -> None:
    for ours, theirs in mapping.columns.items():
        if theirs not in table:
            message = _("The table has no column “{theirs}”, which the mapping gives for {ours}.")
            raise MissingInput(message.format(theirs=seen_text(theirs), ours=ours))


def _subjects(table: pd.DataFrame, mapping: Mapping) -> tuple[dict[str, list[Row]], list[Row]]:
    """Rows by subject in the order of the file; and rows whose subject is none."""
    cells = Cells(table, mapping)
    names = cells.columns["subject"]
    lines = table[LINE].tolist() if LINE in table else list(range(2, len(table) + 2))
    torn = table[TORN].tolist() if TORN in table else [""] * len(table)
    subjects: dict[str, list[Row]] = {}
    nameless: list[Row] = []
    for index, name in enumerate(names):
        row = Row(cells, index, int(lines[index]), name)
        if torn[index]:
            row.refuse("", torn[index])
        if name and len(name) <= _MOST_SUBJECT and _SUBJECT.issuperset(name):
            subjects.setdefault(name, []).append(row)
        else:
            row.refuse("subject", subject_sentence(name))
            nameless.append(row)
    return subjects, nameless


def _read(subject: Subject) -> int:
    """Read a subject's rows; return how many record nothing."""
    without = 0
    for row in subject.rows:
        if not row.problems:
            records = records_of(row)
            if not row.problems:
                subject.records += records
                without += not records
    return without


def _outcome(subject: Subject, *, partial: bool) -> tuple[Case | None, list[Problem], int]:
    """The case or none, every reason, and how many rows are rejected."""
    own = [problem for row in subject.rows for problem in row.problems]
    bad = [row for row in subject.rows if row.problems]
    if not bad or (partial and len(bad) < len(subject.rows)):
        kept = Subject(subject.name, [r for r in subject.rows if not r.problems], subject.records)
        answer = case_of_subject(kept)
        if isinstance(answer, Case):
            return answer, own, len(bad)
        own += answer
    said = {problem.line for problem in own}
    first = min(said)
    message = _("Rejected with line {line} of the same subject.")
    for row in subject.rows:
        if row.line not in said:
            own.append(Problem(row.line, subject.name, "", "", message.format(line=first)))
    return None, own, len(subject.rows)

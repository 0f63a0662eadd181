"""The cells of one row: read exactly, each refusal beside its column.

A number is kept as the decimal that was written, so that units are converted without a
rounding: what was exported comes back to the last bit.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

import pandas as pd

from igmfat_nb.case.ward_clock import DATED, clock_of, no_date, settled, zone_of
from igmfat_nb.cohort.rows import has_decimal_commas
from igmfat_nb.errors import IgmFatError, ImplausibleInput, MissingInput, UnreadableInput
from igmfat_nb.event_tables.mapping import DateOrder, Mapping, SpanUnit, TimeUnit
from igmfat_nb.language import _
from igmfat_nb.notation import seen_text
from igmfat_nb.units import parse_number

Read = TypeVar("Read")
Moment = Decimal | datetime  # hours from some zero, or a moment by the calendar
_HOURS: dict[SpanUnit, tuple[int, int]] = {"minutes": (1, 60), "hours": (1, 1), "days": (24, 1)}
_KEPT = 200_000


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row, or a subject's rows together, cannot be used."""

    line: int
    subject: str
    column: str
    value: str
    sentence: str


class Cells:
    """A table's mapped columns as text, and how their numbers and times are written."""

    def __init__(self, table: pd.DataFrame, mapping: Mapping) -> None:
        self.mapping = mapping
        self.decimal_comma = has_decimal_commas(table[sorted({*mapping.columns.values()})])
        missing = {"", *mapping.missing}
        self.columns: dict[str, list[str]] = {}
        for ours, theirs in mapping.columns.items():
            known: dict[str, str] = {}
            for text in (texts := table[theirs].tolist()):
                if text not in known:
                    bare = text.strip()
                    known[text] = "" if bare in missing else bare
            self.columns[ours] = [known[text] for text in texts]
        for ours, text in mapping.same_for_all.items():
            self.columns[ours] = [text] * len(table)
        self.number = lru_cache(_KEPT)(self._number)
        self.moment = lru_cache(_KEPT)(self._moment)

    def _number(self, text: str, name: str, low: float, high: float) -> Decimal:
        """Read one number exactly; ``low`` and ``high`` tell 1.000 from 1,000."""
        value = parse_number(text, name, low=low, high=high, decimal_comma=self.decimal_comma)
        exact = Decimal(text.replace(",", "."))
        return exact if abs(value) < 1e15 else Decimal(value)

    def _moment(self, text: str, name: str) -> Moment:
        units = self.mapping.units
        if units.time == "date-times":
            return _date_time(text, name, units.zone or "", units.dates)
        number = self._number(text, name, 0, 672 if units.time == "hours" else 28)
        return number * 24 if units.time == "days" else number


@dataclass(slots=True)
class Row:
    """One row: what it says, and what of it was refused."""

    cells: Cells
    index: int
    line: int
    subject: str
    problems: list[Problem] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The text of our column, empty where it is missing."""
        column = self.cells.columns.get(name)
        return column[self.index] if column else ""

    def refuse(self, name: str, sentence: str) -> None:
        """Keep why a cell, or the row (no name), cannot be used."""
        column = self.cells.mapping.columns.get(name, name)
        self.problems.append(Problem(self.line, self.subject, column, self.text(name), sentence))

    def read(self, name: str, how: Callable[[str], Read]) -> Read | None:
        """Read a cell; None where it is missing, or refused."""
        text = self.text(name)
        if not text:
            return None
        try:
            return how(text)
        except IgmFatError as error:
            self.refuse(name, str(error))
            return None

    def number(self, name: str, low: float = 0.0, high: float = 1e6) -> Decimal | None:
        """A number as it was written."""
        called = self.called(name)
        return self.read(name, lambda text: self.cells.number(text, called, low, high))

    def moment(self, name: str, *, needed: bool = False) -> Moment | None:
        """A time in the table's unit; one that is needed and missing is refused."""
        if needed and not self.text(name):
            message = _("{name} is missing.")
            self.refuse(name, message.format(name=self.called(name)))
            return None
        return self.read(name, lambda text: self.cells.moment(text, self.called(name)))

    def span_h(self, name: str) -> Decimal | None:
        """A duration [h], in the unit of ``units.duration``, else of times."""
        units = self.cells.mapping.units
        number = self.number(name)
        return None if number is None else in_hours(number, units.duration, units.time)

    def code(self, name: str, coded: str = "") -> str | None:
        """Our word for a code; one that the mapping does not know is refused."""
        text = self.text(name)
        if not text:
            return None
        found = self.cells.mapping.code(coded or name, text)
        if found is None:
            message = _("{name} is “{text}”, which the mapping does not name.")
            self.refuse(name, message.format(name=self.called(name), text=seen_text(text[:60])))
        return found

    def flag(self, name: str) -> bool:
        """Whether a cell is 1; 0 and a missing one are no."""
        text = self.text(name)
        if text in ("", "0"):
            return False
        if text != "1":
            message = _("{name} is “{text}”; expected 0 or 1.")
            self.refuse(name, message.format(name=self.called(name), text=seen_text(text[:60])))
        return True

    def called(self, name: str) -> str:
        """What a sentence calls our column: the table's own name."""
        return self.cells.mapping.columns.get(name, name)


def in_hours(number: Decimal, span: SpanUnit | None, time: TimeUnit) -> Decimal:
    """A duration [h]; without a unit of its own it has that of times, of date-times hours."""
    unit: SpanUnit = span or ("days" if time == "days" else "hours")
    times, parts = _HOURS[unit]
    return number * times / parts


def hours_between(later: Moment, earlier: Moment) -> float:
    """Hours from one moment of a table to another; those that passed, whatever clocks did."""
    if isinstance(later, datetime) and isinstance(earlier, datetime):
        return (later - earlier).total_seconds() / 3600.0
    if isinstance(later, datetime) or isinstance(earlier, datetime):
        raise TypeError  # a table has one unit of time
    return float(later - earlier)


def _date_time(text: str, name: str, zone: str, order: DateOrder | None) -> datetime:
    found = DATED.fullmatch(text)
    if found is None:
        message = _("{name} is “{text}”; expected a date with a time, such as 2026-03-28 08:30.")
        raise UnreadableInput(message.format(name=name, text=seen_text(text[:60])))
    if found["year"] is not None:
        parts = (int(found["year"]), int(found["month"]), int(found["day"]))
    else:
        parts = _ordered(found["first"], found["next"], found["last"], order, name, text)
    try:
        day = date(*parts)
    except ValueError as error:
        raise UnreadableInput(no_date(text)) from error
    known = zone_of(zone)
    local = settled(datetime.combine(day, clock_of(found, text)), known, found["zone"], text)
    return local.replace(tzinfo=known).astimezone(UTC)


def _ordered(
    first: str, second: str, year: str | None, order: DateOrder | None, name: str, text: str
) -> tuple[int, int, int]:
    if order is None or order == "year-month-day":
        message = _("{name} is “{text}”; say in units.dates whether the day or the month is first.")
        raise MissingInput(message.format(name=name, text=text))
    if year is None:
        message = _("{name} is “{text}”, without a year.")
        raise ImplausibleInput(message.format(name=name, text=text))
    month, day = (second, first) if order == "day-month-year" else (first, second)
    return int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)

"""Time as a ward charts it: hours since the first titre, a clock time, a day, a date.

A case holds hours only. Clock and date need **hour zero**, when the first titre was drawn; the
hours between are those that passed, also over a night in which the clocks are changed. What
may be read in two ways is refused: ``03/04`` where both days lie in the course, a clock time
that occurs twice or never.
"""

import re
from datetime import date, datetime, timedelta
from typing import Literal

from igmfat_nb.case.parts import TIME_H
from igmfat_nb.case.ward_clock import (
    CLOCK,
    CLOCK_ONLY,
    DATE_ONLY,
    DATED,
    HourZero,
    clock_of,
    dates_of,
    no_date,
    offset_text,
    readings_of,
    settled,
    two_dates,
)
from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.errors import IgmFatError, ImplausibleInput, MissingInput, UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.notation import field_text, seen_text

TimeForm = Literal["hours", "clock", "date"]
SOON_H = 1e-6  # the least by which two times differ
_SECOND_DECIMALS = 4
_DAYS = re.compile(rf"(?P<word>[^\W\d]+)\s*(?P<number>\d{{1,3}})(?:,?\s+{CLOCK})?")
_POINTED_CLOCK = re.compile(r"0\d[.,]\d{2}")
_LIKE_DATE = re.compile(r"\d{1,4}[-/]\d|\d{1,2}\.\d{1,2}\.")


def read_hour(
    text: str, zero: HourZero | None = None, *, after_h: float = 0.0, name: str = ""
) -> float:
    """Read a time as charted: hours since the first titre.

    Parameters
    ----------
    text : str
        ``24``, ``24,5 h``; ``08:30``; ``day 2 08:30``; ``2026-03-29 08:30``, ``29.3. 08:30``.
    zero : HourZero, optional
        Needed for everything but hours.
    after_h : float
        A clock time without a day is the first one at or after this hour.
    name : str
        What the time is, for the sentence.

    Raises
    ------
    IgmFatError
        One sentence.

    Examples
    --------
    Rome's clocks went forward in the night: 24 hours by the clock are 23.

    >>> zero = HourZero.read("2026-03-28 08:30", "Europe/Rome")
    >>> read_hour("24,5"), read_hour("day 2 08:30", zero), read_hour("29.3. 08:30", zero)
    (24.5, 23.0, 23.0)
    >>> read_hour("08:00", zero, after_h=24.0)
    46.5
    """
    typed, called = text.strip(), name or _(TIME_H.name)
    if found := CLOCK_ONLY.fullmatch(typed):
        return _checked(_next_clock(_needed(zero, called, typed), found, typed, after_h))
    if found := _DAYS.fullmatch(typed):
        return _day_hour(_needed(zero, called, typed), found, called, typed)
    if found := DATED.fullmatch(typed):
        return _date_hour(_dated(_needed(zero, called, typed), called, typed), found, typed)
    if DATE_ONLY.fullmatch(typed) and _LIKE_DATE.match(typed):
        message = _("{name} is “{typed}”, a date without a time of day; add it, such as 08:30.")
        raise UnreadableInput(message.format(name=called, typed=typed))
    if ":" in typed or _LIKE_DATE.match(typed):
        message = _(
            "{name} is “{typed}”; expected hours, 08:30, day 2 08:30 or a date with a time."
        )
        raise UnreadableInput(message.format(name=called, typed=seen_text(typed)))
    if _POINTED_CLOCK.fullmatch(typed):
        message = _("{name} is “{typed}”; write {clock} for a clock time, or hours as {hours}.")
        clock = typed.replace(".", ":").replace(",", ":")
        hours = typed.lstrip("0").replace(",", ".")
        raise UnreadableInput(message.format(name=called, typed=typed, clock=clock, hours=hours))
    return resolved_h(TIME_H.parse(typed, called))


def is_clock(text: str) -> bool:
    """Whether a text is a clock time without a day, which goes by what stands before it.

    >>> is_clock("08:30"), is_clock("day 2 08:30"), is_clock("24")
    (True, False, False)
    """
    return bool(CLOCK_ONLY.fullmatch(text.strip()))


def hour_text(time_h: float, zero: HourZero | None = None, form: TimeForm = "hours") -> str:
    """Write an hour so that ``read_hour`` reads the same hour back.

    Parameters
    ----------
    time_h : float
    zero : HourZero, optional
        Without it there are only hours.
    form : {"hours", "clock", "date"}
        ``24.5``; ``day 2 09:00``; ``2026-03-29 09:00``, which an hour zero without a date has not.

    Examples
    --------
    >>> zero = HourZero.read("2026-10-24 08:30", "Europe/Rome")
    >>> hour_text(24.5, zero, "clock"), hour_text(18.0, zero, "date")
    ('day 2 08:00', '2026-10-25 02:30 +02:00')
    """
    time_h = resolved_h(time_h)  # as a case keeps it: half a step more would read as another
    if zero is None or form == "hours":
        return field_text(time_h)
    local = _rounded(zero.local_at(time_h))
    clock = _clock_text(local)
    if len(readings_of(local, zero.zone)) > 1:
        clock += f" {offset_text(local, zero.zone)}"
    if form == "date" and zero.dated:
        return f"{local.date().isoformat()} {clock}"
    day = (local.date() - zero.local.date()).days + 1
    return _("day {day} {clock}").format(day=day, clock=clock)


def _needed(zero: HourZero | None, name: str, typed: str) -> HourZero:
    if zero is None:
        message = _(
            "{name} is “{typed}”; a clock time needs the time of the first titre. Enter it, or"
            " write hours."
        )
        raise MissingInput(message.format(name=name, typed=seen_text(typed)))
    return zero


def _dated(zero: HourZero, name: str, typed: str) -> HourZero:
    if not zero.dated:
        message = _("{name} is “{typed}”; a date needs the date of the first titre.")
        raise MissingInput(message.format(name=name, typed=seen_text(typed)))
    return zero


def _next_clock(zero: HourZero, found: "re.Match[str]", typed: str, after_h: float) -> float:
    """The first hour at or after another at which the clock shows a time."""
    clock, day = clock_of(found, typed), zero.local_at(after_h).date()
    for date_ in (day, day + timedelta(days=1), day + timedelta(days=2)):
        local = settled(datetime.combine(date_, clock), zero.zone, found["zone"], typed)
        if (hour := zero.hours(local)) >= resolved_h(after_h):
            return hour
    raise UnreadableInput(no_date(typed))  # never: the day after next has it


def _day_hour(zero: HourZero, found: "re.Match[str]", name: str, typed: str) -> float:
    word, number = found["word"].casefold(), int(found["number"])
    if word not in {"day", "d", _("day").casefold(), _("day")[:1].casefold()}:
        message = _(
            "{name} is “{typed}”; expected hours, 08:30, day 2 08:30 or a date with a time."
        )
        raise UnreadableInput(message.format(name=name, typed=seen_text(typed)))
    if found["hour"] is None:
        message = _("{name} is “{typed}”, a day without a time; add it, such as 08:30.")
        raise UnreadableInput(message.format(name=name, typed=typed))
    if not number:
        message = _("{name} is “{typed}”; day 1 is the day of the first titre.")
        raise ImplausibleInput(message.format(name=name, typed=typed))
    day = zero.local.date() + timedelta(days=number - 1)
    local = datetime.combine(day, clock_of(found, typed))
    return _checked(zero.hours(settled(local, zero.zone, found["zone"], typed)))


def _date_hour(zero: HourZero, found: "re.Match[str]", typed: str) -> float:
    """The hour of the one date that lies in the course, if no other is as likely meant."""
    clock, hours = clock_of(found, typed), dict[date, float]()
    refused: IgmFatError | None = None
    days = list(dates_of(found, typed, zero.local.date()))
    for day in days:
        try:
            local = settled(datetime.combine(day, clock), zero.zone, found["zone"], typed)
            hours[day] = _checked(zero.hours(local))
        except ImplausibleInput as error:
            refused = refused or error
    if not hours:
        raise refused or UnreadableInput(no_date(typed))
    day_first = [day for day in days if found["first"] and day.day == int(found["first"])]
    if day_first and not hours.keys() & set(day_first):
        raise UnreadableInput(two_dates(typed, [day_first[0], *hours]))
    if len(hours) > 1:
        raise UnreadableInput(two_dates(typed, list(hours)))
    return next(iter(hours.values()))


def _rounded(local: datetime) -> datetime:
    """To the decimals of a second that are written; a carry goes through the calendar."""
    step = 10 ** (6 - _SECOND_DECIMALS)
    away = (local.microsecond + step // 2) // step * step - local.microsecond
    return (local + timedelta(microseconds=away)).replace(fold=local.fold)


def _clock_text(local: datetime) -> str:
    if not local.second and not local.microsecond:
        return f"{local:%H:%M}"
    if not local.microsecond:
        return f"{local:%H:%M:%S}"
    return f"{local:%H:%M:%S}.{local.microsecond:06d}".rstrip("0")


def _checked(time_h: float) -> float:
    return TIME_H.check(time_h)

"""The ward's clock and calendar: hour zero, and what a clock time or a date may mean."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.errors import ImplausibleInput, MissingInput, UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.notation import seen_text

MINUTES_PER_HOUR = 60
_UNDATED = date(2001, 1, 1)  # of an hour zero that is a clock time only
CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:[.,]\d{1,4})?))?"
    r"(?:\s*(?P<zone>[+-]\d{2}:\d{2}|[A-Z]{3,4}))?"
)
_DATE = (
    r"(?:(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"|(?P<first>\d{1,2})(?P<sign>[./])(?P<next>\d{1,2})(?:(?P=sign)(?P<last>\d{4}|\d{2})?)?)"
)
CLOCK_ONLY, DATE_ONLY = re.compile(CLOCK), re.compile(_DATE)
DATED = re.compile(rf"{_DATE}(?:T|,?\s+){CLOCK}")


@dataclass(frozen=True, slots=True)
class HourZero:
    """When the first titre was drawn, by the ward's clock.

    Attributes
    ----------
    local : datetime
        By the wall clock, without a zone; ``fold`` 1 is the second of two equal times.
    dated : bool
        Whether the date is known; else only the clock time is, and no clocks are changed.
    zone : ZoneInfo or None
        Whose clocks; None: clocks that are never changed.
    """

    local: datetime
    dated: bool
    zone: ZoneInfo | None = None

    @classmethod
    def read(cls, text: str, zone: str | None = None) -> "HourZero":
        """Read hour zero: a date with a clock time, or a clock time.

        Parameters
        ----------
        text : str
            ``2026-03-28 08:30``, ``28.3.2026 08:30`` or ``08:30``.
        zone : str, optional
            IANA name of the ward's zone, such as ``Europe/Rome``.

        Raises
        ------
        IgmFatError
            One sentence, also for a time that the zone's clocks never or twice show.
        """
        typed = text.strip()
        if not typed:
            raise MissingInput(_("The date and time of the first titre are missing."))
        known = zone_of(zone) if zone else None
        if found := CLOCK_ONLY.fullmatch(typed):
            return cls(datetime.combine(_UNDATED, clock_of(found, typed)), dated=False)
        found = DATED.fullmatch(typed)
        if found is None or (found["year"] is None and found["last"] is None):
            message = _("The first titre's draw is “{typed}”; expected 06:30 or 2026-03-28 06:30.")
            raise UnreadableInput(message.format(typed=seen_text(typed)))
        days = list(dates_of(found, typed))
        if len(days) > 1:
            raise UnreadableInput(two_dates(typed, days))
        local = datetime.combine(days[0], clock_of(found, typed))
        return cls(settled(local, known, found["zone"], typed), dated=True, zone=known)

    def hours(self, local: datetime) -> float:
        """Hours from hour zero to a local time."""
        return resolved_h((self._moment(local) - self._moment(self.local)) / timedelta(hours=1))

    def local_at(self, time_h: float) -> datetime:
        """The wall clock's time some hours after hour zero."""
        later = self._moment(self.local) + timedelta(hours=time_h)
        if self.zone is None:
            return later.replace(tzinfo=None)
        return later.astimezone(self.zone).replace(tzinfo=None)

    def _moment(self, local: datetime) -> datetime:
        zone = UTC if self.zone is None else self.zone
        return local.replace(tzinfo=zone).astimezone(UTC)


def zone_of(name: str) -> ZoneInfo:
    """Return the zone of an IANA name; anything else is refused."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = _("The zone “{name}” is not known; expected a name such as Europe/Rome.")
        raise UnreadableInput(message.format(name=seen_text(name))) from error


def clock_of(found: "re.Match[str]", typed: str) -> time:
    """The clock time of a match."""
    second = float((found["second"] or "0").replace(",", "."))
    try:
        whole = time(int(found["hour"]), int(found["minute"]), int(second))
    except ValueError as error:
        message = _("“{typed}”: a clock time is 00:00 to 23:59.")
        raise UnreadableInput(message.format(typed=typed)) from error
    return whole.replace(microsecond=round((second - int(second)) * 1e6))


def dates_of(found: "re.Match[str]", typed: str, near: date | None = None) -> Iterator[date]:
    """Every date that a text may mean: day before month, and with slashes the other way too.

    Without a year it is that of ``near``, or the next one.
    """
    if found["year"] is not None:
        yield _date(int(found["year"]), int(found["month"]), int(found["day"]), typed)
        return
    first, second, last = int(found["first"]), int(found["next"]), found["last"]
    years = [int(last) + (2000 if len(last) == 2 else 0)] if last else []
    if not years and near is not None:
        years = [near.year, near.year + 1]
    pairs = [(second, first)]
    if found["sign"] == "/" and first != second and first <= 12 and second <= 31:
        pairs.append((first, second))
    possible = [(month, day) for month, day in pairs if 1 <= month <= 12]
    if not possible:
        raise UnreadableInput(no_date(typed))
    for month, day in possible:
        for year in years:
            yield _date(year, month, day, typed)


def _date(year: int, month: int, day: int, typed: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise UnreadableInput(no_date(typed)) from error


def settled(local: datetime, zone: ZoneInfo | None, said: str | None, typed: str) -> datetime:
    """The local time that is meant: the one there is, or of two the one of the offset said.

    Raises
    ------
    UnreadableInput, ImplausibleInput
        If the zone's clocks show it never, or twice and nothing says which.
    """
    readings = readings_of(local, zone)
    if not readings:
        message = _("“{typed}” does not exist: the clocks went forward then.")
        raise ImplausibleInput(message.format(typed=typed))
    if said is not None:
        meant = [one for one in readings if said in _names(one, zone)]
        if not meant:
            message = _("“{typed}”: {said} is not the zone's time then.")
            raise UnreadableInput(message.format(typed=typed, said=said))
        return meant[0]
    if len(readings) > 1:
        message = _("“{typed}” occurs twice, as the clocks went back; add {first} or {second}.")
        first, second = (offset_text(one, zone) for one in readings)
        raise UnreadableInput(message.format(typed=typed, first=first, second=second))
    return readings[0]


def readings_of(local: datetime, zone: ZoneInfo | None) -> list[datetime]:
    """The moments at which clocks show a local time: one, two, or none; ``fold`` tells them."""
    if zone is None:
        return [local.replace(fold=0)]
    found: dict[datetime, datetime] = {}
    for fold in (0, 1):
        moment = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        shown = moment.astimezone(zone).replace(tzinfo=None)
        if shown.replace(fold=0) == local.replace(fold=0):
            found.setdefault(moment, local.replace(fold=fold))
    return list(found.values())


def _names(local: datetime, zone: ZoneInfo | None) -> set[str]:
    if zone is None:
        return set()
    return {offset_text(local, zone), str(local.replace(tzinfo=zone).tzname())}


def offset_text(local: datetime, zone: ZoneInfo | None) -> str:
    """How far a zone is ahead of UTC at a local time: ``+02:00``."""
    offset = local.replace(tzinfo=zone or UTC).utcoffset() or timedelta(0)
    minutes = round(abs(offset) / timedelta(minutes=1))
    sign = "-" if offset < timedelta(0) else "+"
    return f"{sign}{minutes // MINUTES_PER_HOUR:02d}:{minutes % MINUTES_PER_HOUR:02d}"


def no_date(typed: str) -> str:
    """Say that a text is no date."""
    return _("“{typed}” is no date of the calendar.").format(typed=seen_text(typed))


def two_dates(typed: str, days: list[date]) -> str:
    """Say that a text may be two dates."""
    message = _("“{typed}” could be {first} or {second}; write the one that is meant.")
    first, second = (day.isoformat() for day in days[:2])
    return message.format(typed=typed, first=first, second=second)

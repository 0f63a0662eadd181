"""How the page words an hour of the course: as the ward charts it, or since the first titre."""

from dataclasses import dataclass
from datetime import datetime

from igmfat_nb.case.charted_time import hour_text, read_hour
from igmfat_nb.case.parts import TIME_H
from igmfat_nb.case.ward_clock import HourZero
from igmfat_nb.errors import IgmFatError
from igmfat_nb.figures.time_words import TimeWords
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.titration.due import day_of

_WEEKDAYS = (
    mark("Mon"), mark("Tue"), mark("Wed"), mark("Thu"), mark("Fri"), mark("Sat"), mark("Sun"),
)  # fmt: skip
#: In one entry: May alone would be the month's long name too.
_MONTHS = mark("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")


@dataclass(frozen=True, slots=True)
class Times:
    """Hours since the first titre, hour zero where it is known, and which of them is shown."""

    zero: HourZero | None = None
    by_clock: bool = False

    @property
    def clock(self) -> HourZero | None:
        """Hour zero, where times are shown by the clock."""
        return self.zero if self.by_clock else None

    def text(self, time_h: float) -> str:
        """An hour as chosen: hour 48, day 3 06:30, or Wed 25 Nov 06:30."""
        if self.clock is None:
            return _("hour {hours}").format(hours=number_text(time_h, 2))
        if not self.clock.dated:
            return hour_text(round(time_h, 2), self.clock, "clock")
        local = self.clock.local_at(time_h)
        return f"{self.date(time_h)} {_minutes(local)}"

    def short(self, time_h: float) -> str:
        """An hour beside its day: the clock alone where the date stands there too."""
        if self.clock is None or not self.clock.dated:
            return self.text(time_h)
        return _minutes(self.clock.local_at(time_h))

    def date(self, time_h: float) -> str:
        """The date of an hour: Wed 25 Nov; empty where none is known."""
        if self.clock is None or not self.clock.dated:
            return ""
        local = self.clock.local_at(time_h)
        return _("{weekday} {day} {month}").format(
            weekday=_(_WEEKDAYS[local.weekday()]),
            day=local.day,
            month=_(_MONTHS).split()[local.month - 1],
        )

    def day(self, time_h: float) -> str:
        """The day of the course."""
        return _("Day {day}").format(day=self.number(time_h))

    def number(self, time_h: float) -> int:
        """The day's number: of the calendar by the clock, of 24 hours each by hours."""
        if self.clock is None:
            return day_of(time_h)
        return (self.clock.local_at(time_h).date() - self.clock.local.date()).days + 1

    def both(self, time_h: float) -> str:
        """Clock and hours where the clock is known."""
        hours = _("hour {hours}").format(hours=number_text(time_h, 1))
        if self.clock is None:
            return hours
        return f"{_minutes(self.clock.local_at(time_h))} · {hours}"

    def end(self, start_h: float, end_h: float) -> str:
        """The end of a span whose start stands before it."""
        if self.clock is None:
            return number_text(end_h, 1)
        local = self.clock.local_at(end_h)
        same = local.date() == self.clock.local_at(start_h).date()
        return _minutes(local) if same else self.text(end_h)

    def until(self, start_h: float, end_h: float) -> str:
        """The end of a span whose start does not stand before it."""
        return self.end(start_h, end_h) if self.clock else self.text(round(end_h, 1))

    def on_figure(self) -> TimeWords:
        """Days under a figure's axis: dates where they are known; hours where one points at."""
        if self.clock is None:
            return TimeWords(self.text)
        title = _("Day, at {clock}").format(clock=_minutes(self.clock.local))
        if self.clock.dated:
            title = _("From {time}").format(time=self.text(0.0))
        return TimeWords(self.text, self._tick, title)

    def _tick(self, time_h: float) -> str:
        if self.clock is None or not self.clock.dated:
            return str(self.number(time_h))
        local = self.clock.local_at(time_h)
        return f"{_(_WEEKDAYS[local.weekday()])}<br>{local.day}"

    def shown(self, text: str) -> str:
        """A time that is typed as hours, as chosen; anything else as it stands."""
        if self.clock is None or not text.strip():
            return text
        try:
            return hour_text(TIME_H.parse(text), self.clock, "clock")
        except IgmFatError:
            return text

    def hours(self, text: str, after_h: float = 0.0) -> str:
        """What was typed of a time, as hours; as it stands where it cannot be read.

        A clock time alone is the first one at or after ``after_h``.
        """
        try:
            return hour_text(read_hour(text, self.zero, after_h=after_h)) if text.strip() else ""
        except IgmFatError:
            return text


def _minutes(local: datetime) -> str:
    return f"{local:%H:%M}"

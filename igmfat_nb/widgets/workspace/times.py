"""How the page words an hour of the course: as the ward charts it, or since the first titre."""

from dataclasses import dataclass

from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.titration.due import day_of


@dataclass(frozen=True, slots=True)
class Times:
    """Hours since the first titre, and how they are shown."""

    by_clock: bool = False

    def text(self, time_h: float) -> str:
        """An hour as chosen."""
        return _("hour {hours}").format(hours=number_text(time_h, 2))

    def day(self, time_h: float) -> str:
        """The day of the course."""
        return _("Day {day}").format(day=day_of(time_h))

    def both(self, time_h: float) -> str:
        """Clock and hours where the clock is known."""
        return self.text(time_h)

    def end(self, _start_h: float, end_h: float) -> str:
        """The end of a span whose start stands before it."""
        return number_text(end_h, 2)

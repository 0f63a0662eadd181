"""When a page calculated what it shows: a clock that is given, and its answer in words."""

from collections.abc import Callable
from datetime import datetime

from igmfat_nb.language import _, mark

Clock = Callable[[], datetime]

_MONTHS = (
    mark("January"),
    mark("February"),
    mark("March"),
    mark("April"),
    mark("May"),
    mark("June"),
    mark("July"),
    mark("August"),
    mark("September"),
    mark("October"),
    mark("November"),
    mark("December"),
)


def local_time() -> datetime:
    """The time on this computer with its zone: the clock of a page, never of a calculation."""
    return datetime.now().astimezone()


def moment_text(moment: datetime) -> str:
    """Write a moment to the minute, with its zone when it has one.

    >>> moment_text(datetime(2026, 11, 23, 9, 14))
    '23 November 2026, 09:14'
    """
    text = _("{day} {month} {year}, {time}").format(
        day=moment.day,
        month=_(_MONTHS[moment.month - 1]),
        year=moment.year,
        time=f"{moment:%H:%M}",
    )
    return f"{text} {moment.tzname() or ''}".strip()

"""The likely next hour of a new row: what a page fills in, for a person to correct."""

from collections.abc import Iterator

from igmfat_nb.case.charted_time import SOON_H, read_hour
from igmfat_nb.case.parts import DOSE_DURATION_H, TIME_H
from igmfat_nb.case.typed import ListName, TypedCase, TypedDose
from igmfat_nb.case.typed_reading import TIME_FIELD
from igmfat_nb.case.ward_clock import HourZero
from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.errors import IgmFatError
from igmfat_nb.protocol import constants


def likely_next_hour(
    typed: TypedCase, name: ListName, zero: HourZero | None = None
) -> float | None:
    """When the next titre, dose or event is likely [h]; None past the end of a course.

    A titre follows the last one after ``SAMPLING_INTERVAL``; a dose follows its titre after
    ``DOSE_DELAY``, or the last dose by a day, and no earlier than an infusion ends; an event is
    now: at the last hour entered. Times that cannot be read play no part.
    """
    titres, starts, events = (
        [hour for hour, _row in _hours(typed, part, zero)] for part in ("titres", "doses", "events")
    )
    if name == "titres":
        found = max(titres) + constants.SAMPLING_INTERVAL.value if titres else 0.0
    elif name == "events":
        found = max([*titres, *starts, *events], default=0.0)
    else:
        found = max([_due_h(max(titres, default=0.0), starts), *_ends(typed, zero)])
    return resolved_h(found) if TIME_H.low <= found <= TIME_H.high else None


def _due_h(titre_h: float, starts: list[float]) -> float:
    since = [start for start in starts if start >= titre_h]
    if since:
        return max(since) + constants.SAMPLING_INTERVAL.value
    return titre_h + constants.DOSE_DELAY.value


def _ends(typed: TypedCase, zero: HourZero | None) -> Iterator[float]:
    for start, row in _hours(typed, "doses", zero):
        if isinstance(row, TypedDose):
            try:
                yield start + DOSE_DURATION_H.parse(row.duration_h)
            except IgmFatError:
                continue


def _hours(
    typed: TypedCase, name: ListName, zero: HourZero | None
) -> Iterator[tuple[float, object]]:
    """The times of a list that can be read, each with its row."""
    after_h, step_h = 0.0, 0.0 if name == "events" else SOON_H
    for row in typed.rows(name):
        try:
            hour = read_hour(getattr(row, TIME_FIELD[name]), zero, after_h=after_h)
        except IgmFatError:
            continue
        after_h = hour + step_h
        yield hour, row

"""Ratios with their intervals on a logarithmic strip: a forest plot of a page's own elements."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.trial.statistic import Estimate
from igmfat_nb.widgets.parts.html_template import Parts

_part = Parts(Path(__file__).parent / "parts.html.j2")
_FEW_TICKS = 3  # all have their numbers, on a phone too
_WIDEST = 16.0  # a wider interval is cut off here; its numbers stand beside it


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its label, the method below it, the ratio, its colour."""

    label: str
    method: str
    ratio: Estimate
    css: str


def forest_table(rows: Sequence[Row], favours: Sequence[str]) -> Markup:
    """The strip; ``favours`` stand below its left and its right half, or nothing does."""
    bounds = [
        bound for row in rows if not row.ratio.reason for bound in (row.ratio.low, row.ratio.high)
    ]
    low, high = _ends(bounds)
    ticks = [tick for tick in _marks(low, high) if low <= math.log(tick) <= high]

    def place(ratio: float) -> float:
        share = (math.log(max(ratio, 1e-9)) - low) / (high - low)
        return round(100 * min(max(share, 0.0), 1.0), 2)

    lines: list[tuple[str, str, float | None, float, float, str, str]] = []
    for row in rows:
        one = row.ratio
        if one.reason:
            lines.append((row.label, row.method, None, 0, 0, row.css, one.reason))
            continue
        ends = place(one.low), place(one.high)
        lines.append((row.label, row.method, place(one.value), *ends, row.css, _text(one)))
    middle = ticks.index(1.0)  # on a phone every other tick has its number
    few = len(ticks) <= _FEW_TICKS
    named = [
        (place(tick), number_text(tick, 3), "" if few or (at - middle) % 2 == 0 else "ig-between")
        for at, tick in enumerate(ticks)
    ]
    heads = (_("effect"), _("interval"), _("ratio (95 % interval)"))
    return _part("forest", lines, named, place(1.0), list(favours), heads)


def _text(one: Estimate) -> str:
    value, low, high = (
        number_text(bound, 2, padded=True) for bound in (one.value, one.low, one.high)
    )
    return f"{value} ({low}–{high})"


def _ends(bounds: Sequence[float]) -> tuple[float, float]:
    """Ends of the axis on the logarithmic scale: all intervals, 1, and a little room."""
    inside = [math.log(min(max(bound, 1 / _WIDEST), _WIDEST)) for bound in (*bounds, 1.0)]
    low, high = min(inside), max(inside)
    room = max(0.08 * (high - low), 0.05)
    return low - room, high + room


def _marks(low: float, high: float) -> Sequence[float]:
    """Marks of the axis: few enough to be read side by side."""
    if high - low < math.log(2.2):
        return (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 1.6, 1.8, 2.0)
    if high - low < math.log(40):
        return (1 / 16, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
    return (1 / 16, 0.25, 1.0, 4.0, 16.0)

"""The common axis of a course's figure in the reader's words: by the clock, or in days."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from igmfat_nb.units import HOURS_PER_DAY

TWO_LINES_PX = 16  # more below the axis, for ticks of two lines
#: Plotly can head what comes up with the axis' number alone: the words are a line of it.
NO_HEAD = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class TimeWords:
    """How hours since the first titre are worded on a figure.

    Attributes
    ----------
    point : callable
        An hour [h] where the reader points at.
    tick : callable or None
        An hour [h] under the axis; None where it counts days.
    title : str
        Of the axis, with ``tick``.
    """

    point: Callable[[float], str]
    tick: Callable[[float], str] | None = None
    title: str = ""


def in_words(spec: Mapping[str, Any], words: TimeWords, time_h: Any = ()) -> dict[str, Any]:
    """The same figure of ``course_layout`` with its days worded; ``spec`` stays as it is.

    ``time_h``, shape (t,), are the times that one can point at [h].
    """
    layout, margin = spec["layout"], spec["layout"]["margin"]
    axis = layout["xaxis"] | {"unifiedhovertitle": {"text": NO_HEAD}}
    if words.tick is not None:
        days = axis.get("tickvals") or _even_days(axis)
        ticks = [words.tick(day * HOURS_PER_DAY) for day in days]
        axis |= {"tickmode": "array", "tickvals": days, "ticktext": ticks}
        axis["title"] = axis["title"] | {"text": words.title}
        margin = margin | {"b": margin["b"] + TWO_LINES_PX}
    return {
        "data": [_times(np.asarray(time_h, dtype=np.float64), words), *spec["data"]],
        "layout": layout | {"xaxis": axis, "margin": margin},
    }


def _times(time_h: Any, words: TimeWords) -> dict[str, Any]:
    """A line without ink: it says where the reader points, before the curves say theirs."""
    return {
        "type": "scatter",
        "x": time_h / HOURS_PER_DAY,
        "y": np.zeros(len(time_h)),
        "mode": "lines",
        "line": {"width": 0},
        "hovertext": [words.point(hour) for hour in time_h.tolist()],
        "hovertemplate": "<b>%{hovertext}</b>",
        "showlegend": False,
        "name": "",
    }


def _even_days(axis: Mapping[str, Any]) -> list[int]:
    return list(range(0, int(axis["range"][1]) + 1, axis["dtick"]))

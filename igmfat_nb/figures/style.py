"""Colours, lines and words that every figure shares."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from igmfat_nb.language import _, mark, signs

INK, SOFT, GRID = "#17232e", "#52616e", "#e6ebef"
COLOUR = {"standard": "#0a6ebd", "personalised": "#b5490f", "none": "#66727d"}
TINT = {"standard": "10, 110, 189", "personalised": "181, 73, 15"}
# In grey print the arms differ by their line, too.
DASH = {"standard": "solid", "personalised": "9px,3px", "none": "2px,4px"}
NAME = {
    "none": mark("Untreated"),
    "standard": mark("Standard"),
    "personalised": mark("Personalised"),
}
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'
HEIGHT_PX, FONT_PX = 400, 12.5
PLAIN_PX, BOLD_PX = 6.6, 8.2  # of a letter, on average
INDENT = "\N{EN SPACE}"  # between a point and the word right of it: half a letter's height
# Labels that need no room are not measured: as short as these, they neither turn nor hide.
UNMEASURED = {"tickangle": 0, "ticklabeloverflow": "allow"}
RULED = {"gridcolor": GRID, "zerolinecolor": "#b9c5cf", "fixedrange": True} | UNMEASURED


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a figure, where it stands in the axes' units, and on which side of that."""

    text: str
    x: float
    y: float
    colour: str
    place: str = "middle right"


def spread(values: Sequence[float], gap: float) -> list[float]:
    """Move values apart until neighbours are ``gap`` apart, as little and as evenly as possible."""
    order = np.argsort(np.asarray(values, dtype=np.float64), kind="stable")
    groups: list[list[float]] = []  # [centre, count] of runs of labels that touch
    for index in order:
        groups.append([float(values[index]), 1])
        while len(groups) > 1 and _touch(groups[-2], groups[-1], gap):
            (low, few), (high, many) = groups[-2:]
            groups[-2:] = [[(low * few + high * many) / (few + many), few + many]]
    placed = [c + gap * (i - (n - 1) / 2) for c, n in groups for i in range(int(n))]
    spreaded = [0.0] * len(values)
    for index, value in zip(order, placed, strict=True):
        spreaded[index] = value
    return spreaded


def label_heights(values: Sequence[float], gap: float, top: float) -> list[float]:
    """Spread labels and keep them on the axis: plotly leaves out a word that is not."""
    rank = np.argsort(np.argsort(np.asarray(values, dtype=np.float64), kind="stable"))
    above = len(values) - 1 - rank
    heights: list[float] = np.clip(spread(values, gap), gap * rank, top - gap * above).tolist()
    return heights


def words_trace(words: Sequence[Word], axis: str = "y") -> dict[str, Any]:
    """Words on a figure. Plotly draws an annotation twice and measures it, a third of its work."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": np.array([word.x for word in words]),
        "y": np.array([word.y for word in words]),
        "text": [word.text for word in words],
        "textposition": [word.place for word in words],
        "textfont": {"size": FONT_PX, "color": [word.colour for word in words]},
        "cliponaxis": False,
        "hoverinfo": "skip",
        "yaxis": axis,
        "showlegend": False,
    }


def corner_title(text: str) -> dict[str, Any]:
    """What the upper axis counts, in the corner above it."""
    corner = {"x": 0, "xref": "container", "xanchor": "left", "pad": {"l": 6, "t": 8}}
    upper = {"y": 1, "yref": "container", "yanchor": "top"}
    return {"text": text, "font": {"size": FONT_PX, "color": SOFT}} | corner | upper


def _touch(lower: Sequence[float], upper: Sequence[float], gap: float) -> bool:
    return upper[0] - lower[0] < gap * (lower[1] + upper[1]) / 2


def room_for(bold: Iterable[str], plain: Iterable[str] = ()) -> int:
    """Width that the longest of some words needs beside a figure [px]."""
    widths = [*(BOLD_PX * len(word) for word in bold), *(PLAIN_PX * len(word) for word in plain)]
    return 4 + round(max(widths))


def course_layout(
    name: str,
    height_px: int,
    margin: dict[str, int],
    days: tuple[float, float],
    ticks: dict[str, Any],
    titres: tuple[Sequence[float], float],
    below: dict[str, Any],
    shapes: list[dict[str, Any]],
) -> dict[str, Any]:
    """Layout of titres over days, with something of the doses below on ``y2``.

    ``name`` stands in the corner, ``days`` is the range of the common axis and ``ticks`` its
    ticks, ``titres`` the part of the height and the highest titre [mg/dL] of the upper axis.
    """
    domain, top_mg_dl = titres
    return {
        "title": corner_title(name),
        "height": height_px,
        "autosize": True,
        "margin": margin,
        "font": {"family": FONT, "size": FONT_PX, "color": SOFT},
        "separators": "".join(signs()),
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": "#fff", "font": {"color": INK}},
        "bargap": 0,
        "barmode": "overlay",
        "dragmode": False,
        "showlegend": False,
        "xaxis": {
            "title": {
                "text": _("Days since the first titre"),
                "font": {"size": FONT_PX, "color": SOFT},
                "standoff": 6,
            },
            "range": list(days),
            "anchor": "y2",
            "showgrid": False,
            "zeroline": False,
            "hoverformat": ".1f",
            "fixedrange": True,
            **ticks,
            **UNMEASURED,
        },
        "yaxis": {"domain": list(domain), "range": [0, top_mg_dl], "nticks": 6, **RULED},
        "yaxis2": below,
        "shapes": shapes,
    }

"""Readings of the rule side by side: contrasts of a virtual trial, with their intervals."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from igmfat_nb.figures.style import COLOUR, FONT, GRID, INK, SOFT
from igmfat_nb.language import _, signs
from igmfat_nb.notation import number_text
from igmfat_nb.sensitivity.readings_beside import ReadingWeek

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW_PX = 34
WEEK_H = 168


def contrast_figure(records: Sequence[dict[str, Any]]) -> "go.Figure":
    """Share of the week at target by each reading, less that of the standard arm.

    A point is the mean over trials, thick its 95 % Monte-Carlo interval, thin the range that
    holds 95 % of single trials.
    """
    import plotly.graph_objects as go

    rows = list(range(len(records)))[::-1]
    shown = [_(one["title"]) for one in records]
    means = [100 * one["contrast"]["mean"] for one in records]
    traces = [
        _intervals(rows, [one["contrast"]["trials_95"] for one in records], 1.5)
        | {"name": _("95 % of single trials")}
    ]
    if all(one["contrast"]["interval_95"] for one in records):
        traces.append(
            _intervals(rows, [one["contrast"]["interval_95"] for one in records], 6)
            | {"name": _("95 % interval of the mean")}
        )
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": means,
            "y": rows,
            "text": shown,
            "name": _("mean over trials"),
            "marker": {"color": COLOUR["personalised"], "size": 8},
            "hovertemplate": "%{text}: %{x:.1f}<extra></extra>",
        }
    )
    layout = lying_layout(
        _("Time at target: personalised minus standard arm [percentage points]"), shown, rows
    )
    return go.Figure(traces, layout)


def weeks_spec(weeks: Sequence[ReadingWeek], chosen: str) -> dict[str, Any]:
    """Hours at target of one patient's week under each reading; the chosen one is filled."""
    rows = list(range(len(weeks)))[::-1]
    colour = COLOUR["personalised"]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [one.hours_at_target for one in weeks],
        "y": rows,
        "width": 0.6,
        "marker": {
            "color": [colour if one.reading.label == chosen else GRID for one in weeks],
            "line": {"color": colour, "width": 1},
        },
        "text": [number_text(one.hours_at_target) for one in weeks],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    names = [one.reading.name for one in weeks]
    layout = lying_layout(_("Hours at target, of {week}").format(week=WEEK_H), names, rows)
    layout |= {"showlegend": False, "height": 70 + 24 * len(weeks)}
    layout["margin"] |= {"t": 6, "r": 34}
    layout["xaxis"]["range"] = [0, WEEK_H]
    return {"data": [bars], "layout": layout}


def _intervals(rows: list[int], ends: list[list[float]], width: float) -> dict[str, Any]:
    """Lines from end to end, one a row, broken in between."""
    x: list[float | None] = []
    y: list[float | None] = []
    for row, (low, high) in zip(rows, ends, strict=True):
        x += [100 * low, 100 * high, None]
        y += [row, row, None]
    line = {"color": COLOUR["personalised"], "width": width}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def lying_layout(title: str, names: Sequence[str], rows: Sequence[int]) -> dict[str, Any]:
    """A layout with one named row below the other, and a line at nought."""
    ends = [min(rows, default=0) - 0.6, max(rows, default=0) + 0.6]
    return {
        "height": 110 + ROW_PX * len(names),
        "autosize": True,
        "font": {"family": FONT, "size": 13, "color": INK},
        "margin": {"l": 60, "r": 16, "t": 34, "b": 48},
        "separators": "".join(signs()),
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "xaxis": {
            "title": {"text": title, "standoff": 8},
            "gridcolor": GRID,
            "zerolinecolor": SOFT,
            "automargin": True,
            "fixedrange": True,
        },
        "yaxis": {
            "tickvals": list(rows),
            "ticktext": list(names),
            "range": ends,
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
        },
    }

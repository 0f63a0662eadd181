"""Courses of titres as plotly figures: results in, figure out; nothing is shown here."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.bedside.dosing import ARMS, Arm
from igmfat_nb.courses.comparison import Comparison
from igmfat_nb.courses.simulated import COURSE_HOURS, Course
from igmfat_nb.figures.style import (
    COLOUR,
    DASH,
    GRID,
    HEIGHT_PX,
    INDENT,
    INK,
    NAME,
    SOFT,
    TINT,
    Word,
    course_layout,
    label_heights,
    room_for,
    words_trace,
)
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import constants
from igmfat_nb.units import HOURS_PER_DAY

if TYPE_CHECKING:
    import plotly.graph_objects as go

LABEL_GAP = 0.07  # of the axis: one line of text
MAIN, LANES = (0.24, 1.0), (0.0, 0.15)  # where titres and infusions stand in the height
LEAST_TOP = 1.2  # of the target, whatever the titres
BANDS = (("p5", "p95", 0.12), ("p25", "p75", 0.17))  # quantiles and opacity
LANE = {"standard": 1.25, "personalised": 0.0}
LANES_TOP = max(LANE.values()) + 1.0
DAY_TICKS = (0, 2, 4, 7, 10, 14)


def course_figure(comparison: Comparison) -> "go.Figure":
    """Serum IgM over two weeks: both arms with their bands, untreated, infusions below."""
    import plotly.graph_objects as go

    return go.Figure(course_spec(comparison))


def course_spec(comparison: Comparison) -> dict[str, Any]:
    """The figure as plain data: always the same traces in the same order."""
    bands = [
        _band(arm, comparison.band_time_h, followed.quantiles[low], followed.quantiles[high], tint)
        for arm, followed in comparison.arms.items()
        for low, high, tint in BANDS
    ]
    courses = {"none": comparison.untreated} | {arm: comparison.arms[arm].course for arm in ARMS}
    lines = [_line(arm, course.time_h, course.igm_mg_dl[:, 0]) for arm, course in courses.items()]
    largest_ml = max(float(comparison.arms[arm].course.volume_ml.max()) for arm in ARMS)
    bars = [_bars(arm, *_infusions(comparison.arms[arm].course), largest_ml) for arm in ARMS]
    ends = {arm: float(course.igm_mg_dl[-1, 0]) for arm, course in courses.items()}
    top = _top_mg_dl(comparison)
    return {"data": [*bands, *lines, *bars, *_names(ends, top)], "layout": _layout(top)}


def blank_spec() -> dict[str, Any]:
    """The figure without a point, as plain data: what stands where nothing can be calculated."""
    none = np.empty(0)
    bands = [_band(arm, none, none, none, tint) for arm in ARMS for _low, _high, tint in BANDS]
    lines = [_line(arm, none, none) for arm in NAME]
    bars = [_bars(arm, none, none, none, 0.0) for arm in ARMS]
    words = [words_trace([]), words_trace([], "y2")]
    top = LEAST_TOP * constants.TARGET_TITRE.value
    return {"data": [*bands, *lines, *bars, *words], "layout": _layout(top)}


def _band(
    arm: Arm,
    time_h: NDArray[np.float64],
    low_mg_dl: NDArray[np.float64],
    high_mg_dl: NDArray[np.float64],
    tint: float,
) -> dict[str, Any]:
    days = time_h / HOURS_PER_DAY
    return {
        "type": "scatter",
        "x": np.concatenate([days, days[::-1]]).round(4),
        "y": np.concatenate([high_mg_dl, low_mg_dl[::-1]]).round(2),
        "fill": "toself",
        "fillcolor": f"rgba({TINT[arm]}, {tint})",
        "line": {"width": 0},
        "mode": "lines",
        "hoverinfo": "skip",
        "showlegend": False,
        "name": _("{arm}, interval").format(arm=_(NAME[arm])),
    }


def _line(arm: str, time_h: NDArray[np.float64], igm_mg_dl: NDArray[np.float64]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": (time_h / HOURS_PER_DAY).round(4),
        "y": igm_mg_dl.round(2),
        "mode": "lines",
        "line": {"color": COLOUR[arm], "width": 2.4, "dash": DASH[arm]},
        "hovertemplate": "%{y:.0f} mg/dL",
        "showlegend": False,
        "name": _(NAME[arm]),
    }


def _infusions(
    course: Course,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Start [h], duration [h] and volume [mL] of the doses that were given."""
    given = course.volume_ml[:, 0] > 0
    start_h = np.broadcast_to(course.infusions.start_h, course.volume_ml.shape)
    duration_h = np.broadcast_to(course.infusions.duration_h, course.volume_ml.shape)
    return start_h[given, 0], duration_h[given, 0], course.volume_ml[given, 0]


def _bars(
    arm: Arm,
    start_h: NDArray[np.float64],
    duration_h: NDArray[np.float64],
    volume_ml: NDArray[np.float64],
    largest_ml: float,
) -> dict[str, Any]:
    """Infusions as bars: as wide as they run, as high as their volume."""
    return {
        "type": "bar",
        "x": ((start_h + duration_h / 2) / HOURS_PER_DAY).round(4),
        "width": (duration_h / HOURS_PER_DAY).round(4),
        "y": (volume_ml / largest_ml if largest_ml else volume_ml).round(4),
        "base": np.full(volume_ml.shape, LANE[arm]),
        "customdata": volume_ml,
        "hovertemplate": "%{customdata:,.0f} mL",
        "marker": {"color": COLOUR[arm], "line": {"width": 0}},
        "yaxis": "y2",
        "showlegend": False,
        "name": _("{arm}, dose").format(arm=_(NAME[arm])),
    }


def _top_mg_dl(comparison: Comparison) -> float:
    highest = [
        constants.TARGET_TITRE.value * LEAST_TOP,
        float(comparison.untreated.igm_mg_dl.max()),
        *(float(comparison.arms[arm].quantiles["p95"].max()) for arm in ARMS),
        *(float(comparison.arms[arm].course.igm_mg_dl.max()) for arm in ARMS),
    ]
    return max(highest) * 1.03


def _layout(top: float) -> dict[str, Any]:
    last_day = COURSE_HOURS / HOURS_PER_DAY
    return course_layout(
        _("Serum IgM, mg/dL"),
        HEIGHT_PX,
        {"l": 38, "r": room_for(_(name) for name in NAME.values()), "t": 26, "b": 42},
        (0, last_day),
        {"tickvals": list(DAY_TICKS), "ticktext": [str(day) for day in DAY_TICKS]},
        (MAIN, top),
        {"domain": list(LANES), "range": [0, LANES_TOP], "visible": False, "fixedrange": True},
        _level_lines(last_day),
    )


def _level_lines(last_day: float) -> list[dict[str, Any]]:
    levels = (
        (constants.TARGET_TITRE.value, "6px,4px"),
        (constants.ENROLMENT_TITRE.value, "1px,4px"),
    )
    lines = [
        {
            "type": "line",
            "x0": 0,
            "x1": last_day,
            "y0": level,
            "y1": level,
            "line": {"color": INK, "width": 1.2, "dash": dash},
        }
        for level, dash in levels
    ]
    grounds = [
        {
            "type": "line",
            "x0": 0,
            "x1": last_day,
            "y0": ground,
            "y1": ground,
            "yref": "y2",
            "line": {"color": GRID, "width": 1},
        }
        for ground in LANE.values()
    ]
    return lines + grounds


def _names(ends: dict[str, float], top: float) -> list[dict[str, Any]]:
    """Names of lines, levels and lanes right of the plot, where they cover nothing."""
    last_day = COURSE_HOURS / HOURS_PER_DAY
    levels = (
        (_("target {level}"), constants.TARGET_TITRE.value),
        (_("enrolment {level}"), constants.ENROLMENT_TITRE.value),
    )
    named = [(f"<b>{_(NAME[arm])}</b>", end, COLOUR[arm]) for arm, end in ends.items()]
    named += [(words.format(level=number_text(level, 1)), level, SOFT) for words, level in levels]
    heights = label_heights([end for _words, end, _colour in named], LABEL_GAP * top, top)
    names = [
        Word(INDENT + words, last_day, height, colour)
        for (words, _exact, colour), height in zip(named, heights, strict=True)
    ]
    words = _("infusions,<br>height: mL").replace("<br>", f"<br>{INDENT}")
    lanes = words_trace([Word(INDENT + words, last_day, LANES_TOP / 2, SOFT)], "y2")
    lanes["textfont"]["size"] = 11.5
    return [words_trace(names), lanes]

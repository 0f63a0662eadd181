"""Many patients' courses as small curves of one scale: titres, doses below, what was learnt."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.case import Case
from igmfat_nb.figures.measured import points_trace
from igmfat_nb.figures.style import (
    FONT,
    INK,
    RULED,
    SOFT,
    UNMEASURED,
    Word,
    corner_title,
    words_trace,
)
from igmfat_nb.figures.titration import (
    LEAST_TOP_MG_DL,
    LEAST_TOP_ML,
    OWN,
    OWN_TINT,
    band_trace,
    bars_trace,
    line_trace,
)
from igmfat_nb.language import _, signs
from igmfat_nb.protocol import constants
from igmfat_nb.units import HOURS_PER_DAY

if TYPE_CHECKING:
    import plotly.graph_objects as go

COLUMNS = 3
ROW_PX, TOP_PX, BOTTOM_PX, SMALL_PX = 170, 44, 24, 11
GAP = 0.025  # of the width, left and right of a panel
TITRES, DOSES = (0.37, 0.88), (0.14, 0.30)  # where they stand in a row's height
POINT_PX, LINE_PX = 6, 1.6


@dataclass(frozen=True, slots=True)
class LearntCourse:
    """One patient of the grid.

    Attributes
    ----------
    case : Case
    time_h : ndarray, shape (t,)
        The same for all.
    band : mapping
        p5, p50, p95 of the true titre after all titres, each of shape (t,) [mg/dL].
    outlying_h : sequence of float
        Draws of the titres that are asked about.
    """

    case: Case
    time_h: NDArray[np.float64]
    band: Mapping[str, NDArray[np.float64]]
    outlying_h: Sequence[float] = ()


def course_grid_figure(courses: Sequence[LearntCourse]) -> "go.Figure":
    """One small panel a patient, in the order given; every panel has the same scales."""
    import plotly.graph_objects as go

    rows = math.ceil(len(courses) / COLUMNS)
    traces: list[dict[str, Any]] = []
    layout = _layout(rows)
    ranges = _top_mg_dl(courses), _top_ml(courses)
    for number, course in enumerate(courses):
        axes = _Axes(number, rows)
        traces += _traces(course, axes, ranges)
        layout |= axes.layout(float(course.time_h[-1]) / HOURS_PER_DAY, ranges)
        layout["shapes"].append(_target_line(axes))
    return go.Figure(traces, layout)


@dataclass(frozen=True, slots=True)
class _Axes:
    """Where a panel stands and what its axes are called."""

    number: int
    rows: int

    @property
    def days(self) -> str:
        return f"x{_suffix(self.number + 1)}"

    @property
    def titres(self) -> str:
        return f"y{_suffix(2 * self.number + 1)}"

    @property
    def doses(self) -> str:
        return f"y{_suffix(2 * self.number + 2)}"

    def layout(self, last_day: float, tops: tuple[float, float]) -> dict[str, Any]:
        """The three axes; numbers of the upright ones stand in the first column alone."""
        row, column = divmod(self.number, COLUMNS)
        bottom = 1 - (row + 1) / self.rows
        labelled = {"showticklabels": column == 0, "tickfont": {"size": SMALL_PX}, **RULED}
        top_mg_dl, top_ml = tops
        target = constants.TARGET_TITRE.value
        across = [column / COLUMNS + GAP, (column + 1) / COLUMNS - GAP]
        days = {
            "domain": across,
            "range": [-0.15, last_day + 0.05],
            "anchor": self.doses,
            "dtick": 2 if last_day <= 10 else 7,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            "tickfont": {"size": SMALL_PX},
            **UNMEASURED,
        }
        titres = {"range": [0, top_mg_dl], "dtick": target, "anchor": self.days}
        doses = {"range": [0, top_ml], "nticks": 2, "anchor": self.days}
        return {
            _key(self.days): days,
            _key(self.titres): titres | {"domain": _part(bottom, TITRES, self.rows)} | labelled,
            _key(self.doses): doses | {"domain": _part(bottom, DOSES, self.rows)} | labelled,
        }


def _suffix(number: int) -> str:
    return "" if number == 1 else str(number)


def _key(axis: str) -> str:
    return f"{axis[0]}axis{axis[1:]}"


def _part(bottom: float, part: tuple[float, float], rows: int) -> list[float]:
    return [bottom + share / rows for share in part]


def _traces(course: LearntCourse, axes: _Axes, tops: tuple[float, float]) -> list[dict[str, Any]]:
    """Always five: band, median, titres, doses, name."""
    days, band, case = course.time_h / HOURS_PER_DAY, course.band, course.case
    median = line_trace(days, band["p50"], OWN, "solid", case.subject)
    median["line"] |= {"width": LINE_PX}
    points = points_trace(case.titres, course.outlying_h)
    points["marker"] |= {"size": POINT_PX}
    points["text"] = ["↓" if titre.is_limit else "" for titre in case.titres]
    points["textfont"] = {"size": SMALL_PX, "color": INK}
    doses = bars_trace(case)
    above = [
        band_trace(days, band["p5"], band["p95"], OWN_TINT, 0.2),
        median,
        points,
    ]
    name = words_trace([Word(case.subject, 0.0, tops[0], INK, "top right")], axes.titres)
    name["textfont"] |= {"size": SMALL_PX}
    return [
        *(trace | {"xaxis": axes.days, "yaxis": axes.titres} for trace in above),
        doses | {"xaxis": axes.days, "yaxis": axes.doses},
        name | {"xaxis": axes.days},
    ]


def _top_mg_dl(courses: Sequence[LearntCourse]) -> float:
    measured = [titre.reported_mg_dl for one in courses for titre in one.case.titres]
    return 1.05 * max([LEAST_TOP_MG_DL, *measured, *(float(c.band["p95"].max()) for c in courses)])


def _top_ml(courses: Sequence[LearntCourse]) -> float:
    given = [dose.volume_ml for one in courses for dose in one.case.doses]
    return 1.05 * max([LEAST_TOP_ML, *given])


def _target_line(axes: _Axes) -> dict[str, Any]:
    target = constants.TARGET_TITRE.value
    return {
        "type": "line",
        "xref": f"{axes.days} domain",
        "yref": axes.titres,
        "x0": 0,
        "x1": 1,
        "y0": target,
        "y1": target,
        "line": {"color": INK, "width": 1, "dash": "4px,3px"},
    }


def _layout(rows: int) -> dict[str, Any]:
    return {
        "title": corner_title(_("IgM, mg/dL; below: doses, mL; across: days")),
        "height": TOP_PX + BOTTOM_PX + rows * ROW_PX,
        "autosize": True,
        "margin": {"l": 34, "r": 8, "t": TOP_PX, "b": BOTTOM_PX},
        "font": {"family": FONT, "size": SMALL_PX, "color": SOFT},
        "separators": "".join(signs()),
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "closest",
        "showlegend": False,
        "bargap": 0,
        "barmode": "overlay",
        "shapes": [],
    }

"""One patient's course as a plotly figure: results in, figure out; nothing is shown here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.case import Case
from igmfat_nb.case.parts import EVENT_WORDS
from igmfat_nb.figures.measured import (
    Interval,
    interval_trace,
    points_trace,
    said_trace,
    volumes_trace,
)
from igmfat_nb.figures.style import (
    FONT,
    FONT_PX,
    INDENT,
    INK,
    RULED,
    SOFT,
    Word,
    course_layout,
    label_heights,
    room_for,
    words_trace,
)
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import constants
from igmfat_nb.titration.calibration import RANKED, Calibration, rank_counts
from igmfat_nb.units import HOURS_PER_DAY

if TYPE_CHECKING:
    import plotly.graph_objects as go

Array = NDArray[np.float64]
OWN, OWN_TINT = "#5b3a9e", "91, 58, 158"
POPULATION, POPULATION_TINT = "#66727d", "102, 114, 125"
HEIGHT_PX = 430
TITRES, DOSES = (0.27, 1.0), (0.0, 0.17)  # where titres and doses stand in the height
LABEL_GAP = 0.075  # of the axis: one line of text
LEAST_TOP_MG_DL = 1.3 * constants.TARGET_TITRE.value
LEAST_TOP_ML = 100.0  # of the doses' axis while nothing was given
FIRST_DAY = -0.08  # of the axis: the first titre is not cut
OWN_NAMES = (mark("This patient"), mark("Population"))
FORK_NAMES = (mark("kept"), mark("set aside"))  # with and without the outlying titre
RANK_BINS = 10
RANK_COLOURS = (INK, OWN, POPULATION)
EVENT_HEIGHT = 0.89  # of the titres' axis: below the word "today"


@dataclass(frozen=True, slots=True)
class CourseCurve:
    """What the figure of a course shows.

    Attributes
    ----------
    case : Case
    at_h : float
        The decision: "today".
    time_h : ndarray, shape (t,)
    personal, population : mapping
        p5, p25, p50, p75, p95, each of shape (t,) [mg/dL].
    outlying_h : sequence of float
        Draws of the titres that are asked about.
    target_mg_dl : float
    without : mapping, optional
        The curve if the outlying titre is set aside, in place of ``population``.
    predicted : mapping, optional
        Draw of a titre [h] → 5, 50 and 95 % points that the titres before it predicted [mg/dL].
    """

    case: Case
    at_h: float
    time_h: Array
    personal: Mapping[str, Array]
    population: Mapping[str, Array]
    outlying_h: Sequence[float] = ()
    target_mg_dl: float = constants.TARGET_TITRE.value
    without: Mapping[str, Array] | None = None
    predicted: Mapping[float, Interval] = field(default_factory=dict)

    @property
    def behind(self) -> Mapping[str, Array]:
        """The curve behind this patient's own."""
        return self.population if self.without is None else self.without


def personal_figure(curve: CourseCurve) -> "go.Figure":
    """Show this patient's curve over the population's, titres measured, doses given."""
    import plotly.graph_objects as go

    return go.Figure(personal_spec(curve))


def personal_spec(curve: CourseCurve) -> dict[str, Any]:
    """The figure as plain data: always the same traces and shapes in one order."""
    own, others = curve.personal, curve.behind
    days = curve.time_h / HOURS_PER_DAY
    mine, behind = OWN_NAMES if curve.without is None else FORK_NAMES
    traces = [
        band_trace(days, others["p5"], others["p95"], POPULATION_TINT, 0.13),
        band_trace(days, own["p5"], own["p95"], OWN_TINT, 0.16),
        band_trace(days, own["p25"], own["p75"], OWN_TINT, 0.22),
        line_trace(days, others["p50"], POPULATION, "2px,4px", _(behind)),
        line_trace(days, own["p50"], OWN, "solid", _(mine)),
    ]
    top, top_ml = _top_mg_dl(curve), _top_ml(curve.case)
    titres, asked = curve.case.titres, curve.outlying_h
    middle = np.interp([one.time_h for one in titres], curve.time_h, own["p50"])
    traces += [interval_trace(curve.predicted, asked)]
    traces += [said_trace(points_trace(titres, asked), titres, curve.predicted, middle)]
    last_day = float(days[-1])
    traces += [_events(curve.case, top), bars_trace(curve.case), volumes_trace(curve.case.doses)]
    traces += [_names(curve, top), _doses_name(last_day, top_ml)]
    return {
        "data": traces,
        "layout": _layout(top, top_ml, last_day, curve.target_mg_dl, curve.at_h),
    }


def blank_personal_spec() -> dict[str, Any]:
    """The same figure without a point: what stands where nothing can be calculated."""
    none = np.empty(0)
    traces = [
        band_trace(none, none, none, tint, 0.1) for tint in (POPULATION_TINT, OWN_TINT, OWN_TINT)
    ]
    traces += [
        line_trace(none, none, POPULATION, "2px,4px", ""),
        line_trace(none, none, OWN, "solid", ""),
    ]
    points = said_trace(points_trace((), ()), (), {}, none)
    traces += [interval_trace({}, ()), points, _marks([], [], [])]
    traces += [_bar_trace(none, none, none), volumes_trace(())]
    traces += [words_trace([]), words_trace([], "y2")]
    last_day = float(constants.PERSONALISED_MAX_DAYS.value)
    layout = _layout(LEAST_TOP_MG_DL, LEAST_TOP_ML, last_day, constants.TARGET_TITRE.value)
    return {"data": traces, "layout": layout}


def calibration_figure(calibration: Calibration) -> "go.Figure":
    """Where the truth stands among draws from the posterior: flat when the posterior is honest."""
    import plotly.graph_objects as go

    patients = len(calibration.ranks)
    edges = np.linspace(0, 100, RANK_BINS + 1)
    figure = go.Figure(
        layout={
            "height": 300,
            "template": "plotly_white",
            "font": {"family": FONT, "size": FONT_PX, "color": INK},
            "margin": {"l": 52, "r": 16, "t": 40, "b": 44},
            "legend": {"orientation": "h", "y": 1.18},
        }
    )
    for column, (name, colour) in enumerate(zip(RANKED, RANK_COLOURS, strict=True)):
        counts = rank_counts(calibration.ranks[:, column], RANK_BINS)
        steps = np.append(counts, counts[-1])
        line = {"color": colour, "shape": "hv"}
        figure.add_scatter(x=edges, y=steps, name=_(name), mode="lines", line=line)
    figure.add_hline(y=patients / RANK_BINS, line_dash="dot", annotation_text=_("uniform"))
    figure.update_xaxes(title=_("Rank of the true value in its posterior [%]"), range=[0, 100])
    figure.update_yaxes(title=_("Simulated patients"), rangemode="tozero")
    return figure


def band_trace(days: Array, low: Array, high: Array, tint: str, opacity: float) -> dict[str, Any]:
    """The area between two curves [mg/dL]."""
    return {
        "type": "scatter",
        "x": np.concatenate([days, days[::-1]]).round(4),
        "y": np.concatenate([high, low[::-1]]).round(2),
        "fill": "toself",
        "fillcolor": f"rgba({tint}, {opacity})",
        "line": {"width": 0},
        "mode": "lines",
        "hoverinfo": "skip",
        "showlegend": False,
    }


def line_trace(days: Array, igm_mg_dl: Array, colour: str, dash: str, name: str) -> dict[str, Any]:
    """A curve of titres [mg/dL]."""
    return {
        "type": "scatter",
        "x": days.round(4),
        "y": igm_mg_dl.round(2),
        "mode": "lines",
        "line": {"color": colour, "width": 2.4, "dash": dash},
        "hovertemplate": "%{y:.0f} mg/dL",
        "showlegend": False,
        "name": name,
    }


def _events(case: Case, top: float) -> dict[str, Any]:
    days = [event.time_h / HOURS_PER_DAY for event in case.events]
    words = [_(EVENT_WORDS[event.kind]) for event in case.events]
    return _marks(days, [EVENT_HEIGHT * top] * len(days), words)


def _marks(days: list[float], heights: list[float], words: list[str]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": np.array(days),
        "y": np.array(heights),
        "text": words,
        "mode": "markers+text",
        "textposition": "middle right",
        "textfont": {"size": 11.5, "color": SOFT},
        "marker": {"symbol": "triangle-down", "size": 10, "color": SOFT},
        "hovertemplate": "%{text}",
        "showlegend": False,
        "name": _("Event"),
    }


def bars_trace(case: Case) -> dict[str, Any]:
    """Doses on their own axis: as wide as they run, as high as their volume."""
    start = np.array([dose.start_h for dose in case.doses])
    duration = np.array([dose.duration_h for dose in case.doses])
    return _bar_trace(start, duration, np.array([dose.volume_ml for dose in case.doses]))


def _bar_trace(start_h: Array, duration_h: Array, volume_ml: Array) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": ((start_h + duration_h / 2) / HOURS_PER_DAY).round(4),
        "width": (duration_h / HOURS_PER_DAY).round(4),
        "y": volume_ml,
        "hovertemplate": "%{y:,.0f} mL",
        "marker": {"color": OWN, "line": {"width": 0}},
        "yaxis": "y2",
        "showlegend": False,
        "name": _("Dose"),
    }


def _top_mg_dl(curve: CourseCurve) -> float:
    measured = [titre.reported_mg_dl for titre in curve.case.titres]
    bands = [float(band["p95"].max()) for band in (curve.personal, curve.behind)]
    return 1.12 * max(LEAST_TOP_MG_DL, *measured, *bands)


def _top_ml(case: Case) -> float:
    return 1.45 * max([LEAST_TOP_ML, *(dose.volume_ml for dose in case.doses)])


def _layout(
    top: float, top_ml: float, last_day: float, target_mg_dl: float, at_h: float = 0.0
) -> dict[str, Any]:
    return course_layout(
        _("IgM, mg/dL"),
        HEIGHT_PX,
        {"l": 42, "r": room_for([_("this patient")], [_("first titre only")]), "t": 28, "b": 42},
        (FIRST_DAY, last_day),
        {"dtick": 1 if last_day <= 10 else 2},
        (TITRES, top),
        {"domain": list(DOSES), "range": [0, top_ml], "nticks": 3, **RULED},
        [_target_line(target_mg_dl), _today_line(at_h)],
    )


def _target_line(target_mg_dl: float) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": target_mg_dl,
        "y1": target_mg_dl,
        "line": {"color": INK, "width": 1.2, "dash": "6px,4px"},
    }


def _today_line(at_h: float) -> dict[str, Any]:
    day = at_h / HOURS_PER_DAY
    return {
        "type": "line",
        "yref": "paper",
        "x0": day,
        "x1": day,
        "y0": 0,
        "y1": 1,
        "line": {"color": INK, "width": 1, "dash": "1px,3px"},
    }


def _names(curve: CourseCurve, top: float) -> dict[str, Any]:
    """Names at the lines' ends in place of a legend; "today" at the top of its line."""
    last_day = float(curve.time_h[-1]) / HOURS_PER_DAY
    ends = [float(band["p50"][-1]) for band in (curve.behind, curve.personal)]
    heights = label_heights([*ends, curve.target_mg_dl], 1.2 * LABEL_GAP * top, top)
    own, behind = (_("this patient"), _("first titre only"))
    if curve.without is not None:
        own, behind = (_(name) for name in FORK_NAMES)
    names = (
        (behind, POPULATION),
        (f"<b>{own}</b>", OWN),
        (_("target {level}").format(level=number_text(curve.target_mg_dl, 1)), SOFT),
    )
    words = [
        Word(INDENT + name, last_day, height, colour)
        for (name, colour), height in zip(names, heights, strict=True)
    ]
    today = Word(INDENT + _("today"), curve.at_h / HOURS_PER_DAY, top, INK, "bottom right")
    return words_trace([*words, today])


def _doses_name(last_day: float, top_ml: float) -> dict[str, Any]:
    """What the lower axis counts, at its end as the lines' names."""
    return words_trace([Word(INDENT + _("Doses, mL"), last_day, top_ml / 2, SOFT)], "y2")

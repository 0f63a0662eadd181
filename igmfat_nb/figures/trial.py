"""Virtual trials as plotly figures: participant flow, differences, convergence."""

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.figures.style import FONT, GRID, INK, SOFT
from igmfat_nb.language import _, mark, signs
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.constants import TARGET_TITRE
from igmfat_nb.trial.design import Design
from igmfat_nb.trial.endpoint import METRICS
from igmfat_nb.trial.operating import DIRECTIONS, arms_differ, block_verdicts
from igmfat_nb.trial.replicate import Block
from igmfat_nb.trial.screening import REASONS
from igmfat_nb.trial.statistic import share_interval
from igmfat_nb.trial.summary import Scenario
from igmfat_nb.units import HOURS_PER_DAY

if TYPE_CHECKING:
    import plotly.graph_objects as go

Spec = dict[str, Any]
ARM_COLOURS = ("#0a6ebd", "#b5490f")
_TINTS = ("10, 110, 189", "181, 73, 15")
_COLOURS = (*ARM_COLOURS, "#5b3a9e", "#1a7f4b", INK, "#8a6d00")
_MOST_POINTS = 400
_BINS = 40
REASON = {
    "igm_not_low": mark("IgM 60 mg/dL or above"),
    "bmi": mark("BMI above 40"),
    "shock_over_24_h": mark("shock for over 24 h"),
    "cause_uncertain": mark("cause uncertain"),
    "limited_treatment": mark("limited treatment"),
    "neutropenia": mark("neutropenia"),
    "chronic_renal_dysfunction": mark("chronic renal dysfunction"),
    "other_criterion": mark("another criterion"),
    "no_consent": mark("no consent"),
}


def flow_figure(design: Design, block: Block) -> "go.Figure":
    """CONSORT 2025 flow of the first replicate, from screening to analysis."""
    return _figure(flow_spec(design, block))


def difference_figure(design: Design, block: Block, metric: str, title: str) -> "go.Figure":
    """Distribution over replicates of one arm mean, both arms."""
    return _figure(difference_spec(design, block, metric, title))


def titre_figure(design: Design, bands: Sequence[NDArray[np.float64]]) -> "go.Figure":
    """Median and 5 to 95 % of both arms' true titres over the week, as if alive."""
    return _figure(titre_spec(design, bands))


def convergence_figure(design: Design, block: Block) -> "go.Figure":
    """Trials that find fewer, and more, deaths after each replicate, with exact 95 % bands."""
    return _figure(convergence_spec(design, block))


def flow_spec(design: Design, block: Block) -> Spec:
    """The participant flow as plain data."""
    screened = int(block.screened[0])
    marks = [
        _box(0.2, 9.6, _("Assessed for eligibility: {n}").format(n=number_text(screened))),
        _box(3.4, 6.9, _exclusions(block, screened - design.patients)),
        _box(0.2, 4.2, _("Randomised: {n}").format(n=number_text(design.patients))),
        _arrow(1.2, 9.25, 1.2, 4.55),
        _arrow(1.2, 6.9, 3.4, 6.9),
        _arrow(1.2, 3.5, 6.0, 3.5, head=False),
    ]
    for number, (arm, left, colour) in enumerate(
        zip(design.arms, (0.2, 5.0), ARM_COLOURS, strict=True)
    ):
        patients, deaths = (int(field[0, -1, number]) for field in (block.patients, block.deaths))
        line = _("{arm}<br>allocated: {n}")
        text = line.format(arm=f"<b>{arm.name}</b>", n=number_text(patients))
        marks.append(_box(left, 2.5, text, colour=colour))
        line = _("analysed: {n}, lost: 0<br>died by day 28: {deaths}")
        text = line.format(n=number_text(patients), deaths=number_text(deaths))
        marks.append(_box(left, 0.7, text, colour=colour))
        marks.append(_arrow(left + 1.0, 3.85 if number == 0 else 3.5, left + 1.0, 3.05))
        marks.append(_arrow(left + 1.0, 1.95, left + 1.0, 1.25))
    hidden = {"visible": False, "range": [0, 10], "fixedrange": True}
    plain = {"margin": dict.fromkeys("lrtb", 8), "xaxis": hidden, "yaxis": hidden}
    return {"data": [], "layout": _layout(height=480) | plain | {"annotations": marks}}


def difference_spec(design: Design, block: Block, metric: str, title: str) -> Spec:
    """The distribution as plain data: one trace of bars for each arm."""
    column = METRICS.index(metric)
    both = block.metrics[:, :, column]
    edges = np.histogram_bin_edges(both[np.isfinite(both)], bins=_BINS)
    middles = 0.5 * (edges[1:] + edges[:-1])
    traces = []
    for number, (arm, colour) in enumerate(zip(design.arms, ARM_COLOURS, strict=True)):
        values = block.metrics[:, number, column]
        counts, _edges = np.histogram(values[np.isfinite(values)], edges)
        bars = {"type": "bar", "x": middles, "y": counts, "name": arm.name, "opacity": 0.7}
        traces.append(bars | {"marker": {"color": colour}})
    layout = _layout(height=300, x=_axis(title), y=_axis(_("Replicates")))
    return {"data": traces, "layout": layout | {"barmode": "overlay", "bargap": 0}}


def titre_spec(design: Design, bands: Sequence[NDArray[np.float64]]) -> Spec:
    """The week's titres as plain data: a band and a median for each arm, the target's line."""
    traces = []
    for arm, (low, middle, high), colour, tint in zip(
        design.arms, bands, ARM_COLOURS, _TINTS, strict=True
    ):
        days = (np.arange(len(middle)) / HOURS_PER_DAY).round(4)
        traces.append(_band(days, low.round(2), high.round(2), tint))
        traces.append(_line(days, middle.round(2), name=arm.name, colour=colour))
    layout = _layout(
        height=320,
        x=_axis(_("Days since the first titre"), range=[0, 7]),
        y=_axis(_("Serum IgM [mg/dL]"), rangemode="tozero"),
    )
    return {"data": traces, "layout": layout | {"shapes": [_level(TARGET_TITRE.value)]}}


def convergence_spec(design: Design, block: Block) -> Spec:
    """Trials that find fewer, and more, deaths in the second arm, each in its exact 95 % band."""
    traces = []
    for (name, sign), colour, tint in zip(
        DIRECTIONS.items(), reversed(ARM_COLOURS), reversed(_TINTS), strict=True
    ):
        count, rate, (low, high) = _converging(design, block, sign)
        title = _direction(name, design)
        traces.append(_band(count, 100 * low, 100 * high, tint))
        traces.append(_line(count, 100 * rate, colour=colour, name=title))
    layout = _rates_layout(height=300, differ=arms_differ(design))
    return {"data": traces, "layout": layout | {"showlegend": True}}


def _direction(name: str, design: Design) -> str:
    """A rejection's direction in words; benefit is in the colour of the arm that has it."""
    text = {"benefit": _("fewer deaths in {arm}"), "harm": _("more deaths in {arm}")}[name]
    return text.format(arm=design.arms[1].name)


def blank_spec() -> Spec:
    """A figure without a point or an axis: what stands where there is no result."""
    hidden = {"visible": False, "fixedrange": True}
    return {"data": [], "layout": _layout(height=300, x=hidden, y=hidden)}


def grid_convergence_figure(family: Sequence[Scenario]) -> "go.Figure":
    """Trials that find a difference in every scenario: fewer deaths a line, more deaths dotted.

    Bars at the end are exact 95 % intervals.
    """
    traces = []
    for one, colour in zip(family, cycle(_COLOURS), strict=False):
        for direction, sign in DIRECTIONS.items():
            count, rate, (low, high) = _converging(one.design, one.block, sign)
            bars = {"type": "data", "thickness": 1.2, "symmetric": False}
            bars |= {"array": _last(high - rate), "arrayminus": _last(rate - low)}
            name = f"{one.name}: {_direction(direction, one.design)}"
            line = _line(count, 100 * rate, name=name, colour=colour) | {"error_y": bars}
            line["line"] |= {} if direction == "benefit" else {"dash": "dot"}
            traces.append(line)
    # One name a line on a phone: they go below, where they have room.
    legend = {"orientation": "h", "y": -0.3, "yanchor": "top"}
    differ = any(arms_differ(one.design) for one in family)
    layout = _rates_layout(height=360, differ=differ)
    return _figure({"data": traces, "layout": layout | {"legend": legend}})


def _last(reach: NDArray[np.float64]) -> NDArray[np.float64]:
    """A bar [%] at the last replicate only."""
    ends = np.full_like(reach, np.nan)
    ends[-1] = 100 * reach[-1]
    return ends


def _converging(
    design: Design, block: Block, sign: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Counts, rates and their intervals at no more points than a screen can show."""
    found = block_verdicts(design, block) == sign
    shown = np.unique(np.geomspace(1, len(found), _MOST_POINTS).astype(np.int64))
    counted = np.cumsum(found)[shown - 1]
    return shown, counted / shown, share_interval(counted, shown)


def _figure(spec: Spec) -> "go.Figure":
    """A figure that stands alone, so with a legend; on the page the card's header is one."""
    import plotly.graph_objects as go

    return go.Figure(spec["data"], spec["layout"] | {"showlegend": True})


def _rates_layout(*, height: int, differ: bool) -> dict[str, Any]:
    count = _axis(_("Replicates"), type="log", dtick="D2")
    title = _("Trials that find a difference [%]") if differ else _("Type I error [% of trials]")
    rate = _axis(title, rangemode="tozero")
    return _layout(height=height, x=count, y=rate)


def _band(
    x: NDArray[Any], low: NDArray[np.float64], high: NDArray[np.float64], tint: str
) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "fill": "toself", "fillcolor": f"rgba({tint}, 0.13)",
        "x": np.concatenate([x, x[::-1]]), "y": np.concatenate([high, low[::-1]]),
        "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip


def _line(
    x: NDArray[Any], y: NDArray[np.float64], *, colour: str, name: str | None = None
) -> dict[str, Any]:
    named = {"name": name} if name else {"showlegend": False}
    line = {"color": colour, "width": 2}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line} | named


def _level(titre_mg_dl: float) -> dict[str, Any]:
    """A line across the whole figure."""
    return {
        "type": "line", "xref": "x domain", "x0": 0, "x1": 1, "y0": titre_mg_dl, "y1": titre_mg_dl,
        "line": {"color": SOFT, "dash": "dot"},
    }  # fmt: skip


def _axis(title: str, **more: Any) -> dict[str, Any]:
    look = {"gridcolor": GRID, "zerolinecolor": GRID, "automargin": True, "fixedrange": True}
    return {"title": {"text": title, "standoff": 8}, **look, **more}


def _layout(
    *, height: int, x: dict[str, Any] | None = None, y: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What all figures have in common; said in full, since a template takes long to apply."""
    return {
        "height": height,
        "autosize": True,
        "font": {"family": FONT, "size": 13, "color": INK},
        "margin": {"l": 60, "r": 16, "t": 10, "b": 48},
        "separators": "".join(signs()),
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": False,
        "legend": {"orientation": "h", "y": 1.15},
        "xaxis": x or {},
        "yaxis": y or {},
    }


def _exclusions(block: Block, excluded: int) -> str:
    lines = [_("Excluded: {n}").format(n=number_text(excluded))]
    for name, count in zip(REASONS, block.excluded[0].tolist(), strict=True):
        lines.append(f"{number_text(count)} {_(REASON[name])}")
    return "<br>".join(lines)


def _box(left: float, y: float, text: str, *, colour: str = SOFT) -> dict[str, Any]:
    """A box by its left edge: boxes are as wide as their text, on a phone as on a wide screen."""
    return {
        "x": left, "y": y, "xanchor": "left", "text": text, "showarrow": False, "align": "left",
        "bordercolor": colour, "borderwidth": 1.5, "borderpad": 6, "bgcolor": "#ffffff",
    }  # fmt: skip


def _arrow(x0: float, y0: float, x1: float, y1: float, *, head: bool = True) -> dict[str, Any]:
    return {
        "x": x1, "y": y1, "ax": x0, "ay": y0, "xref": "x", "yref": "y", "axref": "x", "ayref": "y",
        "text": "", "showarrow": True, "arrowhead": 2 if head else 0, "arrowwidth": 1.2,
        "arrowcolor": SOFT,
    }  # fmt: skip

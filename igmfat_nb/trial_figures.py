"""Virtual trials as plotly figures: participant flow, differences, convergence."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.figures import FONT, INK, SOFT
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.constants import TARGET_TITRE
from igmfat_nb.trial.analysis import rejects
from igmfat_nb.trial.design import Design
from igmfat_nb.trial.replicate import Block
from igmfat_nb.trial.summary import Scenario
from igmfat_nb.units import HOURS_PER_DAY

if TYPE_CHECKING:
    import plotly.graph_objects as go

ARM_COLOURS = ("#0a6ebd", "#b5490f")
_TINTS = ("10, 110, 189", "181, 73, 15")
_LEGEND = {"orientation": "h", "y": 1.15}
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
    import plotly.graph_objects as go

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
    # All marks at once: one by one plotly checks the whole layout for each.
    return go.Figure(layout=_layout(height=480) | plain | {"annotations": marks})


def difference_figure(design: Design, block: Block, metric: str, title: str) -> "go.Figure":
    """Distribution over replicates of one arm mean, both arms."""
    import plotly.graph_objects as go

    from igmfat_nb.trial.endpoint import METRICS

    column = METRICS.index(metric)
    figure = go.Figure(layout=_layout(height=300))
    edges = np.histogram_bin_edges(block.metrics[:, :, column], bins=_BINS)
    middles = 0.5 * (edges[1:] + edges[:-1])
    for number, (arm, colour) in enumerate(zip(design.arms, ARM_COLOURS, strict=True)):
        values = block.metrics[:, number, column]
        counts, _edges = np.histogram(values, edges)
        figure.add_bar(x=middles, y=counts, name=arm.name, marker_color=colour, opacity=0.7)
    figure.update_layout(barmode="overlay", bargap=0, legend=_LEGEND)
    figure.update_xaxes(title=title)
    figure.update_yaxes(title=_("Replicates"))
    return figure


def titre_figure(design: Design, bands: Sequence[NDArray[np.float64]]) -> "go.Figure":
    """Median and 5 to 95 % of both arms' true titres over the week, as if alive."""
    import plotly.graph_objects as go

    figure = go.Figure(layout=_layout(height=320))
    for arm, (low, middle, high), colour, tint in zip(
        design.arms, bands, ARM_COLOURS, _TINTS, strict=True
    ):
        days = np.arange(len(middle)) / HOURS_PER_DAY
        _band(figure, days, low, high, tint)
        line = {"color": colour, "width": 2}
        figure.add_scatter(x=days, y=middle, line=line, name=arm.name)
    figure.add_hline(y=TARGET_TITRE.value, line_dash="dot", line_color=SOFT)
    figure.update_xaxes(title=_("Days since the first titre"), range=[0, 7])
    figure.update_yaxes(title=_("Serum IgM [mg/dL]"), rangemode="tozero")
    figure.update_layout(legend=_LEGEND)
    return figure


def convergence_figure(design: Design, block: Block) -> "go.Figure":
    """Rejection rate after each replicate, with two Monte-Carlo standard errors."""
    import plotly.graph_objects as go

    figure = go.Figure(layout=_layout(height=300))
    count, rate, error = _converging(design, block)
    _band(
        figure, count, 100 * np.maximum(rate - 2 * error, 0), 100 * (rate + 2 * error), "23, 35, 46"
    )
    line = {"color": INK, "width": 2}
    figure.add_scatter(x=count, y=100 * rate, line=line, showlegend=False)
    return _rates_by_replicates(figure)


def grid_convergence_figure(family: Sequence[Scenario]) -> "go.Figure":
    """Rejection rate after each replicate of every scenario; bars of two standard errors."""
    import plotly.graph_objects as go

    figure = go.Figure(layout=_layout(height=360))
    for one in family:
        count, rate, error = _converging(one.design, one.block)
        ends = np.zeros_like(rate)
        ends[-1] = 200 * error[-1]
        bars = {"type": "data", "array": ends, "thickness": 1.2}
        figure.add_scatter(x=count, y=100 * rate, name=one.name, mode="lines", error_y=bars)
    # One name a line on a phone: they go below, where they have room.
    figure.update_layout(legend={"orientation": "h", "y": -0.3, "yanchor": "top"})
    return _rates_by_replicates(figure)


def _converging(
    design: Design, block: Block
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Counts, rates and standard errors at no more points than a screen can show."""
    verdict = rejects(
        design.analysis, np.moveaxis(block.deaths, 0, -1), np.moveaxis(block.patients, 0, -1)
    )
    shown = np.unique(np.geomspace(1, len(verdict), _MOST_POINTS).astype(np.int64))
    rate = np.cumsum(verdict)[shown - 1] / shown
    return shown, rate, np.sqrt(rate * (1 - rate) / shown)


def _rates_by_replicates(figure: "go.Figure") -> "go.Figure":
    figure.update_xaxes(title=_("Replicates"), type="log", dtick="D2")
    figure.update_yaxes(title=_("Trials that reject [%]"), rangemode="tozero")
    return figure


def _band(
    figure: "go.Figure",
    x: NDArray[Any],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    tint: str,
) -> None:
    figure.add_scatter(
        x=np.concatenate([x, x[::-1]]), y=np.concatenate([high, low[::-1]]), fill="toself",
        fillcolor=f"rgba({tint}, 0.13)", line={"width": 0}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def power_figure(rows: Sequence[Mapping[str, float]]) -> "go.Figure":
    """Power of 356 patients against the treated mortality, one line for each control mortality."""
    import plotly.graph_objects as go

    figure = go.Figure(layout=_layout(height=330))
    for control in sorted({row["control"] for row in rows}):
        part = [row for row in rows if row["control"] == control]
        label = _("{control} % in the standard arm").format(control=number_text(100 * control, 1))
        figure.add_scatter(
            x=[100 * row["treated"] for row in part],
            y=[100 * row["power"] for row in part],
            name=label,
            mode="lines",
        )
    figure.add_hline(y=80, line_dash="dot", annotation_text="80 %")
    figure.update_xaxes(title=_("Mortality in the personalised arm [%]"))
    figure.update_yaxes(title=_("Exact power of 356 patients [%]"), range=[0, 102])
    figure.update_layout(legend=_LEGEND)
    return figure


def _layout(*, height: int) -> dict[str, Any]:
    return {
        "template": "plotly_white",
        "height": height,
        "autosize": True,
        "font": {"family": FONT, "size": 13, "color": INK},
        "margin": {"l": 60, "r": 16, "t": 24, "b": 48},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }


def _exclusions(block: Block, excluded: int) -> str:
    from igmfat_nb.trial.screening import REASONS

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

"""Virtual trials as plotly figures: participant flow, differences, convergence."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from igmfat_nb.figures import FONT, INK, SOFT
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.trial.analysis import rejects
from igmfat_nb.trial.design import Design
from igmfat_nb.trial.replicate import Block

if TYPE_CHECKING:
    import plotly.graph_objects as go

ARM_COLOURS = ("#0a6ebd", "#b5490f")
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

    figure = go.Figure(layout=_layout(height=470))
    figure.update_xaxes(visible=False, range=[0, 10], fixedrange=True)
    figure.update_yaxes(visible=False, range=[0, 10], fixedrange=True)
    screened = int(block.screened[0])
    _box(figure, 3.2, 9.2, _("Assessed for eligibility: {n}").format(n=number_text(screened)))
    _box(figure, 7.7, 7.4, _exclusions(block, screened - design.patients), align="left")
    _box(figure, 3.2, 5.4, _("Randomised: {n}").format(n=number_text(design.patients)))
    for arm, x, colour in zip(design.arms, (1.7, 4.9), ARM_COLOURS, strict=True):
        number = [one.name for one in design.arms].index(arm.name)
        patients, deaths = (int(field[0, -1, number]) for field in (block.patients, block.deaths))
        line = _("{arm}: {n}<br>received it: {n}")
        text = line.format(arm=f"<b>{arm.name}</b>", n=number_text(patients))
        _box(figure, x, 3.3, text, colour=colour)
        line = _("analysed: {n}<br>died by day 28: {deaths}")
        text = line.format(n=number_text(patients), deaths=number_text(deaths))
        _box(figure, x, 1.0, text, colour=colour)
        _arrow(figure, x, 2.6, x, 1.75)
        _arrow(figure, 3.2, 4.9, x, 4.05)
    _arrow(figure, 3.2, 8.7, 3.2, 5.95)
    _arrow(figure, 3.2, 7.4, 5.55, 7.4)
    return figure


def difference_figure(design: Design, block: Block, metric: str, title: str) -> "go.Figure":
    """Distribution over replicates of one arm mean, both arms."""
    import plotly.graph_objects as go

    from igmfat_nb.trial.endpoint import METRICS

    column = METRICS.index(metric)
    figure = go.Figure(layout=_layout(height=300))
    for number, (arm, colour) in enumerate(zip(design.arms, ARM_COLOURS, strict=True)):
        values = block.metrics[:, number, column]
        figure.add_histogram(x=values, name=arm.name, marker_color=colour, opacity=0.7, nbinsx=40)
    figure.update_layout(barmode="overlay", legend={"orientation": "h", "y": 1.12})
    figure.update_xaxes(title=title)
    figure.update_yaxes(title=_("Replicates"))
    return figure


def convergence_figure(design: Design, block: Block) -> "go.Figure":
    """Rejection rate after each replicate, with two Monte-Carlo standard errors."""
    import plotly.graph_objects as go

    verdict = rejects(
        design.analysis, np.moveaxis(block.deaths, 0, -1), np.moveaxis(block.patients, 0, -1)
    )
    count = np.arange(1, len(verdict) + 1)
    rate = np.cumsum(verdict) / count
    reach = 2 * np.sqrt(rate * (1 - rate) / count)
    shown = np.unique(np.geomspace(1, len(verdict), 400).astype(int)) - 1
    figure = go.Figure(layout=_layout(height=300))
    band = np.concatenate([(rate + reach)[shown], (rate - reach)[shown][::-1]])
    figure.add_scatter(
        x=np.concatenate([count[shown], count[shown][::-1]]), y=100 * band, fill="toself",
        fillcolor="rgba(23, 35, 46, 0.12)", line={"width": 0}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    line = {"color": INK, "width": 2}
    figure.add_scatter(x=count[shown], y=100 * rate[shown], line=line, showlegend=False)
    figure.update_xaxes(title=_("Replicates"), type="log")
    figure.update_yaxes(title=_("Trials that reject [%]"), rangemode="tozero")
    return figure


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
    figure.update_layout(legend={"orientation": "h", "y": 1.15})
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


def _box(
    figure: "go.Figure", x: float, y: float, text: str, *, colour: str = SOFT, align: str = "center"
) -> None:
    figure.add_annotation(
        x=x, y=y, text=text, showarrow=False, align=align, bordercolor=colour, borderwidth=1.5,
        borderpad=7, bgcolor="#ffffff",
    )  # fmt: skip


def _arrow(figure: "go.Figure", x0: float, y0: float, x1: float, y1: float) -> None:
    figure.add_annotation(
        x=x1, y=y1, ax=x0, ay=y0, xref="x", yref="y", axref="x", ayref="y", text="",
        showarrow=True, arrowhead=2, arrowwidth=1.2, arrowcolor=SOFT,
    )  # fmt: skip

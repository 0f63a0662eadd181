"""Virtual trials as plotly figures: participant flow, differences, titres."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.figures.style import SOFT
from igmfat_nb.figures.trial_parts import (
    ARM_COLOURS,
    TINTS,
    Spec,
    axis,
    band,
    figure_of,
    layout_of,
    level,
    line,
)
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.constants import TARGET_TITRE
from igmfat_nb.trial.design import Design
from igmfat_nb.trial.endpoint import METRICS
from igmfat_nb.trial.replicate import Block
from igmfat_nb.trial.screening import REASONS
from igmfat_nb.units import HOURS_PER_DAY

if TYPE_CHECKING:
    import plotly.graph_objects as go

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
    return figure_of(flow_spec(design, block))


def difference_figure(design: Design, block: Block, metric: str, title: str) -> "go.Figure":
    """Distribution over replicates of one arm mean, both arms."""
    return figure_of(difference_spec(design, block, metric, title))


def titre_figure(design: Design, bands: Sequence[NDArray[np.float64]]) -> "go.Figure":
    """Median and 5 to 95 % of both arms' true titres over the week, as if alive."""
    return figure_of(titre_spec(design, bands))


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
        words = _("{arm}<br>allocated: {n}")
        text = words.format(arm=f"<b>{arm.name}</b>", n=number_text(patients))
        marks.append(_box(left, 2.5, text, colour=colour))
        words = _("analysed: {n}, lost: 0<br>died by day 28: {deaths}")
        text = words.format(n=number_text(patients), deaths=number_text(deaths))
        marks.append(_box(left, 0.7, text, colour=colour))
        marks.append(_arrow(left + 1.0, 3.85 if number == 0 else 3.5, left + 1.0, 3.05))
        marks.append(_arrow(left + 1.0, 1.95, left + 1.0, 1.25))
    hidden = {"visible": False, "range": [0, 10], "fixedrange": True}
    plain = {"margin": dict.fromkeys("lrtb", 8), "xaxis": hidden, "yaxis": hidden}
    return {"data": [], "layout": layout_of(height=480) | plain | {"annotations": marks}}


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
    layout = layout_of(height=300, x=axis(title), y=axis(_("Replicates")))
    return {"data": traces, "layout": layout | {"barmode": "overlay", "bargap": 0}}


def titre_spec(design: Design, bands: Sequence[NDArray[np.float64]]) -> Spec:
    """The week's titres as plain data: a band and a median for each arm, the target's line."""
    traces = []
    for arm, (low, middle, high), colour, tint in zip(
        design.arms, bands, ARM_COLOURS, TINTS, strict=True
    ):
        days = (np.arange(len(middle)) / HOURS_PER_DAY).round(4)
        traces.append(band(days, low.round(2), high.round(2), tint))
        traces.append(line(days, middle.round(2), name=arm.name, colour=colour))
    layout = layout_of(
        height=320,
        x=axis(_("Days since the first titre"), range=[0, 7]),
        y=axis(_("Serum IgM [mg/dL]"), rangemode="tozero"),
    )
    return {"data": traces, "layout": layout | {"shapes": [level(TARGET_TITRE.value)]}}


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

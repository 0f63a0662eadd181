"""How often trials find a difference, as plotly figures: over replicates, scenarios, patients."""

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.figures.style import INK, SOFT, label_heights
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
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.virtual_trial import USUAL_POWER
from igmfat_nb.trial.design import Design
from igmfat_nb.trial.power import DIRECTIONS, arms_differ, block_verdicts
from igmfat_nb.trial.power_curve import PowerCurve
from igmfat_nb.trial.replicate import Block
from igmfat_nb.trial.statistic import share_interval
from igmfat_nb.trial.summary import Scenario
from igmfat_nb.trial.words import arm_words

if TYPE_CHECKING:
    import plotly.graph_objects as go

_COLOURS = (*ARM_COLOURS, "#5b3a9e", "#1a7f4b", INK, "#8a6d00")
_MOST_POINTS = 400
_NAME_HIGH = 6.5  # of a name at a line's end [points of power]


def convergence_figure(design: Design, block: Block) -> "go.Figure":
    """Trials that find fewer, and more, deaths after each replicate, with exact 95 % bands."""
    return figure_of(convergence_spec(design, block))


def convergence_spec(design: Design, block: Block) -> Spec:
    """Trials that find fewer, and more, deaths in the second arm, each in its exact 95 % band."""
    traces = []
    for (name, sign), colour, tint in zip(
        DIRECTIONS.items(), reversed(ARM_COLOURS), reversed(TINTS), strict=True
    ):
        count, rate, (low, high) = _converging(design, block, sign)
        title = _direction(name, design)
        traces.append(band(count, 100 * low, 100 * high, tint))
        traces.append(line(count, 100 * rate, colour=colour, name=title))
    layout = _rates_layout(height=300, differ=arms_differ(design))
    return {"data": traces, "layout": layout | {"showlegend": True}}


def _direction(name: str, design: Design) -> str:
    """A rejection's direction in words; benefit is in the colour of the arm that has it."""
    text = {"benefit": _("fewer deaths in {arm}"), "harm": _("more deaths in {arm}")}[name]
    return text.format(arm=arm_words(design)[1])


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
            drawn = line(count, 100 * rate, name=name, colour=colour) | {"error_y": bars}
            drawn["line"] |= {} if direction == "benefit" else {"dash": "dot"}
            traces.append(drawn)
    # One name a line on a phone: they go below, where they have room.
    legend = {"orientation": "h", "y": -0.3, "yanchor": "top"}
    differ = any(arms_differ(one.design) for one in family)
    layout = _rates_layout(height=360, differ=differ)
    return figure_of({"data": traces, "layout": layout | {"legend": legend}})


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


def _rates_layout(*, height: int, differ: bool) -> dict[str, Any]:
    # Named in full: plotly writes 2 and 5 between the powers of ten, and 20 reads as 2.
    named = [step * 10**power for power in range(5) for step in (1, 2, 5)]
    ticks = {"tickvals": named, "ticktext": [number_text(number) for number in named]}
    count = axis(_("Replicates"), type="log", **ticks)
    title = _("Trials that find a difference [%]") if differ else _("Type I error [% of trials]")
    rate = axis(title, rangemode="tozero")
    return layout_of(height=height, x=count, y=rate)


def power_spec(
    curves: Sequence[PowerCurve], run: tuple[int, float, float, float] | None = None
) -> Spec:
    """Power over patients as plain data: a line for each curve, named at its end.

    Parameters
    ----------
    run : tuple or None
        Of a run: patients, its share of trials that find the effect, and that share's interval.
    """
    colours = (ARM_COLOURS[1], "#5b3a9e", ARM_COLOURS[0], SOFT)
    traces: list[dict[str, Any]] = []
    ends: list[tuple[float, str, str]] = []
    for curve, colour in zip(curves, colours, strict=False):
        rates = np.round(100 * np.array(curve.asked), 2)
        drawn = line(np.array(curve.patients), rates, colour=colour)
        change = f"{number_text(100 * curve.control, 1)} → {number_text(100 * curve.treated, 1)} %"
        drawn |= {"name": change, "hovertemplate": "%{y:.0f} %, %{x}<extra>" + change + "</extra>"}
        if curve.control == curve.treated:
            drawn["line"] |= {"dash": "dot"}
        traces.append(drawn)
        ends.append((float(rates[-1]), change, colour))
    heights = label_heights([end[0] for end in ends], _NAME_HIGH, 100.0)
    last = curves[0].patients[-1] if curves else 0
    names = [
        _end_name(last, height, change, colour)
        for height, (_rate, change, colour) in zip(heights, ends, strict=True)
    ]
    if run is not None:
        patients, rate, low, high = (run[0], *(round(100 * share, 2) for share in run[1:]))
        bars = {"type": "data", "symmetric": False, "array": [high - rate],
                "arrayminus": [rate - low], "thickness": 1.5}  # fmt: skip
        dot = {"type": "scatter", "mode": "markers", "x": [patients], "y": [rate],
               "name": _("this run"), "error_y": bars, "showlegend": False,
               "marker": {"color": ARM_COLOURS[1], "size": 9}}  # fmt: skip
        traces.append(dot)
    usual = 100 * USUAL_POWER.value
    count = axis(_("Patients enrolled"), range=[0, curves[0].patients[-1] * 1.02])
    rate_axis = axis(_("Trials that find it [%]"), range=[0, 102])
    layout = layout_of(height=300, x=count, y=rate_axis) | {"annotations": names}
    room = max([84, *(round(7.2 * len(change)) for _rate, change, _colour in ends)])
    layout["margin"] = layout["margin"] | {"r": room}
    return {"data": traces, "layout": layout | {"shapes": [level(usual)]}}


def _end_name(x: float, y: float, text: str, colour: str) -> dict[str, Any]:
    return {
        "x": x, "y": y, "text": text, "xanchor": "left", "showarrow": False, "xshift": 4,
        "font": {"color": colour, "size": 12},
    }  # fmt: skip


def so_far_spec(counts: Sequence[tuple[int, int]], replicates: int, *, differ: bool) -> Spec:
    """A share while the run goes on, as plain data: trials done and how many found it, summed up.

    The band is the exact 95 % interval, so it narrows as the run goes on.
    """
    done, found = (np.array(column, dtype=np.int64) for column in zip(*counts, strict=True))
    low, high = share_interval(found, done)
    colour, tint = (ARM_COLOURS[1], TINTS[1]) if differ else (ARM_COLOURS[0], TINTS[0])
    traces = [
        band(done, (100 * low).round(2), (100 * high).round(2), tint),
        line(done, (100 * found / done).round(2), colour=colour),
    ]
    count = axis(_("Trials done"), range=[0, replicates])
    title = _("Power so far [%]") if differ else _("Type I error so far [%]")
    top = [0, 100] if differ else [0, max(20.0, 100 * float(high[-1]))]
    layout = layout_of(height=300, x=count, y=axis(title, range=top))
    return {
        "data": traces,
        "layout": layout | {"shapes": [level(100 * USUAL_POWER.value)] if differ else []},
    }

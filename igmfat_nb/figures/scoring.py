"""Figures of a model check, as plotly specifications."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from igmfat_nb.figures.style import COLOUR, SOFT, TINT
from igmfat_nb.figures.trial_parts import axis, band, layout_of, line
from igmfat_nb.language import _
from igmfat_nb.scoring.vpc import PERCENTILES, PredictiveCheck

if TYPE_CHECKING:
    import plotly.graph_objects as go

Array = NDArray[np.float64]
_HEIGHT_PX = 310
_DATA, _MODEL = COLOUR["personalised"], COLOUR["standard"]


def pit_figure(counts: NDArray[np.int64]) -> "go.Figure":
    """Where measured titres fall in their predictions, by tenths, with what chance allows."""
    from scipy import stats

    n, bins = int(counts.sum()), len(counts)
    middle = (np.arange(bins) + 0.5) / bins
    ends = [float(stats.binom.ppf(share, n, 1.0 / bins)) if n else 0.0 for share in (0.025, 0.975)]
    data = [
        {
            "type": "bar", "x": middle, "y": counts, "width": 0.9 / bins, "name": _("titres"),
            "marker": {"color": _MODEL}, "opacity": 0.75,
        },
        *(
            _line(np.array([0.0, 1.0]), np.array([level, level]), _("95 % of chance"), SOFT, "dot")
            for level in ends
        ),
    ]  # fmt: skip
    x = axis(_("Predicted share below the measured titre"), range=[0, 1])
    return _figure(data, x, axis(_("Titres"), rangemode="tozero"))


def calibration_figure(parts: pd.DataFrame) -> "go.Figure":
    """The chance as forecast beside what came, by tenths of the forecasts."""
    from scipy import stats

    n, reached = parts["n"].to_numpy(dtype=float), parts["reached"].to_numpy(dtype=float)
    hits = np.round(n * reached)
    low = np.where(hits > 0, stats.beta.ppf(0.025, hits, n - hits + 1), 0.0)
    high = np.where(hits < n, stats.beta.ppf(0.975, hits + 1, n - hits), 1.0)
    data = [
        _line(np.array([0.0, 100.0]), np.array([0.0, 100.0]), _("as forecast"), SOFT, "dot"),
        {
            "type": "scatter", "mode": "markers", "x": 100 * parts["chance"].to_numpy(),
            "y": 100 * reached, "name": _("reached"), "marker": {"color": _DATA, "size": 8},
            "error_y": {
                "type": "data", "symmetric": False, "array": 100 * (high - reached),
                "arrayminus": 100 * (reached - low), "color": _DATA,
            },
        },
    ]  # fmt: skip
    x = axis(_("Probability of the target as forecast [%]"), range=[-2, 102])
    y = axis(_("Titres at the target [%]"), range=[-2, 102])
    return _figure(data, x, y)


def observed_figure(rows: pd.DataFrame) -> "go.Figure":
    """Measured against predicted titres, with the line of identity."""
    numbers = rows[~rows["below"]]
    most = float(max(numbers["measured"].max(), numbers["p50"].max())) if len(numbers) else 1.0
    data = [
        _line(np.array([0.0, most]), np.array([0.0, most]), _("the same"), SOFT, "dot"),
        {
            "type": "scatter", "mode": "markers", "x": numbers["p50"].to_numpy(dtype=float),
            "y": numbers["measured"].to_numpy(dtype=float), "name": _("titres"),
            "text": numbers["subject"].tolist(), "opacity": 0.6,
            "marker": {"color": _MODEL, "size": 6},
        },
    ]  # fmt: skip
    x = axis(_("Predicted IgM [mg/dL]"), rangemode="tozero")
    y = axis(_("Measured IgM [mg/dL]"), rangemode="tozero")
    return _figure(data, x, y)


def vpc_figure(check: PredictiveCheck) -> "go.Figure":
    """Percentiles of measured titres by day over the 95 % intervals of simulated ones."""
    data: list[dict[str, Any]] = []
    day = np.asarray(check.day, dtype=float) + 1.0
    for place, percentile in enumerate(PERCENTILES if len(day) else ()):
        tint = TINT["standard"] if percentile == 50 else "82, 97, 110"
        data.append(
            _band(day, check.low[:, place], check.high[:, place], tint, _("simulated, 95 %"))
        )
        dash = "solid" if percentile == 50 else "6px,3px"
        name = _("measured, {percent} %").format(percent=percentile)
        data.append(_line(day, check.measured[:, place], name, _DATA, dash))
    y = axis(_("Serum IgM [mg/dL]"), rangemode="tozero")
    return _figure(data, axis(_("Study day"), dtick=1), y)


def below_figure(check: PredictiveCheck) -> "go.Figure":
    """Share of titres below the assay's limit by day, measured and simulated."""
    some = np.isfinite(np.asarray(check.below, dtype=float))
    day = np.asarray(check.day, dtype=float)[some] + 1.0
    low, high = (np.asarray(one, dtype=float)[some] for one in (check.below_low, check.below_high))
    measured = 100 * np.asarray(check.below, dtype=float)[some]
    data = [
        _band(day, 100 * low, 100 * high, TINT["standard"], _("simulated, 95 %")),
        _line(day, measured, _("measured"), _DATA, "solid"),
    ]
    y = axis(_("Titres below the assay's limit [%]"), range=[0, 100])
    return _figure(data, axis(_("Study day"), dtick=1), y)


def _line(x: Array, y: Array, name: str, colour: str, dash: str) -> dict[str, Any]:
    drawn = line(x, y, colour=colour, name=name)
    return drawn | {"line": drawn["line"] | {"dash": dash}}


def _band(x: Array, low: Array, high: Array, tint: str, name: str) -> dict[str, Any]:
    return band(x, low, high, tint) | {"name": name}


def _figure(data: list[dict[str, Any]], x: dict[str, Any], y: dict[str, Any]) -> "go.Figure":
    import plotly.graph_objects as go

    return go.Figure({"data": data, "layout": layout_of(height=_HEIGHT_PX, x=x, y=y)})

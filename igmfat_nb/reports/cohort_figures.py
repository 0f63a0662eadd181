"""Figures of a cohort: results in, figure out."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from igmfat_nb.bedside.dosing import ARMS
from igmfat_nb.figures.style import COLOUR, DASH, FONT, FONT_PX, GRID, INK, NAME, SOFT, TINT
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import constants
from igmfat_nb.reports.section import Figure

if TYPE_CHECKING:
    import plotly.graph_objects as go

DAYS = list(range(1, constants.PERSONALISED_MAX_DAYS.value + 1))
_HEIGHT_PX = 320
_SHADE = {"standard": "", "personalised": "/"}  # tells the arms apart in grey print


def dose_figure(doses: pd.DataFrame) -> Figure:
    """How many patients get which volume per weight on day 1, by arm."""
    import plotly.graph_objects as go

    figure = go.Figure()
    volumes = {arm: doses[f"{arm}_volume_ml_per_kg"].to_numpy() for arm in ARMS}
    every = np.concatenate([*volumes.values(), [0.0]])
    edges = np.histogram_bin_edges(every, bins=24)
    for arm, values in volumes.items():
        counts, _edges = np.histogram(values, edges)
        figure.add_bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts,
            name=_(NAME[arm]),
            marker={"color": COLOUR[arm], "pattern": {"shape": _SHADE[arm]}},
            opacity=0.75,
        )
    _lay_out(figure, _("Volume on day 1, mL/kg"), _("Patients"))
    figure.update_layout(barmode="overlay", bargap=0.05)
    return Figure(figure, _("Volume per weight on day 1 in both arms."))


def titre_figure(doses: pd.DataFrame) -> Figure:
    """Median titre by day in both arms: over the patients the median, 5 and 95 %."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for arm in ARMS:
        medians = doses[[f"{arm}_igm_day{day}_p50" for day in DAYS]].to_numpy()
        low, middle, high = _quantiles(medians)
        figure.add_scatter(
            x=DAYS + DAYS[::-1],
            y=[*high, *low[::-1]],
            mode="lines",
            fill="toself",
            fillcolor=f"rgba({TINT[arm]}, 0.15)",
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
            name=_("{arm}, interval").format(arm=_(NAME[arm])),
        )
        line = {"color": COLOUR[arm], "dash": DASH[arm], "width": 2.4}
        figure.add_scatter(x=DAYS, y=middle, name=_(NAME[arm]), mode="lines", line=line)
    target = constants.TARGET_TITRE.value
    named = _("target {level}").format(level=number_text(target, 1))
    line = {"color": INK, "width": 1.2, "dash": "1px,3px"}
    figure.add_hline(y=target, line=line, annotation_text=named, annotation_position="top right")
    _lay_out(figure, _("Days since the first titre"), _("Serum IgM, mg/dL"))
    return Figure(figure, _("Predicted serum IgM by day in both arms."))


def _quantiles(medians: Any) -> list[list[float]]:
    if not len(medians):
        return [[], [], []]
    rows: list[list[float]] = np.quantile(medians, [0.05, 0.5, 0.95], axis=0).round(2).tolist()
    return rows


def _lay_out(figure: "go.Figure", across: str, up: str) -> None:
    figure.update_layout(
        height=_HEIGHT_PX,
        margin={"l": 50, "r": 20, "t": 20, "b": 44},
        font={"family": FONT, "size": FONT_PX, "color": SOFT},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "y": 1.1},
    )
    figure.update_xaxes(title=across, showgrid=False, fixedrange=True)
    figure.update_yaxes(title=up, gridcolor=GRID, rangemode="tozero", fixedrange=True)

"""Figures of a cohort: results in, figure out."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from igmfat_nb.bedside.dosing import ARMS
from igmfat_nb.figures.style import COLOUR, DASH, FONT, FONT_PX, GRID, INK, NAME, SOFT, TINT
from igmfat_nb.language import _, signs
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import constants
from igmfat_nb.reports.section import Figure

if TYPE_CHECKING:
    import plotly.graph_objects as go

DAYS = list(range(1, constants.PERSONALISED_MAX_DAYS.value + 1))
_HEIGHT_PX = 200  # both on the first sheet
_SIGN = {"standard": "circle", "personalised": "diamond"}  # tells the arms apart in grey print
_MOST_POINTS = 2000


def dose_figure(doses: pd.DataFrame, igm_mg_dl: "pd.Series[float]") -> Figure:
    """Volume per weight on day 1 against the titre, each patient in both arms.

    Of a large table evenly many of its rows are drawn: a screen shows no more.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    step = max(1, -(-len(doses) // _MOST_POINTS))
    for arm in ARMS:
        figure.add_scatter(
            x=igm_mg_dl.to_numpy()[::step],
            y=doses[f"{arm}_volume_ml_per_kg"].to_numpy().round(2)[::step],
            name=_(NAME[arm]),
            mode="markers",
            marker={"color": COLOUR[arm], "symbol": _SIGN[arm], "size": 8, "opacity": 0.8},
        )
    limit = constants.ENROLMENT_TITRE.value
    named = _("enrolment {level}").format(level=number_text(limit, 1))
    line = {"color": SOFT, "width": 1.2, "dash": "1px,3px"}
    figure.add_vline(x=limit, line=line, annotation_text=named, annotation_position="bottom left")
    _lay_out(figure, _("Serum IgM, mg/dL"), _("Volume on day 1, mL/kg"))
    if len(doses):  # room for the signs at the ends, in the static picture too
        ends = float(igm_mg_dl.min()), float(igm_mg_dl.max())
        room = 0.04 * max(ends[1] - ends[0], 1.0)
        most = float(doses[[f"{arm}_volume_ml_per_kg" for arm in ARMS]].to_numpy().max())
        figure.update_xaxes(range=[ends[0] - room, ends[1] + room])
        figure.update_yaxes(range=[0, 1.12 * most], nticks=5)
    return Figure(figure, _("Volume per weight on day 1 against the titre, both arms."))


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
    figure.update_yaxes(nticks=5)
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
        separators="".join(signs()),
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "y": 1.1},
    )
    small = {"size": FONT_PX}
    figure.update_xaxes(title={"text": across, "font": small}, showgrid=False, fixedrange=True)
    figure.update_yaxes(
        title={"text": up, "font": small},
        gridcolor=GRID,
        zerolinecolor=SOFT,
        rangemode="tozero",
        fixedrange=True,
    )

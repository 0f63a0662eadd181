"""Virtual trials as plotly figures: titres over the week."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

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
from igmfat_nb.protocol.constants import TARGET_TITRE
from igmfat_nb.trial.design import Design
from igmfat_nb.trial.words import arm_words
from igmfat_nb.units import HOURS_PER_DAY

if TYPE_CHECKING:
    import plotly.graph_objects as go

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


def titre_figure(design: Design, bands: Sequence[NDArray[np.float64]]) -> "go.Figure":
    """Median and 5 to 95 % of both arms' true titres over the week, as if alive."""
    return figure_of(titre_spec(design, bands))


def titre_spec(design: Design, bands: Sequence[NDArray[np.float64]]) -> Spec:
    """The week's titres as plain data: a band and a median for each arm, the target's line."""
    traces = []
    for name, (low, middle, high), colour, tint in zip(
        arm_words(design), bands, ARM_COLOURS, TINTS, strict=True
    ):
        days = (np.arange(len(middle)) / HOURS_PER_DAY).round(4)
        traces.append(band(days, low.round(2), high.round(2), tint))
        traces.append(line(days, middle.round(2), name=name, colour=colour))
    layout = layout_of(
        height=320,
        x=axis(_("Days since the first titre"), range=[0, 7]),
        y=axis(_("Serum IgM [mg/dL]"), rangemode="tozero"),
    )
    return {"data": traces, "layout": layout | {"shapes": [level(TARGET_TITRE.value)]}}

"""Distributions of a cohort and each patient's two doses, drawn of a report's own elements."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from markupsafe import Markup

from igmfat_nb.language import _
from igmfat_nb.notation import decimals_of, number_text
from igmfat_nb.reports.section import made

MOST_DOTS = 300
_ROWS = 24  # bins along a strip; dots of one bin stand on each other
_ROOM = 0.04  # of the range, left free at either end

Strip = tuple[str, float, float, float, list[tuple[float, int]], list[tuple[float, str]], str]


def strips(columns: Sequence[tuple[str, str, pd.Series]]) -> Markup:
    """A strip for each quantity: box half of the patients, line the median, a dot each patient.

    Parameters
    ----------
    columns : sequence of (str, str, Series)
        Label with its unit, name of the quantity, values; empty ones are left out.
    """
    drawn = [_strip(label, name, values) for label, name, values in columns if len(values)]
    return made("strips", drawn, _("each dot one patient; box half of them, line the median"))


def _strip(label: str, name: str, values: pd.Series) -> Strip:
    low, high = float(values.min()), float(values.max())
    room = max(_ROOM * (high - low), 1e-9)
    first, width = low - room, high - low + 2 * room

    def place(value: float) -> float:
        return round(100 * (value - first) / width, 2)

    q25, q50, q75 = (float(values.quantile(share)) for share in (0.25, 0.5, 0.75))
    dots: list[tuple[float, int]] = []
    if len(values) <= MOST_DOTS:
        stacked: dict[int, int] = {}
        for value in sorted(float(one) for one in values):
            bin_ = int(place(value) * _ROWS // 100)
            dots.append((place(value), stacked.get(bin_, 0)))
            stacked[bin_] = stacked.get(bin_, 0) + 1
    decimals = decimals_of(name) or 0
    ticks = [(place(value), number_text(value, decimals)) for value in (low, q50, high)]
    words = _("{label}: median {median}, half between {low} and {high}").format(
        label=label,
        median=number_text(q50, decimals),
        low=number_text(q25, decimals),
        high=number_text(q75, decimals),
    )
    return label, place(q25), place(q50), place(q75), dots, ticks, words


def pair_of_doses(first_ml: float, second_ml: float, most_ml: float) -> Markup:
    """Both first doses of a patient on one line from nothing to the largest."""
    scale = 100 / most_ml if most_ml > 0 else 0.0
    places = [round(float(np.clip(volume * scale, 0, 100)), 1) for volume in (first_ml, second_ml)]
    return made("pair", *places)

"""What was measured and given, on the figure of a course: points, predictions, volumes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.case import CaseDose, CaseTitre
from igmfat_nb.figures.style import FONT_PX, INK, SOFT, Word, words_trace
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.units import HOURS_PER_DAY

Array = NDArray[np.float64]
#: 5, 50 and 95 % points of a titre that would be measured [mg/dL].
Interval = tuple[float, float, float]
OUTLYING = "#a8201a"


def points_trace(titres: Sequence[CaseTitre], outlying_h: Sequence[float]) -> dict[str, Any]:
    """Measured titres; one that is asked about is open and red.

    One below the assay's limit is a line at the limit with an arrow down.
    """
    limits = [_value(titre) if titre.is_limit else "" for titre in titres]
    asked = [titre.time_h in set(outlying_h) for titre in titres]
    return {
        "type": "scatter",
        "x": np.array([titre.time_h for titre in titres]) / HOURS_PER_DAY,
        "y": np.array([titre.reported_mg_dl for titre in titres]),
        "mode": "markers+text",
        "text": limits if any(limits) else None,
        "textposition": "bottom center",
        "textfont": {"size": FONT_PX, "color": INK},
        "marker": {
            "size": 9,
            "symbol": [
                "line-ew-open" if titre.is_limit else "diamond-open" if odd else "circle"
                for titre, odd in zip(titres, asked, strict=True)
            ],
            "color": [OUTLYING if odd else INK for odd in asked],
            "line": {
                "width": [
                    2.5 if odd or titre.is_limit else 0
                    for titre, odd in zip(titres, asked, strict=True)
                ],
                "color": OUTLYING,
            },
        },
        "hovertemplate": "%{y:.0f} mg/dL",
        "showlegend": False,
        "name": _("Measured"),
    }


def said_trace(
    points: Mapping[str, Any],
    titres: Sequence[CaseTitre],
    predicted: Mapping[float, Interval],
    middle_mg_dl: Array,
) -> dict[str, Any]:
    """The points of ``points_trace`` with their values, away from the curve.

    ``middle_mg_dl``, shape (t,), is the curve at the draws; what the titres before a point
    predicted comes up with it.
    """
    colours = list(points["marker"]["color"])
    places = [
        "middle left" if colour == OUTLYING else _place(one, at)  # "today" stands right of it
        for one, at, colour in zip(titres, middle_mg_dl, colours, strict=True)
    ]
    return {
        **points,
        "text": [_value(one) for one in titres],
        "textposition": places,
        "textfont": {"size": FONT_PX, "color": colours},
        "cliponaxis": False,
        "hovertext": [_said(one, predicted.get(one.time_h)) for one in titres],
        "hovertemplate": "%{hovertext}",
    }


def _value(titre: CaseTitre) -> str:
    return f"↓ {titre.text(1)}" if titre.is_limit else titre.text(1)


def _place(titre: CaseTitre, middle_mg_dl: float) -> str:
    low = titre.is_limit or titre.reported_mg_dl < middle_mg_dl
    return "bottom center" if low else "top center"


def _said(titre: CaseTitre, predicted: Interval | None) -> str:
    value = f"{titre.text(1)} mg/dL"
    if predicted is None:
        return value
    low, middle, high = (number_text(one) for one in predicted)
    message = _("{titre}, predicted {middle} ({low}–{high})")
    return message.format(titre=value, middle=middle, low=low, high=high)


def interval_trace(
    predicted: Mapping[float, Interval], outlying_h: Sequence[float]
) -> dict[str, Any]:
    """What was predicted in place of each titre that is asked about: 90 %, as a bar with ends."""
    asked_h = [time_h for time_h in outlying_h if time_h in predicted]
    low, middle, high = np.array([predicted[one] for one in asked_h]).reshape(-1, 3).T
    return {
        "type": "scatter",
        "x": np.array(asked_h) / HOURS_PER_DAY,
        "y": middle,
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": high - middle,
            "arrayminus": middle - low,
            "color": OUTLYING,
            "thickness": 1.5,
            "width": 5,
        },
        "mode": "markers",
        "marker": {"size": 1, "color": OUTLYING},
        "hoverinfo": "skip",
        "showlegend": False,
        "name": _("Predicted, 90 %"),
    }


def volumes_trace(doses: Sequence[CaseDose]) -> dict[str, Any]:
    """The volume of each dose [mL] above its bar."""
    words = [
        Word(
            number_text(dose.volume_ml, 1),
            (dose.start_h + dose.end_h) / 2 / HOURS_PER_DAY,
            dose.volume_ml,
            SOFT,
            "top center",
        )
        for dose in doses
    ]
    return words_trace(words, "y2")

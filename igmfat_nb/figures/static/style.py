"""Colours, dashes and symbols: what plotly calls them, as matplotlib takes them."""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

RGBA = tuple[float, float, float, float]
_RGB = re.compile(r"rgba?\(\s*([\d.]+)\s*,\s*([\d.]+)\s*,\s*([\d.]+)\s*(?:,\s*([\d.]+)\s*)?\)")
_LEAST_DASH_PX = 3.0
_DASHES = {
    "dot": (1, 1),
    "dash": (3, 3),
    "longdash": (5, 5),
    "dashdot": (3, 1, 1, 1),
    "longdashdot": (5, 2, 1, 2),
}
_SYMBOLS = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "cross": "P",
    "x": "X",
    "star": "*",
    "triangle-up": "^",
    "triangle-down": "v",
    "triangle-left": "<",
    "triangle-right": ">",
    "line-ns": "|",
    "line-ew": "_",
}
#: Colours of traces that name none.
COLOURS = ("#0a6ebd", "#b5490f", "#5b3a9e", "#1a7f4b", "#17232e", "#8a6d00")


def colour(text: Any, opacity: float = 1.0) -> RGBA:
    """A colour of the stylesheet's kind: ``#0a6ebd``, ``rgba(10, 110, 189, 0.2)``, a name."""
    from matplotlib.colors import to_rgba

    found = _RGB.fullmatch(str(text).strip())
    if found is None:
        red, green, blue, own = to_rgba(text)
    else:
        red, green, blue = (float(part) / 255 for part in found.groups()[:3])
        own = float(found[4]) if found[4] else 1.0
    return red, green, blue, own * opacity


def dashes(dash: str | None, width_px: float) -> Any:
    """Line style of a dash: a word, or lengths such as ``9px,3px``."""
    if dash in (None, "", "solid"):
        return "solid"
    lengths = _DASHES.get(str(dash))
    if lengths is not None:
        unit = max(width_px, _LEAST_DASH_PX)
        return 0, tuple(unit * length for length in lengths)
    return 0, tuple(float(part) for part in re.findall(r"[\d.]+", str(dash)))


def symbol(name: Any) -> tuple[str, bool]:
    """Marker of a symbol, and whether it is open."""
    text = str(name)
    return _SYMBOLS.get(text.removesuffix("-open"), "o"), text.endswith("-open")


def as_list(value: Any, count: int) -> list[Any]:
    """One value for each of ``count`` points: an array as it is, anything else repeated."""
    if isinstance(value, str) or not hasattr(value, "__len__"):
        return [value] * count
    return list(value)


def numbers(values: Any) -> NDArray[Any]:
    """Coordinates as an array; a gap is no number; words stay words."""
    if values is None:
        return np.empty(0)
    array = np.asarray(values)
    if array.dtype.kind in "US" or (
        array.dtype == object and any(isinstance(v, str) for v in array)
    ):
        return array.astype(str)
    return array.astype(np.float64)

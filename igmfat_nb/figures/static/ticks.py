"""Ticks, their numbers and the title of an axis, drawn by matplotlib."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from igmfat_nb.figures.static.style import colour
from igmfat_nb.figures.static.words import lines_of
from igmfat_nb.notation import number_text

if TYPE_CHECKING:
    from igmfat_nb.figures.static.frame import Frame

Spec = Mapping[str, Any]
TICK_PX = {"x": 80.0, "y": 45.0}  # room of a tick where nobody says how many
MOST_DECIMALS = 6
_DIGITS = {"D1": tuple(range(1, 10)), "D2": (1, 2, 5)}


def set_ticks(axes: Any, axis: Any, part: Spec, frame: "Frame") -> None:
    """Ticks where the layout puts them, with their numbers written as everywhere else."""
    from matplotlib import ticker

    letter = axis.axis_name
    low, high = sorted(getattr(axes, f"get_{letter}lim")())
    if part.get("tickvals") is not None:
        at = np.asarray(part["tickvals"], dtype=float)
        words = part.get("ticktext")
        axis.set_ticks(at, labels=None if words is None else [_said(word) for word in words])
        if words is None:
            axis.set_major_formatter(_numbers_of(at, part))
        getattr(axes, f"set_{letter}lim")(low, high)
        return
    if isinstance(axis.get_major_locator(), ticker.FixedLocator):
        return  # words in place of numbers
    if part.get("type") == "log":
        axis.set_major_locator(ticker.LogLocator(subs=_DIGITS.get(part.get("dtick", ""), (1,))))
        axis.set_minor_locator(ticker.NullLocator())
        axis.set_major_formatter(ticker.FuncFormatter(lambda v, _at: number_text(v, MOST_DECIMALS)))
        return
    axis.set_major_locator(_locator(part, letter, frame))
    axis.set_major_formatter(_numbers_of(axis.get_major_locator().tick_values(low, high), part))


def _said(word: Any) -> str:
    """A tick's words; a picture has no links."""
    return "\n".join(line for line, _bold in lines_of(word))


def label_axis(axis: Any, part: Spec, font: Spec, *, shown: bool) -> None:
    """The title of an axis; no numbers and no title where another panel has them."""
    if not shown:
        axis.set_tick_params(labelleft=False, labelbottom=False)
        return
    title = part.get("title") or {}
    said: Spec = {"text": title} if isinstance(title, str) else title
    if not said.get("text"):
        return
    style = {**font, **said.get("font", {})}
    words = "\n".join(line for line, _bold in lines_of(said["text"]))
    axis.set_label_text(words, color=colour(style["color"])[:3], fontsize=style["size"])
    axis.labelpad = said.get("standoff", 6)


def _locator(part: Spec, letter: str, frame: "Frame") -> Any:
    from matplotlib import ticker

    if isinstance(part.get("dtick"), int | float):
        return ticker.MultipleLocator(part["dtick"], offset=part.get("tick0", 0))
    first, last = part.get("domain", (0, 1))
    room = (frame.across_px if letter == "x" else frame.up_px) * (last - first)
    count = part.get("nticks") or max(2, round(room / TICK_PX[letter]))
    return ticker.MaxNLocator(nbins=count, steps=[1, 2, 5, 10])


def _numbers_of(ticks: Any, part: Spec) -> Any:
    """Write ticks with the decimals that tell them apart."""
    from matplotlib.ticker import FuncFormatter

    apart = np.diff(np.unique(ticks))
    step = float(apart.min()) if len(apart) else 1.0
    decimals = min(MOST_DECIMALS, max(0, math.ceil(-math.log10(step) - 1e-9)))
    before, after = part.get("tickprefix", ""), part.get("ticksuffix", "")
    return FuncFormatter(lambda v, _at: f"{before}{number_text(v, decimals)}{after}")

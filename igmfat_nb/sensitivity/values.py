"""Values of the explored numbers: the base, one changed at a time, or drawn from the unit cube."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.bedside.readings import Edition, editions
from igmfat_nb.errors import ImplausibleInput, UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.exploration import EXPLORED, Explored, Model
from igmfat_nb.units import parse_number
from igmfat_nb.validation import nearest

Array = NDArray[np.float64]
#: By name: shape (n,). A choice is the place of its option.
Values = Mapping[str, Array]


def explored_of(model: Model) -> tuple[Explored, ...]:
    """What plays a part in a model, in the order of ``protocol.exploration``."""
    return tuple(one for one in EXPLORED if model in one.models)


def options_of(one: Explored) -> tuple[str, ...]:
    """Options of a choice; of readings the package's editions that are not published."""
    if one.name == "reading":
        return tuple(edition.name for edition in readings())
    return one.options


def readings() -> tuple[Edition, ...]:
    """The readings that are explored: those that are assumed, the default first."""
    return tuple(edition for edition in editions() if edition.status == "assumed")


def base_value(one: Explored) -> float:
    """What every answer takes; of a choice its place among the options."""
    if isinstance(one.base, str):
        return float(options_of(one).index(one.base))
    return one.base


def value_at(one: Explored, share: Array) -> Array:
    """Values at shares of the distribution, 0 to 1: its inverse.

    Examples
    --------
    Half-way between 1 and 10 on a log scale is √10.

    >>> clearance = next(one for one in EXPLORED if one.name == "clearance")
    >>> round(float(value_at(clearance, np.array(0.5))), 3)
    3.162
    """
    if one.spread == "choice":
        count = len(options_of(one))
        return np.minimum(np.floor(share * count), count - 1)
    if one.spread == "uniform":
        return one.low + share * (one.high - one.low)
    return np.asarray(one.low * (one.high / one.low) ** share)


def values_at(known: Sequence[Explored], shares: Array) -> dict[str, Array]:
    """The same for all, from points of the unit cube of shape (n, explored)."""
    return {one.name: value_at(one, shares[:, place]) for place, one in enumerate(known)}


def ends_of(one: Explored, base: float | None = None) -> list[float]:
    """What is tried of it alone: both ends, or every option but the base."""
    if one.spread == "choice":
        base = base_value(one) if base is None else base
        return [float(p) for p in range(len(options_of(one))) if p != base]
    return [one.low, one.high]


def value_text(one: Explored, value: float) -> str:
    """A value as it is shown: an option's name, or a number."""
    if one.spread == "choice":
        return options_of(one)[round(value)]
    return number_text(value, 3)


def typed_value(one: Explored, text: str) -> float:
    """A value as typed, within twice the range explored.

    Raises
    ------
    UnreadableInput, ImplausibleInput
        If it is no option, no number, or far outside.
    """
    text = text.strip()
    if one.spread == "choice":
        options = options_of(one)
        if text not in options:
            message = _("{name} is “{text}”; expected one of {options}.")
            names = ", ".join(options)
            raise UnreadableInput(message.format(name=one.name, text=text[:60], options=names))
        return float(options.index(text))
    low = 0.0 if one.low == 0 else one.low / 2
    value = parse_number(text, one.name, low=low, high=2 * one.high)
    if not low <= value <= 2 * one.high:
        message = _("{name} is {value}; expected {low} to {high}.")
        shown = {"value": value, "low": low, "high": 2 * one.high}
        texts = {key: number_text(number, 4) for key, number in shown.items()}
        raise ImplausibleInput(message.format(name=one.name, **texts))
    return value


def explored_named(name: str, known: Sequence[Explored]) -> Explored:
    """One of them by its name.

    Raises
    ------
    UnreadableInput
        With the closest name.
    """
    for one in known:
        if one.name == name:
            return one
    message = _("{name} is not explored here; expected one of {names}.")
    near = nearest(name, [one.name for one in known], cutoff=0.4)
    if near:
        message += " " + _("Did you mean {near}?")
    names = ", ".join(one.name for one in known)
    raise UnreadableInput(message.format(name=name[:60], names=names, near=near))

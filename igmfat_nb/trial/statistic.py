"""The one gate through which a statistic of a trial leaves: whole, or blank with a reason."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

from igmfat_nb.language import _
from igmfat_nb.notation import number_text

_ROUNDING = 1e-12
_ERROR = 0.05
_WHOLE = 10  # per cent, from which on no decimals are shown


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval: finite, in order, the number inside; or blank.

    Made by ``estimate`` or ``blank`` only. Blank is NaN throughout, and
    ``reason`` says in a sentence why; otherwise ``reason`` is empty.
    """

    name: str
    method: str
    value: float
    low: float
    high: float
    reason: str = ""


def blank(name: str, method: str, reason: str) -> Estimate:
    """Return a statistic that cannot be told, with the reason.

    Examples
    --------
    >>> math.isnan(blank("risk ratio", "none", "Nobody died.").value)
    True
    """
    return Estimate(name, method, math.nan, math.nan, math.nan, reason)


def estimate(name: str, method: str, value: float, low: float, high: float) -> Estimate:
    """Return the statistic if it is finite, in order and contains its estimate; else blank.

    Examples
    --------
    >>> estimate("risk ratio", "by hand", 0.5, 0.3, 0.8).reason
    ''
    >>> bool(estimate("risk ratio", "by hand", 0.5, 0.6, 0.8).reason)  # it is not inside
    True
    """
    if not all(math.isfinite(number) for number in (value, low, high)):
        return blank(name, method, _("The method gives no finite number for these deaths."))
    slack = _ROUNDING * max(1.0, abs(value))
    if not low < high or not low - slack <= value <= high + slack:
        return blank(name, method, _("The method's interval does not contain its estimate."))
    return Estimate(name, method, value, min(low, value), max(high, value))


def share_interval(count: ArrayLike, of: ArrayLike) -> NDArray[np.float64]:
    """Exact 95 % interval of a share, Clopper and Pearson's; shape (2, ...).

    Where none or all were counted one end is certain, and the 5 % lie at the
    other: 0 of 28 is 95 % sure to be below 10.1 %. Source: Clopper and
    Pearson, Biometrika 1934;26:404.

    Parameters
    ----------
    count, of : array_like
        How many of how many, ``of`` above 0.

    Examples
    --------
    By hand: 1 − 0.05^(1/28).

    >>> share_interval(0, 28).round(4).tolist()
    [0.0, 0.1015]
    """
    found, all_ = np.broadcast_arrays(np.asarray(count, float), np.asarray(of, float))
    tail = np.where((found == 0) | (found == all_), _ERROR, _ERROR / 2)
    some, rest = np.maximum(found, 0.5), np.maximum(all_ - found, 0.5)  # the ends are set below
    low = np.where(found == 0, 0.0, betaincinv(some, all_ - found + 1, tail))
    high = np.where(found == all_, 1.0, betaincinv(found + 1, rest, 1 - tail))
    return np.stack([low, high])


def share_text(count: int, of: int) -> str:
    """A share of trials with its exact interval.

    >>> share_text(0, 28), share_text(15, 28), share_text(28, 28)
    ('0 % (95 % up to 10 %)', '53.6 % (95 % from 33.9 to 72.5 %)', '100 % (95 % from 90 %)')
    """
    share = 100 * count / of
    low, high = (100 * float(bound) for bound in share_interval(count, of))
    if count == 0:
        text, decimals = _("{share} % (95 % up to {high} %)"), _decimals(high)
    elif count == of:
        text, decimals = _("{share} % (95 % from {low} %)"), _decimals(100 - low)
    else:
        text = _("{share} % (95 % from {low} to {high} %)")
        decimals = max(1, _decimals(min(share, 100 - share)))
    return text.format(
        share=number_text(share, decimals),
        low=number_text(low, decimals),
        high=number_text(high, decimals),
    )


def short_decimals(share: float) -> int:
    """Decimals of a share [%] where room is short: one near none and all, else none."""
    return 0 if _WHOLE <= share <= 100 - _WHOLE else 1


def _decimals(distance: float) -> int:
    """As many as a share needs that is this far from none or all [%]."""
    return 0 if distance >= _WHOLE else max(1, -math.floor(math.log10(distance)))

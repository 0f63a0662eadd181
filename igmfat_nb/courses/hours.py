"""The hours of a course: as they are compared, as they are drawn, how many are at the target."""

import math

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.language import _
from igmfat_nb.notation import in_signs, number_text

MOST_TIME_POINTS = 200_001
#: Of every hour that comes in: 3.6 ms. Clocks of wards tell minutes, and a sum of hours that
#: differs in its last bit from another (24.000000000000004 h) means the same moment.
HOUR_DECIMALS = 6


def resolved_h(time_h: float) -> float:
    """An hour or a duration [h] as it is compared with others: to ``HOUR_DECIMALS``.

    Examples
    --------
    >>> resolved_h(24.000000000000004), resolved_h(-0.0)
    (24.0, 0.0)
    """
    return round(time_h, HOUR_DECIMALS) + 0.0  # never minus zero


def time_points_h(hours: float, step_h: float) -> NDArray[np.float64]:
    """Every ``step_h`` from 0 to ``hours`` [h], both ends included.

    Parameters
    ----------
    hours, step_h : float
        0 or more; above 0.

    Returns
    -------
    ndarray, shape (t,)
        Rising; fewer than ``MOST_TIME_POINTS``.

    Raises
    ------
    ImplausibleInput
        If they are no such numbers, or the points too many.

    Examples
    --------
    >>> time_points_h(10, 4).tolist()
    [0.0, 4.0, 8.0, 10.0]
    """
    if not 0 <= hours < math.inf:
        message = _("The curve lasts {hours} h; expected 0 h or more.")
        raise ImplausibleInput(message.format(hours=number_text(hours, 3)))
    if not 0 < step_h < math.inf:
        message = _("The step is {step} h; it must be above 0.")
        raise ImplausibleInput(message.format(step=number_text(step_h, 3)))
    if hours / step_h >= MOST_TIME_POINTS:
        message = _("{hours} h in steps of {step} h are too many points; the most is {most}.")
        most = number_text(MOST_TIME_POINTS)
        raise ImplausibleInput(
            message.format(hours=in_signs(f"{hours:g}"), step=in_signs(f"{step_h:g}"), most=most)
        )
    steps = math.floor(hours / step_h + 1e-9)
    points: NDArray[np.float64] = np.arange(steps + 1, dtype=np.float64) * step_h
    if hours - points[-1] > 1e-9 * max(step_h, 1.0):
        return np.append(points, hours)
    if steps:
        points[-1] = hours
    return points


def hours_at_or_above(
    time_h: NDArray[np.float64], igm_mg_dl: NDArray[np.float64], target_mg_dl: float
) -> NDArray[np.float64]:
    """Hours at or above a titre, linear between points.

    Parameters
    ----------
    time_h : ndarray, shape (t,)
        Rising [h].
    igm_mg_dl : ndarray, shape (t, n)
        True titres [mg/dL].
    target_mg_dl : float

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    From 90 to 110 in 10 h: half of it; then 110 down to 70 in 10 h: a quarter of it.

    >>> titres = np.array([[90.0], [110.0], [70.0]])
    >>> hours_at_or_above(np.array([0.0, 10.0, 20.0]), titres, 100.0).tolist()
    [7.5]
    """
    above = igm_mg_dl - target_mg_dl
    begin, end = above[:-1], above[1:]
    height = np.maximum(begin, end)
    drop = np.abs(end - begin)
    crossing = (begin < 0) != (end < 0)
    share = np.divide(height, drop, out=np.ones_like(drop), where=crossing & (drop > 0))
    share[(begin < 0) & (end < 0)] = 0.0
    hours: NDArray[np.float64] = np.diff(time_h) @ share
    return hours

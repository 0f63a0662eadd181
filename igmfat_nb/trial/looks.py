"""O'Brien and Fleming's bounds of interim looks, by Armitage's recursion.

On the scale of Brownian motion B(t) = z √t all their bounds are one constant.
What has not left by a look is a density on (−C, C); it is carried to the next
look by Gauss-Legendre quadrature. A multivariate normal of twenty looks takes
a minute and tells four digits; this takes hundredths of a second and tells
eight. Sources: O'Brien and Fleming, Biometrics 1979;35:549; Armitage,
McPherson and Rowe, J R Stat Soc A 1969;132:235.
"""

import itertools
import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr
from scipy.stats import norm

Array = NDArray[np.float64]
_LEAST = 1e-290  # of a chance: nearer to zero numbers lose their digits
_NEVER = 80.0  # a look whose z² is so much larger than the last one's adds 1e-17 of its chance
_PANEL_NODES = 12
_PANEL_SD = 3.0  # width of a panel in standard deviations of the narrowest step
_MOST_PANELS = 120


@lru_cache(maxsize=32)  # kept: every block of a run asks for the same
def critical_values(alpha: float, looks: tuple[float, ...]) -> tuple[float, ...]:
    """O'Brien-Fleming bounds on |z| at each look and at the end, size ``alpha`` in all.

    c_k = C / √t_k with C such that the test leaves all bounds with
    probability ``alpha`` where the arms do not differ.

    Parameters
    ----------
    alpha : float
        Above 0 and below 1.
    looks : tuple of float
        Rising shares of the patients, each above 0 and below 1; the end is added.

    Examples
    --------
    Published for one look half way (Jennison and Turnbull 2000, table 2.3): C = 1.977.

    >>> [round(bound, 3) for bound in critical_values(0.05, (0.5,))]
    [2.797, 1.977]
    """
    shares = (*looks, 1.0)
    # One look alone needs the least C; as many as there are, each by itself, more than enough.
    least, most = (float(norm.isf(alpha / 2 / parts)) for parts in (1, len(shares)))
    if len(shares) == 1 or alpha < _LEAST:
        return tuple(most / math.sqrt(share) for share in shares)

    def surplus(c: float) -> float:
        return math.log(max(chance_of_leaving(c, shares), _LEAST)) - math.log(alpha)

    constant = brentq(surplus, least * (1 - 1e-6), most * (1 + 1e-6), xtol=1e-10)
    return tuple(float(constant) / math.sqrt(share) for share in shares)


def chance_of_leaving(c: float, shares: tuple[float, ...]) -> float:
    """Chance that B(t), standard Brownian motion, is beyond ±``c`` at any of these times.

    Two looks nearer than the quadrature can tell apart (a ten-thousandth
    of the trial, less than a patient of most) count as one.

    Parameters
    ----------
    c : float
        Above 0.
    shares : tuple of float
        Rising times, the last 1.

    Examples
    --------
    >>> round(chance_of_leaving(1.959964, (1.0,)), 6)  # one look: the normal table
    0.05
    """
    told = [share for share in shares if c**2 / share < c**2 + _NEVER]
    times = _apart(told, c)
    steps = np.sqrt(np.diff(times))
    narrowest = min([math.sqrt(times[0]), *steps])
    panels = math.ceil(2 * c / (_PANEL_SD * narrowest))
    nodes, weights = _quadrature(min(panels, _MOST_PANELS))
    nodes, weights = c * nodes, c * weights
    left = 2 * float(ndtr(-c / math.sqrt(times[0])))
    density = _bell(nodes, math.sqrt(times[0]))
    kernels: dict[float, Array] = {}
    for step in (round(float(step), 9) for step in steps):
        inside = weights * density
        left += float(inside @ (ndtr((nodes - c) / step) + ndtr((-c - nodes) / step)))
        if step not in kernels:
            kernels[step] = _bell(nodes[:, None] - nodes[None, :], step)
        density = kernels[step] @ inside
    return left


def _apart(times: list[float], c: float) -> list[float]:
    """Times of which two neighbours are far enough apart for the quadrature; the last stays."""
    least = (2 * c / (_PANEL_SD * _MOST_PANELS)) ** 2
    kept: list[float] = []
    for time, later in itertools.zip_longest(times, times[1:]):
        if later is None or later - time >= least:
            kept.append(time)
    return kept


def _quadrature(panels: int) -> tuple[Array, Array]:
    """Nodes and weights on (−1, 1): Gauss-Legendre in each of so many panels."""
    inner, weights = np.polynomial.legendre.leggauss(_PANEL_NODES)
    middles = (2 * np.arange(panels) + 1) / panels - 1
    return (middles[:, None] + inner / panels).ravel(), np.tile(weights / panels, panels)


def _bell(x: Array, sd: float) -> Array:
    bell: Array = np.exp(-0.5 * (x / sd) ** 2) / (sd * math.sqrt(2 * math.pi))
    return bell

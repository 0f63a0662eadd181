"""Miettinen and Nurminen's score intervals of a difference, a ratio and an odds ratio.

A bound is where the score test, with the shares of death most likely under
the effect tried, turns from not rejecting to rejecting. Right for every
count from none to all in either arm. Source: Miettinen and Nurminen,
Statistics in Medicine 1985;4:213.

Statsmodels 0.14.6 has the three, but
restricts the likelihood of a difference with a wrong coefficient (its issue
10269: 80/178 against 54/178 comes out 0.002 too narrow), takes a wrong root
of the ratio where all of the arm compared with died (no issue found;
``confint_proportions_2indep(10, 12, 12, 12, method="score", compare="ratio")``
gives 0.917 to 1.14 around 0.833), and ends an odds ratio where a cell is empty.
"""

import math
from collections.abc import Callable

from scipy.optimize import brentq
from scipy.stats import norm

_EDGE = 1e-12
_NEAR = 1e-9  # at the estimate itself both terms of a test may be zero
_SMALLEST = 1e-12  # below every bound of a ratio that 100,000 patients give
Counts = tuple[int, int]  # deaths and patients of an arm
Beyond = Callable[[float], float]  # above zero where the test rejects the effect tried


def risk_difference_interval(
    second: Counts, first: Counts, alpha: float = 0.05
) -> tuple[float, float]:
    """Bounds of second minus first; each a pair of deaths and patients.

    Parameters
    ----------
    second, first : (int, int)
    alpha : float
        Two-sided.

    Examples
    --------
    Published: 56 of 70 against 48 of 80 is 0.0528 to 0.3382 (Newcombe 1998, table II, method 6).

    >>> [round(bound, 4) for bound in risk_difference_interval((56, 70), (48, 80))]
    [0.0528, 0.3382]
    """
    (b, m), (a, n) = second, first
    found = b / m - a / n
    limit = _limit(n + m, alpha)

    def beyond(difference: float) -> float:
        share = _restricted_share(a, n, b, m, difference)
        other = share + difference
        variance = share * (1 - share) / n + other * (1 - other) / m
        return (found - difference) ** 2 - limit * variance

    low = brentq(beyond, -1.0, found - _NEAR, xtol=1e-10) if found > _NEAR - 1 else -1.0
    high = brentq(beyond, found + _NEAR, 1.0, xtol=1e-10) if found < 1 - _NEAR else 1.0
    return float(low), float(high)


def risk_ratio_interval(second: Counts, first: Counts, alpha: float = 0.05) -> tuple[float, float]:
    """Bounds of second over first; somebody of the first arm has to have died.

    Parameters
    ----------
    second, first : (int, int)
        Deaths and patients.
    alpha : float
        Two-sided.

    Examples
    --------
    A law: with the arms exchanged the bounds are the reciprocals.

    >>> low, high = risk_ratio_interval((56, 70), (48, 80))
    >>> other_low, other_high = risk_ratio_interval((48, 80), (56, 70))
    >>> round(low * other_high, 9), round(high * other_low, 9), low < (56 / 70) / (48 / 80) < high
    (1.0, 1.0, True)
    """
    (b, m), (a, n) = second, first
    limit = _limit(n + m, alpha)

    def beyond(ratio: float) -> float:
        # The root of the likelihood's quadratic, written without a difference of large numbers.
        root = math.hypot(n + b - (a + m) * ratio, 2 * math.sqrt(ratio * (n - a) * (m - b)))
        share = min(2 * (a + b) / (n + b + (a + m) * ratio + root), 1.0, 1.0 / ratio)
        other = min(ratio * share, 1.0)
        variance = other * (1 - other) / m + ratio**2 * share * (1 - share) / n
        return (b / m - ratio * a / n) ** 2 - limit * variance

    return _ratio_bounds(beyond, (b / m) / (a / n))


def odds_ratio_interval(second: Counts, first: Counts, alpha: float = 0.05) -> tuple[float, float]:
    """Bounds of the odds of second over first: a death there, a survivor here are needed.

    Parameters
    ----------
    second, first : (int, int)
        Deaths and patients.
    alpha : float
        Two-sided.

    Examples
    --------
    A law: the odds of survival are the reciprocals of those of death.

    >>> low, high = odds_ratio_interval((56, 70), (48, 80))
    >>> lived_low, lived_high = odds_ratio_interval((14, 70), (32, 80))
    >>> round(low * lived_high, 6), round(high * lived_low, 6)
    (1.0, 1.0)
    """
    (b, m), (a, n) = second, first
    limit = _limit(n + m, alpha)

    def beyond(ratio: float) -> float:
        # Shares of deaths and of survivors, each found by itself: neither is 1 minus the other.
        died, lived = _share(a + b, n, m, ratio), _share(n + m - a - b, n, m, 1 / ratio)
        odds = lived + ratio * died
        other_died, other_lived = ratio * died / odds, lived / odds
        information = 1 / (n * died * lived) + 1 / (m * other_died * other_lived)
        return (b * other_lived - (m - b) * other_died) ** 2 * information - limit

    return _ratio_bounds(beyond, b * (n - a) / (a * (m - b)))


def _limit(patients: int, alpha: float) -> float:
    """Chi-square's limit with Miettinen and Nurminen's correction of the variance."""
    return float(norm.isf(alpha / 2)) ** 2 * patients / (patients - 1)


def _ratio_bounds(beyond: Beyond, found: float) -> tuple[float, float]:
    low = _root(beyond, math.log(found), -1.0) if found > 0 else 0.0
    return low, _root(beyond, math.log(max(found, _SMALLEST)), 1.0)


def _root(beyond: Beyond, centre: float, direction: float) -> float:
    """Where the test turns, on the logarithmic scale from the estimate outwards."""
    reach = 1.0
    while beyond(math.exp(centre + direction * reach)) <= 0:
        reach *= 2

    def at(distance: float) -> float:
        return min(beyond(math.exp(centre + direction * distance)), 1e6)

    start = min(_NEAR, reach / 2)
    distance = brentq(at, start, reach, xtol=1e-12) if at(start) < 0 else start
    return math.exp(centre + direction * float(distance))


def _share(deaths: int, n: int, m: int, ratio: float) -> float:
    """Most likely share in n patients, with this odds ratio of m others and so many deaths."""
    above = ratio - 1
    middle = m * ratio + n - deaths * above
    if above > 0:
        root = math.sqrt(middle**2 + 4 * n * above * deaths)
    else:
        root = math.hypot(
            m * ratio + n + deaths * above, 2 * math.sqrt(-m * ratio * deaths * above)
        )
    # Of two forms of the same root the one that subtracts nothing.
    share = 2 * deaths / (middle + root) if middle >= 0 else (root - middle) / (2 * n * above)
    return min(share, 1.0)


def _restricted_share(a: int, n: int, b: int, m: int, difference: float) -> float:
    """First arm's most likely share when the second's is larger by ``difference``."""
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)

    def slope(share: float) -> float:
        """Sign of the log-likelihood's slope; it falls from one end to the other."""
        other = share + difference
        return (a - n * share) * other * (1 - other) + (b - m * other) * share * (1 - share)

    if high - low < 4 * _EDGE or slope(low + _EDGE) <= 0:
        return low
    if slope(high - _EDGE) >= 0:
        return high
    return float(brentq(slope, low + _EDGE, high - _EDGE, xtol=1e-14))

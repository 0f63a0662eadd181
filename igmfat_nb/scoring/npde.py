"""Normalised prediction distribution errors: whole courses against simulated ones.

After Brendel (2006) and Comets (2008), on the logarithm of the titre: measured and simulated
courses are decorrelated by the Cholesky root of the simulated covariance, and the rank of
each measured value among the simulated ones is read as a standard normal one. Doses are
those given, although they followed from measured titres: with adaptive doses this is an
approximation, and a forecast from titre to titre (PIT) is none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NpdeTests:
    """Mean, variance and their tests; ``p`` is the adjusted least of the three.

    ``p_mean`` (Wilcoxon signed rank), ``p_variance`` (chi-square), ``p_shape`` (Shapiro-Wilk).
    """

    n: int
    mean: float
    variance: float
    p_mean: float
    p_variance: float
    p_shape: float

    @property
    def p(self) -> float:
        """Bonferroni's: three times the least, at most 1."""
        return min(1.0, 3.0 * min(self.p_mean, self.p_variance, self.p_shape))


def decorrelated(measured: Array, simulated: Array) -> Array:
    """Standard normal places of one measured course among simulated ones, shape (k,).

    Parameters
    ----------
    measured : ndarray, shape (k,)
    simulated : ndarray, shape (k, courses)
        On the same scale, here logarithms.

    Examples
    --------
    One time: the rank among 1, 2 and 3, with half a course more at both ends: (2 + ½) / 4.

    >>> place = decorrelated(np.array([2.5]), np.array([[1.0, 2.0, 3.0]]))
    >>> round(float(place[0]), 4)  # the normal quantile of 0.625
    0.3186
    """
    from scipy.linalg import solve_triangular
    from scipy.special import ndtri

    mean = simulated.mean(axis=1)
    covariance = np.atleast_2d(np.cov(simulated))
    root = np.linalg.cholesky(covariance)
    apart = solve_triangular(root, simulated - mean[:, None], lower=True)
    own = solve_triangular(root, measured - mean, lower=True)
    count = simulated.shape[1]
    below = (apart < own[:, None]).sum(axis=1)
    places: Array = ndtri((below + 0.5) / (count + 1))
    return places


def npde_tests(places: ArrayLike) -> NpdeTests | None:
    """Test that places are standard normal; None of fewer than three, which say nothing."""
    from scipy import stats

    values = np.asarray(places, dtype=np.float64)
    n = len(values)
    if n < 3:
        return None
    variance = float(values.var(ddof=1))
    lower = float(stats.chi2.cdf((n - 1) * variance, n - 1))
    return NpdeTests(
        n=n,
        mean=float(values.mean()),
        variance=variance,
        p_mean=float(stats.wilcoxon(values).pvalue),
        p_variance=2.0 * min(lower, 1.0 - lower),
        p_shape=float(stats.shapiro(values).pvalue),
    )

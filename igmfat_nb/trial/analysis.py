"""The comparison of two proportions of death: tests, looks, exact size and power.

SciPy's distributions throughout; what is here is vectorised over replicates.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr
from scipy.stats import binom, fisher_exact, multivariate_normal, norm

from igmfat_nb.trial.design import Analysis

Array = NDArray[np.float64]
Counts = NDArray[np.int64]


def rejects(analysis: Analysis, deaths: Counts, patients: Counts) -> NDArray[np.bool]:
    """Whether each replicate's trial rejects equal mortality, at any look.

    Parameters
    ----------
    deaths, patients : ndarray, shape (looks + 1, 2, r)
        By look (the last is the final analysis) and arm.
    """
    bounds = critical_values(analysis.alpha, analysis.looks)
    verdict = np.zeros(deaths.shape[-1], dtype=bool)
    for look, bound in enumerate(bounds):
        if analysis.test == "fisher":
            verdict |= p_values(analysis, deaths[look], patients[look]) <= 2 * norm.sf(bound)
        else:
            corrected = analysis.test == "chi-square-corrected"
            statistic = z_values(deaths[look], patients[look], corrected=corrected)
            verdict |= np.abs(statistic) > bound
    return verdict


def z_values(deaths: Counts, patients: Counts, *, corrected: bool = False) -> Array:
    """Pooled z of two proportions, whose square is the chi-square; (2, r) gives (r,)."""
    someone = np.maximum(patients, 1)  # an arm without patients tells nothing: z is zero
    first, second = deaths / someone
    inverse = 1.0 / someone[0] + 1.0 / someone[1]
    pooled = deaths.sum(axis=0) / someone.sum(axis=0)
    sd = np.sqrt(pooled * (1 - pooled) * inverse)
    difference = first - second
    if corrected:
        shrunk = np.maximum(np.abs(difference) - inverse / 2, 0.0)
        difference = np.copysign(shrunk, difference)
    z: Array = np.divide(
        difference, sd, out=np.zeros_like(difference), where=(sd > 0) & patients.all(axis=0)
    )
    return z


def p_values(analysis: Analysis, deaths: Counts, patients: Counts) -> Array:
    """Two-sided p of each replicate, shape (r,)."""
    if analysis.test == "fisher":
        tables = zip(*deaths.tolist(), *patients.tolist(), strict=True)
        return np.array([_fisher(*table) for table in tables])
    corrected = analysis.test == "chi-square-corrected"
    tails: Array = 2 * ndtr(-np.abs(z_values(deaths, patients, corrected=corrected)))
    return tails


@lru_cache(maxsize=32)
def critical_values(alpha: float, looks: tuple[float, ...]) -> tuple[float, ...]:
    """O'Brien-Fleming bounds on |z| at each look and at the end, size ``alpha`` in all.

    c_k = C / √t_k with C such that the joint normal with correlation
    √(t_i / t_j) stays inside all bounds with probability 1 − alpha.
    """
    shares = np.array([*looks, 1.0])
    if len(shares) == 1:
        return (float(norm.isf(alpha / 2)),)
    correlation = np.sqrt(np.minimum.outer(shares, shares) / np.maximum.outer(shares, shares))
    joint = multivariate_normal(np.zeros(len(shares)), correlation, seed=0)

    def surplus(c: float) -> float:
        bounds = c / np.sqrt(shares)
        return float(joint.cdf(bounds, lower_limit=-bounds)) - (1 - alpha)

    constant = brentq(surplus, norm.isf(alpha / 2) * 0.99, norm.isf(alpha / 2) * 2, xtol=1e-6)
    return tuple(float(bound) for bound in constant / np.sqrt(shares))


def exact_rejection_rate(analysis: Analysis, per_arm: int, control: float, treated: float) -> float:
    """Chance that the final test alone rejects, by enumerating both binomials."""
    counts = np.arange(per_arm + 1)
    first, second = np.meshgrid(counts, counts, indexing="ij")
    deaths = np.stack([first.ravel(), second.ravel()])
    patients = np.full_like(deaths, per_arm)
    plain = Analysis(test=analysis.test, alpha=analysis.alpha)
    verdict = rejects(plain, deaths[None], patients[None]).reshape(first.shape)
    chances = np.outer(binom.pmf(counts, per_arm, control), binom.pmf(counts, per_arm, treated))
    return float(chances[verdict].sum())


@lru_cache(maxsize=200_000)
def _fisher(a: int, b: int, n: int, m: int) -> float:
    return float(fisher_exact(np.array([[a, n - a], [b, m - b]])).pvalue)

"""The comparison of two proportions of death: tests at every look, exact size and power.

SciPy's distributions throughout; what is here is vectorised over replicates.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import binom, fisher_exact, norm

from igmfat_nb.trial.design import Analysis
from igmfat_nb.trial.looks import critical_values

Array = NDArray[np.float64]
Counts = NDArray[np.int64]


def verdicts(analysis: Analysis, deaths: Counts, patients: Counts) -> Counts:
    """What each replicate's trial finds at the first look that rejects equal mortality.

    1 is fewer deaths in the second arm, -1 more, 0 no rejection; shape (r,).

    Parameters
    ----------
    deaths, patients : ndarray, shape (looks + 1, 2, r)
        By look (the last is the final analysis) and arm.
    """
    bounds = critical_values(analysis.alpha, analysis.looks)
    found = np.zeros(deaths.shape[-1], dtype=np.int64)
    for look, bound in enumerate(bounds):
        corrected = analysis.test == "chi-square-corrected"
        z = z_values(deaths[look], patients[look], corrected=corrected)
        if analysis.test == "fisher":
            beyond = p_values(analysis, deaths[look], patients[look]) <= 2 * norm.sf(bound)
        else:
            beyond = np.abs(z) > bound
        found = np.where((found == 0) & beyond, np.sign(z).astype(np.int64), found)
    return found


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


def exact_rejection_rates(
    analysis: Analysis, per_arm: int, control: float, treated: float, tail: float = 0.0
) -> tuple[float, float]:
    """Chances that the final test alone finds fewer, and more, deaths in the second arm.

    Counts of an arm that lie beyond ``tail`` on either side are left out.
    """
    counts = [_likely(per_arm, share, tail) for share in (control, treated)]
    first, second = np.meshgrid(*counts, indexing="ij")
    deaths = np.stack([first.ravel(), second.ravel()])
    patients = np.full_like(deaths, per_arm)
    plain = Analysis(test=analysis.test, alpha=analysis.alpha)
    verdict = verdicts(plain, deaths[None], patients[None]).reshape(first.shape)
    one, other = (
        binom.pmf(seen, per_arm, share)
        for seen, share in zip(counts, (control, treated), strict=True)
    )
    chances = np.outer(one, other)
    return float(chances[verdict > 0].sum()), float(chances[verdict < 0].sum())


def _likely(of: int, share: float, tail: float) -> Counts:
    if tail == 0:
        return np.arange(of + 1)
    ends = binom.ppf(tail, of, share), binom.isf(tail, of, share)
    return np.arange(int(ends[0]), int(ends[1]) + 1)


@lru_cache(maxsize=200_000)
def _fisher(a: int, b: int, n: int, m: int) -> float:
    return float(fisher_exact(np.array([[a, n - a], [b, m - b]])).pvalue)

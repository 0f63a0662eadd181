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

    1 is fewer deaths in the second arm, -1 more, 0 no rejection; shape (r,). Arguments as in
    ``first_rejections``.
    """
    return first_rejections(analysis, deaths, patients)[0]


def first_rejections(analysis: Analysis, deaths: Counts, patients: Counts) -> tuple[Counts, Counts]:
    """What each replicate finds, and at which look it ends; both of shape (r,).

    A trial that never rejects ends at the last look, the final analysis.

    Parameters
    ----------
    deaths, patients : ndarray, shape (looks + 1, 2, r)
        By look (the last is the final analysis) and arm.
    """
    bounds = critical_values(analysis.alpha, analysis.looks)
    found = np.zeros(deaths.shape[-1], dtype=np.int64)
    ends = np.full_like(found, len(bounds) - 1)
    for look, bound in enumerate(bounds):
        corrected = analysis.test == "chi-square-corrected"
        z = z_values(deaths[look], patients[look], corrected=corrected)
        if analysis.test == "fisher":
            beyond = p_values(analysis, deaths[look], patients[look]) <= 2 * norm.sf(bound)
        else:
            beyond = np.abs(z) > bound
        new = (found == 0) & beyond
        found = np.where(new, np.sign(z).astype(np.int64), found)
        ends = np.where(new, look, ends)
    return found, ends


def z_values(deaths: Counts, patients: Counts, *, corrected: bool = False) -> Array:
    """Pooled z of two proportions, whose square is the chi-square.

    (p₁ − p₂) / √(p̄ q̄ (1/n₁ + 1/n₂)), p̄ of both arms together; with ``corrected`` after Yates.

    Parameters
    ----------
    deaths, patients : ndarray of int, shape (2, r)
        By arm and replicate. An arm without patients tells nothing: 0.

    Returns
    -------
    ndarray, shape (r,)
        Positive where fewer died in the second arm.

    Examples
    --------
    By hand: 0.15 ÷ √(0.225 × 0.775 × 0.02) = 0.15 ÷ 0.059055.

    >>> z_values(np.array([[30], [15]]), np.array([[100], [100]])).round(2).tolist()
    [2.54]
    """
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
    """Two-sided p of each replicate, shape (r,); arguments as in ``z_values``.

    Examples
    --------
    Beyond z = 2.54 on both sides lie 1.1 % (normal table); Fisher's test of the tea lady's three
    of four cups, (3, 1) and (1, 3), is 34/70 (Fisher 1935).

    >>> cups = np.array([[3], [1]]), np.array([[4], [4]])
    >>> p_values(Analysis(), np.array([[30], [15]]), np.array([[100], [100]])).round(3).tolist()
    [0.011]
    >>> p_values(Analysis(test="fisher"), *cups).round(4).tolist()
    [0.4857]
    """
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

    Both binomials are enumerated. Counts of an arm that lie beyond ``tail`` on either side are
    left out.

    Parameters
    ----------
    per_arm : int
        Patients in each arm.
    control, treated : float
        Shares of deaths in the first and the second arm.

    Examples
    --------
    160 patients an arm, 45 and 30 %: 79.4 % (enumerated with SciPy beside the package).

    >>> fewer, more = exact_rejection_rates(Analysis(), 160, 0.45, 0.30)
    >>> round(fewer, 3), more < 1e-4
    (0.794, True)
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


@lru_cache(maxsize=200_000)  # kept: the tables of a run repeat
def _fisher(a: int, b: int, n: int, m: int) -> float:
    return float(fisher_exact(np.array([[a, n - a], [b, m - b]])).pvalue)

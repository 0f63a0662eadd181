"""One trial's answer: effects with intervals, by centre, and for three prior opinions.

Intervals and the estimating equations are statsmodels', but for one interval
that it gets wrong; the conjugate posterior is written here. The priors are
assumptions of this software.
"""

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from igmfat_nb.protocol import virtual_trial
from igmfat_nb.trial.score_interval import risk_difference_interval


def _within(bounds: tuple[float, float]) -> tuple[float, float]:
    """Mean and standard deviation of the normal of which 95 % lie between these odds ratios."""
    low, high = (math.log(bound) for bound in bounds)
    return (low + high) / 2, (high - low) / 2 / float(norm.isf(0.025))


def _centred(odds_ratio: float, chance_above_one: float) -> tuple[float, float]:
    """The same of the normal with this centre and this chance of an odds ratio above 1."""
    centre = math.log(odds_ratio)
    return centre, -centre / float(norm.isf(chance_above_one))


# Prior of the log odds ratio: mean, standard deviation.
PRIORS = {
    "sceptical": _within(virtual_trial.PRIOR_SCEPTICAL.value),
    "neutral": _within(virtual_trial.PRIOR_NEUTRAL.value),
    "enthusiastic": _centred(*virtual_trial.PRIOR_ENTHUSIASTIC.value),
}

_FEWEST_CENTRES = 3
_STEPS = 200


@dataclass(frozen=True, slots=True)
class Estimate:
    """An effect of the second arm against the first, with its 95 % interval.

    NaN stands for what these deaths cannot estimate: a ratio without deaths
    to compare with, an interval that the method does not reach.
    """

    name: str
    method: str
    value: float
    low: float
    high: float


def effects(deaths: tuple[int, int], patients: tuple[int, int]) -> list[Estimate]:
    """Risk difference, risk ratio and odds ratio of the second arm against the first."""
    (a, b), (n, m) = deaths, patients
    first, second = a / n, b / m
    ratio = second / first if a else math.nan
    odds = second * (1 - first) / (first * (1 - second)) if a > 0 and b < m else math.nan
    rows = (
        ("risk difference", "Newcombe", second - first, "diff", "newcomb"),
        ("risk difference", "Miettinen-Nurminen", second - first, "diff", "score"),
        ("risk ratio", "Miettinen-Nurminen", ratio, "ratio", "score"),
        ("odds ratio", "Miettinen-Nurminen", odds, "odds-ratio", "score"),
    )
    return [
        Estimate(name, label, value, *_interval((b, m), (a, n), compare, method, value))
        for name, label, value, compare, method in rows
    ]


def _interval(
    second: tuple[int, int], first: tuple[int, int], compare: str, method: str, value: float
) -> tuple[float, float]:
    from statsmodels.stats.proportion import confint_proportions_2indep

    if math.isnan(value):
        return math.nan, math.nan
    if (compare, method) == ("diff", "score"):
        return risk_difference_interval(second, first)
    try:
        with np.errstate(all="ignore"):
            low, high = confint_proportions_2indep(*second, *first, method=method, compare=compare)
    except (
        ValueError,
        ZeroDivisionError,
    ):  # the score intervals of statsmodels end where a cell is empty
        return math.nan, math.nan
    usable = np.isrealobj(low) and np.isrealobj(high)
    if not usable:
        return math.nan, math.nan
    least = -1.0 if compare == "diff" else 0.0  # a ratio's bound may come out as -5e-15
    return max(float(low), least), float(high)


def by_centre(
    died: NDArray[np.float64], second: NDArray[np.bool], centre: NDArray[np.int64]
) -> Estimate:
    """Odds ratio by generalised estimating equations, exchangeable within centres.

    Twelve centres are few: the bias-reduced sandwich and a t distribution on
    centres − 2 degrees of freedom. NaN with fewer than three centres, with an
    arm in which all died or none, and where the equations do not converge.
    """
    name, method = "odds ratio", "GEE by centre, bias-reduced"
    shares = [died[second].mean(), died[~second].mean()]
    if len(np.unique(centre)) < _FEWEST_CENTRES or not all(0 < share < 1 for share in shares):
        return Estimate(name, method, math.nan, math.nan, math.nan)
    log_odds, reach = _log_odds_by_centre(died, second, centre)
    interval = math.exp(log_odds - reach), math.exp(log_odds + reach)
    return Estimate(name, method, math.exp(log_odds), *interval)


def _log_odds_by_centre(
    died: NDArray[np.float64], second: NDArray[np.bool], centre: NDArray[np.int64]
) -> tuple[float, float]:
    """Log odds ratio and the half-width of its 95 % interval."""
    from scipy.stats import t as student
    from statsmodels.genmod.cov_struct import Exchangeable
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_estimating_equations import GEE

    design = np.column_stack([np.ones(len(died)), second.astype(float)])
    order = np.argsort(centre, kind="stable")
    model = GEE(
        died[order], design[order], groups=centre[order], family=Binomial(),
        cov_struct=Exchangeable(),
    )  # fmt: skip
    with warnings.catch_warnings(action="ignore"):
        fit: Any = model.fit(maxiter=_STEPS, cov_type="bias_reduced")
    if not fit.converged:
        return math.nan, math.nan
    freedom = len(np.unique(centre)) - 2
    return float(fit.params[1]), float(student.ppf(0.975, freedom)) * float(fit.bse[1])


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one prior makes of the trial: posterior odds ratio and chance of benefit."""

    prior: str
    value: float
    low: float
    high: float
    chance_of_benefit: float


def opinions(deaths: tuple[int, int], patients: tuple[int, int]) -> list[Opinion]:
    """Posterior of the odds ratio under each prior, by the normal approximation.

    Half a death is added to each cell, so that an empty one does not stop it.
    """
    cells = [
        part + 0.5 for died, n in zip(deaths, patients, strict=True) for part in (died, n - died)
    ]
    log_odds = math.log(cells[2] * cells[1] / (cells[3] * cells[0]))
    precision = 1 / sum(1 / cell for cell in cells)
    found = []
    for prior, (mean, sd) in PRIORS.items():
        total = precision + 1 / sd**2
        centre = (precision * log_odds + mean / sd**2) / total
        reach = norm.ppf(0.975) / math.sqrt(total)
        benefit = float(norm.cdf(-centre * math.sqrt(total)))
        interval = math.exp(centre - reach), math.exp(centre + reach)
        found.append(Opinion(prior, math.exp(centre), *interval, benefit))
    return found

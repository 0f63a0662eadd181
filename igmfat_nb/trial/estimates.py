"""One trial's answer: effects with intervals, by centre, and for three prior opinions.

Newcombe's interval and the estimating equations are statsmodels', the score
intervals ours (``score_interval`` says why); the conjugate posterior is
written here. The priors are assumptions of this software.
"""

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from igmfat_nb.language import _, mark
from igmfat_nb.protocol import virtual_trial
from igmfat_nb.trial.score_interval import (
    odds_ratio_interval,
    risk_difference_interval,
    risk_ratio_interval,
)
from igmfat_nb.trial.statistic import Estimate, blank, estimate


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
    mark("sceptical"): _within(virtual_trial.PRIOR_SCEPTICAL.value),
    mark("neutral"): _within(virtual_trial.PRIOR_NEUTRAL.value),
    mark("enthusiastic"): _centred(*virtual_trial.PRIOR_ENTHUSIASTIC.value),
}

_FEWEST_CENTRES = 3
_STEPS = 200
_LARGEST_LOG_ODDS = 14.0  # a share of 10⁻⁶: less than one death among all patients of a trial


_SCORE = "Miettinen-Nurminen"
_EFFECTS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    # Name, what it needs: deaths of the first arm, survivors of the second; method.
    (mark("risk difference"), (), "Newcombe"),
    (mark("risk difference"), (), _SCORE),
    (mark("risk ratio"), ("deaths",), _SCORE),
    (mark("odds ratio"), ("deaths", "survivors"), _SCORE),
)


def effects(
    deaths: tuple[int, int],
    patients: tuple[int, int],
    arms: tuple[str, str] = ("the first arm", "the second arm"),
) -> list[Estimate]:
    """Risk difference, risk ratio and odds ratio of the second arm against the first.

    Parameters
    ----------
    deaths, patients : (int, int)
        Of the first and the second arm.
    arms : (str, str)
        As a sentence names them.

    Returns
    -------
    list of Estimate
        Each with its 95 % interval, or blank with a reason.

    Examples
    --------
    By hand: 0.15 − 0.30; 0.15 ÷ 0.30; (15 × 70) ÷ (30 × 85).

    >>> [round(one.value, 4) for one in effects((30, 15), (100, 100))]
    [-0.15, -0.15, 0.5, 0.4118]
    >>> bool(effects((0, 15), (100, 100))[2].reason)  # nobody died in the first arm
    True
    """
    found = []
    for name, needs, method in _EFFECTS:
        if reason := _untold(needs, deaths, patients, arms):
            found.append(blank(name, method, reason))
        else:
            found.append(estimate(name, method, *_numbers(name, method, deaths, patients)))
    return found


def _numbers(
    name: str, method: str, deaths: tuple[int, int], patients: tuple[int, int]
) -> tuple[float, float, float]:
    """Value and bounds of an effect that these deaths can tell."""
    (a, b), (n, m) = deaths, patients
    counts = (b, m), (a, n)
    if name == "risk ratio":
        return (b / m) / (a / n), *risk_ratio_interval(*counts)
    if name == "odds ratio":
        return b * (n - a) / (a * (m - b)), *odds_ratio_interval(*counts)
    interval = _newcombe if method == "Newcombe" else risk_difference_interval
    return b / m - a / n, *interval(*counts)


def _untold(
    needs: tuple[str, ...],
    deaths: tuple[int, int],
    patients: tuple[int, int],
    arms: tuple[str, str],
) -> str:
    """Why these deaths cannot tell an effect: deaths of the first arm, survivors of the second."""
    for arm, count in zip(arms, patients, strict=True):
        if count == 0:
            return _("There are no patients in {arm}.").format(arm=arm)
    if "deaths" in needs and deaths[0] == 0:
        return _("No patient died in {arm}, so the ratio is not defined.").format(arm=arms[0])
    if "survivors" in needs and deaths[1] == patients[1]:
        return _("All patients died in {arm}, so the odds are infinite.").format(arm=arms[1])
    return ""


def _newcombe(second: tuple[int, int], first: tuple[int, int]) -> tuple[float, float]:
    from statsmodels.stats.proportion import confint_proportions_2indep

    bounds: Any = confint_proportions_2indep(*second, *first, method="newcomb", compare="diff")
    return float(bounds[0]), float(bounds[1])


def by_centre(
    died: NDArray[np.float64], second: NDArray[np.bool], centre: NDArray[np.int64]
) -> Estimate:
    """Odds ratio by generalised estimating equations, exchangeable within centres.

    Twelve centres are few: the bias-reduced sandwich and a t distribution on
    centres − 2 degrees of freedom. Blank with fewer than three centres, with an
    arm in which all died or none, and where the equations have no solution.
    """
    name, method = mark("odds ratio"), mark("GEE by centre, bias-reduced")
    if len(np.unique(centre)) < _FEWEST_CENTRES:
        return blank(name, method, _("Patients from at least three centres are needed."))
    if not second.any() or second.all():
        return blank(name, method, _("An arm has no patients."))
    if not all(0 < share < 1 for share in (died[second].mean(), died[~second].mean())):
        return blank(name, method, _("In one arm all patients or none died."))
    fitted = _log_odds_by_centre(died, second, centre)
    if fitted is None:
        return blank(
            name, method, _("The estimating equations have no solution with so few patients.")
        )
    log_odds, reach = fitted
    with np.errstate(over="ignore"):
        numbers = np.exp([log_odds, log_odds - reach, log_odds + reach])
    return estimate(name, method, *numbers.tolist())


def _log_odds_by_centre(
    died: NDArray[np.float64], second: NDArray[np.bool], centre: NDArray[np.int64]
) -> tuple[float, float] | None:
    """Log odds ratio and the half-width of its 95 % interval; None without a solution.

    Statsmodels 0.14.6 tells nobody when the exchangeable correlation drives
    the coefficients away (no issue found): with a few patients in each of
    twelve centres it gives "converged", log odds of -1.9e18 and a standard
    error of 0. So a solution has to leave each arm a share between 0 and 1.
    """
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
    try:
        with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
            fit: Any = model.fit(maxiter=_STEPS, cov_type="bias_reduced")
    except (ValueError, ArithmeticError, np.linalg.LinAlgError):
        return None
    log_odds, error = float(fit.params[1]), float(fit.bse[1])
    arms = float(fit.params[0]), float(fit.params[0]) + log_odds
    if not (fit.converged and error > 0 and max(map(abs, arms)) < _LARGEST_LOG_ODDS):
        return None
    reach = float(student.ppf(0.975, len(np.unique(centre)) - 2)) * error
    return (log_odds, reach) if reach < _LARGEST_LOG_ODDS else None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one prior makes of the trial: posterior odds ratio and chance of benefit."""

    prior: str
    odds_ratio: Estimate
    chance_of_benefit: float

    @property
    def value(self) -> float:
        """Posterior odds ratio."""
        return self.odds_ratio.value


def opinions(deaths: tuple[int, int], patients: tuple[int, int]) -> list[Opinion]:
    """Posterior of the odds ratio under each prior, by the normal approximation.

    The log odds ratio of the four cells with half a death added to each, so that an empty one
    does not stop it; its variance is the sum of their reciprocals. Combined with a normal prior
    by precision. Blank, and a chance of NaN, where an arm has no patients.

    Parameters
    ----------
    deaths, patients : (int, int)
        Of the first and the second arm.

    Examples
    --------
    Equal arms and a prior around no effect: benefit and harm are as likely.

    >>> [one.prior for one in opinions((30, 30), (100, 100))]
    ['sceptical', 'neutral', 'enthusiastic']
    >>> round(opinions((30, 30), (100, 100))[0].chance_of_benefit, 9)
    0.5
    """
    if not all(patients):
        reason = _("An arm has no patients.")
        return [
            Opinion(prior, blank("odds ratio", f"Bayes, {prior} prior", reason), math.nan)
            for prior in PRIORS
        ]
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
        numbers = (math.exp(part) for part in (centre, centre - reach, centre + reach))
        told = estimate("odds ratio", f"Bayes, {prior} prior", *numbers)
        found.append(Opinion(prior, told, benefit))
    return found

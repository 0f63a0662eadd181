"""What it would be worth to know one assumption before deciding.

Expected value of partial perfect information by regression on one parameter (Strong, Oakley and
Brennan 2014): utilities are regressed on it, decision by decision, and

    EVPPI = E[max over decisions of the fitted utility] − max over decisions of its mean.

A fitted curve also follows noise, so that the estimate is never below nought: it counts only
where it exceeds what the same regression finds in shuffled values of the parameter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_KNOTS = 4  # inner ones of the cubic spline
_DEGREE = 3
_RESAMPLES = 40
_SHUFFLES = 40
_TOLD = 0.95


@dataclass(frozen=True, slots=True)
class Worth:
    """What knowing one assumption is worth, in the utility's unit.

    Attributes
    ----------
    value, error : float
        Estimate, and its Monte-Carlo standard error by bootstrap.
    noise : float
        What 95 % of shuffled parameters stay below: no more can be told.
    """

    name: str
    value: float
    error: float
    noise: float

    @property
    def is_told(self) -> bool:
        """Whether it is more than noise, and more than its own error."""
        return self.value > max(self.noise, 1.96 * self.error)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as it stands, and what each assumption is worth, the most first.

    ``best`` is the decision to take now, ``means`` the expected utility of each;
    ``perfect`` the value of knowing everything. ``apart`` says whether the first of ``worths``
    is larger than the second beyond the error of their difference.
    """

    best: int
    means: tuple[float, ...]
    perfect: float
    worths: tuple[Worth, ...]
    apart: bool


def decision(
    utilities: Array,
    parameters: Mapping[str, Array],
    choices: Sequence[str],
    rng: np.random.Generator,
) -> Decision:
    """What to do now, and what to measure first.

    Parameters
    ----------
    utilities : ndarray, shape (n, decisions)
        Of each decision in each draw of all assumptions.
    parameters : mapping
        Drawn values by name, each of shape (n,).
    choices : sequence of str
        Which of them are choices: their means by option take the place of a curve.
    rng : numpy.random.Generator
        Of resampling and shuffling.

    Examples
    --------
    Take 0, or a fair bet on ±1 that is known beforehand: worth E[max(0, ±1)] = 0.5.

    >>> side = np.tile([-1.0, 1.0], 500)
    >>> utilities = np.stack([np.zeros(1000), side], axis=1)
    >>> found = decision(utilities, {"side": side}, ["side"], np.random.default_rng(1))
    >>> round(found.worths[0].value, 3), found.worths[0].is_told, round(found.perfect, 3)
    (0.5, True, 0.5)
    """
    means = utilities.mean(axis=0)
    best = int(means.argmax())
    gains = utilities - utilities[:, [best]]
    even = np.full(len(gains), 1 / len(gains))
    columns = {name: _columns(drawn, name in choices) for name, drawn in parameters.items()}
    resampled = {name: np.empty(_RESAMPLES) for name in parameters}
    for place in range(_RESAMPLES):
        # How often each draw is taken: the same as taking them, without copies.
        times = rng.multinomial(len(gains), np.full(len(gains), 1 / len(gains))) / len(gains)
        for name, basis in columns.items():
            resampled[name][place] = _evppi(basis, gains, times)
    worths: list[Worth] = []
    noises: dict[int, float] = {}
    for name, basis in columns.items():
        # Numbers are ranks: shuffled they are all alike. So are choices of as many options.
        if basis.shape[1] not in noises:
            shuffled = [_evppi(rng.permutation(basis), gains, even) for _ in range(_SHUFFLES)]
            noises[basis.shape[1]] = float(np.quantile(shuffled, _TOLD))
        error, noise = float(resampled[name].std(ddof=1)), noises[basis.shape[1]]
        worths.append(Worth(name, _evppi(basis, gains, even), error, noise))
    worths.sort(key=lambda one: -one.value)
    return Decision(
        best,
        tuple(means.tolist()),
        float(utilities.max(axis=1).mean() - means[best]),
        tuple(worths),
        _apart(worths, resampled),
    )


def _apart(worths: Sequence[Worth], resampled: Mapping[str, Array]) -> bool:
    if len(worths) < 2 or not worths[0].is_told:
        return False
    more = resampled[worths[0].name] - resampled[worths[1].name]
    return bool(worths[0].value - worths[1].value > 1.96 * more.std(ddof=1))


def _evppi(basis: Array, gains: Array, share: Array) -> float:
    """E[max] − max E of the fitted gains; the decision to compare with gains nothing.

    ``share`` is what each draw counts, of 1 in all. The few columns are solved for by their
    normal equations; an option that no draw took is left out by the least norm.
    """
    counted = basis * share[:, None]
    weights, *_rest = np.linalg.lstsq(counted.T @ basis, counted.T @ gains, rcond=None)
    fitted = basis @ weights
    return float(share @ fitted.max(axis=1) - (share @ fitted).max())


def _columns(drawn: Array, is_choice: bool) -> Array:
    """Indicators of a choice's options, or a cubic spline in the ranks of a number."""
    from scipy.interpolate import BSpline

    options = np.unique(drawn)
    if is_choice or len(options) <= _KNOTS + _DEGREE:
        indicators: Array = (drawn[:, None] == options).astype(np.float64)
        return indicators
    ranks = (np.argsort(np.argsort(drawn, kind="stable"), kind="stable") + 0.5) / len(drawn)
    inner = np.linspace(0, 1, _KNOTS + 2)
    knots = np.r_[[0.0] * _DEGREE, inner, [1.0] * _DEGREE]
    return np.asarray(BSpline.design_matrix(ranks, knots, _DEGREE).toarray())

"""What measured titres teach: importance weights, resample-move where too few are left.

Titres are taken in one by one, in the order of drawing, so that each is first
predicted from those before it. Weights alone do while the effective sample
size stays at ``EFFECTIVE_SAMPLE_FLOOR`` or above; below it the particles are
resampled and moved (``resample_move``). The path is part of the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from igmfat_nb.courses.clearance import Weights, scenario_weights
from igmfat_nb.kinetics import Infusions
from igmfat_nb.protocol import titration
from igmfat_nb.titration.likelihood import Evidence
from igmfat_nb.titration.prior import Ensemble, Prior, first_particles
from igmfat_nb.titration.resample_move import resample_move
from igmfat_nb.titration.weighted import (
    effective_sample_size,
    normalised,
    reported_quantiles,
    reported_share,
    weighted_quantiles,
)

Array = NDArray[np.float64]
Path = Literal["importance", "rejuvenated"]
QUANTILES = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
_TAIL = (1.0 - titration.SURPRISE_SHARE.value) / 2.0
_PREDICTED_SHARES = (_TAIL, 0.05, 0.5, 0.95, 1.0 - _TAIL)


@dataclass(frozen=True, slots=True)
class Posterior:
    """Particles and their weights after some titres.

    Attributes
    ----------
    ensemble : Ensemble
        n particles.
    weight : ndarray, shape (n,)
        Sums to 1.
    effective_sample_size : float
        Of the weights; particles that stand on the same place count as one.
    path : {"importance", "rejuvenated"}
        Whether the weights alone did, or particles had to be resampled and moved.
    """

    ensemble: Ensemble
    weight: Array
    effective_sample_size: float
    path: Path

    def quantiles(self, true_mg_dl: Array, shares: Sequence[float]) -> Array:
        """Quantiles of true titres (t, n) of these particles, shape (t, shares)."""
        return weighted_quantiles(true_mg_dl, self.weight, shares)

    def mean(self, true_mg_dl: Array) -> Array:
        """Mean of true titres (t, n) [mg/dL], shape (t,): Σ weight × titre.

        Examples
        --------
        By hand: three quarters of 80 and a quarter of 120; a quarter reaches 100.

        >>> weight = np.array([0.75, 0.25])
        >>> two = Posterior(None, weight, 1.6, "importance")  # no particles are asked here
        >>> two.mean(np.array([[80.0, 120.0]])).tolist(), two.chance(np.array([80.0, 120.0]), 100.0)
        ([90.0], 0.25)
        """
        result: Array = true_mg_dl @ self.weight
        return result

    def chance(self, true_mg_dl: Array, target_mg_dl: float) -> float:
        """Share of the weight at or above a target; titres of shape (n,)."""
        return self.share(true_mg_dl >= target_mg_dl)

    def share(self, of: NDArray[np.bool]) -> float:
        """Share of the weight of some particles, flags of shape (n,)."""
        return float(min(self.weight[of].sum(), 1.0))

    def scenario_weights(self, prior: Weights) -> Weights:
        """What native, intermediate and fast weigh now, given their weights before any titre."""
        return scenario_weights(self.ensemble.kinetics.k10_per_h, self.weight, prior)

    def band(self, time_h: ArrayLike, infusions: Infusions) -> dict[str, Array]:
        """p5, p25, p50, p75, p95 of the true titre at some times, each of shape (t,)."""
        return _band(self.ensemble.titres_mg_dl(time_h, infusions), self.weight)


def even_band(true_mg_dl: Array) -> dict[str, Array]:
    """The same of particles (t, n) that all weigh the same.

    Examples
    --------
    1 to 99 mg/dL, each as probable: the median is 50.

    >>> band = even_band(np.arange(1.0, 100.0)[None])
    >>> list(band), round(float(band["p50"][0]), 6)
    (['p5', 'p25', 'p50', 'p75', 'p95'], 50.0)
    """
    n = true_mg_dl.shape[1]
    return _band(true_mg_dl, np.full(n, 1.0 / n))


def _band(true_mg_dl: Array, weight: Array) -> dict[str, Array]:
    rows = weighted_quantiles(true_mg_dl, weight, list(QUANTILES.values()))
    return dict(zip(QUANTILES, rows.T, strict=True))


@dataclass(frozen=True, eq=False)
class Prediction:
    """A measured titre beside what the titres before it had predicted, assay error included.

    ``before`` is the posterior then, ``true_mg_dl`` the true titres of its particles at the
    sample, shape (n,). Intervals are worked out when they are asked for. With ``is_limit``
    the measurement lies below ``igm_mg_dl``, the assay's limit.
    """

    time_h: float
    igm_mg_dl: float
    error_log_sd: float
    before: Posterior = field(repr=False)
    true_mg_dl: Array = field(repr=False)
    is_limit: bool = False

    @cached_property
    def _points_mg_dl(self) -> tuple[float, ...]:
        points = reported_quantiles(
            self.true_mg_dl, self.before.weight, self.error_log_sd, _PREDICTED_SHARES
        )
        return tuple(points.tolist())

    @property
    def low_mg_dl(self) -> float:
        """The lower end of the interval that makes a titre outlying."""
        return self._points_mg_dl[0]

    @property
    def high_mg_dl(self) -> float:
        """The upper end of the same."""
        return self._points_mg_dl[-1]

    @property
    def interval_90_mg_dl(self) -> tuple[float, float, float]:
        """5, 50 and 95 % points."""
        _lowest, low, median, high, _highest = self._points_mg_dl
        return low, median, high

    @cached_property
    def outlying(self) -> bool:
        """Whether the titre lies outside its prediction interval (``SURPRISE_SHARE``).

        One below the assay's limit does where the whole interval lies above the limit.
        """
        share = reported_share(
            self.true_mg_dl, self.before.weight, self.error_log_sd, self.igm_mg_dl
        )
        if 2.0 * _TAIL < share < 1.0 - 2.0 * _TAIL:
            return False  # far inside: no need of the ends
        if self.is_limit:
            return self.igm_mg_dl <= self.low_mg_dl
        return not self.low_mg_dl <= self.igm_mg_dl <= self.high_mg_dl


@dataclass(frozen=True, slots=True)
class Learning:
    """Every step of learning: ``after[k]`` knows the first titre and k more."""

    after: tuple[Posterior, ...]
    predictions: tuple[Prediction, ...]

    @property
    def final(self) -> Posterior:
        """What all titres together teach."""
        return self.after[-1]

    @property
    def predicted_mg_dl(self) -> dict[float, tuple[float, float, float]]:
        """Draw of a later titre [h] → 5, 50, 95 % points that the titres before it predicted."""
        return {one.time_h: one.interval_90_mg_dl for one in self.predictions}


def learn(
    prior: Prior,
    evidence: Evidence,
    *,
    rng: np.random.Generator,
    n_particles: int = titration.TWINS.value,
    floor: float = titration.EFFECTIVE_SAMPLE_FLOOR.value,
) -> Learning:
    """Take in the titres one by one.

    Parameters
    ----------
    prior, evidence : Prior, Evidence
        The prior, and what was measured and given.
    rng : numpy.random.Generator
        Shifts the particles and moves them; same generator, same answer.
    n_particles : int
        Size of the ensemble.
    floor : float
        Effective sample size below which particles are resampled and moved; at
        most half of ``n_particles`` is asked for.

    Returns
    -------
    Learning
        A posterior after each titre, and each titre beside its prediction.

    Examples
    --------
    A law: without a later titre the posterior is the prior, all particles weighing the same.

    >>> from igmfat_nb.kinetics import Infusions
    >>> none = Evidence(*(np.empty(0),) * 3, Infusions.none())
    >>> prior = Prior(3756.3, 80.0, 38.0, 0.07)
    >>> learned = learn(prior, none, rng=np.random.default_rng(1), n_particles=50)
    >>> round(learned.final.effective_sample_size, 9), len(learned.predictions)
    (50.0, 0)
    """
    particles, ensemble = first_particles(prior, rng, n_particles)
    origin = np.arange(n_particles)
    base = 0  # how many titres the places themselves already hold
    path: Path = "importance"
    true_mg_dl = ensemble.titres_mg_dl(evidence.time_h, evidence.infusions)
    weight = np.full(n_particles, 1.0 / n_particles)
    posterior = Posterior(ensemble, weight, float(n_particles), "importance")
    after, predictions = [posterior], []
    for k in range(len(evidence.time_h)):
        predictions.append(_prediction(posterior, true_mg_dl[k], evidence, k))
        log_weight = evidence.log_likelihood(true_mg_dl, base, k + 1)
        weight = normalised(log_weight)
        size = _distinct_size(weight, origin)
        if size < min(floor, n_particles / 2):
            particles, origin = resample_move(
                prior, evidence, particles, true_mg_dl, base, k + 1, rng
            )
            ensemble, base, path = prior.ensemble(particles), k + 1, "rejuvenated"
            true_mg_dl = ensemble.titres_mg_dl(evidence.time_h, evidence.infusions)
            weight = np.full(n_particles, 1.0 / n_particles)
            size = _distinct_size(weight, origin)
        posterior = Posterior(ensemble, weight, size, path)
        after.append(posterior)
    return Learning(tuple(after), tuple(predictions))


def _prediction(posterior: Posterior, true_mg_dl: Array, evidence: Evidence, k: int) -> Prediction:
    error = float(evidence.error_log_sd[k])
    time_h, igm_mg_dl = float(evidence.time_h[k]), float(evidence.igm_mg_dl[k])
    return Prediction(time_h, igm_mg_dl, error, posterior, true_mg_dl, evidence.is_limit(k))


def _distinct_size(weight: Array, origin: NDArray[np.intp]) -> float:
    """Effective sample size with particles on the same place counted as one."""
    merged: Array = np.bincount(origin, weight).astype(np.float64)
    return effective_sample_size(merged)

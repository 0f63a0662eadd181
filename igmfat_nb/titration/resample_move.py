"""Resample and move: particles where the titres say the patient is.

Where the likelihood would leave too few particles it is let in by degrees. After
each, particles are resampled and take a few Metropolis steps on the vectorised
engine, to fresh places drawn from the normal that fits the weighted particles and
to near ones; more of them once a likelihood had to be let in by degrees.
"""

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.titration.likelihood import Evidence
from igmfat_nb.titration.prior import Prior
from igmfat_nb.titration.weighted import (
    effective_sample_size,
    normalised,
    systematic_choice,
)

Array = NDArray[np.float64]
_KEPT_SHARE = 0.12  # of the particles, effectively, from one degree to the next
_STEPS = (True, True)  # each to a fresh place; false: to a near one
_STEPS_AFTER_DEGREES = (True, False, True) * 4  # where a likelihood was let in by degrees
_FRESH_SPREAD = 1.2  # of the normal that fits: wider than the target, as it must be
_HALVINGS = 30
_JITTER = 1e-9


def resample_move(
    prior: Prior,
    evidence: Evidence,
    particles: Array,
    true_mg_dl: Array,
    base: int,
    last: int,
    rng: np.random.Generator,
) -> tuple[Array, NDArray[np.intp]]:
    """Places (n, 5) of particles that follow the posterior after titres before ``last``.

    ``particles`` follow the posterior after the titres before ``base``, and
    ``true_mg_dl`` (k, n) are their true titres at all draws. The second result
    numbers distinct places: particles that never moved share their number.
    """
    target = _Target(prior, evidence, base, last)
    n, degree = len(particles), 0.0
    held, between = target.parts(particles, true_mg_dl[:last])
    origin, tempered = np.arange(n), False
    while degree < 1.0:
        step = _next_step(between, 1.0 - degree, _KEPT_SHARE * n)
        weight = normalised(step * between)
        degree = 1.0 if step >= 1.0 - degree else degree + step
        tempered = tempered or degree < 1.0
        centre, root = _fitted(particles, weight)
        chosen = systematic_choice(weight, n, rng.random())
        particles, held, between = particles[chosen], held[chosen], between[chosen]
        origin = origin[chosen]
        for fresh in _STEPS_AFTER_DEGREES if tempered and degree == 1.0 else _STEPS:
            state = (particles, held, between)
            particles, held, between, moved = _step(target, state, degree, centre, root, rng, fresh)
            origin = np.where(moved, n + np.arange(n), origin)
        origin = np.unique(origin, return_inverse=True)[1].ravel()
    return particles, origin


class _Target:
    """Log-density of the posterior at a degree, in its parts."""

    def __init__(self, prior: Prior, evidence: Evidence, base: int, last: int) -> None:
        self.prior, self.base, self.last = prior, base, last
        self.evidence = evidence.before(last)

    def parts(self, particles: Array, true_mg_dl: Array | None = None) -> tuple[Array, Array]:
        """What holds at every degree, and what is let in by degrees, each of shape (n,).

        True titres (last, n) of these places save working them out.
        """
        if true_mg_dl is None:
            ensemble = self.prior.ensemble(particles)
            true_mg_dl = ensemble.titres_mg_dl(self.evidence.time_h, self.evidence.infusions)
        held = -0.5 * np.einsum("nd,nd->n", particles, particles)
        if self.base:
            held += self.evidence.log_likelihood(true_mg_dl, 0, self.base)
        return held, self.evidence.log_likelihood(true_mg_dl, self.base, self.last)


def _next_step(between: Array, left: float, wanted: float) -> float:
    """How much more of the likelihood leaves the wanted effective sample size."""
    if effective_sample_size(normalised(left * between)) >= wanted:
        return left
    low, high = 0.0, left
    for _halving in range(_HALVINGS):
        middle = 0.5 * (low + high)
        enough = effective_sample_size(normalised(middle * between)) >= wanted
        low, high = (middle, high) if enough else (low, middle)
    return high


def _fitted(particles: Array, weight: Array) -> tuple[Array, Array]:
    """Mean and Cholesky root of the covariance of weighted places."""
    centre = weight @ particles
    away = particles - centre
    covariance = (away * weight[:, None]).T @ away
    covariance += _JITTER * np.eye(len(centre))
    root: Array = np.linalg.cholesky(covariance).astype(np.float64)
    return centre, root


def _step(
    target: _Target,
    state: tuple[Array, Array, Array],
    degree: float,
    centre: Array,
    root: Array,
    rng: np.random.Generator,
    fresh: bool,
) -> tuple[Array, Array, Array, NDArray[np.bool]]:
    """One Metropolis step of every particle, to a fresh place or to a near one."""
    particles, held, between = state
    n, dimensions = particles.shape
    draw = rng.standard_normal((n, dimensions))
    if fresh:
        proposed = centre + _FRESH_SPREAD * draw @ root.T
        back = np.linalg.solve(root, (particles - centre).T) / _FRESH_SPREAD
        bias = 0.5 * (np.square(draw).sum(axis=1) - np.square(back).sum(axis=0))
    else:
        proposed = particles + 2.38 / np.sqrt(dimensions) * draw @ root.T
        bias = np.zeros(n)
    new_held, new_between = target.parts(proposed)
    gain = new_held - held + degree * (new_between - between) + bias
    moved = np.log(rng.random(n)) < gain
    return (
        np.where(moved[:, None], proposed, particles),
        np.where(moved, new_held, held),
        np.where(moved, new_between, between),
        moved,
    )

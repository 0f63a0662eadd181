"""Which sample next: the one that should tell most about the titre two days on.

For each candidate time, titres that the laboratory might report are drawn from
the posterior; each reweights the particles, and the 90 % width of their true titre
at the horizon is averaged over what might be reported. No further dose is
assumed than those already given.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.protocol import titration
from igmfat_nb.titration.likelihood import measurement_log_sd
from igmfat_nb.titration.next_dose import Outlook
from igmfat_nb.titration.weighted import systematic_choice

Array = NDArray[np.float64]
_TWINS = 2500
_REPORTS = 64
_LOW, _HIGH = 0.05, 0.95
_GOLDEN = (5.0**0.5 - 1.0) / 2.0


@dataclass(frozen=True, slots=True)
class SampleTime:
    """A candidate: when, and the 90 % width [mg/dL] expected at the horizon after it."""

    time_h: float
    expected_width_mg_dl: float


def sample_times(outlook: Outlook) -> tuple[SampleTime, ...]:
    """Judge every candidate of ``SAMPLE_CANDIDATES``, hours after the decision."""
    seen, posterior = outlook.situation, outlook.posterior
    times_h = [seen.at_h + after for after in titration.SAMPLE_CANDIDATES.value]
    horizon_h = seen.at_h + titration.SAMPLE_HORIZON.value
    true_mg_dl = outlook.titres_mg_dl([*times_h, horizon_h])
    chosen = systematic_choice(posterior.weight, _TWINS, 0.5)
    events_h = [event.time_h for event in seen.case.events if event.time_h <= seen.at_h]
    errors = [measurement_log_sd(time_h, events_h) for time_h in times_h]
    thin = true_mg_dl[:, chosen[np.argsort(true_mg_dl[-1, chosen])]]
    return tuple(
        SampleTime(time_h, _expected_width(np.log(row), thin[-1], error))
        for time_h, row, error in zip(times_h, thin[:-1], errors, strict=True)
    )


def best_sample(candidates: tuple[SampleTime, ...]) -> SampleTime:
    """The candidate with the smallest expected width; the earliest of equals.

    Examples
    --------
    >>> best_sample((SampleTime(6.0, 20.0), SampleTime(24.0, 15.0), SampleTime(12.0, 15.0))).time_h
    12.0
    """
    return min(candidates, key=lambda one: (one.expected_width_mg_dl, one.time_h))


def _expected_width(log_true: Array, horizon_mg_dl: Array, error: float) -> float:
    """Mean width over possible reports; particles are in order of their titre at the horizon."""
    from scipy.special import ndtri

    steps = np.arange(_REPORTS)
    source = log_true[(steps * len(log_true)) // _REPORTS]
    noise = ndtri((steps * _GOLDEN + 0.5 / _REPORTS) % 1.0)
    reported = source + error * noise
    weight = np.subtract.outer(reported / error, log_true / error)
    np.multiply(weight, weight, out=weight)
    weight *= -0.5
    np.exp(weight, out=weight)
    reached = np.cumsum(weight, axis=1, out=weight)
    shares = np.array([_LOW, _HIGH])
    ends = np.array([np.searchsorted(row, shares * row[-1]) for row in reached])
    low, high = horizon_mg_dl[np.minimum(ends, len(horizon_mg_dl) - 1)].T
    return float((high - low).mean())

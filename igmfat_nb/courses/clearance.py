"""The clearance that is assumed: one scenario picked by hand, or all three averaged.

Averaged, clearance is a mixture: with the weight of each scenario it is log-normal around
that scenario. A virtual patient keeps its place among all: the share of patients who clear
more slowly stays what it is under one scenario. So one set of virtual patients, and one
update by titres, serve the mixture as they serve a scenario; what each scenario weighs
afterwards follows from their clearances by Bayes' rule, exactly.
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from igmfat_nb.courses.population import (
    CLEARANCE,
    SCENARIOS,
    Scenario,
    VirtualPatients,
    kinetics_of,
    log_sd,
)
from igmfat_nb.errors import ImplausibleInput, UnreadableInput
from igmfat_nb.kinetics import Kinetics
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import populations
from igmfat_nb.units import HOURS_PER_DAY, parse_number

Array = NDArray[np.float64]
Weights = tuple[float, float, float]
#: Prior weights of ``SCENARIOS`` unless told otherwise. Source: ``SCENARIO_WEIGHTS``, assumed.
EVEN_WEIGHTS: Weights = populations.SCENARIO_WEIGHTS.value
_LOG_SD = log_sd(populations.CLEARANCE_CV.value)
_LOG_CENTRES = np.log([CLEARANCE[name].value for name in SCENARIOS])
_ERFC = np.frompyfunc(math.erfc, 1, 1)
_REACH, _NODES, _HALVINGS = 8.5, 4097, 60  # beyond 8 standard deviations a place counts as 8


def clearance_multiples(
    scenario: Scenario, deviation: ArrayLike, weights: Weights = EVEN_WEIGHTS
) -> Array:
    """Multiples of healthy clearance, shape of ``deviation``.

    Parameters
    ----------
    scenario : {"native", "intermediate", "fast", "averaged"}
    deviation : array_like
        Clearance over the scenario's, log-normal with median 1 (``CLEARANCE_CV``). Averaged,
        it says the place among all patients only.
    weights : tuple of float
        Of ``SCENARIOS``, adding up to 1; for ``averaged``.

    Examples
    --------
    All the weight on one scenario is that scenario; half of all patients clear 1.89 times the
    healthy rate or more slowly where the three weigh the same (``test_clearance.py``).

    >>> clearance_multiples("intermediate", [1.0, 2.0]).tolist()
    [1.7, 3.4]
    >>> clearance_multiples("averaged", [1.0, 2.0], (0.0, 1.0, 0.0)).round(9).tolist()
    [1.7, 3.4]
    """
    deviation = np.asarray(deviation, dtype=np.float64)
    if scenario != "averaged":
        multiples: Array = CLEARANCE[scenario].value * deviation
        return multiples
    place, (logs, slopes) = np.log(deviation) / _LOG_SD, _by_place(weights)
    at = np.clip((place + _REACH) * ((_NODES - 1) / (2 * _REACH)), 0.0, _NODES - 1.0)
    left = np.minimum(at.astype(np.intp), _NODES - 2)
    part, step = at - left, 2 * _REACH / (_NODES - 1)
    rest = 1.0 - part
    found = rest**2 * ((1.0 + 2.0 * part) * logs[left] + part * step * slopes[left])
    found += part**2 * ((1.0 + 2.0 * rest) * logs[left + 1] - rest * step * slopes[left + 1])
    averaged: Array = np.exp(found)
    return averaged


@lru_cache(maxsize=8)  # kept: one table for all patients of the same weights
def _by_place(weights: Weights) -> tuple[Array, Array]:
    """Log multiples, and their slopes, at even standard normal places: the inverse of a mixture."""
    place = np.linspace(-_REACH, _REACH, _NODES)
    tail = np.where(place > 0, -1.0, 1.0)  # the smaller of both tails, where digits are left
    wanted, share = _below(-np.abs(place)), np.asarray(weights)[:, None]
    low = np.full(_NODES, _LOG_CENTRES.min() - _REACH * _LOG_SD)
    high = np.full(_NODES, _LOG_CENTRES.max() + _REACH * _LOG_SD)
    for _halving in range(_HALVINGS):
        logs = 0.5 * (low + high)
        away = (logs - _LOG_CENTRES[:, None]) / _LOG_SD
        below = tail * ((share * _below(tail * away)).sum(axis=0) - wanted) < 0
        low, high = np.where(below, logs, low), np.where(below, high, logs)
    density = (share * np.exp(-0.5 * np.square(away))).sum(axis=0) / _LOG_SD
    slopes: Array = np.exp(-0.5 * np.square(place)) / density
    return logs, slopes


def _below(place: Array) -> Array:
    """Standard normal share below; the core is installed without SciPy."""
    return 0.5 * np.asarray(_ERFC(place * -math.sqrt(0.5)), dtype=np.float64)


def typical_multiple(scenario: Scenario, weights: Weights = EVEN_WEIGHTS) -> float:
    """The median multiple of healthy clearance: what a patient without deviation has."""
    return float(clearance_multiples(scenario, 1.0, weights))


def virtual_patient_kinetics(
    virtual_patients: VirtualPatients,
    plasma_volume_ml: float,
    scenario: Scenario,
    weights: Weights = EVEN_WEIGHTS,
) -> Kinetics:
    """Kinetics of the virtual patients of one patient, shape (n,)."""
    return kinetics_of(
        plasma_volume_ml * virtual_patients.volume_factor,
        clearance_factor=clearance_multiples(scenario, virtual_patients.clearance_factor, weights),
        recovery=virtual_patients.recovery,
        exchange_half_time_days=virtual_patients.exchange_half_time_days,
    )


def scenario_weights(
    k10_per_h: ArrayLike, particle_weight: Array, prior: Weights = EVEN_WEIGHTS
) -> Weights:
    """What each scenario weighs after titres, from the clearances of weighted particles.

    A titre tells of the scenario by the clearance alone, so each particle gives its weight to
    the scenarios by their densities at its clearance.

    Parameters
    ----------
    k10_per_h : array_like, shape (n,)
        Fractional rates of the particles [1/h].
    particle_weight : ndarray, shape (n,)
        Sums to 1.
    prior : tuple of float
        Weights before.

    Examples
    --------
    By hand: at √1.7 native and intermediate have the same density, and fast exp(−6.49) of it.

    >>> k10_per_h = [0.166 * 1.7**0.5 / 24]
    >>> [round(weight, 3) for weight in scenario_weights(k10_per_h, np.ones(1))]
    [0.5, 0.5, 0.001]
    """
    healthy_per_h = populations.NATIVE_FRACTIONAL_CLEARANCE.value / HOURS_PER_DAY
    log_multiple = np.log(np.asarray(k10_per_h) / healthy_per_h)
    away = (log_multiple - _LOG_CENTRES[:, None]) / _LOG_SD
    nearest = np.square(away).min(axis=0)
    shares = np.asarray(prior)[:, None] * np.exp(-0.5 * (np.square(away) - nearest))
    total = shares.sum(axis=0)
    shares = np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)
    native, intermediate, fast = (shares @ particle_weight).tolist()
    return native, intermediate, fast


def read_weights(text: str) -> Weights:
    """Weights of native, intermediate and fast from text, ``1:2:1``; only their ratios count.

    Raises
    ------
    IgmFatError
        If they are not three numbers from 0 on, one of them above 0.

    Examples
    --------
    >>> read_weights("1:2:1")
    (0.25, 0.5, 0.25)
    """
    parts = text.split(":")
    if len(parts) != len(SCENARIOS):
        message = _("The weights are “{text}”; expected native:intermediate:fast, such as 1:2:1.")
        raise UnreadableInput(message.format(text=text[:60]))
    name = _("A weight of a scenario")
    numbers = [parse_number(part, name) for part in parts]
    total = math.fsum(numbers)
    if not (min(numbers) >= 0 and 0 < total < math.inf):
        message = _("The weights are {text}; expected none below 0 and one above.")
        raise ImplausibleInput(message.format(text=text[:60]))
    native, intermediate, fast = (number / total for number in numbers)
    return native, intermediate, fast


def weights_text(weights: Weights) -> str:
    """The weights in per cent, to read.

    Examples
    --------
    >>> weights_text((0.25, 0.5, 0.25))
    'native 25 %, intermediate 50 %, fast 25 %'
    """
    said = _("native {native} %, intermediate {intermediate} %, fast {fast} %")
    shares = zip(SCENARIOS, weights, strict=True)
    return said.format(**{name: number_text(100 * weight) for name, weight in shares})

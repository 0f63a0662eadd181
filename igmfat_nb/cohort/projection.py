"""The week of many patients, each as many virtual twins: titres day by day, both arms.

The twins are shared: their rate constants do not depend on the patient, so a
day's decay is one number a twin and mode. Synthesis holds the first titre
(mode *baseline*), and what infusions add on top is a sum of two decaying
modes; an infusion at the label rate adds rate × (exp(λ d) − 1) / λ to each.
The same course by the general engine is ``course.run_courses``; a test holds
the two together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.course import assay_factors, reported_titre_mg_dl
from igmfat_nb.dosing import ARMS, Arm, DoseRule, personalised_volume_ml, standard_volume_ml
from igmfat_nb.infusion import label_rate_ml_h
from igmfat_nb.kinetics.solution import Exponents
from igmfat_nb.population import CLEARANCE, Scenario, Twins, draw_twins, kinetics_of
from igmfat_nb.protocol import constants, product
from igmfat_nb.units import ML_PER_DL

Array = NDArray[np.float64]
DAYS = constants.PERSONALISED_MAX_DAYS.value
QUANTILES = {"p5": 0.05, "p50": 0.5, "p95": 0.95}
_DAY_H = constants.SAMPLING_INTERVAL.value
_WINDOW_H = _DAY_H - constants.DOSE_DELAY.value  # from the start of a dose to the next titre


@dataclass(frozen=True, slots=True)
class SharedTwins:
    """Virtual twins shared by all patients: two decay modes each, arrays of shape (k,)."""

    twins: Twins
    exponents_per_h: tuple[Array, Array]
    shares: tuple[Array, Array]  # of a unit in plasma, by mode; they add up to 1
    assay_factor: Array  # measured over true titre, shape (DAYS - 1, k)

    @classmethod
    def draw(
        cls, rng: np.random.Generator, count: int, scenario: Scenario, rule: DoseRule
    ) -> "SharedTwins":
        """Draw ``count`` twins and their assay errors."""
        twins = draw_twins(rng, count, recovery=rule.recovery)
        kinetics = kinetics_of(
            1.0,
            clearance_factor=CLEARANCE[scenario].value * twins.clearance_factor,
            recovery=twins.recovery,
            exchange_half_time_days=twins.exchange_half_time_days,
        )
        modes = Exponents.of(kinetics, count)
        gap = modes.alpha - modes.beta
        shares = (modes.alpha - modes.k21) / gap, (modes.k21 - modes.beta) / gap
        return cls(twins, (modes.alpha, modes.beta), shares, assay_factors(rng, DAYS - 1, count))


@dataclass(frozen=True, slots=True)
class Cohort:
    """What the rule needs of n patients, arrays of shape (n,)."""

    weight_kg: Array
    plasma_volume_ml: Array
    igm_mg_dl: Array

    def part(self, rows: slice) -> "Cohort":
        """Return some of the patients."""
        return Cohort(self.weight_kg[rows], self.plasma_volume_ml[rows], self.igm_mg_dl[rows])


def projected_quantiles(cohort: Cohort, shared: SharedTwins, rule: DoseRule) -> dict[Arm, Array]:
    """Quantiles over the twins of the true titre on the morning after each dose.

    Returns
    -------
    dict
        For each arm an array of shape (DAYS, 3, n): p5, p50, p95 [mg/dL] at
        24, 48 … 168 h after the first titre.
    """
    return {arm: _quantiles(_titres(arm, cohort, shared, rule)) for arm in ARMS}


def _titres(arm: Arm, cohort: Cohort, shared: SharedTwins, rule: DoseRule) -> Array:
    """True titres at 24, 48 … 168 h, shape (DAYS, n, k)."""
    n, k = len(cohort.weight_kg), len(shared.twins)
    weight, plasma = cohort.weight_kg[:, None], cohort.plasma_volume_ml[:, None]
    first = cohort.igm_mg_dl[:, None]
    added = [np.zeros((n, k)), np.zeros((n, k))]
    running: list[tuple[NDArray[np.intp], Array]] = []  # infusions not over: where, hours left
    titres = np.empty((DAYS, n, k))
    measured: Array = np.broadcast_to(first, (n, k))
    per_hour = _titre_per_hour(cohort, shared)
    for day in range(DAYS):
        for mode, exponent in zip(added, shared.exponents_per_h, strict=True):
            mode *= np.exp(-exponent * _DAY_H)
        running = _carry_on(added, running, per_hour, shared)
        volume_ml = _volume_ml(arm, day, measured, weight, plasma, rule)
        if volume_ml is not None:
            hours = np.broadcast_to(volume_ml / label_rate_ml_h(weight), (n, k))
            fitting = np.minimum(hours, _WINDOW_H)
            _infuse(added, fitting, _WINDOW_H, per_hour, shared)
            left = np.flatnonzero(hours > _WINDOW_H)
            if left.size:
                running.append((left, hours.ravel()[left] - _WINDOW_H))
        np.add(added[0], added[1], out=titres[day])
        titres[day] += first
        if day < DAYS - 1:
            measured = reported_titre_mg_dl(titres[day] * shared.assay_factor[day])
    return titres


def _volume_ml(
    arm: Arm, day: int, measured: Array, weight: Array, plasma: Array, rule: DoseRule
) -> Array | None:
    """The dose of a day, or None when the standard arm is over."""
    if arm == "personalised":
        return personalised_volume_ml(
            measured, weight_kg=weight, plasma_volume_ml=plasma, rule=rule
        )
    if day < constants.STANDARD_DAYS.value:
        return standard_volume_ml(weight, rule.rounding)
    return None


def _titre_per_hour(cohort: Cohort, shared: SharedTwins) -> Array:
    """How fast an infusion at the label rate raises the titre [mg/dL/h], shape (n, k)."""
    igm_mg_h = label_rate_ml_h(cohort.weight_kg) * product.IGM.value
    per_dl = igm_mg_h / (cohort.plasma_volume_ml / ML_PER_DL)
    twins = shared.twins
    return per_dl[:, None] * (twins.recovery / twins.volume_factor)


def _infuse(
    added: list[Array], hours: Array, window_h: float, per_hour: Array, shared: SharedTwins
) -> None:
    """Add infusions of some hours that began ``window_h`` before the coming titre."""
    for mode, exponent, share in zip(added, shared.exponents_per_h, shared.shares, strict=True):
        grown = np.exp(exponent * hours)  # twice as fast as expm1, and hours are not tiny
        grown -= 1.0
        grown *= share * np.exp(-exponent * window_h) / exponent
        grown *= per_hour
        mode += grown


def _carry_on(
    added: list[Array],
    running: list[tuple[NDArray[np.intp], Array]],
    per_hour: Array,
    shared: SharedTwins,
) -> list[tuple[NDArray[np.intp], Array]]:
    """Give another day of the infusions that did not fit before the titre."""
    still = []
    for where, left_h in running:
        twin = where % per_hour.shape[1]
        hours = np.minimum(left_h, _DAY_H)
        for mode, exponent, share in zip(added, shared.exponents_per_h, shared.shares, strict=True):
            rate, weight = exponent[twin], share[twin] * per_hour.ravel()[where]
            mode.ravel()[where] += weight * np.exp(-rate * _DAY_H) * np.expm1(rate * hours) / rate
        longer = left_h > _DAY_H
        if longer.any():
            still.append((where[longer], left_h[longer] - _DAY_H))
    return still


def _quantiles(titres: Array) -> Array:
    """Linear quantiles over the last axis, which is sorted in place."""
    titres.sort(axis=-1)
    rows = []
    for share in QUANTILES.values():
        place = share * (titres.shape[-1] - 1)
        low = int(place)
        high = min(low + 1, titres.shape[-1] - 1)
        rows.append(titres[..., low] + (place - low) * (titres[..., high] - titres[..., low]))
    return np.stack(rows, axis=1)

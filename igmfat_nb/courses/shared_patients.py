"""The week of many patients, each as many virtual patients: titres day by day, both arms.

The virtual patients are shared: their rate constants do not depend on the patient, so a
day's decay is one number a virtual patient and mode. The kinetics are linear: what
infusions add to the titre is a sum of two decaying modes, an infusion at the
label rate adding rate × (exp(λ d) − 1) / λ to each, and what the patient makes
is the first titre, times what is left of it where nothing is made, plus the
response to the rise of synthesis where it recovers (``OwnSynthesis``). The same
course by the general engine is ``courses.simulated.run_courses``; a test holds the two together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import ARMS, Arm, personalised_volume_ml, standard_volume_ml
from igmfat_nb.bedside.infusion import label_rate_ml_h
from igmfat_nb.courses.assay import assay_factors, reported_titre_mg_dl
from igmfat_nb.courses.clearance import EVEN_WEIGHTS, Weights, clearance_multiples
from igmfat_nb.courses.population import (
    USUAL_SYNTHESIS,
    Scenario,
    SynthesisMode,
    VirtualPatients,
    draw_virtual_patients,
    healthy_synthesis_mg_per_h,
    kinetics_of,
)
from igmfat_nb.kinetics.solution import Exponents, chain, plasma_and_tissue
from igmfat_nb.protocol import constants, populations, product
from igmfat_nb.units import ML_PER_DL

Array = NDArray[np.float64]
DAYS = constants.PERSONALISED_MAX_DAYS.value
QUANTILES = {"p5": 0.05, "p50": 0.5, "p95": 0.95}
_DAY_H = constants.SAMPLING_INTERVAL.value
_WINDOW_H = _DAY_H - constants.DOSE_DELAY.value  # from the start of a dose to the next titre


@dataclass(frozen=True, slots=True)
class OwnSynthesis:
    """What k shared virtual patients make themselves, as it shows in the titre.

    ``left``, by morning from hour 0 on, is what is left of a first titre in steady
    state when nothing is made, None where synthesis holds it. ``risen`` is the titre
    [mg/dL] that a synthesis rising by 1 mg/dL/h² over ``SYNTHESIS_RISE`` has added by
    that morning, None where it does not rise. Both of shape (DAYS + 1, k).
    ``clearance_per_h`` is k10, shape (k,).
    """

    clearance_per_h: Array
    left: Array | None
    risen: Array | None

    @classmethod
    def of(cls, mode: SynthesisMode, exponents: Exponents) -> "OwnSynthesis":
        """Work out the responses of the virtual patients with these exponents."""
        mornings_h: Array = np.arange(DAYS + 1, dtype=np.float64) * _DAY_H
        left = risen = None
        if mode == "none":
            left = 1.0 - exponents.k10 * _responses(exponents, mornings_h, 1)
        if mode == "recovering":
            rise_h = populations.SYNTHESIS_RISE.value
            begun, over = (_responses(exponents, mornings_h - hour, 2) for hour in rise_h)
            risen = begun - over
        return cls(exponents.k10, left, risen)

    def slope_mg_dl_h2(
        self, first_mg_dl: Array, weight_kg: Array, central_ml: Array
    ) -> Array | None:
        """How fast synthesis rises [mg/dL/h²], shape (n, k); None where it never does.

        It rises from what holds the first titre to what is made in health, and
        nowhere falls; see ``population.synthesis_of``.
        """
        if self.risen is None:
            return None
        start_h, end_h = populations.SYNTHESIS_RISE.value
        healthy = healthy_synthesis_mg_per_h(weight_kg) / (central_ml / ML_PER_DL)
        slope: Array = np.maximum(healthy - first_mg_dl * self.clearance_per_h, 0.0)
        slope /= end_h - start_h
        return slope

    def titre_mg_dl(self, day: int, first_mg_dl: Array, slope_mg_dl_h2: Array | None) -> Array:
        """Titre without any dose on the morning ``day`` days after the first, shape (n, k)."""
        if self.left is not None:
            kept: Array = first_mg_dl * self.left[day]
            return kept
        if self.risen is None or slope_mg_dl_h2 is None or not self.risen[day].any():
            return first_mg_dl
        titre: Array = slope_mg_dl_h2 * self.risen[day]
        titre += first_mg_dl
        return titre


@dataclass(frozen=True, slots=True)
class SharedPatients:
    """Virtual patients shared by all patients: two decay modes each, arrays of shape (k,)."""

    virtual_patients: VirtualPatients
    exponents_per_h: tuple[Array, Array]
    shares: tuple[Array, Array]  # of a unit in plasma, by mode; they add up to 1
    own: OwnSynthesis
    assay_factor: Array  # measured over true titre, shape (DAYS - 1, k)

    @classmethod
    def draw(
        cls,
        rng: np.random.Generator,
        count: int,
        scenario: Scenario,
        rule: DoseRule,
        *,
        synthesis: SynthesisMode = USUAL_SYNTHESIS,
        weights: Weights = EVEN_WEIGHTS,
    ) -> "SharedPatients":
        """Draw ``count`` virtual patients and their assay errors."""
        virtual_patients = draw_virtual_patients(rng, count, recovery=rule.recovery)
        kinetics = kinetics_of(
            1.0,
            clearance_factor=clearance_multiples(
                scenario, virtual_patients.clearance_factor, weights
            ),
            recovery=virtual_patients.recovery,
            exchange_half_time_days=virtual_patients.exchange_half_time_days,
        )
        modes = Exponents.of(kinetics, count)
        gap = modes.alpha - modes.beta
        shares = (modes.alpha - modes.k21) / gap, (modes.k21 - modes.beta) / gap
        own = OwnSynthesis.of(synthesis, modes)
        factors = assay_factors(rng, DAYS - 1, count)
        return cls(virtual_patients, (modes.alpha, modes.beta), shares, own, factors)


@dataclass(frozen=True, slots=True)
class Cohort:
    """What the rule needs of n patients, arrays of shape (n,)."""

    weight_kg: Array
    plasma_volume_ml: Array
    igm_mg_dl: Array

    def part(self, rows: slice) -> "Cohort":
        """Return some of the patients."""
        return Cohort(self.weight_kg[rows], self.plasma_volume_ml[rows], self.igm_mg_dl[rows])


def projected_quantiles(cohort: Cohort, shared: SharedPatients, rule: DoseRule) -> dict[Arm, Array]:
    """Quantiles over the virtual patients of the true titre on the morning after each dose.

    Returns
    -------
    dict
        For each arm an array of shape (DAYS, 3, n): p5, p50, p95 [mg/dL] at
        24, 48 … 168 h after the first titre.
    """
    return {arm: _quantiles(_titres(arm, cohort, shared, rule)) for arm in ARMS}


def _titres(arm: Arm, cohort: Cohort, shared: SharedPatients, rule: DoseRule) -> Array:
    """True titres at 24, 48 … 168 h, shape (DAYS, n, k)."""
    n, k = len(cohort.weight_kg), len(shared.virtual_patients)
    weight, plasma = cohort.weight_kg[:, None], cohort.plasma_volume_ml[:, None]
    first = cohort.igm_mg_dl[:, None]
    added = [np.zeros((n, k)), np.zeros((n, k))]
    running: list[tuple[NDArray[np.intp], Array]] = []  # infusions not over: where, hours left
    titres = np.empty((DAYS, n, k))
    measured: Array = np.broadcast_to(first, (n, k))
    per_hour = _titre_per_hour(cohort, shared)
    slope = shared.own.slope_mg_dl_h2(first, weight, plasma * shared.virtual_patients.volume_factor)
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
        titres[day] += shared.own.titre_mg_dl(day + 1, first, slope)
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


def _titre_per_hour(cohort: Cohort, shared: SharedPatients) -> Array:
    """How fast an infusion at the label rate raises the titre [mg/dL/h], shape (n, k)."""
    igm_mg_h = label_rate_ml_h(cohort.weight_kg) * product.IGM.value
    per_dl = igm_mg_h / (cohort.plasma_volume_ml / ML_PER_DL)
    virtual_patients = shared.virtual_patients
    return per_dl[:, None] * (virtual_patients.recovery / virtual_patients.volume_factor)


def _infuse(
    added: list[Array], hours: Array, window_h: float, per_hour: Array, shared: SharedPatients
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
    shared: SharedPatients,
) -> list[tuple[NDArray[np.intp], Array]]:
    """Give another day of the infusions that did not fit before the titre."""
    still = []
    for where, left_h in running:
        one = where % per_hour.shape[1]
        hours = np.minimum(left_h, _DAY_H)
        for mode, exponent, share in zip(added, shared.exponents_per_h, shared.shares, strict=True):
            rate, weight = exponent[one], share[one] * per_hour.ravel()[where]
            mode.ravel()[where] += weight * np.exp(-rate * _DAY_H) * np.expm1(rate * hours) / rate
        longer = left_h > _DAY_H
        if longer.any():
            still.append((where[longer], left_h[longer] - _DAY_H))
    return still


def _responses(exponents: Exponents, hours: Array, order: int) -> Array:
    """Amount in plasma by then [mg] of a constant (1) or a rising (2) unit input, shape (t, k).

    Nothing before it begins, at hour 0.
    """
    since_h = np.maximum(hours, 0.0).tolist()
    return np.stack(
        [plasma_and_tissue(exponents, chain(exponents, hour, order)[order])[0] for hour in since_h]
    )


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

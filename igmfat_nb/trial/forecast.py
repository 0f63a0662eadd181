"""The forecast rule for many patients at once, on virtual patients that they share.

Each patient's belief is a weight on every virtual patient. A virtual patient's own start follows
from the first measured titre; later titres weigh the virtual patients by how well they
were predicted. For each virtual patient the infusion that would just reach the target at
the next sample is solved for, so the smallest volume with a stated chance is
a weighted quantile over virtual patients. The rule is our proposal, not the trial's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.infusion import label_rate_ml_h, rounded_volume_ml, rounding_step_ml
from igmfat_nb.courses.clearance import EVEN_WEIGHTS, Weights
from igmfat_nb.courses.population import USUAL_SYNTHESIS, Scenario, SynthesisMode, log_sd
from igmfat_nb.courses.shared_patients import SharedPatients
from igmfat_nb.protocol import constants, product
from igmfat_nb.protocol.titration import MISFIT_CV
from igmfat_nb.units import ML_PER_DL

Array = NDArray[np.float64]
_DAY_H = constants.SAMPLING_INTERVAL.value
_WINDOW_H = _DAY_H - constants.DOSE_DELAY.value
_NEWTON_STEPS = 4  # convex and from above: the error squares at each


@dataclass(frozen=True, slots=True)
class ForecastPatients:
    """Virtual patients with the assay error of the first titre; what all patients share."""

    shared: SharedPatients
    first_error: Array  # true over measured first titre, shape (k,)
    log_error_sd: float  # assay and residual error together

    @classmethod
    def draw(
        cls,
        rng: np.random.Generator,
        count: int,
        scenario: Scenario,
        rule: DoseRule,
        assay_cv: float,
        *,
        synthesis: SynthesisMode = USUAL_SYNTHESIS,
        weights: Weights = EVEN_WEIGHTS,
    ) -> "ForecastPatients":
        """Draw ``count`` virtual patients from the population the belief holds."""
        shared = SharedPatients.draw(
            rng, count, scenario, rule, synthesis=synthesis, weights=weights
        )
        assay_sd = log_sd(assay_cv)
        first_error = np.exp(assay_sd * rng.standard_normal(count))
        return cls(shared, first_error, float(np.hypot(assay_sd, log_sd(MISFIT_CV.value))))


class Beliefs:
    """What the forecast rule believes of n patients, day by day."""

    def __init__(
        self,
        virtual_patients: ForecastPatients,
        first_mg_dl: Array,
        weight_kg: Array,
        plasma_ml: Array,
    ) -> None:
        shared = virtual_patients.shared
        self._virtual_patients = virtual_patients
        self._day = 0
        self._start = first_mg_dl[:, None] * virtual_patients.first_error
        central_ml = plasma_ml[:, None] * shared.virtual_patients.volume_factor
        self._slope = shared.own.slope_mg_dl_h2(self._start, weight_kg[:, None], central_ml)
        self._added = [np.zeros_like(self._start), np.zeros_like(self._start)]
        self._log_weight = np.zeros_like(self._start)
        self._rate_ml_h = label_rate_ml_h(weight_kg)
        igm_mg_h = self._rate_ml_h * product.IGM.value
        per_dl = (igm_mg_h / (plasma_ml / ML_PER_DL))[:, None]
        self._per_hour = per_dl * (
            shared.virtual_patients.recovery / shared.virtual_patients.volume_factor
        )

    def keep(self, on: NDArray[np.bool]) -> None:
        """Go on with some of the patients only; nobody asks about the others again."""
        self._start, self._log_weight = self._start[on], self._log_weight[on]
        if self._slope is not None:
            self._slope = self._slope[on]
        self._added = [mode[on] for mode in self._added]
        self._rate_ml_h, self._per_hour = self._rate_ml_h[on], self._per_hour[on]

    def learn(self, measured_mg_dl: Array) -> None:
        """Weigh the virtual patients by this morning's titres; NaN teaches nothing."""
        known = np.isfinite(measured_mg_dl)
        predicted = self._untreated(self._day) + self._added[0] + self._added[1]
        off = (
            np.log(measured_mg_dl)[:, None] - np.log(predicted)
        ) / self._virtual_patients.log_error_sd
        self._log_weight -= np.where(known[:, None], 0.5 * off**2, 0.0)

    def weights(self) -> Array:
        """Normalised weights, shape (n, k)."""
        weight: Array = np.exp(self._log_weight - self._log_weight.max(axis=1, keepdims=True))
        weight /= weight.sum(axis=1, keepdims=True)
        return weight

    def volume_ml(self, probability: float, rule: DoseRule) -> Array:
        """Smallest volume with this chance of the target tomorrow, within the label rate [mL]."""
        hours = self._hours_needed(rule.target_mg_dl)
        order = np.argsort(hours, axis=1)
        reached = np.cumsum(np.take_along_axis(self.weights(), order, axis=1), axis=1)
        place = np.argmax(reached >= probability - 1e-12, axis=1)
        chosen = np.take_along_axis(order, place[:, None], axis=1)
        needed_h = np.take_along_axis(hours, chosen, axis=1)[:, 0]
        fits_ml = _WINDOW_H * self._rate_ml_h
        volume_ml = np.minimum(needed_h, _WINDOW_H) * self._rate_ml_h
        rounding = rule.rounding
        up_ml = (
            np.ceil(volume_ml - 1e-6)
            if rounding == "ml"
            else rounded_volume_ml(volume_ml, rounding)
        )
        # Rounding up must not leave what the label rate lets in: then down to a whole mL or vial.
        step_ml = rounding_step_ml(rounding)
        return np.where(up_ml > fits_ml, np.floor(fits_ml / step_ml) * step_ml, up_ml)

    def pass_day(self, volume_ml: Array) -> None:
        """Go on to the next morning with today's doses given as planned."""
        self._day += 1
        hours = np.minimum(volume_ml / self._rate_ml_h, _WINDOW_H)[:, None]
        shared = self._virtual_patients.shared
        for mode, rate, share in zip(
            self._added, shared.exponents_per_h, shared.shares, strict=True
        ):
            mode *= np.exp(-rate * _DAY_H)
            mode += (
                share * np.exp(-rate * _WINDOW_H) * np.expm1(rate * hours) / rate * self._per_hour
            )

    def _untreated(self, day: int) -> Array:
        """What each twin's titre would be that morning without any dose [mg/dL], shape (n, k)."""
        return self._virtual_patients.shared.own.titre_mg_dl(day, self._start, self._slope)

    def _hours_needed(self, target_mg_dl: float) -> Array:
        """Hours at the label rate to bring each virtual patient to the target tomorrow, or inf."""
        shared = self._virtual_patients.shared
        fast, slow = shared.exponents_per_h
        tomorrow = self._untreated(self._day + 1) + self._added[0] * np.exp(-fast * _DAY_H)
        tomorrow += self._added[1] * np.exp(-slow * _DAY_H)
        wanted = (target_mg_dl - tomorrow) / self._per_hour
        left_fast = shared.shares[0] * np.exp(-fast * _WINDOW_H)
        left_slow = shared.shares[1] * np.exp(-slow * _WINDOW_H)
        hours = np.full(wanted.shape, _WINDOW_H)
        for step in range(_NEWTON_STEPS):
            grown_fast = left_fast * np.exp(fast * hours)
            grown_slow = left_slow * np.exp(slow * hours)
            reached = (grown_fast - left_fast) / fast + (grown_slow - left_slow) / slow
            if step == 0:
                beyond = wanted > reached
            hours -= (reached - wanted) / (grown_fast + grown_slow)
        hours[wanted <= 0] = 0.0
        hours[beyond] = np.inf
        return hours

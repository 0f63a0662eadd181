"""The next dose by three rules, with the chance that each reaches the target.

*standard* is the trial's arm; *deficit* is our mass balance on the measured
titre; *forecast* is our proposal: the smallest volume that makes the chance of
being at the target at the next planned sample large enough.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import (
    PersonalisedSteps,
    StandardSteps,
    personalised_steps,
    standard_steps,
    standard_volume_ml,
)
from igmfat_nb.bedside.infusion import (
    Dose,
    Rounding,
    label_rate_ml_h,
    rounded_volume_ml,
    rounding_step_ml,
)
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.kinetics import InfusionEffect, Infusions, State, titre_at
from igmfat_nb.protocol import constants, product
from igmfat_nb.titration.from_case import infusions_of_case
from igmfat_nb.titration.posterior import Posterior
from igmfat_nb.titration.search import check_probability, smallest_volume_ml
from igmfat_nb.titration.situation import STANDARD_HOURS, Situation

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
Rule = Literal["standard", "deficit", "forecast"]
RULES: tuple[Rule, ...] = ("standard", "deficit", "forecast")
LABEL_RATE_LIMIT = "label rate"
_PEAK_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class RuleDose:
    """What one rule gives now.

    Attributes
    ----------
    rule_ml, given_ml : float or None
        The rule's volume for today, and what of it was already given [mL]; the
        volume is None where the rule has no titre to go by. Of the standard
        dose of a day counts what was begun of it; of the deficit rule's what ran
        since the titre or runs on. The forecast holds both in its prediction.
    dose : Dose or None
        What is left to give, rounded as the rule's volume is.
    chance : float or None
        Of a true titre at or above the target at the next planned sample.
    steps : StandardSteps, PersonalisedSteps or None
        How ``rule_ml`` came about; None where the rule gave none, and of the forecast.
    ends : tuple of RuleDose or None
        Where the titre lies below the assay's limit: what the rule gives at 0 and at the
        limit. The rule itself needs a number then, and gives none.
    """

    rule_ml: float | None
    given_ml: float
    dose: Dose | None
    chance: float | None
    steps: StandardSteps | PersonalisedSteps | None = field(
        default=None, kw_only=True, compare=False
    )
    ends: tuple["RuleDose", "RuleDose"] | None = field(default=None, kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Forecast(RuleDose):
    """The forecast rule's dose, with what limits it and what stands beside it.

    Attributes
    ----------
    probability : float
        The chance asked for.
    limited_by : str or None
        "label rate" where the chance cannot be reached by the next sample.
    largest_ml : float
        What the label rate lets in until the next sample [mL].
    chance_of_one_less : float or None
        With one ``step_ml`` less, to show that the volume is the smallest.
    multiple_of_standard, peak_p95_mg_dl, cumulative_ml_per_kg : float
        Of the daily standard dose; 95 % point of the highest true titre until
        the next sample; all volume of the course with this dose.
    step_ml : float
        Volumes that are tried differ by this: a whole mL, or the smallest vial.
    """

    probability: float
    limited_by: str | None
    largest_ml: float
    chance_of_one_less: float | None
    multiple_of_standard: float
    peak_p95_mg_dl: float
    cumulative_ml_per_kg: float
    step_ml: float = 1.0


@dataclass(frozen=True, eq=False)
class Outlook:
    """A posterior from the decision on: what a volume given now would do.

    Attributes
    ----------
    rate_ml_h : float
        The label rate, at which a volume runs.
    undosed_mg_dl : ndarray, shape (n,)
        True titres at the next planned sample without one more dose.
    effect : InfusionEffect
        What one more dose adds to them.
    """

    situation: Situation
    posterior: Posterior
    target_mg_dl: float
    rate_ml_h: float
    undosed_mg_dl: Array
    effect: InfusionEffect

    @classmethod
    def of(cls, situation: Situation, posterior: Posterior, target_mg_dl: float) -> "Outlook":
        """Bring the particles to the decision, and on to the next planned sample without a dose."""
        ensemble, seen = posterior.ensemble, situation
        times_h = np.append(_times_to_decision_h(seen), seen.sample_h)
        undosed_mg_dl = ensemble.titres_mg_dl(times_h, infusions_of_case(seen.doses))[-1]
        n, after_h = len(undosed_mg_dl), seen.sample_h - seen.start_h
        effect = InfusionEffect.of(ensemble.kinetics, n, after_h)
        rate_ml_h = float(label_rate_ml_h(seen.patient.weight_kg))
        return cls(seen, posterior, target_mg_dl, rate_ml_h, undosed_mg_dl, effect)

    @cached_property
    def state(self) -> State:
        """Amounts of the particles at the decision; the day by day table never asks for them."""
        seen = self.situation
        infusions = infusions_of_case(seen.doses)
        return self.posterior.ensemble.state_at(_times_to_decision_h(seen), infusions)

    @property
    def largest_ml(self) -> float:
        """What the label rate lets in until the next planned sample, in whole mL."""
        hours = max(self.situation.sample_h - self.situation.start_h, 0.0)
        return float(np.floor(self.rate_ml_h * hours + 1e-9))

    def titres_mg_dl(self, time_h: ArrayLike, volume_ml: float = 0.0) -> Array:
        """True titres from the decision on with a volume given now, shape (t, n)."""
        ensemble = self.posterior.ensemble
        return titre_at(
            time_h,
            self.state,
            ensemble.kinetics,
            ensemble.synthesis,
            self.infusions(volume_ml),
            from_h=self.situation.at_h,
        )

    def infusions(self, volume_ml: float = 0.0) -> Infusions:
        """What runs on from before, and a volume at the label rate from ``start_h`` on."""
        running = self.situation.running()
        duration_h = volume_ml / self.rate_ml_h
        return Infusions(
            start_h=np.array([*(dose.start_h for dose in running), self.situation.start_h]),
            igm_mg=np.array([*(d.volume_ml for d in running), volume_ml]) * product.IGM.value,
            duration_h=np.array([*(d.duration_h for d in running), duration_h]),
        )

    def at_sample_mg_dl(self, volume_ml: float, index: Rows | None = None) -> Array:
        """True titres at the next sample after a volume given now, of all particles or some."""
        duration_h = volume_ml / self.rate_ml_h
        added = self.effect.titre_mg_dl(self.rate_ml_h * product.IGM.value, duration_h, index)
        added += self.undosed_mg_dl if index is None else self.undosed_mg_dl[index]
        return added

    def chance(self, volume_ml: float = 0.0) -> float:
        """Chance of being at the target at the next planned sample."""
        return self.posterior.chance(self.at_sample_mg_dl(volume_ml), self.target_mg_dl)

    def peak_p95_mg_dl(self, volume_ml: float) -> float:
        """95 % point of the highest true titre until the next sample [mg/dL]."""
        seen, infusions = self.situation, self.infusions(volume_ml)
        v1_dl = self.posterior.ensemble.kinetics.v1_dl
        highest = np.maximum(self.state.plasma_mg / v1_dl, self.at_sample_mg_dl(volume_ml))
        ends_h = np.asarray(infusions.start_h) + np.asarray(infusions.duration_h)
        between = ends_h[(ends_h > seen.at_h) & (ends_h < seen.sample_h)]
        if len(between):
            highest = np.maximum(highest, self.titres_mg_dl(between, volume_ml).max(axis=0))
        return float(self.posterior.quantiles(highest[None], [_PEAK_SHARE])[0, 0])


def _times_to_decision_h(seen: Situation) -> Array:
    """By way of the draws: the days are alike, and what one needs serves the others."""
    return np.unique([*(titre.time_h for titre in seen.titres), seen.at_h])


def standard_rule(outlook: Outlook, assumptions: Assumptions) -> RuleDose:
    """The standard arm: its daily volume on three days, whatever vasopressors do."""
    seen, rule = outlook.situation, assumptions.rule
    days, given_ml, steps = constants.STANDARD_DAYS.value, 0.0, None
    if seen.at_h < STANDARD_HOURS and not seen.contraindicated():
        steps = standard_steps(seen.patient.weight_kg, rule.rounding)
        given_ml = seen.given_of_standard_dose_ml(rule)
    return _rule_dose(outlook, steps, given_ml, days, rule.rounding)


def deficit_rule(outlook: Outlook, assumptions: Assumptions) -> RuleDose:
    """Our mass balance on today's measured titre; without one there is no answer.

    Of a titre below the assay's limit there are two: at 0 and at the limit.
    """
    seen, rule = outlook.situation, assumptions.rule
    if seen.stop():
        days = constants.PERSONALISED_MAX_DAYS.value
        return _rule_dose(outlook, None, 0.0, days, rule.rounding)
    titre = seen.titre_today
    if titre is None:
        return RuleDose(None, 0.0, None, None)
    if titre.is_limit:
        none, limit = (_deficit_dose(outlook, mg_dl, rule) for mg_dl in (0.0, titre.reported_mg_dl))
        return RuleDose(None, none.given_ml, None, None, ends=(none, limit))
    return _deficit_dose(outlook, titre.reported_mg_dl, rule)


def _deficit_dose(outlook: Outlook, titre_mg_dl: float, rule: DoseRule) -> RuleDose:
    """What the mass balance gives for a titre, less what it cannot show yet."""
    seen, days = outlook.situation, constants.PERSONALISED_MAX_DAYS.value
    steps = personalised_steps(
        titre_mg_dl,
        weight_kg=seen.patient.weight_kg,
        plasma_volume_ml=seen.patient.plasma_volume_ml,
        rule=rule,
    )
    return _rule_dose(outlook, steps, seen.given_since_titre_ml(), days, rule.rounding)


def forecast_dose(outlook: Outlook, probability: float, rounding: Rounding = "ml") -> RuleDose:
    """The smallest volume with a large enough chance, in whole mL or vials: our proposal."""
    return _forecast(outlook, probability, rounding)[0]


def forecast_rule(outlook: Outlook, probability: float, rounding: Rounding = "ml") -> Forecast:
    """The forecast rule's dose, with what limits it and what stands beside it."""
    seen, (found, less) = outlook.situation, _forecast(outlook, probability, rounding)
    volume_ml, weight_kg = found.rule_ml or 0.0, seen.patient.weight_kg
    step_ml = rounding_step_ml(rounding)
    largest_ml, chance = _largest_ml(outlook, step_ml), found.chance or 0.0
    limited = volume_ml == largest_ml and chance < probability and not seen.stop()
    given_ml = sum(dose.volume_ml for dose in seen.doses)
    return Forecast(
        rule_ml=found.rule_ml,
        given_ml=found.given_ml,
        dose=found.dose,
        chance=found.chance,
        probability=probability,
        limited_by=LABEL_RATE_LIMIT if limited else None,
        largest_ml=largest_ml,
        chance_of_one_less=less,
        multiple_of_standard=volume_ml / float(standard_volume_ml(weight_kg, "none")),
        peak_p95_mg_dl=outlook.peak_p95_mg_dl(volume_ml),
        cumulative_ml_per_kg=(given_ml + volume_ml) / weight_kg,
        step_ml=step_ml,
    )


def _largest_ml(outlook: Outlook, step_ml: float) -> float:
    """What the label rate lets in, down to whole steps [mL]."""
    return float(outlook.largest_ml // step_ml * step_ml)


def _forecast(
    outlook: Outlook, probability: float, rounding: Rounding
) -> tuple[RuleDose, float | None]:
    """The dose, and the chance with one step less."""
    check_probability(probability)
    seen = outlook.situation
    if seen.stop():
        volume_ml, chance, less = 0.0, outlook.chance(), None
    else:
        volume_ml, chance, less = _smallest(outlook, probability, rounding_step_ml(rounding))
    dose = Dose(volume_ml, seen.patient.weight_kg, constants.PERSONALISED_MAX_DAYS.value)
    return RuleDose(volume_ml, 0.0, dose, chance), less


def _smallest(
    outlook: Outlook, probability: float, step_ml: float
) -> tuple[float, float, float | None]:
    """Volume in whole steps, its chance, and the chance of one step less."""
    reached, most = _Reached(outlook), _largest_ml(outlook, step_ml) / step_ml

    def chance_of(steps: Array) -> Array:
        return np.array([reached.chance(count * step_ml) for count in steps.tolist()])

    count = float(smallest_volume_ml(chance_of, probability, [most])[0])
    chance = reached.chance(count * step_ml)
    less = reached.chance((count - 1.0) * step_ml) if count >= 1 else None
    return count * step_ml, chance, less


class _Reached:
    """Which particles some volumes bring to the target.

    A larger volume never brings fewer: between two volumes that were tried,
    only particles that the larger one brings there and the smaller does not are
    asked.
    """

    def __init__(self, outlook: Outlook) -> None:
        self._outlook = outlook
        self._by_ml = {0.0: outlook.undosed_mg_dl >= outlook.target_mg_dl}

    def chance(self, volume_ml: float) -> float:
        if volume_ml not in self._by_ml:
            self._by_ml[volume_ml] = self._asked(volume_ml)
        return self._outlook.posterior.share(self._by_ml[volume_ml])

    def _asked(self, volume_ml: float) -> NDArray[np.bool]:
        less = self._by_ml[max(tried for tried in self._by_ml if tried < volume_ml)]
        more = min((tried for tried in self._by_ml if tried > volume_ml), default=None)
        open_ = ~less if more is None else self._by_ml[more] & ~less
        index, reached = np.flatnonzero(open_), less.copy()
        titres = self._outlook.at_sample_mg_dl(volume_ml, index)
        reached[index] = titres >= self._outlook.target_mg_dl
        return reached


def _rule_dose(
    outlook: Outlook,
    steps: StandardSteps | PersonalisedSteps | None,
    given_ml: float,
    days: int,
    rounding: Rounding,
) -> RuleDose:
    rule_ml = float(steps.volume_ml) if steps else 0.0
    left_ml = float(rounded_volume_ml(max(rule_ml - given_ml, 0.0), rounding))
    dose = Dose(left_ml, outlook.situation.patient.weight_kg, days)
    return RuleDose(rule_ml, given_ml, dose, outlook.chance(left_ml), steps=steps)

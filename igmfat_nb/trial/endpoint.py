"""28-day death, and what it leaves of the week: exposure, volume, vials, loads, cost."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from igmfat_nb.bedside.infusion import vial_counts
from igmfat_nb.protocol import constants, product, virtual_trial
from igmfat_nb.trial.design import ExposureEndpoint, FixedEndpoint
from igmfat_nb.trial.week import DAY_H, WEEK_H, Week
from igmfat_nb.units import MG_PER_G

Array = NDArray[np.float64]
_ENDPOINT_H = constants.PRIMARY_ENDPOINT_DAY.value * DAY_H
METRICS = (
    "fraction_of_time_at_target",
    "overshoot",
    "volume_ml",
    "vials_opened",
    "wasted_ml",
    "glucose_g",
    "sodium_mmol",
    "cost",
    "deaths",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """n patients of one arm after 28 days; arrays of shape (n,).

    ``death_h`` is infinite for survivors. ``metrics`` holds the ``METRICS`` by
    name; exposure counts 0 to 168 h while alive. ``overshoot`` is the mean
    excess over the target [mg/dL], ``cost`` is in EUR for opened vials. Of an
    infusion that runs at death only what ran until then is given; the vials of
    the whole dose stay opened, and what is left in them is wasted.
    """

    death_h: Array
    days_at_target_as_if_alive: Array
    hours_at_target: Array  # while alive, of the first 168 h
    given_ml: Array  # by day, shape (DAYS, n)
    metrics: dict[str, Array]


def outcome(
    week: Week,
    arm: str,
    endpoint: ExposureEndpoint | FixedEndpoint,
    chance: Array,
    *,
    target_mg_dl: float,
    price_eur_per_ml: float,
) -> Outcome:
    """Draw deaths from uniform ``chance``, shape (2, n), and count what was given and reached."""
    days_as_if_alive = _hours_above(week.igm_mg_dl, target_mg_dl) / DAY_H
    dies = chance[0] < mortality(endpoint, arm, days_as_if_alive)
    death_h = np.where(dies, _death_time_h(chance[1]), np.inf)
    at_target_h, over_mg_h_dl = _while_alive(week.igm_mg_dl, target_mg_dl, death_h)
    alive_h = np.minimum(death_h, WEEK_H)
    hung_ml = np.where(week.start_h < death_h, week.volume_ml, 0.0)
    ran_h = np.maximum(death_h - week.start_h, 0.0)
    given_ml = np.minimum(hung_ml, ran_h * week.rate_ml_h)
    metrics = {
        "fraction_of_time_at_target": at_target_h / alive_h,
        "overshoot": over_mg_h_dl / alive_h,
        **_product(hung_ml, given_ml, price_eur_per_ml),
        "deaths": dies.astype(np.float64),
    }
    return Outcome(death_h, days_as_if_alive, at_target_h, given_ml, metrics)


def mortality(
    endpoint: ExposureEndpoint | FixedEndpoint, arm: str, days_at_target: Array
) -> Array | float:
    """Chance of death by day 28 in an arm, by days at target as if alive, of their shape.

    logit p = logit p₀ + β × days (``ExposureEndpoint``; β is 0 unless a design states one), or
    the share that the design states for the arm.

    Examples
    --------
    Even odds, and ln 3 more a day: 3 to 1 after a day.

    >>> ln_3 = float(np.log(3.0))
    >>> steep = ExposureEndpoint(baseline_mortality=0.5, log_odds_per_day_at_target=ln_3)
    >>> mortality(steep, "deficit", np.array([0.0, 1.0])).round(9).tolist()
    [0.5, 0.75]
    """
    if isinstance(endpoint, FixedEndpoint):
        return endpoint.mortality[arm]
    effect = endpoint.log_odds_per_day_at_target
    chance: Array = expit(logit(endpoint.baseline_mortality) + effect * days_at_target)
    return chance


def _death_time_h(chance: Array) -> Array:
    """Time of death of those who die: an exponential (``DEATH_MEDIAN``) cut off at 28 days.

    The median before the cut; after it, half are dead by 6.39 days. Assumed.
    """
    mean_h = virtual_trial.DEATH_MEDIAN.value * DAY_H / np.log(2)
    within = -np.expm1(-_ENDPOINT_H / mean_h)
    hours: Array = -mean_h * np.log1p(-chance * within)
    return hours


def _product(hung_ml: Array, given_ml: Array, price_eur_per_ml: float) -> dict[str, Array]:
    """Vials are opened for what is hung up; loads are those of what was given."""
    volume_ml = given_ml.sum(axis=0)
    vials = vial_counts(hung_ml)
    opened_ml = sum(size * count for size, count in vials.items())
    opened = np.asarray(opened_ml).sum(axis=0).astype(np.float64)
    return {
        "volume_ml": volume_ml,
        "vials_opened": np.asarray(sum(vials.values())).sum(axis=0).astype(np.float64),
        "wasted_ml": np.maximum(opened - volume_ml, 0.0),
        "glucose_g": volume_ml * product.GLUCOSE.value / MG_PER_G,
        "sodium_mmol": volume_ml * product.SODIUM.value,
        "cost": opened * price_eur_per_ml,
    }


def _hours_above(igm_mg_dl: Array, target_mg_dl: float) -> Array:
    """Hours at or above the target, linear between the hourly points, shape (n,)."""
    total = np.zeros(igm_mg_dl.shape[1])
    for begin, end in pairwise(igm_mg_dl):
        total += _share_above(begin - target_mg_dl, end - target_mg_dl)
    return total


def _while_alive(igm_mg_dl: Array, target_mg_dl: float, death_h: Array) -> tuple[Array, Array]:
    """Hours at or above the target and the sum of hourly excesses [mg h/dL] until death.

    Hour by hour: little memory, and an order of addition that does not depend
    on how many patients run together, as NumPy's own sums do.
    """
    reached, over = np.zeros(len(death_h)), np.zeros(len(death_h))
    for hour, (begin, end) in enumerate(pairwise(igm_mg_dl)):
        lived = np.clip(death_h - hour, 0.0, 1.0)
        above = begin - target_mg_dl
        reached += _share_above(above, end - target_mg_dl) * lived
        over += np.maximum(above, 0.0) * lived
    return reached, over


def _share_above(begin: Array, end: Array) -> Array:
    """Share of an hour at or above zero, linear from ``begin`` to ``end``."""
    share = (begin >= 0).astype(np.float64)
    turns = np.flatnonzero((begin >= 0) != (end >= 0))  # few hours cross the target
    first, last = begin[turns], end[turns]
    share[turns] = np.maximum(first, last) / np.abs(last - first)
    return share

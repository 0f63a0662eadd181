"""Who comes, who is excluded and why, and who enters, until the trial is full."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from igmfat_nb.bedside.plasma_volume import plasma_volume_ml
from igmfat_nb.courses.population import log_sd
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.kinetics import concat, take
from igmfat_nb.language import _, mark
from igmfat_nb.protocol import virtual_trial
from igmfat_nb.protocol.constants import ENROLMENT_TITRE, MAXIMUM_BMI
from igmfat_nb.trial.design import Truth
from igmfat_nb.units import CM_PER_M

Array = NDArray[np.float64]
REASONS = ("igm_not_low", "bmi", *virtual_trial.EXCLUSION_CHANCES.value)
_DRAWS = 8  # uniform numbers a screened patient takes
_MOST_PIECES = 500
_FEW = mark(
    "Fewer than 1 in {most} screened patients could be enrolled: the titres in this"
    " design are too high."
)


@dataclass(frozen=True, slots=True)
class Patients:
    """Enrolled patients in the order of enrolment, each field of shape (n,)."""

    male: NDArray[np.bool]
    age_years: Array
    height_cm: Array
    weight_kg: Array
    haematocrit: Array
    plasma_volume_ml: Array
    true_igm_mg_dl: Array
    measured_igm_mg_dl: Array
    vasopressor_h: Array


@dataclass(frozen=True, slots=True)
class Screening:
    """How many were screened, and excluded by the first reason that held."""

    screened: int
    excluded: dict[str, int]
    truly_above: int  # enrolled by the measured titre, though the true one is not below the limit


def screen(rng: np.random.Generator, wanted: int, truth: Truth) -> tuple[Patients, Screening]:
    """Screen one patient after the other until ``wanted`` are enrolled.

    Enrolment goes by the measured titre. A generator's stream gives the same
    patients whatever the size of the pieces it is drawn in.

    Raises
    ------
    ImplausibleInput
        When next to none of those screened may enter.
    """
    enrolled: list[Patients] = []
    reasons: list[NDArray[np.int64]] = []
    still = wanted
    while still > 0:
        if len(reasons) == _MOST_PIECES:
            raise ImplausibleInput(_(_FEW).format(most=_MOST_PIECES))
        part, reason = _screen_some(rng, max(wanted, 64), truth)
        some = np.flatnonzero(reason < 0)[:still]
        enrolled.append(take(part, some))
        still -= len(some)
        reasons.append(reason if still > 0 else reason[: some[-1] + 1])
    patients, reason = concat(enrolled), np.concatenate(reasons)
    counts = np.bincount(reason[reason >= 0], minlength=len(REASONS))
    excluded = {name: int(count) for name, count in zip(REASONS, counts, strict=True)}
    above = int((patients.true_igm_mg_dl >= ENROLMENT_TITRE.value).sum())
    return patients, Screening(len(reason), excluded, above)


def _screen_some(
    rng: np.random.Generator, n: int, truth: Truth
) -> tuple[Patients, NDArray[np.int64]]:
    """Draw n arrivals; the index of each one's first reason for exclusion, or −1."""
    uniform = rng.random((n, _DRAWS + len(virtual_trial.EXCLUSION_CHANCES.value)))
    male = uniform[:, 0] < virtual_trial.MALE_SHARE.value
    height_cm = np.where(
        male,
        _normal_between(
            uniform[:, 2], virtual_trial.HEIGHT_MALE.value, virtual_trial.HEIGHT_LIMITS.value
        ),
        _normal_between(
            uniform[:, 2], virtual_trial.HEIGHT_FEMALE.value, virtual_trial.HEIGHT_LIMITS.value
        ),
    )
    median_bmi, bmi_log_sd = truth.explored.bmi_median, virtual_trial.BMI.value[1]
    low, high = virtual_trial.BMI_LIMITS.value
    log_limits = float(np.log(low)), float(np.log(high))
    body = np.exp(
        _normal_between(uniform[:, 3], (float(np.log(median_bmi)), bmi_log_sd), log_limits)
    )
    weight_kg = body * (height_cm / CM_PER_M) ** 2
    mean, sd = virtual_trial.HAEMATOCRIT.value
    around = mean * truth.explored.haematocrit_factor, sd
    haematocrit = _normal_between(uniform[:, 4], around, virtual_trial.HAEMATOCRIT_LIMITS.value)
    true = truth.titre_median_mg_dl * np.exp(truth.titre_log_sd * ndtri(uniform[:, 5]))
    measured = np.maximum(_whole(true * np.exp(log_sd(truth.assay_cv) * ndtri(uniform[:, 6]))), 1.0)
    patients = Patients(
        male=male,
        age_years=_normal_between(
            uniform[:, 1], virtual_trial.AGE.value, virtual_trial.AGE_LIMITS.value
        ),
        height_cm=height_cm,
        weight_kg=weight_kg,
        haematocrit=haematocrit,
        plasma_volume_ml=plasma_volume_ml(male, height_cm, weight_kg, haematocrit),
        true_igm_mg_dl=true,
        measured_igm_mg_dl=measured,
        vasopressor_h=truth.vasopressor_median_h
        * np.exp(truth.vasopressor_log_sd * ndtri(uniform[:, 7])),
    )
    holds = [measured >= ENROLMENT_TITRE.value, body > MAXIMUM_BMI.value]
    chances = virtual_trial.EXCLUSION_CHANCES.value.values()
    holds += [uniform[:, _DRAWS + i] < chance for i, chance in enumerate(chances)]
    table: NDArray[np.bool] = np.stack(holds)
    return patients, np.where(table.any(axis=0), table.argmax(axis=0), -1)


def _whole(titre_mg_dl: Array) -> Array:
    return np.floor(titre_mg_dl + 0.5)


def _normal_between(
    uniform: Array, normal: tuple[float, float], limits: tuple[float, float]
) -> Array:
    """Truncated normal by its inverse."""
    (mean, sd), (low, high) = normal, limits
    below, above = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    drawn: Array = mean + sd * ndtri(below + uniform * (above - below))
    return drawn

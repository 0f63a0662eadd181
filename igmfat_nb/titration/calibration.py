"""Is the posterior honest? Simulated patients, and where the truth falls in their posterior.

Simulation-based calibration: draw a patient from the whole model, simulate the
titres that a laboratory would report and the doses that follow from them,
learn, and ask which rank the truth takes among draws from the posterior. Over
many patients ranks are uniform, and 90 % intervals hold 90 % of what is
measured next.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import personalised_volume_ml
from igmfat_nb.bedside.infusion import label_rate_ml_h
from igmfat_nb.courses.population import log_sd
from igmfat_nb.kinetics import Infusions
from igmfat_nb.language import mark
from igmfat_nb.protocol import constants, populations, product, titration
from igmfat_nb.titration.likelihood import Evidence
from igmfat_nb.titration.posterior import learn
from igmfat_nb.titration.prior import UNKNOWNS, Ensemble, Prior
from igmfat_nb.titration.weighted import reported_quantiles

Array = NDArray[np.float64]
DRAWS = 99  # from each posterior: ranks 0 … 99
RANKED = (mark("central volume"), mark("clearance"), mark("titre at the next sample"))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Over p simulated patients.

    Attributes
    ----------
    ranks : ndarray, shape (p, 3)
        Of the true values named in ``RANKED``, 0 … ``DRAWS``.
    covered : ndarray of bool, shape (p,)
        Whether the 90 % interval held the next measured titre.
    resampled : ndarray of bool, shape (p,)
        Whether particles had to be resampled and moved.
    """

    ranks: NDArray[np.int64]
    covered: NDArray[np.bool]
    resampled: NDArray[np.bool]


def calibrate(
    patients: Sequence[int],
    *,
    seed: int,
    residual_error: bool = True,
    n_particles: int = titration.TWINS.value,
    floor: float = titration.EFFECTIVE_SAMPLE_FLOOR.value,
) -> Calibration:
    """Simulate patients by number and learn from each; numbers may be shared out in any way.

    ``residual_error`` false leaves the residual error out of the simulated titres, while the
    model still allows for it.
    """
    rows = [_patient([seed, number], residual_error, n_particles, floor) for number in patients]
    ranks, covered, resampled = zip(*rows, strict=True)
    return Calibration(np.array(ranks), np.array(covered), np.array(resampled))


def rank_counts(ranks: NDArray[np.int64], bins: int = 20) -> NDArray[np.int64]:
    """Histogram of ranks in equal bins; ``bins`` divides ``DRAWS`` + 1.

    Parameters
    ----------
    ranks : ndarray of int, shape (p,)
        0 … ``DRAWS``.

    Returns
    -------
    ndarray of int, shape (bins,)

    Examples
    --------
    >>> rank_counts(np.array([0, 49, 99]), bins=2).tolist()
    [2, 1]
    """
    return np.bincount(ranks * bins // (DRAWS + 1), minlength=bins)


def _patient(
    seed: list[int], residual_error: bool, n_particles: int, floor: float
) -> tuple[list[int], bool, bool]:
    rng = np.random.default_rng(seed)
    assay, strays = log_sd(populations.ASSAY_CV.value), log_sd(titration.MISFIT_CV.value)
    believed = math.hypot(assay, strays)
    noise = math.hypot(assay, strays if residual_error else 0.0)
    prior, truth = simulated_patient(rng, believed, noise)
    days = int(rng.integers(1, constants.PERSONALISED_MAX_DAYS.value))
    evidence = simulated_week(rng, prior, truth, days, believed, noise)
    next_h = np.array([(days + 1) * constants.SAMPLING_INTERVAL.value])
    learning = learn(prior, evidence, rng=rng, n_particles=n_particles, floor=floor)
    posterior = learning.final
    predicted = posterior.ensemble.titres_mg_dl(next_h, evidence.infusions)[0]
    true_mg_dl = float(truth.titres_mg_dl(next_h, evidence.infusions)[0, 0])
    chosen = rng.choice(n_particles, size=DRAWS, p=posterior.weight)
    kinetics = posterior.ensemble.kinetics
    drawn = (kinetics.v1_dl, np.multiply(kinetics.k10_per_h, kinetics.v1_dl), predicted)
    own = truth.kinetics
    actual = (own.v1_dl, np.multiply(own.k10_per_h, own.v1_dl), true_mg_dl)
    ranks = [
        int(np.sum(np.asarray(values)[chosen] < float(np.asarray(value).item())))
        for values, value in zip(drawn, actual, strict=True)
    ]
    reported = true_mg_dl * math.exp(noise * rng.standard_normal())
    low, high = reported_quantiles(predicted, posterior.weight, believed, (0.05, 0.95))
    return ranks, bool(low <= reported <= high), posterior.path == "rejuvenated"


def simulated_patient(
    rng: np.random.Generator, believed: float, noise: float
) -> tuple[Prior, Ensemble]:
    """A patient: what is known of the body and the first titre, and what is true."""
    weight_kg = rng.uniform(*titration.SIMULATED_WEIGHTS.value)
    first_mg_dl = populations.TITRE_MEDIAN_AT_SHOCK.value * math.exp(
        populations.TITRE_LOG_SD_AT_SHOCK.value * rng.standard_normal()
    )
    prior = Prior(
        plasma_volume_ml=weight_kg * rng.uniform(*titration.SIMULATED_PLASMA_VOLUMES.value),
        weight_kg=weight_kg,
        first_titre_mg_dl=first_mg_dl * math.exp(noise * rng.standard_normal()),
        first_log_sd=believed,
    )
    particles = rng.standard_normal((1, len(UNKNOWNS)))
    centre, spread = prior.first_titre_log()
    particles[0, -1] = (math.log(first_mg_dl) - centre) / spread
    return prior, prior.ensemble(particles)


def simulated_week(
    rng: np.random.Generator,
    prior: Prior,
    truth: Ensemble,
    days: int,
    believed: float,
    noise: float,
) -> Evidence:
    """Measure and dose day by day by the personalised rule, our assumption."""
    interval_h, rate_ml_h = constants.SAMPLING_INTERVAL.value, label_rate_ml_h(prior.weight_kg)
    titres, volumes = [prior.first_titre_mg_dl], list[float]()
    for day in range(days + 1):
        volume_ml = personalised_volume_ml(
            titres[-1],
            weight_kg=prior.weight_kg,
            plasma_volume_ml=prior.plasma_volume_ml,
            rule=DoseRule(),
        )
        volumes.append(float(volume_ml))
        infusions = Infusions(
            start_h=np.arange(day + 1) * interval_h + constants.DOSE_DELAY.value,
            igm_mg=np.array(volumes) * product.IGM.value,
            duration_h=np.array(volumes) / rate_ml_h,
        )
        if day < days:
            true_mg_dl = truth.titres_mg_dl([(day + 1) * interval_h], infusions)[0, 0]
            titres.append(float(true_mg_dl) * math.exp(noise * rng.standard_normal()))
    return Evidence(
        time_h=np.arange(1, days + 1, dtype=np.float64) * float(interval_h),
        igm_mg_dl=np.array(titres[1:]),
        error_log_sd=np.full(days, believed),
        infusions=infusions,
    )

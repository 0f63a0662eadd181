"""The chance of being at the target a day after the first titre, for many sets of assumptions."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from igmfat_nb.bedside.infusion import label_rate_ml_h
from igmfat_nb.bedside.patient import Patient
from igmfat_nb.courses.population import virtual_patients_of
from igmfat_nb.kinetics import (
    Infusions,
    Kinetics,
    Synthesis,
    holding_synthesis_mg_per_h,
    steady_state,
    titre_at,
)
from igmfat_nb.protocol import constants, populations
from igmfat_nb.sensitivity.values import Values

Array = NDArray[np.float64]
VIRTUAL_PATIENTS = 128
_SEED = 20  # of the one set of virtual patients that every column shares
_AT_ONCE = 512  # columns, times the virtual patients


def chance_at_next_titre(
    patient: Patient, values: Values, kinetics: Kinetics, volume_ml: Array, target_mg_dl: float
) -> Array:
    """Share of virtual patients whose true titre is at the target at the next sample.

    They vary around each column's kinetics as in every answer (volume and clearance by the
    column's own spread, recovery and exchange by the usual one); their true first titre is the
    measured one times an assay error. All columns share one set of virtual patients, so that
    two columns differ in what is assumed and not in luck.

    Parameters
    ----------
    patient : Patient
    values : mapping
        Explored numbers, each of shape (n,).
    kinetics : Kinetics
        Of each column, shape (n,).
    volume_ml : ndarray, shape (n,)
        The first dose.
    target_mg_dl : float

    Returns
    -------
    ndarray, shape (n,)
    """
    uniform = np.random.default_rng(_SEED).random((VIRTUAL_PATIENTS, 5))
    parts = [
        _chances(patient, values, kinetics, volume_ml, target_mg_dl, uniform, start)
        for start in range(0, len(volume_ml), _AT_ONCE)
    ]
    return np.concatenate(parts)


def _chances(
    patient: Patient,
    values: Values,
    kinetics: Kinetics,
    volume_ml: Array,
    target_mg_dl: float,
    uniform: Array,
    start: int,
) -> Array:
    some = slice(start, start + _AT_ONCE)
    part = {name: column[some, None] for name, column in values.items()}
    usual = virtual_patients_of(uniform[:, :4])
    normal = ndtri(uniform)
    volume = np.exp(_log_sd(part["volume_cv"]) * normal[:, 0])
    clearance = np.exp(_log_sd(part["clearance_cv"]) * normal[:, 1])
    slower = usual.exchange_half_time_days / populations.EXCHANGE_HALF_TIME.value
    shape = volume.shape
    v1_dl, k10, k12, k21, recovery = (
        np.broadcast_to(np.asarray(one)[some, None], shape)
        for one in (
            np.broadcast_to(one, volume_ml.shape)
            for one in (
                kinetics.v1_dl,
                kinetics.k10_per_h,
                kinetics.k12_per_h,
                kinetics.k21_per_h,
                kinetics.recovery,
            )
        )
    )
    varied = Kinetics(
        v1_dl=np.ravel(v1_dl * volume),
        k10_per_h=np.ravel(k10 * clearance),
        k12_per_h=np.ravel(k12 / slower),
        k21_per_h=np.ravel(k21 / slower),
        recovery=np.ravel(recovery * usual.recovery / constants.RECOVERY.value),
    )
    true = np.ravel(patient.igm_mg_dl * np.exp(_log_sd(part["assay_cv"]) * normal[:, 4]))
    makes = np.ravel(np.broadcast_to(part["makes"], shape))
    synthesis = Synthesis.constant(makes * holding_synthesis_mg_per_h(true, varied))
    given_ml = np.ravel(np.broadcast_to(volume_ml[some, None], shape))
    infusion = Infusions(
        np.ravel(np.broadcast_to(part["delay"], shape))[None],
        (given_ml * np.ravel(np.broadcast_to(part["igm_content"], shape)))[None],
        (given_ml / label_rate_ml_h(patient.weight_kg))[None],
    )
    next_h = constants.SAMPLING_INTERVAL.value
    titre = titre_at([next_h], steady_state(true, varied), varied, synthesis, infusion)[0]
    return np.asarray((titre.reshape(shape) >= target_mg_dl).mean(axis=1))


def _log_sd(cv: Array) -> Array:
    return np.asarray(np.sqrt(np.log1p(cv**2)))

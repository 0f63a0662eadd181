"""Folders of simulated patients in which a stated thing is wrong, or nothing is.

Whole weeks from the model itself: body, true kinetics by the scenario, a titre every morning
with assay and residual error, doses by the standard arm or by our mass balance on what was
measured. A fault changes what is true, or what was written down.
"""

import json
import math
from collections.abc import Iterator
from typing import Any, Literal, get_args

import numpy as np

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import personalised_volume_ml, standard_volume_ml
from igmfat_nb.bedside.infusion import label_rate_ml_h
from igmfat_nb.bedside.patient import Patient
from igmfat_nb.courses.clearance import EVEN_WEIGHTS, Weights
from igmfat_nb.courses.population import SCENARIOS, Scenario, log_sd
from igmfat_nb.kinetics import Infusions
from igmfat_nb.protocol import constants, populations, product, titration
from igmfat_nb.titration.prior import UNKNOWNS, Ensemble, Prior
from igmfat_nb.units import HOURS_PER_DAY

Fault = Literal[
    "none", "fast truth", "residual doubled", "g/L", "doses missing", "assay drift", "bias"
]
FAULTS: tuple[Fault, ...] = get_args(Fault)
CENTRES = 4
TITRES = 7
DRIFT_PER_DAY = 0.04
BIAS = 0.15
_SPOILT_CENTRE = 2
_SPOILT_PATIENT = 3
_AGES, _HEIGHTS, _HAEMATOCRITS = (30, 85), (155, 190), (0.22, 0.38)
_LOW_MG_DL = 35.0
_LEAST_MG_DL = 10.0  # a first titre below it would ask for a dose that runs into the next


def simulated_folder(
    patients: int,
    seed: int,
    *,
    fault: Fault = "none",
    truth: Scenario = "intermediate",
    weights: Weights = EVEN_WEIGHTS,
) -> Iterator[tuple[str, str]]:
    """Yield name and text of each case: patient ``i`` of a seed has one body and one truth.

    Parameters
    ----------
    patients, seed : int
    fault : str
        One of ``FAULTS``.
    truth : str
        The scenario that is true of all; ``averaged`` draws one for each by ``weights``, with
        the first draw of the patient's generator, ``[seed, number]``.
    """
    for number in range(patients):
        rng = np.random.default_rng([seed, number])
        case = _case(rng, number, fault, truth, weights)
        yield f"{case['subject']}.json", json.dumps(case)


def _drawn_scenario(rng: np.random.Generator, weights: Weights) -> Scenario:
    return SCENARIOS[int(np.searchsorted(np.cumsum(weights)[:-1], rng.random(), side="right"))]


def _case(
    rng: np.random.Generator, number: int, fault: Fault, truth: Scenario, weights: Weights
) -> dict[str, Any]:
    drawn = _drawn_scenario(rng, weights)
    scenario = "fast" if fault == "fast truth" else drawn if truth == "averaged" else truth
    spoilt = fault == "doses missing" and number == _SPOILT_PATIENT
    personalised = bool(rng.random() < 0.5) and not spoilt  # a standard arm has doses to miss
    body = {
        "sex": ("female", "male")[int(rng.integers(2))],
        "age_years": int(rng.integers(*_AGES)),
        "height_cm": int(rng.integers(*_HEIGHTS)),
        "weight_kg": int(rng.uniform(*titration.SIMULATED_WEIGHTS.value)),
        "haematocrit": round(rng.uniform(*_HAEMATOCRITS), 2),
    }
    first_mg_dl = max(
        populations.TITRE_MEDIAN_AT_SHOCK.value
        * math.exp(populations.TITRE_LOG_SD_AT_SHOCK.value * rng.standard_normal()),
        _LEAST_MG_DL,
    )
    first_mg_dl = (
        _LOW_MG_DL if spoilt else first_mg_dl
    )  # doses that are missed at a high titre hide
    truth_of = _truth(rng, body, first_mg_dl, scenario)
    titres, doses = _week(rng, truth_of, body, first_mg_dl, fault, personalised=personalised)
    if spoilt:
        doses = []
    if fault == "g/L" and number % CENTRES == _SPOILT_CENTRE:
        titres = [titre | {"igm_mg_dl": round(titre["igm_mg_dl"] / 100, 3)} for titre in titres]
    return {
        "schema": "igmfat-case/1",
        "subject": f"C{number % CENTRES + 1}-{number + 1:03d}",
        **body,
        "arm": "personalised" if personalised else "standard",
        "titres": titres,
        "doses": doses,
        "vasopressor_stopped_h": None,
    }


def _truth(
    rng: np.random.Generator, body: dict[str, Any], first_mg_dl: float, scenario: Scenario
) -> Ensemble:
    """The patient's own kinetics, with this true first titre."""
    patient = Patient.model_validate(body | {"igm_mg_dl": 60.0}, strict=False)
    prior = Prior(
        plasma_volume_ml=patient.plasma_volume_ml,
        weight_kg=patient.weight_kg,
        first_titre_mg_dl=first_mg_dl,
        first_log_sd=1e-9,  # so that the last coordinate says nothing more
        scenario=scenario,
    )
    return prior.ensemble(rng.standard_normal((1, len(UNKNOWNS))))


def _week(
    rng: np.random.Generator,
    truth: Ensemble,
    body: dict[str, Any],
    first_mg_dl: float,
    fault: Fault,
    *,
    personalised: bool,
) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    misfit = titration.MISFIT_CV.value * (2.0 if fault == "residual doubled" else 1.0)
    noise = math.hypot(log_sd(populations.ASSAY_CV.value), log_sd(misfit))
    patient = Patient.model_validate(body | {"igm_mg_dl": 60.0}, strict=False)
    rate_ml_h = float(label_rate_ml_h(patient.weight_kg))
    titres: list[dict[str, float]] = []
    doses: list[dict[str, float]] = []
    for day in range(TITRES):
        hour = day * HOURS_PER_DAY
        true_mg_dl = first_mg_dl
        if day:
            true_mg_dl = float(truth.titres_mg_dl([hour], _infusions(doses))[0, 0])
        measured = true_mg_dl * math.exp(noise * rng.standard_normal())
        measured *= (1.0 + DRIFT_PER_DAY) ** day if fault == "assay drift" else 1.0
        measured *= 1.0 + BIAS if fault == "bias" else 1.0
        titres.append({"time_h": hour, "igm_mg_dl": round(measured, 1)})
        volume_ml = _volume_ml(patient, measured, day, personalised=personalised)
        if volume_ml >= titration.DOSE_VOLUME_RANGE.value[0]:
            hours = max(round(volume_ml / rate_ml_h, 1), 0.1)
            start_h = hour + constants.DOSE_DELAY.value
            doses.append({"start_h": start_h, "volume_ml": volume_ml, "duration_h": hours})
    return titres, doses


def _volume_ml(patient: Patient, measured: float, day: int, *, personalised: bool) -> float:
    if personalised:
        volume = personalised_volume_ml(
            measured,
            weight_kg=patient.weight_kg,
            plasma_volume_ml=patient.plasma_volume_ml,
            rule=DoseRule(),
        )
        return float(volume)
    standard = day < constants.STANDARD_DAYS.value
    return float(standard_volume_ml(patient.weight_kg, "ml")) if standard else 0.0


def _infusions(doses: list[dict[str, float]]) -> Infusions:
    if not doses:
        return Infusions.none()
    volume_ml = np.array([dose["volume_ml"] for dose in doses])
    return Infusions(
        start_h=np.array([dose["start_h"] for dose in doses]),
        igm_mg=volume_ml * product.IGM.value,
        duration_h=np.array([dose["duration_h"] for dose in doses]),
    )

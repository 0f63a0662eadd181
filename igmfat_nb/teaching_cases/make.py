"""More cases from a seed: screened, randomised and dosed as virtual patients are."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from igmfat_nb.bedside.dosing import ARMS
from igmfat_nb.bedside.eligibility import MEASURED
from igmfat_nb.bedside.infusion import label_rate_ml_h
from igmfat_nb.bedside.patient import Patient
from igmfat_nb.case import Case, new_case
from igmfat_nb.courses.assay import assay_factors
from igmfat_nb.courses.clearance import virtual_patient_kinetics
from igmfat_nb.courses.hours import time_points_h
from igmfat_nb.courses.population import (
    draw_virtual_patients,
    synthesis_of,
)
from igmfat_nb.courses.simulated import Assumptions, Course, run_courses
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.language import _
from igmfat_nb.protocol import constants, titration
from igmfat_nb.protocol.criteria import CONTRAINDICATIONS, CRITERIA
from igmfat_nb.trial.design import Truth
from igmfat_nb.trial.screening import Patients, screen
from igmfat_nb.units import HOURS_PER_DAY

MOST_CASES = 10_000
ASSUMPTIONS = Assumptions("intermediate")  # what is true of them
NOTE = "Synthetic: case {number} of seed {seed}. No person behind it."


def made_cases(n: int, seed: int) -> Iterator[Case]:
    """Yield ``n`` eligible synthetic patients with their course in one arm.

    Parameters
    ----------
    n, seed : int
        Case ``i`` of a seed is the same however many are asked for.

    Raises
    ------
    ImplausibleInput
        If there is nothing to make, or too much.
    """
    if not 1 <= n <= MOST_CASES:
        message = _("{n} cases were requested; expected 1 to {most}.")
        raise ImplausibleInput(message.format(n=n, most=MOST_CASES))
    if seed < 0:
        raise ImplausibleInput(_("The seed is {seed}; expected 0 or more.").format(seed=seed))
    return (_made(seed, number) for number in range(1, n + 1))


def eligible_answers() -> dict[str, str]:
    """Answers of a patient whom nothing bars: what is measured is left to the measurement."""
    asked = {one.code: "yes" for one in CRITERIA if one.code not in MEASURED}
    return asked | {one.code: "no" for one in CONTRAINDICATIONS}


def _made(seed: int, number: int) -> Case:
    """Draw until a course can be noted: rarely a dose runs into the next one."""
    rng = np.random.default_rng([seed, number])
    while True:
        people, _screening = screen(rng, 1, Truth())
        body, arm = _body(people), ARMS[int(rng.integers(len(ARMS)))]
        stopped_h = round(float(people.vasopressor_h[0]))
        course = _course(rng, people, body, arm, _dosing_days(stopped_h))
        doses = _doses(course, body["weight_kg"])
        if all(dose["duration_h"] <= constants.SAMPLING_INTERVAL.value for dose in doses):
            break
    longest_h = titration.COURSE_TIME_RANGE.value[1]
    return new_case(
        subject=f"made-{seed}-{number}",
        **body,
        criteria=eligible_answers(),
        arm=arm,
        titres=_titres(course),
        doses=doses,
        vasopressor_stopped_h=stopped_h if 0 < stopped_h <= longest_h else None,
        notes=NOTE.format(number=number, seed=seed),
    )


def _dosing_days(stopped_h: int) -> int:
    """Mornings on which vasopressors still run; the first always counts."""
    return max(1, math.ceil(stopped_h / HOURS_PER_DAY))


def _body(people: Patients) -> dict[str, Any]:
    """The patient as a chart has it: rounded first, and everything worked out from that."""
    return {
        "sex": "male" if people.male[0] else "female",
        "age_years": round(float(people.age_years[0])),
        "height_cm": round(float(people.height_cm[0])),
        "weight_kg": round(float(people.weight_kg[0])),
        "haematocrit": round(float(people.haematocrit[0]), 2),
    }


def _course(
    rng: np.random.Generator, people: Patients, body: dict[str, Any], arm: Any, days: int
) -> Course:
    """One virtual patient like the patient, dosed on its own measured titres."""
    first_mg_dl = float(people.measured_igm_mg_dl[0])
    values = {
        key: value if key == "sex" else float(value)
        for key, value in (body | {"igm_mg_dl": first_mg_dl}).items()
    }
    patient = Patient.model_validate(values)
    kinetics = virtual_patient_kinetics(
        draw_virtual_patients(rng, 1), patient.plasma_volume_ml, ASSUMPTIONS.scenario
    )
    mode, weight_kg = ASSUMPTIONS.synthesis, patient.weight_kg
    return run_courses(
        (arm,),
        first_titre_mg_dl=first_mg_dl,
        weight_kg=weight_kg,
        plasma_volume_ml=patient.plasma_volume_ml,
        kinetics=kinetics,
        synthesis=synthesis_of(mode, first_mg_dl, kinetics, weight_kg),
        rule=ASSUMPTIONS.rule,
        time_h=time_points_h(0.0, 1.0),
        dosing_days=days,
        assay_factor=assay_factors(rng, constants.PERSONALISED_MAX_DAYS.value - 1, 1),
    )[arm]


def _titres(course: Course) -> list[dict[str, float]]:
    pairs = zip(course.sample_h.tolist(), course.titre_mg_dl[:, 0].tolist(), strict=True)
    return [{"time_h": time_h, "igm_mg_dl": max(titre, 1.0)} for time_h, titre in pairs]


def _doses(course: Course, weight_kg: float) -> list[dict[str, float]]:
    """Doses noted as a ward does: durations in tenths of an hour."""
    rate_ml_h = float(label_rate_ml_h(weight_kg))
    starts_h = course.sample_h + constants.DOSE_DELAY.value
    given = zip(starts_h.tolist(), course.volume_ml[:, 0].tolist(), strict=True)
    return [
        {"start_h": start, "volume_ml": ml, "duration_h": max(round(ml / rate_ml_h, 1), 0.1)}
        for start, ml in given
        if ml >= titration.DOSE_VOLUME_RANGE.value[0]
    ]

"""The curve of both arms of one patient: courses, bands, and the plan day by day."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.bedside.dosing import ARMS, Arm
from igmfat_nb.bedside.infusion import Dose
from igmfat_nb.bedside.patient import Patient
from igmfat_nb.courses.assay import reported_titre_mg_dl
from igmfat_nb.courses.hours import time_points_h
from igmfat_nb.courses.simulated import (
    COURSE_HOURS,
    Assumptions,
    Course,
    courses_with_virtual_patients,
    patient_kinetics,
)
from igmfat_nb.kinetics import holding_synthesis_mg_per_h
from igmfat_nb.protocol import constants, product
from igmfat_nb.units import HOURS_PER_DAY

STEP_H = 1.0
BAND_STEP_H = 2.0  # the band is smooth; half the points reach the page in half the time


@dataclass(frozen=True, slots=True)
class ArmCourse:
    """One arm: the patient as entered, and the spread of patients like this one.

    ``quantiles`` are p5, p25, p50, p75, p95 [mg/dL], each of the shape of
    ``Comparison.band_time_h``.
    """

    course: Course
    quantiles: dict[str, NDArray[np.float64]]

    def interval_mg_dl(self, hour: float) -> tuple[float, float]:
        """Where 90 % of patients like this one are at an hour of the band's grid [mg/dL]."""
        row = round(hour / BAND_STEP_H)
        return float(self.quantiles["p5"][row]), float(self.quantiles["p95"][row])

    def titre_mg_dl(self, hour: float) -> float:
        """The titre as the laboratory would print it at a whole hour [mg/dL]."""
        exact = self.course.igm_mg_dl[round(hour / STEP_H), 0]
        return float(reported_titre_mg_dl(exact))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both arms and no treatment over two weeks, for one patient under stated assumptions."""

    patient: Patient
    assumptions: Assumptions
    untreated: Course
    arms: dict[Arm, ArmCourse]
    band_time_h: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """One arm on one day: the morning's titre, its 90 % interval, and the dose it leads to."""

    titre_mg_dl: float
    interval_mg_dl: tuple[float, float] | None
    dose: Dose | None


@dataclass(frozen=True, slots=True)
class PlanDay:
    """One row of the day plan."""

    study_day: int
    entries: dict[Arm, PlanEntry]


@dataclass(frozen=True, slots=True)
class ArmTotal:
    """What an arm adds up to over the course."""

    volume_ml: float
    volume_ml_per_kg: float
    first_72_h_ml_per_kg: float
    protein_mg: float
    igm_mg: float
    glucose_g: float
    sodium_mmol: float
    vials: dict[int, int]
    discarded_ml: float
    hours_at_target: float


def compare_arms(patient: Patient, assumptions: Assumptions, *, seed: int) -> Comparison:
    """Run both arms and no treatment over two weeks.

    Parameters
    ----------
    patient : Patient
    assumptions : Assumptions
    seed : int
        Of the virtual patients, who go through both arms.

    Returns
    -------
    Comparison
        Lines hour by hour, quantiles every two hours.

    Examples
    --------
    By hand: 400 mL a day, and 431 mL on the first morning (62 × 37.563 ÷ 0.9 ÷ 6).

    >>> body = {"sex": "male", "age_years": 64.0, "height_cm": 175.0, "weight_kg": 80.0}
    >>> patient = Patient(**body, haematocrit=0.30, igm_mg_dl=38.0)
    >>> comparison = compare_arms(patient, Assumptions(), seed=1)
    >>> [float(one.course.volume_ml[0, 0]) for one in comparison.arms.values()]
    [400.0, 431.0]
    >>> arm_total(comparison, "standard").volume_ml_per_kg
    15.0
    >>> entries = day_plan(comparison)[0].entries
    >>> entries["personalised"].titre_mg_dl, len(day_plan(comparison))
    (38.0, 8)
    """
    time_h = time_points_h(COURSE_HOURS, STEP_H)
    rng = np.random.default_rng(seed)
    # One way through the hours for all: columns that nobody looks at cost less than another way.
    courses = courses_with_virtual_patients(patient, (*ARMS, "none"), assumptions, time_h, rng=rng)
    line, virtual_patients = slice(0, 1), slice(1, None)
    band_rows = slice(None, None, round(BAND_STEP_H / STEP_H))
    arms: dict[Arm, ArmCourse] = {}
    for arm in ARMS:
        band = courses[arm].part(virtual_patients, band_rows)
        arms[arm] = ArmCourse(deepcopy(courses[arm].part(line)), band.quantiles())
    # Copies: a view of one patient would keep all the others, 2 MiB a page.
    none = deepcopy(courses["none"].part(line))
    return Comparison(patient, assumptions, none, arms, time_h[band_rows])


def day_plan(comparison: Comparison) -> list[PlanDay]:
    """A row for each day on which a dose is possible, and the morning after the last."""
    last = constants.PERSONALISED_MAX_DAYS.value + 1
    return [
        PlanDay(day, {arm: _entry(comparison, arm, day) for arm in ARMS})
        for day in range(1, last + 1)
    ]


def arm_total(comparison: Comparison, arm: Arm) -> ArmTotal:
    """Sum of an arm's doses, and the hours at or above the target over two weeks."""
    course, weight_kg = comparison.arms[arm].course, comparison.patient.weight_kg
    doses = [Dose(float(ml), weight_kg, 1) for ml in course.volume_ml[:, 0]]
    first_72_h = doses[: round(product.ALTERNATIVE_HOURS.value / HOURS_PER_DAY)]
    target = comparison.assumptions.rule.target_mg_dl
    return ArmTotal(
        volume_ml=sum(dose.volume_ml for dose in doses),
        volume_ml_per_kg=sum(dose.volume_ml_per_kg for dose in doses),
        first_72_h_ml_per_kg=sum(dose.volume_ml_per_kg for dose in first_72_h),
        protein_mg=sum(dose.protein_mg for dose in doses),
        igm_mg=sum(dose.igm_mg for dose in doses),
        glucose_g=sum(dose.glucose_g for dose in doses),
        sodium_mmol=sum(dose.sodium_mmol for dose in doses),
        vials=_vials_of(doses),
        discarded_ml=sum(dose.discarded_ml for dose in doses),
        hours_at_target=float(course.hours_at_target(target)[0]),
    )


def stays_below_target(comparison: Comparison) -> bool:
    """Whether every predicted morning titre of the personalised arm is below the target."""
    target_mg_dl = comparison.assumptions.rule.target_mg_dl
    return all(
        row.entries["personalised"].titre_mg_dl < target_mg_dl for row in day_plan(comparison)
    )


def holding_mg_per_kg_day(patient: Patient, assumptions: Assumptions) -> float:
    """Synthesis that holds the first titre without treatment [mg/kg/day].

    Examples
    --------
    By hand: 0.166 × 1.7 a day × 37.563 dL × 38 mg/dL ÷ 80 kg.

    >>> body = {"sex": "male", "age_years": 64.0, "height_cm": 175.0, "weight_kg": 80.0}
    >>> patient = Patient(**body, haematocrit=0.30, igm_mg_dl=38.0)
    >>> round(holding_mg_per_kg_day(patient, Assumptions("intermediate")), 2)
    5.04
    """
    kinetics, _synthesis = patient_kinetics(patient, assumptions)
    rate_mg_per_h = holding_synthesis_mg_per_h(patient.igm_mg_dl, kinetics)
    return float(np.ravel(rate_mg_per_h)[0]) * HOURS_PER_DAY / patient.weight_kg


def whole_day_titres(comparison: Comparison) -> list[tuple[float, ...]]:
    """Untreated, standard and personalised titre at day 0, 1 … 14 [mg/dL]."""
    courses = (comparison.untreated, *(comparison.arms[arm].course for arm in ARMS))
    places = np.arange(0.0, COURSE_HOURS + 1, HOURS_PER_DAY) / STEP_H
    return [tuple(float(c.igm_mg_dl[round(at), 0]) for c in courses) for at in places]


def _entry(comparison: Comparison, arm: Arm, study_day: int) -> PlanEntry:
    followed, index = comparison.arms[arm], study_day - 1
    course, hour = followed.course, index * constants.SAMPLING_INTERVAL.value
    dosed = index < len(course.volume_ml)
    titre = float(course.titre_mg_dl[index, 0]) if dosed else followed.titre_mg_dl(hour)
    dose = None
    if index < constants.PERSONALISED_MAX_DAYS.value:
        volume_ml = float(course.volume_ml[index, 0]) if dosed else 0.0
        dose = Dose(volume_ml, comparison.patient.weight_kg, 1)
    return PlanEntry(titre, followed.interval_mg_dl(hour) if index else None, dose)


def _vials_of(doses: Sequence[Dose]) -> dict[int, int]:
    sizes = sorted({size for dose in doses for size in dose.vials}, reverse=True)
    return {size: sum(dose.vials.get(size, 0) for dose in doses) for size in sizes}

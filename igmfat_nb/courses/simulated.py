"""A course of treatment: titres lead to doses, doses lead to titres.

One function serves the patient entered (one column) and any number of virtual
patients (many columns), each re-dosed on its own measured titre.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import personalised_volume_ml, standard_volume_ml
from igmfat_nb.bedside.infusion import label_rate_ml_h
from igmfat_nb.bedside.patient import Patient
from igmfat_nb.courses.assay import assay_factors, reported_titre_mg_dl
from igmfat_nb.courses.clearance import (
    EVEN_WEIGHTS,
    Weights,
    typical_multiple,
    virtual_patient_kinetics,
)
from igmfat_nb.courses.hours import hours_at_or_above
from igmfat_nb.courses.population import (
    USUAL_SCENARIO,
    USUAL_SYNTHESIS,
    Scenario,
    SynthesisMode,
    draw_virtual_patients,
    kinetics_of,
    synthesis_of,
)
from igmfat_nb.kinetics import Infusions, Kinetics, Progress, Synthesis, columns_of, steady_state
from igmfat_nb.protocol import constants, product

CourseArm = Literal["standard", "personalised", "none"]
COURSE_HOURS = 336.0  # two weeks are shown
BAND_PATIENTS = 500
QUANTILES = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Ours to choose: clearance scenario, synthesis, dose rule; prior weights of ``averaged``."""

    scenario: Scenario = USUAL_SCENARIO
    synthesis: SynthesisMode = USUAL_SYNTHESIS
    rule: DoseRule = field(default_factory=DoseRule)
    weights: Weights = EVEN_WEIGHTS


@dataclass(frozen=True, slots=True)
class Course:
    """Doses and titres of n patients under one arm.

    Attributes
    ----------
    sample_h : ndarray, shape (d,)
        When titres were drawn for dosing, hours since the first titre.
    titre_mg_dl, volume_ml : ndarray, shape (d, n)
        The titre each dose was worked from, as reported; the dose.
    infusions : Infusions
        The doses as infusions.
    time_h : ndarray, shape (t,)
    igm_mg_dl : ndarray, shape (t, n)
        True titre.
    """

    arm: CourseArm
    sample_h: NDArray[np.float64]
    titre_mg_dl: NDArray[np.float64]
    volume_ml: NDArray[np.float64]
    infusions: Infusions
    time_h: NDArray[np.float64]
    igm_mg_dl: NDArray[np.float64]

    def part(self, columns: slice, rows: slice = slice(None)) -> "Course":
        """The same of some patients, at some of the times."""
        return Course(
            self.arm,
            self.sample_h,
            self.titre_mg_dl[:, columns],
            self.volume_ml[:, columns],
            self.infusions.part(columns, self.igm_mg_dl.shape[1]),
            self.time_h[rows],
            self.igm_mg_dl[rows, columns],
        )

    def quantiles(self) -> dict[str, NDArray[np.float64]]:
        """Return p5, p25, p50, p75, p95 of the true titre over patients, each shape (t,)."""
        # One sort of short rows takes a quarter of the time of np.quantile; linear as there.
        ordered = np.sort(self.igm_mg_dl, axis=1)
        last = ordered.shape[1] - 1
        place = np.array(list(QUANTILES.values())) * last
        left = place.astype(np.intp)
        low, high = ordered[:, left], ordered[:, np.minimum(left + 1, last)]
        rows = low + (place - left) * (high - low)
        return dict(zip(QUANTILES, np.ascontiguousarray(rows.T), strict=True))

    def hours_at_target(self, target_mg_dl: float) -> NDArray[np.float64]:
        """Hours at or above the target, by patient, shape (n,)."""
        return hours_at_or_above(self.time_h, self.igm_mg_dl, target_mg_dl)


def run_courses(
    arms: Sequence[CourseArm],
    *,
    first_titre_mg_dl: ArrayLike,
    weight_kg: ArrayLike,
    plasma_volume_ml: ArrayLike,
    kinetics: Kinetics,
    synthesis: Synthesis,
    rule: DoseRule,
    time_h: NDArray[np.float64],
    dosing_days: int | None = None,
    assay_factor: NDArray[np.float64] | None = None,
) -> dict[CourseArm, Course]:
    """Dose n patients day by day on their own titres, and follow them over ``time_h``.

    Several arms go side by side, each in n columns: one way through the hours.

    Parameters
    ----------
    first_titre_mg_dl : array_like, scalar or shape (n,)
        True and reported titre at time zero, in steady state.
    weight_kg, plasma_volume_ml : array_like, scalar or shape (n,)
        What the dose rule believes of the patient [kg], [mL].
    kinetics, synthesis : Kinetics, Synthesis
        What is true of each patient.
    dosing_days : int, optional
        Until vasopressors stop; 3 (standard) or at most 7 (personalised) by default.
    assay_factor : ndarray, shape (days - 1, n), optional
        Measured over true titre on days 2, 3 …; exact when left out.
    """
    days = {arm: _dosing_days(arm, dosing_days) for arm in arms}
    sample_h = np.arange(max(days.values()), dtype=np.float64) * constants.SAMPLING_INTERVAL.value
    grid_h = np.union1d(time_h, [0.0, *sample_h])
    state = steady_state(first_titre_mg_dl, kinetics)
    n = state.plasma_mg.shape[-1]
    beside = np.tile(np.arange(n), len(arms))
    columns = columns_of(beside, n, state, kinetics, synthesis, Infusions.none())[:3]
    progress = Progress(grid_h, *columns)
    believed = _Believed(first_titre_mg_dl, weight_kg, plasma_volume_ml, rule, assay_factor)
    titre_mg_dl, volume_ml = _dosed(progress, days, sample_h, grid_h, believed)
    progress.go_to(len(grid_h) - 1)
    igm_mg_dl = progress.titre_mg_dl.reshape(len(grid_h), len(arms), n)
    if not np.array_equal(grid_h, time_h):
        igm_mg_dl = igm_mg_dl[np.searchsorted(grid_h, time_h)]
    return {
        arm: Course(
            arm,
            sample_h[:last],
            titre_mg_dl[:last, place],
            volume_ml[:last, place],
            _infusions(sample_h[:last], volume_ml[:last, place], weight_kg),
            time_h,
            igm_mg_dl[:, place],
        )
        for place, (arm, last) in enumerate(days.items())
    }


@dataclass(frozen=True, slots=True)
class _Believed:
    """What doses are worked from; see ``run_courses``."""

    first_titre_mg_dl: ArrayLike
    weight_kg: ArrayLike
    plasma_volume_ml: ArrayLike
    rule: DoseRule
    assay_factor: NDArray[np.float64] | None

    def measured_mg_dl(self, day: int, true_mg_dl: NDArray[np.float64]) -> ArrayLike:
        """The titre of a day, 0 the first, as the laboratory reports it."""
        if day == 0:
            return self.first_titre_mg_dl
        factor = 1.0 if self.assay_factor is None else self.assay_factor[day - 1]
        return reported_titre_mg_dl(true_mg_dl * factor)

    def volume_ml(self, arm: CourseArm, titre_mg_dl: NDArray[np.float64]) -> NDArray[np.float64]:
        """What an arm gives at a titre [mL]."""
        if arm == "standard":
            return standard_volume_ml(self.weight_kg, self.rule.rounding)
        return personalised_volume_ml(
            titre_mg_dl,
            weight_kg=self.weight_kg,
            plasma_volume_ml=self.plasma_volume_ml,
            rule=self.rule,
        )


def _dosed(
    progress: Progress,
    days: dict[CourseArm, int],
    sample_h: NDArray[np.float64],
    grid_h: NDArray[np.float64],
    believed: _Believed,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Dose day by day on each patient's own titre: titres and volumes, shape (d, arms, n)."""
    shape = len(days), progress.titre_mg_dl.shape[1] // len(days)
    titres, volumes = np.empty((len(sample_h), *shape)), np.zeros((len(sample_h), *shape))
    for day, row in enumerate(np.searchsorted(grid_h, sample_h).tolist()):
        titres[day] = believed.measured_mg_dl(day, progress.go_to(row).reshape(shape))
        for place, (arm, last) in enumerate(days.items()):
            if day < last:
                volumes[day, place] = believed.volume_ml(arm, titres[day, place])
        given = _infusions(sample_h[day:][:1], volumes[day:][:1], believed.weight_kg)
        mass_mg, duration_h = np.ravel(given.igm_mg), np.ravel(given.duration_h)
        # All start at the same hour, and are said to: that is worked once for all.
        progress.give(Infusions(np.ravel(given.start_h)[:1], mass_mg[None], duration_h[None]))
    return titres, volumes


def patient_kinetics(patient: Patient, assumptions: Assumptions) -> tuple[Kinetics, Synthesis]:
    """Kinetics and synthesis of the patient as entered, without spread: what is typical."""
    factor = typical_multiple(assumptions.scenario, assumptions.weights)
    kinetics = kinetics_of(
        patient.plasma_volume_ml, clearance_factor=factor, recovery=assumptions.rule.recovery
    )
    mode = assumptions.synthesis
    return kinetics, synthesis_of(mode, patient.igm_mg_dl, kinetics, patient.weight_kg)


def patient_course(
    patient: Patient,
    arm: CourseArm,
    assumptions: Assumptions,
    time_h: NDArray[np.float64],
) -> Course:
    """Course of the patient as entered under one arm: one column, true titres (t, 1).

    ``time_h``, shape (t,), are hours since the first titre.

    Examples
    --------
    Standard: 400 mL on three days. Personalised: 431 mL first, by hand, and less a day later.

    >>> body = {"sex": "male", "age_years": 64.0, "height_cm": 175.0, "weight_kg": 80.0}
    >>> patient, hours = Patient(**body, haematocrit=0.30, igm_mg_dl=38.0), np.array([0.0])
    >>> patient_course(patient, "standard", Assumptions(), hours).volume_ml[:, 0].tolist()
    [400.0, 400.0, 400.0]
    >>> volumes = patient_course(patient, "personalised", Assumptions(), hours).volume_ml[:, 0]
    >>> float(volumes[0]), bool(volumes[0] > volumes[1] > 0)
    (431.0, True)
    """
    return patient_courses(patient, (arm,), assumptions, time_h)[arm]


def patient_courses(
    patient: Patient,
    arms: Sequence[CourseArm],
    assumptions: Assumptions,
    time_h: NDArray[np.float64],
) -> dict[CourseArm, Course]:
    """The same under several arms, followed side by side."""
    kinetics, _synthesis = patient_kinetics(patient, assumptions)
    return _courses(patient, arms, assumptions, time_h, kinetics)


def band_course(
    patient: Patient,
    arm: CourseArm,
    assumptions: Assumptions,
    time_h: NDArray[np.float64],
    *,
    rng: np.random.Generator,
    virtual_patients: int = BAND_PATIENTS,
) -> Course:
    """Courses of virtual patients like this one: see ``courses_with_virtual_patients``."""
    all_ = courses_with_virtual_patients(
        patient, (arm,), assumptions, time_h, rng=rng, virtual_patients=virtual_patients
    )
    return all_[arm].part(slice(1, None))


def _courses(
    patient: Patient,
    arms: Sequence[CourseArm],
    assumptions: Assumptions,
    time_h: NDArray[np.float64],
    kinetics: Kinetics,
    assay_factor: NDArray[np.float64] | None = None,
) -> dict[CourseArm, Course]:
    """Courses of a patient with some kinetics, or with each of several."""
    mode = assumptions.synthesis
    return run_courses(
        arms,
        first_titre_mg_dl=patient.igm_mg_dl,
        weight_kg=patient.weight_kg,
        plasma_volume_ml=patient.plasma_volume_ml,
        kinetics=kinetics,
        synthesis=synthesis_of(mode, patient.igm_mg_dl, kinetics, patient.weight_kg),
        rule=assumptions.rule,
        time_h=time_h,
        assay_factor=assay_factor,
    )


def courses_with_virtual_patients(
    patient: Patient,
    arms: Sequence[CourseArm],
    assumptions: Assumptions,
    time_h: NDArray[np.float64],
    *,
    rng: np.random.Generator,
    virtual_patients: int = BAND_PATIENTS,
) -> dict[CourseArm, Course]:
    """The patient as entered, the first column, and virtual patients like this one.

    Each is dosed on its own titres, the virtual ones with assay errors; the same
    ones, with the same errors, go through every arm.
    """
    recovery = assumptions.rule.recovery
    drawn = draw_virtual_patients(rng, virtual_patients, recovery=recovery)
    errors = assay_factors(rng, constants.PERSONALISED_MAX_DAYS.value - 1, virtual_patients)
    beside = drawn.after_patient(recovery)
    kinetics = virtual_patient_kinetics(
        beside, patient.plasma_volume_ml, assumptions.scenario, assumptions.weights
    )
    exact = np.ones((len(errors), 1))
    return _courses(patient, arms, assumptions, time_h, kinetics, np.hstack([exact, errors]))


def _dosing_days(arm: CourseArm, dosing_days: int | None) -> int:
    longest = {
        "none": 0,
        "standard": constants.STANDARD_DAYS.value,
        "personalised": constants.PERSONALISED_MAX_DAYS.value,
    }[arm]
    return longest if dosing_days is None or arm == "standard" else min(dosing_days, longest)


def _infusions(
    sample_h: NDArray[np.float64], volume_ml: NDArray[np.float64], weight_kg: ArrayLike
) -> Infusions:
    """Doses (d, n) as infusions at the label rate, a fixed delay after each titre (d,)."""
    start_h = sample_h[:, None] + constants.DOSE_DELAY.value
    return Infusions(
        start_h=np.broadcast_to(start_h, volume_ml.shape),
        igm_mg=volume_ml * product.IGM.value,
        duration_h=volume_ml / label_rate_ml_h(weight_kg),
    )

"""A course of treatment: titres lead to doses, doses lead to titres.

One function serves the patient entered (one column) and any number of virtual
patients (many columns), each re-dosed on its own measured titre.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from igmfat_nb.dosing import DoseRule, personalised_volume_ml, standard_volume_ml
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.infusion import label_rate_ml_h
from igmfat_nb.kinetics import (
    Infusions,
    Kinetics,
    Progress,
    State,
    Synthesis,
    steady_state,
    titre_at,
    titre_on_grid,
)
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.patient import Patient
from igmfat_nb.population import (
    CLEARANCE,
    Scenario,
    SynthesisMode,
    draw_twins,
    kinetics_of,
    synthesis_of,
    twin_kinetics,
)
from igmfat_nb.protocol import constants, product
from igmfat_nb.protocol.populations import ASSAY_CV

CourseArm = Literal["standard", "personalised", "none"]
COURSE_ARMS: tuple[CourseArm, ...] = ("standard", "personalised", "none")
COURSE_HOURS = 336.0  # two weeks are shown
MOST_TIME_POINTS = 200_001
BAND_TWINS = 500
QUANTILES = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Everything that is ours to choose: kinetics scenario, synthesis, dose rule."""

    scenario: Scenario = "intermediate"
    synthesis: SynthesisMode = "baseline"
    rule: DoseRule = field(default_factory=DoseRule)


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

    def quantiles(self) -> dict[str, NDArray[np.float64]]:
        """Return p5, p25, p50, p75, p95 of the true titre over patients, each shape (t,)."""
        rows = np.quantile(self.igm_mg_dl, list(QUANTILES.values()), axis=1)
        return dict(zip(QUANTILES, rows, strict=True))

    def hours_at_target(self, target_mg_dl: float) -> NDArray[np.float64]:
        """Hours at or above the target, by patient, shape (n,)."""
        return hours_at_or_above(self.time_h, self.igm_mg_dl, target_mg_dl)


def time_points_h(hours: float, step_h: float) -> NDArray[np.float64]:
    """Every ``step_h`` from 0 to ``hours`` [h], both ends included."""
    if not 0 <= hours < math.inf:
        message = _("The curve lasts {hours} h; expected 0 h or more.")
        raise ImplausibleInput(message.format(hours=number_text(hours, 3)))
    if not 0 < step_h < math.inf:
        message = _("The step is {step} h; it must be above 0.")
        raise ImplausibleInput(message.format(step=number_text(step_h, 3)))
    if hours / step_h >= MOST_TIME_POINTS:
        message = _("{hours} h in steps of {step} h are too many points; the most is {most}.")
        most = number_text(MOST_TIME_POINTS)
        raise ImplausibleInput(message.format(hours=f"{hours:g}", step=f"{step_h:g}", most=most))
    steps = math.floor(hours / step_h + 1e-9)
    points: NDArray[np.float64] = np.arange(steps + 1, dtype=np.float64) * step_h
    if hours - points[-1] > 1e-9 * max(step_h, 1.0):
        return np.append(points, hours)
    if steps:
        points[-1] = hours
    return points


def run_course(
    arm: CourseArm,
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
) -> Course:
    """Dose n patients day by day on their own titres, then follow them over ``time_h``.

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
    state = steady_state(first_titre_mg_dl, kinetics)
    believed = first_titre_mg_dl, weight_kg, plasma_volume_ml, rule
    days = _dosing_days(arm, dosing_days)
    dosed = _dosed(arm, days, state, kinetics, synthesis, *believed, assay_factor)
    return dosed.followed(time_h, titres_over(time_h, state, kinetics, synthesis, dosed.infusions))


@dataclass(frozen=True, slots=True)
class _Dosed:
    """A course before it is followed: what was drawn and what was given."""

    arm: CourseArm
    sample_h: NDArray[np.float64]
    titre_mg_dl: NDArray[np.float64]
    volume_ml: NDArray[np.float64]
    infusions: Infusions

    def followed(self, time_h: NDArray[np.float64], igm_mg_dl: NDArray[np.float64]) -> Course:
        """The course with its true titres."""
        drawn = self.sample_h, self.titre_mg_dl, self.volume_ml
        return Course(self.arm, *drawn, self.infusions, time_h, igm_mg_dl)


def _dosed(
    arm: CourseArm,
    days: int,
    state: State,
    kinetics: Kinetics,
    synthesis: Synthesis,
    first_titre_mg_dl: ArrayLike,
    weight_kg: ArrayLike,
    plasma_volume_ml: ArrayLike,
    rule: DoseRule,
    assay_factor: NDArray[np.float64] | None = None,
) -> _Dosed:
    """Dose day by day on each patient's own titre."""
    n = state.plasma_mg.shape[-1]
    titres, volumes = np.empty((days, n)), np.empty((days, n))
    samples_h = np.arange(days, dtype=np.float64) * constants.SAMPLING_INTERVAL.value
    progress = Progress(samples_h[1:], state, kinetics, synthesis)
    for day in range(days):
        if day == 0:
            titres[day] = first_titre_mg_dl
        else:
            factor = 1.0 if assay_factor is None else assay_factor[day - 1]
            plasma_mg = progress.next_state().plasma_mg
            titres[day] = reported_titre_mg_dl(plasma_mg / kinetics.v1_dl * factor)
        volumes[day] = _volume_ml(arm, titres[day], weight_kg, plasma_volume_ml, rule)
        progress.give(_infusions(samples_h[day:][:1], volumes[day:][:1], weight_kg))
    infusions = _infusions(samples_h, volumes, weight_kg)
    return _Dosed(arm, samples_h, titres, volumes, infusions)


def reported_titre_mg_dl(titre_mg_dl: NDArray[np.float64]) -> NDArray[np.float64]:
    """A titre as the laboratory prints it. Source: ``TITRE_RESOLUTION``, assumed."""
    step = constants.TITRE_RESOLUTION.value
    return np.floor(titre_mg_dl / step + 0.5) * step


def patient_kinetics(patient: Patient, assumptions: Assumptions) -> tuple[Kinetics, Synthesis]:
    """Kinetics and synthesis of the patient as entered, without spread."""
    kinetics = kinetics_of(
        patient.plasma_volume_ml,
        clearance_factor=CLEARANCE[assumptions.scenario].value,
        recovery=assumptions.rule.recovery,
    )
    mode = assumptions.synthesis
    return kinetics, synthesis_of(mode, patient.igm_mg_dl, kinetics, patient.weight_kg)


def patient_course(
    patient: Patient,
    arm: CourseArm,
    assumptions: Assumptions,
    time_h: NDArray[np.float64],
) -> Course:
    """Course of the patient as entered under one arm: one column."""
    return patient_courses(patient, (arm,), assumptions, time_h)[arm]


def patient_courses(
    patient: Patient,
    arms: Sequence[CourseArm],
    assumptions: Assumptions,
    time_h: NDArray[np.float64],
) -> dict[CourseArm, Course]:
    """The same under several arms, followed side by side: each its own column."""
    kinetics, synthesis = patient_kinetics(patient, assumptions)
    state = steady_state(patient.igm_mg_dl, kinetics)
    believed = patient.igm_mg_dl, patient.weight_kg, patient.plasma_volume_ml, assumptions.rule
    dosed = [
        _dosed(arm, _dosing_days(arm, None), state, kinetics, synthesis, *believed) for arm in arms
    ]
    beside = _side_by_side([one.infusions for one in dosed])
    igm = titres_over(time_h, state, kinetics, synthesis, beside)
    return {
        arm: one.followed(time_h, igm[:, [column]])
        for column, (arm, one) in enumerate(zip(arms, dosed, strict=True))
    }


def band_course(
    patient: Patient,
    arm: CourseArm,
    assumptions: Assumptions,
    time_h: NDArray[np.float64],
    *,
    rng: np.random.Generator,
    twins: int = BAND_TWINS,
) -> Course:
    """Courses of virtual patients like this one, each dosed on its own measured titres."""
    drawn = draw_twins(rng, twins, recovery=assumptions.rule.recovery)
    kinetics = twin_kinetics(drawn, patient.plasma_volume_ml, assumptions.scenario)
    mode = assumptions.synthesis
    synthesis = synthesis_of(mode, patient.igm_mg_dl, kinetics, patient.weight_kg)
    return run_course(
        arm,
        first_titre_mg_dl=patient.igm_mg_dl,
        weight_kg=patient.weight_kg,
        plasma_volume_ml=patient.plasma_volume_ml,
        kinetics=kinetics,
        synthesis=synthesis,
        rule=assumptions.rule,
        time_h=time_h,
        assay_factor=assay_factors(rng, constants.PERSONALISED_MAX_DAYS.value - 1, twins),
    )


def assay_factors(rng: np.random.Generator, days: int, n: int) -> NDArray[np.float64]:
    """Measured over true titre, log-normal (``ASSAY_CV``), shape (days, n)."""
    sd = math.sqrt(math.log1p(ASSAY_CV.value**2))
    return np.exp(sd * rng.standard_normal((days, n)))


def hours_at_or_above(
    time_h: NDArray[np.float64], igm_mg_dl: NDArray[np.float64], target_mg_dl: float
) -> NDArray[np.float64]:
    """Hours at or above a titre, linear between points; (t,) and (t, n) give (n,)."""
    above = igm_mg_dl - target_mg_dl
    begin, end = above[:-1], above[1:]
    height = np.maximum(begin, end)
    drop = np.abs(end - begin)
    crossing = (begin < 0) != (end < 0)
    share = np.divide(height, drop, out=np.ones_like(drop), where=crossing & (drop > 0))
    share[(begin < 0) & (end < 0)] = 0.0
    hours: NDArray[np.float64] = np.diff(time_h) @ share
    return hours


def _dosing_days(arm: CourseArm, dosing_days: int | None) -> int:
    longest = {
        "none": 0,
        "standard": constants.STANDARD_DAYS.value,
        "personalised": constants.PERSONALISED_MAX_DAYS.value,
    }[arm]
    return longest if dosing_days is None or arm == "standard" else min(dosing_days, longest)


def _volume_ml(
    arm: CourseArm,
    titre_mg_dl: NDArray[np.float64],
    weight_kg: ArrayLike,
    plasma_volume_ml: ArrayLike,
    rule: DoseRule,
) -> NDArray[np.float64]:
    if arm == "standard":
        return standard_volume_ml(weight_kg, rule.rounding)
    return personalised_volume_ml(
        titre_mg_dl, weight_kg=weight_kg, plasma_volume_ml=plasma_volume_ml, rule=rule
    )


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


def _side_by_side(each: Sequence[Infusions]) -> Infusions:
    """Infusions of one patient each as columns; where one has fewer, nothing is given."""
    most = max(len(np.asarray(one.start_h)) for one in each)
    start_h, igm_mg = np.zeros((most, len(each))), np.zeros((most, len(each)))
    duration_h = np.ones((most, len(each)))
    for column, one in enumerate(each):
        rows = slice(len(np.asarray(one.start_h)))
        start_h[rows, [column]] = one.start_h
        igm_mg[rows, [column]] = one.igm_mg
        duration_h[rows, [column]] = one.duration_h
    return Infusions(start_h, igm_mg, duration_h)


def titres_over(
    time_h: NDArray[np.float64],
    state: State,
    kinetics: Kinetics,
    synthesis: Synthesis,
    infusions: Infusions,
) -> NDArray[np.float64]:
    """True titres at the time points: by recurrence where they are evenly spaced."""
    steps = len(time_h) - 1
    if steps > 0 and np.array_equal(time_h, np.arange(steps + 1) * time_h[1]):
        return titre_on_grid(float(time_h[1]), steps, state, kinetics, synthesis, infusions)
    return titre_at(time_h, state, kinetics, synthesis, infusions)

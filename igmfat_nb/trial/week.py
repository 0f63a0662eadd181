"""The week of virtual patients under one arm: true titres hour by hour, doses day by day.

Courses run as if the patient lived; a death that is drawn later ends titres
and doses without changing what came before it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import personalised_volume_ml, standard_volume_ml
from igmfat_nb.bedside.infusion import label_rate_ml_h
from igmfat_nb.courses.assay import reported_titre_mg_dl
from igmfat_nb.courses.clearance import clearance_multiples
from igmfat_nb.courses.population import (
    draw_virtual_patients,
    kinetics_of,
    log_sd,
    synthesis_of,
)
from igmfat_nb.kinetics import Infusions, Kinetics, Synthesis, course_on_grid, steady_state
from igmfat_nb.protocol import constants, populations
from igmfat_nb.trial.design import Arm, Truth
from igmfat_nb.trial.forecast import Beliefs, ForecastPatients
from igmfat_nb.trial.screening import Patients

Array = NDArray[np.float64]
DAYS = constants.PERSONALISED_MAX_DAYS.value
DAY_H = constants.SAMPLING_INTERVAL.value
WEEK_H = int(DAYS * DAY_H)
_FORECAST_PATIENTS = 256  # times 512 virtual patients: the working arrays stay in the cache


@dataclass(frozen=True, slots=True)
class RealisedParameters:
    """What will happen to n patients whichever arm they get.

    Kinetics and synthesis are true of the patient. ``assay_factor`` is
    measured over true titre, ``missed`` a titre not drawn, ``late_h`` the
    delay of a dose beyond the planned one; each of shape (DAYS, n).
    """

    kinetics: Kinetics
    synthesis: Synthesis
    assay_factor: Array
    missed: NDArray[np.bool]
    late_h: Array


@dataclass(frozen=True, slots=True)
class Week:
    """Titres and doses of n patients, as if alive.

    ``igm_mg_dl`` true, hourly, shape (WEEK_H + 1, n); ``measured_mg_dl`` (NaN
    when not drawn), ``volume_ml`` and ``start_h`` by day, shape (DAYS, n);
    ``rate_ml_h`` of every infusion, shape (n,).
    """

    igm_mg_dl: Array
    measured_mg_dl: Array
    volume_ml: Array
    start_h: Array
    rate_ml_h: Array


def draw_realised_parameters(
    rng: np.random.Generator, patients: Patients, truth: Truth
) -> RealisedParameters:
    """Draw what is true of the patients and what goes wrong at the bedside."""
    n = len(patients.weight_kg)
    seen = truth.explored
    virtual_patients = draw_virtual_patients(
        rng, n, recovery=truth.recovery, clearance_cv=seen.clearance_cv, volume_cv=seen.volume_cv
    )
    slower = seen.exchange_half_time_days / populations.EXCHANGE_HALF_TIME.value
    kinetics = kinetics_of(
        patients.plasma_volume_ml * virtual_patients.volume_factor * seen.volume_factor,
        clearance_factor=_clearances(truth, virtual_patients.clearance_factor),
        recovery=np.minimum(virtual_patients.recovery, 1.0),
        exchange_half_time_days=virtual_patients.exchange_half_time_days * slower,
        intravascular_share=seen.intravascular_share,
    )
    synthesis = synthesis_of(truth.synthesis, patients.true_igm_mg_dl, kinetics, patients.weight_kg)
    sd = log_sd(truth.assay_cv)
    return RealisedParameters(
        kinetics,
        synthesis,
        np.exp(sd * rng.standard_normal((DAYS, n))),
        rng.random((DAYS, n)) < truth.missed_samples,
        truth.late_infusion_h * rng.random((DAYS, n)),
    )


def _clearances(truth: Truth, factor: Array) -> Array:
    """Each patient's multiple of healthy clearance: of the scenario, or of the one explored."""
    multiple = truth.explored.clearance_multiple
    if multiple is not None:
        return multiple * factor
    return clearance_multiples(truth.scenario, factor, truth.scenario_weights.normalised())


def run_week(
    arm: Arm,
    patients: Patients,
    realised: RealisedParameters,
    truth: Truth,
    rule: DoseRule,
    virtual_patients: ForecastPatients | None = None,
) -> Week:
    """Follow patients through the seven days of one arm.

    Parameters
    ----------
    arm : Arm
        Its rule, most days and target.
    patients, realised
        n patients, and what is true of them and will go wrong.
    truth : Truth
        Of the design: the label's rate as a limit.
    rule : DoseRule
        What the arm believes of volumes and recovery.
    virtual_patients : ForecastPatients, optional
        What a forecasting arm expects titres to do; for such an arm only.

    Examples
    --------
    >>> from igmfat_nb.trial.design import design_of
    >>> from igmfat_nb.trial.screening import screen
    >>> design, rng = design_of({"arms": ["standard", "deficit"]}), np.random.default_rng(1)
    >>> patients, _screening = screen(rng, 3, design.truth)
    >>> realised = draw_realised_parameters(rng, patients, design.truth)
    >>> week = run_week(design.arms[0], patients, realised, design.truth, DoseRule())
    >>> week.igm_mg_dl.shape, bool(np.all(week.volume_ml[:3] > 0)), float(week.volume_ml[3:].max())
    ((169, 3), True, 0.0)
    """
    n = len(patients.weight_kg)
    igm, measured = np.empty((WEEK_H + 1, n)), np.full((DAYS, n), np.nan)
    volume, start = np.zeros((DAYS, n)), np.zeros((DAYS, n))
    beliefs = [] if virtual_patients is None else _beliefs(virtual_patients, patients)
    state = steady_state(patients.true_igm_mg_dl, realised.kinetics)
    running: list[tuple[Array, Array, Array]] = []
    rate_ml_h = label_rate_ml_h(patients.weight_kg)
    hours, first = int(DAY_H), state.plasma_mg / realised.kinetics.v1_dl
    for day in range(DAYS):
        at_h = day * DAY_H
        true = first if day == 0 else igm[day * hours]
        measured[day] = _measured(day, true, patients, realised)
        volume[day] = _volume_ml(arm, day, measured[day], patients, rule, beliefs)
        start[day] = at_h + truth.explored.dose_delay_h + realised.late_h[day]
        if truth.label_rate_limit:
            volume[day] = np.minimum(volume[day], (at_h + DAY_H - start[day]) * rate_ml_h)
        running = [row for row in running if np.any(row[0] + row[2] > at_h)]
        if volume[day].any():
            running.append(
                (start[day], volume[day] * truth.explored.igm_mg_per_ml, volume[day] / rate_ml_h)
            )
        for places, belief in beliefs:
            belief.pass_day(volume[day][places])
        rows = igm[day * hours : (day + 1) * hours + 1]
        _, state = course_on_grid(
            1.0, hours, state, realised.kinetics, realised.synthesis, _infusions(running),
            from_h=at_h, out=rows,
        )  # fmt: skip
    return Week(igm, measured, volume, start, rate_ml_h)


def _measured(day: int, true: Array, patients: Patients, realised: RealisedParameters) -> Array:
    if day == 0:
        return patients.measured_igm_mg_dl
    titre = np.maximum(reported_titre_mg_dl(true * realised.assay_factor[day]), 1.0)
    return np.where(realised.missed[day], np.nan, titre)


def _volume_ml(
    arm: Arm,
    day: int,
    measured: Array,
    patients: Patients,
    rule: DoseRule,
    beliefs: list[tuple[NDArray[np.int64], Beliefs]],
) -> Array:
    """Today's volumes: the standard arm has three days, the others go on with vasopressors."""
    weight = patients.weight_kg
    if arm.rule == "standard":
        given = day < constants.STANDARD_DAYS.value
        return standard_volume_ml(weight, rule.rounding) * float(given)
    on = (patients.vasopressor_h > day * DAY_H) & (day < arm.most_days)
    if arm.rule == "forecast":
        return _forecast_ml(arm, day, measured, rule, beliefs, on)
    volume_ml = personalised_volume_ml(
        measured, weight_kg=weight, plasma_volume_ml=patients.plasma_volume_ml, rule=rule
    )
    return np.where(on & np.isfinite(measured), volume_ml, 0.0)  # no titre today, no dose


def _forecast_ml(
    arm: Arm,
    day: int,
    measured: Array,
    rule: DoseRule,
    beliefs: list[tuple[NDArray[np.int64], Beliefs]],
    on: NDArray[np.bool],
) -> Array:
    """Volumes by the forecast; beliefs about patients whose vasopressors stopped are dropped."""
    volume_ml = np.zeros(len(measured))
    for number, (places, belief) in enumerate(beliefs):
        belief.keep(on[places])
        still = places[on[places]]
        beliefs[number] = still, belief
        if still.size:
            if day:
                belief.learn(measured[still])
            volume_ml[still] = belief.volume_ml(arm.probability, rule)
    return volume_ml


def _beliefs(
    virtual_patients: ForecastPatients, patients: Patients
) -> list[tuple[NDArray[np.int64], Beliefs]]:
    n = len(patients.weight_kg)
    pieces = np.array_split(np.arange(n), max(1, -(-n // _FORECAST_PATIENTS)))
    first, weight = patients.measured_igm_mg_dl, patients.weight_kg
    plasma = patients.plasma_volume_ml
    return [
        (part, Beliefs(virtual_patients, first[part], weight[part], plasma[part]))
        for part in pieces
    ]


def _infusions(running: list[tuple[Array, Array, Array]]) -> Infusions:
    if not running:
        return Infusions.none()
    start, mass, duration = (np.stack(rows) for rows in zip(*running, strict=True))
    return Infusions(start, mass, duration)

"""Whole trials, many at a time: each replicate has its own random streams.

A replicate's numbers depend on the seed and on its index only: not on the
block it runs in, nor on the number of workers or the order of the blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.kinetics import concat, take
from igmfat_nb.protocol import virtual_trial
from igmfat_nb.protocol.constants import TARGET_TITRE
from igmfat_nb.trial.allocation import allocate, centres_of
from igmfat_nb.trial.design import Arm, Design
from igmfat_nb.trial.endpoint import METRICS, Outcome, outcome
from igmfat_nb.trial.forecast import ForecastPatients
from igmfat_nb.trial.screening import REASONS, Patients, Screening, screen
from igmfat_nb.trial.week import (
    RealisedParameters,
    Week,
    draw_realised_parameters,
    run_week,
)

Array = NDArray[np.float64]
Index = NDArray[np.int64]
BLOCK_PATIENTS = 10_000
_FORECAST_STREAM = 2**31  # apart from every replicate's


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The patients of one replicate with all that was drawn for them."""

    patients: Patients
    screening: Screening
    centre: Index
    arm: Index
    realised: RealisedParameters
    chance: Array  # uniform, shape (2, n): of death, and of its time


@dataclass(frozen=True, slots=True)
class Block:
    """Results of some replicates.

    ``metrics`` shape (r, 2, metrics): arm means, NaN for an arm without
    patients. ``deaths`` and ``patients`` shape (r, looks + 1, 2). ``screened``
    (r,), ``excluded`` (r, reasons), ``truly_above`` (r,).
    """

    first: int
    metrics: Array
    deaths: Index
    patients: Index
    screened: Index
    excluded: Index
    truly_above: Index


@dataclass(frozen=True, slots=True)
class Detail:
    """Every patient of a block, for export: replicate by patient, and each arm's week."""

    enrolled: list[Enrolled]
    arms: list[tuple[Index, Week, Outcome]]  # places in the joined block, week, outcome


def block_replicates(design: Design) -> int:
    """How many replicates run together: as many as keep a block's arrays small, at least one."""
    return max(1, BLOCK_PATIENTS // design.patients)


def run_block(design: Design, seed: int, first: int, count: int) -> Block:
    """Run the replicates ``first`` … ``first + count − 1``."""
    return summarised(design, first, run_detail(design, seed, first, count))


def run_detail(design: Design, seed: int, first: int, count: int) -> Detail:
    """The same, keeping every patient."""
    return run_arms([design], seed, first, count)[0]


def run_arms(designs: Sequence[Design], seed: int, first: int, count: int) -> list[Detail]:
    """Designs that differ in their arms alone, on the same patients with the same fates.

    Each result is, to the last bit, that of ``run_detail`` of its design; patients are
    enrolled once, and an arm that several designs share is followed once.
    """
    enrolled = [_enrol(designs[0], seed, index) for index in range(first, first + count)]
    patients = concat([one.patients for one in enrolled])
    realised = concat([one.realised for one in enrolled])
    arm_index = np.concatenate([one.arm for one in enrolled])
    followed: dict[tuple[int, Arm], tuple[Index, Week]] = {}
    for design in designs:
        for number, arm in enumerate(design.arms):
            if (number, arm) not in followed:
                places = np.flatnonzero(arm_index == number)
                some, fates = take(patients, places), take(realised, places)
                followed[number, arm] = places, _week(design, arm, seed, some, fates)
    return [
        _ended(design, enrolled, [followed[number, arm] for number, arm in enumerate(design.arms)])
        for design in designs
    ]


def ended_again(design: Design, detail: Detail) -> Detail:
    """Draw the deaths of the same patients by another endpoint; their weeks do not depend on it."""
    return _ended(design, detail.enrolled, [(places, week) for places, week, _r in detail.arms])


def _ended(design: Design, enrolled: list[Enrolled], weeks: list[tuple[Index, Week]]) -> Detail:
    chance = np.concatenate([one.chance for one in enrolled], axis=1)
    arms = []
    for arm, (places, week) in zip(design.arms, weeks, strict=True):
        result = outcome(
            week, arm.name, design.endpoint, chance[:, places],
            target_mg_dl=TARGET_TITRE.value, price_eur_per_ml=design.price_eur_per_ml,
        )  # fmt: skip
        arms.append((places, week, result))
    return Detail(enrolled, arms)


def _enrol(design: Design, seed: int, index: int) -> Enrolled:
    streams = np.random.SeedSequence(seed, spawn_key=(index,)).spawn(4)
    arrival, lot, truth, end = (np.random.default_rng(stream) for stream in streams)
    patients, screening = screen(arrival, design.patients, design.truth)
    centre = centres_of(lot, design.patients, design.centres)
    low_igm = patients.measured_igm_mg_dl < virtual_trial.BALANCED_TITRE.value
    old = patients.age_years >= virtual_trial.BALANCED_AGE.value
    factors = np.stack([patients.male, low_igm, old])
    arm = allocate(lot, design.allocation, centre, factors.T)
    realised = draw_realised_parameters(truth, patients, design.truth)
    return Enrolled(patients, screening, centre, arm, realised, end.random((2, design.patients)))


def _week(
    design: Design, arm: Arm, seed: int, patients: Patients, realised: RealisedParameters
) -> Week:
    rule = arm.dose_rule(design.belief)
    virtual_patients = None
    if arm.rule == "forecast":
        stream = np.random.SeedSequence(seed, spawn_key=(_FORECAST_STREAM,))
        rng = np.random.default_rng(stream)
        belief = design.belief
        virtual_patients = ForecastPatients.draw(
            rng, arm.twins, belief.scenario, rule, belief.assay_cv,
            synthesis=belief.synthesis or design.truth.synthesis,
            weights=belief.scenario_weights.normalised(),
        )  # fmt: skip
    return run_week(arm, patients, realised, design.truth, rule, virtual_patients)


def summarised(design: Design, first: int, detail: Detail) -> Block:
    """Sum up the replicates from ``first`` on, each patient of which is known."""
    count, n = len(detail.enrolled), design.patients
    metrics = np.zeros((count, 2, len(METRICS)))
    shares = np.array([*design.analysis.looks, 1.0])
    cuts = np.floor(shares * n + 1e-9).astype(np.int64)
    deaths = np.zeros((count, len(cuts), 2), dtype=np.int64)
    patients = np.zeros_like(deaths)
    for number, (places, _courses, result) in enumerate(detail.arms):
        edges = np.searchsorted(places, np.arange(count + 1) * n)
        for row in range(count):
            part = slice(edges[row], edges[row + 1])
            within = places[part] - row * n
            died = result.metrics["deaths"][part]
            for look, cut in enumerate(cuts):
                deaths[row, look, number] = int(died[within < cut].sum())
                patients[row, look, number] = int((within < cut).sum())
            for column, name in enumerate(METRICS):
                metrics[row, number, column] = (
                    result.metrics[name][part].mean() if within.size else np.nan
                )
    screening = [one.screening for one in detail.enrolled]
    return Block(
        first,
        metrics,
        deaths,
        patients,
        np.array([one.screened for one in screening]),
        np.array([[one.excluded[name] for name in REASONS] for one in screening]),
        np.array([one.truly_above for one in screening]),
    )

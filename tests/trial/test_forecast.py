"""The forecast rule for many patients, the endpoint, the analysis."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.courses.population import kinetics_of
from igmfat_nb.kinetics import (
    Infusions,
    Synthesis,
    holding_synthesis_mg_per_h,
    steady_state,
    titre_at,
)
from igmfat_nb.trial.design import (
    design_of,
)
from igmfat_nb.trial.endpoint import METRICS
from igmfat_nb.trial.forecast import Beliefs, ForecastPatients
from igmfat_nb.trial.replicate import run_block


def design(**changes):
    return design_of({"patients": 60, "arms": ["standard", "deficit"]} | changes)


# The forecast rule


def small_beliefs(n=6, virtual_patients=4000, synthesis="recovering"):
    rng = np.random.default_rng(10)
    shared = ForecastPatients.draw(
        rng, virtual_patients, "intermediate", DoseRule(), 0.05, synthesis=synthesis
    )
    return shared, Beliefs(shared, np.linspace(15, 55, n), np.full(n, 80.0), np.full(n, 3756.0))


def test_the_forecast_gives_the_stated_chance_of_the_target():
    _shared, beliefs = small_beliefs()

    volume_ml = beliefs.volume_ml(0.8, DoseRule(rounding="none"))
    beliefs.pass_day(volume_ml)

    titres = beliefs._start + beliefs._added[0] + beliefs._added[1]
    limited = volume_ml >= 22 * 32 - 1e-6
    assert not limited.all()
    assert (titres >= 100).mean(axis=1)[~limited] == pytest.approx(0.8, abs=2 / 4000)


@pytest.mark.parametrize("mode", ["recovering", "baseline", "none"])
def test_the_forecast_is_the_general_engines_prediction(mode):
    shared, beliefs = small_beliefs(n=1, virtual_patients=200, synthesis=mode)
    virtual_patients = shared.shared.virtual_patients
    kinetics = kinetics_of(
        3756.0 * virtual_patients.volume_factor,
        clearance_factor=1.7 * virtual_patients.clearance_factor,
        recovery=virtual_patients.recovery,
        exchange_half_time_days=virtual_patients.exchange_half_time_days,
    )
    start = 15.0 * shared.first_error
    holding = holding_synthesis_mg_per_h(start, kinetics)
    late = {"baseline": holding, "recovering": np.maximum(holding, 6.9 * 80 / 24)}
    made = (
        Synthesis.constant(0.0) if mode == "none" else Synthesis(holding, late[mode], 72.0, 168.0)
    )
    volumes_ml = np.array([400.0, 120.0, 80.0, 0.0, 60.0, 50.0, 40.0])
    infusions = Infusions(24.0 * np.arange(7) + 2, volumes_ml * 6, np.maximum(volumes_ml / 32, 0.1))
    mornings_h = 24.0 * np.arange(1, 8)
    expected = titre_at(mornings_h, steady_state(start, kinetics), kinetics, made, infusions)

    found = []
    for day, volume_ml in enumerate(volumes_ml, start=1):
        beliefs.pass_day(np.array([volume_ml]))
        found.append((beliefs._untreated(day) + beliefs._added[0] + beliefs._added[1])[0])
    assert np.array(found) == pytest.approx(expected, rel=1e-10)


def test_a_titre_weighs_the_twins_by_the_normal_density_of_its_log_error():
    _shared, beliefs = small_beliefs(n=1, virtual_patients=50)
    beliefs.pass_day(np.array([400.0]))
    predicted = (beliefs._start + beliefs._added[0] + beliefs._added[1])[0]

    beliefs.learn(np.array([90.0]))

    sd = math.sqrt(2 * math.log1p(0.05**2))
    density = norm.pdf(np.log(90 / predicted) / sd)
    assert beliefs.weights()[0] == pytest.approx(density / density.sum(), rel=1e-9)


def test_a_missing_titre_teaches_nothing():
    _shared, beliefs = small_beliefs(n=2)
    before = beliefs.weights().copy()

    beliefs.learn(np.array([np.nan, np.nan]))

    assert np.array_equal(beliefs.weights(), before)


def test_the_forecast_arm_is_at_target_more_often_than_the_deficit_arm():
    block = run_block(design(patients=120, arms=["deficit", "forecast"]), 1, 0, 2)

    column = METRICS.index("fraction_of_time_at_target")
    assert (block.metrics[:, 1, column] > block.metrics[:, 0, column] + 0.2).all()

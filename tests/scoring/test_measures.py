"""Every measure on a table of five titres, worked by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from igmfat_nb.scoring.densities import crps, log_density
from igmfat_nb.scoring.measures import calibration, measures, pit_counts, with_intervals

# Ratios predicted over measured: 1.1, 0.95, 0.8, 1.25, 0.5.
FIVE = pd.DataFrame(
    {
        "subject": ["A", "A", "B", "B", "C"],
        "measured": [50.0, 80.0, 100.0, 120.0, 200.0],
        "below": False,
        "p5": [40.0, 60.0, 60.0, 121.0, 80.0],
        "p25": [51.0, 70.0, 70.0, 140.0, 90.0],
        "p50": [55.0, 76.0, 80.0, 150.0, 100.0],
        "p75": [60.0, 82.0, 101.0, 160.0, 110.0],
        "p95": [70.0, 90.0, 110.0, 170.0, 150.0],
        "pit": [0.35, 0.65, 0.75, 0.04, 0.99],
        "chance": [0.0, 0.1, 0.4, 0.9, 0.6],
        "crps": [2.0, 3.0, 9.0, 11.0, 75.0],
        "log_score": [-3.0, -3.0, -4.0, -5.0, -10.0],
    }
)
BY_HAND = {
    "mpe": (-0.1 + 0.05 + 0.2 - 0.25 + 0.5) / 5,  # measured minus predicted, over measured
    "rmse": math.sqrt((5**2 + 4**2 + 20**2 + 30**2 + 100**2) / 5),
    "nrmse": 47.62562 / 110,
    "mape": 0.22,
    "accuracy_15": 2 / 5,
    "accuracy_30": 4 / 5,
    "coverage_50": 2 / 5,
    "coverage_90": 3 / 5,
    "crps": 20.0,
    "log_score": -5.0,
}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_measure_of_five_titres_is_the_one_worked_by_hand(name):
    assert measures(FIVE)[name] == pytest.approx(BY_HAND[name], rel=1e-6)


def test_a_titre_below_the_limit_has_no_error_and_counts_in_coverage_and_log_score():
    limit = FIVE.assign(below=[False, False, False, False, True], pit=[0.3, 0.6, 0.7, 0.04, 0.5])

    found = measures(limit)

    assert found["mpe"] == pytest.approx((-0.1 + 0.05 + 0.2 - 0.25) / 4)
    assert found["crps"] == pytest.approx(25 / 4)
    assert found["coverage_90"] == pytest.approx(4 / 5)  # its place drawn below the limit: 0.5
    assert found["log_score"] == pytest.approx(-5.0)


def test_the_chance_by_parts_is_beside_what_was_reached():
    parts = calibration(FIVE, 100.0, bins=2)

    # In order of the chance: 0, 0.1, 0.4 | 0.6, 0.9, and reached: no, no, yes | yes, yes.
    assert parts["n"].tolist() == [3, 2]
    assert parts["chance"].tolist() == pytest.approx([0.5 / 3, 0.75])
    assert parts["reached"].tolist() == pytest.approx([1 / 3, 1.0])


def test_ranks_are_counted_in_even_parts():
    assert pit_counts(FIVE, 10).tolist() == [1, 0, 0, 1, 0, 0, 1, 1, 0, 1]


def test_intervals_resample_patients_and_not_titres():
    # Each patient has one error for all titres: only patients make the spread.
    rows = pd.concat([FIVE.iloc[[0]]] * 50 + [FIVE.iloc[[4]]] * 50).reset_index(drop=True)
    rows = rows.assign(subject=["A"] * 50 + ["B"] * 50)

    found = with_intervals(rows, resamples=4000, rng=np.random.default_rng(1))["mpe"]

    # Both, or one of them twice: −0.1, 0.2 or 0.5, each end with chance 1/4.
    assert (found.value, found.low, found.high) == pytest.approx((0.2, -0.1, 0.5))


@pytest.mark.parametrize("measured", [60.0, 95.0, 100.0, 140.0, 300.0])
def test_crps_of_one_particle_is_the_log_normals_closed_form(measured):
    # Baran and Lerch (2015), with μ = ln 100 and σ = 0.2.
    mu, sigma = math.log(100.0), 0.2
    z = (math.log(measured) - mu) / sigma
    phi = stats.norm.cdf
    closed = measured * (2 * phi(z) - 1)
    closed -= 2 * math.exp(mu + sigma**2 / 2) * (phi(z - sigma) + phi(sigma / math.sqrt(2)) - 1)

    assert crps(np.array([100.0]), np.ones(1), sigma, measured) == pytest.approx(closed, rel=2e-3)


def test_crps_of_a_mixture_is_what_its_draws_say():
    rng = np.random.default_rng(3)
    true, weight = rng.lognormal(4.5, 0.3, 800), rng.random(800)
    weight /= weight.sum()
    drawn = rng.choice(true, 400_000, p=weight) * np.exp(0.07 * rng.standard_normal(400_000))
    one, other = drawn[:200_000], drawn[200_000:]

    by_draws = np.abs(drawn - 80.0).mean() - 0.5 * np.abs(one - other).mean()

    assert crps(true, weight, 0.07, 80.0) == pytest.approx(by_draws, rel=0.01)


def test_the_log_score_is_the_density_of_the_mixture():
    true, weight, error, measured = np.array([80.0, 120.0]), np.array([0.25, 0.75]), 0.1, 100.0
    by_scipy = 0.25 * stats.lognorm.pdf(measured, error, scale=80.0)
    by_scipy += 0.75 * stats.lognorm.pdf(measured, error, scale=120.0)

    assert log_density(true, weight, error, measured) == pytest.approx(math.log(by_scipy))
    assert log_density(true, weight, error, 1.0) < -300  # far off, and still a number

"""Quantiles of weighted particles, calibration, and what no later titre changes."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from igmfat_nb.case import read_case
from igmfat_nb.errors import ImplausibleInput, MissingInput
from igmfat_nb.titration import (
    decide,
    personal_band,
)
from igmfat_nb.titration.calibration import DRAWS, calibrate, rank_counts
from igmfat_nb.titration.weighted import (
    effective_sample_size,
    reported_quantiles,
    reported_share,
    systematic_choice,
    weighted_quantiles,
)

REFERENCES = json.loads(
    (Path(__file__).parent.parent / "data" / "posterior_references.json").read_text(
        encoding="utf-8"
    )
)
FULL_WEEK = next(r["case"] for r in REFERENCES if r["case"]["subject"] == "FULL-WEEK")


def case_of(document, **changes):
    return read_case(json.dumps({**document, **changes}))


def test_share_of_reports_below_a_titre_is_the_mixture_of_error_curves():
    # standard normal: 84.13 % lie below one standard deviation
    assert reported_share(np.full(9, 50.0), np.full(9, 1 / 9), 0.1, 50 * math.exp(0.1)) == (
        pytest.approx(0.8413447, abs=1e-7)
    )
    # half of the particles far below, half at the titre itself: 1/2 + 1/2 · 1/2
    two = np.array([1.0, 80.0])
    assert reported_share(two, np.array([0.5, 0.5]), 0.1, 80.0) == pytest.approx(0.75)


def test_interval_of_a_measured_titre_is_the_mixture_of_error_curves():
    rng = np.random.default_rng(3)
    true = np.exp(rng.normal(4.5, 0.2, 4000))
    weight = rng.random(4000)
    weight /= weight.sum()

    found = reported_quantiles(true, weight, 0.07, (0.005, 0.5, 0.995))

    shares = [weight @ stats.norm.cdf(np.log(x), np.log(true), 0.07) for x in found]
    assert shares == pytest.approx([0.005, 0.5, 0.995], abs=2e-5)
    assert reported_quantiles(np.full(9, 50.0), np.full(9, 1 / 9), 0.1, [0.5])[0] == pytest.approx(
        50
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 9)), min_size=2, max_size=40),
    st.floats(0.02, 0.98),
)
def test_whole_weights_count_like_repeated_twins(pairs, share):
    values = np.array([float(value) for value, _times in pairs])
    times = np.array([count for _value, count in pairs], dtype=np.float64)

    found = weighted_quantiles(values[None], times / times.sum(), [share])[0, 0]

    repeated = np.sort(np.repeat(values, times.astype(int)))
    low = repeated[max(math.floor(share * len(repeated)) - 9, 0)]
    high = repeated[min(math.ceil(share * len(repeated)) + 9, len(repeated) - 1)]
    assert low <= found <= high
    assert effective_sample_size(times) <= len(pairs) + 1e-9


@pytest.mark.parametrize("n", [1, 2, 7, 400])
def test_quantiles_of_equal_weights_are_those_of_numpy_at_mid_steps(n):
    values, shares = np.random.default_rng(n).normal(80, 20, (3, n)), (0.0, 0.05, 0.5, 0.95, 1.0)

    found = weighted_quantiles(values, np.full(n, 1 / n), shares)

    assert found == pytest.approx(np.quantile(values, shares, axis=1, method="hazen").T, rel=1e-14)


def test_equal_weights_give_the_usual_quantiles():
    values = np.random.default_rng(1).lognormal(4, 0.3, (3, 5000))

    found = weighted_quantiles(values, np.full(5000, 1 / 5000), (0.05, 0.5, 0.95))

    usual = np.quantile(values, (0.05, 0.5, 0.95), axis=1, method="hazen").T
    assert found == pytest.approx(usual, rel=1e-9)


def test_resampling_chooses_as_often_as_the_weight_asks():
    weight = np.array([0.1, 0.0, 0.6, 0.3])

    chosen = systematic_choice(weight, 1000, 0.5)

    assert np.bincount(chosen, minlength=4).tolist() == [100, 0, 600, 300]


def test_ranks_of_the_truth_are_uniform_and_intervals_hold_what_they_promise():
    found = calibrate(range(240), seed=11, n_particles=1000, floor=300)

    for column in range(found.ranks.shape[1]):
        counts = rank_counts(found.ranks[:, column], bins=10)
        assert stats.chisquare(counts).pvalue > 0.01
    assert 0.85 < found.covered.mean() < 0.95
    assert found.ranks.max() <= DRAWS
    assert 0 < found.resampled.mean() < 1


def test_simulated_patients_do_not_depend_on_their_company():
    together = calibrate(range(6), seed=2, n_particles=200, floor=50)
    apart = calibrate([4], seed=2, n_particles=200, floor=50)

    assert np.array_equal(together.ranks[4], apart.ranks[0])


def test_the_curve_to_an_hour_knows_no_later_titre():
    case = case_of(FULL_WEEK)
    shorter = case_of(FULL_WEEK, titres=FULL_WEEK["titres"][:3])

    early = personal_band(case, np.array([96.0]), seed=1, until_h=50)[1]

    assert early["p50"][0] == personal_band(shorter, np.array([96.0]), seed=1)[1]["p50"][0]
    with pytest.raises(MissingInput, match="No titre was drawn by"):
        personal_band(case, np.array([96.0]), seed=1, until_h=-1)


def test_the_curve_to_an_hour_knows_no_later_haematocrit():
    titres = [*FULL_WEEK["titres"][:1], {**FULL_WEEK["titres"][1], "result_h": 40}]
    between = {"time_h": 30, "igm_mg_dl": 90, "haematocrit": 0.2}

    with_it, without = (
        personal_band(case_of(FULL_WEEK, titres=rows), np.array([48.0]), seed=1, until_h=24)[1]
        for rows in ([*titres, between], titres)
    )

    assert with_it["p50"] == without["p50"]


def test_a_negative_seed_is_refused():
    with pytest.raises(ImplausibleInput, match="expected 0 or more"):
        decide(case_of(FULL_WEEK), seed=-1)

"""28-day death, reproducibility, and what the tests of a trial say."""

import itertools
import math

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binom, chi2_contingency, fisher_exact, norm

from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.trial.analysis import exact_rejection_rates, p_values
from igmfat_nb.trial.design import (
    Analysis,
    FixedEndpoint,
    design_of,
)
from igmfat_nb.trial.endpoint import outcome
from igmfat_nb.trial.replicate import run_block, run_detail
from igmfat_nb.trial.summary import FIELDS, joined, result_sha256, summary
from igmfat_nb.trial.week import Week


def design(**changes):
    return design_of({"patients": 60, "arms": ["standard", "deficit"]} | changes)


# The endpoint


def test_death_ends_doses_and_titres_but_not_what_came_before():
    plan = design(
        patients=400, endpoint={"model": "fixed", "mortality": {"standard": 1.0, "deficit": 0.0}}
    )
    detail = run_detail(plan, 1, 0, 1)

    (_p, week, dead), (_q, _w, alive) = detail.arms
    assert np.isfinite(dead.death_h).all()
    assert not np.isfinite(alive.death_h).any()
    assert not dead.given_ml[week.start_h >= dead.death_h].any()
    over = week.start_h + week.volume_ml / week.rate_ml_h < dead.death_h - 1e-9
    assert (dead.given_ml[over] == week.volume_ml[over]).all()
    assert (dead.given_ml <= week.volume_ml).all()
    assert dead.death_h.max() <= 28 * 24
    assert (dead.metrics["fraction_of_time_at_target"] <= 1 + 1e-12).all()
    # Exponential with median 7 days, cut at 28: half of the 15/16 die by 7 d x log2(32/17).
    by_hand = 7 * 24 * math.log2(32 / 17)
    assert np.median(dead.death_h) == pytest.approx(by_hand, rel=0.2)


def week_of_one(volume_ml, start_h, rate_ml_h):
    """One patient at 120 mg/dL throughout, with stated doses; 7 days, unused ones without."""
    by_day = np.zeros((2, 7, 1))
    by_day[:, : len(volume_ml), 0] = volume_ml, start_h
    by_day[1, len(volume_ml) :, 0] = 24.0 * np.arange(len(volume_ml), 7) + 2
    return Week(np.full((169, 1), 120.0), by_day[0], *by_day, np.array([rate_ml_h]))


def dead_at(hours):
    """Uniform numbers of a patient who dies then: exponential, median 7 days, cut at 28."""
    return np.array([[0.0], [(1 - 0.5 ** (hours / 168)) / (1 - 0.5**4)]])


FIXED = FixedEndpoint(model="fixed", mortality={"deficit": 1.0})


def test_an_infusion_that_runs_at_death_counts_as_far_as_it_ran():
    # 80 kg at 0.4 mL/kg/h: 32 mL/h. Day 1: 287 mL from 2 h on, over at 11 h. Day 2: 333 mL
    # from 26 h on; death at 31 h, after 5 h: 160 mL. Day 3 is not reached.
    week = week_of_one([287.0, 333.0, 90.0], [2.0, 26.0, 50.0], 32.0)

    found = outcome(week, "deficit", FIXED, dead_at(31.0), target_mg_dl=100.0, price_eur_per_ml=2.0)

    assert found.death_h == pytest.approx([31.0])
    assert found.given_ml[:, 0] == pytest.approx([287, 160, 0, 0, 0, 0, 0])
    metrics = {name: value[0] for name, value in found.metrics.items()}
    # Opened: 2 x 100 + 50 + 4 x 10 for 287 mL, 3 x 100 + 4 x 10 for 333 mL: 630 mL in 14 vials.
    assert metrics["vials_opened"] == 14
    assert metrics["volume_ml"] == pytest.approx(447)
    assert metrics["wasted_ml"] == pytest.approx(183)
    assert metrics["glucose_g"] == pytest.approx(447 * 0.025)
    assert metrics["sodium_mmol"] == pytest.approx(447 * 0.078)
    assert metrics["cost"] == pytest.approx(1260)
    assert metrics["fraction_of_time_at_target"] == pytest.approx(1.0)
    assert metrics["overshoot"] == pytest.approx(20.0)
    assert found.hours_at_target == pytest.approx([31.0])
    # The link looks at the whole week, as if alive: at target throughout.
    assert found.days_at_target_as_if_alive == pytest.approx([7.0])


def test_a_death_before_the_first_infusion_opens_nothing_and_one_after_the_last_cuts_nothing():
    week = week_of_one([100.0], [2.0], 32.0)

    early, late = (
        outcome(week, "deficit", FIXED, dead_at(h), target_mg_dl=100.0, price_eur_per_ml=2.0)
        for h in (1.5, 20.0)
    )

    assert (early.metrics["vials_opened"][0], early.metrics["volume_ml"][0]) == (0, 0)
    assert early.metrics["cost"][0] == 0
    assert (late.metrics["volume_ml"][0], late.metrics["wasted_ml"][0]) == (100, 0)


def test_the_link_uses_the_exposure_as_if_alive():
    effect = {"model": "exposure", "baseline_mortality": 0.5, "log_odds_per_day_at_target": -0.7}
    detail = run_detail(design(patients=400, endpoint=effect), 1, 0, 1)

    for places, _week, result in detail.arms:
        chance = detail.enrolled[0].chance[0][places]
        mortality = expit(-0.7 * result.days_at_target_as_if_alive)
        assert (result.metrics["deaths"] == (chance < mortality)).all()


def test_cost_is_paid_for_opened_vials():
    detail = run_detail(design(patients=40, price_eur_per_ml=2.0), 1, 0, 1)

    for _places, _week, result in detail.arms:
        opened = result.metrics["volume_ml"] + result.metrics["wasted_ml"]
        assert result.metrics["cost"] == pytest.approx(2.0 * opened)
        assert (opened % 10 == 0).all()


# Reproducibility


def test_blocks_and_order_do_not_change_a_bit():
    plan = design(patients=50, arms=["standard", "forecast"], truth={"missed_samples": 0.1})
    whole = run_block(plan, 3, 0, 6)

    parts = joined([run_block(plan, 3, 4, 2), run_block(plan, 3, 0, 1), run_block(plan, 3, 1, 3)])

    for name in FIELDS:
        assert np.array_equal(getattr(whole, name), getattr(parts, name)), name
    assert result_sha256(whole) == result_sha256(parts)
    assert result_sha256(run_block(plan, 4, 0, 6)) != result_sha256(whole)


# Analysis


COUNTS = [(80, 53, 178, 178), (10, 10, 50, 60), (0, 0, 20, 20), (5, 0, 12, 15), (60, 66, 178, 178)]


@pytest.mark.parametrize(("a", "b", "n", "m"), COUNTS)
@pytest.mark.parametrize("test", ["chi-square", "chi-square-corrected", "fisher"])
def test_p_values_are_scipys(test, a, b, n, m):
    table = np.array([[a, n - a], [b, m - b]])

    found = p_values(Analysis(test=test), np.array([[a], [b]]), np.array([[n], [m]]))[0]

    if table[:, 0].sum() == 0:
        assert found == 1
    elif test == "fisher":
        assert found == pytest.approx(fisher_exact(table).pvalue)
    else:
        corrected = test == "chi-square-corrected"
        assert found == pytest.approx(
            chi2_contingency(table, correction=corrected).pvalue, rel=1e-9
        )


def test_the_exact_power_of_the_example_is_the_evidences():
    power = sum(exact_rejection_rates(Analysis(), 160, 0.45, 0.30))

    assert power == pytest.approx(0.794, abs=5e-4)


def test_the_exact_size_is_a_sum_over_both_binomials():
    size = 0.0
    for a, b in itertools.product(range(16), repeat=2):
        pooled = (a + b) / 30
        z = (a - b) / 15 / math.sqrt(pooled * (1 - pooled) * 2 / 15) if 0 < a + b < 30 else 0
        if abs(z) > norm.isf(0.025):
            size += binom.pmf(a, 15, 0.4) * binom.pmf(b, 15, 0.4)

    assert sum(exact_rejection_rates(Analysis(), 15, 0.4, 0.4)) == pytest.approx(size, rel=1e-9)


def test_the_whole_pipeline_keeps_its_size_and_power_within_monte_carlo_error():
    size = summary(null := design(patients=100), run_block(null, 11, 0, 400))["operating"]
    mortality = {"model": "fixed", "mortality": {"standard": 0.45, "deficit": 0.30}}
    plan = design(patients=320, endpoint=mortality)
    power = summary(plan, run_block(plan, 11, 0, 300))["operating"]

    assert abs(size["rejection_rate"] - 0.05) < 3 * math.sqrt(0.05 * 0.95 / 400)
    assert abs(power["rejection_rate"] - 0.794) < 3 * math.sqrt(0.794 * 0.206 / 300)
    # Summed over all 161 x 161 tables by hand with math.comb and the chi-square's 3.841.
    assert power["exact_rejection_rate"] == pytest.approx(0.79430, abs=5e-6)


def test_an_effect_of_the_exposure_has_no_exact_rate():
    plan = design(endpoint={"model": "exposure", "log_odds_per_day_at_target": -0.5})

    assert summary(plan, run_block(plan, 1, 0, 2))["operating"]["exact_rejection_rate"] is None


def test_a_belief_that_is_no_rule_is_refused():
    with pytest.raises(ImplausibleInput, match="belief"):
        design(belief={"coefficient": 0.08})

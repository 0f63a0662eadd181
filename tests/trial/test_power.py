"""Rejections by direction: power where the arms differ, type I error where they do not."""

import math

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from igmfat_nb.tables.named_results import grid_results, trial_results
from igmfat_nb.tables.trial import grid_text, operating_sentences, trial_lines
from igmfat_nb.trial.design import design_of
from igmfat_nb.trial.endpoint import METRICS
from igmfat_nb.trial.metrics import METRIC_TEXT
from igmfat_nb.trial.power import arms_differ, operating_characteristics
from igmfat_nb.trial.replicate import Block
from igmfat_nb.trial.summary import run_grid_here, run_here, tidy_rows


def fixed(standard, deficit, patients=356):
    mortality = {"standard": standard, "deficit": deficit}
    endpoint = {"model": "fixed", "mortality": mortality}
    return design_of({"patients": patients, "arms": ["standard", "deficit"], "endpoint": endpoint})


def exposure(effect, arms=("standard", "deficit")):
    endpoint = {"model": "exposure", "log_odds_per_day_at_target": effect}
    return design_of({"patients": 356, "arms": list(arms), "endpoint": endpoint})


def block_of(deaths):
    """Trials of 178 an arm with these deaths, shape (r, 2)."""
    deaths = np.array(deaths)[:, None, :]
    count = len(deaths)
    none = np.zeros(count, dtype=np.int64)
    metrics = np.ones((count, 2, len(METRICS)))
    return Block(0, metrics, deaths, np.full_like(deaths, 178), none, none, none)


def test_rejections_for_benefit_and_for_harm_are_apart():
    found = operating_characteristics(
        exposure(-0.1), block_of([[80, 54]] * 2 + [[54, 80]] * 3 + [[60, 60]] * 5)
    )

    assert (found["rejections"], found["trials"]) == (5, 10)
    assert (found["benefit"]["rejections"], found["harm"]["rejections"]) == (2, 3)
    exact = binomtest(3, 10).proportion_ci(method="exact")
    assert found["harm"]["rate_95"] == pytest.approx([exact.low, exact.high])


def test_the_examples_own_grid_finds_harm_and_not_power():
    # The standard arm is longer at target: an effect of the time there is in its favour.
    design = exposure(0)

    family = run_grid_here(design, {"endpoint.log_odds_per_day_at_target": [0, -0.1]}, 28, 1)

    for one, differ in zip(family, (False, True), strict=True):
        test = one.answer["operating"]
        assert test["arms_differ"] is differ
        assert test["rejections"] == test["benefit"]["rejections"] + test["harm"]["rejections"]
    test = family[1].answer["operating"]
    assert test["benefit"]["rejections"] == 0 < test["harm"]["rejections"]
    power, harm = operating_sentences(family[1].answer)
    assert power.startswith("Power to find fewer deaths in deficit than in standard: 0 % (95 % up")
    assert harm.endswith("trials find more deaths in deficit.")
    assert "more deaths in deficit" in grid_text(family)
    named = grid_results(family)
    assert (named["scenario2_benefit_rate"], named["scenario2_harm_rate"] > 0) == (0, True)


@pytest.mark.parametrize(
    ("design", "differ"),
    [
        (fixed(0.4, 0.4), False),
        (fixed(0.4, 0.3), True),
        (exposure(0), False),
        (exposure(-0.1), True),
        (
            exposure(-0.1, [{"name": "a", "rule": "deficit"}, {"name": "b", "rule": "deficit"}]),
            False,
        ),
    ],
)
def test_arms_differ_by_what_the_design_assumes(design, differ):
    assert arms_differ(design) is differ


def test_power_is_named_where_the_arms_differ_and_type_one_error_where_they_do_not():
    block = block_of([[80, 54]] * 3 + [[60, 60]] * 25)
    arms = {"standard": {}, "deficit": {}}

    same = operating_sentences(
        {"arms": arms, "operating": operating_characteristics(exposure(0), block)}
    )
    other = operating_sentences(
        {"arms": arms, "operating": operating_characteristics(exposure(-1), block)}
    )

    assert not any("ower" in line for line in same)
    assert "Type I error" in same[0]
    assert "10.7 % (95 % from 2.3 to 28.2 %) of 28 trials" in same[0]  # binom.test(3, 28) of R
    assert "Power to find fewer deaths in deficit than in standard: 10.7 %" in other[0]
    assert not any("ype I" in line for line in other)


def test_nought_of_28_is_told_with_its_bound_and_without_an_error_of_nought():
    found = operating_characteristics(exposure(0), block_of([[60, 60]] * 28))
    answer = {"arms": {"standard": {}, "deficit": {}}, "operating": found}

    lines = operating_sentences(answer)

    assert found["monte_carlo_se"] is None
    assert "0 % (95 % up to 10 %) of 28 trials" in lines[0]
    assert not any("error 0" in line for line in lines)


def test_exact_rates_by_direction_are_sums_over_both_binomials():
    test = operating_characteristics(fixed(0.45, 0.30, patients=40), block_of([[80, 54]]))
    benefit = harm = 0.0
    for a in range(21):
        for b in range(21):
            died = a + b
            if 0 < died < 40 and 40 * (20 * (a - b)) ** 2 / (400 * died * (40 - died)) > 3.841459:
                chance = binom.pmf(a, 20, 0.45) * binom.pmf(b, 20, 0.30)
                benefit, harm = benefit + chance * (a > b), harm + chance * (a < b)

    assert test["benefit"]["exact_rate"] == pytest.approx(benefit, rel=1e-9)
    assert test["harm"]["exact_rate"] == pytest.approx(harm, rel=1e-9)
    assert test["exact_rejection_rate"] == pytest.approx(benefit + harm, rel=1e-9)


def test_every_metric_has_its_unit_and_meaning_in_text_and_table():
    design = exposure(0).model_copy(update={"patients": 40})
    _block, answer = run_here(design, 2, 1)

    text = "\n".join(trial_lines(answer))
    rows = tidy_rows(1, {}, answer, 2)

    assert list(METRIC_TEXT) == list(METRICS)
    for one in METRIC_TEXT.values():
        assert f"{one.label} [{one.unit}]" in text
        assert f"{one.label}: {one.meaning}." in text
    assert "fraction_of_time" not in text
    assert {row["unit"] for row in rows} >= {"share", "mL", "EUR", "mmol"}
    assert answer["metrics"]["cost"]["unit"] == "EUR"
    named = trial_results(answer)
    assert named["benefit_rate_low_95"] <= named["benefit_rate"] <= named["benefit_rate_high_95"]


def test_one_trial_alone_has_no_standard_error():
    design = exposure(0).model_copy(update={"patients": 40})
    _block, answer = run_here(design, 1, 1)

    assert answer["arms"]["standard"]["cost"]["se"] is None
    assert all(math.isnan(row["monte_carlo_se"]) for row in tidy_rows(1, {}, answer, 1))

"""Sample sizes against the rows of the evidence, and against statsmodels."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

from igmfat_nb.cli import main
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.trial.sample_size import (
    METHODS,
    Comparison,
    detectable,
    exact_patients_per_arm,
    patients_per_arm,
    total,
    total_rounded_up,
)

EVIDENCE = [  # control, treated, method, n per arm, drop-out, rule, total
    (0.45, 0.30, "unpooled", 160, 0.10, "divide", 356),
    (0.45, 0.30, "arcsine", 162, 0.10, "multiply", 356),
    (0.46, 0.31, "pooled-cc", 178, 0.0, "divide", 356),
    (0.41, 0.27, "arcsine", 178, 0.0, "divide", 356),
    (0.50, 0.35, "pooled", 170, 0.05, "divide", 358),
]


@pytest.mark.parametrize(("p", "q", "method", "per_arm", "lost", "rule", "both"), EVIDENCE)
def test_the_rows_of_the_evidence_come_out(p, q, method, per_arm, lost, rule, both):
    found = patients_per_arm(Comparison(p, q, method=method))

    assert found == per_arm
    assert total(found, lost, rule) == both


@pytest.mark.parametrize(
    ("control", "treated"), [(0.35, 0.217), (0.40, 0.261), (0.45, 0.306), (0.50, 0.354)]
)
def test_178_per_arm_detect_what_the_evidence_says(control, treated):
    assert detectable(Comparison(control, 0.1, method="pooled")) == pytest.approx(treated, abs=6e-4)


@pytest.mark.parametrize(("p", "q"), [(0.45, 0.30), (0.2, 0.35), (0.9, 0.8)])
def test_the_arcsine_formula_agrees_with_statsmodels(p, q):
    arcsine = NormalIndPower().solve_power(proportion_effectsize(p, q), alpha=0.05, power=0.8)

    assert exact_patients_per_arm(Comparison(p, q, method="arcsine")) == pytest.approx(
        arcsine, rel=1e-3
    )


@pytest.mark.parametrize(("p", "q"), [(0.45, 0.30), (0.2, 0.35), (0.9, 0.8)])
def test_the_pooled_test_has_its_power_at_the_pooled_sample_size(p, q):
    n = exact_patients_per_arm(Comparison(p, q, power=0.9, method="pooled"))

    mean, variance = (p + q) / 2, p * (1 - p) + q * (1 - q)
    beyond = abs(p - q) * n**0.5 - norm.isf(0.025) * (2 * mean * (1 - mean)) ** 0.5
    assert norm.cdf(beyond / variance**0.5) == pytest.approx(0.9, rel=1e-9)


def test_rounding_up_never_gives_fewer_than_rounding_to_the_nearest():
    assert (total(162, 0.1, "multiply"), total_rounded_up(162, 0.1, "multiply")) == (356, 358)
    assert (total(160, 0.1, "divide"), total_rounded_up(160, 0.1, "divide")) == (356, 356)
    # 167 / 0.9 = 185.6, so 186 in each arm: rounded for each arm and not for both together, 371.
    assert total(167, 0.1, "divide") == 372


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.sampled_from(METHODS))
def test_the_detectable_proportion_takes_exactly_the_trials_patients(control, treated, method):
    if abs(control - treated) < 1e-3:
        return
    comparison = Comparison(control, treated, method=method)

    share = detectable(comparison)

    if share is not None:
        again = Comparison(control, share, method=method)
        assert exact_patients_per_arm(again) == pytest.approx(178, rel=1e-6)
        assert (share < control) == (treated < control)


def test_where_nothing_can_be_detected_none_is_said():
    assert detectable(Comparison(0.01, 0.005)) is None


@pytest.mark.parametrize(
    "numbers",
    [
        (0, 0.3),
        (0.45, 1),
        (0.3, 0.3),
        (0.45, 0.3, 1.0),
        (0.45, 0.3, 0.8, 0),
        (0.4, 0.3, 0.01, 0.05),
    ],
)
def test_impossible_assumptions_are_refused(numbers):
    with pytest.raises(ImplausibleInput):
        Comparison(*numbers)


@pytest.mark.parametrize("lost", [-0.1, 1.0, float("nan")])
def test_an_impossible_dropout_is_refused(lost):
    with pytest.raises(ImplausibleInput, match="drop-out"):
        total(160, lost, "divide")


def test_the_command_line_answers_with_its_four_keys():
    args = ["sample-size", "--control", "0,45", "--treated", "0.30", "--dropout", "0.10", "--json"]

    document = json.loads(CliRunner().invoke(main, args).stdout)

    assert list(document) == ["version", "n_per_arm", "total", "total_rounded_up", "detectable"]
    assert (document["n_per_arm"], document["total"]) == (160, 356)
    assert document["detectable"] == pytest.approx(0.3075, abs=2e-3)


def test_the_command_line_says_that_it_is_reconstruction():
    text = (
        CliRunner().invoke(main, ["sample-size", "--control", "0.45", "--treated", "0.30"]).stdout
    )

    assert "160 patients an arm" in text
    assert "reconstruction" in text


def test_a_proportion_in_percent_is_refused():
    result = CliRunner().invoke(main, ["sample-size", "--control", "45", "--treated", "30"])

    assert result.exit_code == 2
    assert "between 0 and 1" in result.stderr

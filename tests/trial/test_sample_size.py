"""Sample sizes against the rows of the evidence, and against statsmodels."""

import itertools
import json
import math

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
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
    exact_power,
    patients_per_arm,
    reconstructions,
    total,
    total_to_nearest,
)

EVIDENCE = [  # control, treated, method, n per arm, drop-out, rule, total
    (0.45, 0.30, "unpooled", 160, 0.10, "divide", 356),
    (0.45, 0.30, "arcsine", 162, 0.10, "multiply", 356),
    (0.46, 0.31, "pooled-cc", 178, 0.0, "divide", 356),
    (0.41, 0.27, "arcsine", 178, 0.0, "divide", 356),
    (0.50, 0.35, "pooled", 170, 0.05, "divide", 358),
]  # as the evidence rounds: each arm to the nearest patient


@pytest.mark.parametrize(("p", "q", "method", "per_arm", "lost", "rule", "both"), EVIDENCE)
def test_the_rows_of_the_evidence_come_out(p, q, method, per_arm, lost, rule, both):
    found = patients_per_arm(Comparison(p, q, method=method))

    assert found == per_arm
    assert total_to_nearest(found, lost, rule) == both


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


@pytest.mark.parametrize(
    ("p", "q", "lost", "per_arm", "both"),
    # By hand: 150 / 0.85 = 176.5; 160 / 0.9 = 177.8; 160 / 0.8 = 200 exactly; 160.
    [(0.40, 0.25, 0.15, 150, 354), (0.45, 0.30, 0.10, 160, 356), (0.45, 0.30, 0.20, 160, 400),
     (0.45, 0.30, 0.0, 160, 320)],
)  # fmt: skip
def test_so_many_remain_after_drop_out_as_are_needed(p, q, lost, per_arm, both):
    found = patients_per_arm(Comparison(p, q))

    assert (found, total(found, lost, "divide")) == (per_arm, both)


@given(st.integers(1, 10_000), st.floats(0, 0.9))
def test_drop_out_leaves_enough_in_each_arm_and_a_patient_fewer_would_not(per_arm, lost):
    arm = total(per_arm, lost, "divide") // 2

    assert arm * (1 - lost) >= per_arm - 1e-6
    assert (arm - 1) * (1 - lost) < per_arm
    assert total_to_nearest(per_arm, lost, "divide") <= 2 * arm


def power_by_hand(n, p, q, limit=3.8414588):
    """Of the chi-square test without correction, over all tables, on the side of the difference."""
    power = 0.0
    for a, b in itertools.product(range(n + 1), repeat=2):
        died = a + b
        if not 0 < died < 2 * n or (a - b) * (p - q) <= 0:
            continue
        if 2 * n * (a * (n - b) - b * (n - a)) ** 2 / (n * n * died * (2 * n - died)) > limit:
            chance = math.comb(n, a) * p**a * (1 - p) ** (n - a)
            power += chance * math.comb(n, b) * q**b * (1 - q) ** (n - b)
    return power


@pytest.mark.parametrize(
    ("p", "q"), [(0.99, 0.01), (0.9, 0.1), (0.01, 0.99), (0.5, 0.05), (0.2, 0.9), (0.03, 0.4)]
)
def test_where_few_are_needed_the_enumerated_power_is_reached(p, q):
    found = patients_per_arm(Comparison(p, q))

    assert power_by_hand(found, p, q) >= 0.8
    assert power_by_hand(found - 1, p, q) < 0.8
    assert exact_power(Comparison(p, q), found) == pytest.approx(power_by_hand(found, p, q))


def test_the_formula_stands_where_each_cell_expects_five():
    # Cochran's rule; the formula's own answers, from any textbook.
    assert patients_per_arm(Comparison(0.01, 0.05, method="arcsine")) == 250
    assert patients_per_arm(Comparison(0.99, 0.95, method="arcsine")) == 250
    assert patients_per_arm(Comparison(0.03, 0.02, method="pooled")) == 3826


def test_each_reconstruction_says_how_it_is_rounded():
    found = reconstructions()

    for one in found:
        counted = total if one.rounding == "up" else total_to_nearest
        assert counted(one.per_arm, one.dropout, one.rule) == 356
    # 162 x 1.1 = 178.2: only to the nearest patient is it 178 an arm.
    (near,) = [one for one in found if one.rounding == "nearest"]
    assert (near.comparison.method, near.rule) == ("arcsine", "multiply")


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
    args = ["sample-size", "--control", "0.01", "--treated", "0.005"]
    assert "cannot detect any difference from 1 %" in CliRunner().invoke(main, args).stdout


def test_drop_out_counts_in_what_can_be_detected():
    # 178 x 0.9 = 160.2 an arm; 160 tell 45 % from 30 % (the evidence's first row).
    found = detectable(Comparison(0.45, 0.30), dropout=0.10)

    assert found == pytest.approx(0.300, abs=5e-4)
    assert exact_patients_per_arm(Comparison(0.45, found)) == pytest.approx(160.2, rel=1e-6)


@pytest.mark.parametrize(
    "args",
    [
        ["--alpha", "1e-17"],
        ["--alpha", "5e-324"],
        ["--power", "0.0251"],
        ["--control", "1e-300", "--treated", "2e-300"],
        ["--control", "0.3", "--treated", "0.30000000000000004", "--method", "arcsine"],
        ["--alpha", "0.9", "--power", "0.5", "--method", "pooled-cc"],
        ["--control", "0.9999999999999999", "--treated", "5e-324"],
        ["--power", "0.9999999999999999", "--dropout", "0.9999999999999999"],
    ],
)
def test_what_is_allowed_ends_with_an_answer_or_a_sentence(args):
    asked = ["sample-size", "--control", "0.45", "--treated", "0.30", *args]
    for command in (asked, [*asked, "--json"]):
        result = CliRunner().invoke(main, command)

        assert result.exit_code in (0, 2)
        assert result.exception is None or isinstance(result.exception, SystemExit)


open_share = st.floats(0, 1, exclude_min=True, exclude_max=True)


@settings(deadline=None)
@given(open_share, open_share, open_share, open_share, st.floats(0, 1, exclude_max=True),
       st.sampled_from(METHODS))  # fmt: skip
def test_no_share_ends_in_a_traceback(control, treated, power, alpha, lost, method):
    try:
        asked = Comparison(control, treated, power, alpha, method)
        per_arm = patients_per_arm(asked)
    except ImplausibleInput:
        return
    share = detectable(asked, dropout=lost)

    assert 1 <= per_arm <= 10**9
    assert total(per_arm, lost, "divide") >= 2 * per_arm
    assert share is None or 0 <= share <= 1


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

    old = ["version", "n_per_arm", "total", "total_rounded_up", "detectable"]
    assert list(document) == [*old, "enrolled_per_arm", "exact_power"]
    assert (document["n_per_arm"], document["total"], document["enrolled_per_arm"]) == (
        160, 356, 178,
    )  # fmt: skip
    assert document["detectable"] == pytest.approx(0.300, abs=5e-4)
    assert document["exact_power"] == pytest.approx(0.79430, abs=5e-6)  # as in test_trial.py


def test_a_rule_that_enrols_too_few_says_so():
    args = ["sample-size", "--control", "0.45", "--treated", "0.30", "--dropout", "0.10"]

    text = CliRunner().invoke(main, [*args, "--dropout-rule", "multiply"]).stdout

    assert "leaves 158.4 of 160 per arm" in text
    assert "too few" not in CliRunner().invoke(main, args).stdout


def test_the_command_line_says_that_it_is_reconstruction():
    text = (
        CliRunner().invoke(main, ["sample-size", "--control", "0.45", "--treated", "0.30"]).stdout
    )

    assert "160 patients per arm" in text
    assert "reconstruction" in text


def test_a_proportion_in_percent_is_refused():
    result = CliRunner().invoke(main, ["sample-size", "--control", "45", "--treated", "30"])

    assert result.exit_code == 2
    assert "between 0 and 1" in result.stderr

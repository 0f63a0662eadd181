"""One trial's estimates, and the trap of immortal time, against other engines and by hand."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import chi2, norm
from statsmodels.stats.contingency_tables import Table2x2

from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.trial.analysis import verdicts
from igmfat_nb.trial.design import Analysis, Truth, design_of
from igmfat_nb.trial.estimates import PRIORS, by_centre, effects, opinions
from igmfat_nb.trial.immortal import Contrast, immortal_time
from igmfat_nb.trial.replicate import run_block, run_detail
from igmfat_nb.trial.screening import screen
from igmfat_nb.trial.summary import differences, joined, result_sha256, summary

TRIAL = (80, 54), (178, 178)  # deaths and patients, first arm and second


def by_name(estimates):
    return {(one.name, one.method): one for one in estimates}


def test_newcombes_interval_is_made_of_two_wilson_intervals():
    (a, b), (n, m) = TRIAL

    z = norm.ppf(0.975)

    def wilson(x, n):
        p, half = x / n, z * math.sqrt(x / n * (1 - x / n) / n + z**2 / 4 / n**2)
        return [(p + z**2 / 2 / n + sign * half) / (1 + z**2 / n) for sign in (-1, 1)]

    (low1, high1), (low2, high2) = wilson(a, n), wilson(b, m)
    d = b / m - a / n
    low = d - math.hypot(b / m - low2, high1 - a / n)
    high = d + math.hypot(high2 - b / m, a / n - low1)

    found = by_name(effects(*TRIAL))[("risk difference", "Newcombe")]

    assert (found.value, found.low, found.high) == pytest.approx((d, low, high), abs=1e-9)


def test_miettinen_and_nurminens_interval_is_where_their_score_test_turns():
    (a, b), (n, m) = TRIAL
    limit = chi2.ppf(0.95, 1)

    def score(d):  # constrained maximum likelihood found numerically, not by their cubic
        def slope(p):
            return (a - n * p) / (p * (1 - p)) + (b - m * (p + d)) / ((p + d) * (1 - p - d))

        p = brentq(slope, max(0, -d) + 1e-9, min(1, 1 - d) - 1e-9)
        variance = p * (1 - p) / n + (p + d) * (1 - p - d) / m
        return (b / m - a / n - d) ** 2 / (variance * (n + m) / (n + m - 1)) - limit

    d = b / m - a / n
    found = by_name(effects(*TRIAL))[("risk difference", "Miettinen-Nurminen")]

    assert found.low == pytest.approx(brentq(score, -0.6, d), abs=1e-6)
    assert found.high == pytest.approx(brentq(score, d, 0.4), abs=1e-6)


def test_ratios_are_the_second_arm_over_the_first():
    (a, b), (n, m) = TRIAL
    found = by_name(effects(*TRIAL))
    table = Table2x2(np.array([[b, m - b], [a, n - a]]))

    risk = found[("risk ratio", "Miettinen-Nurminen")]
    odds = found[("odds ratio", "Miettinen-Nurminen")]

    assert risk.value == pytest.approx(table.riskratio)
    assert odds.value == pytest.approx(table.oddsratio)
    # Score and Wald intervals are near each other in a trial of this size.
    assert (risk.low, risk.high) == pytest.approx(table.riskratio_confint(), rel=0.03)
    assert (odds.low, odds.high) == pytest.approx(table.oddsratio_confint(), rel=0.03)


def test_the_score_interval_of_seven_against_one_in_34_is_that_of_r():
    # R, PropCIs::diffscoreci(7, 34, 1, 34, 0.95), as quoted in statsmodels' tests to 6 digits.
    found = by_name(effects((1, 7), (34, 34)))[("risk difference", "Miettinen-Nurminen")]

    assert (found.low, found.high) == pytest.approx((0.0270416, 0.3452912), abs=1e-6)


@pytest.mark.parametrize(
    ("first", "second", "newcombe", "score"),
    # Newcombe, Statistics in Medicine 1998;17:873, table II: his methods 10 and 6.
    [
        ((56, 70), (48, 80), (0.0524, 0.3339), (0.0528, 0.3382)),
        ((9, 10), (3, 10), (0.1705, 0.8090), (0.1700, 0.8406)),
        ((6, 7), (2, 7), (0.0582, 0.8062), (0.0342, 0.8534)),
        ((5, 56), (0, 29), (-0.0381, 0.1926), (-0.0326, 0.1933)),
        ((0, 10), (0, 20), (-0.1611, 0.2775), (-0.1658, 0.2844)),
        ((10, 10), (0, 20), (0.6791, 1.0), (0.7156, 1.0)),
    ],
)
def test_intervals_of_a_difference_are_the_published_ones(first, second, newcombe, score):
    # His differences are first minus second, ours second minus first.
    found = effects((second[0], first[0]), (second[1], first[1]))[:2]

    for one, bounds in zip(found, (newcombe, score), strict=True):
        assert (one.low, one.high) == pytest.approx(bounds, abs=6e-5)


@pytest.mark.parametrize("deaths", [(0, 0), (5, 0), (0, 3), (20, 20)])
def test_empty_cells_leave_a_gap_and_not_a_wrong_number(deaths):
    for one in effects(deaths, (20, 20)):
        assert math.isnan(one.low) == math.isnan(one.high)
        assert math.isnan(one.low) or one.low - 1e-12 <= one.value <= one.high + 1e-12
        assert one.name == "risk difference" or math.isnan(one.low) or one.low >= 0
    assert not math.isnan(effects(deaths, (20, 20))[0].low)


def centres(seed=1, n=360, clusters=12):
    rng = np.random.default_rng(seed)
    centre, second = rng.integers(0, clusters, n), rng.random(n) < 0.5
    died = (rng.random(n) < 0.45 - 0.15 * second).astype(float)
    return died, second, centre


def test_the_estimate_by_centre_is_near_a_logistic_regression_where_centres_are_alike():
    died, second, centre = centres()
    plain = sm.Logit(died, sm.add_constant(second.astype(float))).fit(disp=False)

    found = by_centre(died, second, centre)

    assert found.value == pytest.approx(math.exp(plain.params[1]), rel=0.05)
    width = math.log(found.high / found.low)
    assert width > 0.8 * 2 * 1.96 * plain.bse[1]


def test_the_estimate_by_centre_is_corrected_for_few_centres():
    died, second, centre = centres()
    order = np.argsort(centre, kind="stable")
    terms = sm.add_constant(second[order].astype(float))
    model = sm.GEE(
        died[order], terms, groups=centre[order], family=sm.families.Binomial(),
        cov_struct=sm.cov_struct.Exchangeable(),
    )  # fmt: skip
    plain, reduced = (model.fit(cov_type=kind).bse[1] for kind in ("robust", "bias_reduced"))

    found = by_centre(died, second, centre)

    # Student's t with 12 centres less 2 terms: 2.228, from any table, and not 1.96.
    half_width = math.log(found.high / found.low) / 2
    assert half_width == pytest.approx(2.2281 * reduced, rel=1e-3)
    assert half_width > 2.2281 * plain * 1.01


def test_the_estimate_by_centre_does_not_depend_on_the_order_of_patients():
    died, second, centre = centres()
    order = np.random.default_rng(2).permutation(len(died))

    mixed = by_centre(died[order], second[order], centre[order])

    found = by_centre(died, second, centre)
    assert (mixed.value, mixed.low) == pytest.approx((found.value, found.low), rel=1e-6)


@pytest.mark.parametrize("what", ["two centres", "no death in an arm", "all of an arm die"])
def test_what_centres_cannot_tell_is_not_estimated(what):
    died, second, centre = centres()
    if what == "two centres":
        centre = centre % 2
    else:
        died = np.where(second, float(what == "all of an arm die"), died)

    assert math.isnan(by_centre(died, second, centre).value)


def test_equations_that_do_not_converge_give_no_number():
    detail = run_detail(design_of({"patients": 60, "arms": ["standard", "deficit"]}), 3, 0, 1)
    died, second = np.zeros(60), np.zeros(60, dtype=bool)
    for number, (places, _week, result) in enumerate(detail.arms):
        died[places], second[places] = result.metrics["deaths"], number == 1

    assert math.isnan(by_centre(died, second, detail.enrolled[0].centre).value)


@pytest.mark.parametrize("prior", list(PRIORS))
def test_a_posterior_is_prior_times_likelihood_by_quadrature(prior):
    (a, b), (n, m) = TRIAL
    mean, sd = PRIORS[prior]
    cells = [a + 0.5, n - a + 0.5, b + 0.5, m - b + 0.5]
    log_odds = math.log(cells[2] / cells[3] / (cells[0] / cells[1]))
    error = math.sqrt(sum(1 / cell for cell in cells))

    def weight(x):
        return norm.pdf(x, mean, sd) * norm.pdf(log_odds, x, error)

    whole = quad(weight, -6, 6, points=[log_odds], epsabs=0)[0]
    benefit = quad(weight, -6, 0, points=[log_odds], epsabs=0)[0] / whole
    centre = quad(lambda x: x * weight(x), -6, 6, points=[log_odds], epsabs=0)[0] / whole

    found = next(one for one in opinions(*TRIAL) if one.prior == prior)

    assert found.chance_of_benefit == pytest.approx(benefit, abs=1e-6)
    assert math.log(found.value) == pytest.approx(centre, abs=1e-6)


def test_priors_say_what_they_are_named_for():
    def chance(name, odds):
        return norm.cdf(math.log(odds), *PRIORS[name])

    assert chance("sceptical", 2) - chance("sceptical", 0.5) == pytest.approx(0.95, abs=1e-3)
    assert chance("neutral", 20) - chance("neutral", 0.05) == pytest.approx(0.95, abs=1e-3)
    assert 1 - chance("enthusiastic", 1) == pytest.approx(0.05, abs=1e-3)
    found = {one.prior: one.chance_of_benefit for one in opinions(*TRIAL)}
    assert found["sceptical"] < found["neutral"] < found["enthusiastic"]


# Immortal time bias


def test_without_any_effect_those_who_reached_the_target_still_seem_to_live():
    plan = design_of({"patients": 2000, "arms": ["deficit", "forecast"]})

    naive, fair = immortal_time(run_detail(plan, 1, 0, 1), landmark_day=2)

    assert naive.reached + naive.not_reached == 2000
    assert naive.risk_ratio < 0.9
    first, second = fair.reached_died / fair.reached, fair.not_reached_died / fair.not_reached
    pooled = (fair.reached_died + fair.not_reached_died) / (fair.reached + fair.not_reached)
    error = math.sqrt(pooled * (1 - pooled) * (1 / fair.reached + 1 / fair.not_reached))
    assert abs(first - second) < 3 * error
    # The dead before the landmark are in neither group.
    assert fair.reached + fair.not_reached < 2000


def test_a_contrast_without_deaths_to_compare_with_has_no_ratio():
    assert math.isnan(Contrast("", 10, 3, 0, 0).risk_ratio)
    assert math.isnan(Contrast("", 10, 3, 5, 0).risk_ratio)
    assert Contrast("", 10, 3, 5, 3).risk_ratio == pytest.approx(0.5)


# Tiny trials and trials nobody enters


@pytest.mark.parametrize("arms", [["standard", "deficit"], ["standard", "forecast"]])
@pytest.mark.parametrize("patients", [4, 7])
def test_tiny_trials_give_the_same_bits_alone_and_together(arms, patients):
    plan = design_of({"patients": patients, "arms": arms, "allocation": {"method": "simple"}})

    alone = joined([run_block(plan, 1, index, 1) for index in range(12)])

    assert result_sha256(alone) == result_sha256(run_block(plan, 1, 0, 12))


def test_an_arm_that_got_nobody_rejects_nothing_and_does_not_count_as_zero():
    plan = design_of(
        {"patients": 4, "arms": ["standard", "deficit"], "allocation": {"method": "simple"}}
    )
    block = run_block(plan, 1, 0, 60)
    empty = (block.patients[:, -1] == 0).any(axis=1)

    answer = summary(plan, block)

    assert empty.any()
    assert np.isnan(block.metrics[empty]).any(axis=(1, 2)).all()
    told = np.nanmean(block.metrics[:, 0], axis=0)
    assert answer["arms"]["standard"]["volume_ml"]["mean"] == pytest.approx(told[2])
    one = run_block(plan, 1, int(np.flatnonzero(empty)[0]), 1)
    with pytest.raises(ImplausibleInput, match="did both arms have patients"):
        summary(plan, one)


def test_no_one_in_an_arm_is_no_difference():
    assert verdicts(Analysis(), np.array([[[0], [3]]]), np.array([[[0], [4]]])).tolist() == [0]


def test_the_difference_between_arms_is_second_minus_first_with_its_error():
    plan = design_of({"patients": 40, "arms": ["standard", "deficit"]})
    block = run_block(plan, 1, 0, 20)

    found = differences(block)["volume_ml"]

    gap = block.metrics[:, 1, 2] - block.metrics[:, 0, 2]
    assert found["mean"] == pytest.approx(gap.mean())
    assert found["se"] == pytest.approx(gap.std(ddof=1) / math.sqrt(20))
    assert found["p95"] == pytest.approx(np.quantile(gap, 0.95))


def test_a_trial_that_next_to_nobody_may_enter_is_refused():
    hopeless = Truth(titre_median_mg_dl=5000, titre_log_sd=0.1)

    with pytest.raises(ImplausibleInput, match="could be enrolled"):
        screen(np.random.default_rng(1), 4, hopeless)

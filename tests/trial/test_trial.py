"""Virtual trials: reproducible to the bit, honest about their error, checked from outside."""

import itertools
import math

import numpy as np
import pytest
import yaml
from scipy.integrate import solve_ivp
from scipy.special import expit
from scipy.stats import binom, chi2_contingency, fisher_exact, norm

from igmfat_nb.bedside.dosing import DoseRule
from igmfat_nb.courses.population import kinetics_of
from igmfat_nb.errors import IgmFatError, MissingInput, UnreadableInput
from igmfat_nb.kinetics import (
    Infusions,
    Synthesis,
    holding_synthesis_mg_per_h,
    steady_state,
    titre_at,
)
from igmfat_nb.trial.allocation import allocate, centres_of
from igmfat_nb.trial.analysis import exact_rejection_rate, p_values
from igmfat_nb.trial.design import (
    Allocation,
    Analysis,
    FixedEndpoint,
    Truth,
    design_of,
    read_design,
    scenarios,
)
from igmfat_nb.trial.endpoint import METRICS, outcome
from igmfat_nb.trial.example import EXAMPLE
from igmfat_nb.trial.forecast import Beliefs, ForecastPatients
from igmfat_nb.trial.replicate import run_block, run_detail
from igmfat_nb.trial.screening import REASONS, screen
from igmfat_nb.trial.summary import FIELDS, joined, result_sha256, summary
from igmfat_nb.trial.week import Week


def design(**changes):
    return design_of({"patients": 60, "arms": ["standard", "deficit"]} | changes)


# The design file


def test_the_example_is_the_default_design():
    plain = design_of({"arms": ["standard", "deficit"]})

    assert design_of(yaml.safe_load(EXAMPLE)) == plain
    assert plain.patients == 356
    assert plain.endpoint.log_odds_per_day_at_target == 0
    assert plain.analysis.test == "chi-square"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"patient": 356}, "Is patients meant?"),
        (
            {"truth": {"scenarios": "native"}},
            "truth.scenarios is no field of a design. Is scenario",
        ),
        ({"arms": ["standard", "defict"]}, "Is deficit meant?"),
        ({"arms": ["standard"]}, "arms"),
        ({"arms": ["standard", "standard"]}, "different names"),
        ({"endpoint": {"model": "fixed", "mortality": {"standard": 0.4}}}, "keyed by the two arms"),
        ({"endpoint": {"model": "fixd"}}, "endpoint.model is fixd.* Is fixed meant?"),
        ({"endpoint": {"mortality": {"standard": 0.4}}}, "goes with model: fixed"),
        (
            {"endpoint": {"model": "fixed", "mortality": {"standard": 2, "deficit": 0}}},
            "^endpoint.mortality.standard is 2; expected less",
        ),
        ({"endpoint": {"model": "fixed", "mortalty": {}}}, "endpoint.mortalty .* Is mortality"),
        ({"allocation": {"methd": "simple"}}, "allocation.methd .* Is method meant?"),
        ({"belief": {"volum": "nadler"}}, "belief.volum .* Is volume_rule meant?"),
        ({"analysis": {"tests": "fisher"}}, "analysis.tests .* Is test meant?"),
        ({"grid": {"truth.recov": [0.9]}}, "grid.truth.recov .* Is truth.recovery meant?"),
        ({"patients": 40.5}, "patients is 40.5; expected a whole number"),
        ({"centres": True}, "centres is true; expected a number or a name"),
        ({"allocation": {"sizes": [True]}}, "allocation.sizes is true"),
        ({"truth": None}, "truth: expected choices with their names"),
        ({"arms": "standard"}, "arms is standard; expected a list"),
        ({"price_eur_per_ml": 1e308}, "price_eur_per_ml is 1e"),
        ({"truth": {"recovery": 9}}, "truth.recovery"),
        ({"belief": {"volume_rule": "fixed"}}, "needs its distribution volume"),
        ({"analysis": {"looks": [0.7, 0.3]}}, "rising"),
        ({"allocation": {"sizes": []}}, "block size"),
        ({"grid": {"patint": [1]}}, "grid.patint"),
        ({"grid": {"patients": 3}}, "list of values"),
        ({"arms": [{"name": "a", "rule": "deficit", "dose": 3}, "standard"]}, "arms.dose"),
    ],
)
def test_a_doubtful_design_is_refused_naming_the_place(document, words):
    with pytest.raises(IgmFatError, match=words.replace("?", r"\?")):
        design(**document)


def test_a_key_that_is_there_twice_is_refused(tmp_path):
    (tmp_path / "design.yaml").write_text("patients: 40\narms: [standard, deficit]\npatients: 50\n")

    with pytest.raises(UnreadableInput, match="“patients” is there twice"):
        read_design(tmp_path / "design.yaml")


@pytest.mark.parametrize("text", ["[", "- a", ""])
def test_a_file_that_is_no_design_is_refused(tmp_path, text):
    (tmp_path / "design.yaml").write_text(text)

    with pytest.raises(UnreadableInput):
        read_design(tmp_path / "design.yaml")


def test_an_arm_may_come_from_a_yaml_file(tmp_path):
    (tmp_path / "mine.yaml").write_text("name: mine\nrule: deficit\nmaintenance_ml_per_kg: 2\n")
    (tmp_path / "design.yaml").write_text("arms: [standard, mine.yaml]\n")

    arms = read_design(tmp_path / "design.yaml").arms

    assert (arms[1].name, arms[1].maintenance_ml_per_kg) == ("mine", 2)
    with pytest.raises(MissingInput, match=r"no file other\.yaml"):
        design_of({"arms": ["standard", "other.yaml"]}, tmp_path)


def test_a_grid_is_every_combination_of_its_values():
    family = scenarios(
        design(grid={"patients": [60, 80], "endpoint.baseline_mortality": [0.2, 0.3, 0.4]})
    )

    assert len(family) == 6
    assert {(d.patients, d.endpoint.baseline_mortality) for _f, d in family} == set(
        itertools.product((60, 80), (0.2, 0.3, 0.4))
    )


# Screening and allocation


def test_everyone_screened_is_excluded_once_or_enrolled():
    patients, screening = screen(np.random.default_rng(1), 300, Truth())

    assert screening.screened == sum(screening.excluded.values()) + 300
    assert set(screening.excluded) == set(REASONS)
    assert (patients.measured_igm_mg_dl < 60).all()


def test_enrolment_goes_by_the_measured_titre_so_a_few_are_truly_above():
    patients, screening = screen(np.random.default_rng(2), 20_000, Truth())

    above = (patients.true_igm_mg_dl >= 60).mean()
    assert screening.truly_above == (patients.true_igm_mg_dl >= 60).sum()
    assert 0.01 < above < 0.05
    # Half of a log-normal with median 60 is below 60; the error widens it by next to nothing.
    share = screening.excluded["igm_not_low"] / screening.screened
    assert share == pytest.approx(0.5, abs=0.01)


def test_bodies_are_those_of_adults_whom_the_protocol_allows():
    patients, _ = screen(np.random.default_rng(3), 5000, Truth())

    bmi = patients.weight_kg / (patients.height_cm / 100) ** 2
    assert bmi.max() <= 40
    assert patients.age_years.min() >= 19
    assert patients.male.mean() == pytest.approx(0.6, abs=0.03)
    assert np.median(patients.vasopressor_h) == pytest.approx(72, rel=0.05)


@pytest.mark.parametrize("method", ["permuted-blocks", "simple", "minimisation"])
def test_allocation_is_one_to_one(method):
    rng = np.random.default_rng(4)
    centre = centres_of(rng, 4000, 12)
    factors = rng.random((4000, 3)) < 0.5

    arms = allocate(rng, Allocation(method=method), centre, factors)

    assert arms.mean() == pytest.approx(0.5, abs=0.03)


def test_a_full_block_is_balanced_within_its_centre():
    rng = np.random.default_rng(5)
    centre = centres_of(rng, 400, 3)

    arms = allocate(rng, Allocation(sizes=(4,)), centre, np.zeros((400, 0), dtype=bool))

    for one in range(3):
        in_centre = arms[centre == one]
        whole = in_centre[: len(in_centre) // 4 * 4].reshape(-1, 4)
        assert (whole.sum(axis=1) == 2).all()


def test_mixed_blocks_are_never_far_from_balance():
    rng = np.random.default_rng(6)

    arms = allocate(rng, Allocation(sizes=(2, 4, 6)), np.zeros(500, int), np.zeros((500, 0), bool))

    surplus = np.abs(np.cumsum(2 * arms - 1))
    assert surplus.max() <= 3


def test_minimisation_balances_centres_better_than_chance():
    rng = np.random.default_rng(7)
    centre = centres_of(rng, 2000, 12)
    factors = rng.random((2000, 2)) < 0.3

    def imbalance(method):
        arms = allocate(np.random.default_rng(8), Allocation(method=method), centre, factors)
        return sum(abs((2 * arms - 1)[centre == c].sum()) for c in range(12))

    assert imbalance("minimisation") < imbalance("simple") / 2


# Weeks


def test_a_virtual_patients_week_is_the_solution_of_the_stated_equations():
    plan = design(patients=4, truth={"late_infusion_h": 3.0, "missed_samples": 0.2})
    detail = run_detail(plan, seed=9, first=0, count=1)
    places, week, _result = detail.arms[1]
    realised, who = detail.enrolled[0].realised, places[0]
    k = {
        name: getattr(realised.kinetics, name)[who]
        for name in ("v1_dl", "k10_per_h", "k12_per_h", "k21_per_h", "recovery")
    }
    made = realised.synthesis.start_mg_per_h[who]
    weight = detail.enrolled[0].patients.weight_kg[who]
    start, volume = week.start_h[:, 0], week.volume_ml[:, 0]
    end = start + volume / (0.4 * weight)

    def slopes(t, x):
        running = (start <= t) & (t < end)
        rate = made + (running * 0.4 * weight * 6).sum() * k["recovery"]
        flow = k["k12_per_h"] * x[0] - k["k21_per_h"] * x[1]
        return [rate - k["k10_per_h"] * x[0] - flow, flow]

    first = detail.enrolled[0].patients.true_igm_mg_dl[who] * k["v1_dl"]
    x, found, now = [first, first * k["k12_per_h"] / k["k21_per_h"]], {}, 0.0
    for cut in sorted({*start, *end, *np.arange(24.0, 169, 24)}):
        x = solve_ivp(slopes, (now, np.nextafter(cut, -1)), x, rtol=1e-11, atol=1e-8).y[:, -1]
        now, found[cut] = cut, x[0] / k["v1_dl"]
    expected = [found[t] for t in np.arange(24.0, 169, 24)]
    assert volume.any()
    assert week.igm_mg_dl[24::24, 0] == pytest.approx(expected, rel=1e-7)


def test_the_deficit_arm_doses_on_the_measured_titre_while_vasopressors_run():
    detail = run_detail(design(patients=200), seed=1, first=0, count=1)
    places, week, _ = detail.arms[1]
    patients = detail.enrolled[0].patients
    plasma, stops = patients.plasma_volume_ml[places], patients.vasopressor_h[places]

    for day in range(7):
        wanted = np.floor(np.maximum(100 - week.measured_mg_dl[day], 0) * plasma / 540 + 0.5)
        assert week.volume_ml[day].tolist() == np.where(stops > 24 * day, wanted, 0).tolist()


def test_the_standard_arm_gives_three_days_whatever_happens():
    detail = run_detail(design(patients=100, truth={"missed_samples": 0.5}), 1, 0, 1)
    places, week, _ = detail.arms[0]

    per_day = np.floor(5 * detail.enrolled[0].patients.weight_kg[places] + 0.5)
    assert week.volume_ml[:3].tolist() == [per_day.tolist()] * 3
    assert not week.volume_ml[3:].any()


def test_without_a_titre_the_deficit_arm_gives_no_dose():
    detail = run_detail(design(patients=100, truth={"missed_samples": 1.0}), 1, 0, 1)

    _places, week, _ = detail.arms[1]

    assert np.isnan(week.measured_mg_dl[1:]).all()
    assert not week.volume_ml[1:].any()


def test_the_label_rate_limit_cuts_what_does_not_fit_before_the_next_titre():
    truth = {"label_rate_limit": True, "late_infusion_h": 12.0}
    belief = {"recovery": 0.3}
    detail = run_detail(design(patients=100, truth=truth, belief=belief), 1, 0, 1)
    places, week, _ = detail.arms[1]

    weight = detail.enrolled[0].patients.weight_kg[places]
    end_h = week.start_h + week.volume_ml / (0.4 * weight)
    assert (end_h <= np.arange(1, 8)[:, None] * 24 + 1e-9).all()


def drawn_and_done(detail):
    """What is drawn of patients and fates, and what each arm did with it, by name."""
    enrolled = detail.enrolled[0]
    patients, realised = enrolled.patients, enrolled.realised
    found = {
        "titres at screening": (patients.true_igm_mg_dl, patients.measured_igm_mg_dl),
        "kinetics": (realised.kinetics.k10_per_h, realised.kinetics.v1_dl),
        "recovery": (realised.kinetics.recovery,),
        "assay errors": (realised.assay_factor,),
        "arms": (enrolled.arm,),
    }
    for name, (_places, week, result) in zip(("standard", "deficit"), detail.arms, strict=True):
        found[f"{name} titres"] = (week.igm_mg_dl,)
        found[f"{name} volumes"] = (week.volume_ml,)
        found[f"{name} starts"] = (week.start_h,)
        found[f"{name} deaths"] = (result.death_h,)
    return found


TITRES, VOLUMES = {"standard titres", "deficit titres"}, {"standard volumes", "deficit volumes"}
STARTS, DEATHS = {"standard starts", "deficit starts"}, {"standard deaths", "deficit deaths"}


@pytest.mark.parametrize(
    ("choice", "changed"),
    [
        ({"belief": {"recovery": 0.7}}, {"deficit titres", "deficit volumes"}),
        ({"truth": {"recovery": 0.7}}, {"recovery", *TITRES, "deficit volumes"}),
        ({"truth": {"scenario": "fast"}}, {"kinetics", *TITRES, "deficit volumes"}),
        ({"truth": {"synthesis": "baseline"}}, {*TITRES, "deficit volumes"}),
        ({"belief": {"synthesis": "baseline"}}, set()),  # the forecast's alone
        ({"truth": {"missed_samples": 0.2}}, {"deficit titres", "deficit volumes"}),
        ({"truth": {"late_infusion_h": 6}}, {*STARTS, *TITRES, "deficit volumes"}),
        ({"truth": {"late_infusion_h": 12, "label_rate_limit": True}},
         {*STARTS, *TITRES, *VOLUMES}),
        ({"truth": {"vasopressor_median_h": 24}}, {"deficit titres", "deficit volumes"}),
        ({"endpoint": {"log_odds_per_day_at_target": -1}}, DEATHS),
        ({"belief": {"scenario": "fast", "assay_cv": 0.2}}, set()),  # no forecast arm asks for it
        ({"price_eur_per_ml": 1}, set()),
        ({"analysis": {"test": "fisher", "looks": [0.5]}}, set()),
    ],
)  # fmt: skip
def test_each_choice_changes_what_it_should_and_nothing_else(choice, changed):
    before, after = (
        drawn_and_done(run_detail(design(patients=100, **part), 5, 0, 1)) for part in ({}, choice)
    )

    found = {
        name
        for name, parts in before.items()
        if not all(np.array_equal(a, b) for a, b in zip(parts, after[name], strict=True))
    }
    assert found == changed


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
    power = exact_rejection_rate(Analysis(), 160, 0.45, 0.30)

    assert power == pytest.approx(0.794, abs=5e-4)


def test_the_exact_size_is_a_sum_over_both_binomials():
    size = 0.0
    for a, b in itertools.product(range(16), repeat=2):
        pooled = (a + b) / 30
        z = (a - b) / 15 / math.sqrt(pooled * (1 - pooled) * 2 / 15) if 0 < a + b < 30 else 0
        if abs(z) > norm.isf(0.025):
            size += binom.pmf(a, 15, 0.4) * binom.pmf(b, 15, 0.4)

    assert exact_rejection_rate(Analysis(), 15, 0.4, 0.4) == pytest.approx(size, rel=1e-9)


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
    with pytest.raises(UnreadableInput, match="belief"):
        design(belief={"coefficient": 0.08})

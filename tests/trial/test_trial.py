"""Virtual trials: reproducible to the bit, honest about their error, checked from outside."""

import itertools

import numpy as np
import pytest
import yaml
from scipy.integrate import solve_ivp

from igmfat_nb.errors import IgmFatError, MissingInput, UnreadableInput
from igmfat_nb.trial.allocation import allocate, centres_of
from igmfat_nb.trial.design import (
    Allocation,
    Truth,
    design_of,
    read_design,
    scenarios,
)
from igmfat_nb.trial.example import EXAMPLE
from igmfat_nb.trial.replicate import run_detail
from igmfat_nb.trial.screening import REASONS, screen


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
        ({"patient": 356}, "Did you mean patients?"),
        (
            {"truth": {"scenarios": "native"}},
            "truth.scenarios is not a field of a design. Did you mean scenario",
        ),
        ({"arms": ["standard", "defict"]}, "Did you mean deficit?"),
        ({"arms": ["standard"]}, "arms"),
        ({"arms": ["standard", "standard"]}, "different names"),
        ({"endpoint": {"model": "fixed", "mortality": {"standard": 0.4}}}, "keyed by the two arms"),
        ({"endpoint": {"model": "fixd"}}, "endpoint.model is fixd.* Did you mean fixed?"),
        ({"endpoint": {"mortality": {"standard": 0.4}}}, "only with model: fixed"),
        (
            {"endpoint": {"model": "fixed", "mortality": {"standard": 2, "deficit": 0}}},
            "^endpoint.mortality.standard is 2; expected less",
        ),
        (
            {"endpoint": {"model": "fixed", "mortalty": {}}},
            "endpoint.mortalty .* Did you mean mortality",
        ),
        ({"allocation": {"methd": "simple"}}, "allocation.methd .* Did you mean method?"),
        ({"belief": {"volum": "nadler"}}, "belief.volum .* Did you mean volume_rule?"),
        ({"analysis": {"tests": "fisher"}}, "analysis.tests .* Did you mean test?"),
        ({"grid": {"truth.recov": [0.9]}}, "grid.truth.recov .* Did you mean truth.recovery?"),
        ({"patients": 40.5}, "patients is 40.5; expected a whole number"),
        ({"centres": True}, "centres is true; expected a number or a name"),
        ({"allocation": {"sizes": [True]}}, "allocation.sizes is true"),
        ({"truth": None}, "truth: expected choices with their names"),
        ({"arms": "standard"}, "arms is “standard”; expected a list"),
        ({"price_eur_per_ml": 1e308}, "price_eur_per_ml is 1e"),
        ({"truth": {"recovery": 9}}, "truth.recovery"),
        ({"belief": {"volume_rule": "fixed"}}, "needs the distribution volume"),
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

    with pytest.raises(UnreadableInput, match="“patients” occurs twice"):
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

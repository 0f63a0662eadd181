"""The next dose and the next sample: against plain Monte Carlo with other formulas, and laws."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from igmfat_nb.case import read_case
from igmfat_nb.errors import ImplausibleInput, MissingInput
from igmfat_nb.titration import (
    Outlook,
    course_rows,
    decide,
    learn_course,
    situation,
    smallest_volume_ml,
)
from igmfat_nb.titration.from_case import infusions_of_case
from igmfat_nb.titration.next_dose import RuleDose, forecast_rule

TWO_TITRES = {
    "schema": "igmfat-case/1",
    "subject": "SIM-002",
    "sex": "male",
    "age_years": 60,
    "height_cm": 175,
    "weight_kg": 80,
    "haematocrit": 0.30,
    "arm": "personalised",
    "titres": [{"time_h": 0, "igm_mg_dl": 38}, {"time_h": 24, "igm_mg_dl": 84}],
    "events": [],
    "doses": [{"start_h": 2, "volume_ml": 431, "duration_h": 13.5}],
    "vasopressor_stopped_h": None,
}


def case_of(**changes):
    return read_case(json.dumps({**TWO_TITRES, **changes}))


@pytest.fixture(scope="module")
def decision():
    return decide(case_of())


@pytest.fixture(scope="module")
def plain_monte_carlo():
    """Prior draws weighted by the titres, with the formulas of the reference script."""
    path = Path(__file__).parent.parent / "reference" / "make_posterior_references.py"
    spec = importlib.util.spec_from_file_location("reference", path)
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    rng, n = np.random.default_rng(8), 400_000
    low, high = (0.65 - 0.9) / 0.07, (1 - 0.9) / 0.07
    x = (
        reference.VOLUME_SD * rng.standard_normal(n),
        reference.CLEARANCE_SD * rng.standard_normal(n),
        stats.truncnorm.rvs(low, high, 0.9, 0.07, size=n, random_state=rng),
        rng.uniform(-np.log(2), np.log(2), n),
        np.log(38) + reference.ERROR_SD * rng.standard_normal(n),
    )
    seen = reference.titre(TWO_TITRES, [24], *x)[0]
    first = -0.5 * ((x[4] - np.log(60)) / 0.64) ** 2
    weight = np.exp(first - 0.5 * ((np.log(84) - np.log(seen)) / reference.ERROR_SD) ** 2)
    weight /= weight.sum()

    def titres(time_h, volume_ml=0.0):
        doses = list(TWO_TITRES["doses"])
        if volume_ml:
            doses.append({"start_h": 24, "volume_ml": volume_ml, "duration_h": volume_ml / 32})
        return reference.titre({**TWO_TITRES, "doses": doses}, [time_h], *x)[0], weight

    return titres


def test_chances_agree_with_plain_monte_carlo(decision, plain_monte_carlo):
    def chance(volume_ml):
        titres, weight = plain_monte_carlo(48, volume_ml)
        return weight[titres >= 100].sum()

    assert decision.standard.dose.volume_ml == 400  # 5 mL/kg × 80 kg
    assert decision.deficit.dose.volume_ml == 111  # 16 × 37.57 ÷ 0.9 ÷ 6, by hand 111.3
    assert decision.standard.chance == pytest.approx(chance(400), abs=0.015)
    assert decision.deficit.chance == pytest.approx(chance(111), abs=0.01)
    assert decision.chance_without_dose == pytest.approx(chance(0), abs=0.005)
    assert chance(decision.forecast.dose.volume_ml) == pytest.approx(0.8, abs=0.015)


def test_the_titre_now_and_the_peak_agree_with_plain_monte_carlo(decision, plain_monte_carlo):
    def points(titres, weight, shares):
        order = np.argsort(titres)
        return np.interp(shares, np.cumsum(weight[order]), titres[order])

    now = points(*plain_monte_carlo(24), (0.05, 0.5, 0.95))
    volume_ml = decision.forecast.dose.volume_ml
    peak = points(*plain_monte_carlo(24 + volume_ml / 32, volume_ml), [0.95])[0]

    assert list(decision.titre_now_mg_dl.values()) == pytest.approx(now, rel=0.01)
    assert decision.forecast.peak_p95_mg_dl == pytest.approx(peak, rel=0.02)


def test_expected_widths_agree_with_plain_monte_carlo(decision, plain_monte_carlo):
    rng = np.random.default_rng(5)
    sd = np.sqrt(2 * np.log(1 + 0.05**2))
    horizon, weight = plain_monte_carlo(72)
    chosen = rng.choice(len(weight), 20_000, p=weight)
    order = chosen[np.argsort(horizon[chosen])]

    def expected_width(time_h):
        at = np.log(plain_monte_carlo(time_h)[0][order])
        widths = []
        for report in rng.choice(at, 400) + sd * rng.standard_normal(400):
            reached = np.cumsum(np.exp(-0.5 * ((report - at) / sd) ** 2))
            low, high = np.searchsorted(reached / reached[-1], (0.05, 0.95))
            widths.append(horizon[order[high]] - horizon[order[low]])
        return np.mean(widths)

    assert [one.time_h for one in decision.sample_times] == [30, 36, 42, 48]
    assert [one.expected_width_mg_dl for one in decision.sample_times] == pytest.approx(
        [expected_width(time_h) for time_h in (30, 36, 42, 48)], rel=0.02
    )
    assert decision.next_sample_h == 48  # the latest sample tells most about the second day


def test_an_event_after_the_decision_changes_no_sample(decision):
    later = decide(case_of(events=[{"time_h": 28, "kind": "bleeding"}]), at_h=24)

    assert later.sample_times == decision.sample_times


def test_the_forecast_is_the_smallest_volume_that_does(decision):
    forecast = decision.forecast

    assert forecast.chance_of_one_less < 0.8 <= forecast.chance
    assert forecast.limited_by is None
    assert forecast.multiple_of_standard == pytest.approx(forecast.dose.volume_ml / 400)
    assert forecast.cumulative_ml_per_kg == pytest.approx((431 + forecast.dose.volume_ml) / 80)


def test_a_higher_chance_never_needs_less():
    volumes = [decide(case_of(), probability=p).forecast.dose.volume_ml for p in (0.3, 0.8, 0.95)]

    assert volumes == sorted(volumes)
    assert volumes[0] > 0


def test_the_label_rate_limits_openly():
    low = case_of(titres=[{"time_h": 0, "igm_mg_dl": 5}], doses=[])

    forecast = decide(low).forecast

    assert forecast.dose.volume_ml == forecast.largest_ml == 768  # 0.4 mL/kg/h × 80 kg × 24 h
    assert forecast.limited_by == "label rate"
    assert forecast.chance < 0.8


def test_no_dose_is_needed_where_the_chance_is_there_already():
    high = case_of(titres=[{"time_h": 0, "igm_mg_dl": 150}], doses=[])

    decision = decide(high)

    assert decision.forecast.dose.volume_ml == 0
    assert decision.forecast.chance == decision.chance_without_dose > 0.9
    assert decision.forecast.dose.rate_ml_h == 0


@pytest.mark.parametrize(
    ("changes", "at_h", "reason"),
    [
        ({"vasopressor_stopped_h": 20}, None, "Vasopressors stopped at 20 h"),
        ({}, 168, "168 h after the first titre"),
        ({"criteria": {"contraindication_iga_deficiency": "yes"}}, None, "No dose: the label"),
    ],
)
def test_deficit_and_forecast_stop_and_say_why(changes, at_h, reason):
    decision = decide(case_of(**changes), at_h=at_h)

    assert decision.stop.startswith(reason)
    assert decision.deficit.dose.volume_ml == decision.forecast.dose.volume_ml == 0
    assert decision.forecast.limited_by is None
    assert decision.forecast.chance == decision.deficit.chance == decision.chance_without_dose


def test_the_standard_arm_gives_three_days_whatever_vasopressors_do():
    stopped = case_of(vasopressor_stopped_h=20)

    assert decide(stopped, at_h=71.9).standard.dose.volume_ml == 400
    assert decide(stopped, at_h=72).standard.dose.volume_ml == 0


def test_a_contraindication_stops_the_standard_arm_too():
    decision = decide(case_of(criteria={"contraindication_hypersensitivity": "yes"}))

    assert decision.standard.dose.volume_ml == 0


def test_vasopressors_that_stop_later_do_not_stop_the_dose_now():
    later = case_of(vasopressor_stopped_h=30)

    assert decide(later, at_h=24).stop is None
    assert decide(later).stop.startswith("Vasopressors stopped at 30 h")  # the present hour


def test_a_day_without_a_result_goes_by_prediction():
    decision = decide(case_of(), at_h=48)

    assert decision.deficit.dose is None
    assert decision.deficit.chance is None
    assert decision.forecast.dose.volume_ml > 0
    assert any("goes by prediction" in warning for warning in decision.warnings)


def test_a_result_that_has_not_come_plays_no_part():
    pending = case_of(
        titres=[{"time_h": 0, "igm_mg_dl": 38}, {"time_h": 24, "igm_mg_dl": 84, "result_h": 27}]
    )
    never = case_of(titres=TWO_TITRES["titres"][:1])

    assert situation(pending).at_h == 27
    early, without = decide(pending, at_h=25), decide(never, at_h=25)
    assert early.titre_now_mg_dl == without.titre_now_mg_dl
    assert any("no result by 25 h" in warning for warning in early.warnings)


def test_a_dose_listed_for_later_plays_no_part_and_is_named():
    later = [*TWO_TITRES["doses"], {"start_h": 26, "volume_ml": 300, "duration_h": 10}]

    decision = decide(case_of(doses=later), at_h=24)

    assert decision.forecast.chance == decide(case_of()).forecast.chance
    assert any("after the decision at 24 h" in warning for warning in decision.warnings)


def test_what_was_given_today_is_not_given_again():
    given = [*TWO_TITRES["doses"], {"start_h": 26, "volume_ml": 60, "duration_h": 2}]

    decision = decide(case_of(doses=given), at_h=30)

    assert (decision.deficit.rule_ml, decision.deficit.given_ml) == (111, 60)
    assert decision.deficit.dose.volume_ml == 51
    assert decision.standard.dose.volume_ml == 340
    assert any(
        "60 mL ran since the titre at 24 h or runs on" in warning for warning in decision.warnings
    )


def test_a_new_infusion_waits_for_the_one_that_runs():
    running = case_of(doses=[{"start_h": 20, "volume_ml": 256, "duration_h": 8}])

    seen = situation(running, 24)

    assert seen.start_h == 28
    assert decide(running, at_h=24).forecast.largest_ml == 640  # 32 mL/h × 20 h


def test_what_runs_at_the_decision_runs_on():
    running = case_of(doses=[{"start_h": 20, "volume_ml": 256, "duration_h": 8}])

    outlook = decide(running, at_h=24).outlook

    whole = infusions_of_case(running.doses)
    from_the_start = outlook.posterior.ensemble.titres_mg_dl([26, 48], whole)
    assert outlook.titres_mg_dl([26, 48]) == pytest.approx(from_the_start, rel=1e-9)


def test_a_titre_drawn_during_an_infusion_is_named():
    running = case_of(doses=[{"start_h": 20, "volume_ml": 256, "duration_h": 8}])

    assert decide(running).warnings[0] == (
        "The titre at 24 h was drawn while an infusion ran (20 to 28 h)."
    )


def test_a_dose_that_takes_more_than_a_day_is_named():
    depleted = case_of(
        haematocrit=0.2, weight_kg=45, titres=[{"time_h": 0, "igm_mg_dl": 4}], doses=[]
    )

    warnings = decide(depleted).warnings

    # 96 × 32.96 dL ÷ 0.9 ÷ 6 = 586 mL; 9.6 mL/kg × 45 kg = 432 mL fit in a day.
    assert any(w.startswith("Deficit rule: 586 mL takes 32.6 h") for w in warnings)


@pytest.mark.parametrize("probability", [0, 1, 1.2, -0.1, float("nan")])
def test_a_chance_that_is_none_is_refused(probability):
    with pytest.raises(ImplausibleInput, match="The probability is"):
        decide(case_of(), probability=probability)


@pytest.mark.parametrize("at_h", [-1, 10_000, float("inf"), float("nan")])
def test_a_time_that_is_none_is_refused(at_h):
    with pytest.raises(ImplausibleInput, match="The decision time is"):
        situation(case_of(), at_h)


def test_no_decision_before_the_first_result():
    late = case_of(titres=[{"time_h": 0, "igm_mg_dl": 38, "result_h": 3}], doses=[])

    with pytest.raises(MissingInput, match="No result is known at 1 h; the first comes at 3 h"):
        decide(late, at_h=1)


def test_the_next_planned_sample_can_be_another_hour():
    assert situation(case_of(), sample_after_h=12).sample_h == 36
    with pytest.raises(ImplausibleInput, match="must come later"):
        situation(case_of(), sample_after_h=0)


def test_bisection_finds_the_smallest_volume_of_many_patients_at_once():
    needed = np.array([0, 1, 2, 17, 499, 500, 501, 3])
    largest = np.array([500, 500, 500, 500, 500, 500, 500, 0])
    asked = []

    def chance_of(volume_ml):
        asked.append(volume_ml.copy())
        return (volume_ml >= needed).astype(float)

    found = smallest_volume_ml(chance_of, 0.8, largest)

    assert found.tolist() == [0, 1, 2, 17, 499, 500, 500, 0]
    assert len(asked) <= 12  # halving, not trying one by one
    assert all(np.all(volumes <= largest) for volumes in asked)


@settings(max_examples=12, deadline=None)
@given(
    titres=st.lists(st.floats(15, 140), min_size=1, max_size=3),
    dose_h=st.floats(0, 23),
    probability=st.floats(0.05, 0.95),
    at_h=st.floats(0, 30),
)
def test_the_volume_is_the_first_whole_one_that_does_of_all(titres, dose_h, probability, at_h):
    case = case_of(
        weight_kg=45,
        titres=[{"time_h": 24 * day, "igm_mg_dl": titre} for day, titre in enumerate(titres)],
        doses=[{"start_h": dose_h, "volume_ml": 200, "duration_h": 12}],
    )
    seen = situation(case, at_h + 24 * len(titres))
    learned = learn_course(case, seen.titres, seen.doses, seen.patient, seed=2, n_particles=60)
    outlook = Outlook.of(seen, learned.final, 100.0)

    found = forecast_rule(outlook, probability)

    weight, every = learned.final.weight, np.arange(found.largest_ml + 1)
    chances = [  # by the engine itself, one march a volume
        weight[outlook.titres_mg_dl([seen.sample_h], volume_ml)[0] >= 100].sum()
        for volume_ml in every.tolist()
    ]
    enough = np.flatnonzero(np.array(chances) >= probability)
    smallest = every[enough[0]] if len(enough) else found.largest_ml
    assert found.dose.volume_ml == smallest
    assert found.limited_by == (None if len(enough) else "label rate")
    assert found.chance == pytest.approx(chances[int(smallest)], abs=1e-12)


def test_rows_of_the_course_are_what_a_decision_at_that_hour_would_say():
    titres = [
        {"time_h": 0, "igm_mg_dl": 38},
        {"time_h": 24, "igm_mg_dl": 84, "result_h": 26},
        {"time_h": 48, "igm_mg_dl": 240, "haematocrit": 0.25},
        {"time_h": 72, "igm_mg_dl": 99},
    ]
    doses = [*TWO_TITRES["doses"], {"start_h": 27, "volume_ml": 111, "duration_h": 3.5}]
    case = case_of(titres=titres, doses=doses)

    rows = course_rows(case)

    assert [row.decision_h for row in rows] == [0, 26, 48, 72]
    assert [row.given_ml for row in rows] == [431, 111, 0, 0]
    assert [row.next_h for row in rows] == [24, 48, 72, 96]
    for row in rows:
        decision = decide(case, at_h=row.decision_h)
        assert (row.standard, row.deficit) == (decision.standard, decision.deficit)
        assert row.forecast == RuleDose(
            decision.forecast.rule_ml,
            decision.forecast.given_ml,
            decision.forecast.dose,
            decision.forecast.chance,
        )
        # The interval holds its shares of what could be measured, and the chance its particles.
        posterior, given = decision.learning.final, infusions_of_case(case.doses)
        true = posterior.ensemble.titres_mg_dl([row.next_h], given)[0]
        sd = np.sqrt(2 * np.log(1 + 0.05**2))
        below = [
            posterior.weight @ stats.norm.cdf(np.log(x), np.log(true), sd)
            for x in row.predicted_mg_dl
        ]
        assert below == pytest.approx([0.05, 0.5, 0.95], abs=1e-4)
        assert row.chance == pytest.approx(posterior.weight[true >= 100].sum(), abs=1e-3)

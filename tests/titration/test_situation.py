"""The next dose where a day is not plain: no result yet, a dose listed, an infusion that runs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from next_dose_cases import TWO_TITRES, case_of
from scipy import stats

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


@pytest.fixture(scope="module")
def decision():
    return decide(case_of())


def test_a_day_without_a_result_goes_by_prediction():
    decision = decide(case_of(), at_h=48)

    assert decision.deficit.dose is None
    assert decision.deficit.chance is None
    assert decision.forecast.dose.volume_ml > 0
    assert any("uses the predicted titre" in warning for warning in decision.warnings)


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
    told = "60 mL was given after the titre at 24 h or is still being infused"
    assert any(told in warning for warning in decision.warnings)


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
        "The titre at 24 h was drawn during an infusion (20 to 28 h)."
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

    with pytest.raises(MissingInput, match="known at 1 h; the first is known at 3 h"):
        decide(late, at_h=1)


def test_the_next_planned_sample_can_be_another_hour():
    assert situation(case_of(), sample_after_h=12).sample_h == 36
    with pytest.raises(ImplausibleInput, match="expected more than 0 and at most 672 h"):
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

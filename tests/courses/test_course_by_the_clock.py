"""Hours of a course: one resolution; doses by titre and by order; what runs counts once.

The patient: male, 175 cm, 80 kg, haematocrit 0.30. By hand: blood 0.3669 × 1.75³ + 0.03219 × 80
+ 0.6041 = 5.1457 L, plasma 5.1457 × (1 − 0.9 × 0.30) = 3.7563 L; a deficit of 1 mg/dL asks
37.563 ÷ 0.9 ÷ 6 = 6.956 mL. The label rate is 32 mL/h, the standard dose 400 mL.
"""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igmfat_nb.case import case_text, deviations, read_case
from igmfat_nb.courses.as_given import GivenDose
from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.tables.titration import next_record
from igmfat_nb.titration import course_rows, decide, personal_band, situation

BODY = {
    "schema": "igmfat-case/1",
    "subject": "SIM-001",
    "sex": "male",
    "age_years": 60,
    "height_cm": 175,
    "weight_kg": 80,
    "haematocrit": 0.30,
}
FULL = (2, 431, 13.5)  # 62 × 6.956 = 431 mL at the label rate


def course(titres, doses=(), *, arm="personalised", stopped_h=None, events=()):
    return read_case(
        json.dumps(
            {
                **BODY,
                "arm": arm,
                "titres": [{"time_h": time_h, "igm_mg_dl": titre} for time_h, titre in titres],
                "events": [{"time_h": time_h, "kind": kind} for time_h, kind in events],
                "doses": [
                    {"start_h": start_h, "volume_ml": volume_ml, "duration_h": duration_h}
                    for start_h, volume_ml, duration_h in doses
                ],
                "vasopressor_stopped_h": stopped_h,
            }
        )
    )


# One resolution.


def test_hours_that_differ_in_the_last_bit_give_the_same_answers():
    exact = course([(0, 38), (24, 84)], [FULL, (24, 111, 6)])
    near = course([(0, 38), (24, 84)], [FULL, (24.000000000000004, 111, 6)])

    assert next_record(decide(near)) == next_record(decide(exact))
    assert decide(near).deficit.dose.volume_ml == 0  # 111 mL are given already


@pytest.mark.parametrize("again_h", [24, 24.000000000000004, 23.999999999999996, 24.0000002])
def test_a_titre_repeated_at_the_same_hour_is_refused(again_h):
    with pytest.raises(ImplausibleInput, match=r"titres\[2\].time_h is 24 h, not after 24 h"):
        course([(0, 38), (24, 84), (again_h, 84)])


@pytest.mark.parametrize(
    "hours",
    [
        {"stopped_h": 24.000000000000004},
        {"events": [(24.000000000000004, "plasma")]},
        {"titres": [(-1e-15, 38), (23.999999999999996, 84)]},
        {"titres": [(0, 38), (24, 84), (672.0000000000001, 84)]},
    ],
)
def test_every_hour_of_a_case_is_taken_to_the_same_resolution(hours):
    case = course(hours.pop("titres", [(0, 38), (24, 84)]), **hours)

    found = [*(t.time_h for t in case.titres), *(e.time_h for e in case.events), case.present_h]
    assert {math.modf(time_h)[0] for time_h in found} == {0.0}
    assert case_text(read_case(case_text(case))) == case_text(case)


def test_an_infusion_may_begin_where_the_one_before_it_ended():
    # 0.1 + 0.7 is 0.7999999999999999 in the machine
    touching = course([(0, 38)], [(0.1, 20, 0.7), (0.8, 20, 0.7)])

    assert situation(touching, 0.8).start_h == 1.5
    assert situation(touching, 1.5).running() == ()


@pytest.mark.parametrize("at_h", [24.000000000000004, 23.999999999999996])
def test_the_decision_and_the_look_back_have_that_resolution_too(at_h):
    case = course([(0, 38), (24, 84)], [FULL])

    assert next_record(decide(case, at_h=at_h)) == next_record(decide(case, at_h=24))
    assert len(case.titres_drawn(at_h)) == len(case.titres_known(at_h)) == 2
    posterior, _band = personal_band(case, [48.0], seed=1, until_h=at_h)
    assert posterior.weight.std() > 0 or posterior.path == "rejuvenated"  # both titres counted


@pytest.mark.parametrize("first_h", [0.1, 0.3, 0.6, 1.1, 6.1, 9.1])
def test_a_day_after_an_event_or_a_titre_is_a_day_whatever_the_last_bit(first_h):
    """33.1 − 9.1 is 24.000000000000004, 30.1 − 6.1 less than 24: both are a day."""
    case = course([(0, 38), (first_h, 60)])

    assert situation(case, first_h + 24).titre_today is None
    assert situation(case, first_h + 23.9).titre_today is not None


def test_a_dose_on_the_command_line_is_taken_to_the_same_resolution():
    assert GivenDose(24.000000000000004, 111, 6.000000000000001) == GivenDose(24, 111, 6)
    with pytest.raises(ImplausibleInput, match="both must be above 0"):
        GivenDose(0, 111, 1e-9)


@settings(max_examples=60, deadline=None)
@given(time_h=st.floats(0, 672), up=st.booleans())
def test_the_resolution_is_far_below_a_second_and_the_same_twice(time_h, up):
    found = resolved_h(time_h)

    assert abs(found - time_h) <= 0.5e-6 + 1e-12
    assert resolved_h(found) == found
    assert resolved_h(math.nextafter(found, math.inf if up else -math.inf)) == found


# A personalised dose belongs to its titre.


@pytest.mark.parametrize(
    "doses",
    [
        [FULL, (23.5, 111, 6)],  # 16 × 6.956 = 111, given half an hour after the titre at 23 h
        [(2, 200, 6.5), (8.5, 231, 7.5), (24, 50, 2), (30, 61, 2)],  # split: the sum counts
        [FULL, (46.9, 111, 6)],  # late, but within a day of its titre
    ],
)
def test_doses_that_follow_their_titre_are_no_deviation(doses):
    assert deviations(course([(0, 38), (23, 84)], doses)) == []


def test_two_titres_of_one_day_each_have_their_dose():
    # 50 mg/dL at 12 h asks 50 × 6.956 = 348 mL, less the 111 mL that ran from 12 to 15.5 h.
    case = course([(0, 38), (12, 50)], [FULL, (16, 236, 7.4)])

    assert deviations(case) == []


def test_the_sum_of_what_follows_one_titre_is_compared():
    (found,) = deviations(course([(0, 38), (24, 84)], [FULL, (26, 111, 4), (36, 111, 4)]))

    assert found == (
        "After the titre of 84 mg/dL at 24 h 222 mL was given; the personalised rule, an"
        " assumption of this software, gives 111 mL."
    )


def test_a_dose_beside_one_that_ran_over_the_titre_is_one_too_many():
    # 431 mL from 20 to 33.5 h: 9.5 of 13.5 h after the titre, 303 mL; 60 mg/dL asks 278 mL.
    case = course([(0, 38), (24, 60)], [(20, 431, 13.5), (34, 278, 8.7)])

    (found,) = deviations(case)

    assert found.endswith("gives 0 mL.")
    assert decide(case, at_h=33.5).deficit.dose.volume_ml == 0


def test_each_dose_without_a_titre_of_its_day_is_named():
    late = course([(0, 38)], [FULL, (26, 100, 4), (30, 100, 4)])

    assert deviations(late) == [
        "The dose at 26 h was given without a titre from the same day.",
        "The dose at 30 h was given without a titre from the same day.",
    ]


# A standard dose belongs to its order.


@pytest.mark.parametrize(
    "starts_h",
    [(2, 26, 50), (2, 23.5, 48), (2, 23.5, 47.5), (20, 26, 50), (25, 49), (2, 50), (25, 47, 71)],
)
def test_standard_doses_early_late_or_missed_are_no_deviation(starts_h):
    doses = [(start_h, 400, 5) for start_h in starts_h]  # the rate is another sentence

    found = deviations(course([(0, 38)], doses, arm="standard"))

    assert [one for one in found if "maximum labelled rate" not in one] == []


def test_a_split_standard_dose_is_one_dose():
    doses = [(2, 200, 6.5), (16, 200, 6.5), (26, 400, 12.5)]

    assert deviations(course([(0, 38)], doses, arm="standard")) == []


@pytest.mark.parametrize(
    ("doses", "sentences"),
    [
        (
            [(2, 400, 12.5), (15, 100, 4), (26, 400, 12.5)],
            ["Dose 2, started at 15 h, was 100 mL; the standard arm gives 400 mL."],
        ),
        (
            [(2, 200, 6.5), (10, 400, 12.5)],
            ["Dose 1, started at 2 h, was 600 mL; the standard arm gives 400 mL."],
        ),
        (
            [(2, 200, 6.5), (26, 400, 12.5)],
            ["Dose 1, started at 2 h, was 200 mL; the standard arm gives 400 mL."],
        ),
        (
            [(2, 400, 12.5), (23, 400, 12.5), (46, 400, 12.5), (70, 400, 12.5)],
            ["Dose 4, started at 70 h, exceeds the 3 doses of the standard arm."],
        ),
    ],
)
def test_another_standard_dose_is_named_by_its_order(doses, sentences):
    assert deviations(course([(0, 38)], doses, arm="standard")) == sentences


def test_a_standard_dose_given_a_little_early_is_not_given_again():
    early = course([(0, 38), (24, 90)], [(2, 400, 12.5), (23.5, 400, 12.5)], arm="standard")

    assert decide(early, at_h=24).standard.dose.volume_ml == 0
    assert decide(early, at_h=48).standard.dose.volume_ml == 400


# What ran since the titre and what runs on is subtracted.


@pytest.mark.parametrize(
    ("dose", "given_ml", "left_ml"),
    [
        ((20, 400, 12.5), 272, 0),  # 8.5 of 12.5 h after the titre; 30 × 6.956 = 209 mL asked
        ((20, 100, 12.5), 68, 141),
        ((4, 400, 12.5), 0, 209),  # over before the titre was drawn: it shows it
        ((26, 100, 4), 100, 109),
        ((12, 384, 12.5), 15.36, 194),  # half an hour of 12.5 h; 193.64 rounded
    ],
)
def test_the_deficit_rule_counts_what_the_titre_cannot_show(dose, given_ml, left_ml):
    deficit = decide(course([(0, 38), (24, 70)], [dose]), at_h=28).deficit

    assert deficit.rule_ml == 209
    assert deficit.given_ml == pytest.approx(given_ml, abs=1e-9)
    assert deficit.dose.volume_ml == left_ml


def test_the_answer_of_a_running_infusion_is_told_and_worked():
    record = next_record(decide(course([(0, 38), (24, 70)], [(20, 400, 12.5)]), at_h=28))

    told = "272 mL was given after the titre at 24 h"
    assert any(one.startswith(told) for one in record["warnings"])
    assert record["rules"]["deficit"]["working"][-1] == (
        "209 mL − 272 mL given since the titre or still being infused = 0 mL (not below 0)"
    )
    # Yesterday's standard dose came late and runs; today's is due in full, when it has ended.
    assert record["rules"]["standard"]["volume_ml"] == 400


# A course of any length answers for its present hour.


def test_without_a_time_a_case_answers_for_the_last_hour_entered():
    case = course([(0, 38)], [FULL, (26, 100, 4), (50, 100, 4)])

    decision = decide(case)

    assert decision.situation.at_h == 50
    assert decision.deficit.dose is None  # not the 431 mL of hour 0
    assert decision.standard.dose.volume_ml == 300


@pytest.mark.parametrize(
    ("later", "at_h"),
    [
        ({"events": [(30, "bleeding")]}, 30),
        ({"stopped_h": 31}, 31),
        ({"doses": [FULL]}, 24),
        ({"doses": [FULL, (26, 111, 4)]}, 26),
    ],
)
def test_whatever_was_entered_last_is_the_present_hour(later, at_h):
    assert situation(course([(0, 38), (24, 84)], **later)).at_h == at_h


def test_the_days_are_the_same_beside_a_decision_after_the_last_result():
    case = course([(0, 38), (24, 84)], [FULL, (26, 111, 4)])

    assert course_rows(case, decided=decide(case)) == course_rows(case)


# Rounding.


@pytest.mark.parametrize(("low_mg_dl", "limited"), [(38, None), (2, "label rate")])
def test_the_forecast_counts_in_vials_where_doses_do(low_mg_dl, limited):
    from dataclasses import replace

    from igmfat_nb.bedside.dose_rule import DoseRule
    from igmfat_nb.titration import CASE_ASSUMPTIONS

    case = course([(0, low_mg_dl)])
    exactly = replace(CASE_ASSUMPTIONS, scenario="intermediate")
    vials = replace(exactly, rule=DoseRule(rounding="vials"))

    exact, found = (decide(case, assumptions=one).forecast for one in (exactly, vials))

    # The smallest vial holds 10 mL; 768 mL fit in a day at 32 mL/h.
    whole = 760 if limited else math.ceil(exact.dose.volume_ml / 10) * 10
    assert found.dose.volume_ml == whole
    assert found.limited_by == limited
    assert found.chance_of_one_less < 0.8
    assert (found.chance >= 0.8) == (limited is None)


def test_what_is_left_of_a_dose_is_rounded_as_the_dose_is():
    from dataclasses import replace

    from igmfat_nb.bedside.dose_rule import DoseRule
    from igmfat_nb.titration import CASE_ASSUMPTIONS

    case = course([(0, 38), (24, 70)], [(26, 55, 2)])
    vials = replace(CASE_ASSUMPTIONS, rule=DoseRule(rounding="vials"))

    record = next_record(decide(case, assumptions=vials))["rules"]

    assert record["deficit"]["volume_ml"] == 160  # 210 − 55 = 155 mL, in vials of 10 mL
    assert record["standard"]["volume_ml"] == 350  # 400 − 55 = 345
    assert record["deficit"]["working"][-1] == "rounded up to whole vials: 160 mL"

"""The day plan: every dose follows from the titre in its row, and the totals add up."""

import math

import numpy as np
import pytest

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.patient import Patient
from igmfat_nb.courses.comparison import (
    arm_total,
    compare_arms,
    day_plan,
    holding_mg_per_kg_day,
    stays_below_target,
)
from igmfat_nb.courses.simulated import Assumptions, band_course, patient_course
from igmfat_nb.tables.day_plan import curve_text, entry_texts, plan_text, total_rows

PATIENT = Patient(
    sex="male", age_years=64.0, height_cm=175.0, weight_kg=80.0, haematocrit=0.3, igm_mg_dl=38.0
)
# Nadler by hand: 0.3669 × 1.75³ + 0.03219 × 80 + 0.6041 = 5.14565 L; × (1 − 0.9 × 0.3).
PLASMA_DL = 37.5632
INTERMEDIATE = Assumptions("intermediate")


@pytest.fixture(scope="module")
def comparison():
    return compare_arms(PATIENT, INTERMEDIATE, seed=1)


def test_each_personalised_dose_is_worked_from_the_titre_printed_in_its_row(comparison):
    rows = [row.entries["personalised"] for row in day_plan(comparison)[:7]]

    by_hand = [math.floor((100 - r.titre_mg_dl) * PLASMA_DL / 0.9 / 6 + 0.5) for r in rows]

    assert [row.dose.volume_ml for row in rows] == by_hand
    # By an integrator of its own: tests/reference/make_reference_courses.py.
    assert by_hand == [431, 90, 125, 111, 104, 97, 90]


def test_titres_after_the_first_are_printed_in_whole_mg_dl(comparison):
    titres = [row.entries[arm].titre_mg_dl for row in day_plan(comparison) for arm in row.entries]

    assert titres[:2] == [38.0, 38.0]
    assert [titre for titre in titres if titre != round(titre)] == []


def test_the_standard_arm_gives_three_doses_and_then_none(comparison):
    volumes = [row.entries["standard"].dose for row in day_plan(comparison)]

    assert [dose.volume_ml for dose in volumes[:7]] == [400, 400, 400, 0, 0, 0, 0]
    assert volumes[7] is None  # the morning after: a titre, no dose


def test_the_standard_titres_are_those_of_the_course_at_whole_days(comparison):
    course = patient_course(PATIENT, "standard", INTERMEDIATE, 24.0 * np.arange(1, 8))

    printed = [row.entries["standard"].titre_mg_dl for row in day_plan(comparison)[1:]]

    assert printed == [math.floor(titre + 0.5) for titre in course.igm_mg_dl[:, 0]]


def test_a_mornings_interval_holds_90_percent_of_patients_like_this(comparison):
    rng = np.random.default_rng(1)
    mornings = 24.0 * np.arange(1, 8)
    band = band_course(PATIENT, "personalised", INTERMEDIATE, mornings, rng=rng)

    low, high = np.quantile(band.igm_mg_dl, [0.05, 0.95], axis=1)

    intervals = [row.entries["personalised"].interval_mg_dl for row in day_plan(comparison)]
    assert intervals[0] is None  # the first titre is measured
    assert np.array(intervals[1:]) == pytest.approx(np.column_stack([low, high]), rel=1e-9)


def test_the_totals_add_up_by_hand(comparison):
    total = arm_total(comparison, "personalised")

    assert total.volume_ml == 1048  # 431 + 90 + 125 + 111 + 104 + 97 + 90
    assert total.volume_ml_per_kg == pytest.approx(13.1)
    assert total.first_72_h_ml_per_kg == pytest.approx((431 + 90 + 125) / 80)
    assert total.protein_mg == pytest.approx(52_400)
    assert total.igm_mg == pytest.approx(6_288)
    assert total.glucose_g == pytest.approx(26.2)
    assert total.sodium_mmol == pytest.approx(81.744)
    # 4 + 0 + 1 + 1 + 1 + 1 + 0; 90 mL twice is 50 + 4 × 10; 4 + 4 + 3 + 2 + 1 + 0 + 4
    assert total.vials == {100: 8, 50: 2, 10: 18}
    assert total.discarded_ml == pytest.approx(32)  # 9 + 0 + 5 + 9 + 6 + 3 + 0


def test_hours_at_the_aim_agree_with_a_count_minute_by_minute(comparison):
    minutes = np.arange(0, 336 * 60 + 1) / 60
    course = patient_course(PATIENT, "standard", INTERMEDIATE, minutes)

    counted = np.count_nonzero(course.igm_mg_dl >= 100) / 60

    assert arm_total(comparison, "standard").hours_at_target == pytest.approx(counted, abs=0.5)
    assert arm_total(comparison, "personalised").hours_at_target == 0


def test_the_page_says_so_when_titres_stay_below_the_aim(comparison):
    generous = DoseRule("coefficient", coefficient=0.3)

    assert stays_below_target(comparison)
    assert not stays_below_target(
        compare_arms(PATIENT, Assumptions("intermediate", rule=generous), seed=1)
    )


def test_holding_a_titre_takes_clearance_times_pool():
    fast = Assumptions(scenario="fast")

    # 0.166 a day × 7.3 × 37.56 dL × 38 mg/dL / 80 kg, by hand
    assert holding_mg_per_kg_day(PATIENT, fast) == pytest.approx(21.6, abs=0.1)


def test_the_same_seed_gives_the_same_comparison(comparison):
    again = compare_arms(PATIENT, INTERMEDIATE, seed=1)
    other = compare_arms(PATIENT, INTERMEDIATE, seed=2)

    same, different = (
        np.array_equal(
            one.arms["standard"].quantiles["p95"], comparison.arms["standard"].quantiles["p95"]
        )
        for one in (again, other)
    )
    assert (same, different) == (True, False)


def test_texts_carry_units_and_intervals(comparison):
    rows = day_plan(comparison)

    first, fourth = (
        entry_texts(rows[0].entries["standard"]),
        entry_texts(rows[3].entries["standard"]),
    )

    assert first == ("38", "", "400 mL")
    assert fourth[0] == "139"
    assert fourth[2] == "no dose"
    assert dict(row[::2] for row in total_rows(comparison))["Volume"] == "1,048 mL"
    assert "8 × 100 mL + 2 × 50 mL + 18 × 10 mL" in plan_text(comparison)
    assert curve_text(comparison).splitlines()[1].split() == ["0", "38", "38", "38"]


def test_a_comparison_keeps_nothing_of_the_virtual_patients_it_was_worked_beside(comparison):
    courses = [comparison.untreated, *(arm.course for arm in comparison.arms.values())]
    for course in courses:
        for array in (course.titre_mg_dl, course.igm_mg_dl, course.volume_ml):
            whole = array if array.base is None else array.base
            assert whole.size == array.size

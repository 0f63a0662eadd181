"""Vials, rates and loads against the label's own table and by exhaustive search."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from igmfat_nb.bedside.infusion import (
    Dose,
    infusion_steps_alternative,
    infusion_steps_expert,
    label_rate_ml_h,
    rounded_volume_ml,
    vial_counts,
)

# The label's infusion table; its printed rates and hours are rounded (0.1 mL/h, 0.15 h).
LABEL_TABLE = [(20, 100, 8, 12.5), (70, 350, 28, 12.5)]


@pytest.mark.parametrize(("weight_kg", "dose_ml", "rate_ml_h", "hours"), LABEL_TABLE)
def test_rates_and_hours_follow_the_labels_infusion_table(weight_kg, dose_ml, rate_ml_h, hours):
    rate = float(label_rate_ml_h(weight_kg))

    assert rate == pytest.approx(rate_ml_h, abs=0.1 + 1e-9)
    assert dose_ml / rate == pytest.approx(hours, abs=0.15)


def test_the_alternative_schedule_of_a_70_kg_adult_is_the_labels():
    (first_rate, first_h), (second_rate, second_h) = infusion_steps_alternative(70.0)

    assert (first_rate, second_rate) == pytest.approx((28, 14), abs=0.1)
    assert (first_h, second_h) == pytest.approx((3.5, 68), abs=0.15)
    assert first_rate * first_h + second_rate * second_h == pytest.approx(15 * 70)


def test_the_expert_bolus_exceeds_the_label_rate_and_adds_up_to_18_ml_per_kg():
    (bolus_rate, bolus_h), (rate, hours) = infusion_steps_expert(80.0)

    assert bolus_rate > float(label_rate_ml_h(80.0))
    assert (bolus_rate * bolus_h + rate * hours) / 80 == pytest.approx(18)  # 3.6 + 14.4


def test_a_70_kg_standard_day_carries_what_the_label_says():
    dose = Dose(350.0, 70.0, 3)

    assert dose.protein_mg == 17_500
    assert dose.igm_mg == 2_100
    assert dose.glucose_g == pytest.approx(8.75)
    assert dose.sodium_mmol == pytest.approx(27.3)
    assert (dose.rate_ml_h, dose.duration_h) == pytest.approx((28, 12.5))


@given(volume=st.integers(0, 600))
def test_vials_waste_least_and_are_then_fewest(volume):
    counts = {size: int(count) for size, count in vial_counts(float(volume)).items()}

    tries = itertools.product(range(7), range(3), range(12))
    opened = [(100 * a + 50 * b + 10 * c - volume, a + b + c) for a, b, c in tries]
    best = min(pair for pair in opened if pair[0] >= 0)
    discard = sum(size * count for size, count in counts.items()) - volume
    assert (discard, sum(counts.values())) == best


def test_431_ml_takes_four_large_and_four_small_vials():
    dose = Dose(431.0, 80.0, 7)

    assert dose.vials == {100: 4, 10: 4}
    assert dose.discarded_ml == 9


def test_a_volume_a_hair_above_whole_vials_by_arithmetic_opens_no_further_vial():
    assert Dose(400.00000000000006, 80.0, 3).vials == {100: 4}
    assert Dose(400.00000000000006, 80.0, 3).discarded_ml == 0


def test_vials_are_counted_for_many_patients_at_once():
    counts = vial_counts(np.array([0.0, 9.0, 431.0]))

    assert {size: count.tolist() for size, count in counts.items()} == {
        100: [0, 0, 4],
        50: [0, 0, 0],
        10: [0, 1, 4],
    }


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [("none", [0.0, 430.4, 430.5]), ("ml", [0, 430, 431]), ("vials", [0, 440, 440])],
)
def test_volumes_are_rounded_as_chosen(rounding, expected):
    assert rounded_volume_ml([0.0, 430.4, 430.5], rounding).tolist() == expected


def test_what_does_not_fit_in_a_day_is_said_and_not_cut():
    dose = Dose(800.0, 80.0, 7)  # 10 mL/kg; 9.6 mL/kg = 768 mL fits

    warning = dose.label_rate_warning()

    assert dose.volume_ml == 800
    assert warning is not None
    assert "800 mL takes 25 h" in warning
    assert "768 mL" in warning


def test_exactly_what_fits_in_a_day_does_not_warn():
    assert Dose(768.0, 80.0, 7).label_rate_warning() is None

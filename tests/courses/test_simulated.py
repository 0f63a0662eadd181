"""Courses: titres lead to doses, doses to titres, under stated assumptions."""

import math

import numpy as np
import pytest
from scipy.linalg import expm

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.patient import Patient
from igmfat_nb.courses.as_given import GivenDose, given_course
from igmfat_nb.courses.assay import reported_titre_mg_dl
from igmfat_nb.courses.hours import time_points_h
from igmfat_nb.courses.population import (
    half_lives,
    pooled_half_life_days,
    synthesis_of,
)
from igmfat_nb.courses.simulated import (
    Assumptions,
    Course,
    band_course,
    courses_with_virtual_patients,
    patient_course,
    patient_courses,
    patient_kinetics,
)
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.kinetics import Infusions

MAN = Patient(
    sex="male", age_years=64.0, height_cm=175.0, weight_kg=80.0, haematocrit=0.30, igm_mg_dl=38.0
)
V1_DL = 37.56327921874999  # (0.3669 x 1.75^3 + 0.03219 x 80 + 0.6041) x 10 x (1 - 0.27)
TWO_WEEKS = time_points_h(336, 1)
INTERMEDIATE = Assumptions("intermediate")
BASELINE = Assumptions("intermediate", "baseline")


def at(course, hour):
    return float(course.igm_mg_dl[np.searchsorted(course.time_h, hour), 0])


def euler_titre(hours, doses, *, k10=0.166 * 1.7 / 24, synthesis=None, step=1 / 64):
    """Untreated two-compartment patient plus doses, by Heun's method, from the text alone."""
    k = math.log(2) / 24
    k12, k21 = 0.18 * k, 0.82 * k
    a, b = 38 * V1_DL, 38 * V1_DL * 0.18 / 0.82
    made = k10 * a if synthesis is None else synthesis

    def slopes(t, a, b):
        rate = made + sum(v * 6 * 0.9 / d for s, v, d in doses if s <= t < s + d)
        return rate - (k10 + k12) * a + k21 * b, k12 * a - k21 * b

    for i in range(round(hours / step)):
        t = i * step
        da, db = slopes(t, a, b)
        ea, eb = slopes(t + step / 2, a + step / 2 * da, b + step / 2 * db)
        a, b = a + step * ea, b + step * eb
    return a / V1_DL


def test_untreated_with_synthesis_as_at_first_the_first_titre_is_held():
    course = patient_course(MAN, "none", BASELINE, TWO_WEEKS)

    assert course.igm_mg_dl[:, 0] == pytest.approx(np.full(337, 38.0), rel=1e-12)


def test_the_standard_arm_follows_the_stated_equations():
    course = patient_course(MAN, "standard", BASELINE, TWO_WEEKS)

    doses = [(2, 400, 12.5), (26, 400, 12.5), (50, 400, 12.5)]
    for day in (1, 3, 5):
        assert at(course, 24 * day) == pytest.approx(euler_titre(24 * day, doses), rel=2e-5)


def test_each_personalised_dose_is_worked_from_the_titre_reported_that_morning():
    course = patient_course(MAN, "personalised", INTERMEDIATE, TWO_WEEKS)

    titres, volumes = course.titre_mg_dl[:, 0], course.volume_ml[:, 0]
    by_hand = [math.floor((100 - t) * V1_DL / 0.9 / 6 + 0.5) for t in titres]
    assert volumes.tolist() == by_hand
    assert titres[0] == 38
    for day in range(1, 7):
        assert titres[day] == math.floor(at(course, 24 * day) + 0.5)


def test_the_second_personalised_titre_follows_the_stated_equations():
    course = patient_course(MAN, "personalised", INTERMEDIATE, TWO_WEEKS)

    assert at(course, 24) == pytest.approx(euler_titre(24, [(2, 431, 431 / 32)]), rel=2e-5)


@pytest.mark.parametrize(
    ("factor", "pooled_days", "first_day_h", "terminal_days"),
    [(1, 5.1, 64, 5.4), (1.7, 3.0, 45, 3.3), (7.3, 0.7, 13, 1.4)],
)
def test_half_lives_are_those_of_the_curve(factor, pooled_days, first_day_h, terminal_days):
    k, k10 = math.log(2), 0.166 * factor  # a day
    rates = np.array([[-k10 - 0.18 * k, 0.82 * k], [0.18 * k, -0.82 * k]])
    left = expm(rates)[0, 0]  # of a unit in plasma, after a day
    slowest = -np.linalg.eigvals(rates).real.max()

    found = half_lives(factor)

    assert found.first_day_h == pytest.approx(24 * math.log(2) / -math.log(left), rel=1e-10)
    assert found.terminal_days == pytest.approx(math.log(2) / slowest, rel=1e-10)
    assert found.first_day_h == pytest.approx(first_day_h, abs=0.5)
    assert round(found.terminal_days, 1) == terminal_days
    assert pooled_half_life_days(factor) == pytest.approx(pooled_days, abs=0.05)


def test_without_synthesis_the_titre_falls_and_more_so_at_faster_clearance():
    titres = [
        at(patient_course(MAN, "none", Assumptions(scenario, "none"), TWO_WEEKS), 72)
        for scenario in ("native", "intermediate", "fast")
    ]

    assert 38 > titres[0] > titres[1] > titres[2]
    assert titres[1] == pytest.approx(euler_titre(72, [], synthesis=0.0), rel=2e-5)


def test_recovering_synthesis_holds_until_day_3_and_then_rises_to_health():
    kinetics, synthesis = patient_kinetics(MAN, Assumptions("intermediate", "recovering"))

    assert (synthesis.rise_start_h, synthesis.rise_end_h) == (72, 168)
    assert float(synthesis.late_mg_per_h[0]) == pytest.approx(6.9 * 80 / 24)
    course = patient_course(MAN, "none", Assumptions("intermediate", "recovering"), TWO_WEEKS)
    assert at(course, 72) == pytest.approx(38, rel=1e-12)
    assert at(course, 336) > 40
    assert kinetics.recovery == 0.9


def test_synthesis_that_already_exceeds_health_does_not_fall():
    high = MAN.model_copy(update={"igm_mg_dl": 300.0})
    kinetics, _ = patient_kinetics(high, Assumptions("fast"))

    synthesis = synthesis_of("recovering", 300.0, kinetics, 80.0)

    assert synthesis.late_mg_per_h == synthesis.start_mg_per_h


def test_the_same_seed_gives_the_same_band_and_another_does_not():
    bands = [
        band_course(MAN, "personalised", INTERMEDIATE, TWO_WEEKS, rng=np.random.default_rng(s))
        for s in (1, 1, 2)
    ]

    assert np.array_equal(bands[0].igm_mg_dl, bands[1].igm_mg_dl)
    assert not np.array_equal(bands[0].igm_mg_dl, bands[2].igm_mg_dl)


def test_beside_their_twins_patients_take_their_own_course():
    for scenario in ("native", "fast"):
        assumptions = Assumptions(scenario, "recovering", DoseRule(recovery=0.7))
        rng = np.random.default_rng(1)
        beside = courses_with_virtual_patients(
            MAN, ("standard", "personalised"), assumptions, TWO_WEEKS, rng=rng
        )

        for arm, course in beside.items():
            alone = patient_course(MAN, arm, assumptions, TWO_WEEKS)
            first = course.part(slice(0, 1))
            assert np.array_equal(first.igm_mg_dl, alone.igm_mg_dl)
            assert np.array_equal(first.titre_mg_dl, alone.titre_mg_dl)
            assert np.array_equal(first.infusions.igm_mg, alone.infusions.igm_mg)


def test_virtual_patients_are_dosed_on_their_own_titres_and_the_band_holds_the_line():
    band = band_course(
        MAN,
        "personalised",
        INTERMEDIATE,
        TWO_WEEKS,
        rng=np.random.default_rng(1),
        virtual_patients=2000,
    )
    line = patient_course(MAN, "personalised", INTERMEDIATE, TWO_WEEKS)

    quantiles = band.quantiles()
    assert np.unique(band.volume_ml[1]).size > 20
    assert band.volume_ml[0].tolist() == [431.0] * 2000
    inside = (quantiles["p25"] <= line.igm_mg_dl[:, 0] + 1e-9) & (
        line.igm_mg_dl[:, 0] <= quantiles["p75"] + 1e-9
    )
    assert inside.all()
    assert (quantiles["p5"] <= quantiles["p50"]).all()
    assert (quantiles["p50"] <= quantiles["p95"]).all()


@pytest.mark.parametrize("n", [1, 2, 7, 500])
def test_quantiles_over_patients_are_linear_as_those_of_numpy(n):
    igm = np.random.default_rng(n).lognormal(4, 0.5, (5, n))
    none = np.empty((0, n))
    course = Course("none", np.empty(0), none, none, Infusions.none(), np.arange(5.0), igm)

    rows = np.array(list(course.quantiles().values()))

    expected = np.quantile(igm, [0.05, 0.25, 0.5, 0.75, 0.95], axis=1)
    assert rows == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("step_h", [1, 2, 5, 0.1])
def test_courses_at_other_times_are_the_same_course(step_h):
    times = time_points_h(200, step_h)
    known = patient_course(MAN, "personalised", INTERMEDIATE, TWO_WEEKS)

    course = patient_course(MAN, "personalised", INTERMEDIATE, times)

    assert course.volume_ml.tolist() == known.volume_ml.tolist()
    infusions = [
        GivenDose(start, volume, hours)
        for start, volume, hours in zip(
            np.ravel(course.infusions.start_h),
            course.volume_ml[:, 0],
            np.ravel(course.infusions.duration_h),
            strict=True,
        )
        if volume
    ]
    given = given_course(MAN, infusions, INTERMEDIATE, times)
    assert course.igm_mg_dl == pytest.approx(given.igm_mg_dl, rel=1e-11)


def test_the_band_of_a_lower_recovery_lies_lower():
    doses, times = [GivenDose(2.0, 400.0, 12.5)], time_points_h(15, 15)

    def median(recovery):
        rule = Assumptions("intermediate", rule=DoseRule(recovery=recovery))
        rng = np.random.default_rng(3)
        return given_course(MAN, doses, rule, times, rng=rng).quantiles()["p50"]

    rise, lower = median(0.9)[-1] - 38, median(0.45)[-1] - 38
    assert lower == pytest.approx(rise / 2, rel=0.02)  # linear in what reaches plasma


def test_given_doses_follow_the_stated_equations():
    doses = [GivenDose(3.0, 100.0, 4.0), GivenDose(5.0, 300.0, 10.0)]

    course = given_course(MAN, doses, INTERMEDIATE, time_points_h(48, 1))

    by_hand = euler_titre(48, [(3, 100, 4), (5, 300, 10)])
    assert course.igm_mg_dl[-1, 0] == pytest.approx(by_hand, rel=2e-5)


@pytest.mark.parametrize(
    "numbers", [(-1, 10, 1), (0, 0, 1), (0, 10, 0), (math.nan, 10, 1), (0, math.inf, 1)]
)
def test_a_dose_that_cannot_be_is_refused(numbers):
    with pytest.raises(ImplausibleInput, match="dose"):
        GivenDose(*numbers)


def test_titres_are_reported_in_whole_milligrams_half_up():
    assert reported_titre_mg_dl(np.array([82.4, 82.5, 99.51])).tolist() == [82, 83, 100]


def test_a_higher_assumed_recovery_needs_less_product():
    volumes = [
        patient_course(MAN, "personalised", Assumptions(rule=DoseRule(recovery=r)), TWO_WEEKS)
        .volume_ml[0, 0]
        for r in (0.65, 0.9, 1.0)
    ]  # fmt: skip

    assert volumes[0] > volumes[1] > volumes[2]


def test_courses_followed_side_by_side_are_each_as_alone():
    beside = patient_courses(MAN, ("standard", "personalised", "none"), INTERMEDIATE, TWO_WEEKS)

    for arm, course in beside.items():
        alone = patient_course(MAN, arm, INTERMEDIATE, TWO_WEEKS)
        assert course.arm == arm
        assert np.array_equal(course.igm_mg_dl, alone.igm_mg_dl)
        assert np.array_equal(course.volume_ml, alone.volume_ml)
    assert [len(course.volume_ml) for course in beside.values()] == [3, 7, 0]
    assert at(beside["standard"], 48) == pytest.approx(
        euler_titre(48, [(2, 400, 12.5), (26, 400, 12.5)]), rel=1e-6
    )

"""Degenerate cases with their textbook answer, refusals, and one more infusion."""

import copy
import dataclasses

import mpmath
import numpy as np
import pytest

from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.kinetics import (
    InfusionEffect,
    Infusions,
    Kinetics,
    Progress,
    State,
    Synthesis,
    amounts_at,
    course_at,
    course_on_grid,
    steady_state,
    titre_at,
    titre_on_grid,
)

RISE = (72.0, 168.0)


def many_patients(n):
    rng = np.random.default_rng(3)
    kinetics = Kinetics(
        *rng.uniform([20, 0.003, 0.001, 0.005, 0.5], [60, 0.08, 0.03, 0.08, 1], (n, 5)).T
    )
    synthesis = Synthesis(rng.uniform(0, 15, n), rng.uniform(15, 30, n), *RISE)
    infusions = Infusions(
        np.arange(7) * 24.0 + 2, rng.uniform(0, 4000, (7, n)), rng.uniform(0, 30, (7, n))
    )
    return kinetics, synthesis, infusions, State(rng.uniform(200, 3000, n), rng.uniform(0, 900, n))


# Degenerate cases, each with its textbook answer.


def test_without_exchange_elimination_is_a_single_exponential():
    kinetics = Kinetics(40.0, 0.05, 0.0, 0.0, 1.0)
    rate, t = 100.0, np.array([0.0, 5.0, 12.0, 60.0])

    found = titre_at(
        t, State(np.array([800.0]), np.zeros(1)), kinetics, Synthesis.constant(0.0),
        Infusions([0.0], [rate * 12], [12.0]),
    )[:, 0]  # fmt: skip

    ran = np.minimum(t, 12)
    infused = rate / 0.05 * (1 - np.exp(-0.05 * ran)) * np.exp(-0.05 * (t - ran))
    assert found == pytest.approx((800 * np.exp(-0.05 * t) + infused) / 40, rel=1e-13)


@pytest.mark.parametrize("gap", [0.0, 1e-16, 1e-13, 1e-9, 1e-5])
def test_equal_and_nearly_equal_exponents_lose_no_digits(gap):
    # k12 = 0 and k21 = k10 (1 + gap): both exponents meet; A1 = (A1' + k21 A2' t) e^(-k t).
    k, t = 0.03, np.array([1.0, 30.0, 200.0])
    kinetics = Kinetics(1.0, k, 0.0, k * (1 + gap), 1.0)

    state, none = State(np.array([500.0]), np.array([300.0])), Synthesis.constant(0.0)
    found = titre_at(t, state, kinetics, none, Infusions.none())[:, 0]

    k21 = mpmath.mpf(k) * (1 + mpmath.mpf(gap))
    expected = [
        500 * mpmath.exp(-k * x)
        + 300 * k21 * mpmath.quad(lambda u, x=x: mpmath.exp(-k21 * u - k * (x - u)), [0, x])
        for x in t
    ]
    assert found == pytest.approx([float(x) for x in expected], rel=1e-13)


def test_without_elimination_and_exchange_all_that_went_in_is_there():
    kinetics = Kinetics(2.0, 0.0, 0.0, 0.0, 0.5)

    found = titre_at(
        [0.0, 10.0, 200.0], State(np.array([10.0]), np.zeros(1)), kinetics,
        Synthesis(1.0, 3.0, *RISE), Infusions([5.0], [100.0], [10.0]),
    )[:, 0]  # fmt: skip

    # 200 h: 10 + 200 x 1 + ramp (96^2/2 x 2/96 + 32 x 2) + 50 = 420 mg
    assert found == pytest.approx([5.0, (10 + 10 + 25) / 2, 210.0], rel=1e-13)


def test_without_elimination_exchange_alone_reaches_its_balance():
    kinetics = Kinetics(1.0, 0.0, 0.02, 0.06, 1.0)

    amounts = amounts_at([5000.0], State(np.array([80.0]), np.zeros(1)), kinetics,
                         Synthesis.constant(0.0), Infusions.none())  # fmt: skip

    assert amounts.plasma_mg[0, 0] == pytest.approx(60.0, rel=1e-12)  # k21 / (k12 + k21)
    assert amounts.tissue_mg[0, 0] == pytest.approx(20.0, rel=1e-12)


def test_a_course_of_no_length_is_the_first_titre():
    *case, state = many_patients(4)

    titres, end = course_on_grid(1.0, 0, state, *case)

    assert np.array_equal(titres[0], state.plasma_mg / case[0].v1_dl)
    assert np.array_equal(end.plasma_mg, state.plasma_mg)


def test_an_infusion_past_the_end_changes_nothing_before_it():
    kinetics, state = Kinetics(40.0, 0.01, 0.005, 0.02, 0.9), State(np.array([1500.0]), np.zeros(1))
    late = Infusions([48.0, 30.0], [1000.0, 900.0], [5.0, 40.0])
    early = Infusions([30.0], [900.0 * 18 / 40], [18.0])  # what has run by 48 h

    with_late, without = (
        titre_at([0.0, 48.0], state, kinetics, Synthesis.constant(2.0), some)
        for some in (late, early)
    )

    assert with_late == pytest.approx(without, rel=1e-13)


def test_a_bolus_is_the_limit_of_ever_shorter_infusions():
    kinetics, state = Kinetics(40.0, 0.01, 0.005, 0.02, 0.9), State(np.zeros(1), np.zeros(1))
    none = Synthesis.constant(0.0)

    bolus, short = (
        titre_at([1.0, 10.0], state, kinetics, none, Infusions([0.5], [1000.0], [d]))
        for d in (0.0, 1e-5)
    )

    assert bolus == pytest.approx(short, rel=1e-6)


def test_overlapping_infusions_add_up():
    kinetics, state = Kinetics(40.0, 0.01, 0.005, 0.02, 0.9), State(np.zeros(1), np.zeros(1))
    none = Synthesis.constant(0.0)
    first, second = Infusions([1.0], [700.0], [20.0]), Infusions([9.5], [400.0], [3.0])
    both = Infusions([1.0, 9.5], [700.0, 400.0], [20.0, 3.0])

    a, b, ab = (
        titre_at([5.0, 11.0, 90.0], state, kinetics, none, x) for x in (first, second, both)
    )

    assert ab == pytest.approx(a + b, rel=1e-13)


def test_the_rest_of_a_running_infusion_is_given_from_where_one_starts():
    *case, state = many_patients(6)
    there = amounts_at([100.0], state, *case)
    half_way = State(there.plasma_mg[0], there.tissue_mg[0])

    ahead = titre_at([150.0], half_way, *case, from_h=100.0)

    assert ahead == pytest.approx(titre_at([150.0], state, *case), rel=1e-12)


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Kinetics(0.0, 0.1, 0.1, 0.1, 1.0),
        lambda: Kinetics(1.0, -0.1, 0.1, 0.1, 1.0),
        lambda: Kinetics(1.0, float("nan"), 0.1, 0.1, 1.0),
        lambda: Synthesis(1.0, 2.0),
        lambda: Synthesis.constant(-1.0),
        lambda: Infusions([0.0], [-1.0], [1.0]),
        lambda: Infusions([float("nan")], [1.0], [1.0]),
        lambda: Infusions([0.0], [1.0], [float("inf")]),
        lambda: steady_state(-1.0, Kinetics(1.0, 0.1, 0.1, 0.1, 1.0)),
        lambda: steady_state(50.0, Kinetics(1.0, 0.1, 0.1, 0.0, 1.0)),  # tissue fills for ever
        lambda: Synthesis(1.0, 2.0, np.zeros(2), np.ones(2)),
        lambda: Synthesis(1.0, 2.0, 0.0, float("inf")),
        lambda: Infusions([0.0, 1.0], [1.0], [1.0, 1.0]),
        lambda: Infusions(0.0, 1.0, 1.0),
    ],
)
def test_what_cannot_be_is_refused(broken):
    with pytest.raises(ImplausibleInput):
        broken()


def test_times_before_the_start_and_grids_without_a_step_are_refused():
    *case, state = many_patients(2)

    with pytest.raises(ImplausibleInput, match="not before 10"):
        titre_at([5.0], state, *case, from_h=10.0)
    with pytest.raises(ImplausibleInput, match="start must be a finite"):
        titre_at([5.0], state, *case, from_h=float("nan"))
    with pytest.raises(ImplausibleInput, match="one dimension"):
        titre_at([[5.0]], state, *case)
    below = State(np.array([-1.0, 5.0]), state.tissue_mg)
    with pytest.raises(ImplausibleInput, match="Amounts must be"):
        titre_at([5.0], below, *case)
    with pytest.raises(ImplausibleInput, match="step above 0"):
        titre_on_grid(0.0, 3, state, *case)


def test_arrays_of_different_length_are_refused():
    kinetics = Kinetics(np.array([1.0, 2.0]), 0.1, 0.1, 0.1, 1.0)

    with pytest.raises(ImplausibleInput, match="differ in length"):
        titre_at(
            [1.0],
            State(np.ones(3), np.ones(3)),
            kinetics,
            Synthesis.constant(0.0),
            Infusions.none(),
        )
    with pytest.raises(ImplausibleInput, match="one dimension"):
        titre_at([1.0], State(np.ones((2, 2)), np.ones((2, 2))), kinetics,
                 Synthesis.constant(0.0), Infusions.none())  # fmt: skip


def test_what_one_more_infusion_adds_by_hand():
    # One compartment of 30 dL: 8 h at 100 mg/h, nine tenths of it, then 16 h of decay at 0.05/h.
    alone = Kinetics(30.0, 0.05, 0.0, 0.0, 0.9)

    added = InfusionEffect.of(alone, 1, 24.0).titre_mg_dl(100.0, 8.0)

    by_hand = 0.9 * 100 / (30 * 0.05) * (1 - np.exp(-0.05 * 8)) * np.exp(-0.05 * 16)
    assert added[0] == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.parametrize("duration_h", [0.0, 0.03, 7.5, 24.0, 40.0])
def test_what_one_more_infusion_adds_is_the_difference_of_two_courses(duration_h):
    rng = np.random.default_rng(6)
    low, high = [25, 0.002, 0.0, 0.01, 0.6], [60, 0.1, 0.03, 0.06, 1]
    rates = rng.uniform(low, high, (3, 5)).T
    kinetics, n = Kinetics(*rates), 3
    state, synthesis = State(np.full(n, 900.0), np.full(n, 200.0)), Synthesis(3.0, 9.0, *RISE)
    given = Infusions([60.0], [duration_h * 192.0], [duration_h])

    effect = InfusionEffect.of(kinetics, n, 24.0)

    with_it, without = (
        titre_at([84.0], state, kinetics, synthesis, infusions, from_h=48.0)[0]
        for infusions in (given, Infusions.none())
    )
    added = effect.titre_mg_dl(192.0, duration_h)
    assert added == pytest.approx(with_it - without, abs=1e-9)
    some = np.array([2, 0])
    assert np.array_equal(effect.titre_mg_dl(192.0, duration_h, some), added[some])


def test_an_infusion_that_starts_at_the_time_or_later_adds_nothing():
    effect = InfusionEffect.of(Kinetics(30.0, 0.05, 0.01, 0.02, 0.9), 2, -3.0)

    assert effect.titre_mg_dl(192.0, 5.0).tolist() == [0, 0]


def test_what_one_more_infusion_adds_to_some_of_whom_others_hardly_exchange():
    # Numbers 1 and 3 have one compartment: by hand; the others as when they are asked alone.
    k10, k12 = np.array([0.02, 0.05, 0.03, 0.04]), np.array([0.005, 0.0, 0.006, 0.0])
    kinetics = Kinetics(30.0, k10, k12, 0.02, 0.9)
    effect = InfusionEffect.of(kinetics, 4, 24.0)

    added = effect.titre_mg_dl(100.0, 8.0)
    some = effect.titre_mg_dl(100.0, 8.0, np.array([3, 0, 1]))

    for one in (1, 3):
        run, left = 1 - np.exp(-k10[one] * 8), np.exp(-k10[one] * 16)
        assert added[one] == pytest.approx(0.9 * 100 / (30 * k10[one]) * run * left, rel=1e-12)
    alone = InfusionEffect.of(Kinetics(30.0, 0.02, 0.005, 0.02, 0.9), 1, 24.0)
    assert added[0] == pytest.approx(alone.titre_mg_dl(100.0, 8.0)[0], rel=1e-14)
    assert np.array_equal(some, added[[3, 0, 1]])


@pytest.mark.parametrize("between", [[], [6.0, 12.0], [0.5, 25.0, 71.0]])
def test_infusions_decided_on_the_way_are_those_known_from_the_start(between):
    rates = np.array(
        [[30.0, 0.02, 0.01, 0.03, 0.9], [40.0, 0.1, 0.02, 0.05, 0.8], [35.0, 0.05, 0.0, 0.0, 0.9]]
    ).T  # the last exchanges nothing: it goes step by step
    kinetics, synthesis = Kinetics(*rates), Synthesis(3.0, 9.0, 30.0, 90.0)
    start = State(np.array([900.0, 1200.0, 800.0]), np.array([200.0, 0.0, 50.0]))
    starts, lasts = [[2.0], [26.0], [50.0]], 30.0  # each still runs when the next sample is drawn
    masses = [[900.0, 0.0, 70.0], [500.0, 70.0, 0.0], [1.0, 2.0, 3.0]]
    time_h = np.union1d([0.0, 24.0, 48.0, 72.0], between)

    progress = Progress(time_h, start, kinetics, synthesis)
    for begin, mass in zip(starts, masses, strict=True):
        progress.go_to(int(np.searchsorted(time_h, begin[0] - 2.0)))
        progress.give(Infusions(begin, [mass], [[lasts] * 3]))
    progress.go_to(len(time_h) - 1)

    known = Infusions(starts, masses, np.full((3, 3), lasts))
    expected = amounts_at(time_h, start, kinetics, synthesis, known).plasma_mg / kinetics.v1_dl
    assert progress.titre_mg_dl == pytest.approx(expected, rel=1e-11)


def test_patients_make_the_same_progress_alone_as_together():
    rng = np.random.default_rng(4)
    k10, k12 = rng.uniform(0.005, 0.05, 9), np.r_[0.0, rng.uniform(0.002, 0.01, 8)]
    time_h, mass = np.arange(0.0, 60.0, 3.0), rng.uniform(0, 900, 9) * (np.arange(9) != 4)

    def titres(some):
        kinetics = Kinetics(30.0, k10[some], k12[some], 4 * k12[some], 0.9)
        state = State(30.0 * np.arange(30.0, 39.0)[some], np.zeros(9)[some])
        progress = Progress(time_h, state, kinetics, Synthesis.constant(2.0))
        progress.give(Infusions([2.0], mass[None, some], mass[None, some] / 50))
        progress.go_to(len(time_h) - 1)
        return progress.titre_mg_dl

    together = titres(np.arange(9))
    for one in range(9):
        assert np.array_equal(titres(np.array([one]))[:, 0], together[:, one])


def test_what_was_worked_out_of_constants_stays_with_them_alone():
    slow, fast = (Kinetics(30.0, k10, 0.01, 0.03, 0.9) for k10 in (0.01, 0.05))
    start, none = State(np.array([900.0]), np.array([300.0])), Synthesis.constant(0.0)

    def titre(kinetics):
        return titre_at([24.0], start, kinetics, none, Infusions.none())[0, 0]

    before = titre(slow), titre(fast)
    copied = copy.deepcopy(slow)
    replaced = dataclasses.replace(slow, k10_per_h=0.05)

    assert (titre(slow), titre(fast)) == before
    assert titre(copied) == before[0]
    assert titre(replaced) == before[1] < before[0]


def test_an_infusion_into_the_past_is_refused():
    alone = Kinetics(30.0, 0.05, 0.0, 0.0, 0.9)
    start = State(np.ones(1), np.ones(1))
    progress = Progress(np.array([0.0, 24.0]), start, alone, Synthesis.constant(0.0))
    progress.go_to(1)

    with pytest.raises(ImplausibleInput, match="cannot start before 24"):
        progress.give(Infusions([23.9], [1.0], [1.0]))


def test_a_course_at_any_times_ends_in_the_amounts_of_its_last_time():
    kinetics, synthesis = Kinetics(30.0, 0.02, 0.01, 0.03, 0.9), Synthesis(3.0, 9.0, 10.0, 20.0)
    start, given = State(np.array([900.0]), np.array([200.0])), Infusions([2.0], [800.0], [30.0])

    titres, end = course_at([0.0, 7.5, 25.0], start, kinetics, synthesis, given)

    exact = amounts_at([0.0, 7.5, 25.0], start, kinetics, synthesis, given)
    assert titres == pytest.approx(exact.plasma_mg / 30, rel=1e-10)
    assert end.plasma_mg == pytest.approx(exact.plasma_mg[-1], rel=1e-10)
    assert end.tissue_mg == pytest.approx(exact.tissue_mg[-1], rel=1e-10)
    with pytest.raises(ImplausibleInput, match="must rise"):
        course_at([7.5, 0.0], start, kinetics, synthesis, given)

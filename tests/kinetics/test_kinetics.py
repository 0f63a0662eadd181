"""The engine against mpmath, against SciPy, and against the laws of mass."""

import itertools

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from igmfat_nb.kinetics import (
    Infusions,
    Kinetics,
    State,
    Synthesis,
    amounts_at,
    course_on_grid,
    holding_synthesis_mg_per_h,
    steady_state,
    titre_at,
    titre_on_grid,
)

RISE = (72.0, 168.0)


def random_case(seed):
    """One patient, rising synthesis, up to seven infusions, six times."""
    rng = np.random.default_rng(seed)
    kinetics = Kinetics(*rng.uniform([20, 0.003, 0.001, 0.005, 0.5], [60, 0.08, 0.03, 0.08, 1]))
    synthesis = Synthesis(rng.uniform(0, 15), rng.uniform(0, 30), *RISE)
    m = int(rng.integers(0, 8))
    infusions = Infusions(
        np.sort(rng.uniform(0, 170, m)), rng.uniform(50, 4000, m), rng.uniform(0.5, 30, m)
    )
    state = State(rng.uniform(200, 3000, 1), rng.uniform(0, 900, 1))
    return kinetics, synthesis, infusions, state, np.sort(rng.uniform(0, 400, 6))


def after(length, plasma, tissue, rate, slope, k10, k12, k21):
    """Both amounts a stretch of time later, by the power series that solves the equations."""
    pieces = int(length * (k10 + k12 + k21) / 4) + 1  # short, so that no digits cancel
    h = length / pieces
    for _piece in range(pieces):
        a, b, n = plasma, tissue, 0
        while abs(a) + abs(b) > 1e-20 or n < 2:  # the coefficients times hⁿ
            into = rate * h if n == 0 else slope * h * h if n == 1 else 0
            a, b = (
                (h * (k21 * b - (k10 + k12) * a) + into) / (n + 1),
                h * (k12 * a - k21 * b) / (n + 1),
            )
            plasma, tissue, n = plasma + a, tissue + b, n + 1
        rate += slope * h
    return plasma, tissue


def reference_titres(kinetics, synthesis, infusions, state, times):
    """In 30 digits, from one bend of the input to the next."""
    with mpmath.workdps(30):
        rates = [
            mpmath.mpf(float(k))
            for k in (kinetics.k10_per_h, kinetics.k12_per_h, kinetics.k21_per_h)
        ]
        starts, masses, lengths = (
            [mpmath.mpf(float(x)) for x in np.ravel(field)]
            for field in (infusions.start_h, infusions.igm_mg, infusions.duration_h)
        )
        rise_start, rise_end = synthesis.rise_start_h, synthesis.rise_end_h
        first, late = mpmath.mpf(synthesis.start_mg_per_h), mpmath.mpf(synthesis.late_mg_per_h)
        slope = (late - first) / (rise_end - rise_start)

        def rate_and_slope(t):
            ramp = min(max(t - rise_start, 0), rise_end - rise_start)
            rate = first + slope * ramp
            for start, mass, length in zip(starts, masses, lengths, strict=True):
                if start <= t < start + length:
                    rate += mass * mpmath.mpf(float(kinetics.recovery)) / length
            return rate, slope if rise_start <= t < rise_end else mpmath.mpf(0)

        cuts = {mpmath.mpf(0), mpmath.mpf(rise_start), mpmath.mpf(rise_end)} | set(starts)
        cuts |= {s + d for s, d in zip(starts, lengths, strict=True)}
        cuts |= {mpmath.mpf(float(t)) for t in times}
        plasma, tissue = (mpmath.mpf(float(x[0])) for x in (state.plasma_mg, state.tissue_mg))
        now, found = mpmath.mpf(0), {}
        for cut in sorted(cuts):
            plasma, tissue = after(cut - now, plasma, tissue, *rate_and_slope(now), *rates)
            now, found[cut] = cut, plasma / mpmath.mpf(float(kinetics.v1_dl))
        return np.array([float(found[mpmath.mpf(float(t))]) for t in times])


@pytest.mark.parametrize("block", range(4))
def test_two_hundred_random_courses_agree_with_mpmath_to_ten_digits(block):
    for seed in range(50 * block, 50 * block + 50):
        *case, times = random_case(seed)

        found = titre_at(times, case[3], *case[:3])[:, 0]

        assert found == pytest.approx(reference_titres(*case, times), rel=1e-10), seed


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_courses_agree_with_numerical_integration(seed):
    kinetics, synthesis, infusions, state, times = random_case(seed)
    starts, masses, lengths = infusions.start_h, infusions.igm_mg, infusions.duration_h

    def slopes(t, x):
        ramp = min(max((t - RISE[0]) / (RISE[1] - RISE[0]), 0), 1)
        rate = synthesis.start_mg_per_h * (1 - ramp) + synthesis.late_mg_per_h * ramp
        rate += kinetics.recovery * np.sum(
            masses / lengths * ((starts <= t) & (t < starts + lengths))
        )
        a, b = x
        return [
            rate - (kinetics.k10_per_h + kinetics.k12_per_h) * a + kinetics.k21_per_h * b,
            kinetics.k12_per_h * a - kinetics.k21_per_h * b,
        ]

    x, now, plasma = [state.plasma_mg[0], state.tissue_mg[0]], 0.0, {}
    for cut in sorted({*starts, *(starts + lengths), *RISE, *times}):
        # Stop short of the jump, so that no stage of the integrator looks across it.
        end = np.nextafter(cut, -1)
        x = solve_ivp(slopes, (now, end), x, method="DOP853", rtol=1e-12, atol=1e-9).y[:, -1]
        now, plasma[cut] = cut, x[0]

    found = titre_at(times, state, kinetics, synthesis, infusions)[:, 0]
    assert found * kinetics.v1_dl == pytest.approx([plasma[t] for t in times], rel=1e-9)


def eliminated_mg(times, kinetics, synthesis, infusions, state):
    """k10 × the integral of what is in plasma [mg], by Gauss and Legendre between the bends."""
    ends = infusions.start_h + infusions.duration_h
    last = times.max()
    bends = np.unique(np.clip([0.0, *times, *infusions.start_h, *ends, *RISE], 0, last))
    at, weight = np.polynomial.legendre.leggauss(24)
    cuts = np.unique(np.concatenate([np.linspace(a, b, 3) for a, b in itertools.pairwise(bends)]))
    half = np.diff(cuts)[:, None] / 2
    places = cuts[:-1, None] + half * (1 + at)
    plasma = amounts_at(places.ravel(), state, kinetics, synthesis, infusions).plasma_mg[:, 0]
    so_far = np.cumsum((plasma.reshape(places.shape) * weight * half).sum(axis=1))
    return kinetics.k10_per_h * so_far[np.searchsorted(cuts, times) - 1]


@given(seed=st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_no_mass_is_made_or_lost(seed):
    kinetics, synthesis, infusions, state, times = random_case(seed)

    amounts = amounts_at(times, state, kinetics, synthesis, infusions)
    lost = eliminated_mg(times, kinetics, synthesis, infusions, state)[:, None]

    ramp = np.clip(times - RISE[0], 0, RISE[1] - RISE[0])
    slope = (synthesis.late_mg_per_h - synthesis.start_mg_per_h) / (RISE[1] - RISE[0])
    made = synthesis.start_mg_per_h * times + slope * (
        ramp**2 / 2 + np.clip(times - RISE[1], 0, None) * (RISE[1] - RISE[0])
    )
    ran = np.clip(times[:, None] - infusions.start_h, 0, infusions.duration_h)
    given_mg = kinetics.recovery * (ran * infusions.igm_mg / infusions.duration_h).sum(axis=1)
    held = (amounts.plasma_mg + amounts.tissue_mg + lost)[:, 0]
    entered = state.plasma_mg[0] + state.tissue_mg[0] + made + given_mg
    assert held == pytest.approx(entered, rel=1e-9)


@given(seed=st.integers(0, 10_000), factor=st.floats(0.01, 50))
@settings(max_examples=40, deadline=None)
def test_titres_are_linear_in_the_dose(seed, factor):
    kinetics, _synthesis, infusions, _state, times = random_case(seed)
    nothing, none = State(np.zeros(1), np.zeros(1)), Synthesis.constant(0.0)
    more = Infusions(infusions.start_h, infusions.igm_mg * factor, infusions.duration_h)

    one, many = (titre_at(times, nothing, kinetics, none, some) for some in (infusions, more))

    assert many == pytest.approx(factor * one, rel=1e-9, abs=1e-12)


@given(seed=st.integers(0, 10_000), extra=st.floats(0, 3000))
@settings(max_examples=40, deadline=None)
def test_more_product_never_lowers_a_titre(seed, extra):
    kinetics, synthesis, infusions, state, times = random_case(seed)
    more = Infusions(infusions.start_h, infusions.igm_mg + extra, infusions.duration_h)

    less_titre, more_titre = (
        titre_at(times, state, kinetics, synthesis, some) for some in (infusions, more)
    )

    assert (more_titre >= less_titre * (1 - 1e-12)).all()


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


def block_of(kinetics, synthesis, infusions, state, part):
    return (
        Kinetics(*(getattr(kinetics, name)[part] for name in Kinetics.__dataclass_fields__)),
        Synthesis(synthesis.start_mg_per_h[part], synthesis.late_mg_per_h[part], *RISE),
        Infusions(infusions.start_h, infusions.igm_mg[:, part], infusions.duration_h[:, part]),
        State(state.plasma_mg[part], state.tissue_mg[part]),
    )


@pytest.mark.parametrize("size", [1, 7, 64])
def test_blocks_of_patients_give_the_same_bits_as_all_at_once(size):
    *case, state = many_patients(129)
    whole = titre_on_grid(1.0, 168, state, *case)

    parts = []
    for start in range(0, 129, size):
        *some, some_state = block_of(*case, state, slice(start, start + size))
        parts.append(titre_on_grid(1.0, 168, some_state, *some))

    assert np.array_equal(np.hstack(parts), whole)


def test_the_grid_and_the_any_time_form_agree():
    *case, state = many_patients(50)

    grid = titre_on_grid(0.5, 400, state, *case)
    anywhere = titre_at(np.arange(401) * 0.5, state, *case)

    assert grid == pytest.approx(anywhere, rel=1e-13)


def test_times_may_come_in_any_order_and_twice():
    *case, state = many_patients(5)

    shuffled = titre_at([100.0, 3.0, 100.0, 50.0], state, *case)

    alone = [titre_at(t, state, *case)[0] for t in (100.0, 3.0, 100.0, 50.0)]
    assert shuffled == pytest.approx(np.array(alone), rel=1e-12)


def test_going_on_day_by_day_is_the_same_as_going_in_one():
    *case, state = many_patients(40)
    whole = titre_on_grid(1.0, 168, state, *case)

    now, rows = state, [whole[:1]]
    for day in range(7):
        titres, now = course_on_grid(1.0, 24, now, *case, from_h=24.0 * day)
        rows.append(titres[1:])

    assert np.vstack(rows) == pytest.approx(whole, rel=1e-12)


def test_one_step_is_as_good_as_many():
    *case, state = many_patients(40)

    at_once = amounts_at([123.4], state, *case)

    stepwise = amounts_at(np.linspace(0, 123.4, 57), state, *case)
    assert at_once.plasma_mg[0] == pytest.approx(stepwise.plasma_mg[-1], rel=1e-12)
    assert at_once.tissue_mg[0] == pytest.approx(stepwise.tissue_mg[-1], rel=1e-12)


def test_holding_synthesis_holds_the_titre():
    kinetics = Kinetics(37.6, 0.0118, 0.0052, 0.0237, 0.9)
    synthesis = Synthesis.constant(holding_synthesis_mg_per_h(38.0, kinetics))

    titres = titre_on_grid(
        24.0, 30, steady_state(38.0, kinetics), kinetics, synthesis, Infusions.none()
    )

    assert titres == pytest.approx(np.full((31, 1), 38.0), rel=1e-12)

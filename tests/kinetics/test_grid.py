"""The even grid: the fast recurrence against the any-time form, and where it hands over."""

import numpy as np
import pytest

from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.kinetics import (
    Infusions,
    Kinetics,
    State,
    Synthesis,
    amounts_at,
    course_on_grid,
    titre_at,
    titre_on_grid,
)

RISE = (72.0, 168.0)
EASY = (40.0, 0.02, 0.005, 0.02, 0.9)
# Each breaks one thing that the recurrence stands on.
HARD = {
    "no exchange": (40.0, 0.02, 0.0, 0.0, 0.9),
    "nothing leaves plasma": (40.0, 0.02, 0.0, 0.03, 0.9),
    "nothing comes back": (40.0, 0.02, 0.01, 0.0, 0.9),
    "no elimination": (40.0, 0.0, 0.01, 0.03, 0.9),
    "nothing moves": (40.0, 0.0, 0.0, 0.0, 0.9),
    "equal exponents": (40.0, 0.03, 0.0, 0.03, 0.9),
    "nearly equal exponents": (40.0, 0.03, 1e-12, 0.03, 0.9),
    "hardly any elimination": (40.0, 1e-9, 0.01, 0.03, 0.9),
}


def patients(n, seed=7):
    """Every third patient is a hard one; starts of their own, and some doses left out."""
    rng = np.random.default_rng(seed)
    rows = rng.uniform([20, 0.003, 0.003, 0.01, 0.5], [60, 0.08, 0.03, 0.08, 1], (n, 5))
    for patient, hard in zip(range(0, n, 3), [*HARD.values()] * n, strict=False):
        rows[patient] = hard
    synthesis = Synthesis(rng.uniform(0, 15, n), rng.uniform(15, 30, n), *RISE)
    start = np.arange(7)[:, None] * 24.0 + rng.uniform(0, 6, (7, n))
    mass = rng.uniform(500, 4000, (7, n)) * rng.integers(0, 2, (7, n))
    duration = rng.choice([0.0, 1e-6, 0.3, 7.0, 30.0], (7, n))
    state = State(rng.uniform(200, 3000, n), rng.uniform(0, 900, n))
    return state, Kinetics(*rows.T), synthesis, Infusions(start, mass, duration)


def some_of(case, part):
    state, kinetics, synthesis, infusions = case
    return (
        State(state.plasma_mg[part], state.tissue_mg[part]),
        Kinetics(*(getattr(kinetics, name)[part] for name in Kinetics.__dataclass_fields__)),
        Synthesis(synthesis.start_mg_per_h[part], synthesis.late_mg_per_h[part], *RISE),
        Infusions(
            infusions.start_h[:, part], infusions.igm_mg[:, part], infusions.duration_h[:, part]
        ),
    )


@pytest.mark.parametrize("step_h", [0.1, 1.0, 7.3])
def test_the_grid_is_the_any_time_form_for_easy_and_hard_patients(step_h):
    case = patients(60)
    steps = int(200 / step_h)

    grid, end = course_on_grid(step_h, steps, *case)

    assert grid == pytest.approx(titre_at(np.arange(steps + 1) * step_h, *case), rel=1e-10)
    last = amounts_at([steps * step_h], *case)
    assert end.plasma_mg == pytest.approx(last.plasma_mg[0], rel=1e-10)
    assert end.tissue_mg == pytest.approx(last.tissue_mg[0], rel=1e-10)


@pytest.mark.parametrize("size", [1, 7, 64])
def test_blocks_that_mix_easy_and_hard_patients_give_the_same_bits(size):
    case = patients(129)
    whole, whole_end = course_on_grid(1.0, 200, *case)

    parts = [
        course_on_grid(1.0, 200, *some_of(case, slice(first, first + size)))
        for first in range(0, 129, size)
    ]

    assert np.array_equal(np.hstack([titres for titres, _end in parts]), whole)
    tissue = np.concatenate([end.tissue_mg for _titres, end in parts])
    assert np.array_equal(tissue, whole_end.tissue_mg)


def test_more_patients_than_one_block_of_columns_are_all_answered():
    state, kinetics, synthesis, infusions = some_of(patients(41), slice(None))
    many = np.resize(np.arange(41), 20_000)

    grid = titre_on_grid(24.0, 3, *some_of((state, kinetics, synthesis, infusions), many))

    few = titre_on_grid(24.0, 3, state, kinetics, synthesis, infusions)
    assert np.array_equal(grid, few[:, many])


def test_day_by_day_with_only_the_dose_of_the_day_and_of_the_day_before_is_the_whole_course():
    state, kinetics, synthesis, infusions = patients(40)
    whole = titre_on_grid(1.0, 168, state, kinetics, synthesis, infusions)

    rows = [whole[:1]]
    for day in range(7):
        known = slice(max(day - 2, 0), day + 1)  # 30 h from 6 h on: two days after its own
        doses = Infusions(
            infusions.start_h[known], infusions.igm_mg[known], infusions.duration_h[known]
        )
        titres, state = course_on_grid(
            1.0, 24, state, kinetics, synthesis, doses, from_h=24.0 * day
        )
        rows.append(titres[1:])

    assert np.vstack(rows) == pytest.approx(whole, rel=1e-10)


@pytest.mark.parametrize("shape", [(2,), (2, 1)])
def test_an_infusion_that_ends_when_a_day_begins_is_over(shape):
    kinetics, state = Kinetics(*EASY), State(np.array([1000.0]), np.array([250.0]))
    none = Synthesis.constant(0.0)
    doses = Infusions(np.zeros(shape), np.full(shape, 900.0), np.full(shape, 24.0))

    _titres, noon = course_on_grid(1.0, 24, state, kinetics, none, doses)
    going_on = course_on_grid(1.0, 24, noon, kinetics, none, doses, from_h=24.0)[0]

    without = course_on_grid(1.0, 24, noon, kinetics, none, Infusions.none(), from_h=24.0)[0]
    assert np.array_equal(going_on, without)


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
def test_infusions_in_any_order_give_the_same_bits_in_blocks(order):
    state, kinetics, synthesis, infusions = patients(30)
    mixed = Infusions(
        *(getattr(infusions, name)[order] for name in ("start_h", "igm_mg", "duration_h"))
    )
    case = (state, kinetics, synthesis, mixed)
    whole = titre_on_grid(1.0, 200, *case)

    alone = [titre_on_grid(1.0, 200, *some_of(case, slice(i, i + 1))) for i in range(30)]

    assert np.array_equal(np.hstack(alone), whole)
    assert whole == pytest.approx(titre_at(np.arange(201.0), *case), rel=1e-10)


def test_two_changes_within_one_step_both_count():
    kinetics, state = Kinetics(*EASY), State(np.zeros(1), np.zeros(1))
    none = Synthesis.constant(0.0)
    starts = np.array([[10.1], [10.3], [10.5]])
    within = Infusions(starts, np.full((3, 1), 100.0), np.full((3, 1), 0.1))

    grid = titre_on_grid(1.0, 12, state, kinetics, none, within)[:, 0]

    assert grid[:11] == pytest.approx(np.zeros(11), abs=1e-12)
    # Three times 90 mg in 40 dL, less a little that left in half an hour.
    assert 6.6 < grid[11] < 6.75
    expected = titre_at([11.0, 12.0], state, kinetics, none, within)[:, 0]
    assert grid[11:] == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("hard", [EASY, *HARD.values()])
def test_a_bolus_at_a_grid_time_shows_from_the_next_row(hard):
    kinetics, state = Kinetics(*hard), State(np.zeros(1), np.zeros(1))
    bolus = Infusions([0.3], [1000.0], [0.0])

    grid = titre_on_grid(0.15, 4, state, kinetics, Synthesis.constant(0.0), bolus)[:, 0]

    assert grid[:3] == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
    left = np.exp(-(kinetics.k10_per_h + kinetics.k12_per_h) * 0.15)
    assert grid[3] == pytest.approx(1000 * 0.9 / 40 * left, rel=1e-4)  # first order in k21


def test_titres_are_written_where_they_are_wanted():
    case = patients(10)
    wide = np.full((25, 30), -1.0)

    found = titre_on_grid(1.0, 24, *case, out=wide[:, 10:20])

    assert np.array_equal(wide[:, 10:20], titre_on_grid(1.0, 24, *case))
    assert np.shares_memory(found, wide)
    assert (wide[:, :10] == -1.0).all()
    assert (wide[:, 20:] == -1.0).all()


@pytest.mark.parametrize(
    ("step_h", "steps", "more"),
    [
        (1.0, -1, {}),
        (1.0, 1.5, {}),
        (float("inf"), 2, {}),
        (1.0, 2, {"from_h": float("nan")}),
        (1.0, 2, {"out": np.empty((2, 4))}),
        (1.0, 2, {"out": np.empty((3, 4), dtype=np.float32)}),
    ],
)
def test_a_grid_that_cannot_be_is_refused(step_h, steps, more):
    with pytest.raises(ImplausibleInput):
        titre_on_grid(step_h, steps, *patients(4), **more)

"""Arrays that travel together keep each patient's numbers together."""

from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from igmfat_nb.kinetics import Kinetics, State, Synthesis, concat, take
from igmfat_nb.kinetics.patient_axis import count


@dataclass(frozen=True)
class Ward:
    """Patients with a nested value, rows by day, a scalar and a common column."""

    kinetics: Kinetics
    by_day: NDArray[np.float64]
    common: NDArray[np.float64]
    hours: float


def ward(n: int, start: int = 0, hours: float = 24.0) -> Ward:
    number = np.arange(start, start + n, dtype=np.float64)
    kinetics = Kinetics(30.0 + number, 0.01, 0.005 + number, 0.02, np.array([0.9]))
    return Ward(kinetics, np.stack([number, 10 * number, 100 * number]), np.array([7.0]), hours)


def test_some_patients_of_every_field() -> None:
    some = take(ward(4), np.array([3, 1]))
    assert count(some) == 2
    assert np.asarray(some.kinetics.v1_dl).tolist() == [33.0, 31.0]
    assert some.kinetics.k10_per_h == 0.01
    assert np.asarray(some.kinetics.recovery).tolist() == [0.9]
    assert some.by_day.tolist() == [[3.0, 1.0], [30.0, 10.0], [300.0, 100.0]]
    assert (some.common.tolist(), some.hours) == ([7.0], 24.0)


def test_nobody_is_taken_of_one_patient() -> None:
    none = take(State(np.array([5.0]), np.array([1.0])), np.array([], dtype=np.int64))
    assert none.plasma_mg.shape == none.tissue_mg.shape == (0,)


def test_what_differs_between_groups_is_repeated_for_each_patient() -> None:
    both = concat([ward(2), ward(1, start=8, hours=48.0)])
    assert np.asarray(both.hours).tolist() == [24.0, 24.0, 48.0]
    assert np.asarray(both.kinetics.recovery).tolist() == [0.9, 0.9, 0.9]
    assert both.by_day[2].tolist() == [0.0, 100.0, 800.0]
    synthesis = concat([Synthesis(np.array([3.0, 4.0]), 5.0, 0.0, 168.0)] * 2)
    assert np.asarray(synthesis.start_mg_per_h).tolist() == [3.0, 4.0, 3.0, 4.0]
    assert (synthesis.rise_start_h, synthesis.rise_end_h) == (0.0, 168.0)


@given(sizes=st.lists(st.integers(2, 5), min_size=1, max_size=4), data=st.data())
def test_groups_come_apart_as_they_went_together(sizes: list[int], data: st.DataObject) -> None:
    parts = [ward(n, start=10 * i) for i, n in enumerate(sizes)]
    whole = concat(parts)
    assert count(whole) == sum(sizes)
    chosen = data.draw(st.integers(0, len(sizes) - 1))
    first = sum(sizes[:chosen])
    again = take(whole, slice(first, first + sizes[chosen]))
    assert again.by_day.tolist() == parts[chosen].by_day.tolist()
    assert np.array_equal(again.kinetics.v1_dl, parts[chosen].kinetics.v1_dl)

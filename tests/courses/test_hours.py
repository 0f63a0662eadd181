"""The hours of a course: both ends are there; hours at the target count between points too."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from igmfat_nb.courses.hours import hours_at_or_above, time_points_h
from igmfat_nb.errors import ImplausibleInput


@pytest.mark.parametrize(
    ("hours", "step", "points"),
    [
        (0, 1, [0]),
        (3, 1, [0, 1, 2, 3]),
        (10, 4, [0, 4, 8, 10]),
        (1, 0.25, [0, 0.25, 0.5, 0.75, 1]),
        (2, 5, [0, 2]),
    ],
)
def test_both_ends_of_the_curve_are_there(hours, step, points):
    assert time_points_h(hours, step).tolist() == points


@given(st.floats(0, 500), st.floats(0.05, 50))
def test_time_points_rise_from_zero_to_the_end(hours, step):
    points = time_points_h(hours, step)

    assert points[0] == 0
    assert points[-1] == pytest.approx(hours, abs=1e-8)
    assert (np.diff(points) > 0).all()


@pytest.mark.parametrize(("hours", "step"), [(-1, 1), (math.inf, 1), (1, 0), (1, -1), (1e6, 1e-6)])
def test_a_curve_without_end_or_step_is_refused(hours, step):
    with pytest.raises(ImplausibleInput):
        time_points_h(hours, step)


def test_hours_at_the_target_are_counted_between_points_too():
    time_h = np.array([0.0, 10.0, 20.0, 30.0])
    igm = np.array(
        [[90.0, 100.0, 50.0], [110.0, 100.0, 60.0], [110.0, 100.0, 50.0], [70.0, 99.0, 40.0]]
    )

    hours = hours_at_or_above(time_h, igm, 100.0)

    assert hours.tolist() == [5 + 10 + 2.5, 20.0, 0.0]

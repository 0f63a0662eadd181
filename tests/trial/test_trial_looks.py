"""Interim looks: bounds against published constants and another engine, and which look stops."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from igmfat_nb.trial.analysis import verdicts
from igmfat_nb.trial.design import Analysis
from igmfat_nb.trial.looks import critical_values


@pytest.mark.parametrize(
    ("looks", "bounds"),
    # Published O'Brien-Fleming constants (Jennison and Turnbull, table 2.3, alpha 0.05):
    # C = 1.977, 2.004, 2.024 for K = 2, 3, 4 equal looks; bound C sqrt(K / k).
    [((), [1.960]), ((0.5,), [2.796, 1.977]), ((1 / 3, 2 / 3), [3.471, 2.454, 2.004]),
     ((0.25, 0.5, 0.75), [4.048, 2.862, 2.337, 2.024])],
)  # fmt: skip
def test_looks_have_the_obrien_fleming_bounds(looks, bounds):
    assert critical_values(0.05, looks) == pytest.approx(bounds, abs=2e-3)


@pytest.mark.parametrize(
    ("alpha", "constants"),
    # The same table: C by the number of equal looks and the end, K.
    [(0.05, {2: 1.977, 5: 2.040, 10: 2.087, 15: 2.110, 20: 2.126}),
     (0.01, {2: 2.580, 5: 2.621, 10: 2.660}), (0.1, {2: 1.678, 5: 1.751, 10: 1.801})],
)  # fmt: skip
def test_many_looks_have_the_published_constants(alpha, constants):
    for parts, constant in constants.items():
        found = critical_values(alpha, tuple(look / parts for look in range(1, parts)))

        assert found[-1] == pytest.approx(constant, abs=6e-4)
        assert found[0] == pytest.approx(found[-1] * math.sqrt(parts))


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(0.02, 0.98), min_size=1, max_size=3, unique=True), st.floats(0.01, 0.9))
def test_unequal_looks_leave_their_bounds_with_the_chance_alpha(looks, alpha):
    # Another engine: SciPy's multivariate normal over the looks' joint distribution.
    shares = np.array([*sorted(looks), 1.0])
    if np.diff(shares).min() < 1e-3:
        return
    bounds = np.array(critical_values(alpha, tuple(shares[:-1].tolist())))
    correlation = np.sqrt(np.minimum.outer(shares, shares) / np.maximum.outer(shares, shares))
    joint = multivariate_normal(np.zeros(len(shares)), correlation, seed=0)

    inside = joint.cdf(bounds, lower_limit=-bounds)

    assert 1 - inside == pytest.approx(alpha, abs=2e-4)


@pytest.mark.parametrize(
    ("alpha", "looks"),
    [(0.9, (0.5,)), (1e-17, (0.5,)), (5e-324, (0.5,)), (2.2e-313, (0.5,)), (1 - 1e-16, (0.3, 0.5)),
     (0.05, (1e-300, 0.5)), (0.05, (0.5, 0.5000000001)), (0.05, (1 - 2e-16,))],
)  # fmt: skip
def test_the_oddest_bounds_are_in_order(alpha, looks):
    found = critical_values(alpha, looks)

    assert all(later <= earlier for earlier, later in itertools.pairwise(found))
    assert found[-1] >= norm.isf(alpha / 2) * (1 - 1e-9)


def test_a_look_that_hardly_differs_from_another_hardly_changes_the_bounds():
    one, two = critical_values(0.05, (0.5,)), critical_values(0.05, (0.5, 0.50001))

    assert two[-1] == pytest.approx(one[-1], abs=1e-3)


def test_an_early_look_can_stop_the_trial():
    deaths = np.array([[[60], [20]], [[90], [85]]])
    patients = np.array([[[89], [89]], [[178], [178]]])

    assert verdicts(Analysis(looks=(0.5,)), deaths, patients).tolist() != [0]
    assert verdicts(Analysis(), deaths[1:], patients[1:]).tolist() == [0]


def test_the_first_look_that_rejects_tells_the_direction():
    # Fewer deaths in the second arm at half of the patients, more at the end: it had stopped.
    deaths = np.array([[[60], [20]], [[70], [130]]])
    patients = np.array([[[89], [89]], [[178], [178]]])

    assert verdicts(Analysis(looks=(0.5,)), deaths, patients).tolist() == [1]
    assert verdicts(Analysis(), deaths[1:], patients[1:]).tolist() == [-1]


@pytest.mark.parametrize("test", ["chi-square", "chi-square-corrected", "fisher"])
def test_a_rejection_is_for_the_arm_in_which_fewer_die(test):
    deaths = np.array([[[80, 54, 60], [54, 80, 60]]])
    patients = np.full_like(deaths, 178)

    assert verdicts(Analysis(test=test), deaths, patients).tolist() == [1, -1, 0]

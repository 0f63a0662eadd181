"""The value of knowing, against cases solved by hand."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from igmfat_nb.sensitivity.study import Priced
from igmfat_nb.sensitivity.value import decision
from igmfat_nb.tables.sensitivity import worth_sentence


def test_the_value_of_one_normal_parameter_is_that_solved_by_hand():
    rng = np.random.default_rng(1)
    first, second = rng.standard_normal((2, 20_000))
    mean = 0.3
    gains = mean + 2 * first + 1 * second
    utilities = np.stack([np.zeros_like(gains), gains], axis=1)

    found = decision(utilities, {"first": first, "second": second}, [], np.random.default_rng(2))

    # E[max(0, N(m, s))] − max(0, m) = s φ(m/s) + m Φ(m/s) − m: 0.657 for s = 2, 0.267 for s = 1
    def by_hand(s):
        return s * norm.pdf(mean / s) + mean * norm.cdf(mean / s) - mean

    assert [one.name for one in found.worths] == ["first", "second"]
    for one, s in zip(found.worths, (2.0, 1.0), strict=True):
        assert one.value == pytest.approx(by_hand(s), abs=3 * one.error + 0.01)
        assert one.is_told
    assert found.perfect == pytest.approx(by_hand(math.sqrt(5)), abs=0.05)
    assert found.best == 1
    assert found.apart


def test_a_parameter_without_a_part_in_it_is_worth_nothing_that_can_be_told():
    rng = np.random.default_rng(3)
    side, idle = rng.standard_normal((2, 2000))
    utilities = np.stack([np.zeros_like(side), side], axis=1)

    found = decision(utilities, {"side": side, "idle": idle}, [], np.random.default_rng(4))

    worths = {one.name: one for one in found.worths}
    assert worths["side"].is_told
    assert not worths["idle"].is_told
    # Known beforehand: E[max(0, N(0, 1))] = 1 / √(2π) = 0.399.
    assert worths["side"].value == pytest.approx(0.399, abs=0.03)


def test_where_one_decision_is_always_best_nothing_is_worth_knowing_and_it_is_said():
    rng = np.random.default_rng(5)
    drawn = rng.random(500)
    utilities = np.stack([drawn, drawn + 1], axis=1)

    found = decision(utilities, {"drawn": drawn}, [], np.random.default_rng(6))
    sentence = worth_sentence(Priced(0.0, ("small", "large"), found))

    assert found.best == 1
    assert found.perfect == pytest.approx(0)
    assert "Nothing that was explored can be told to be worth measuring." in sentence
    assert "large" in sentence


def test_a_choice_is_worth_the_mean_of_its_options():
    # Options with gains −1, 0 and 2, a third each: E[max(0, g)] − max(0, 1/3) = 2/3 − 1/3.
    option = np.tile([0.0, 1.0, 2.0], 300)
    gains = np.array([-1.0, 0.0, 2.0])[option.astype(int)]
    utilities = np.stack([np.zeros_like(gains), gains], axis=1)

    found = decision(utilities, {"option": option}, ["option"], np.random.default_rng(7))

    assert found.worths[0].value == pytest.approx(1 / 3, abs=1e-9)


def test_two_parameters_that_are_worth_the_same_are_not_ranked():
    rng = np.random.default_rng(8)
    one, other = rng.standard_normal((2, 1000))
    utilities = np.stack([np.zeros_like(one), one + other], axis=1)

    found = decision(utilities, {"clearance": one, "volume": other}, [], np.random.default_rng(9))

    assert not found.apart
    sentence = worth_sentence(Priced(5.0, ("none", "some"), found))
    assert "Which to measure first cannot be told" in sentence

"""Sobol indices against closed forms; screening; ranges and their entries."""

import math

import numpy as np
import pytest

from igmfat_nb.errors import IgmFatError
from igmfat_nb.protocol.exploration import EXPLORED, NOT_EXPLORED, Explored
from igmfat_nb.protocol.register import sourced_constants
from igmfat_nb.sensitivity.indices import morris, sobol, strongest
from igmfat_nb.sensitivity.values import (
    base_value,
    explored_named,
    explored_of,
    options_of,
    typed_value,
    value_at,
)


def number(name, low=0.0, high=1.0, spread="uniform"):
    return Explored(name, name, "", low, low, high, spread, "", "")


THREE = [number("a"), number("b"), number("c")]
ANGLES = [number(name, -math.pi, math.pi) for name in "abc"]


def assert_covered(rows, firsts, totals):
    """Each closed form within its interval, widened: at 95 % one of six misses now and then."""
    for row, first, total in zip(rows, firsts, totals, strict=True):
        assert row.first == pytest.approx(first, abs=1.5 * row.first_half_width + 0.002)
        assert row.total == pytest.approx(total, abs=1.5 * row.total_half_width + 0.002)


def test_sobol_indices_of_a_linear_function_are_its_shares_of_the_variance():
    def linear(values):
        return {"y": 1 * values["a"] + 2 * values["b"] + 3 * values["c"]}

    rows = sobol(linear, THREE, draws=1024, seed=1)["y"]

    # Variances 1, 4 and 9 twelfths: shares of 14.
    shares = [1 / 14, 4 / 14, 9 / 14]
    assert_covered(rows, shares, shares)
    assert max(row.first_half_width for row in rows) < 0.1


def test_sobol_indices_of_the_ishigami_function_are_its_closed_forms():
    a, b = 7.0, 0.1

    def ishigami(values):
        y = np.sin(values["a"]) + a * np.sin(values["b"]) ** 2
        return {"y": y + b * values["c"] ** 4 * np.sin(values["a"])}

    rows = sobol(ishigami, ANGLES, draws=2048, seed=1)["y"]

    # Ishigami and Homma 1990: partial variances, by hand.
    one = 0.5 * (1 + b * math.pi**4 / 5) ** 2
    two, three = a**2 / 8, b**2 * math.pi**8 * (1 / 18 - 1 / 50)
    whole = one + two + three
    firsts = [one / whole, two / whole, 0.0]
    totals = [(one + three) / whole, two / whole, three / whole]
    assert firsts == pytest.approx([0.3139, 0.4424, 0.0], abs=1e-4)
    assert_covered(rows, firsts, totals)


def test_an_output_that_does_not_vary_has_no_indices():
    def still(values):
        return {"y": np.ones(len(values["a"])), "z": values["a"]}

    found = sobol(still, THREE, draws=64, seed=1)

    assert found["y"] is None
    assert found["z"][0].total == pytest.approx(1.0, abs=0.05)


def test_indices_are_the_same_whatever_is_worked_out_at_once():
    def model(values):
        return {"y": values["a"] * values["b"] + values["c"] ** 2}

    few, many = (sobol(model, THREE, draws=64, seed=4, at_once=n) for n in (7, 5000))

    assert few == many


def test_screening_keeps_what_moves_the_answer_and_evaluates_little():
    seen = []

    def model(values):
        seen.append(len(values["a"]))
        return {"y": 5 * values["b"] + 0.1 * values["a"] + 2 * values["c"]}

    screened = morris(model, THREE, trajectories=6, seed=1)["y"]

    assert [row.size for row in screened] == pytest.approx([0.1, 5.0, 2.0])
    assert [one.name for one in strongest(screened, 2)] == ["b", "c"]
    assert sum(seen) == 6 * 4


def test_every_assumed_number_is_explored_or_says_why_not():
    assumed = {name for name, one in sourced_constants().items() if one.status == "assumed"}
    explored = {one.constant for one in EXPLORED}
    ranges = {name for name in assumed if name.endswith("_RANGE")}  # of what is accepted

    assert assumed - explored - ranges - set(NOT_EXPLORED) == set()
    assert set(NOT_EXPLORED) <= set(sourced_constants())
    assert explored - {""} <= set(sourced_constants())
    assert explored.isdisjoint(NOT_EXPLORED)


@pytest.mark.parametrize("one", EXPLORED, ids=lambda one: one.name)
def test_a_range_holds_its_base_and_gives_a_reason(one):
    assert one.reason
    assert one.models
    if one.spread == "choice":
        assert one.base in options_of(one)
        places = value_at(one, np.linspace(0, 1, 101))
        assert set(places) == set(range(len(options_of(one))))
        return
    assert one.low <= base_value(one) <= one.high
    ends = value_at(one, np.array([0.0, 1.0]))
    assert ends == pytest.approx([one.low, one.high])
    middle = {"log-uniform": math.sqrt(one.low * one.high), "uniform": (one.low + one.high) / 2}
    assert value_at(one, np.array(0.5)) == pytest.approx(middle[one.spread])


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("clearance", "100", "clearance is 100; expected 0.5 to 20"),
        ("clearance", "fast", "fast"),
        ("synthesis", "some", "expected one of baseline, recovering, none"),
        ("clearence", "1", "Did you mean clearance?"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(name, text, sentence):
    with pytest.raises(IgmFatError) as refused:
        typed_value(explored_named(name, explored_of("patient")), text)

    assert sentence in str(refused.value)

"""Digits where two exponents nearly vanish or meet: every term against mpmath."""

import mpmath
import numpy as np
import pytest

from igmfat_nb.kinetics import Infusions, Kinetics, State, Synthesis, amounts_at

SLOW_AND_DEGENERATE = [
    (1e-9, 0.0, 0.0),  # hardly any elimination, no exchange
    (1e-12, 0.0, 0.0),
    (0.0, 1e-8, 1e-8),  # no elimination, hardly any exchange
    (1e-9, 1e-12, 0.0),  # nothing comes back
    (1e-6, 1e-7, 1e-7),
    (1e-8, 0.02, 0.03),  # one exponent near 0
    (0.01, 0.005, 0.02),  # as in the product
    (0.03, 1e-14, 0.03),  # exponents that all but meet
    (0.05, 0.0, 0.02),  # tissue gives back, takes nothing
]


def reference(rates, input_mg_per_h, slope, plasma, tissue, hours):
    """Amounts by one matrix exponential in 60 digits, input and slope as further states."""
    with mpmath.workdps(60):
        k10, k12, k21 = (mpmath.mpf(k) for k in rates)
        matrix = mpmath.matrix(
            [[-k10 - k12, k21, 1, 0], [k12, -k21, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]
        )
        start = mpmath.matrix([plasma, tissue, input_mg_per_h, slope])
        end = mpmath.expm(matrix * mpmath.mpf(hours)) * start
        return float(end[0]), float(end[1])


@pytest.mark.parametrize("rates", SLOW_AND_DEGENERATE)
@pytest.mark.parametrize("hours", [1e-3, 1.0, 24.0, 168.0])
def test_a_rising_synthesis_from_nothing_is_exact_in_both_compartments(rates, hours):
    nothing = State(np.zeros(1), np.zeros(1))
    rising = Synthesis(1.0, 201.0, 0.0, 200.0)

    found = amounts_at([hours], nothing, Kinetics(1.0, *rates, 1.0), rising, Infusions.none())

    expected = reference(rates, 1.0, 1.0, 0.0, 0.0, hours)
    assert found.plasma_mg[0, 0] == pytest.approx(expected[0], rel=1e-13)
    assert found.tissue_mg[0, 0] == pytest.approx(expected[1], rel=1e-13, abs=0)


@pytest.mark.parametrize("rates", SLOW_AND_DEGENERATE)
def test_what_is_in_the_body_is_carried_exactly(rates):
    held = State(np.array([500.0]), np.array([300.0]))
    none = Synthesis.constant(0.0)

    found = amounts_at([168.0], held, Kinetics(1.0, *rates, 1.0), none, Infusions.none())

    expected = reference(rates, 0.0, 0.0, 500.0, 300.0, 168.0)
    assert found.plasma_mg[0, 0] == pytest.approx(expected[0], rel=1e-13)
    assert found.tissue_mg[0, 0] == pytest.approx(expected[1], rel=1e-13)

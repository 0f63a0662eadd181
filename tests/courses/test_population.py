"""Virtual patients deviate as stated, and a larger draw begins with the smaller one."""

import numpy as np
import pytest
from scipy.stats import truncnorm

from igmfat_nb.courses.assay import assay_factors
from igmfat_nb.courses.population import draw_virtual_patients


def test_twins_have_the_stated_spread():
    virtual_patients = draw_virtual_patients(np.random.default_rng(5), 200_000)

    for factor, cv in (
        (virtual_patients.volume_factor, 0.2),
        (virtual_patients.clearance_factor, 0.5),
    ):
        assert np.median(factor) == pytest.approx(1, rel=0.01)
        assert factor.std() / factor.mean() == pytest.approx(cv, rel=0.02)
    assert virtual_patients.recovery.min() >= 0.65
    assert virtual_patients.recovery.max() <= 1
    cut = truncnorm((0.65 - 0.9) / 0.07, (1 - 0.9) / 0.07, 0.9, 0.07)
    assert virtual_patients.recovery.mean() == pytest.approx(cut.mean(), abs=5e-4)
    assert virtual_patients.recovery.std() == pytest.approx(cut.std(), rel=0.01)
    assert np.median(virtual_patients.exchange_half_time_days) == pytest.approx(1, rel=0.01)
    assert (
        0.5
        <= virtual_patients.exchange_half_time_days.min()
        < virtual_patients.exchange_half_time_days.max()
        <= 2
    )
    assert len(virtual_patients) == 200_000


def test_twins_vary_around_the_recovery_of_the_rule():
    usual, low = (
        draw_virtual_patients(np.random.default_rng(5), 1000, recovery=r) for r in (0.9, 0.6)
    )

    assert low.recovery == pytest.approx(usual.recovery * 0.6 / 0.9)  # the same people
    assert low.recovery.mean() == pytest.approx(0.6, abs=0.01)


def test_a_larger_draw_begins_with_the_smaller_one():
    small, large = (draw_virtual_patients(np.random.default_rng(9), n) for n in (10, 50))

    assert np.array_equal(large.clearance_factor[:10], small.clearance_factor)


def test_the_assay_error_has_its_coefficient_of_variation():
    factors = assay_factors(np.random.default_rng(2), 6, 50_000)

    assert factors.shape == (6, 50_000)
    assert factors.std() / factors.mean() == pytest.approx(0.05, rel=0.01)

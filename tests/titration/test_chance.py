"""The chance of the target is of the true titre, rebuilt from docs/method.md alone."""

import numpy as np
import pytest
from scipy.stats import norm, truncnorm

from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.titration import decide

DRAWS = 300_000
ERROR_VARIANCE = 2 * np.log(1 + 0.05**2)  # assay and residual


def drawn_titres(volume_ml):
    """True titres at 24 and 48 h of women like the patient, 257 mL or so begun at 24 h."""
    rng = np.random.default_rng(11)
    plasma_dl = (0.3561 * 1.64**3 + 0.03308 * 62 + 0.1833) * 10 * (1 - 0.9 * 0.3)
    v1 = plasma_dl * np.exp(np.sqrt(np.log(1.04)) * rng.standard_normal(DRAWS))
    k10 = 0.166 * 1.7 / 24 * np.exp(np.sqrt(np.log(1.25)) * rng.standard_normal(DRAWS))
    cut = truncnorm((0.65 - 0.9) / 0.07, (1 - 0.9) / 0.07, 0.9, 0.07)
    recovery = cut.rvs(DRAWS, random_state=rng)
    exchange = np.log(2) / (24 * 0.5 * 4 ** rng.random(DRAWS))
    k21 = 0.82 * exchange
    prior, measured = 1 / 0.64**2, 1 / ERROR_VARIANCE
    centre = (prior * np.log(60) + measured * np.log(36)) / (prior + measured)
    first = np.exp(centre + rng.standard_normal(DRAWS) / np.sqrt(prior + measured))
    total = k10 + exchange
    gap = np.sqrt(total**2 - 4 * k10 * k21)
    fast, slow = (total + gap) / 2, (total - gap) / 2

    def added(volume, start, hours, at):
        rate = volume * 6 * recovery / hours / v1
        parts = (fast - k21) / gap / fast, (k21 - slow) / gap / slow
        left = (np.exp(-k * (at - start - hours)) - np.exp(-k * (at - start)) for k in (fast, slow))
        return rate * sum(part * more for part, more in zip(parts, left, strict=True))

    # Until 72 h synthesis holds the first titre: what infusions add comes on top of it.
    label_hours = volume_ml / (0.4 * 62)
    then = first + added(329, 2, 13.3, 48) + added(volume_ml, 24, label_hours, 48)
    return first + added(329, 2, 13.3, 24), then


def test_a_chance_is_of_the_true_titre_and_not_of_a_measured_one():
    decision = decide(teaching_case("vasopressors-stop-day-3").case, at_h=24.0)
    volume_ml = decision.forecast.dose.volume_ml

    at_24_h, at_48_h = drawn_titres(volume_ml)
    weight = np.exp(-0.5 * np.log(86 / at_24_h) ** 2 / ERROR_VARIANCE)
    weight /= weight.sum()
    true = weight[at_48_h >= 100].sum()
    measured = weight @ norm.sf(np.log(100 / at_48_h) / np.sqrt(ERROR_VARIANCE))

    assert volume_ml == pytest.approx(257, abs=4)
    assert decision.forecast.chance == pytest.approx(true, abs=0.015)  # 5,000 particles
    assert true - measured > 0.04
    assert [true, measured] == pytest.approx([0.794, 0.742], abs=0.02)

"""When those die who die by day 28: what is drawn is what is said."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from igmfat_nb.protocol.virtual_trial import DEATH_MEDIAN
from igmfat_nb.trial.design import FixedEndpoint
from igmfat_nb.trial.endpoint import outcome
from igmfat_nb.trial.week import Week

DRAWS = 20_001
BY_DAY = np.zeros((7, DRAWS))
WEEK = Week(np.zeros((169, DRAWS)), BY_DAY, BY_DAY, BY_DAY, np.ones(DRAWS))


def share_dead_by(day):
    """Of those who die by day 28, by integrating the density of an exponential of median 7 d."""
    rate = np.log(2) / 7
    density = lambda t: rate * np.exp(-rate * t)  # noqa: E731
    return quad(density, 0, day)[0] / quad(density, 0, 28)[0]


def test_half_of_those_who_die_by_day_28_do_so_by_the_day_that_is_said():
    places = (np.arange(DRAWS) + 0.5) / DRAWS  # every chance once, evenly
    everyone_dies = FixedEndpoint(model="fixed", mortality={"standard": 1.0})

    found = outcome(
        WEEK, "standard", everyone_dies, np.stack([np.zeros(DRAWS), places]),
        target_mg_dl=100.0, price_eur_per_ml=1.0,
    )  # fmt: skip

    median = brentq(lambda day: share_dead_by(day) - 0.5, 0.1, 28)
    assert np.median(found.death_h) / 24 == pytest.approx(median, abs=1e-6)
    assert f"{median:.2f}" in DEATH_MEDIAN.note
    for day in (1, 7, 21):
        assert (found.death_h <= 24 * day).mean() == pytest.approx(share_dead_by(day), abs=1e-4)

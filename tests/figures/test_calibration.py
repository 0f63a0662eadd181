"""The picture of the posterior's calibration holds the counts it was given."""

import numpy as np

from igmfat_nb.figures.titration import calibration_figure
from igmfat_nb.tables.calibration import calibration_text
from igmfat_nb.titration.calibration import Calibration

# Ranks 0, 10 … 90 once each, but the clearance always at the bottom.
RANKS = np.stack([np.arange(0, 100, 10), np.zeros(10, int), np.arange(9, 100, 10)], axis=1)
CALIBRATION = Calibration(RANKS, np.array([True] * 9 + [False]), np.zeros(10, dtype=bool))


def test_a_flat_histogram_is_flat_and_a_biased_one_is_not():
    volume, clearance, titre = calibration_figure(CALIBRATION).data

    assert np.asarray(volume.y).tolist() == [1] * 11
    assert np.asarray(titre.y).tolist() == [1] * 11
    assert np.asarray(clearance.y).tolist() == [10, *[0] * 10]


def test_the_text_gives_counts_and_coverage():
    lines = calibration_text(CALIBRATION).splitlines()

    assert "10 simulated patients" in lines[0]
    assert lines[2].endswith("10 0 0 0 0 0 0 0 0 0")
    assert "contain 90 %" in lines[-1]

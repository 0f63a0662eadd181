"""A titre far above everything predicted: the planted subject without doses found this."""

import json

import numpy as np

from igmfat_nb.scoring.checks import with_places
from igmfat_nb.scoring.folder import CaseFile, score_files
from igmfat_nb.scoring.settings import Settings
from igmfat_nb.scoring.simulated import simulated_folder
from igmfat_nb.scoring.table import forecasts, prediction_table


def test_a_titre_beyond_all_rounding_has_the_farthest_place_and_not_none():
    document = json.loads(next(iter(simulated_folder(1, 1)))[1])
    document["titres"] = document["titres"][:2]
    document["titres"][1]["igm_mg_dl"] = 900.0
    settings = Settings(scenarios=("intermediate",), particles=300, whole=False)

    scored = score_files([CaseFile.of_text("one.json", json.dumps(document))], settings)

    rows = with_places(forecasts(prediction_table(scored), "intermediate"))
    assert rows["pit"].max() <= 1.0
    assert np.array_equal(rows["place"], [8.0])  # 8 standard deviations stand for all beyond

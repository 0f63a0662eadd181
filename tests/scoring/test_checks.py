"""Each check against what it is made of, and planted faults that it must see."""

import functools
import math

import numpy as np
import pytest
from scipy import stats

from igmfat_nb.scoring.checks import ALARM, log_odds, run_checks
from igmfat_nb.scoring.folder import CaseFile, score_files
from igmfat_nb.scoring.npde import decorrelated, npde_tests
from igmfat_nb.scoring.settings import Settings
from igmfat_nb.scoring.simulated import simulated_folder
from igmfat_nb.scoring.table import forecasts, prediction_table

QUICK = Settings(scenarios=("intermediate", "fast"), particles=300, whole=False)


@functools.cache
def checked(fault, patients=12, seed=2):
    folder = simulated_folder(patients, seed, fault=fault)
    scored = score_files([CaseFile.of_text(*one) for one in folder], QUICK)
    table = prediction_table(scored)
    return scored, table, run_checks(scored, table)


@pytest.mark.parametrize(
    ("fault", "right"),
    [
        ("fast truth", "clearance"),
        ("residual doubled", "spread"),
        ("g/L", "units"),
        ("doses missing", "patients"),
    ],
)
def test_a_planted_fault_is_caught_by_its_check(fault, right):
    _scored, _table, found = checked(fault)

    assert found[right].failed, found


def test_the_patient_without_doses_and_the_centre_in_g_per_l_are_named():
    assert checked("doses missing")[2]["patients"].who == ["C4-004"]
    units = checked("g/L")[2]["units"]
    assert units.who == ["C3"]


def test_an_honest_folder_passes_and_its_numbers_are_scipys():
    _scored, table, found = checked("none")

    assert [name for name, check in found.items() if check.failed] == []
    rows = forecasts(table, "intermediate")
    place = stats.norm.ppf(rows["pit"])
    assert found["spread"].value == pytest.approx(np.square(place).mean())
    both = 2 * min(
        stats.chi2.cdf(place @ place, len(place)), stats.chi2.sf(place @ place, len(place))
    )
    assert found["spread"].p == pytest.approx(both)
    late = rows.assign(place=place)[rows["known"] >= 4].groupby("subject")["place"].mean()
    assert found["drift"].p == pytest.approx(stats.ttest_1samp(late, 0).pvalue)


def test_odds_are_the_ratio_of_what_both_predicted():
    _scored, table, found = checked("fast truth", patients=4)

    odds, parts = log_odds(table, "fast", "intermediate")

    by_row = [forecasts(table, one)["log_score"].sum() for one in ("fast", "intermediate")]
    assert odds == pytest.approx(by_row[0] - by_row[1])
    assert (len(parts), found["clearance"].who) == (4, ("fast",))
    fitting = set(table["subject"]) - set(found["patients"].who)
    assert found["clearance"].p == math.exp(-log_odds(table, "fast", "intermediate", fitting)[0])
    assert ALARM < 0.01


def test_courses_apart_are_standard_normal_where_the_model_is_right():
    rng = np.random.default_rng(8)
    root = np.linalg.cholesky(np.array([[1.0, 0.9, 0.5], [0.9, 1.0, 0.8], [0.5, 0.8, 1.0]]))
    simulated = root @ rng.standard_normal((3, 2000)) + 4.0
    measured = root @ rng.standard_normal((3, 400)) + 4.0

    places = np.array([decorrelated(one, simulated) for one in measured.T])

    assert np.abs(np.corrcoef(places.T) - np.eye(3)).max() < 0.15
    assert npde_tests(places.ravel()).p > 0.01
    assert npde_tests(places.ravel() * 1.3).p_variance < 1e-6
    assert npde_tests(places.ravel() + 0.3).p_mean < 1e-6
    assert npde_tests([0.1, 0.2]) is None

"""What a titre below the assay's limit teaches, against SciPy and against plain rejection."""

import math
from dataclasses import replace

import numpy as np
import pytest
from next_dose_cases import case_of
from scipy import stats

from igmfat_nb.figures.titration import CourseCurve, personal_spec
from igmfat_nb.kinetics import Infusions
from igmfat_nb.tables.titration import flag_record, next_lines, next_record
from igmfat_nb.titration import Evidence, Prior, course_rows, decide, learn, personal_band

LIMIT = {"time_h": 24, "igm_below_mg_dl": 18}
PRIOR = Prior(3756.3, 80.0, 38.0, 0.07)


def limit_case(*titres, **changes):
    return case_of(schema="igmfat-case/2", titres=list(titres), **changes)


def test_the_likelihood_is_the_chance_of_a_measurement_below_the_limit():
    true_mg_dl = np.array([[10.0, 18.0, 25.0, 60.0], [50.0, 40.0, 44.0, 70.0]])
    evidence = Evidence(
        np.array([24.0, 48.0]),
        np.array([18.0, 45.0]),
        np.array([0.07, 0.2]),
        Infusions.none(),
        np.array([True, False]),
    )

    found = evidence.log_likelihood(true_mg_dl, 0, 2)

    below = stats.lognorm(s=0.07, scale=true_mg_dl[0]).logcdf(18.0)
    number = -0.5 * (np.log(45.0 / true_mg_dl[1]) / 0.2) ** 2
    assert found == pytest.approx(below + number)
    assert evidence.log_likelihood(true_mg_dl, 1, 2) == pytest.approx(number)


@pytest.mark.parametrize("limit_mg_dl", [18.0, 60.0, 200.0])
def test_a_first_titre_below_the_limit_is_what_rejection_leaves(limit_mg_dl):
    # Titres at shock: median 60, log-SD 0.64; measured with a log-SD of 0.07; kept if below.
    rng = np.random.default_rng(5)
    true_mg_dl = 60.0 * np.exp(0.64 * rng.standard_normal(2_000_000))
    measured = true_mg_dl * np.exp(0.07 * rng.standard_normal(len(true_mg_dl)))
    kept = true_mg_dl[measured < limit_mg_dl]
    prior = replace(PRIOR, first_titre_mg_dl=limit_mg_dl, first_is_limit=True)
    shares = np.array([0.01, 0.1, 0.5, 0.9, 0.99])

    found = np.exp(prior.first_logs(stats.norm.ppf(shares)))

    assert found == pytest.approx(np.quantile(kept, shares), rel=0.02)


@pytest.mark.parametrize(("floor", "path"), [(0.0, "importance"), (20_000.0, "rejuvenated")])
def test_a_later_titre_below_the_limit_is_what_rejection_leaves(floor, path):
    none, n = Infusions.none(), 400_000
    rng = np.random.default_rng(6)
    drawn = PRIOR.ensemble(rng.standard_normal((n, 5)))
    at_h = np.array([24.0, 72.0])
    true_mg_dl = drawn.titres_mg_dl(at_h, none)
    measured = true_mg_dl[0] * np.exp(0.07 * rng.standard_normal(n))
    kept = true_mg_dl[1, measured < 33.0]
    evidence = Evidence(at_h[:1], np.array([33.0]), np.array([0.07]), none, np.array([True]))

    posterior = learn(
        PRIOR, evidence, rng=np.random.default_rng(7), n_particles=20_000, floor=floor
    ).final

    assert posterior.path == path
    assert 0.01 < len(kept) / n < 0.9
    later = posterior.ensemble.titres_mg_dl(at_h[1:], none)
    shares = [0.05, 0.25, 0.5, 0.75, 0.95]
    assert posterior.quantiles(later, shares)[0] == pytest.approx(
        np.quantile(kept, shares), rel=0.02
    )


def test_a_limit_is_outlying_only_where_the_whole_interval_lies_above_it():
    low = decide(limit_case({"time_h": 0, "igm_mg_dl": 38}, LIMIT))  # after 431 mL
    high = decide(
        limit_case({"time_h": 0, "igm_mg_dl": 38}, {"time_h": 24, "igm_below_mg_dl": 300})
    )

    (flag,) = low.outlying
    assert flag.low_mg_dl > 18
    assert flag_record(flag)["titre_mg_dl"] is None
    assert flag_record(flag)["titre_below_mg_dl"] == 18
    assert "The titre of <18 mg/dL at 24 h is outside" in flag_record(flag)["sentence"]
    assert high.outlying == ()


def test_a_rule_that_needs_a_number_shows_both_ends():
    # Nadler 175 cm, 80 kg, haematocrit 0.30; nothing was given:
    # (100 − 18) × 37.563 ÷ 0.9 ÷ 6 = 570 mL, and 100 × 37.563 ÷ 5.4 = 696 mL.
    case = limit_case({"time_h": 0, "igm_below_mg_dl": 18}, doses=[])

    decision = decide(case)
    record = next_record(decision)["rules"]["deficit"]

    assert record["volume_ml"] is None
    assert record["limit_mg_dl"] == 18
    assert (record["at_0"]["volume_ml"], record["at_limit"]["volume_ml"]) == (696, 570)
    assert "The dose is shown at 0 and at the limit." in record["working"][0]
    assert "titre below the limit: 570 to 696 mL" in "\n".join(next_lines(decision, None))
    assert decision.forecast.dose is not None  # it goes by the predicted titre
    assert course_rows(case)[0].deficit.ends is not None


def test_the_figure_marks_the_limit_with_an_arrow():
    case = limit_case({"time_h": 0, "igm_mg_dl": 38}, LIMIT)
    time_h = np.arange(0.0, 72.0, 6.0)
    _posterior, band = personal_band(case, time_h, seed=1)

    spec = personal_spec(CourseCurve(case, 24.0, time_h, band, band))

    points = next(one for one in spec["data"] if one.get("name") == "Measured")
    assert points["y"].tolist() == [38, 18]
    assert points["text"] == ["38", "↓ <18"]
    assert points["marker"]["symbol"][1] == "line-ew-open"


def test_the_chance_of_a_limit_needs_no_finite_tail():
    evidence = Evidence(
        np.array([24.0]), np.array([1.0]), np.array([0.07]), Infusions.none(), np.array([True])
    )

    assert math.isfinite(evidence.log_likelihood(np.array([[1000.0]]), 0, 1)[0])

"""What titres teach: against long chains and dense grids, and against itself in blocks."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from igmfat_nb.case import read_case
from igmfat_nb.courses.clearance import EVEN_WEIGHTS
from igmfat_nb.courses.population import draw_virtual_patients
from igmfat_nb.titration import (
    Evidence,
    Prior,
    learn,
    learn_course,
    measurement_log_sd,
    personal_band,
)
from igmfat_nb.titration.from_case import infusions_of_case
from igmfat_nb.titration.prior import _first_particles as first_particles_kept
from igmfat_nb.titration.prior import first_particles

REFERENCES = json.loads(
    (Path(__file__).parent.parent / "data" / "posterior_references.json").read_text(
        encoding="utf-8"
    )
)
MEDIANS_KNOWN = (True, True, False, False, False)  # what the quadrature leaves unknown
FULL_WEEK = next(r["case"] for r in REFERENCES if r["case"]["subject"] == "FULL-WEEK")
FAR_OUTLYING = next(r["case"] for r in REFERENCES if r["case"]["subject"] == "VERY-SURPRISING")


def case_of(document, **changes):
    return read_case(json.dumps({**document, **changes}))


def problem(case, free=(True,) * 5, scenario="intermediate"):
    events = [event.time_h for event in case.events]
    errors = [measurement_log_sd(titre.time_h, events) for titre in case.titres]
    patient = case.patient()
    prior = Prior(
        patient.plasma_volume_ml,
        patient.weight_kg,
        case.titres[0].igm_mg_dl,
        errors[0],
        scenario=scenario,
        free=free,
    )
    later = case.titres[1:]
    evidence = Evidence(
        np.array([titre.time_h for titre in later]),
        np.array([titre.igm_mg_dl for titre in later]),
        np.array(errors[1:]),
        infusions_of_case(case.doses),
    )
    return prior, evidence


@pytest.mark.parametrize(
    "reference", REFERENCES, ids=lambda r: f"{r['method']}-{r['case']['subject']}"
)
def test_predicted_titres_agree_within_two_per_cent_with_a_long_run_reference(reference):
    case = case_of(reference["case"])
    free = MEDIANS_KNOWN if reference["method"] == "quadrature" else (True,) * 5
    scenario = "averaged" if reference["method"] == "averaged" else "intermediate"
    prior, evidence = problem(case, free, scenario)

    posterior = learn(prior, evidence, rng=np.random.default_rng(1)).final
    titres = posterior.ensemble.titres_mg_dl(reference["time_h"], evidence.infusions)
    p5, p50, p95 = posterior.quantiles(titres, (0.05, 0.5, 0.95)).T

    assert posterior.mean(titres) == pytest.approx(reference["mean"], rel=0.02)
    assert p5 == pytest.approx(reference["p5"], rel=0.02)
    assert p50 == pytest.approx(reference["p50"], rel=0.02)
    assert p95 == pytest.approx(reference["p95"], rel=0.02)
    if scenario == "averaged":
        weights = posterior.scenario_weights(EVEN_WEIGHTS)
        assert weights == pytest.approx(reference["scenario_weights"], abs=0.02)


def test_the_references_have_settled_and_cover_a_very_surprising_titre():
    chains = [r for r in REFERENCES if r["method"] != "quadrature"]

    assert len({r["case"]["subject"] for r in chains}) >= 6
    assert max(r["halves_differ"] for r in chains) < 0.004
    assert "VERY-SURPRISING" in {r["case"]["subject"] for r in REFERENCES}


def test_twins_have_the_shapes_of_the_population():
    prior = Prior(3757.0, 80.0, 38.0, 0.0706, scenario="intermediate")
    _coordinates, ensemble = first_particles(prior, np.random.default_rng(1), 5000)
    drawn = draw_virtual_patients(np.random.default_rng(2), 50_000)

    for mine, theirs in (
        (ensemble.kinetics.v1_dl / 37.57, drawn.volume_factor),
        (ensemble.kinetics.k10_per_h * 24 / 0.166 / 1.7, drawn.clearance_factor),
        (ensemble.kinetics.recovery, drawn.recovery),
    ):
        shares = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
        assert np.quantile(mine, shares) == pytest.approx(np.quantile(theirs, shares), rel=0.03)


def test_the_first_titre_is_a_measurement_and_not_the_truth():
    # By hand: precision 1/0.0706² = 200.6 around ln 38, 1/0.64² = 2.44 around ln 60.
    centre, spread = Prior(3757.0, 80.0, 38.0, 0.0706).first_titre_log()

    assert math.exp(centre) == pytest.approx(38.21, abs=0.01)
    assert spread == pytest.approx(0.0702, abs=0.0001)


def test_error_of_a_titre_is_assay_and_misfit_and_wider_after_an_event():
    usual = math.sqrt(2 * math.log(1 + 0.05**2))
    after = math.sqrt(math.log(1 + 0.05**2) + math.log(1 + 0.2**2))

    assert measurement_log_sd(24, []) == pytest.approx(usual)
    assert measurement_log_sd(24, [25.0, 0.0]) == pytest.approx(usual)
    assert measurement_log_sd(24, [24.0]) == pytest.approx(after)
    assert measurement_log_sd(24, [1.0]) == pytest.approx(after)
    assert measurement_log_sd(24, [1.0, 2.0]) > after


def test_an_event_lets_a_titre_teach_less():
    quiet = case_of(FULL_WEEK, titres=FULL_WEEK["titres"][:2])
    stirred = case_of(
        FULL_WEEK, titres=FULL_WEEK["titres"][:2], events=[{"time_h": 20, "kind": "bleeding"}]
    )

    bands = [personal_band(case, np.array([48.0]), seed=1)[1] for case in (quiet, stirred)]
    widths = [float(band["p95"][0] - band["p5"][0]) for band in bands]

    assert widths[1] > 1.2 * widths[0]


@pytest.mark.parametrize("document", [FULL_WEEK, FAR_OUTLYING])
def test_the_same_seed_gives_the_same_answer_and_another_a_near_one(document):
    case = case_of(document)
    hours = np.array([48.0, 96.0])

    first, again, other = (personal_band(case, hours, seed=seed)[1] for seed in (5, 5, 6))

    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["p50"], other["p50"])
    assert other["p50"] == pytest.approx(first["p50"], rel=0.02)


def test_what_is_kept_of_a_patient_is_given_to_no_other():
    hours, heavy = np.array([48.0, 96.0]), {"weight_kg": 110}

    def medians(**changes):
        return personal_band(case_of(FULL_WEEK, **changes), hours, seed=5)[1]["p50"]

    first = medians()
    other = medians(**heavy)
    again = medians()
    first_particles_kept.cache_clear()
    afresh, other_afresh = medians(), medians(**heavy)

    assert np.array_equal(first, again)
    assert np.array_equal(first, afresh)
    assert np.array_equal(other, other_afresh)
    assert not np.array_equal(first, other)
    prior, _evidence = problem(case_of(FULL_WEEK))
    with pytest.raises(ValueError, match="read-only"):
        first_particles(prior, np.random.default_rng(1), 10)[0][0] = 0.0


def test_twins_are_the_same_in_blocks_of_any_size():
    prior, evidence = problem(case_of(FULL_WEEK))
    particles, _ensemble = first_particles(prior, np.random.default_rng(1), 1000)
    whole = prior.ensemble(particles).titres_mg_dl(evidence.time_h, evidence.infusions)

    blocks = [
        prior.ensemble(particles[start : start + 137]).titres_mg_dl(
            evidence.time_h, evidence.infusions
        )
        for start in range(0, 1000, 137)
    ]

    assert np.array_equal(np.hstack(blocks), whole)
    fewer, _ensemble = first_particles(prior, np.random.default_rng(1), 300)
    assert np.array_equal(fewer, particles[:300])


def test_a_collapsed_ensemble_is_never_the_answer():
    prior, evidence = problem(case_of(FAR_OUTLYING))

    learning = learn(prior, evidence, rng=np.random.default_rng(1))
    left_alone = learn(prior, evidence, rng=np.random.default_rng(1), floor=0)

    assert [posterior.path for posterior in learning.after] == [
        "importance",
        "rejuvenated",
        "rejuvenated",
    ]
    assert left_alone.final.effective_sample_size < 20
    assert learning.final.effective_sample_size > 1500


def test_weights_alone_do_where_enough_twins_are_left():
    case = case_of(FULL_WEEK, titres=FULL_WEEK["titres"][:2])
    prior, evidence = problem(case)

    learning = learn(prior, evidence, rng=np.random.default_rng(1))

    assert learning.final.path == "importance"
    assert learning.final.effective_sample_size == pytest.approx(
        1 / np.sum(learning.final.weight**2)
    )


def test_a_titre_outside_its_own_prediction_is_flagged_and_the_first_never():
    learning = learn_course(
        (case := case_of(FAR_OUTLYING)), case.titres, case.doses, case.patient(), seed=1
    )

    assert [prediction.time_h for prediction in learning.predictions] == [24, 48]
    assert learning.predictions[0].outlying
    assert learning.predictions[0].high_mg_dl < 250
    predicted = learn_course(case, case.titres[:2], case.doses, case.patient(), seed=1)
    one, same = predicted.predictions[0], learning.predictions[0]  # from earlier titres only
    assert (one.low_mg_dl, one.interval_90_mg_dl, one.high_mg_dl) == (
        same.low_mg_dl,
        same.interval_90_mg_dl,
        same.high_mg_dl,
    )


@pytest.mark.parametrize("name", ["low_mg_dl", "high_mg_dl"])
@pytest.mark.parametrize("outwards", [0.999, 1.001])
def test_a_titre_is_surprising_exactly_beyond_the_ends_of_its_interval(name, outwards):
    case = case_of(FULL_WEEK, titres=FULL_WEEK["titres"][:2])
    learning = learn_course(case, case.titres, case.doses, case.patient(), seed=1)
    end_mg_dl = getattr(learning.predictions[0], name)

    moved = replace(learning.predictions[0], igm_mg_dl=end_mg_dl * outwards)

    assert moved.outlying == ((outwards > 1) == (name == "high_mg_dl"))

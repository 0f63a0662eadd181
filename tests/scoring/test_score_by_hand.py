"""The score of one folder, worked again without the package: Runge-Kutta and plain weights."""

import json
import math

import numpy as np
import pytest
from scipy import stats

from igmfat_nb.scoring.folder import case_files, score_files
from igmfat_nb.scoring.measures import measures
from igmfat_nb.scoring.settings import Settings
from igmfat_nb.scoring.table import forecasts, prediction_table

BODY = {"sex": "male", "age_years": 64, "height_cm": 175, "weight_kg": 80, "haematocrit": 0.30}
CASES = {
    "A-1": ([38.0, 84.0, 95.0], [(2.0, 431.0, 13.5), (26.0, 111.0, 3.5)]),
    "B-1": ([22.0, 55.0, 96.0], [(2.0, 400.0, 12.5), (26.0, 400.0, 12.5)]),
}
DRAWS, STEP_H = 60_000, 0.5
ERROR = math.sqrt(2 * math.log(1 + 0.05**2))
# Nadler by hand: (0.3669 × 1.75³ + 0.03219 × 80 + 0.6041) L × (1 − 0.9 × 0.30).
PLASMA_DL = (0.3669 * 1.75**3 + 0.03219 * 80 + 0.6041) * 10 * (1 - 0.27)


def write(folder):
    for subject, (titres, doses) in CASES.items():
        case = {
            "schema": "igmfat-case/1",
            "subject": subject,
            **BODY,
            "titres": [{"time_h": 24.0 * i, "igm_mg_dl": t} for i, t in enumerate(titres)],
            "doses": [
                {"start_h": s, "volume_ml": v, "duration_h": d} for s, v, d in doses
            ],
            "vasopressor_stopped_h": None,
        }  # fmt: skip
        (folder / f"{subject}.json").write_text(json.dumps(case), encoding="utf-8")


def true_titres(multiple, first_mg_dl, doses, rng):
    """True titres at 24 and 48 h of many patients drawn from the population, shape (2, draws)."""
    volume = PLASMA_DL * np.exp(math.sqrt(math.log(1.04)) * rng.standard_normal(DRAWS))
    spread = math.sqrt(math.log(1.25))
    k10 = 0.166 / 24 * multiple * np.exp(spread * rng.standard_normal(DRAWS))
    recovery = stats.truncnorm.rvs(
        (0.65 - 0.9) / 0.07, (1 - 0.9) / 0.07, 0.9, 0.07, DRAWS, random_state=rng
    )
    exchange = math.log(2) / (24 * np.exp(rng.uniform(math.log(0.5), math.log(2), DRAWS)))
    k12, k21 = 0.18 * exchange, 0.82 * exchange
    plasma = first_mg_dl * volume
    tissue = plasma * k12 / k21
    holding = k10 * plasma

    def change(state, rate):
        a1, a2 = state
        return np.stack(
            [holding + recovery * rate - (k10 + k12) * a1 + k21 * a2, k12 * a1 - k21 * a2]
        )

    state, found = np.stack([plasma, tissue]), []
    for step in range(round(48 / STEP_H)):
        hour = step * STEP_H
        rate = sum(6 * v / d for s, v, d in doses if s <= hour < s + d)
        one = change(state, rate)
        two = change(state + STEP_H / 2 * one, rate)
        three = change(state + STEP_H / 2 * two, rate)
        four = change(state + STEP_H * three, rate)
        state = state + STEP_H / 6 * (one + 2 * two + 2 * three + four)
        if (step + 1) * STEP_H in (24.0, 48.0):
            found.append(state[0] / volume)
    return np.stack(found)


def forecast(true, weight, measured):
    """Median, interval, share below and log density of a measurement, from plain draws."""
    z = np.log(measured / true) / ERROR
    density = (weight * stats.norm.pdf(z)).sum() / (ERROR * measured)
    share = float((weight * stats.norm.cdf(z)).sum())
    rng = np.random.default_rng(9)
    chosen = rng.choice(true, DRAWS, p=weight) * np.exp(ERROR * rng.standard_normal(DRAWS))
    p5, p50, p95 = np.quantile(chosen, (0.05, 0.5, 0.95))
    return {"p5": p5, "p50": p50, "p95": p95, "pit": share, "log_score": math.log(density)}


def by_hand(subject, multiple):
    titres, doses = CASES[subject]
    rng = np.random.default_rng(5)
    precision = 1 / 0.64**2 + 1 / ERROR**2
    centre = (math.log(60) / 0.64**2 + math.log(titres[0]) / ERROR**2) / precision
    first = np.exp(centre + rng.standard_normal(DRAWS) / math.sqrt(precision))
    true = true_titres(multiple, first, doses, rng)
    even = np.full(DRAWS, 1 / DRAWS)
    weight = stats.norm.pdf(np.log(titres[1] / true[0]) / ERROR)
    return [
        forecast(true[0], even, titres[1]),
        forecast(true[1], weight / weight.sum(), titres[2]),
    ]


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cases")
    write(folder)
    scored = score_files(case_files(folder), Settings(particles=5000))
    assert scored.refused == []
    return prediction_table(scored)


@pytest.mark.parametrize(("scenario", "multiple"), [("intermediate", 1.7), ("fast", 7.3)])
def test_forecasts_are_those_of_another_engine(table, scenario, multiple):
    own = forecasts(table, scenario)
    for subject in CASES:
        rows = own[own["subject"] == subject].sort_values("known")
        for known, expected in enumerate(by_hand(subject, multiple)):
            row = rows.iloc[known]
            for name in ("p5", "p50", "p95"):
                assert row[name] == pytest.approx(expected[name], rel=0.02), (subject, name)
            assert row["pit"] == pytest.approx(expected["pit"], abs=0.02)
            far = 0.15 if expected["log_score"] < -6 else 0.06  # in a tail both have few draws
            assert row["log_score"] == pytest.approx(expected["log_score"], abs=far)


def test_the_measures_of_the_folder_are_those_of_the_other_engine(table):
    expected = [one for subject in CASES for one in by_hand(subject, 1.7)]
    measured = np.array([t for titres, _doses in CASES.values() for t in titres[1:]])
    median = np.array([one["p50"] for one in expected])

    found = measures(forecasts(table, "intermediate"))

    assert found["mpe"] == pytest.approx(((measured - median) / measured).mean(), abs=0.01)
    rmse = math.sqrt(np.square(measured - median).mean())
    assert found["rmse"] == pytest.approx(rmse, abs=1.0)
    held = [one["p5"] <= y <= one["p95"] for one, y in zip(expected, measured, strict=True)]
    assert found["coverage_90"] == np.mean(held)
    log_score = np.mean([one["log_score"] for one in expected])
    assert found["log_score"] == pytest.approx(log_score, abs=0.03)

"""Is the averaged clearance calibrated? Truth drawn by the weights, believed by the same.

    python benchmarks/averaged.py [patients] [KEPT.jsonl]

Of the titres of a week, each predicted from those before it: 90 % intervals must hold 88 to
92 %, and the chance of a measured titre at the target must be what came, by tenths, each with
the exact 95 % interval of what came. Tests of the whole: the tenths together (chi-square, the
variance that of the stated chances), Spiegelhalter's, and the slope and intercept of a logistic
regression of what came on the log odds stated (1 and 0 where they are right). For each truth
alone the coverage is printed by the number of titres known. With a second argument finished
patients are kept there, and an interrupted run goes on.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import optimize, stats

from igmfat_nb.courses.population import SCENARIOS
from igmfat_nb.protocol import constants, titration
from igmfat_nb.scoring.folder import CaseFile, kept_scores, score_files
from igmfat_nb.scoring.measures import calibration, measures
from igmfat_nb.scoring.settings import Settings
from igmfat_nb.scoring.simulated import simulated_folder
from igmfat_nb.scoring.table import forecasts, prediction_table

PATIENTS, SEED, WORKERS = 2000, 11, 2
SETTINGS = Settings(
    scenario="averaged", scenarios=("averaged",), particles=titration.TWINS.value, whole=False
)


def true_scenario(number: int) -> str:
    """The scenario drawn for a patient, as ``simulated_folder`` says."""
    drawn = np.random.default_rng([SEED, number]).random()
    return SCENARIOS[int(drawn * len(SCENARIOS))]  # they weigh the same


def by_known(rows: pd.DataFrame) -> str:
    held = [measures(part)["coverage_90"] for _known, part in rows.groupby("known")]
    return " ".join(f"{100 * share:7.1f}" for share in held)


def tenths(rows: pd.DataFrame) -> pd.DataFrame:
    """Calibration by tenths with the exact interval of each share that came."""
    found = calibration(rows, constants.TARGET_TITRE.value)
    ends = [
        stats.binomtest(round(part.reached * part.n), int(part.n)).proportion_ci(0.95)
        for part in found.itertuples()
    ]
    return found.assign(low=[one.low for one in ends], high=[one.high for one in ends])


def diagonal(rows: pd.DataFrame) -> None:
    """Print three tests of the chances; forecasts that follow one another leave them exact."""
    rows = rows.sort_values("chance", kind="stable")
    chance = np.clip(rows["chance"].to_numpy(dtype=float), 0.0, 1.0)
    came = (rows["measured"] >= constants.TARGET_TITRE.value).to_numpy(dtype=float)
    spread = chance * (1.0 - chance)
    parts = np.array_split(np.arange(len(chance)), 10)
    away = np.array([(came - chance)[part].sum() for part in parts])
    variance = np.array([spread[part].sum() for part in parts])
    told = variance > 1.0  # an event is to be expected: below it a square is no chi-square
    square, many = float((away[told] ** 2 / variance[told]).sum()), int(told.sum())
    p = stats.chi2.sf(square, many)
    print(f"tenths together: chi-square {square:.1f}, {many} df, p = {p:.2f}", end="; ")
    print(f"elsewhere {away[~told].sum():+.2f} of {variance[~told].sum():.2f} expected variance")
    tilt = 1.0 - 2.0 * chance
    z = float(((came - chance) * tilt).sum() / np.sqrt((tilt**2 * spread).sum()))
    print(f"Spiegelhalter z = {z:+.2f}, p = {2 * stats.norm.sf(abs(z)):.2f}")
    sure = np.minimum(chance, 1.0 - chance) > 1e-6
    odds = np.log(chance[sure] / (1.0 - chance[sure]))
    design = np.column_stack([np.ones(len(odds)), odds])

    def loss(at: np.ndarray) -> float:
        return float(np.logaddexp(0.0, design @ at).sum() - came[sure] @ design @ at)

    best = optimize.minimize(loss, np.array([0.0, 1.0]), method="BFGS").x
    share = 1.0 / (1.0 + np.exp(-design @ best))
    error = np.sqrt(np.diag(np.linalg.inv(design.T @ (design * (share * (1 - share))[:, None]))))
    names = zip(("intercept", "slope"), best, error, strict=True)
    said = ", ".join(f"{name} {one:.3f} ± {1.96 * e:.3f}" for name, one, e in names)
    print(f"logistic regression, 95 %: {said}; {sure.sum()} titres")


def main() -> None:
    patients = int(sys.argv[1]) if len(sys.argv) > 1 else PATIENTS
    path = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    folder = simulated_folder(patients, SEED, truth="averaged")
    files = [CaseFile.of_text(name, text) for name, text in folder]
    truth = {file.name: true_scenario(number) for number, file in enumerate(files)}
    kept = kept_scores(path) if path else {}

    def keep(record: object) -> None:
        if path and record and record["digest"] not in kept:
            with path.open("a", encoding="utf-8") as out:
                out.write(json.dumps(record) + "\n")

    started = time.perf_counter()
    scored = score_files(files, SETTINGS, workers=WORKERS, kept=kept, done=keep)
    seconds = time.perf_counter() - started
    true = {case["subject"]: truth[case["file"]] for case in scored.cases}
    rows = forecasts(prediction_table(scored), "averaged")
    rows = rows.assign(truth=rows["subject"].map(true))
    print(f"{len(scored.cases)} patients, {len(rows)} titres, seed {SEED}, target 100 mg/dL")
    found = measures(rows)
    print(f"90 % intervals hold {100 * found['coverage_90']:.1f} %", end=", ")
    print(f"50 % intervals {100 * found['coverage_50']:.1f} %")
    print("chance of a measured titre at the target, by tenths of the forecasts")
    print(tenths(rows).round(3).to_string(index=False))
    diagonal(rows)
    known = sorted(rows["known"].unique())
    print("90 % intervals hold [%], by titres known", " ".join(f"{one:7d}" for one in known))
    print(f"{'all':>40}", by_known(rows))
    for scenario in SCENARIOS:
        print(f"{scenario:>40}", by_known(rows[rows["truth"] == scenario]))
    last = np.array([case["weights"][-1] for case in scored.cases])
    for scenario in SCENARIOS:
        own = np.array([true[case["subject"]] == scenario for case in scored.cases])
        mean = " ".join(
            f"{name} {w:.2f}" for name, w in zip(SCENARIOS, last[own].mean(0), strict=True)
        )
        print(f"truth {scenario}: {own.sum()} patients, mean weights after the last titre: {mean}")
    print(f"{seconds:.0f} s with {WORKERS} processes")


if __name__ == "__main__":
    main()

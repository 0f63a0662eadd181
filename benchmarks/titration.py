"""What following one patient costs, and how near its answers are to long-run references.

    python benchmarks/titration.py [--cases 200]

* One update: 5,000 particles learn from a week of 7 titres and 7 doses, and the band
  is drawn every 2 h over a week; over simulated patients.
* The usual way beside it: one most probable patient by SciPy, and a band of 500
  simulations, each its own call of the same engine for one patient.
* Largest error of a predicted titre against ``tests/data/posterior_references.json``,
  over every day, mean and 5, 50 and 95 % points, and ten seeds.
* Largest error at each day past the last titre, against the same posterior of
  200,000 virtual patients, over teaching and made cases, fast clearance (the worst).
* ``igmfat next`` on many case files in one process.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from igmfat_nb.case import Case, case_text, new_case, read_case
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.protocol import product
from igmfat_nb.teaching_cases.library import library
from igmfat_nb.teaching_cases.make import made_cases
from igmfat_nb.titration import Evidence, Prior, learn, measurement_log_sd
from igmfat_nb.titration.calibration import simulated_patient, simulated_week
from igmfat_nb.titration.from_case import infusions_of_case, learn_course

REFERENCES = Path(__file__).parent.parent / "tests" / "data" / "posterior_references.json"
ERROR = measurement_log_sd(0.0, [])
BAND_H = np.arange(0.0, 168.1, 2.0)
PATIENTS, SEEDS = 60, 10
PATIENTS_BESIDE, MADE = 200_000, 12


def week(number: int, days: int = 6) -> tuple[Prior, Evidence]:
    rng = np.random.default_rng([9, number])
    prior, truth = simulated_patient(rng, ERROR, ERROR)
    return prior, simulated_week(rng, prior, truth, days, ERROR, ERROR)


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - started)


def updates() -> None:
    weeks = [week(number) for number in range(PATIENTS)]
    paths: dict[str, list[tuple[float, float]]] = defaultdict(list)

    def update(prior: Prior, evidence: Evidence, seed: int) -> str:
        posterior = learn(prior, evidence, rng=np.random.default_rng(seed)).final
        posterior.band(BAND_H, evidence.infusions)
        return posterior.path

    update(*weeks[0], 0)
    for seed, (prior, evidence) in enumerate(weeks):
        started, busy = time.perf_counter(), time.process_time()
        path = update(prior, evidence, seed)
        clock = time.perf_counter() - started
        paths[path].append((1e3 * clock, 1e3 * (time.process_time() - busy)))
    every = [pair for pairs in paths.values() for pair in pairs]
    print("One update with its band, 5,000 twins, 7 titres, 7 doses [ms]:")
    print(f"  {'path':14} {'patients':>8} {'median':>8} {'95 %':>8} {'median of CPU time':>20}")
    for name, pairs in [("all", every), *sorted(paths.items())]:
        clock, busy = np.array(pairs).T
        row = f"{np.median(clock):8.1f} {np.quantile(clock, 0.95):8.1f} {np.median(busy):20.1f}"
        print(f"  {name:14} {len(pairs):8} {row}")


def usual_way() -> None:
    prior, evidence = week(0)

    def surprise(place: np.ndarray) -> float:
        true = prior.ensemble(place[None]).titres_mg_dl(evidence.time_h, evidence.infusions)
        likelihood = evidence.log_likelihood(true, 0, len(evidence.time_h))[0]
        return float(0.5 * place @ place - likelihood)

    def simulations() -> None:
        for place in np.random.default_rng(1).standard_normal((500, 5)):
            prior.ensemble(place[None]).titres_mg_dl(BAND_H, evidence.infusions)

    fit = np.median([milliseconds(lambda: minimize(surprise, np.zeros(5))) for _ in range(3)])
    band = np.median([milliseconds(simulations) for _ in range(3)])
    print("The usual way, single patient, same engine, one call a simulation:")
    print(f"  most probable patient by SciPy {fit:.0f} ms, band of 500 simulations {band:.0f} ms")


def accuracy() -> None:
    print(f"Largest error against long-run references, {SEEDS} seeds [%]:")
    print(f"  {'case':34} {'mean':>6} {'p5':>6} {'p50':>6} {'p95':>6}")
    for reference in json.loads(REFERENCES.read_text(encoding="utf-8")):
        case = read_case(json.dumps(reference["case"]))
        events = [event.time_h for event in case.events]
        errors = [measurement_log_sd(titre.time_h, events) for titre in case.titres]
        patient, later = case.patient(), case.titres[1:]
        free = (True, True, *(False,) * 3) if reference["method"] == "quadrature" else (True,) * 5
        averaged = reference["method"] == "averaged"
        prior = Prior(
            patient.plasma_volume_ml,
            patient.weight_kg,
            patient.igm_mg_dl,
            errors[0],
            scenario="averaged" if averaged else "intermediate",
            free=free,
        )
        evidence = Evidence(
            np.array([titre.time_h for titre in later]),
            np.array([titre.igm_mg_dl for titre in later]),
            np.array(errors[1:]),
            infusions_of_case(case.doses),
        )
        worst = np.max([_errors(prior, evidence, reference, seed) for seed in range(SEEDS)], axis=0)
        name = f"{case.subject} ({reference['method']})"
        print(f"  {name:34} " + " ".join(f"{100 * value:6.2f}" for value in worst))


def _errors(prior: Prior, evidence: Evidence, reference: dict, seed: int) -> list[float]:
    posterior = learn(prior, evidence, rng=np.random.default_rng(seed)).final
    titres = posterior.ensemble.titres_mg_dl(reference["time_h"], evidence.infusions)
    found = [posterior.mean(titres), *posterior.quantiles(titres, (0.05, 0.5, 0.95)).T]
    names = ("mean", "p5", "p50", "p95")
    return [
        float(np.abs(row / np.array(reference[name]) - 1).max())
        for row, name in zip(found, names, strict=True)
    ]


def horizons() -> None:
    worst: dict[int, list[tuple[float, str]]] = defaultdict(list)
    cases = [*(one.case for one in library()), *made_cases(MADE, 1)]
    for case in cases:
        for count in sorted({2, 3, len(case.titres)} & set(range(1, len(case.titres) + 1))):
            for days, error in _by_day_past(case, count, Assumptions("fast")).items():
                worst[days].append((error, f"{case.subject}, {count} titres"))
    print(f"Largest error of a 5, 50 or 95 % point, {SEEDS} seeds, by days past the last titre:")
    for days, errors in sorted(worst.items()):
        share = np.mean([error > 0.02 for error, _name in errors])
        error, name = max(errors)
        row = f"{100 * error:5.2f} % ({name}); above 2 % in {100 * share:.0f} %"
        print(f"  {days:2} days {row} of {len(errors)} courses")


def _by_day_past(case: Case, count: int, assumptions: Assumptions) -> dict[int, float]:
    """Largest error over seeds and points, by days past the last of ``count`` titres."""
    titres = case.titres[:count]
    hours = titres[-1].time_h + 24.0 * np.arange(8)
    patient, given = case.patient(titres[-1].time_h), infusions_of_case(case.doses)

    def points(seed: int, n_particles: int) -> np.ndarray:
        learnt = learn_course(
            case,
            titres,
            case.doses,
            patient,
            seed=seed,
            n_particles=n_particles,
            assumptions=assumptions,
        ).final
        true = learnt.ensemble.titres_mg_dl(hours, given)
        return learnt.quantiles(true, (0.05, 0.5, 0.95))

    exact = points(SEEDS, PATIENTS_BESIDE)
    errors = [np.abs(points(seed, 5000) / exact - 1).max(axis=1) for seed in range(SEEDS)]
    return dict(enumerate(np.max(errors, axis=0).tolist()))


def many_cases(cases: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = [_written(Path(folder), number) for number in range(cases)]
        command = [sys.executable, "-m", "igmfat_nb", "next", *files]
        started = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds = time.perf_counter() - started
        one = milliseconds(lambda: subprocess.run(command[:5], capture_output=True, check=True))
    print(
        f"igmfat next on {len(done.stdout.splitlines())} case files of 1 to 7 titres, one process:"
    )
    print(f"  {seconds:.1f} s, {1e3 * seconds / cases:.0f} ms a case; one file alone {one:.0f} ms")


def _written(folder: Path, number: int) -> str:
    days = number % 7
    prior, evidence = week(number, max(days, 1))
    titres = [(0.0, prior.first_titre_mg_dl)]
    titres += list(zip(evidence.time_h.tolist(), evidence.igm_mg_dl.tolist(), strict=True))[:days]
    infusions = evidence.infusions
    rows = zip(infusions.start_h, infusions.igm_mg, infusions.duration_h, strict=True)
    case = new_case(
        subject=f"SIM-{number:04}",
        sex="male",
        age_years=60,
        height_cm=175,
        weight_kg=prior.weight_kg,
        haematocrit=0.3,
        titres=[{"time_h": t, "igm_mg_dl": min(max(y, 1.0), 1000.0)} for t, y in titres],
        doses=[
            {
                "start_h": float(s),
                "volume_ml": float(mg / product.IGM.value),
                "duration_h": float(d),
            }
            for s, mg, d in rows
            if mg > 0
        ],
        vasopressor_stopped_h=None,
    )
    path = folder / f"{number:04}.json"
    path.write_text(case_text(case), encoding="utf-8")
    return str(path)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=200)
    cases = parser.parse_args().cases
    print(f"Python {platform.python_version()}, NumPy {np.__version__}")
    updates()
    usual_way()
    accuracy()
    horizons()
    many_cases(cases)


if __name__ == "__main__":
    main()

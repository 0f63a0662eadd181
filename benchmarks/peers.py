"""Our kinetics beside SciPy's and beside general engines from PyPI: one problem, one table.

python benchmarks/peers.py [--patients 10000] [--python ANOTHER/bin/python]

The general engines are no dependency of ours: they run in a throw-away
environment (made here with pip unless ``--python`` names one), on as many
patients as they do in a few seconds; the table says so and scales up. What
cannot be installed or built is said in the table, too.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path

import numpy as np
from kinetics import (
    CHECKED,
    HOURS,
    PEERS,
    Problem,
    Spent,
    _row,
    by_grid_in_place,
    problem,
    truth,
    worst_error,
)

# Engine, its packages, patients it runs on.
GENERAL = [
    ("diffrax", ("diffrax", "jax[cpu]"), 500),
    ("openpkflow", ("openpkflow",), 200),
    ("myokit", ("myokit",), 100),
]
ENGINES = Path(__file__).with_name("peer_engines.py")


def time_of(work: Callable[[], object], repeats: int) -> Spent:
    """Processor time: on a busy machine the clock would count the others' work as well."""
    if repeats > 1:
        work()
    spent = []
    for _repeat in range(repeats):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return Spent(float(np.median(spent)), min(spent))


def throw_away(folder: Path) -> Path:
    """Make an environment with the peers that can be had."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    for _engine, packages, _patients in GENERAL:
        command = [str(python), "-m", "pip", "install", "--quiet", *packages]
        subprocess.run(command, check=False, capture_output=True)
    return python


def save(p: Problem, path: Path) -> None:
    kinetics = {name: getattr(p.kinetics, name) for name in p.kinetics.__dataclass_fields__}
    np.savez(
        path, plasma_mg=p.state.plasma_mg, tissue_mg=p.state.tissue_mg,
        made_mg_per_h=p.synthesis.start_mg_per_h, start_h=p.infusions.start_h,
        igm_mg=p.infusions.igm_mg, duration_h=p.infusions.duration_h, **kinetics,
    )  # fmt: skip


def general(python: Path, path: Path, engine: str, patients: int) -> tuple[float, np.ndarray] | str:
    """Seconds and titres, or the last line of what went wrong."""
    answer = path.with_name(f"{engine}.npy")
    command = [str(python), str(ENGINES), str(path), engine, str(patients), str(answer)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        lines = (done.stderr.strip() or "failed without a word").splitlines()
        telling = [line.strip() for line in lines if "rror" in line or "not found" in line]
        return (telling or lines)[-1][:100]
    return float(done.stdout.split()[-1]), np.load(answer)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=10_000)
    parser.add_argument("--python", type=Path, help="Python of an environment with the peers.")
    given = parser.parse_args()
    p = problem(given.patients)
    expected = np.array([truth(p, patient) for patient in range(min(CHECKED, p.n))]).T
    out = np.empty((HOURS + 1, p.n))
    bound = time_of(lambda: out.fill(1.0), 101)
    ours = time_of(lambda: by_grid_in_place(p, out), 51)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{p.n:,} patients x 7 infusions x {HOURS + 1} hours; load {load}; error is the largest")
    print(
        f"relative one of {expected.shape[1]} patients against mpmath; processor time, "
        "ratios of the least."
    )
    print(f"{'':32}{'median':>15}{'least':>15}{'error':>10}{'x bound':>11}{'x ours':>10}  note")
    print(_row("filling the array (bound)", bound, None, bound, ours))
    print(_row("ours, even grid, given array", ours, worst_error(out, expected), bound, ours))
    for name, work, most, _repeats in PEERS[-2:]:
        some = p.first(min(most, p.n))
        spent = time_of(lambda work=work, some=some: work(some), 1).times(p.n / some.n)
        note = f"extrapolated from {some.n} patients"
        print(_row(name, spent, worst_error(work(some), expected), bound, ours, note), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        python = given.python or throw_away(Path(folder, "peers"))
        path = Path(folder, "problem.npz")
        save(p, path)
        for engine, _packages, patients in GENERAL:
            found = general(python, path, engine, min(patients, p.n))
            if isinstance(found, str):
                print(f"{engine:32}could not be had: {found}", flush=True)
                continue
            seconds, titres = found
            spent = Spent(seconds, seconds).times(p.n / titres.shape[1])
            note = f"extrapolated from {titres.shape[1]} patients, least of 3"
            error = worst_error(titres, expected[:, : titres.shape[1]])
            print(_row(engine, spent, error, bound, ours, note), flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""Doses of a cohort by the command line: time and memory as the table grows.

    python benchmarks/cohort.py            # 1,000 to 1,000,000 rows
    python benchmarks/cohort.py --most 100000

Each run is a process of its own: `igmfat cohort` on a Parquet table of
synthetic patients, both arms, seven days, 100 shared virtual patients. Printed
are seconds by the clock and of processor time (both cores, start-up included),
processor time a row against the run before (1 is linear), and the most memory
that the process held.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

SIZES = (1_000, 10_000, 100_000, 1_000_000)
KIB_PER_GIB = 1024.0**2


def patients(rows: int, seed: int = 1) -> pd.DataFrame:
    """Synthetic patients, one in a hundred with a slip that gets the row rejected."""
    rng = np.random.default_rng(seed)
    weight_kg = rng.normal(80, 15, rows).clip(40, 160).round(1)
    weight_kg[::100] = 712.0
    return pd.DataFrame(
        {
            "subject": [f"SIM-{number}" for number in range(1, rows + 1)],
            "sex": np.where(rng.random(rows) < 0.5, "male", "female"),
            "age_years": rng.integers(19, 95, rows),
            "height_cm": rng.normal(171, 9, rows).clip(145, 205).round(),
            "weight_kg": weight_kg,
            "haematocrit": rng.normal(0.30, 0.04, rows).clip(0.18, 0.5).round(2),
            "igm": rng.lognormal(3.7, 0.4, rows).clip(5, 300).round(),
            "igm_unit": "mg/dL",
        }
    )


def measured(table: Path, out: Path) -> tuple[float, float, float]:
    """Seconds, seconds of processor time and GiB of one run of the command."""
    command = [sys.executable, "-m", "igmfat_nb", "cohort", str(table), "--out", str(out)]
    begun = time.perf_counter()
    process = subprocess.Popen([*command, "--quiet"], stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    if status != 0:
        raise SystemExit(f"igmfat cohort ended with status {status}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / KIB_PER_GIB


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=SIZES[-1], help="rows of the largest table")
    options = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    print(f"{cores} cores, load {load:.1f} before the first run")
    print(f"{'rows':>10} {'s':>8} {'cpu s':>8} {'us a row':>9} {'against last':>13} {'GiB':>6}")
    last = None
    for rows in (size for size in SIZES if size <= options.most):
        with tempfile.TemporaryDirectory(prefix="igmfat-cohort-") as folder:
            table = Path(folder) / "patients.parquet"
            patients(rows).to_parquet(table, index=False)
            seconds, cpu, gib = measured(table, Path(folder) / "doses.parquet")
        a_row = cpu / rows
        ratio = "" if last is None else f"{a_row / last:.2f}"
        print(
            f"{rows:>10,} {seconds:>8.2f} {cpu:>8.2f} {a_row * 1e6:>9.1f} {ratio:>13} {gib:>6.2f}",
            flush=True,
        )
        last = a_row
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_GIB
    print(f"(this script itself held {own:.2f} GiB, not counted above)")


if __name__ == "__main__":
    main()

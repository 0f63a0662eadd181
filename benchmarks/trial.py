"""What virtual trials cost: time, memory, and what the forecast's shared patients leave as error.

python benchmarks/trial.py [--replicates 1000] [--patients 1000000] [--twins 512]

Prints the load of the machine with the figures: on a busy one only the time of
the processor says what a quiet one would take. Memory is measured in a process
of its own, a block at a time, as a saved run works.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from igmfat_nb.trial.design import Design, design_of
from igmfat_nb.trial.replicate import block_replicates, run_block, run_detail
from igmfat_nb.trial.runners import local_runner
from igmfat_nb.trial.runs import Run, missing_tasks
from igmfat_nb.trial.summary import joined, result_sha256

ERROR_REPLICATES = 5  # trials of 356 that both numbers of virtual patients are tried on
PATIENTS_BESIDE = 5000
# The high-water mark of this program alone: ru_maxrss begins with that of its parent.
_PEAK = (
    "import sys;"
    "from igmfat_nb.trial.design import design_of;"
    "from igmfat_nb.trial.replicate import block_replicates, run_block;"
    "design = design_of({'arms': ['standard', 'deficit']}); size = block_replicates(design);"
    "[run_block(design, 1, first, size) for first in range(0, int(sys.argv[1]), size)];"
    "lines = open('/proc/self/status').read().splitlines();"
    "print(next(line.split()[1] for line in lines if line.startswith('VmHWM')))"
)


def plan(rule: str, twins: int = 512) -> Design:
    arm = {"name": rule, "rule": rule} | ({"twins": twins} if rule == "forecast" else {})
    return design_of({"arms": ["standard", arm]})


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor, its children's included."""
    before, begun = os.times(), time.perf_counter()
    work()
    after = os.times()
    return time.perf_counter() - begun, sum(after[:4]) - sum(before[:4])


def whole_command(rule: str, replicates: int, workers: int) -> tuple[float, float]:
    """``igmfat trial`` as it is typed, start-up included, nothing saved."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "design.yaml")
        path.write_text(f"arms: [standard, {rule}]\n")
        command = [sys.executable, "-m", "igmfat_nb", "trial", str(path), "--quiet", "--json"]
        command += ["--replicates", str(replicates), "--workers", str(workers)]
        return timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))


def in_this_process(rule: str, replicates: int) -> tuple[float, float, str]:
    design, blocks = plan(rule), []
    tasks = missing_tasks(set(), replicates, block_replicates(design))
    seconds = timed(lambda: blocks.extend(local_runner(design, 1, 1)(tasks)))
    return *seconds, result_sha256(joined(blocks))[:12]


def shared_patients_error(twins: int) -> dict[str, float]:
    """Differences between the stated number of virtual patients and 5,000, on the same patients."""
    weeks = [
        run_detail(plan("forecast", count), 1, 0, ERROR_REPLICATES).arms[1]
        for count in (twins, PATIENTS_BESIDE)
    ]
    (_p, few, one), (_q, many, other) = weeks
    dosed = many.volume_ml > 0
    at_morning = [week.igm_mg_dl[24::24][dosed] >= 100 for week in (few, many)]
    share = "fraction_of_time_at_target"
    return {
        "a day's dose, mean absolute [mL]": np.abs(few.volume_ml - many.volume_ml)[dosed].mean(),
        "a day's dose, mean [mL]": (few.volume_ml - many.volume_ml)[dosed].mean(),
        "a day's dose itself, mean [mL]": many.volume_ml[dosed].mean(),
        "volume of a week, mean absolute [mL]": np.abs(
            few.volume_ml.sum(axis=0) - many.volume_ml.sum(axis=0)
        ).mean(),
        "chance of the target next morning [%]": 100
        * (at_morning[0].mean() - at_morning[1].mean()),
        "that chance with 5,000 twins [%]": 100 * at_morning[1].mean(),
        "time at target, mean absolute [%]": 100
        * np.abs(one.metrics[share] - other.metrics[share]).mean(),
        "time at target, mean [%]": 100 * (one.metrics[share] - other.metrics[share]).mean(),
    }


def peak_mib(replicates: int) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, str(replicates)], check=True, capture_output=True, text=True
    )
    return int(done.stdout) / 1024


def slope() -> tuple[float, float]:
    """Processor seconds for a patient, and to open and save a block of a saved run."""
    design = plan("deficit")
    size = block_replicates(design)
    _clock, spent = timed(lambda: [run_block(design, 1, 28 * i, size) for i in range(10)])
    block = run_block(design, 1, 0, size)
    with tempfile.TemporaryDirectory() as folder:
        run = Run(design, 1, Path(folder))
        _clock, saving = timed(lambda: [run._save(block) for _ in range(20)])
    return spent / (10 * size * design.patients), saving / 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--patients", type=int, default=1_000_000)
    parser.add_argument("--twins", type=int, default=512)
    given = parser.parse_args()
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load}; Python {platform.python_version()}, ", end="")
    print(f"NumPy {np.__version__}; {given.replicates:,} replicates of 356, hourly titres")
    for rule, target_s in (("deficit", 4), ("forecast", 60)):
        clock, spent, digest = in_this_process(rule, given.replicates)
        print(f"{rule}, one process: {clock:.1f} s, processor {spent:.1f} s ({digest})")
        clock, spent = whole_command(rule, given.replicates, 2)
        print(f"{rule}, igmfat trial --workers 2: {clock:.1f} s, processor {spent:.1f} s; ", end="")
        print(f"both cores quiet: about {spent / 2:.1f} s (aim: under {target_s} s)")
    print(f"{given.twins} twins minus {PATIENTS_BESIDE:,}, {ERROR_REPLICATES} trials of 356:")
    for name, value in shared_patients_error(given.twins).items():
        print(f"  {name}: {value:,.2f}")
    replicates = -(-given.patients // plan("deficit").patients)
    small, large = peak_mib(28), peak_mib(replicates)
    print(f"peak memory: {small:,.0f} MiB for one block, ", end="")
    print(f"{large:,.0f} MiB for {given.patients:,} patients (aim: 1,536 MiB)")
    a_patient, a_part = slope()
    seconds = 1e9 * a_patient + 1e9 / (28 * 356) * a_part
    print(f"processor: {1e6 * a_patient:.1f} µs a patient, {1e3 * a_part:.1f} ms to save a block;")
    print(f"1e9 patients: about {seconds / 3600:.1f} core-hours by that slope, not run")


if __name__ == "__main__":
    main()

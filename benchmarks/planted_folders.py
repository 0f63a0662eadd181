"""Does the score catch what is wrong? Folders with a planted fault, and honest ones.

    python benchmarks/planted_folders.py [seeds] [KEPT.jsonl]

Each fault must be caught by the check that should catch it, and an honest folder pass every
check, in 19 of 20 seeds. With a second argument finished folders are kept there, and an
interrupted run goes on.
"""

import json
import sys
import time
from pathlib import Path

from igmfat_nb.scoring.checks import ALARM, CHECKS, run_checks
from igmfat_nb.scoring.folder import CaseFile, score_files
from igmfat_nb.scoring.settings import Settings
from igmfat_nb.scoring.simulated import FAULTS, Fault, simulated_folder
from igmfat_nb.scoring.table import prediction_table
from igmfat_nb.workers.many import in_processes

SEEDS, WORKERS, PATIENTS = 20, 2, 24
#: Drift and a constant bias hide in the spread of patients: they take more of them.
MORE: dict[Fault, int] = {"assay drift": 48, "bias": 120}
SETTINGS = Settings(scenarios=("intermediate", "fast"), particles=500, whole=False)
RIGHT: dict[Fault, str] = {
    "none": "",
    "fast truth": "clearance",
    "residual doubled": "spread",
    "g/L": "units",
    "doses missing": "patients",
    "assay drift": "drift",
    "bias": "bias",
}


def failed_checks(fault: Fault, seed: int) -> list[str]:
    """Names of the checks that fail on one folder."""
    folder = simulated_folder(MORE.get(fault, PATIENTS), seed, fault=fault)
    files = [CaseFile.of_text(name, text) for name, text in folder]
    scored = score_files(files, SETTINGS)
    found = run_checks(scored, prediction_table(scored))
    return [name for name, check in found.items() if check.failed]


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    path = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    kept: dict[tuple[str, int], list[str]] = {}
    if path is not None and path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            fault, seed, failed = json.loads(line)
            kept[fault, seed] = failed
    tasks = [(fault, seed) for seed in range(1, seeds + 1) for fault in FAULTS]
    missing = [task for task in tasks if task not in kept]
    started = time.perf_counter()
    for place, answer in in_processes(failed_checks, missing, WORKERS):
        kept[missing[place]] = answer()
        if path is not None:
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps([*missing[place], answer()]) + "\n")
    print(
        f"{seeds} seeds, {PATIENTS} patients (bias: {MORE['bias']}), a check fails at p < {ALARM}"
    )
    print(f"{'planted':18}{'caught':>8}", *(f"{name:>10}" for name in CHECKS), sep="")
    for fault in FAULTS:
        rows = [kept[fault, seed] for seed in range(1, seeds + 1)]
        right = RIGHT[fault]
        caught = sum(right in row if right else not row for row in rows)
        counts = (sum(name in row for row in rows) for name in CHECKS)
        print(f"{fault:18}{caught:>8}", *(f"{count:>10}" for count in counts), sep="")
    print(f"{time.perf_counter() - started:.0f} s for {len(missing)} folders, {WORKERS} processes")


if __name__ == "__main__":
    main()

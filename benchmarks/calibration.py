"""Is the posterior honest? Simulation-based calibration, printed.

    python benchmarks/calibration.py [patients]

Ranks of the truth must be uniform (chi-square test, 20 bins), and 90 %
intervals for the next measured titre must hold about 90 % of them.
"""

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
from scipy.stats import chisquare

from igmfat_nb.titration.calibration import RANKED, Calibration, calibrate, rank_counts

SEED, WORKERS = 4, 2


def simulated(patients: int, residual_error: bool) -> Calibration:
    shares = [range(first, patients, 8 * WORKERS) for first in range(8 * WORKERS)]
    with ProcessPoolExecutor(WORKERS) as pool:
        parts = list(pool.map(partial(calibrate, seed=SEED, residual_error=residual_error), shares))
    names = ("ranks", "covered", "resampled")
    return Calibration(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))


def main() -> None:
    patients = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    started = time.perf_counter()
    found, without = simulated(patients, True), simulated(patients, False)
    seconds = time.perf_counter() - started
    print(f"{patients} patients from the whole model, misfit included; seed {SEED}")
    for column, name in enumerate(RANKED):
        counts = rank_counts(found.ranks[:, column])
        test = chisquare(counts)
        print(f"  ranks of {name}: chi-square {test.statistic:.1f}, 19 df, p = {test.pvalue:.3f}")
        print("   ", " ".join(str(count) for count in counts))
    print(f"  90 % intervals hold {100 * found.covered.mean():.1f} % of the next measured titres")
    print(f"  twins resampled and moved in {100 * found.resampled.mean():.0f} % of patients")
    print(f"{patients} patients without misfit, learned from with the same model")
    print(f"  90 % intervals hold {100 * without.covered.mean():.1f} %")
    print(f"{seconds:.0f} s with {WORKERS} processes")


if __name__ == "__main__":
    main()

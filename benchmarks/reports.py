"""What many reports cost: processor time of the command, its workers and every kernel.

    python benchmarks/reports.py               # fifty reports, kernels started and then forked
    python benchmarks/reports.py --count 10

The processes that a command leaves behind for a moment (fork servers and their kernels) are
inherited by this one, so that their time is in the sum. Linux only.
"""

import argparse
import ctypes
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

PR_SET_CHILD_SUBREAPER = 36
KERNELS = ("spawn", "fork")


def spent_s(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Processor time and time of a command and all that came of it."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    after, took_s = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - began
    if done.returncode:
        sys.exit("The reports were not made.")
    used_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used_s, took_s


def main() -> None:
    """One line for each way to begin a kernel, and the quotient."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--kernels", choices=KERNELS, action="append")
    options = parser.parse_args()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; {options.count} reports")
    igmfat = [sys.executable, "-m", "igmfat_nb"]
    used = {}
    with TemporaryDirectory() as name:
        folder = Path(name)
        make = ["cases", "make", "--n", str(options.count), "--out", str(folder / "cases")]
        subprocess.run([*igmfat, *make], check=True, stdout=subprocess.DEVNULL)
        for kernels in options.kernels or KERNELS:
            out = str(folder / kernels)
            command = [*igmfat, "reports", str(folder / "cases"), "--out", out, "--quiet"]
            environment = {**os.environ, "IGMFAT_KERNELS": kernels}
            used[kernels], took_s = spent_s(command, environment)
            each = used[kernels] / options.count
            print(
                f"{kernels}: {used[kernels]:.1f} s of processor time, {each:.2f} s a report,"
                f" {took_s:.1f} s in all",
                flush=True,
            )
    if len(used) == len(KERNELS):
        print(
            f"forked: {used['fork'] / used['spawn']:.2f} of the processor time of started kernels"
        )


if __name__ == "__main__":
    main()

"""A Dask scheduler with two workers, each a process of its own that a test may kill."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST_WAIT_S = 600  # for what comes within seconds where nothing else runs


def until(ready: Callable[[], object]) -> None:
    """Wait until something is there."""
    last = time.monotonic() + LONGEST_WAIT_S
    while not ready():
        assert time.monotonic() < last
        time.sleep(0.05)


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler, and its two workers."""
    file = folder / "scheduler.json"
    common = ["--no-dashboard", "--scheduler-file", str(file)]
    worker = ["dask_worker", *common, "--no-nanny", "--nthreads", "1"]
    commands = [["dask_scheduler", *common, "--host", "127.0.0.1", "--port", "0"]]
    commands += 2 * [[*worker, "--local-directory", str(folder)]]
    started = [
        subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{program}", *options],
            stderr=subprocess.DEVNULL,
        )
        for program, *options in commands
    ]
    try:
        until(lambda: file.exists() and file.read_text())
        yield json.loads(file.read_text())["address"], started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()

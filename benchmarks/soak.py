"""Hours of visitors who come and go: whether the server takes more and more.

    python benchmarks/soak.py                  # two hours
    python benchmarks/soak.py --minutes 10     # a shorter look

Ten visitors (`--visitors`) take turns at a workshop's server, without a browser (`page_session`).
Each joins, opens a lesson, answers three questions, opens the explorer, reads for a while, and
leaves; two of three say goodbye as a page does that is closed, the third goes without a word, as a
browser that died. Then the next comes in their place. Pauses and manners are drawn from a seed.

Once a minute a line says what the server takes: memory written by its own process and by the one
that its kernels are forked from (shared or not: what they do not share rises when fewer share it),
open descriptors of both, processes, and files in its temporary folder.
Compared are the medians of the first and the last third of the minutes; the
first minute, in which everybody comes at once, counts in neither. At the end all have gone: then
nothing may be left of them but the kernels that are warm for the next.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import astuple, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from igmfat_nb.server.contacts import SILENT_S
from igmfat_nb.server.page_session import PageSession, SessionLost
from igmfat_nb.server.processes import end_server
from igmfat_nb.server.rehearse import LESSON, Participant, attend

SPARE_SEATS = 12  # those of visitors who went without a word stay taken for a minute
NO_SEAT = "page 503"
COMES_BACK_S = 5.0  # after which the page that says so asks again
STAYS_S = (10.0, 60.0)
WITHOUT_A_WORD = 1 / 3
HEADER = ("minute", "visits", "lost", "server MiB", "fork MiB", "open files", "processes", "files")
MIB, KIB = 1024, 1  # of the kernel's figures, in kB
#: By how much the last third may lie above the first: memory settles, and visitors are not even.
GROWTH = {"server MiB": 15.0, "fork MiB": 10.0, "open files": 40, "processes": 4, "files": 30}


@dataclass(frozen=True)
class Sample:
    """What the server takes at one moment."""

    minute: float
    visits: int
    lost: int
    server_mib: float
    fork_mib: float
    open_files: int
    processes: int
    files: int


@dataclass
class Visits:
    """What has happened so far."""

    whole: int = 0
    lost: int = 0
    waited: int = 0
    ending: bool = False


def children(process: int) -> list[int]:
    """Processes that a process started."""
    found = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        found += [int(child) for child in path.read_text().split()]
    return found


def tree(process: int) -> list[int]:
    """A process and all below it."""
    found = [process]
    for one in found:
        found += children(one)
    return found


def held_mib(process: int) -> float:
    """Memory it has written, whether or not kernels forked from it share it just now."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) / MIB


def sample(server: int, folder: Path, began_s: float, visits: Visits) -> Sample:
    """Look at the server."""
    lasting = [server, *(one for one in children(server) if children(one))]
    return Sample(
        minute=round((time.monotonic() - began_s) / 60, 1),
        visits=visits.whole,
        lost=visits.lost,
        server_mib=round(held_mib(server), 1),
        fork_mib=round(sum(map(held_mib, lasting[1:])), 1),
        open_files=sum(len(os.listdir(f"/proc/{one}/fd")) for one in lasting),
        processes=len(tree(server)),
        files=sum(1 for _ in folder.rglob("*")),
    )


async def visitor(number: int, opened: dict[str, Any], rng: Any, visits: Visits) -> None:
    """One seat's visitors, one after the other."""
    while not visits.ending:
        page, person = PageSession(opened["address"]), Participant()
        try:
            await attend(page, person, number, opened["code"])
            await asyncio.sleep(rng.uniform(*STAYS_S))
            await (page.close() if rng.random() < WITHOUT_A_WORD else page.leave())
            visits.whole += 1
        except (SessionLost, OSError, ValueError, StopIteration, KeyError) as error:
            if str(error) == NO_SEAT:
                visits.waited += 1
                await asyncio.sleep(COMES_BACK_S)
                continue
            visits.lost += 1
            print(f"  lost: {error or type(error).__name__}", flush=True)
            await page.close()


async def soak(
    server: int,
    opened: dict[str, Any],
    folder: Path,
    options: argparse.Namespace,
    visits: Visits,
) -> list[Sample]:
    """Let visitors come and go, and look at the server every minute and after the last."""
    began_s = time.monotonic()
    rngs = np.random.default_rng(options.seed).spawn(options.visitors)
    people = [
        asyncio.create_task(visitor(number, opened, rng, visits)) for number, rng in enumerate(rngs)
    ]
    samples = []
    for minute in range(1, options.minutes + 1):
        await asyncio.sleep(max(0.0, began_s + 60 * minute - time.monotonic()))
        samples.append(sample(server, folder, began_s, visits))
        say(samples[-1])
    visits.ending = True
    await asyncio.gather(*people)
    await asyncio.sleep(1.5 * SILENT_S)
    samples.append(sample(server, folder, began_s, visits))
    say(samples[-1])
    return samples


def say(one: Sample) -> None:
    """Print a line of the table."""
    print("".join(f"{value:>12}" for value in astuple(one)), flush=True)


def growths(samples: list[Sample]) -> dict[str, float]:
    """By how much the last third of the minutes lies above the first."""
    minutes = samples[1:-1]
    third = max(1, len(minutes) // 3)
    found = {}
    for name in GROWTH:
        column = HEADER.index(name)
        early, late = (
            statistics.median(astuple(one)[column] for one in part)
            for part in (minutes[:third], minutes[-third:])
        )
        found[name] = late - early
    return found


def verdict(samples: list[Sample], before: Sample, waited: int) -> str:
    """Held or not, and why."""
    grown = growths(samples)
    reasons = [f"{name} {grown[name]:+.1f}" for name in GROWTH if grown[name] > GROWTH[name]]
    left = samples[-1].processes - before.processes
    if left > 0:
        reasons.append(f"{left} processes left of visitors who have gone")
    if samples[-1].lost:
        reasons.append(f"{samples[-1].lost} visits lost")
    shown = ", ".join(f"{name} {value:+.1f}" for name, value in grown.items())
    if waited:
        shown += f"; {waited} times all seats were taken, and a visitor waited"
    return f"{'not held: ' + '; '.join(reasons) if reasons else 'held'} (last third: {shown})"


def main() -> None:
    """Print the table and whether it held."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=int, default=120)
    parser.add_argument("--visitors", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--settle", type=float, default=20.0, help="s before the first visitor")
    options = parser.parse_args()
    if options.minutes < 4:
        parser.error("a comparison of thirds needs four minutes or more")
    visits = Visits()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; {LESSON}")
    with TemporaryDirectory(prefix="soak-") as folder:
        seats = str(options.visitors + SPARE_SEATS)
        server = subprocess.Popen(
            [sys.executable, "-m", "igmfat_nb", "workshop", "serve", "--json", "--seats", seats],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": folder},
        )
        try:
            opened = json.loads(server.stdout.readline())
            print("".join(f"{name:>12}" for name in HEADER))
            time.sleep(options.settle)  # until the warm kernels are there
            before = sample(server.pid, Path(folder), time.monotonic(), Visits())
            say(before)
            samples = asyncio.run(soak(server.pid, opened, Path(folder), options, visits))
        finally:
            end_server(server, within_s=60)
    print(verdict(samples, before, visits.waited))


if __name__ == "__main__":
    main()

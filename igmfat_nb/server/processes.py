"""What the processes of a server take of this machine; on Linux only, else nothing is known."""

import os
from pathlib import Path

#: Of ``/proc/PID/stat``, counted behind the name: parent, and the four times.
PARENT, TIMES = 1, slice(11, 15)


def available_mib() -> float | None:
    """Memory that a new process can have."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    found = next(line for line in lines if line.startswith("MemAvailable:"))
    return float(found.split()[1]) / 1024


def kernels_below(server: int) -> list[int]:
    """Processes below a server that have none below them: not the fork server."""
    stats = _stats()
    parents = {int(fields[PARENT]) for fields in stats.values()}
    return [process for process in _below(server, stats) if process not in parents]


def memory_mib(process: int) -> float | None:
    """What a process takes for itself, shared pages by their share."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    found = next((line for line in lines if line.startswith("Pss:")), None)
    return float(found.split()[1]) / 1024 if found else None


def processor_s(server: int) -> float | None:
    """Processor time of a server and of all below it, those that have ended included."""
    stats = _stats()
    if server not in stats:
        return None
    ticks = sum(
        int(number)
        for process in (server, *_below(server, stats))
        for number in stats[process][TIMES]
    )
    return ticks / os.sysconf("SC_CLK_TCK")


def _stats() -> dict[int, list[str]]:
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found[int(folder.name)] = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
    return found


def _below(parent: int, stats: dict[int, list[str]]) -> list[int]:
    below: dict[int, list[int]] = {}
    for process, fields in stats.items():
        below.setdefault(int(fields[PARENT]), []).append(process)
    found = list(below.get(parent, ()))
    for process in found:
        found += below.get(process, ())
    return found

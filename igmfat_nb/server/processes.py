"""The processes of a server: what they take (on Linux, else nothing is known), and their end."""

import os
import signal
import subprocess
from pathlib import Path

#: Of ``/proc/PID/stat``, counted behind the name: parent, and the four times.
PARENT, TIMES = 1, slice(11, 15)


def end_server(
    server: "subprocess.Popen[str]", *, within_s: float, by: int = signal.SIGTERM
) -> str:
    """Ask a server to end, end it if it does not, and return what it still said as errors.

    Parameters
    ----------
    server : subprocess.Popen
        Its streams are read to their end.
    within_s : float
        Patience [s]; a server that is ended takes its kernels along.
    by : int
        The signal that asks.
    """
    server.send_signal(by)
    try:
        _out, said = server.communicate(timeout=within_s)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()  # what it left may hold its streams open: they are not read
        said = ""
    return said or ""


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
    parents = {int(fields[PARENT]) for fields in _stats().values()}
    return [process for process in processes_below(server) if process not in parents]


def processes_below(server: int) -> list[int]:
    """All processes below a server."""
    return _below(server, _stats())


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

"""Forked or started: chosen once for a command and the processes it starts."""

import atexit
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing import current_process, get_all_start_methods
from tempfile import gettempdir
from typing import Any, Literal

from igmfat_nb.kernels.imports import FROZEN, PAGES, SINGLE_THREADED

Kernels = Literal["fork", "spawn"]
KERNELS: tuple[Kernels, ...] = ("fork", "spawn")
#: The fork server's socket lies two names below; the system allows 107 characters.
LONGEST_FOLDER = 70
CHOSEN = "IGMFAT_KERNELS"  # of the environment: workers of reports and sweeps inherit it

#: Where a fork server answers, and from Python 3.14 on to whom.
WHERE = ("_forkserver_address", "_forkserver_authkey")

CONNECTION_FILE = "-f"  # the one argument of a kernel, and the path behind it
PROVISIONER = "igmfat-fork"  # the entry point's name in pyproject.toml


def can_fork() -> bool:
    """Whether kernels can be forked here: Linux, not from a worker that may have no child.

    macOS knows the call, but its system libraries do not survive it.
    """
    if sys.platform in ("win32", "darwin") or "forkserver" not in get_all_start_methods():
        return False
    return not current_process().daemon and len(gettempdir()) <= LONGEST_FOLDER


def forked() -> bool:
    """Whether the next kernel is forked: where it can be, unless ``spawn`` was chosen."""
    return os.environ.get(CHOSEN, "fork") != "spawn" and can_fork()


def start_fork_server(modules: Sequence[str] = PAGES) -> None:
    """Let the fork server import while something else is done; without effect if it runs."""
    if not forked():
        return
    from multiprocessing import forkserver

    forkserver.set_forkserver_preload([SINGLE_THREADED, *modules, FROZEN])
    forkserver._forkserver.ensure_running()


def start_from_now_on() -> None:
    """Fork no kernel any more, since the fork server hangs; those that it forked live on.

    It ends with this process, or with the last of its kernels where it does not even hear that.
    """
    from multiprocessing import forkserver

    os.environ[CHOSEN] = "spawn"
    server: Any = forkserver._forkserver
    if (hanging := server._forkserver_pid) is not None:
        atexit.register(_end, hanging)


def _end(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def processes_of_one_server(modules: Sequence[str]) -> dict[str, Any]:
    """How processes begin that are forked, and their kernels too, from the same fork server.

    Returns
    -------
    dict
        What ``workers.many.in_processes`` is told; nothing where kernels are started.
    """
    if not forked():
        return {}
    from multiprocessing import forkserver, get_context

    start_fork_server(modules)
    # An end that is asked for while it imports would leave half a process behind.
    nobody = get_context("forkserver").Process(target=int)
    nobody.start()
    nobody.join()
    there = vars(forkserver._forkserver)
    where = {name: there[name] for name in WHERE if name in there}
    return {"start_method": "forkserver", "begin": partial(_join, where)}


def _join(where: Mapping[str, Any]) -> None:
    """Ask the fork server that this process is from for kernels; it is not ours to start."""
    from multiprocessing import forkserver, resource_tracker

    server: Any = forkserver._forkserver
    vars(server).update(where)
    server.ensure_running = resource_tracker.ensure_running

"""Forked or started: chosen once for a command and the processes it starts."""

import os
import sys
from collections.abc import Sequence
from multiprocessing import current_process, get_all_start_methods
from tempfile import gettempdir
from typing import Literal

from igmfat_nb.kernels.imports import FROZEN, PAGES, SINGLE_THREADED

Kernels = Literal["fork", "spawn"]
KERNELS: tuple[Kernels, ...] = ("fork", "spawn")
#: The fork server's socket lies two names below; the system allows 107 characters.
LONGEST_FOLDER = 70
CHOSEN = "IGMFAT_KERNELS"  # of the environment: workers of reports and sweeps inherit it

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
    forkserver.ensure_running()

"""What a forked process does to become a kernel like one that was started."""

import gc
import os
import random
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from multiprocessing import current_process, forkserver
from typing import Any

from igmfat_nb import language
from igmfat_nb.kernels.choice import CONNECTION_FILE
from igmfat_nb.kernels.unheard import say_nothing_unheard

FOR_A_PAGE = "VOILA_PREHEAT"  # set by Voilà, whatever it says
#: mallopt(3) of the GNU library: arrays are mapped and unmapped, whatever was freed before;
#: the end of the heap is given back; all threads share a heap.
M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_ARENA_MAX = -3, -1, -8
MALLOC = {M_MMAP_THRESHOLD: 128 << 10, M_TRIM_THRESHOLD: 128 << 10, M_ARENA_MAX: 1}


def become_kernel(
    arguments: Sequence[str], environment: Mapping[str, str], folder: str, *, quiet: bool
) -> None:
    """Run a kernel until it is told to stop; called in the forked process.

    One that nobody waits for any more, since its connection file is gone, does not begin.

    Parameters
    ----------
    arguments : sequence of str
        Those of ``ipykernel_launcher``.
    environment : mapping
        The whole environment of the kernel; nothing of the fork server's stays.
    folder : str
        Working directory.
    quiet : bool
        Whether what the kernel writes past Jupyter goes nowhere.
    """
    if not _is_awaited(arguments):
        return
    os.setsid()
    _let_the_fork_server_end()
    _take_on(environment)
    os.chdir(folder)
    if quiet:
        _write_nowhere()
    _own_chance()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the fork server's own
    current_process().daemon = False  # a notebook may start workers of its own
    _keep_little()
    from igmfat_nb.kernels.application import run_kernel

    if FOR_A_PAGE in environment:
        say_nothing_unheard()
    # The kernel's own watch: when the fork server is gone, so is the kernel, within a second.
    run_kernel(arguments, os.getppid())


def _is_awaited(arguments: Sequence[str]) -> bool:
    """Whether its connection file is still there: the fork server may have imported for seconds."""
    return CONNECTION_FILE not in arguments or os.path.exists(
        arguments[arguments.index(CONNECTION_FILE) + 1]
    )


def _keep_little() -> None:
    """Give memory back as soon as it is free: arrays by the system, cycles by the collector."""
    gc.collect()  # nothing is looked at, all is frozen; later it is run as in a small process
    if "ctypes" in sys.modules and hasattr(library := sys.modules["ctypes"].CDLL(None), "mallopt"):
        for parameter, value in MALLOC.items():
            library.mallopt(parameter, value)


def _let_the_fork_server_end() -> None:
    """Give up the child's hold on the fork server, which then ends with whoever started it."""
    server: Any = forkserver._forkserver
    os.close(server._forkserver_alive_fd)
    server._forkserver_alive_fd = None


def _take_on(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    language.of_process.cache_clear()
    sys.path[:] = [place for place in sys.path if place]
    time.tzset()


def _write_nowhere() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _own_chance() -> None:
    """Siblings must not draw the same numbers from the generators they inherited."""
    random.seed()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()

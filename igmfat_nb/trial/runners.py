"""Where blocks are run: here, on several cores, or on an existing Dask cluster."""

import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from typing import Any

from igmfat_nb.errors import MissingInput
from igmfat_nb.language import _
from igmfat_nb.trial.design import Design
from igmfat_nb.trial.replicate import Block, run_block
from igmfat_nb.trial.runs import Runner, Task

_SECONDS_TO_CONNECT = 10


def local_runner(design: Design, seed: int, workers: int) -> Runner:
    """Run blocks in this process, or in ``workers`` others; they come as they are done."""
    if workers == 1:
        return partial(_one_by_one, design, seed)
    return partial(_side_by_side, design, seed, workers)


def cluster_runner(design: Design, seed: int, address: str) -> Runner:
    """Run the same blocks on the workers of a Dask scheduler; a lost worker's are run again."""
    return partial(_on_cluster, design, seed, address)


def _one_by_one(design: Design, seed: int, tasks: list[Task]) -> Iterator[Block]:
    for first, count in tasks:
        yield run_block(design, seed, first, count)


def _side_by_side(design: Design, seed: int, workers: int, tasks: list[Task]) -> Iterator[Block]:
    if not tasks:
        return
    pool = ProcessPoolExecutor(
        min(workers, len(tasks)),
        mp_context=get_context("spawn"),
        initializer=signal.signal,
        initargs=(signal.SIGINT, signal.SIG_IGN),
    )
    try:
        with _no_interrupt_for_children():
            jobs = [pool.submit(run_block, design, seed, first, count) for first, count in tasks]
        for job in as_completed(jobs):
            yield job.result()
    except BrokenExecutor as error:
        raise MissingInput(_("A worker process ended; run again, perhaps with fewer.")) from error
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _no_interrupt_for_children() -> Iterator[None]:
    """Hold Ctrl-C back while workers are born: they inherit that.

    It reaches the whole terminal, but the parent alone answers it, and ends the
    workers. One that got it while it was still importing would break the pool.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _on_cluster(design: Design, seed: int, address: str, tasks: list[Task]) -> Iterable[Block]:
    import distributed

    cluster: Any = distributed
    try:
        client = cluster.Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        message = _("No Dask scheduler answers at {address}.")
        raise MissingInput(message.format(address=address)) from error
    with client:
        jobs = [
            client.submit(run_block, design, seed, first, count, pure=False)
            for first, count in tasks
        ]
        for job in cluster.as_completed(jobs, loop=client.loop):
            yield job.result()

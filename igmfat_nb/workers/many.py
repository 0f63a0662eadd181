"""Many tasks at once: in processes of this machine, or on an existing Dask cluster.

Both take a function that another process can import and the arguments of each
task, and yield (place in the list, result as a function to call) as the tasks are done.
Calling a result raises what its task raised.
"""

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from typing import Any, TypeVar

from igmfat_nb.errors import MissingInput
from igmfat_nb.language import _
from igmfat_nb.workers.endings import end_in_order

SECONDS_TO_CONNECT = 10
Result = TypeVar("Result")
Done = Iterator[tuple[int, Callable[[], Result]]]


def _begin(begin: Callable[[], object] | None) -> None:
    """Leave Ctrl-C to the process that started this one; close what is open at any other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_in_order()
    if begin is not None:
        begin()


def in_processes(
    function: Callable[..., Result],
    tasks: Sequence[tuple[Any, ...]],
    workers: int,
    *,
    start_method: str = "spawn",
    begin: Callable[[], object] | None = None,
) -> Done[Result]:
    """Run ``function(*task)`` for every task in so many processes of this machine.

    Parameters
    ----------
    start_method : str
        How they begin, as ``multiprocessing`` names it.
    begin : callable, optional
        Called first in each of them.

    Raises
    ------
    MissingInput
        From a result, if a worker process ended.
    """
    if not tasks:
        return
    pool = ProcessPoolExecutor(
        min(workers, len(tasks)),
        mp_context=get_context(start_method),
        initializer=_begin,
        initargs=(begin,),
    )
    try:
        with no_interrupt_for_children():
            places = {pool.submit(function, *task): place for place, task in enumerate(tasks)}
        for done in as_completed(places):
            yield places[done], partial(_result, done)
    finally:
        pool.shutdown(cancel_futures=True)


def on_cluster(
    function: Callable[..., Result], tasks: Sequence[tuple[Any, ...]], address: str
) -> Done[Result]:
    """Run ``function(*task)`` on the workers of a Dask scheduler; a lost worker's are run again.

    Raises
    ------
    MissingInput
        If no scheduler answers at the address.
    """
    import distributed

    cluster: Any = distributed
    try:
        client = cluster.Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        message = _("No Dask scheduler answers at {address}.")
        raise MissingInput(message.format(address=address)) from error
    with client:
        places = {
            client.submit(function, *task, pure=False): place for place, task in enumerate(tasks)
        }
        for done in cluster.as_completed(list(places), loop=client.loop):
            yield places[done], done.result
            done.release()


def _result(done: Future[Result]) -> Result:
    try:
        return done.result()
    except BrokenExecutor as error:
        raise MissingInput(_("A worker process ended; run again, perhaps with fewer.")) from error


@contextmanager
def no_interrupt_for_children() -> Iterator[None]:
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

"""Kernels of notebooks that are run one after another: reports, sweeps, the pack."""

import asyncio
import logging
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from igmfat_nb.kernels.choice import forked, start_fork_server
from igmfat_nb.kernels.imports import DOCUMENTS

#: On a busy machine a kernel starts late, and an output comes long after its cell is done: by
#: default it is given up after 4 s, and the report is lost.
PATIENCE = {"start_timeout": 120, "iopub_timeout": 60}
TAKEN = (signal.SIGINT, signal.SIGTERM)  # by nbclient, which then goes on with the next notebook


def kernel_of_many() -> dict[str, Any]:
    """What papermill is told where many notebooks run; for one, a fork server costs more."""
    if not forked():
        return {}
    from igmfat_nb.kernels.provisioner import ForkedManager

    start_fork_server(DOCUMENTS)
    return {"kernel_manager_class": ForkedManager}


@contextmanager
def one_kernel(*, one_of_many: bool) -> Iterator[dict[str, Any]]:
    """Give what papermill is told of a kernel; whatever happens, that kernel has ended then.

    One that is only starting when its folder is removed would make the folder anew.
    """
    from jupyter_client.manager import AsyncKernelManager

    told = kernel_of_many() if one_of_many else {}
    manager: Any = told.get("kernel_manager_class", AsyncKernelManager)
    started: list[Any] = []
    handlers = {number: signal.getsignal(number) for number in TAKEN}

    class OfOneRun(manager):  # type: ignore[misc]
        """Remembered, and started with the signals as they were."""

        async def _async_start_kernel(self, **named: Any) -> None:
            started.append(self)
            _give_back(handlers)
            # What a kernel writes past Jupyter is its own farewell, in the middle of our terminal.
            named["stdout"] = named["stderr"] = subprocess.DEVNULL
            await super()._async_start_kernel(**named)

        start_kernel = _async_start_kernel

    try:
        yield {**told, "kernel_manager_class": OfOneRun}
    except (KeyboardInterrupt, SystemExit):
        # A cell that is cut off dies with its kernel; asyncio would show that as a traceback.
        logging.getLogger("asyncio").disabled = True
        raise
    finally:
        for one in started:
            _end(one.provisioner)


def _give_back(handlers: dict[signal.Signals, Any]) -> None:
    loop = asyncio.get_running_loop()
    for number, handler in handlers.items():
        with suppress(RuntimeError, NotImplementedError, ValueError):  # no main thread, Windows
            if loop.remove_signal_handler(number):
                signal.signal(number, handler)


def _end(provisioner: Any) -> None:
    process = getattr(provisioner, "process", None)
    if process is not None:
        process.kill()
        process.wait()
        provisioner.process = None  # nobody need look after it at exit

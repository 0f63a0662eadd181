"""Kernels: kept warm, counted, and always of this Python."""

import asyncio
import subprocess
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado import web
from traitlets import Float, Integer
from voila.voila_kernel_manager import voila_kernel_manager_factory

from igmfat_nb.language import _, mark

PREHEATED = "VOILA_PREHEAT"
#: A starting kernel keeps a core and the server busy: first the visitor gets the page.
REFILL_S = 3.0
LOOK_S = 0.05
ALL_TAKEN = mark("All seats are taken. Please try again in a few minutes.")


class ThisPython(KernelSpecManager):
    """Only the kernel of the running Python: one in the home folder may be another's."""

    def _kernel_dirs_default(self) -> list[str]:
        return []


class CappedKernels(AsyncMappingKernelManager):
    """Kernels up to a number of seats; those kept warm for the next visitor take none."""

    seats = Integer(40, help="Pages at the same time.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        self._starting: set[str] = set()
        self._warm: set[str] = set()

    @property
    def taken(self) -> int:
        """Seats with a visitor, those whose kernel is still starting included."""
        return len((set(self.list_kernel_ids()) | self._starting) - self._warm)

    def require_a_seat(self) -> None:
        """Raise 503 with a sentence when all seats are taken."""
        if self.taken >= self.seats:
            raise web.HTTPError(503, _(ALL_TAKEN))

    async def start_kernel(self, **kwargs: Any) -> str:  # type: ignore[override]
        """Start a kernel if there is a seat, and return its id."""
        warm = kwargs.get("env", {}).get(PREHEATED) == "True"
        if not warm:
            self.require_a_seat()
        kernel_id = kwargs["kernel_id"] = kwargs.get("kernel_id") or self.new_kernel_id()
        # What a kernel writes past Jupyter is its own farewell, in the middle of our terminal.
        kwargs["stdout"] = kwargs["stderr"] = subprocess.DEVNULL
        self._starting.add(kernel_id)
        if warm:
            self._warm.add(kernel_id)
        return await asyncio.shield(self._to_the_end(kernel_id, kwargs))

    async def _to_the_end(self, kernel_id: str, kwargs: dict[str, Any]) -> str:
        """Start a kernel, whoever loses interest: half a start is a process that nobody ends."""
        try:
            return await self._async_start_kernel(**kwargs)
        except BaseException:
            self._warm.discard(kernel_id)
            raise
        finally:
            self._starting.discard(kernel_id)


def warm_kernels_class(pool: int) -> type[CappedKernels]:
    """Kernel manager with ``pool`` kernels that have run the notebook before anyone asks."""

    class WarmKernels(voila_kernel_manager_factory(CappedKernels, True, pool)):  # type: ignore[misc]
        """Voilà's pool, which survives a kernel that died or never started."""

        fill_delay = Float(REFILL_S, help="Until the next kernel is started, in seconds.")

        def get_pool_size(self, notebook_name: str) -> int:
            """Warm kernels that can still be handed out."""
            pool = self._pools.get(notebook_name, [])
            pool[:] = [task for task in pool if self._usable(task)]
            return len(pool)

        def _usable(self, task: Any) -> bool:
            if not task.done():
                return True
            failed = task.cancelled() or task.exception() is not None
            return not failed and task.result()["kernel_id"] in self

        async def get_rendered_notebook(self, notebook_name: str, **kwargs: Any) -> Any:
            """Hand out a warm kernel; from now on it takes a seat."""
            self.require_a_seat()
            answer = await super().get_rendered_notebook(notebook_name, **kwargs)
            self._warm.discard(answer[2])
            # It has been idle since it was warmed; from now on somebody is on the way to it.
            self.get_kernel(answer[2]).last_activity = utcnow()
            return answer

        async def cull_kernel_if_idle(self, kernel_id: str) -> None:
            """End an abandoned page; what is kept warm is idle by design, however long."""
            if kernel_id not in self._warm:
                await super().cull_kernel_if_idle(kernel_id)

        async def shutdown_all(self, *args: Any, **kwargs: Any) -> None:
            """End every kernel, and those that are only starting once they have."""
            waiting = [task for pool in self._pools.values() for task in pool if not task.done()]
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            while self._starting:
                await asyncio.sleep(LOOK_S)
            for name in list(self._pools):
                self.get_pool_size(name)
            await super().shutdown_all(*args, **kwargs)

        async def shutdown_kernel(self, kernel_id: str, *args: Any, **kwargs: Any) -> Any:
            """End a kernel; entries of the pool that failed are forgotten first."""
            for name in list(self._pools):
                self.get_pool_size(name)
            self._warm.discard(kernel_id)
            return await super().shutdown_kernel(kernel_id, *args, **kwargs)

    return WarmKernels

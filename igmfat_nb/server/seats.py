"""Seats: kernels counted, given back, and always of this Python."""

import asyncio
import subprocess
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado import web
from tornado.ioloop import PeriodicCallback
from traitlets import Float, Instance, Integer

from igmfat_nb.kernels.choice import forked
from igmfat_nb.kernels.provisioner import to_be_forked
from igmfat_nb.language import _, mark
from igmfat_nb.server.contacts import Contacts

PREHEATED = "VOILA_PREHEAT"
SWEEPS = 12  # looks for silent pages within the time that makes one silent
ALL_TAKEN = mark("All seats are taken. This page goes on by itself as soon as one is free.")


class ThisPython(KernelSpecManager):
    """Only the kernel of the running Python: one in the home folder may be another's."""

    def _kernel_dirs_default(self) -> list[str]:
        return []

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The kernel's specification; forked where that was chosen and can be."""
        found = super().get_kernel_spec(kernel_name)
        return to_be_forked(found) if forked() else found


class CappedKernels(AsyncMappingKernelManager):
    """Kernels up to a number of seats; those kept warm for the next visitor take none.

    Voilà has no such limit (voila issue 617: open), and pages that went without a word leave
    theirs behind (voila issue 209: open).
    """

    seats = Integer(40, help="Pages at the same time.")
    contacts = Instance(Contacts, help="Which page was last heard of when.")
    rest_s = Float(help="Kernels kept warm for a page end so long after its last visitor.")
    page_s = Float(help="A kernel kept warm whose page takes longer to make is ended.")

    def __init__(self, **kwargs: Any) -> None:
        self._starting: set[str] = set()
        self._warm: set[str] = set()
        self._ending: set[str] = set()
        self._endings: set[asyncio.Future[None]] = set()
        self._coming = 0
        self._quiet: dict[str, tuple[datetime | None, float]] = {}
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        self._sweeper = PeriodicCallback(self.sweep, 1000 * self.contacts.silent_s / SWEEPS)
        self._sweeper.start()

    @property
    def taken(self) -> int:
        """Seats with a visitor, those who still wait for their kernel included."""
        there = set(self.list_kernel_ids()) | self._starting
        sitting = there - self._warm - self._ending - self.contacts.silent()
        return len(sitting) + self._coming

    @property
    def free(self) -> int:
        """Seats for the next visitors."""
        return max(self.seats - self.taken, 0)

    async def sweep(self) -> None:
        """End the kernels of pages that have gone, so that their memory is free as well."""
        for kernel_id in self.contacts.silent():
            await self.free_seat(kernel_id)

    async def free_seat(self, kernel_id: str) -> None:
        """End a page's kernel, whatever it is doing."""
        if kernel_id in self._ending or kernel_id not in self:
            return
        self._ending.add(kernel_id)
        try:
            with suppress(web.HTTPError):  # it was ended otherwise meanwhile
                await ensure_async(self.shutdown_kernel(kernel_id, now=True))  # type: ignore[no-untyped-call]
        finally:
            self._ending.discard(kernel_id)

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End an abandoned page, by a clock that nobody sets: Jupyter compares wall clocks."""
        if kernel_id in self:
            kernel: Any = self.get_kernel(kernel_id)
            now_s = time.monotonic()
            noted, since_s = self._quiet.get(kernel_id, (None, now_s))
            if kernel.last_activity != noted:
                since_s = now_s
            kernel.last_activity = datetime.now(UTC) - timedelta(seconds=now_s - since_s)
            self._quiet[kernel_id] = kernel.last_activity, since_s
        await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel, and that somebody sat there."""
        self.contacts.leave(kernel_id)
        self._quiet.pop(kernel_id, None)
        return super().remove_kernel(kernel_id)

    def require_a_seat(self) -> None:
        """Raise 503 with a sentence when all seats are taken."""
        if not self.free:
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
        else:
            self.contacts.take(kernel_id)
        self._make_room_for_files()
        start = asyncio.ensure_future(self._to_the_end(kernel_id, kwargs))
        try:
            return await asyncio.shield(start)
        except asyncio.CancelledError:
            start.add_done_callback(self._end_unwanted)
            raise

    def _end_unwanted(self, start: "asyncio.Future[str]") -> None:
        """End a kernel that started after nobody waited for it any more."""
        if not failed(start):
            self.end_soon(start.result())

    def end_soon(self, kernel_id: str) -> None:
        """End a kernel once there is time for it."""
        ending = asyncio.ensure_future(self.free_seat(kernel_id))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)

    def _make_room_for_files(self) -> None:
        """See to the folder of the kernels: what cleans up behind us may have taken it away."""
        Path(self.connection_dir).mkdir(mode=0o700, parents=True, exist_ok=True)

    def has_its_files(self, kernel_id: str) -> bool:
        """Whether a kernel can still be spoken to by those who do not do so yet."""
        return kernel_id in self and Path(self.get_kernel(kernel_id).connection_file).exists()

    async def _to_the_end(self, kernel_id: str, kwargs: dict[str, Any]) -> str:
        """Start a kernel, whoever loses interest: half a start is a process that nobody ends."""
        try:
            return await self._async_start_kernel(**kwargs)
        except BaseException:
            self._warm.discard(kernel_id)
            self.contacts.leave(kernel_id)
            raise
        finally:
            self._starting.discard(kernel_id)


def failed(task: "asyncio.Future[Any]") -> bool:
    """Whether a task has ended without a result."""
    return task.done() and (task.cancelled() or task.exception() is not None)

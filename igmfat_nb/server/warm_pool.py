"""Kernels kept warm: one for each notebook in each language, before anybody asks for it."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from tornado import web
from traitlets import Float
from voila.voila_kernel_manager import voila_kernel_manager_factory

from igmfat_nb.kernels.choice import forked
from igmfat_nb.language import VARIABLE, _, current, reading
from igmfat_nb.server.rendering import with_compiled_templates
from igmfat_nb.server.seats import CappedKernels, failed

#: A new kernel keeps a core and the server busy: first the visitor gets the page.
REFILL_S = {"fork": 1.0, "spawn": 3.0}
LOOK_S = 0.05

#: Stands below ours: Voilà makes the class for a number of kernels.
_Pool: Any = object


class WarmPool(_Pool):  # type: ignore[misc]
    """What is ours in Voilà's pool of kernels: one for each notebook in each language asked for.

    It survives a kernel that died, never started or hangs.

    Voilà 0.5.13 asks every task of the pool for its result (``shutdown_kernel``) and hands
    out the first (``get_rendered_notebook``), be it failed: kernels that died stay in its pool
    (voila issue 1009, closed; 1178, open). ``_pools``, ``_initialize`` and
    ``_notebook_renderer_factory`` are private: hence the bound in pyproject.toml.
    """

    _pools: dict[str, list[Any]]
    rest_s: float
    page_s: float
    log: Any
    _warm: set[str]
    _starting: set[str]
    _coming: int

    def __init__(self, **kwargs: Any) -> None:
        self._begun: WeakKeyDictionary[Any, float] = WeakKeyDictionary()  # tasks of pools: when
        self.hung = 0
        self._asked: dict[str, float] = {}  # of pools that visitors brought: when, the last time
        self._making: Counter[str] = Counter()
        super().__init__(**kwargs)

    def get_pool_size(self, notebook_name: str) -> int:
        """Warm kernels that can still be handed out; the others are ended."""
        pool = self._pools.get(notebook_name, [])
        for task in [one for one in pool if not self._usable(one)]:
            pool.remove(task)
            if _has_started(task):
                self.end_soon(task.result()["kernel_id"])
        return len(pool)

    def _usable(self, task: Any) -> bool:
        if not task.done():
            return True
        made = _has_started(task) and not failed(task.result()["task"])
        return made and bool(self.has_its_files(task.result()["kernel_id"]))

    async def _initialize(self, *args: Any, **kwargs: Any) -> Any:
        """Start a kernel and its notebook; until now its turn was only waited for."""
        self._begun[asyncio.current_task()] = time.monotonic()
        return await super()._initialize(*args, **kwargs)

    def _notebook_renderer_factory(self, notebook_path: str | None = None) -> Any:
        """What makes a page, with the templates that the pages before it had compiled."""
        name = notebook_path and _language_and(notebook_path)[1]
        renderer = super()._notebook_renderer_factory(name)
        return with_compiled_templates(renderer, self.parent.frame.here)

    def fill_if_needed(
        self,
        delay: float | None = None,
        notebook_name: str | None = None,
        extra_kernel_env_variables: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        """Start kernels until the pool of a notebook in a language is full.

        Parameters
        ----------
        notebook_name : str
            ``it/40_dashboard.ipynb``, or without a language for that of the context.
        """
        language, name = _language_and(str(notebook_name))
        environment = {**(extra_kernel_env_variables or {}), VARIABLE: language}
        kwargs["path"] = str(Path(name).parent)  # where its kernel stands, whatever the language
        with reading(language):  # the tasks that start kernels and make pages begin here
            super().fill_if_needed(delay, f"{language}/{name}", environment, **kwargs)

    def _one_is_under_way(self, name: str) -> None:
        """See that the next kernel to hand out is warm, or starts now."""
        self.get_pool_size(name)
        pool = self._pools.setdefault(name, [])
        later = [task for task in pool if task not in self._begun]
        pool[:] = [task for task in pool if task in self._begun]
        if not pool:
            self.fill_if_needed(delay=0, notebook_name=name)
            self._begun.update(dict.fromkeys(pool, time.monotonic()))
        pool.extend(later)

    async def get_rendered_notebook(self, notebook_name: str, **kwargs: Any) -> Any:
        """Hand out a warm kernel in the reader's language, or a new one; now it takes a seat."""
        self.require_a_seat()
        name = f"{current()}/{notebook_name}"
        if name in self._asked or name not in self._pools:  # those of the beginning stay
            self._asked[name] = time.monotonic()
        self._one_is_under_way(name)
        self._coming += 1
        self._making[name] += 1
        try:
            answer = await super().get_rendered_notebook(name, **kwargs)
        finally:
            self._coming -= 1
            self._making[name] -= 1
            if name in self._asked:
                self._asked[name] = time.monotonic()
        self._warm.discard(answer[2])
        self.contacts.take(answer[2])
        # It has been idle since it was warmed; from now on somebody is on the way to it.
        self.get_kernel(answer[2]).last_activity = datetime.now(UTC)
        return answer

    async def sweep(self) -> None:
        """End what pages that have gone left, what hangs, and pools nobody asks for any more."""
        await super().sweep()
        await self._end_what_hangs()
        long_ago_s = time.monotonic() - self.rest_s
        for name in [name for name, at_s in self._asked.items() if at_s < long_ago_s]:
            pool = self._pools.get(name, [])
            if not self._making[name] and all(task.done() for task in pool):
                del self._asked[name]
                self._pools.pop(name, None)  # from here on nobody is given one of these
                await self._end(pool)

    async def _end_what_hangs(self) -> None:
        """End warm kernels whose page does not come to its end: who comes is given another."""
        late_s = time.monotonic() - self.page_s
        for pool in list(self._pools.values()):
            for task in [one for one in pool if self._hangs(one, late_s)]:
                if task not in pool:  # a visitor was given it meanwhile
                    continue
                pool.remove(task)
                self.hung += 1
                sentence = _("A page was not made within {n} s: its kernel was ended ({count}).")
                self.log.warning(sentence.format(n=f"{self.page_s:g}", count=self.hung))
                await self._give_up(task)

    def _hangs(self, task: Any, late_s: float) -> bool:
        """Whether a kernel does not start, or does not answer, or its page does not end."""
        if _has_started(task) and failed(task.result()["task"]):
            return True  # Voilà waits a minute for a first answer, and gives up
        return self._begun.get(task, late_s) < late_s and not (task.done() and not _is_making(task))

    async def _give_up(self, task: Any) -> None:
        if not _has_started(task):
            task.cancel()  # once it has started it is ended: see ``start_kernel``
            return
        begun = task.result()
        begun["task"].cancel()
        executor = getattr(begun["renderer"], "executor", None)  # it may have none yet
        if executor and executor.kc:
            executor.kc.stop_channels()
        await self.free_seat(begun["kernel_id"])

    async def _end(self, pool: list[Any]) -> None:
        for task in filter(self._usable, pool):
            await self.free_seat(task.result()["kernel_id"])

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
        await self._end_all(*args, **kwargs)
        while self.list_kernel_ids():
            await self._end_all(*args, **kwargs)

    async def _end_all(self, *args: Any, **kwargs: Any) -> None:
        with suppress(web.HTTPError):  # a page has ended one meanwhile; the others are still there
            await super().shutdown_all(*args, **kwargs)

    async def shutdown_kernel(self, kernel_id: str, *args: Any, **kwargs: Any) -> Any:
        """End a kernel; entries of the pool that failed are forgotten first."""
        for name in list(self._pools):
            self.get_pool_size(name)
        self._warm.discard(kernel_id)
        return await super().shutdown_kernel(kernel_id, *args, **kwargs)


def _has_started(task: Any) -> bool:
    return task.done() and not failed(task)


def _is_making(task: Any) -> bool:
    """Whether a kernel of a pool has started, and its page is still being made."""
    return _has_started(task) and not task.result()["task"].done()


def _language_and(name: str) -> tuple[str, str]:
    """Language and notebook of a pool; of a plain name, the language of the context."""
    language, slash, notebook = name.rpartition("/")
    return (language, notebook) if slash else (current(), notebook)


def warm_kernels_class(pool: int) -> type[CappedKernels]:
    """Kernel manager with ``pool`` kernels that have run the notebook before anyone asks."""
    refill_s = REFILL_S["fork" if forked() else "spawn"]

    of_voila: Any = voila_kernel_manager_factory(CappedKernels, True, pool)

    class WarmKernels(WarmPool, of_voila):  # type: ignore[misc]
        """Voilà's pool with ours before it."""

        fill_delay = Float(refill_s, help="Until the next kernel is started, in seconds.")

    return WarmKernels

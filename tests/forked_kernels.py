"""Forked kernels, and what each of them says to a line of code."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import AsyncKernelManager

from igmfat_nb.kernels.choice import can_fork
from igmfat_nb.kernels.provisioner import ForkedManager
from igmfat_nb.kernels.sockets import private_sockets

Said = Callable[[str], Awaitable[str]]
needs_fork = pytest.mark.skipif(not can_fork(), reason="Kernels cannot be forked on this system.")


def in_kernels(
    folder: Path,
    count: int,
    work: Callable[..., Awaitable[None]],
    environment: Mapping[str, str] = os.environ,
) -> None:
    """Fork some kernels, and work with what each of them says to a line of code."""

    async def go() -> None:
        managers = []
        for number in range(count):
            own = folder / str(number)
            own.mkdir(parents=True)
            manager = ForkedManager(kernel_name="python3", config=private_sockets(str(own)))
            await manager.start_kernel(cwd=str(own), env={**environment, "NUMBER": str(number)})
            managers.append(manager)
        try:
            clients = [ready(manager) for manager in managers]
            await work(managers, [await client for client in clients])
        finally:
            for manager in managers:
                await manager.shutdown_kernel(now=True)

    asyncio.run(go())


async def ready(manager: AsyncKernelManager) -> Said:
    """What a kernel prints when it is given a line of code."""
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=120)

    async def said(code: str) -> str:
        heard: list[str] = []

        def listen(message: dict[str, Any]) -> None:
            content = message["content"]
            heard.append(content.get("text") or content.get("ename") or "")

        await client._async_execute_interactive(code, timeout=120, output_hook=listen)
        return "".join(heard).strip()

    return said

"""Jupyter's kernel application without what a forked kernel has no use for.

A page of memory stays shared until it is written to, and looking at an object writes its
count of references: what walks through everything makes most of a kernel's memory its own.
"""

import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, ClassVar

from ipykernel import ipkernel
from ipykernel.kernelapp import IPKernelApp
from traitlets import default
from traitlets.config import Config

from igmfat_nb.kernels.choice import CONNECTION_FILE

LOOPBACK = "127.0.0.1"
OF_HISTORY = "--HistoryManager."  # nbclient asks for a history in memory; here is none


class ForkedApp(IPKernelApp):
    """The application of one forked kernel."""

    @default("ip")
    def _ip_default(self) -> str:
        """Where the connection file does not say: Jupyter imports psutil to ask (3 MiB)."""
        return LOOPBACK

    def parse_command_line(self, argv: Any = None) -> None:
        """Read the one argument of a kernel; a parser is made for any other (5 MiB)."""
        words = [word for word in argv or () if not word.startswith(OF_HISTORY)]
        if len(words) == 2 and words[0] == CONNECTION_FILE:
            self.connection_file = words[1]
        else:
            super().parse_command_line(words)

    def init_control(self, context: Any) -> None:
        """Hear what is asked without a thread that passes it on: no page has a subshell."""
        super().init_control(context)  # type: ignore[no-untyped-call]
        self.shell_channel_thread = None

    def init_kernel(self) -> None:
        """Make the kernel without a list of all modules, which is the debugger's (4 MiB)."""
        ipkernel.sys = _NoModules("sys")  # type: ignore[attr-defined]
        try:
            super().init_kernel()  # type: ignore[no-untyped-call]
        finally:
            ipkernel.sys = sys  # type: ignore[attr-defined]


class _NoModules(ModuleType):
    """``sys`` with no module in it."""

    modules: ClassVar[dict[str, ModuleType]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


def run_kernel(arguments: Sequence[str], parent: int) -> None:
    """Run until told to stop, or until the parent is gone.

    No history is kept: it would be a database with what was typed, and a thread.
    """
    config = Config({"HistoryManager": {"enabled": False}})
    ForkedApp.launch_instance(
        list(arguments),
        config=config,
        parent_handle=parent,
        # Imported before there was a kernel, ipywidgets has not said so to any.
        extensions=["ipywidgets"],
    )

"""A kernel provisioner (jupyter_client's extension point) that forks instead of starting."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from threading import Thread
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from igmfat_nb.kernels.child import become_kernel
from igmfat_nb.kernels.choice import PROVISIONER, forked, start_fork_server, start_from_now_on
from igmfat_nb.language import _

LAUNCHER = "ipykernel_launcher"
FORK_S = 60.0  # the first one waits until the fork server has imported
TOLD_S = 0.5  # the fork server tells of an end a moment after it
UNKNOWN = 255  # as multiprocessing says of an end that it did not see


class ForkedProcess:
    """A forked kernel with the interface of ``subprocess.Popen`` that Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self, arguments: list[str], env: dict[str, str], cwd: str, quiet: bool) -> None:
        self._process = get_context("forkserver").Process(
            target=become_kernel, args=(arguments, env, cwd), kwargs={"quiet": quiet}, daemon=True
        )
        self._process.start()
        assert self._process.pid is not None  # noqa: S101 - it was started
        self.pid: int = self._process.pid

    def poll(self) -> int | None:
        """Exit code, or None while it runs; a fork server that hangs tells of no end."""
        code = self._process.exitcode
        if code is not None or not _has_ended(self.pid):
            return code
        self._process.join(TOLD_S)
        return UNKNOWN if self._process.exitcode is None else self._process.exitcode

    def wait(self) -> int | None:
        """Wait for its end, and return the exit code."""
        while self.poll() is None:
            self._process.join(0.1)
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel alone; one that has ended is left alone."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class ForkedProvisioner(LocalProvisioner):
    """Kernels of this Python, forked from a process that has imported what pages use."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel; what cannot be forked is started."""
        streams = {kwargs.get(name) for name in ("stdout", "stderr")}
        if not (forked() and LAUNCHER in cmd and streams <= {None, subprocess.DEVNULL}):
            return await super().launch_kernel(cmd, **kwargs)
        self.cwd = kwargs.get("cwd") or os.getcwd()
        arguments = cmd[cmd.index(LAUNCHER) + 1 :]
        environment = plain(kwargs.get("env") or os.environ)
        quiet = subprocess.DEVNULL in streams
        start_fork_server()
        forking: Future[ForkedProcess] = Future()
        Thread(
            target=_fork, args=(forking, arguments, environment, str(self.cwd), quiet), daemon=True
        ).start()
        try:
            process: Any = await asyncio.wait_for(asyncio.wrap_future(forking), FORK_S)
        except TimeoutError:
            if forked():
                start_from_now_on()
                sentence = _("No kernel was forked within {n} s: from now on each is started.")
                self.log.warning(sentence.format(n=f"{FORK_S:g}"))
            return await super().launch_kernel(cmd, **kwargs)
        self.process = process
        self.pid = self.pgid = process.pid  # a session of its own
        return self.connection_info


def _fork(forking: "Future[ForkedProcess]", *of_process: Any) -> None:
    """Fork, however long it takes; a kernel that nobody waits for any more is ended."""
    try:
        process = ForkedProcess(*of_process)
    except BaseException as error:
        if forking.set_running_or_notify_cancel():
            forking.set_exception(error)
        return
    if forking.set_running_or_notify_cancel():
        forking.set_result(process)
    else:
        process.kill()


def _has_ended(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return Path("/proc/self/stat").exists()  # where there is no such folder nothing is known
    return state in "ZX"


def plain(environment: Mapping[str, str]) -> dict[str, str]:
    """Names and values as text alone: the child would import what else they are.

    Voilà names its variables by an enumeration, for which each kernel imported all of Voilà:
    1.6 s of processor time and 40 MiB a seat.
    """
    return {str.__str__(name): str.__str__(value) for name, value in environment.items()}


class ForkedManager(AsyncKernelManager):
    """The kernel of one document, forked."""

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """The kernel's specification, to be forked."""
        found = super().kernel_spec
        return None if found is None else to_be_forked(found)


def to_be_forked(spec: KernelSpec) -> KernelSpec:
    """Name our provisioner in a kernel's specification."""
    spec.metadata = {**spec.metadata, "kernel_provisioner": {"provisioner_name": PROVISIONER}}
    return spec

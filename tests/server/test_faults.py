"""What happens to a running server: a kernel is killed, it is restarted, its clock is set back."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from igmfat_nb.server.page_session import PageSession
from igmfat_nb.server.processes import kernels_below

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "data" / "sample_page.ipynb"
SILENT_S = 4.0

#: The server as it is, with a wall clock that a file sets: seconds to add to the true time.
SERVER = """
import json, sys, time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import jupyter_server.services.kernels.kernelmanager as kernelmanager
from igmfat_nb.server import launcher, seats, settings

notebook, port, silent_s, clock = sys.argv[1:]
true_s = time.time


def shift_s():
    return float(Path(clock).read_text())


class Clock(datetime):
    @classmethod
    def now(cls, zone=None):
        return datetime.now(zone) + timedelta(seconds=shift_s())


time.time = lambda: true_s() + shift_s()
kernelmanager.utcnow = lambda: Clock.now(timezone.utc)
seats.datetime = Clock
settings.CULL_EVERY_S = 1
in_class = settings.voila_config


def as_in_class(serving):
    config = in_class(serving)
    config.MappingKernelManager.update(cull_idle_timeout=3600, cull_connected=True)
    return config


launcher.voila_config = as_in_class
serving = settings.Serving(Path(notebook), port=int(port), seats=2, silent_s=float(silent_s))
launcher.serve(serving, lambda address: print(json.dumps(address), flush=True))
"""


@contextmanager
def serving(clock, port=None, silent_s=60.0):
    port = port or free_port()
    set_clock(clock, 0)
    command = [sys.executable, "-c", SERVER, str(SAMPLE), str(port), str(silent_s), str(clock)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(60)


def set_clock(clock, shift_s):
    """Whole at once: the server reads it all the time."""
    new = clock.with_suffix(".new")
    new.write_text(str(shift_s))
    new.replace(clock)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


async def works(session):
    """Type a weight, and read its dose."""
    weight = next(key for key, it in session.states.items() if it.get("value") == "80")
    for kilograms, dose in (("160", "800 <small>mL"), ("80", "400 <small>mL")):
        await session.change(weight, value=kilograms)
        assert any(dose in str(it.get("value")) for it in session.states.values())


def test_a_killed_kernel_ends_its_page_and_no_other_and_frees_its_seat(tmp_path):
    with serving(tmp_path / "clock") as (server, address):
        asyncio.run(_one_is_killed(server.pid, address))


async def _one_is_killed(server, address):
    first, second = PageSession(address), PageSession(address)
    await first.open("")
    others = set(kernels_below(server))
    await second.open("")
    for kernel in set(kernels_below(server)) & others:  # the first one's, and what was warm by then
        os.kill(kernel, signal.SIGKILL)
    while await first.is_alive():
        await asyncio.sleep(0.2)
    third = PageSession(address)
    await third.open("")  # two seats: the dead one is free again
    await works(third)
    for session in (second, third):
        await session.close()


def test_a_restarted_server_knows_no_old_session_and_serves_new_ones(tmp_path):
    port = free_port()
    with serving(tmp_path / "clock", port) as (server, address):
        before = PageSession(address)
        asyncio.run(before.open(""))
        server.kill()
        server.wait(60)
    with serving(tmp_path / "clock", port) as (_server, again):
        assert again == address
        asyncio.run(_after_the_restart(before, again))


async def _after_the_restart(before, address):
    assert not await before.is_alive()  # which its page then says
    after = PageSession(address)
    await after.open("")
    await works(after)
    await after.close()


def test_a_clock_set_back_or_ahead_ends_no_session_and_frees_seats_as_before(tmp_path):
    clock = tmp_path / "clock"
    with serving(clock, silent_s=SILENT_S) as (_server, address):
        asyncio.run(_clock_is_set(address, clock))


async def _clock_is_set(address, clock):
    stays, goes = PageSession(address), PageSession(address)
    await stays.open("")
    await goes.open("")
    for shift_s in (-7200, 7200):
        set_clock(clock, shift_s)
        await goes.close()  # without a word
        for _attempt in range(120):  # until its seat is free, by a clock that nobody sets
            goes = PageSession(address)
            try:
                await goes.open("")
                break
            except Exception:
                await asyncio.sleep(0.5)
        else:
            raise AssertionError("its seat is never free")
        assert await stays.is_alive()
        await asyncio.sleep(3)  # the server has looked for idle pages meanwhile
        await works(stays)
        await works(goes)
    await stays.close()
    await goes.close()

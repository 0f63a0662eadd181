"""Seats: a page that goes without a goodbye gives its own back; a page that is there keeps it."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from igmfat_nb.server.contacts import Contacts
from igmfat_nb.server.page_session import PageSession, SessionLost
from igmfat_nb.server.processes import kernels_below, processes_below

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "tests" / "data" / "sample_page.ipynb"
SILENT_S = 4.0

#: The server as it is; a page counts as gone after four seconds instead of sixty.
SERVER = """
import json, sys
from pathlib import Path
from igmfat_nb.server.launcher import serve
from igmfat_nb.server.settings import Serving

silent_s, rest_s, page_s = map(float, sys.argv[3:])
times = {"silent_s": silent_s, "rest_s": rest_s, "page_s": page_s}
serving = Serving(Path(sys.argv[1]), seats=int(sys.argv[2]), **times)
serve(serving, lambda address: print(json.dumps(address), flush=True))
"""


@contextmanager
def serving(
    seats, silent_s=SILENT_S, rest_s=600.0, page_s=600.0, notebook=SAMPLE, log=None, **environment
):
    numbers = map(str, (seats, silent_s, rest_s, page_s))
    command = [sys.executable, "-c", SERVER, str(notebook), *numbers]

    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=log or subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        _out, complaints = process.communicate(timeout=120)
    assert process.returncode == 0, complaints


async def free_at(address):
    answer = await AsyncHTTPClient().fetch(f"{address}seats")
    return json.loads(answer.body)["free"]


# ── The book, with a clock as an argument ──


class Hand:
    """The hand of a clock."""

    now_s = 100.0

    def __call__(self):
        return self.now_s


def test_a_page_is_silent_sixty_seconds_after_it_was_last_heard_of():
    hand = Hand()
    contacts = Contacts(clock=hand)
    contacts.take("a")
    hand.now_s = 130.0
    contacts.hear("a")

    hand.now_s = 190.0
    on_time = contacts.silent()
    hand.now_s = 190.5

    assert on_time == set()
    assert contacts.silent() == {"a"}
    contacts.hear("a")
    assert contacts.silent() == set()


def test_a_page_in_the_making_is_never_silent_however_long_it_takes():
    hand = Hand()
    contacts = Contacts(clock=hand)

    with contacts.making("51_workshop_dosing.ipynb"):
        contacts.take("a")
        hand.now_s = 500.0
        in_the_making = contacts.silent()
    hand.now_s = 559.0
    afterwards = contacts.silent()
    hand.now_s = 561.0

    assert in_the_making == afterwards == set()
    assert contacts.silent() == {"a"}
    assert contacts.record()[0]["page"] == "51_workshop_dosing.ipynb"


def test_seats_are_recorded_without_what_would_open_a_session():
    hand = Hand()
    contacts = Contacts(clock=hand)
    contacts.take("a secret id")
    hand.now_s = 112.0
    contacts.take("another")
    hand.now_s = 115.0

    contacts.hear("another")
    hand.now_s = 116.0

    assert contacts.record() == [
        {"seat": 1, "page": "", "open_s": 16.0, "silent_s": 16.0},
        {"seat": 2, "page": "", "open_s": 4.0, "silent_s": 1.0},
    ]
    assert contacts.kernel_of(1) == "a secret id"
    contacts.leave("a secret id")
    contacts.hear("a secret id")
    assert contacts.kernel_of(1) is None
    assert len(contacts.record()) == 1


# ── On a real server ──


def test_visitors_who_go_without_a_goodbye_lock_nobody_out():
    with serving(seats=2) as address:
        asyncio.run(_four_who_go(address))


async def _four_who_go(address):
    for _pair in range(2):
        sessions = [PageSession(address), PageSession(address)]
        for session in sessions:
            await session.open("")
        with pytest.raises(SessionLost, match="503"):
            await PageSession(address).open("")
        for session in sessions:
            await session.close()  # as a browser that died: the link closes, nobody says goodbye
        assert await free_at(address) == 0  # it may be back in a moment
        while await free_at(address) < 2:
            await asyncio.sleep(0.5)


def test_a_page_that_only_sits_there_keeps_its_seat_and_its_kernel():
    with serving(seats=1) as address:
        asyncio.run(_one_who_stays(address))


async def _one_who_stays(address):
    session = PageSession(address)
    await session.open("")  # its link answers pings; it says nothing of its own

    await asyncio.sleep(3 * SILENT_S)

    assert await free_at(address) == 0
    weight = next(key for key, it in session.states.items() if it.get("value") == "80")
    await session.change(weight, value="160")
    assert any("800 <small>mL" in str(it.get("value")) for it in session.states.values())
    await session.close()


def test_who_comes_to_a_full_house_is_told_when_to_ask_again():
    with serving(seats=1) as address:
        answer = asyncio.run(_the_second(address))

    page = answer.body.decode()
    assert answer.code == 503
    assert "All seats are taken. This page goes on by itself as soon as one is free." in page
    assert answer.headers["Retry-After"] == "5"
    assert re.search(r'<script src="/igmfat/\w+/seat.js" data-seats="/seats">', page)


async def _the_second(address):
    first = PageSession(address)
    await first.open("")
    answer = await AsyncHTTPClient().fetch(HTTPRequest(address), raise_error=False)
    await first.close()
    return answer


@pytest.mark.full
def test_kernels_kept_warm_for_a_second_language_end_when_nobody_asks_for_them_any_more(tmp_path):
    with serving(seats=4, rest_s=10.0, TMPDIR=str(tmp_path)) as address:
        asyncio.run(_in_the_second_language(address, tmp_path))


async def _in_the_second_language(address, scratch):
    def kernels():
        return {path.name for path in scratch.glob("igmfat_*/kernel-*.json")}

    async def settled(number):
        async with asyncio.timeout(60):
            while len(kernels()) != number:
                await asyncio.sleep(0.2)
        return kernels()

    first = await settled(1)
    visitor = PageSession(address, language="it")
    await visitor.open("")
    await settled(3)  # the first one, the visitor's, and one for the next who reads Italian
    left = await settled(2)
    assert first < left  # the server's own stays, and so does the visitor's
    assert await free_at(address) == 3
    weight = next(key for key, it in visitor.states.items() if it.get("value") == "80")
    await visitor.change(weight, value="160")
    assert any("800 <small>mL" in str(it.get("value")) for it in visitor.states.values())
    await visitor.close()
    assert await settled(1) == first
    again = PageSession(address, language="it")
    await again.open("")
    await again.close()


def test_a_server_whose_scratch_folder_is_removed_goes_on_serving(tmp_path):
    with serving(seats=4, silent_s=60, TMPDIR=str(tmp_path)) as address:
        asyncio.run(_without_its_folder(address, tmp_path))


async def _without_its_folder(address, tmp_path):
    before = PageSession(address)
    await before.open("")
    await asyncio.sleep(6)  # another kernel is warm by now
    (folder,) = tmp_path.glob("igmfat_*")

    shutil.rmtree(folder)

    for _visitor in range(2):
        after = PageSession(address)
        await after.open("")
        weight = next(key for key, it in after.states.items() if it.get("value") == "80")
        await after.change(weight, value="160")
        assert any("800 <small>mL" in str(it.get("value")) for it in after.states.values())
        await after.close()
    weight = next(key for key, it in before.states.items() if it.get("value") == "80")
    await before.change(weight, value="160")  # who was there before goes on as well
    assert any("800 <small>mL" in str(it.get("value")) for it in before.states.values())
    await before.close()


def test_a_warm_kernel_whose_page_hangs_is_ended_and_the_next_visitor_gets_another(tmp_path):
    hangs = tmp_path / "hangs"
    hangs.touch()
    page = json.loads(SAMPLE.read_text())
    first = next(cell for cell in page["cells"] if cell["cell_type"] == "code")
    first["source"] = [
        "import os, time\n",
        f"while os.path.exists({str(hangs)!r}): time.sleep(0.1)",
    ]
    notebook = tmp_path / "hangs.ipynb"
    notebook.write_text(json.dumps(page))
    heard = tmp_path / "heard"
    with heard.open("w") as log, serving(2, page_s=2.0, notebook=notebook, log=log) as address:
        asyncio.run(_after_one_that_hung(address, hangs, heard))


def test_a_kernel_that_hangs_while_it_starts_is_ended_and_replaced(tmp_path):
    """Its Python hangs before a line of ours: planted where each interpreter begins."""
    hangs = tmp_path / "hangs"
    hangs.touch()
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys, time\n"
        f"while 'ipykernel_launcher' in sys.orig_argv and os.path.exists({str(hangs)!r}):\n"
        "    time.sleep(0.1)\n"
    )
    heard = tmp_path / "heard"
    planted = {"IGMFAT_KERNELS": "spawn", "PYTHONPATH": str(tmp_path)}
    with heard.open("w") as log, serving(2, page_s=2.0, log=log, **planted) as address:
        asyncio.run(_after_one_that_hung(address, hangs, heard))


def test_where_no_kernel_is_forked_any_more_each_is_started(tmp_path, monkeypatch):
    """The fork server is stopped: it neither forks nor tells of an end."""
    soon = "import igmfat_nb.kernels.provisioner as forking; forking.FORK_S = 5.0"
    monkeypatch.setitem(globals(), "SERVER", f"{soon}\n{SERVER}")
    heard = tmp_path / "heard"
    with heard.open("w") as log, serving(4, log=log) as address:
        hung = asyncio.run(_while_it_hangs(address))
    assert heard.read_text().count("No kernel was forked within 5 s") == 1
    assert not Path(f"/proc/{hung}/exe").exists()  # a process that has ended has none


async def _while_it_hangs(address):
    before = PageSession(address)
    await before.open("")
    parents = set(processes_below(os.getpid())) - set(kernels_below(os.getpid()))
    (fork_server,) = filter(_is_fork_server, parents)
    os.kill(fork_server, signal.SIGSTOP)
    for _visitor in range(2):  # the first may have a kernel that was forked before
        async with asyncio.timeout(60):
            visitor = PageSession(address)
            await visitor.open("")
        await visitor.close()
    await before.close()
    async with asyncio.timeout(60):
        while await free_at(address) < 4:
            await asyncio.sleep(0.5)
    return fork_server


def _is_fork_server(pid):
    return b"multiprocessing.forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes()


async def _after_one_that_hung(address, hangs, heard):
    async with asyncio.timeout(60):
        while "A page was not made within 2 s: its kernel was ended (1)." not in heard.read_text():
            await asyncio.sleep(0.2)
    hangs.unlink()
    async with asyncio.timeout(60):
        visitor = PageSession(address)
        await visitor.open("")
    await visitor.close()

"""What holds before any log-in: at the limit others still get answers; the end leaves nothing."""

import asyncio
import signal
import time
from pathlib import Path

import psutil
import pytest
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from igmfat_nb.server.connections import LARGEST_BODY, LARGEST_HEADER, UNREAD_S, GuardedServer

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "tests" / "data" / "sample_page.ipynb"
LARGE = 50_000_000


class Short(RequestHandler):
    def get(self):
        self.finish("here")

    post = get


class Long(RequestHandler):
    def get(self):
        self.finish(b"x" * LARGE)


def in_loop(play, **limits):
    """Play against a server of ours with two small pages, in a loop of its own."""

    async def played():
        server = GuardedServer(Application([("/", Short), ("/long", Long)]))
        for name, value in limits.items():
            setattr(server, name, value)
        (listening,) = bind_sockets(0, "127.0.0.1")
        server.add_sockets([listening])
        await play(server, listening.getsockname()[1])
        server.stop()

    asyncio.run(played())


async def status_of(port, request=b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    said = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    return int(said.split()[1]) if said else None


def test_idle_connections_do_not_keep_a_visitor_out():
    async def play(server, port):
        idle = [await asyncio.open_connection("127.0.0.1", port) for _one in range(200)]
        for _reader, writer in idle[:100]:
            writer.write(b"GET / HTTP/1.1\r\nHost:")  # and never the rest

        assert await status_of(port) == 200
        assert sum(not stream.closed() for stream in server._links) <= 50
        for _reader, writer in idle:
            writer.close()

    in_loop(play, most=50)


def test_who_has_a_session_stays_connected_when_strangers_come():
    async def play(server, port):
        known, writer = await asyncio.open_connection("127.0.0.1", port)
        while not server._links:
            await asyncio.sleep(0.01)
        next(iter(server._links.values())).is_known = True
        strangers = [await asyncio.open_connection("127.0.0.1", port) for _one in range(30)]

        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200" in await asyncio.wait_for(known.readline(), 20)
        for _reader, one in strangers:
            one.close()

    in_loop(play, most=10)


@pytest.mark.parametrize(
    "request_of",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * (LARGEST_HEADER + 1) + b"\r\n\r\n",
        f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {LARGEST_BODY + 1}\r\n\r\n".encode(),
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        + f"{LARGEST_BODY + 1:x}\r\n".encode()
        + b"x" * (LARGEST_BODY + 1)
        + b"\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ],
    ids=["header", "body", "chunks", "less than nothing", "no host", "TLS where there is none"],
)
def test_what_is_too_large_is_refused_and_the_server_goes_on(request_of):
    async def play(_server, port):
        assert await status_of(port, request_of) in (400, None)
        assert await status_of(port) == 200

    in_loop(play)


def test_who_does_not_read_is_let_go():
    class Hand:
        now_s = 0.0

        def __call__(self):
            return self.now_s

    hand = Hand()

    async def play(server, port):
        server._clock = hand
        _reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
        while not any(stream.writing() for stream in server._links):
            await asyncio.sleep(0.05)
        server.sweep()
        hand.now_s = UNREAD_S - 1
        await asyncio.sleep(0.5)  # what the system's buffers take has been taken
        server.sweep()
        assert len(server._links) == 1

        hand.now_s = 3 * UNREAD_S
        server.sweep()
        assert all(stream.closed() for stream in server._links)
        writer.close()

    in_loop(play)


def test_who_reads_slowly_is_served():
    async def play(server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        read = 0
        while part := await reader.read(1_000_000):
            read += len(part)
            server._clock = lambda later=read: UNREAD_S * later / LARGE * 10  # ten times too long
            server.sweep()
        assert read > LARGE
        writer.close()

    in_loop(play)


def test_a_server_whose_terminal_closes_leaves_nothing(tmp_path, started, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with started("dashboard", "--notebook", str(SAMPLE), "--no-browser") as opened:
        server = psutil.Process(opened["pid"])
        deadline = time.monotonic() + 60
        while not server.children(recursive=True) and time.monotonic() < deadline:
            time.sleep(0.2)
        children = server.children(recursive=True)
        (folder,) = tmp_path.glob("igmfat_*")
        assert folder.stat().st_mode & 0o077 == 0

        server.send_signal(signal.SIGHUP)
        while server.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.1)

    _gone, alive = psutil.wait_procs(children, timeout=20)
    assert children
    assert alive == []
    assert list(tmp_path.iterdir()) == []

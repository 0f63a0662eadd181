"""A real server and a hostile client: what the network side lets through."""

import asyncio
import json
import re
import time
import uuid
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import psutil
import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect

from igmfat_nb.notation import NOTICE
from igmfat_nb.server.guard import FAILURE, V1
from igmfat_nb.server.page_session import PageSession

SAMPLE = Path(__file__).parent.parent / "data" / "sample_page.ipynb"
SECONDS = 300  # only what hangs waits as long
SEATS = 2
CONTROL = {"version": "1.0.0"}


@pytest.fixture
def server(server_of):
    return server_of(SAMPLE, "--seats", str(SEATS))


async def ask(address: str, path: str = "", **options: Any) -> HTTPResponse:
    request = HTTPRequest(urljoin(address, path), request_timeout=SECONDS, **options)
    return await AsyncHTTPClient().fetch(request, raise_error=False)


class Session:
    """A page without a browser: its kernel and its websocket."""

    def __init__(self, address: str, html: str, cookie: str) -> None:
        self.address, self.html, self.cookie = address, html, {"Cookie": cookie}
        self.kernel_id = re.search(r'"kernelId": "([0-9a-f-]{36})"', html)[1]
        self.socket: WebSocketClientConnection
        self.received: list[bytes] = []

    @classmethod
    async def opened(cls, address: str) -> "Session":
        visitor = PageSession(address)
        answer = await visitor.visit()
        assert answer.code == 200, answer.body
        session = cls(address, answer.body.decode(), visitor.cookie)
        session.socket = await session.connected([V1])
        return session

    async def connected(self, protocols: list[str], **headers: str) -> WebSocketClientConnection:
        path = f"api/kernels/{self.kernel_id}/channels?session_id={uuid.uuid4().hex}"
        address = urljoin(self.address.replace("http", "ws"), path)
        request = HTTPRequest(address, headers={**self.cookie, **headers})
        return await websocket_connect(request, subprotocols=protocols)

    async def send(self, kind: str, content: dict[str, Any], channel: bytes = b"shell") -> None:
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "s", "username": "u"}
        header |= {"version": "5.3", "date": "2026-01-01T00:00:00Z"}
        parts = [channel, *(json.dumps(part).encode() for part in (header, {}, CONTROL, content))]
        offsets = [8 * (len(parts) + 2)]
        for part in parts:
            offsets.append(offsets[-1] + len(part))
        table = b"".join(number.to_bytes(8, "little") for number in [len(offsets), *offsets])
        await self.socket.write_message(table + b"".join(parts), binary=True)

    async def until(self, kind: str, containing: str = "") -> dict[str, Any]:
        """Read on to a message of this kind, and return its content."""
        while True:
            frame = await asyncio.wait_for(self.socket.read_message(), SECONDS)
            assert frame is not None, "the socket was closed"
            self.received.append(frame)
            count = int.from_bytes(frame[:8], "little")
            offsets = [
                int.from_bytes(frame[8 * k : 8 * k + 8], "little") for k in range(1, count + 1)
            ]
            parts = [frame[a:b] for a, b in pairwise(offsets)]
            if json.loads(parts[1])["msg_type"] == kind and containing in parts[4].decode():
                return json.loads(parts[4])

    async def widget_described(self, description: str) -> str:
        """Id of the widget with this label."""
        comm = uuid.uuid4().hex
        opening = {"comm_id": comm, "target_name": "jupyter.widget.control", "data": {}}
        await self.send("comm_open", opening)
        await self.send("comm_msg", {"comm_id": comm, "data": {"method": "request_states"}})
        states = (await self.until("comm_msg", '"states"'))["data"]["states"]
        described = [
            key for key, model in states.items() if model["state"].get("description") == description
        ]
        return described[0]

    async def set_value(self, widget: str, value: object) -> None:
        data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
        await self.send("comm_msg", {"comm_id": widget, "data": data})

    async def closed(self) -> HTTPResponse:
        """Say goodbye as the closing page does."""
        self.socket.close()
        return await self.said_goodbye()

    async def said_goodbye(self) -> HTTPResponse:
        path = f"voila/api/shutdown/{self.kernel_id}"
        return await ask(self.address, path, method="POST", body="", headers=self.cookie)


def test_a_page_says_the_notice_names_no_other_host_and_no_path(server):
    answer = asyncio.run(_page_and_goodbye(server.address))

    html = answer.body.decode()
    assert NOTICE in html
    assert '<html lang="en">' in html
    addresses = set(re.findall(r"https?://[^\s\"'<>]+", html)) - {"http://www.w3.org/2000/svg"}
    assert addresses == set()
    assert str(SAMPLE.parent) not in html
    assert "ipywidgets as ipw" not in html
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self' blob:;" in policy
    assert answer.headers["X-Frame-Options"] == "DENY"


async def _page_and_goodbye(address: str) -> HTTPResponse:
    visitor = PageSession(address)
    answer = await visitor.visit()
    await Session(address, answer.body.decode(), visitor.cookie).said_goodbye()
    return answer


@pytest.mark.parametrize(
    "path",
    [
        "api/contents",
        "api/kernelspecs",
        "api/sessions",
        "api/terminals",
        "api/kernels",
        "login",
        "voila/files/sample_page.ipynb",
        "voila/tree",
        "voila/render/sample_page.ipynb",
        "voila/api/contents",
        "voila/static/voila.js",
        "voila/templates/lab/static/index.css",
        "voila/labextensions/anywidget/package.json",
        "files/worked_examples.csv",
    ],
)
def test_the_rest_of_jupyter_is_refused_with_a_page(server, path):
    answer = asyncio.run(ask(server.address, path))
    posted = asyncio.run(ask(server.address, path, method="POST", body="{}"))

    assert (answer.code, posted.code) == (403, 403)
    assert NOTICE in answer.body.decode()
    assert "This server only shows its notebooks." in answer.body.decode()


@pytest.mark.parametrize(
    "path",
    [
        "nowhere",
        "nowhere.ipynb",
        "worked_examples.csv",
        "igmfat/x/nothing.css",
        "api/kernels/00000000-0000-4000-8000-000000000000",
    ],
)
def test_what_is_not_there_is_not_there(server, path):
    answer = asyncio.run(ask(server.address, path))

    assert answer.code == 404
    assert str(SAMPLE.parent) not in answer.body.decode()


def test_another_name_for_this_computer_is_refused(server):
    answer = asyncio.run(ask(server.address, headers={"Host": "evil.example"}))

    assert answer.code == 403


def test_a_hostile_peer_is_refused_and_the_server_goes_on(server):
    asyncio.run(_hostile(server.address))


async def _hostile(address: str) -> None:
    session = await Session.opened(address)
    for protocols, headers in (([], {}), (["v2"], {}), ([V1], {"Origin": "http://evil.example"})):
        with pytest.raises(Exception, match=r"40[03]"):
            await session.connected(protocols, **headers)

    await session.send("execute_request", {"code": "1 / 0", "silent": False})
    await session.send("kernel_info_request", {})
    await session.until("kernel_info_reply")
    assert b"ZeroDivisionError" not in b"".join(session.received)

    kernel = f"api/kernels/{session.kernel_id}"
    refused = await ask(address, kernel, method="DELETE", headers=session.cookie)
    assert refused.code == 403
    for forged in ((2**62).to_bytes(8, "little") + b"x" * 100, b"", b"\x06" + b"\0" * 200, "{}"):
        socket = await session.connected([V1])
        await socket.write_message(forged, binary=isinstance(forged, bytes))
        while await asyncio.wait_for(socket.read_message(), SECONDS) is not None:
            pass  # status messages until the server closes
        assert socket.close_code == 1003
    assert (await ask(address, kernel, headers=session.cookie)).code == 200
    assert (await session.closed()).code == 204


def test_no_traceback_leaves_whatever_fails_in_the_kernel(server):
    received = asyncio.run(_failures(server.address))

    for secret in (
        b"Traceback",
        b"a secret of the patient",
        b"TraitError",
        str(SAMPLE.parent).encode(),
    ):
        assert secret not in received
    assert "A calculation failed: ValueError" in server.log.read_text()
    assert "a secret of the patient" not in server.log.read_text()


async def _failures(address: str) -> bytes:
    session = await Session.opened(address)
    weight = await session.widget_described("Weight, actual")
    for value in ("666", 666, None):  # raises in our callback; wrong types raise in ipywidgets
        await session.set_value(weight, value)
        assert (await session.until("error"))["evalue"] == FAILURE
    await session.closed()
    return b"".join(session.received)


def test_seats_are_counted_and_given_back(server):
    asyncio.run(_seats(server.address))


async def _seats(address: str) -> None:
    sessions = [await Session.opened(address) for _seat in range(SEATS)]

    refused = await ask(address)
    elsewhere = HTTPRequest(
        urljoin(address, f"voila/api/shutdown/{sessions[0].kernel_id}"),
        method="POST",
        body="",
        headers={**sessions[0].cookie, "Sec-Fetch-Site": "cross-site"},
    )
    forged = await AsyncHTTPClient().fetch(elsewhere, raise_error=False)

    assert refused.code == 503
    assert "All seats are taken." in refused.body.decode()
    assert NOTICE in refused.body.decode()
    assert forged.code == 403
    for session in sessions:
        assert (await session.closed()).code == 204
        kernel = f"api/kernels/{session.kernel_id}"
        assert (await ask(address, kernel, headers=session.cookie)).code == 404
        assert (await session.closed()).code == 204  # twice is no error
    again = await Session.opened(address)
    await again.closed()


def test_a_server_that_is_told_to_end_leaves_nothing(server):
    process = psutil.Process(server.process.pid)
    deadline = time.monotonic() + 60
    while not (kernels := process.children(recursive=True)) and time.monotonic() < deadline:
        time.sleep(0.2)  # the warm kernel that replaces the last one handed out is on its way
    folders = {
        Path(arg).parent for kernel in kernels for arg in kernel.cmdline() if "kernel-" in arg
    }

    assert kernels
    assert server.stop() == 0

    _gone, alive = psutil.wait_procs(kernels, timeout=SECONDS)
    assert alive == []
    assert [folder for folder in folders if folder.exists()] == []
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", server.log.read_text())
    assert "Traceback" not in server.log.read_text()

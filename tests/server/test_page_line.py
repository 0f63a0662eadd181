"""A page's websocket without a kernel behind it."""

import asyncio
import socket
from types import SimpleNamespace
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import WebSocketHandler, websocket_connect

from igmfat_nb.server.pages import CountedFrames


class Line(CountedFrames):
    """The line alone: whoever asks is let in, and no kernel is waited for."""

    opened: asyncio.Future[Any]
    ping_interval = 0

    async def prepare(self) -> None:
        idle = {"connect": lambda: asyncio.sleep(0), "disconnect": lambda: None}
        self.connection = SimpleNamespace(kernel_ws_protocol=None, **idle)

    async def get(self, kernel_id: str) -> None:
        self.kernel_id = kernel_id
        await WebSocketHandler.get(self, kernel_id=kernel_id)

    async def open(self, kernel_id: str) -> None:
        await super().open(kernel_id)
        self.opened.set_result(self)


def sends_at_once(line: Line) -> bool:
    """What the system was told of the server's end."""
    stream = line.ws_connection.stream
    return bool(stream.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def test_an_answer_does_not_wait_until_the_last_one_was_received():
    """Otherwise the second of two short answers comes 40 ms late (RFC 896 with RFC 1122)."""

    async def opened() -> bool:
        Line.opened = asyncio.get_running_loop().create_future()
        heard = SimpleNamespace(contacts=SimpleNamespace(hear=lambda kernel_id: None))
        application = Application([("/(.*)", Line, {})], kernel_manager=heard)
        server, (listening, port) = HTTPServer(application), bind_unused_port()
        server.add_socket(listening)
        page = await websocket_connect(f"ws://127.0.0.1:{port}/one")
        try:
            return sends_at_once(await asyncio.wait_for(Line.opened, 20))
        finally:
            page.close()
            server.stop()

    assert asyncio.run(opened())

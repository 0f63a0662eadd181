"""One participant without a browser: a page's requests, websocket and widget messages.

It speaks as a browser does: gets the page, opens the kernel's websocket, asks
for the widgets' state, types and clicks. What it cannot measure is drawing.
"""

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from jupyter_server.services.kernels.connection.base import (
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect

from igmfat_nb.server.guard import V1

CONFIG = re.compile(r'id="jupyter-config-data" type="application/json">(.*?)</script>', re.DOTALL)
PASS = re.compile(r'data-pass="([^"]+)"')
PATIENCE_S = 240.0
Message = dict[str, Any]


class SessionLost(Exception):
    """The page did not come, or stopped answering."""


@dataclass
class PageSession:
    """One open page; ``language`` is what its browser asks for."""

    address: str
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    cookie: str = ""
    ca_certs: str = ""
    language: str = "en"
    _socket: WebSocketClientConnection | None = None
    _idle: dict[str, asyncio.Event] = field(default_factory=dict)
    _reader: asyncio.Task[None] | None = None
    _kernel: str = ""

    async def join(self, code: str) -> None:
        """Type the join code."""
        answer = await self.post("", urlencode({"code": code}))
        if answer.code != HTTPStatus.SEE_OTHER or not self.cookie:
            raise SessionLost("join")

    async def visit(self, name: str = "") -> HTTPResponse:
        """Get a page; where it is the one at the door, do what its script does and ask again."""
        page = await self.get(name)
        shown = PASS.search(page.body.decode("utf-8", "replace"))
        if page.code != HTTPStatus.OK or shown is None:
            return page
        await self.post("visit", json.dumps({"pass": shown[1]}))
        return await self.get(name)

    async def get(self, name: str) -> HTTPResponse:
        """Ask for an address of the server."""
        return await self._ask(name)

    async def post(self, name: str, body: str) -> HTTPResponse:
        """Send something to an address of the server, and stay there."""
        return await self._ask(name, method="POST", body=body, follow_redirects=False)

    async def _ask(self, name: str, **options: Any) -> HTTPResponse:
        request = HTTPRequest(
            f"{self.address}{name}",
            headers={"Cookie": self.cookie, "Accept-Language": self.language},
            request_timeout=PATIENCE_S,
            connect_timeout=PATIENCE_S,
            ca_certs=self.ca_certs or None,
            **options,
        )
        answer = await AsyncHTTPClient().fetch(request, raise_error=False)
        cookies = answer.headers.get_list("Set-Cookie")
        self.cookie = "; ".join(cookie.partition(";")[0] for cookie in cookies) or self.cookie
        return answer

    async def open(self, name: str) -> None:
        """Get the page and the state of its widgets."""
        page = await self.visit(name)
        found = CONFIG.search(page.body.decode("utf-8", "replace"))
        if page.code != 200 or found is None:
            raise SessionLost(f"page {page.code}")
        kernel = self._kernel = json.loads(found[1])["kernelId"]
        at = self.address.replace("http", "ws", 1)
        request = HTTPRequest(
            f"{at}api/kernels/{kernel}/channels?session_id={uuid4().hex}",
            headers={"Cookie": self.cookie},
            connect_timeout=PATIENCE_S,
            ca_certs=self.ca_certs or None,
        )
        self._socket = await websocket_connect(
            request, subprotocols=[V1], max_message_size=100_000_000
        )
        self._reader = asyncio.create_task(self._read())
        control = uuid4().hex
        target = {"comm_id": control, "target_name": "jupyter.widget.control", "data": {}}
        opened = {**target, "target_module": None}
        version = {"version": "1.0.0"}
        await self.send("comm_open", opened, metadata=version)
        asked = {"comm_id": control, "data": {"method": "request_states"}}
        await self.send("comm_msg", asked)
        if not self.states:
            raise SessionLost("states")

    async def send(self, kind: str, content: Message, metadata: Message | None = None) -> float:
        """Send a message; return how long the kernel took until it was done with it [s]."""
        if self._socket is None:
            raise SessionLost("closed")
        number = uuid4().hex
        header = {
            "msg_id": number,
            "msg_type": kind,
            "username": "",
            "session": uuid4().hex,
            "date": datetime.now(UTC).isoformat(),
            "version": "5.3",
        }
        parts = {
            "header": header,
            "parent_header": {},
            "metadata": metadata or {},
            "content": content,
            "buffers": [],
        }
        done = self._idle[number] = asyncio.Event()
        began = time.perf_counter()
        await self._socket.write_message(
            serialize_msg_to_ws_v1(parts, "shell", pack=_packed),  # type: ignore[no-untyped-call]
            binary=True,
        )
        try:
            await asyncio.wait_for(done.wait(), PATIENCE_S)
        except TimeoutError as error:
            raise SessionLost(kind) from error
        finally:
            del self._idle[number]
        return time.perf_counter() - began

    async def change(self, widget: str, **state: Any) -> float:
        """Change a widget as its view does."""
        data = {"method": "update", "state": state, "buffer_paths": []}
        return await self.send("comm_msg", {"comm_id": widget, "data": data})

    async def click(self, widget: str) -> float:
        """Click a button."""
        data = {"method": "custom", "content": {"event": "click"}}
        return await self.send("comm_msg", {"comm_id": widget, "data": data})

    def inside(self, widget: str) -> list[str]:
        """Return this widget and all within it, in reading order."""
        found = [widget]
        for child in self.states.get(widget, {}).get("children", []):
            found += self.inside(str(child).removeprefix("IPY_MODEL_"))
        return found

    async def is_alive(self) -> bool:
        """Whether the server still knows this session, as a page asks it now and then."""
        answer = await self._ask(f"api/kernels/{self._kernel}")
        return answer.code == HTTPStatus.OK

    async def leave(self) -> None:
        """Say goodbye, as a page does that is closed."""
        await self._ask(f"voila/api/shutdown/{self._kernel}", method="POST", body="")
        await self.close()

    async def close(self) -> None:
        """Leave without a word; the server ends an abandoned session itself."""
        if self._reader is not None:
            self._reader.cancel()
        if self._socket is not None:
            self._socket.close()

    async def _read(self) -> None:
        while self._socket is not None:
            frame = await self._socket.read_message()
            if frame is None:
                return
            if isinstance(frame, bytes):
                self._take(frame)

    def _take(self, frame: bytes) -> None:
        _channel, parts = deserialize_msg_from_ws_v1(frame)  # type: ignore[no-untyped-call]
        header, parent, _metadata, content = (json.loads(bytes(part)) for part in parts[:4])
        if header["msg_type"] == "status" and content["execution_state"] == "idle":
            if (done := self._idle.get(parent.get("msg_id", ""))) is not None:
                done.set()
            return
        if header["msg_type"] not in ("comm_msg", "comm_open"):
            return
        data = content.get("data", {})
        if data.get("method") == "update_states":
            for widget, state in data["states"].items():
                self.states[widget] = state["state"]
        else:
            one = {content["comm_id"]: data["state"]} if "state" in data else {}
            for widget, state in data.get("states", one).items():
                self.states.setdefault(widget, {}).update(state)


def _packed(part: Any) -> bytes:
    return json.dumps(part).encode()

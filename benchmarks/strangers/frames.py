"""Hostile frames on the websocket of somebody's own page, and scripts and code typed into fields.

Both plant what would show that they ran: a file that the code makes, a mark that the script
leaves on the page.
"""

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClosedError, websocket_connect

from igmfat_nb.server.guard import CHANNELS, V1
from igmfat_nb.server.page_session import PageSession
from strangers.asking import Look, Row, served
from strangers.door import KERNEL

TORN, ASKING, ANSWER_S = 800, 360, 30.0
#: What a page never says to its kernel, and what it says about nothing of ours.
KINDS = (
    *("execute_request", "complete_request", "inspect_request", "history_request"),
    *("is_complete_request", "shutdown_request", "interrupt_request", "debug_request"),
    *("input_reply", "create_subshell_request", "usage_request", "comm_open"),
)
PAGES = ("40_dashboard", "11_dose_calculator", "20_titre_kinetics", "30_trial_simulation")
SCRIPTS = (
    "<script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 1'>",
    "<svg onload='window.ran = 1'>",
    "javascript:window.ran = 1",
    "'\"><iframe srcdoc='<script>parent.ran = 1</script>'>",
    "{{ 7 * 7 }}{% raw %}",
    "$(window.ran = 1) `window.ran = 1`",
    "=HYPERLINK(1)+cmd|' /C calc'!A0",
    "__import__('pathlib').Path('{mark}').touch()",
)


def frame_of(kind: str, content: dict[str, Any], channel: bytes = b"shell") -> bytes:
    """A whole frame of the protocol."""
    header = {"msg_id": uuid4().hex, "msg_type": kind, "session": "s", "username": "u"}
    header |= {"version": "5.3", "date": "2026-01-01T00:00:00Z"}
    parts = [channel, *(json.dumps(part).encode() for part in (header, {}, {}, content))]
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    table = b"".join(number.to_bytes(8, "little") for number in (len(offsets), *offsets))
    return table + b"".join(parts)


def torn(whole: bytes, chance: random.Random) -> bytes:
    """The frame with some bytes changed, cut off, or put in."""
    bent = bytearray(whole)
    for _time in range(chance.randint(1, 6)):
        at = chance.randrange(min(len(bent), 80 if chance.random() < 0.7 else len(bent)))
        match chance.randrange(3):
            case 0:
                bent[at] = chance.randrange(256)
            case 1:
                del bent[at:]
            case _:
                bent[at:at] = chance.randbytes(8)
        if not bent:
            break
    return bytes(bent)


def frames(look: Look) -> Iterator[Row]:
    """Torn frames, and whole ones that ask for what no page asks, from who has the page."""
    chance, mark = random.Random(1), look.folder / "code-ran"  # noqa: S311
    share = 20 if look.quick else 1
    code = {"code": f"open({str(mark)!r}, 'w')", "silent": False, "cursor_pos": 1, "value": "1"}
    content = {**code, "comm_id": uuid4().hex, "target_name": "os.system", "data": code}
    asking = [
        frame_of(chance.choice(KINDS), content, chance.choice(CHANNELS))
        for _frame in range(ASKING // share)
    ]
    bent = [
        torn(frame_of("execute_request", content, chance.choice(CHANNELS)), chance)
        for _frame in range(TORN // share)
    ]
    with served(look, "dashboard", "--no-browser", "--seats", "2") as opened:
        counts, alive = asyncio.run(_sent(opened["address"], [*asking, *bent]))
    said = ", ".join(f"{number} × {what}" for what, number in counts.most_common())
    yield Row(
        f"{len(asking) + len(bent)} hostile frames",
        f"{said}; the page {'works' if alive else 'is dead'}, {int(mark.exists())} ran",
        "none answered or run, the page works",
        held=alive and not mark.exists() and not counts["answered"],
    )


async def _sent(address: str, hostile: list[bytes]) -> tuple[Counter[str], bool]:
    """What came of each frame, and whether the kernel answers a page's question after all."""
    visitor, counts = PageSession(address), Counter[str]()
    found = KERNEL.search((await visitor.visit()).body.decode())
    assert found is not None
    path = f"api/kernels/{found[1]}/channels?session_id="

    async def opened() -> Any:
        at = urljoin(address.replace("http", "ws", 1), f"{path}{uuid4().hex}")
        request = HTTPRequest(at, headers={"Cookie": visitor.cookie})
        return await websocket_connect(request, subprotocols=[V1])

    async def sent(socket: Any, frame: bytes) -> str:
        try:
            await socket.write_message(frame, binary=True)
            await socket.write_message("alive 7")
            return await asyncio.wait_for(_outcome(socket), ANSWER_S)
        except WebSocketClosedError:
            return "closed"

    socket = await opened()
    for frame in hostile:
        outcome = await sent(socket, frame)
        counts[outcome] += 1
        if outcome == "closed":
            socket = await opened()
    outcome = await sent(socket, frame_of("kernel_info_request", {}))
    while outcome == "left unheard":  # the kernel answers later than the server
        outcome = await asyncio.wait_for(_outcome(socket), ANSWER_S)
    return counts, outcome == "answered"


async def _outcome(socket: Any) -> str:
    """Whether the link was closed, or the frame left unheard, or answered by the kernel."""
    while True:
        heard = await socket.read_message()
        if heard is None:
            return "closed"
        if isinstance(heard, bytes) and re.search(rb'"msg_type": ?"(execute_|\w+_reply)', heard):
            return "answered"
        if isinstance(heard, str) and heard.startswith("alive 7"):
            return "left unheard"


def scripts(look: Look) -> Iterator[Row]:
    """Scripts and code in every field of the pages that have fields."""
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    mark, tried, ran = look.folder / "typed-code-ran", 0, 0
    texts = [text.replace("{mark}", str(mark)) for text in SCRIPTS[:: 4 if look.quick else 1]]
    with served(look, "dashboard", "--no-browser") as opened, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_chromium(), args=flags)
        for name in PAGES[:: 4 if look.quick else 1]:
            page = chromium.new_page()
            page.goto(urljoin(opened["address"], f"{name}.ipynb"))
            page.wait_for_selector("body[data-ig-ready]", state="attached")
            fields = page.locator("#rendered_cells input[type=text]:visible")
            for at in range(fields.count()):
                for text in texts:
                    fields.nth(at).fill(text)
                    fields.nth(at).press("Tab")
                    tried += 1
                fields.nth(at).fill("")
            page.wait_for_timeout(1000)
            ran += bool(page.evaluate("window.ran || document.querySelector('iframe') !== null"))
            page.close()
        chromium.close()
    yield Row(
        f"scripts and code typed into fields, {tried} times",
        f"{ran + mark.exists()} ran",
        "none",
        held=tried > 0 and not ran and not mark.exists(),
    )


def _chromium() -> str:
    from igmfat_nb.reports.pdf import chromium

    return str(Path(chromium()))

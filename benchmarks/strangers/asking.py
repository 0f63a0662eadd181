"""Servers by their commands, and a stranger who asks them anything."""

import http.client
import json
import ssl
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from igmfat_nb.server.guard import V1

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "tests" / "data" / "sample_page.ipynb"
PASSWORD, PREFIX = "correct horse battery", "/igmfat/"


@dataclass(frozen=True)
class Row:
    """One line: what was tried, what came of it, what is asked; not tried has no verdict."""

    what: str
    found: str
    asked: str
    held: bool | None


@dataclass(frozen=True)
class Look:
    """How it is looked at."""

    quick: bool
    with_log_in: bool
    folder: Path


@dataclass(frozen=True)
class Answer:
    """What a server answered; status 0 where it closed the connection."""

    status: int
    text: str = ""
    cookie: str = ""


def ask(
    address: str,
    path: str = "",
    method: str = "GET",
    body: str = "",
    source: str = "",
    trusted: str = "",
    **headers: str,
) -> Answer:
    """Ask a server as written, without tidying the path; from an address of loopback."""
    at = urlsplit(address)
    come_from = (source, 0) if source else None
    if at.scheme == "https":
        known = ssl.create_default_context(cafile=trusted)
        link: Any = http.client.HTTPSConnection(
            str(at.hostname), at.port, timeout=60, context=known
        )
    else:
        link = http.client.HTTPConnection(
            str(at.hostname), at.port, timeout=60, source_address=come_from
        )
    named = {name.replace("_", "-"): value for name, value in headers.items() if value}
    if body and not body.startswith("{"):
        named["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        link.request(method, at.path + path, body.encode() if body else None, named)
        answer = link.getresponse()
        text = "" if answer.status == 101 else answer.read().decode("utf-8", "replace")
        cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        return Answer(answer.status, text, cookie)
    except (OSError, http.client.HTTPException):
        return Answer(0)
    finally:
        link.close()


def upgraded(address: str, kernel: str, **options: str) -> int:
    """Status of the answer to who wants a kernel's websocket; 101 opens it."""
    websocket = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Protocol": V1,
    }
    path = f"api/kernels/{kernel}/channels?session_id=1"
    return ask(address, path, **websocket, **options).status


def counted(statuses: list[int]) -> str:
    """How often which status."""
    found = Counter(statuses)
    return ", ".join(f"{number} × {status or 'closed'}" for status, number in found.most_common())


@contextmanager
def served(look: Look, *words: str) -> Iterator[dict[str, Any]]:
    """A server by its command: what it says of itself, and where its log is."""
    log = look.folder / f"{words[0]}-{time.monotonic_ns()}.log"
    command = [sys.executable, "-m", "igmfat_nb", *words, "--json"]
    with log.open("w") as errors:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        line = process.stdout.readline()
        assert line, log.read_text()
        yield {**json.loads(line), "log": log}
    finally:
        process.terminate()
        process.wait(120)


@contextmanager
def behind_a_password(look: Look) -> Iterator[dict[str, Any]]:
    """The sample page as a hospital serves it, asked without its proxy; and a log-in's cookie."""
    from nginx_in_front import NAME, free_port

    file, port = look.folder / "password", free_port()
    file.write_text(PASSWORD)
    file.chmod(0o600)
    words = ("--notebook", str(SAMPLE), "--no-browser", "--port", str(port), "--base-url", PREFIX)
    words += ("--trust-proxy", "--allowed-host", NAME, "--password-file", str(file), "--seats", "1")
    with served(look, "dashboard", *words) as opened:
        address = f"http://127.0.0.1:{port}{PREFIX}"
        entered = ask(address, "login", "POST", urlencode({"secret": PASSWORD}))
        assert entered.status == 303, entered.status
        yield {**opened, "address": address, "port": port, "cookie": entered.cookie}

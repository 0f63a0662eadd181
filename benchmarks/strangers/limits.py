"""Large headers and bodies, many connections, a flood, and who does not read."""

import re
import resource
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from igmfat_nb.server.connections import LARGEST_BODY, LARGEST_HEADER
from igmfat_nb.server.log import LONGEST_LINE, MOST_LINES
from strangers.asking import PREFIX, Look, Row, ask, behind_a_password, counted

ANSWER_S, TYPED = 5.0, "Typed-Name-4711"
#: Of some minutes: what the log holds of each is bounded.
LOG_BYTES = 3 * MOST_LINES * LONGEST_LINE
STYLES = re.compile(rf"{PREFIX}[^\"]+\.css")  # which a log-in page needs
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\n"
TOO_LARGE = {
    "a header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * LARGEST_HEADER + b"\r\n\r\n",
    "a body": POST + f"Content-Length: {LARGEST_BODY + 1}\r\n\r\n".encode(),
    "chunks": POST
    + f"Transfer-Encoding: chunked\r\n\r\n{LARGEST_BODY + 1:x}\r\n".encode()
    + b"x" * (LARGEST_BODY + 1)
    + b"\r\n0\r\n\r\n",
    "less than nothing": POST + b"Content-Length: -1\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
}


def connected(port: int, source: str) -> socket.socket:
    """A connection from an address of loopback."""
    return socket.create_connection(("127.0.0.1", port), 30, (source, 0))


def status_of(port: int, request: bytes, source: str) -> int:
    """Status of the answer to bytes as they are; 0 where the connection was closed."""
    with connected(port, source) as link:
        try:
            link.sendall(request)
            said = link.recv(4096)
        except ConnectionError:
            return 0
        return int(said.split()[1]) if said else 0


class Others:
    """Somebody else, who asks again and again, and a colleague with a log-in."""

    def __init__(self, opened: dict[str, Any]) -> None:
        self.address, self.cookie = opened["address"], opened["cookie"]
        self.statuses: list[int] = []
        self.longest_s = 0.0
        self._ends = threading.Event()
        self._asks = threading.Thread(target=self._ask)

    def __enter__(self) -> "Others":
        self._asks.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ends.set()
        self._asks.join()

    def _ask(self) -> None:
        while True:
            for cookie in ("", self.cookie):
                began_s = time.monotonic()
                self.statuses.append(
                    ask(self.address, "seats", source="127.0.0.3", Cookie=cookie).status
                )
                self.longest_s = max(self.longest_s, time.monotonic() - began_s)
            if self._ends.wait(0.2):
                return


def attack(port: int, styles: str, *, quick: bool) -> dict[str, list[int]]:
    """Everything at once; statuses of what was answered."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    silent = [connected(port, "127.0.0.5") for _one in range(150 if quick else 1500)]
    for link in silent[::2]:
        try:
            link.sendall(b"GET / HTTP/1.1\r\nHost:")  # and never the rest
        except ConnectionError:
            continue  # it has made room for another one already
    unread = [connected(port, "127.0.0.6") for _one in range(20)]
    style = f"GET {styles} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    for link in unread:
        link.sendall(10 * style)
    flood = f"GET {PREFIX}{TYPED}?name={TYPED} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with ThreadPoolExecutor(8) as crowd:
        found = {
            name: list(crowd.map(lambda one: status_of(port, one, "127.0.0.7"), [request] * 20))
            for name, request in TOO_LARGE.items()
        }
        many = [flood] * (1000 if quick else 3000)
        found["flood"] = list(crowd.map(lambda one: status_of(port, one, "127.0.0.2"), many))
    for link in (*silent, *unread):
        link.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return {**found, "silent": [0] * len(silent), "unread": [0] * len(unread)}


def limits(look: Look) -> Iterator[Row]:
    """What is too large or too much is refused; others are answered; the log stays short."""
    with behind_a_password(look) as opened:
        log = opened["log"]
        styles = STYLES.search(ask(opened["address"]).text)[0]
        before = log.stat().st_size
        with Others(opened) as others:
            found = attack(opened["port"], styles, quick=look.quick)
        silent, unread, flood = (
            len(found.pop("silent")),
            len(found.pop("unread")),
            found.pop("flood"),
        )
        for name, statuses in found.items():
            asked = "400 or closed"
            held = set(statuses) <= {400, 0}
            yield Row(f"too large or torn: {name}", counted(statuses), asked, held)
        yield Row(
            f"{len(flood)} requests of one address",
            counted(flood),
            "some 429, the rest 401",
            held=set(flood) == {401, 429},
        )
        yield Row(
            f"others meanwhile ({silent} silent connections, {unread} that do not read)",
            f"{counted(others.statuses)}; longest {others.longest_s:.2f} s",
            f"401, or 200 with a log-in, within {ANSWER_S:.0f} s",
            held=set(others.statuses) == {401, 200} and others.longest_s <= ANSWER_S,
        )
        written = log.read_text(errors="replace")
        grown = log.stat().st_size - before
        yield Row(
            "the log grew by",
            f"{grown} bytes, {written.count(TYPED)} typed values",
            f"at most {LOG_BYTES} bytes, none",
            held=grown <= LOG_BYTES and TYPED not in written,
        )

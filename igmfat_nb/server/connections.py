"""Limits that hold before any log-in: connections, sizes, and peers that do not read.

At the limit the connection that was silent longest goes, so that the next visitor
still gets an answer; one whose browser has a session stays.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.ioloop import PeriodicCallback
from tornado.iostream import IOStream

from igmfat_nb.server.pace import network_of

MOST_CONNECTIONS, MOST_OF_AN_ADDRESS = 1000, 300
LARGEST_HEADER = 16_384  # bytes
#: What is sent without a page's websocket is a code or an answer; a case file goes through that.
LARGEST_BODY = 16_384  # bytes
HEADER_S, BODY_S = 30.0, 20.0
UNREAD_S, LOOK_S = 30.0, 5.0
Clock = Callable[[], float]


@dataclass(slots=True)
class Link:
    """One connection.

    Attributes
    ----------
    address : str
        Whose it is.
    is_known : bool
        Whether its browser has a session.
    written, moved_s : int, float
        Bytes that its peer has taken, and when that last changed [s].
    """

    address: str
    is_known: bool = False
    written: int = 0
    moved_s: float = 0.0


class GuardedServer(HTTPServer):
    """Tornado's server within limits."""

    def initialize(self, application: Any, clock: Clock = time.monotonic) -> None:  # type: ignore[override]
        """Serve an application behind the door."""
        super().initialize(
            application,
            max_header_size=LARGEST_HEADER,
            max_body_size=LARGEST_BODY,
            idle_connection_timeout=HEADER_S,
            body_timeout=BODY_S,
        )
        self.most = within_file_limit(MOST_CONNECTIONS)
        self._clock = clock
        self._links: dict[IOStream, Link] = {}
        application.tell_of = self.tell_of
        self._sweeper = PeriodicCallback(self.sweep, 1000 * LOOK_S)
        self._sweeper.start()

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """Take a connection; at the limit another one goes, or this one does not come."""
        self._forget_the_closed()
        whose = network_of(str(address[0]))
        if not self._makes_room_for(whose):
            stream.close()
            return
        self._links[stream] = Link(whose, moved_s=self._clock())
        super().handle_stream(stream, address)

    def _makes_room_for(self, whose: str) -> bool:
        """Close the oldest connection without a session: of all, or of a greedy address."""
        strangers = [stream for stream, link in self._links.items() if not link.is_known]
        if len(self._links) >= self.most:
            return _closed_first(strangers)
        counted = Counter(link.address for link in self._links.values())
        if counted[whose] < MOST_OF_AN_ADDRESS or _is_here(whose):
            return True
        return _closed_first([one for one in strangers if self._links[one].address == whose])

    def tell_of(self, request: HTTPServerRequest, *, is_known: bool) -> None:
        """Note whether the browser on a connection has a session."""
        link = self._links.get(getattr(request.connection, "stream", None))  # type: ignore[arg-type]
        if link is not None:
            link.is_known = is_known

    def sweep(self) -> None:
        """Close the connections of those who let us send and do not read.

        How much was written is a private count of tornado's streams (no issue found).
        """
        self._forget_the_closed()
        now_s = self._clock()
        for stream, link in list(self._links.items()):
            written = stream._total_write_done_index
            if written != link.written or not stream.writing():
                link.written, link.moved_s = written, now_s
            elif now_s - link.moved_s > UNREAD_S:
                stream.close()

    def _forget_the_closed(self) -> None:
        for stream in [one for one in self._links if one.closed()]:
            del self._links[stream]


def _closed_first(streams: list[IOStream]) -> bool:
    """Close the first of these connections; False when there is none."""
    for stream in streams:
        stream.close()
        return True
    return False


def _is_here(address: str) -> bool:
    """Whether this is the computer itself, or a proxy on it that speaks for many."""
    return address.isdigit() is False and ip_address(address).is_loopback


def within_file_limit(wanted: int) -> int:
    """Connections that the system lets us have, half of its files left for kernels."""
    if sys.platform == "win32":
        return min(wanted, 200)
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    asked = min(4 * wanted, hard) if hard != resource.RLIM_INFINITY else 4 * wanted
    if soft != resource.RLIM_INFINITY and soft < asked:
        resource.setrlimit(resource.RLIMIT_NOFILE, (asked, hard))
        soft = asked
    return wanted if soft == resource.RLIM_INFINITY else min(wanted, soft // 2)

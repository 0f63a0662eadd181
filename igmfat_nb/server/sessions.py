"""Browsers that were let in: a cookie each, in memory only, and what it opens."""

import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

Clock = Callable[[], float]
MOST_SESSIONS = 10_000
LONGEST_IDLE_S = 12 * 3600.0
PASS_S = 600.0
COOKIE_BYTES = 32


@dataclass(slots=True)
class Session:
    """One browser.

    Attributes
    ----------
    key : str
        What its cookie holds.
    logged_in : bool
        Whether it showed the token, the password or the join code; a page on this computer
        needs none.
    seat : str
        Place in the class, where there is one.
    heard_s : float
        When it last asked for something [s].
    """

    key: str
    logged_in: bool
    seat: str
    heard_s: float


class Sessions:
    """Sessions by their cookie, and the passes that our own pages show to get one.

    Parameters
    ----------
    clock : callable, optional
        Seconds of a clock that only goes forward.
    """

    def __init__(self, *, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def open(self, *, logged_in: bool = False, seat: str = "") -> Session:
        """Let a browser in; where memory is full the one that was silent longest must go."""
        self._forget_the_idle()
        while len(self._sessions) >= MOST_SESSIONS:
            self._sessions.popitem(last=False)
        key = secrets.token_urlsafe(COOKIE_BYTES)
        made = self._sessions[key] = Session(key, logged_in, seat, self._clock())
        return made

    def find(self, cookie: str | None) -> Session | None:
        """Session of a cookie; None for a forged or an old one."""
        found = self._sessions.get(cookie or "")
        if found is None or self._clock() - found.heard_s > LONGEST_IDLE_S:
            return None
        found.heard_s = self._clock()
        self._sessions.move_to_end(found.key)
        return found

    def close(self, key: str) -> None:
        """Forget a session."""
        self._sessions.pop(key, None)

    def _forget_the_idle(self) -> None:
        oldest_s = self._clock() - LONGEST_IDLE_S
        while self._sessions and next(iter(self._sessions.values())).heard_s < oldest_s:
            self._sessions.popitem(last=False)

    def new_pass(self, purpose: str) -> str:
        """What a page of ours may show once it asks: true for some minutes, kept nowhere."""
        text = f"{self._clock():.0f}.{secrets.token_hex(8)}"
        return f"{text}.{self._signature(purpose, text)}"

    def is_pass(self, purpose: str, shown: object, *, lasts_s: float = PASS_S) -> bool:
        """Whether this server gave this pass for this purpose, not too long ago."""
        if not isinstance(shown, str) or not shown.isascii():
            return False
        text, _dot, signature = shown.rpartition(".")
        if not hmac.compare_digest(signature, self._signature(purpose, text)):
            return False
        return self._clock() - float(text.partition(".")[0]) <= lasts_s

    def _signature(self, purpose: str, text: str) -> str:
        return hmac.new(self._secret, f"{purpose} {text}".encode(), "sha256").hexdigest()

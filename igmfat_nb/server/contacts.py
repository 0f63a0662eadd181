"""Who sits where, and when each page was last heard of."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

SILENT_S = 60.0
Clock = Callable[[], float]


@dataclass(slots=True)
class Request:
    """A page that is being made: notebook, browser, and the kernels that were taken for it."""

    page: str = ""
    session: str = ""
    kernel_ids: list[str] = field(default_factory=list)


#: The page that is being made in this context.
request: ContextVar[Request | None] = ContextVar("request", default=None)


@dataclass(slots=True)
class Seat:
    """One open page.

    Attributes
    ----------
    number : int
        A name for a trainer's eyes.
    page : str
        Name of the notebook.
    session : str
        Session of the browser that the kernel was given to; nobody else reaches it.
    since_s, heard_s : float
        When it was taken and when its page was last heard of, by the clock [s].
    is_made : bool
        Whether its visitor was sent the page, and so can be heard of.
    """

    number: int
    page: str
    session: str
    since_s: float
    heard_s: float
    is_made: bool


class Contacts:
    """Seats by the id of their kernel.

    Parameters
    ----------
    silent_s : float
        A page that was not heard of for so long has gone without a goodbye [s].
    clock : callable, optional
        Seconds of a clock that only goes forward.
    """

    def __init__(self, *, silent_s: float = SILENT_S, clock: Clock = time.monotonic) -> None:
        self.silent_s = silent_s
        self._clock = clock
        self._seats: dict[str, Seat] = {}
        self._given = 0

    def take(self, kernel_id: str) -> None:
        """Give a visitor a seat."""
        self._given += 1
        now_s = self._clock()
        asked = request.get()
        page, session = (asked.page, asked.session) if asked else ("", "")
        self._seats[kernel_id] = Seat(self._given, page, session, now_s, now_s, asked is None)
        if asked:
            asked.kernel_ids.append(kernel_id)

    def hear(self, kernel_id: str) -> None:
        """Note that the page of a kernel is there; one that has no seat is nobody's."""
        if (seat := self._seats.get(kernel_id)) is not None:
            seat.heard_s = self._clock()

    @contextmanager
    def making(self, page: str, session: str = "") -> Iterator[None]:
        """Make a page: however long that takes, nobody can be heard of before."""
        asked = Request(page, session)
        token = request.set(asked)
        try:
            yield
        finally:
            request.reset(token)
            for kernel_id in asked.kernel_ids:
                self.hear(kernel_id)
                if kernel_id in self._seats:
                    self._seats[kernel_id].is_made = True

    def is_of(self, kernel_id: str, session: str) -> bool:
        """Whether a kernel was given to the browser with this session."""
        seat = self._seats.get(kernel_id)
        return seat is not None and bool(session) and seat.session == session

    def leave(self, kernel_id: str) -> None:
        """Take a seat back."""
        self._seats.pop(kernel_id, None)

    def is_silent(self, kernel_id: str) -> bool:
        """Whether a page was not heard of for too long."""
        seat = self._seats.get(kernel_id)
        if seat is None or not seat.is_made:
            return False
        return self._clock() - seat.heard_s > self.silent_s

    def silent(self) -> set[str]:
        """Ids of kernels whose pages have gone without a goodbye."""
        return {kernel_id for kernel_id in self._seats if self.is_silent(kernel_id)}

    def kernel_of(self, number: int) -> str | None:
        """Id of the kernel of a seat, if somebody still sits there."""
        found = (key for key, seat in self._seats.items() if seat.number == number)
        return next(found, None)

    def record(self) -> list[dict[str, float | str]]:
        """Seats as a trainer sees them, the longest taken first; times in seconds."""
        now_s = self._clock()
        return [
            {
                "seat": seat.number,
                "page": seat.page,
                "open_s": round(now_s - seat.since_s, 1),
                "silent_s": round(now_s - seat.heard_s, 1),
            }
            for seat in self._seats.values()
        ]

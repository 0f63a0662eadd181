"""What changes at one moment goes to the page at one moment, as one message.

A page that hears of five changes one by one draws a frame for each, and a figure
waits for the frames of the words before it. A page of ours takes them together
(``server/front/manager.mjs``); elsewhere each goes by itself, as widgets' changes do.
"""

import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import comm
import ipywidgets as ipw

from igmfat_nb.widgets.parts.appearance import is_served

#: The line on which a page listens: neither side has to open it.
LINE = "igmfat-updates"
SWITCH_S = 0.0005


class _Batch(threading.local):
    """A thread's own batch: how many are open inside each other, and what waits for the end."""

    def __init__(self) -> None:
        self.depth = 0
        self.waiting: dict[SentInBatches, set[str]] = {}


_batch = _Batch()


class SentInBatches(ipw.Widget):  # type: ignore[misc]
    """A widget whose changes wait for the end of :func:`one_batch`; it holds no binary data."""

    def send_state(self, key: str | Iterable[str] | None = None) -> None:
        """Send the state, or note what to send at the end of the batch."""
        if not _batch.depth:
            super().send_state(key)
            return
        names = self.keys if key is None else [key] if isinstance(key, str) else key
        _batch.waiting.setdefault(self, set()).update(names)


@contextmanager
def one_batch() -> Iterator[None]:
    """Send what this thread changes in here when it is left, also by an error."""
    _batch.depth += 1
    try:
        yield
    finally:
        _batch.depth -= 1
        if not _batch.depth:
            changed = dict(_batch.waiting)
            _batch.waiting.clear()
            _send(changed)


def _send(changed: dict[SentInBatches, set[str]]) -> None:
    # What the page itself is just setting has a protocol of its own (ipywidgets' property lock).
    together = {widget for widget in changed if is_served() and not widget._property_lock}
    for widget, names in changed.items():
        if widget not in together:
            widget.send_state(names)
    states = {
        widget.model_id: widget.get_state(changed[widget])
        for widget in changed
        if widget in together
    }
    if states:
        _line().send({"states": states})


@lru_cache  # made once a process
def _line() -> Any:
    # What sends is a thread: by default it waits 5 ms for one that calculates on.
    sys.setswitchinterval(SWITCH_S)
    return comm.create_comm(target_name=LINE, comm_id=LINE, primary=False)

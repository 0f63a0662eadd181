"""An end that was asked for is an end in order: folders and processes go with who made them."""

import signal
import threading
from types import FrameType


class Stopped(SystemExit):
    """A signal asked the program to end; what is open is closed on the way out."""


def end_in_order() -> None:
    """Let TERM and HUP unwind the program, as Ctrl-C does; whoever handles them keeps that."""
    if threading.current_thread() is not threading.main_thread():
        return
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _stop)


def _stop(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)  # told once is enough, or it would hit the clearing up
    raise Stopped(128 + number)

"""What the server writes to its terminal: one line an event, and nothing that anybody typed.

An attack does not make it grow: of many lines within a minute the rest is counted.
"""

import logging
import re
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from tornado.websocket import WebSocketClosedError

from igmfat_nb.language import _, of_process, reading

#: Whoever knows a kernel's id is a step closer to it.
KERNEL_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)

#: Said of every notebook that is not signed on this computer (ours run nothing in the browser),
#: and by tornado, which takes Jupyter's milliseconds for seconds.
NO_NEWS = ("is not trusted", "websocket_ping_timeout")

OURS = Path(__file__).parent.parent
LONGEST_LINE = 300  # characters
MOST_LINES, EACH_S = 30, 60.0
#: What others' messages may hold of a visitor: what stands in quotes or after a question mark,
#: and whatever looks like a number with a meaning.
TYPED = re.compile(r"""'[^']*'|"[^"]*"|“[^”]*”|\?\S*|=\S+|\b\d+(?:[.,]\d+)?\b""")


def is_news(record: logging.LogRecord) -> bool:
    """Whether a line is worth writing; a page that closed while it was being told is not."""
    error = record.exc_info[1] if record.exc_info else None
    said = record.getMessage()
    return not isinstance(error, WebSocketClosedError) and not any(text in said for text in NO_NEWS)


class FewLines:
    """A filter that lets so many lines through each minute and says how many it kept back.

    Parameters
    ----------
    clock : callable, optional
        Seconds of a clock that only goes forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began_s = -EACH_S
        self._lines = self._left_out = 0

    def __call__(self, record: logging.LogRecord) -> bool:
        """Whether this line is written."""
        now_s = self._clock()
        if now_s - self._began_s >= EACH_S:
            self._began_s, self._lines = now_s, 0
        self._lines += 1
        if self._lines > MOST_LINES:
            self._left_out += 1
            return False
        record.left_out, self._left_out = self._left_out, 0
        return True


class OneLine(logging.Formatter):
    """A plain line: no ids, no control character, no stack, no text of a visitor's."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line to write, in the language of who started the server."""
        with reading(of_process()):
            return self._line(record)

    def _line(self, record: logging.LogRecord) -> str:
        said = record.getMessage() if _is_ours(record) else _without_typed(record)
        if record.exc_info and (error := record.exc_info[1]):
            said = f"{said}: {type(error).__name__} at {_place(error)}"
        left_out = getattr(record, "left_out", 0)
        if left_out:
            said += " " + _("({n} lines before this one were left out)").format(n=left_out)
        line = f"{self.formatTime(record, self.datefmt)} {record.levelname} {said}"
        return escaped(KERNEL_ID.sub("(session)", line))[:LONGEST_LINE]


def escaped(text: str) -> str:
    """The text in one line, characters that a terminal acts on written out."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape", "backslashreplace").decode()
        for sign in text
    )


def _is_ours(record: logging.LogRecord) -> bool:
    return Path(record.pathname).is_relative_to(OURS)


def _without_typed(record: logging.LogRecord) -> str:
    """A message of another package's: its first line, without what may have been typed."""
    first = KERNEL_ID.sub("(session)", record.getMessage().strip().partition("\n")[0])
    return f"{record.name}: {TYPED.sub('…', first)}"


def _place(error: BaseException) -> str:
    """File and line in which an error was raised, of ours if we are in it."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(OURS)]
    if not frames:
        return _("an unknown place")
    last = (ours or list(frames))[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def quieten(*names: str) -> None:
    """Send warnings of everything, and of the loggers named, through one plain handler."""
    handler = logging.StreamHandler()
    handler.addFilter(is_news)
    handler.addFilter(FewLines())
    handler.setFormatter(OneLine(datefmt="%H:%M:%S"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in names:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
        logger.setLevel(logging.WARNING)
    # 403, 404 and 503 are answers, not events.
    for name in ("tornado.access", "tornado.general"):
        logging.getLogger(name).setLevel(logging.ERROR)

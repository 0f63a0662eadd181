"""What the server writes to its terminal: warnings, without the ids that open a session."""

import logging
import re

from tornado.websocket import WebSocketClosedError

#: Whoever knows a kernel's id can speak to it.
KERNEL_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)

#: Said of every notebook that is not signed on this computer (ours run nothing in the browser),
#: and by tornado, which takes Jupyter's milliseconds for seconds.
NO_NEWS = ("is not trusted", "websocket_ping_timeout")


def is_news(record: logging.LogRecord) -> bool:
    """Whether a line is worth writing; a page that closed while it was being told is not."""
    error = record.exc_info[1] if record.exc_info else None
    said = record.getMessage()
    return not isinstance(error, WebSocketClosedError) and not any(text in said for text in NO_NEWS)


class WithoutIds(logging.Formatter):
    """A plain line; kernel ids are left out, also those inside a stack trace."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line to write."""
        return KERNEL_ID.sub("(session)", super().format(record))


def quieten(*names: str) -> None:
    """Send warnings of everything, and of the loggers named, through one plain handler."""
    handler = logging.StreamHandler()
    handler.addFilter(is_news)
    handler.setFormatter(WithoutIds("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S"))
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

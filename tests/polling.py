"""Waiting in a page whose policy lets nobody make a script out of text, not even a test's tools."""

import time
from typing import Any

PATIENCE_S = 60.0


def until(page: Any, expression: str) -> None:
    """Wait until a JavaScript expression is true in a page."""
    deadline = time.monotonic() + PATIENCE_S
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(50)

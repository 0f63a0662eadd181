"""What a test does in a page, or in place of one: its policy makes no script out of text."""

import json
import time
from typing import Any
from urllib.request import Request

from igmfat_nb.server.page_session import PASS

PATIENCE_S = 60.0


def until(page: Any, expression: str, *, arg: Any = None) -> None:
    """Wait until a JavaScript expression is true in a page."""
    deadline = time.monotonic() + PATIENCE_S
    while not page.evaluate(expression, arg):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(50)


def let_in(opener: Any, address: str, page: str) -> None:
    """Do what the script of the page at the door does, without a browser."""
    sent = json.dumps({"pass": PASS.search(page)[1]}).encode()
    with opener.open(Request(f"{address}visit", sent), timeout=60) as given:
        assert given.status == 204

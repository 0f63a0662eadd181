"""What comes along when a page turns to another language and no field shows it."""

from collections.abc import Callable
from pathlib import Path

import anywidget
import traitlets as tl


class Along(anywidget.AnyWidget):
    """A text that this tab keeps from one language of the page to the next, and no longer.

    Attributes
    ----------
    name : str
        Tells it from the others of the page.
    value : str
        What is to come along; nothing while it is empty.
    found : str
        What came; set by the page.
    is_taken : bool
        Whether what came was taken over.
    """

    _esm = Path(__file__).parent / "turn.js"
    name = tl.Unicode().tag(sync=True)
    value = tl.Unicode().tag(sync=True)
    found = tl.Unicode().tag(sync=True)
    is_taken = tl.Bool(False).tag(sync=True)

    def __init__(self, name: str, take: Callable[[str], None]) -> None:
        super().__init__(name=name)
        self._take = take
        self.observe(self._came, "found")

    def _came(self, change: dict[str, str]) -> None:
        self._take(change["new"])
        self.is_taken = True

"""A text kept in the reader's own browser, and files opened and saved there.

Nothing is written on the server's disk: the text goes from the kernel to the
page and back. Generic: a case is one use, a lesson's answers another.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets as tl

from igmfat_nb.language import _, mark

#: What the parts are called; a user of the widget may rename them.
WORDS = {
    "open": mark("Open case"),
    "save": mark("Save case"),
    "keep": mark("Keep this case in this browser"),
    "forget": mark("Forget this case"),
    "full": mark("This browser keeps nothing: its storage is full or switched off."),
    "large": mark("The file is larger than 1 MB; no case file is."),
}
PARTS = ("open", "save", "keep", "forget")


class BrowserStorage(anywidget.AnyWidget):
    """Buttons for a file, a tick for the browser's storage, and what lies behind them.

    Attributes
    ----------
    key : str
        Under which the browser keeps the text; below a hub it adds the server's own
        address. Nothing is kept without one.
    value : str
        What to keep while the tick is set; set by the kernel.
    found : str
        What the browser had kept when the page was opened; set by the page.
    changed_at : str
        When ``value`` last changed, by the browser's clock: "2026-11-23 14:05".
    keep : bool
        The tick; off until somebody sets it.
    file_name, file_text, mime, accept : str
        The file that is saved; nothing to save while the text is empty.
    parts : list of str
        Which of "open", "save", "keep", "forget" are shown.
    """

    _esm = Path(__file__).parent / "case_storage.js"

    key = tl.Unicode().tag(sync=True)
    value = tl.Unicode().tag(sync=True)
    found = tl.Unicode().tag(sync=True)
    changed_at = tl.Unicode().tag(sync=True)
    keep = tl.Bool(False).tag(sync=True)
    ready = tl.Bool(False).tag(sync=True)
    file_name = tl.Unicode().tag(sync=True)
    file_text = tl.Unicode().tag(sync=True)
    mime = tl.Unicode("application/json").tag(sync=True)
    accept = tl.Unicode(".json,application/json").tag(sync=True)
    parts = tl.List(tl.Unicode()).tag(sync=True)
    words = tl.Dict().tag(sync=True)

    def __init__(
        self,
        key: str,
        *,
        parts: Sequence[str] = PARTS,
        words: Mapping[str, str] | None = None,
        **traits: Any,
    ) -> None:
        shown = {name: _(word) for name, word in WORDS.items()} | dict(words or {})
        super().__init__(key=key, parts=list(parts), words=shown, **traits)
        self._on_open: Callable[[str, bytes], None] | None = None
        self._on_forget: Callable[[], None] | None = None
        self.on_msg(self._answer)

    def on_open(self, act: Callable[[str, bytes], None]) -> None:
        """Call ``act(name, content)`` for a file that the reader opens."""
        self._on_open = act

    def on_forget(self, act: Callable[[], None]) -> None:
        """Call ``act()`` when the reader wants everything forgotten."""
        self._on_forget = act

    def _answer(self, _widget: object, message: object, buffers: Sequence[Any]) -> None:
        """Hear what the page says; anything else than a file or a wish is not for us."""
        if not isinstance(message, dict):
            return
        name = message.get("opened")
        if isinstance(name, str) and buffers and self._on_open:
            self._on_open(name, bytes(buffers[0]))
        elif message.get("forget") is True and self._on_forget:
            self._on_forget()

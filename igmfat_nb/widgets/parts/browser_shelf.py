"""Several texts that a browser keeps under one prefix, each page writing only its own."""

from pathlib import Path

import anywidget
import traitlets as tl


class BrowserShelf(anywidget.AnyWidget):
    """Texts kept in the reader's own browser, also for a page that is loaded again.

    Attributes
    ----------
    prefix, name : str
        Texts of one prefix belong together; this page writes ``name`` only. Below a
        hub the browser adds the server's own address: people share its storage.
    value : str
        What to keep under ``name``.
    once : dict
        Kept only where nothing is kept yet.
    shelf : dict
        All texts of the prefix, also those of other pages; set by the browser.
    ready, keeps : bool
        Whether the browser has answered, and whether it can keep anything
        (private windows may not).
    """

    _esm = Path(__file__).parent / "browser_shelf.js"
    prefix = tl.Unicode().tag(sync=True)
    name = tl.Unicode().tag(sync=True)
    value = tl.Unicode().tag(sync=True)
    once = tl.Dict(key_trait=tl.Unicode(), value_trait=tl.Unicode()).tag(sync=True)
    shelf = tl.Dict(key_trait=tl.Unicode(), value_trait=tl.Unicode()).tag(sync=True)
    ready = tl.Bool(False).tag(sync=True)
    keeps = tl.Bool(True).tag(sync=True)

    def forget(self) -> None:
        """Have the browser forget every text of the prefix."""
        self.value = ""
        self.send({"forget": True})

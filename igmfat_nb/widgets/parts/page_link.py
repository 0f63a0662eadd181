"""A text in the page's own address, behind the #: it never reaches a server or its log."""

from collections.abc import Callable
from pathlib import Path

import anywidget
import traitlets as tl

from igmfat_nb.language import _


class PageLink(anywidget.AnyWidget):
    """A button that puts a text into the address, and what stood there when the page was opened.

    Attributes
    ----------
    name : str
        ``#name=text``; other names in the address stay.
    value : str
        What the button puts there; nothing while it is empty.
    found : str
        What stood there at first; set by the page.
    """

    _esm = Path(__file__).parent / "page_link.js"
    label = tl.Unicode().tag(sync=True)
    name = tl.Unicode().tag(sync=True)
    value = tl.Unicode().tag(sync=True)
    found = tl.Unicode().tag(sync=True)
    words = tl.Dict().tag(sync=True)

    def __init__(self, label: str, name: str, found: Callable[[str], None]) -> None:
        words = {
            "there": _("The link stands in the address bar."),
            "copied": _("The link is copied, and stands in the address bar."),
        }
        super().__init__(label=label, name=name, words=words)
        self.observe(lambda change: found(change["new"]), "found")

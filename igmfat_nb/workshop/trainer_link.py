"""In class: the page tells the trainer's page what was answered, if its reader agrees."""

from pathlib import Path
from typing import Any

import anywidget
import traitlets as tl

from igmfat_nb.language import _
from igmfat_nb.workshop.model import LessonModel


class TrainerLink(anywidget.AnyWidget):
    """A tick box; while it is set, attempts go to this server's memory and no further.

    Those given before it was set go as well, on any page of this class in this tab,
    but none of an earlier class: it may have been another reader's. Once it is no
    longer set, the server forgets them all.

    Attributes
    ----------
    attempt : dict
        The last one given on this page.
    forgotten : int
        How often the reader had the answers forgotten.
    opted_in : bool
        Off until the reader ticks it, here or on another page of the same browser.
    released, released_questions : list of str
        Lessons and questions whose solutions the trainer has released; asked of the server.
    """

    _esm = Path(__file__).parent / "trainer_link.js"
    label = tl.Unicode().tag(sync=True)
    note = tl.Unicode().tag(sync=True)
    attempt = tl.Dict().tag(sync=True)
    forgotten = tl.Int(0).tag(sync=True)
    opted_in = tl.Bool(False).tag(sync=True)
    released = tl.List(tl.Unicode()).tag(sync=True)
    released_questions = tl.List(tl.Unicode()).tag(sync=True)

    def __init__(self, model: LessonModel) -> None:
        super().__init__(
            label=_("Show my answers to the trainer, without a name"),
            note=_(
                "Also those you gave before. Untick it, and the trainer no longer sees any of them."
            ),
        )
        model.released = False
        self._model = model
        tl.dlink((model, "submitted"), (self, "attempt"))
        model.observe(self._forget, "forgotten")
        self.observe(self._release, "released")
        tl.dlink((self, "released_questions"), (model, "released_questions"))

    def _forget(self, _change: object) -> None:
        self.forgotten += 1

    def _release(self, change: dict[str, Any]) -> None:
        self._model.released = self._model.lesson.key in change["new"]

"""In class: the page tells the trainer's page what was answered, if its reader agrees."""

from pathlib import Path
from typing import Any

import anywidget
import traitlets as tl

from igmfat_nb.language import _
from igmfat_nb.workshop.model import LessonModel


class TrainerLink(anywidget.AnyWidget):
    """A tick box; while it is set, attempts go to this server's memory and no further.

    Attributes
    ----------
    lesson, attempt : str, dict
        Whose attempts these are; the last one given on this page.
    opted_in : bool
        Off until the reader ticks it.
    released : list of str
        Lessons whose solutions the trainer has released; asked of the server.
    """

    _esm = Path(__file__).parent / "trainer_link.js"
    lesson = tl.Unicode().tag(sync=True)
    label = tl.Unicode().tag(sync=True)
    attempt = tl.Dict().tag(sync=True)
    opted_in = tl.Bool(False).tag(sync=True)
    released = tl.List(tl.Unicode()).tag(sync=True)

    def __init__(self, model: LessonModel) -> None:
        super().__init__(
            lesson=model.lesson.key, label=_("Show my answers to the trainer, without a name")
        )
        model.released = False
        self._model = model
        tl.dlink((model, "submitted"), (self, "attempt"))
        self.observe(self._release, "released")

    def _release(self, change: dict[str, Any]) -> None:
        self._model.released = self._model.lesson.key in change["new"]

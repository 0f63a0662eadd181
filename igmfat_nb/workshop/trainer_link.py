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
    lesson, attempt : str
        Whose attempts these are; the last one, as JSON.
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
        self._told = 0
        self._model = model
        model.observe(self._tell, "record")
        self.observe(self._release, "released")

    def _tell(self, _change: object) -> None:
        """Tell of the latest attempt, once."""
        done = self._model.done.answers
        total = sum(len(answer.attempts) for answer in done.values())
        latest: dict[str, Any] | None = None
        for key, answer in done.items():
            for attempt in answer.attempts:
                if latest is None or attempt.at_s >= latest["at_s"]:
                    latest = {"question": key, **attempt.model_dump()}
        if latest is not None and total > self._told:
            self.attempt = {**latest, "number": total}
        self._told = total

    def _release(self, change: dict[str, Any]) -> None:
        self._model.released = self._model.lesson.key in change["new"]

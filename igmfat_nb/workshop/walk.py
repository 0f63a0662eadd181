"""The way through a lesson: a step a question, where the reader is, and the reader's focus."""

from pathlib import Path
from typing import Any

import anywidget
import traitlets as tl

from igmfat_nb.language import _
from igmfat_nb.workshop.model import LessonModel


class Walk(anywidget.AnyWidget):
    """Steps that can be walked in any order.

    Attributes
    ----------
    steps : list of dict
        Number, name and state of each: "right", "tried", "open" or "end".
    at : int
        The step the reader is at.
    heading : str
        The question whose heading is to get the focus, and how often that was asked.
    labels : dict
        What the row of steps and the answers to choose from are called.
    """

    _esm = Path(__file__).parent / "walk.js"
    steps = tl.List(tl.Dict()).tag(sync=True)
    at = tl.Int(0).tag(sync=True)
    heading = tl.Dict().tag(sync=True)
    labels = tl.Dict().tag(sync=True)

    def __init__(self, model: LessonModel) -> None:
        labels = {"steps": _("Questions"), "answer": _("Your answer")}
        super().__init__(labels=labels, at=model.at, steps=_steps(model))
        self._model = model
        model.observe(self._show, ["record", "at"])
        self.observe(self._walked, "at")

    def go_to(self, at: int) -> None:
        """Show a step and take the reader to its heading."""
        self._model.walk(at)
        question = self._model.question
        key = question.key if question else "end"
        self.heading = {"question": key, "times": self.heading.get("times", 0) + 1}

    def _walked(self, change: dict[str, Any]) -> None:
        if change["new"] != self._model.at:
            self.go_to(change["new"])

    def _show(self, _change: object) -> None:
        self.steps = _steps(self._model)
        self.at = self._model.at


def _steps(model: LessonModel) -> list[dict[str, str]]:
    steps = []
    for number, question in enumerate(model.lesson.questions, 1):
        state = "open"
        name = _("Question {n}, {title}")
        if model.answer(question.key).is_right:
            state, name = "right", _("Question {n}, {title}, answered right")
        elif model.tries(question.key):
            state, name = "tried", _("Question {n}, {title}, not right yet")
        said = name.format(n=number, title=_(question.title))
        steps.append({"sign": str(number), "name": said, "state": state})
    name = _("End: what to take home, and the next lesson")
    return [*steps, {"sign": _("End"), "name": name, "state": "end"}]

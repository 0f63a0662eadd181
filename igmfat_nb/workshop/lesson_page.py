"""Notebooks 50 to 53: a lesson as a page, as text, on paper and as named results."""

from dataclasses import dataclass
from typing import Any

import ipywidgets as ipw

from igmfat_nb.workshop.as_results import lesson_results
from igmfat_nb.workshop.as_text import lesson_text
from igmfat_nb.workshop.panel import lesson_page
from igmfat_nb.workshop.paper import Paper, lesson_paper


@dataclass(frozen=True, slots=True)
class LessonPage:
    """A lesson by the number of its notebook; ``solutions`` prints them, for a trainer."""

    key: str
    solutions: bool = False

    def view(self) -> ipw.VBox:
        """The page of the lesson; it never shows a solution unasked."""
        return lesson_page(self.key)

    def text(self) -> str:
        """Aim, questions and what to take home."""
        return lesson_text(self.key, solutions=self.solutions)

    def paper(self) -> Paper:
        """The lesson as it is printed."""
        return lesson_paper(self.key, solutions=self.solutions)

    def results(self) -> dict[str, Any]:
        """Named results: title, minutes, questions; with solutions the answers."""
        return lesson_results(self.key, solutions=self.solutions)

"""A lesson for paper and slides: HTML that a notebook shows and a pack is made of."""

from dataclasses import dataclass

from igmfat_nb.workshop.lessons import lesson_named
from igmfat_nb.workshop.markup import lesson_sheets


@dataclass(frozen=True, slots=True)
class Paper:
    """HTML that a notebook shows as a cell's result."""

    content: str

    def _repr_html_(self) -> str:
        return self.content


def lesson_paper(key: str, *, solutions: bool = False) -> Paper:
    """The lesson as it is printed; a trainer's copy holds the solutions."""
    return Paper(lesson_sheets(lesson_named(key), solutions=solutions))

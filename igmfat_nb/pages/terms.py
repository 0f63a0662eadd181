"""The words of the glossary as data, read from ``docs``; a wheel has its own copy.

``glossary.md`` is the English one, ``glossary.it.md`` the Italian one with the same rows; a
language without its own reads the English one.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from igmfat_nb.language import ENGLISH, current

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Term:
    """A line of the glossary.

    Attributes
    ----------
    term, meaning : str
    unit : str
        Empty where there is none.
    instead_of : str
        Words that are not used for it.
    """

    term: str
    meaning: str
    unit: str
    instead_of: str

    @classmethod
    def of_line(cls, line: str) -> "Term":
        """Read a row of a Markdown table; what stands after these four is for translators."""
        cells = line.strip("|").split("|")[:4]
        return cls(*(cell.strip().replace("*", "").replace("`", "") for cell in cells))


def sections(language: str = "") -> dict[str, tuple[Term, ...]]:
    """Terms by their section, in the order of ``docs/glossary.md``.

    Parameters
    ----------
    language : str
        Empty for the reader's.
    """
    return _sections(language or current())


@lru_cache  # read once a process: it is part of the package
def _sections(language: str) -> dict[str, tuple[Term, ...]]:
    found: dict[str, tuple[Term, ...]] = {}
    for part in _file(language).read_text(encoding="utf-8").split("\n## ")[1:]:
        title, *lines = part.splitlines()
        rows = [line for line in lines if line.startswith("| ")][1:]  # the head apart
        found[title] = tuple(Term.of_line(row) for row in rows)
    return found


def _file(language: str) -> Path:
    """The glossary of a language: an installed copy, or that of a checkout."""
    folders = (HERE, HERE.parent.parent / "docs")
    names = (f"glossary.{language}.md", "glossary.md") if language != ENGLISH else ("glossary.md",)
    paths = (folder / name for name in names for folder in folders)
    return next(path for path in paths if path.is_file())

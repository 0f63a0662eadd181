"""The words of the glossary as data, read from ``docs/glossary.md``; a wheel has its own copy."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

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
        """Read a row of a Markdown table."""
        return cls(
            *(cell.strip().replace("*", "").replace("`", "") for cell in line.strip("|").split("|"))
        )


@lru_cache
def sections() -> dict[str, tuple[Term, ...]]:
    """Terms by their section, in the order of ``docs/glossary.md``."""
    inside = HERE / "glossary.md"  # an installed copy; a checkout has it in docs/
    path = inside if inside.is_file() else HERE.parent.parent / "docs" / "glossary.md"
    found: dict[str, tuple[Term, ...]] = {}
    for part in path.read_text(encoding="utf-8").split("\n## ")[1:]:
        title, *lines = part.splitlines()
        rows = [line for line in lines if line.startswith("| ")][1:]  # the head apart
        found[title] = tuple(Term.of_line(row) for row in rows)
    return found

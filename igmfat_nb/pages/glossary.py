"""Notebook 02: how these pages are used, and the words they use: one word for one idea."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets as ipw

from igmfat_nb.language import ENGLISH, _
from igmfat_nb.pages.help import HELP_SECTIONS
from igmfat_nb.pages.parts import part
from igmfat_nb.pages.terms import Term, sections
from igmfat_nb.widgets.parts.controls import card, html
from igmfat_nb.widgets.parts.markup import head
from igmfat_nb.widgets.parts.page import column


def _chosen(word: str) -> list[tuple[str, str, tuple[Term, ...]]]:
    """Sections by their English title and the reader's, with the terms that have ``word``.

    It is looked for in name and meaning; a section without any is left out.
    """
    wanted = word.strip().casefold()
    chosen = []
    for key, (title, terms) in zip(sections(ENGLISH), sections().items(), strict=True):
        found = tuple(one for one in terms if wanted in f"{one.term} {one.meaning}".casefold())
        if found:
            chosen.append((key, title, found))
    return chosen


@dataclass(frozen=True, slots=True)
class Glossary:
    """The glossary as a page and as named results.

    Parameters
    ----------
    word : str
        Part of a term or of its meaning; empty for all terms.
    """

    word: str = ""

    def view(self) -> ipw.VBox:
        """How to use the pages, then a card for each section."""
        using = [
            card([html(value=head(_(title)) + lines_markup(lines))])
            for title, lines in HELP_SECTIONS.values()
        ]
        terms = [
            card([html(value=head(title) + table_markup(rows))])
            for _key, title, rows in _chosen(self.word)
        ]
        return column(*using, *terms)

    def results(self) -> dict[str, Any]:
        """How many terms there are, in all and by section."""
        counts = {f"terms_in_{key}": len(terms) for key, _title, terms in _chosen(self.word)}
        return {"terms_count": sum(counts.values())} | counts


def _cells(term: Term) -> tuple[str, ...]:
    return term.term, term.meaning, term.unit, term.instead_of


def lines_markup(lines: Sequence[str]) -> str:
    """Sentences as a list."""
    return str(part("lines", [_(line) for line in lines]))


def table_markup(terms: Sequence[Term]) -> str:
    """Terms of one section as a table."""
    header = (_("Term"), _("What it is"), _("Unit"), _("Not"))
    return str(part("terms", header, [_cells(one) for one in terms]))

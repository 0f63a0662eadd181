"""Notebook 02: how these pages are used, and the words they use: one word for one idea."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import ipywidgets as ipw

from igmfat_nb.language import _
from igmfat_nb.pages.help import HELP_SECTIONS
from igmfat_nb.pages.terms import Term, sections
from igmfat_nb.widgets.parts.controls import card, html
from igmfat_nb.widgets.parts.markup import head
from igmfat_nb.widgets.parts.page import column


def _chosen(word: str) -> dict[str, tuple[Term, ...]]:
    """Terms that have ``word`` in their name or meaning; a section without any is left out."""
    wanted = word.strip().casefold()
    chosen = {
        title: tuple(one for one in terms if wanted in f"{one.term} {one.meaning}".casefold())
        for title, terms in sections().items()
    }
    return {title: terms for title, terms in chosen.items() if terms}


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
            for title, rows in _chosen(self.word).items()
        ]
        return column(*using, *terms)

    def results(self) -> dict[str, Any]:
        """How many terms there are, in all and by section."""
        chosen = _chosen(self.word)
        counts = {title: len(terms) for title, terms in chosen.items()}
        by_section = {f"terms_in_{title}": count for title, count in counts.items()}
        return {"terms_count": sum(counts.values())} | by_section


def _cells(term: Term) -> tuple[str, ...]:
    return term.term, term.meaning, term.unit, term.instead_of


def lines_markup(lines: Sequence[str]) -> str:
    """Sentences as a list."""
    said = "".join(f"<li>{escape(_(line))}</li>" for line in lines)
    return f'<ul class="ig-list">{said}</ul>'


def table_markup(terms: Sequence[Term]) -> str:
    """Terms of one section as a table."""
    header = (_("Term"), _("What it is"), _("Unit"), _("Not"))
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    rows = "".join(
        f'<tr><th scope="row">{escape(one.term)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in _cells(one)[1:])
        + "</tr>"
        for one in terms
    )
    return (
        '<div class="ig-scroll"><table class="ig-table ig-text ig-terms">'
        f"<thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table></div>"
    )

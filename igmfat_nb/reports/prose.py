"""A notebook's prose in the reader's language; alone here, since a server needs no more of us."""

from typing import TYPE_CHECKING

from igmfat_nb.language import in_words
from igmfat_nb.notation import kept_together

if TYPE_CHECKING:
    from nbformat import NotebookNode


def in_their_words(notebook: "NotebookNode") -> "NotebookNode":
    """Give a notebook its prose in the language of the context, and return it."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = kept_together(in_words(cell.source))
    return notebook

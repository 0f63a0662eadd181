"""Imported by the fork server of a batch: what runs documents and renders them, made once."""

import sys
from importlib import import_module
from typing import Any

import nbformat
from nbformat import v4

from igmfat_nb.reports import jobs  # noqa: F401 - what each process of a batch does
from igmfat_nb.reports.document import Document

#: papermill looks for it, for a file system of clusters; it starts a thread.
THREADED = "pyarrow"


def import_papermill() -> None:
    """Import what runs notebooks, without a thread; whoever wants pyarrow later has it."""
    known = sys.modules.setdefault(THREADED, None)  # type: ignore[arg-type]
    import_module("papermill")
    if known is None:
        del sys.modules[THREADED]


def render_once() -> None:
    """Make a document of nearly nothing."""
    made: Any = v4
    shown = made.new_output("display_data", {"text/html": "<p>1</p>"})
    cells = [made.new_markdown_cell("# 1\n\n`1`"), made.new_code_cell("1", outputs=[shown])]
    notebook = made.new_notebook(cells=cells)
    nbformat.validate(notebook)
    Document("", "").html(notebook)


import_papermill()
render_once()

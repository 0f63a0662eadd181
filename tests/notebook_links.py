"""The links between notebooks, as the contents have them: for JupyterLab, which has no frame.

    python tests/notebook_links.py

writes them anew: the list of notebook 00, and the last line of every other one.
"""

from pathlib import Path

import nbformat
from nbformat import NotebookNode

from igmfat_nb.pages.contents import GROUPS, PAGES, START, entry_of

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
LEADS_ON = "leads-on"  # the tag of the last line
HEAD = "| | page | |\n|---|---|---|\n"


def link(notebook: str, title: str) -> str:
    return f"[{title}]({notebook}.ipynb)"


def listed() -> str:
    """Every page with its group, in the order of the navigation."""
    return HEAD + "".join(
        f"| {GROUPS[one.group]} | {link(one.notebook, one.title)} | {one.about} |\n"
        for one in PAGES
        if not one.section
    )


def last_line(name: str) -> str:
    """Where a notebook leads."""
    onward = entry_of(entry_of(name).then)
    back = link(START, "Start")
    return f"{back} · Next: {link(onward.notebook, onward.title)}" if onward else back


def with_links(notebook: NotebookNode, name: str) -> NotebookNode:
    """The notebook with today's links."""
    if name == START:
        first = notebook.cells[0]
        before, _head, rest = first.source.partition(HEAD)
        first.source = before + listed() + "\n" + rest[rest.index("\n\n") :].lstrip("\n")
        return notebook
    kept = [one for one in notebook.cells if LEADS_ON not in one.metadata.get("tags", [])]
    line = nbformat.v4.new_markdown_cell(last_line(name), id=LEADS_ON)
    line.metadata["tags"] = ["lab-only", "not-in-report", LEADS_ON]
    notebook.cells = [*kept, line]
    return notebook


if __name__ == "__main__":
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        nbformat.write(with_links(nbformat.read(path, as_version=4), path.stem), path)

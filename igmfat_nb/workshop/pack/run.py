"""Notebooks filled in and run by papermill, without what differs from run to run."""

import logging
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from igmfat_nb.kernels.documents import PATIENCE, one_kernel
from igmfat_nb.kernels.sockets import private_sockets
from igmfat_nb.language import ENGLISH, of_process, reading
from igmfat_nb.reports.parameters import LANGUAGE
from igmfat_nb.reports.prose import in_their_words

HERE = Path(__file__).parent
HANDOUTS = HERE / "handout.ipynb"
KERNEL = "python3"
KEPT_OF_A_CELL = ("tags", "slideshow")
LEADS_ON = "leads-on"  # to notebooks that a class has not got


def filled_in(source: Path, parameters: dict[str, Any], *, run: bool) -> NotebookNode:
    """The notebook with its parameters, run in a fresh kernel or only filled in.

    It is in the language of this process, its prose too; a participant opens it elsewhere.
    """
    import papermill

    if (language := of_process()) != ENGLISH:
        parameters = {**parameters, LANGUAGE: language}
    logging.getLogger("papermill").setLevel(logging.WARNING)
    with (
        tempfile.TemporaryDirectory(prefix="igmfat_pack_") as folder,
        one_kernel(one_of_many=True) as kernel,
    ):
        notebook = papermill.execute_notebook(
            str(source),
            str(Path(folder) / source.name),
            parameters=parameters,
            kernel_name=KERNEL,
            prepare_only=not run,
            progress_bar=False,
            config=private_sockets(folder),
            **PATIENCE,
            **kernel,
            log_output=False,
        )
    with reading(of_process()):
        return in_their_words(settled(notebook, source.stem))


def settled(notebook: NotebookNode, name: str) -> NotebookNode:
    """Take times, counts and random ids out, so that the same source gives the same bytes."""
    notebook.metadata = NotebookNode(  # type: ignore[no-untyped-call]
        kernelspec={"name": KERNEL, "display_name": "Python 3", "language": "python"},
        language_info={"name": "python"},
    )
    notebook.cells = [one for one in notebook.cells if LEADS_ON not in one.metadata.get("tags", [])]
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"{name[:40]}-{number}".replace("_", "-")
        kept = {key: cell.metadata[key] for key in KEPT_OF_A_CELL if key in cell.metadata}
        cell.metadata = NotebookNode(kept)  # type: ignore[no-untyped-call]
        if cell.cell_type == "code":
            cell.execution_count = None
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = None
    nbformat.validate(notebook)
    return notebook


def shown_html(notebook: NotebookNode, tag: str) -> str:
    """The HTML that the cell with this tag showed."""
    cell = next(cell for cell in notebook.cells if tag in cell.metadata.get("tags", []))
    found: str = next(
        output["data"]["text/html"] for output in cell.outputs if "text/html" in output["data"]
    )
    return found

"""Run notebooks again and keep only the outputs that the tests compare.

    python tests/notebooks/refresh.py notebooks/11_dose_calculator.ipynb

Outputs stay in cells tagged ``nbval-check-output``; everything else that a run
leaves behind (other outputs, counts, widget state, kernel details) is dropped,
so that two people who run the same notebook commit the same bytes.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

CHECKED = "nbval-check-output"
KEPT_OF_A_CELL = ("tags", "slideshow")
UNSTABLE_OUTPUT = (
    "application/vnd.jupyter.widget-view+json",
    "application/vnd.plotly.v1+json",
    "image/svg+xml",
)
SECONDS = 300


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run every cell in a kernel of this Python."""
    resources = {"metadata": {"path": str(folder)}}
    patience = {"timeout": SECONDS, "iopub_timeout": SECONDS}
    NotebookClient(notebook, **patience, kernel_name="python3", resources=resources).execute()


def strip(notebook: NotebookNode) -> None:
    """Leave sources, tags and the outputs of checked cells."""
    notebook.metadata = NotebookNode(
        kernelspec={"name": "python3", "display_name": "Python 3", "language": "python"},
        language_info={"name": "python"},
    )
    for number, cell in enumerate(notebook.cells, 1):
        kept = {key: cell.metadata[key] for key in KEPT_OF_A_CELL if key in cell.metadata}
        cell.metadata = NotebookNode(kept)
        cell.pop("attachments", None)
        if cell.cell_type == "code":
            cell.outputs = _checked_outputs(cell)
            # nbval takes outputs without a count for a cell that was never run.
            cell.execution_count = number if cell.outputs else None
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = number


def _checked_outputs(cell: NotebookNode) -> list[NotebookNode]:
    """The outputs to store: of tagged cells only, and only what is the same at every run."""
    if CHECKED not in cell.metadata.get("tags", []):
        return []
    for output in cell.outputs:
        if set(UNSTABLE_OUTPUT) & set(output.get("data", {})):
            message = f"This cell is tagged {CHECKED} but shows a widget or figure:\n{cell.source}"
            raise SystemExit(message)
        if "metadata" in output:
            output.metadata = NotebookNode()
    return list(cell.outputs)


def refresh(path: Path) -> None:
    """Run one notebook and write it back."""
    notebook = nbformat.read(path, as_version=4)
    execute(notebook, path.parent)
    strip(notebook)
    nbformat.validate(notebook)
    nbformat.write(notebook, path)
    print(f"{path}: refreshed")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit("Name the notebooks to run: refresh.py notebooks/*.ipynb")
    for name in sys.argv[1:]:
        refresh(Path(name))

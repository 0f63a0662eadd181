"""Run a notebook by papermill in a fresh kernel; a failure leaves its copy, never half a report."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from igmfat_nb.errors import IgmFatError, UnreadableInput
from igmfat_nb.files import reason_of
from igmfat_nb.kernels.documents import PATIENCE, one_kernel
from igmfat_nb.kernels.sockets import private_sockets
from igmfat_nb.language import _, current, reading
from igmfat_nb.reports.document import Document
from igmfat_nb.reports.parameters import LANGUAGE
from igmfat_nb.reports.prose import in_their_words
from igmfat_nb.reports.results import published

if TYPE_CHECKING:
    from nbformat import NotebookNode


class NotebookFailed(IgmFatError):
    """A cell raised; ``copy`` is the notebook as far as it came, with the error in it."""

    def __init__(self, sentence: str, copy: str) -> None:
        super().__init__(sentence)
        self.copy = copy

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes with the copy."""
        return type(self), (str(self), self.copy)


@dataclass(frozen=True, slots=True)
class Report:
    """A finished document and the named results of its run."""

    html: str
    results: dict[str, Any]


def run_notebook(
    notebook: Path, parameters: Mapping[str, Any], *, one_of_many: bool = False
) -> "NotebookNode":
    """Run a notebook with checked parameters and return it with its outputs.

    ``one_of_many`` lets its kernel be forked: dear for one notebook, cheap for the next.

    Raises
    ------
    NotebookFailed
        If a cell raised; the sentence names the cell and what it said.
    UnreadableInput
        If there is no room for temporary files.
    """
    import nbformat
    import papermill

    reader: Any = nbformat
    with (
        tempfile.TemporaryDirectory(prefix="igmfat-") as folder,
        one_kernel(one_of_many=one_of_many) as kernel,
    ):
        out = Path(folder) / notebook.name
        try:
            papermill.execute_notebook(
                str(notebook),
                str(out),
                dict(parameters),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                # Else written whole before and after every cell: most of our part of the work.
                request_save_on_cell_execute=False,
                config=private_sockets(folder),
                **PATIENCE,
                **kernel,
            )
        except OSError as error:
            raise UnreadableInput(_no_room(error)) from error
        except papermill.PapermillExecutionError as error:
            copy = out.read_text(encoding="utf-8")
            raise NotebookFailed(_failure(notebook, error), copy) from error
        run: NotebookNode = reader.read(out, as_version=4)
        return run


def build_report(
    notebook: Path,
    parameters: Mapping[str, Any],
    *,
    title: str,
    inputs: str,
    one_of_many: bool = False,
) -> Report:
    """Run a notebook and render it; ``inputs`` is a digest of all that went in."""
    run = run_notebook(notebook, parameters, one_of_many=one_of_many)
    results = published(run)  # before the document takes out what is not for a reader
    with reading(parameters.get(LANGUAGE) or current()):
        return Report(Document(title, inputs).html(in_their_words(run)), results)


def failed_path(out: Path) -> Path:
    """Where the copy of a failed notebook goes, beside its target."""
    return out.with_name(f"{out.stem}.failed.ipynb")


def _no_room(error: OSError) -> str:
    message = _("Temporary files cannot be written to {folder}: {reason}.")
    reason = reason_of(error)
    return message.format(folder=tempfile.gettempdir(), reason=reason)


def _failure(notebook: Path, error: Any) -> str:
    what = f"{error.ename}: {error.evalue}"
    family = {one.__name__ for one in _family(IgmFatError)}
    if error.ename in family:
        what = str(error.evalue)
    message = _("{notebook} failed in cell {cell}: {what}")
    one_line = " ".join(what.split())[:300]
    return message.format(notebook=notebook.stem, cell=error.cell_index + 1, what=one_line)


def _family(base: type[BaseException]) -> list[type[BaseException]]:
    return [base, *(below for child in base.__subclasses__() for below in _family(child))]

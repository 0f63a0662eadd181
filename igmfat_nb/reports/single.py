"""One report: what is asked, checked before a kernel starts, and the files it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.files import read_whole, sha256, write_whole
from igmfat_nb.language import _
from igmfat_nb.reports.beside import write_beside
from igmfat_nb.reports.document import with_library
from igmfat_nb.reports.parameters import check_parameters, notebook_parameters, required
from igmfat_nb.reports.pdf import print_pdf
from igmfat_nb.reports.run import NotebookFailed, build_report, failed_path

CASE_PARAMETERS = ("case_file", "case_path")
#: The parameters that take an input file.
FILE_PARAMETERS = (*CASE_PARAMETERS, "table_file", "mapping_file", "design_path")


@dataclass(frozen=True, slots=True)
class Request:
    """A notebook, its checked parameters, and a digest of all that decides the result."""

    notebook: Path
    parameters: Mapping[str, Any]
    title: str
    inputs: str

    @classmethod
    def of(cls, notebook: Path, file: Path, given: Mapping[str, Any], *, made_on: str) -> "Request":
        """Check everything that can be checked without a kernel.

        Raises
        ------
        IgmFatError
            One sentence: the file, the notebook or a parameter is not usable.
        """
        known = notebook_parameters(notebook)
        name = file_parameter([one.name for one in known], file)
        content = case_content(file) if name in CASE_PARAMETERS else read_whole(file)
        required(known, name, notebook.stem)
        checked = check_parameters(known, given, notebook.stem)
        if taken := {name, "made_on"} & set(checked):
            message = _("The command sets {name}; leave it out.")
            raise UnreadableInput(message.format(name=taken.pop()))
        values = checked | {name: str(file.resolve())}
        digest = inputs_digest(content, notebook, checked)
        if "made_on" in {one.name for one in known}:
            values["made_on"] = made_on
        return cls(notebook, values, file.stem, digest)


def make_report(request: Request, out: Path, *, pdf: bool = False) -> dict[str, Path]:
    """Run, render and write: document, results and, if asked for, a PDF; each whole or not.

    Raises
    ------
    NotebookFailed
        The copy with the error stands beside the target; no half-written report does.
    """
    try:
        report = build_report(
            request.notebook, request.parameters, title=request.title, inputs=request.inputs
        )
    except NotebookFailed as failure:
        raise keep_failed_copy(failure, out) from failure
    beside = write_beside(out, with_library(report.html), report.results)
    written = {"report": out, "results": beside}
    failed_path(out).unlink(missing_ok=True)
    if pdf:
        written["pdf"] = out.with_suffix(".pdf")
        print_pdf(out, written["pdf"])
    return written


def keep_failed_copy(failure: NotebookFailed, out: Path) -> NotebookFailed:
    """Leave the failed notebook beside its target, and say where."""
    copy = failed_path(out)
    write_whole(copy, failure.copy)
    message = _("{failure} The notebook with the error is {copy}.")
    return NotebookFailed(message.format(failure=failure, copy=copy), failure.copy)


def inputs_digest(content: bytes, notebook: Path, parameters: Mapping[str, Any]) -> str:
    """SHA-256 over everything that decides a report: input, notebook, parameters, version."""
    from igmfat_nb import __version__

    settings = repr(sorted((name, str(value)) for name, value in parameters.items()))
    parts = (content, notebook.read_bytes(), settings.encode(), __version__.encode())
    return sha256(b"".join(sha256(part).encode() for part in parts))


def file_parameter(names: list[str], file: Path) -> str:
    """Name of the parameter that takes the file, by what the file is."""
    kind = {".json": CASE_PARAMETERS, ".yaml": ("design_path",), ".yml": ("design_path",)}
    wanted = kind.get(file.suffix.lower(), ("table_file",))
    return next((name for name in wanted if name in names), wanted[0])


def case_content(file: Path) -> bytes:
    """The bytes of a case file; what is no case is refused before a kernel starts."""
    from igmfat_nb.case import MOST_BYTES, read_case

    content = read_whole(file, MOST_BYTES)
    read_case(content)
    return content

"""One notebook over a table of parameters, its named results in one tidy table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from igmfat_nb.cohort.rows import has_decimal_commas
from igmfat_nb.cohort.table_writer import csv_text
from igmfat_nb.cohort.text_tables import LINE, TORN, read_text_table
from igmfat_nb.errors import IgmFatError, MissingInput, UnreadableInput
from igmfat_nb.files import claim, folder_within, read_whole, sha256, write_whole
from igmfat_nb.language import _
from igmfat_nb.reports.beside import RESULTS_NAME
from igmfat_nb.reports.document import with_library
from igmfat_nb.reports.jobs import Built, Job, Runner
from igmfat_nb.reports.parameters import Parameter, check_parameters, notebook_parameters
from igmfat_nb.reports.results import results_text
from igmfat_nb.reports.run import failed_path
from igmfat_nb.reports.single import FILE_PARAMETERS, inputs_digest
from igmfat_nb.units import POINT_BEFORE_THREE, parse_number

TABLE_NAME = "results.csv"
MARK = ".sweep"  # the digest of the sweep whose results a folder holds
OWN_COLUMNS = ("run", "status", "sentence")


@dataclass(frozen=True, slots=True)
class Run:
    """One row of the table: its parameters as checked, and what became of it."""

    number: int
    parameters: Mapping[str, Any]
    built: Built

    @property
    def sentence(self) -> str:
        """Why there is no result: a cell raised, or the notebook refused what it was given."""
        return self.built.failure or str(self.built.results.get("refused") or "")

    @property
    def failed(self) -> bool:
        """Whether a cell raised or an input was refused."""
        return bool(self.sentence)


def read_parameter_table(
    path: Path, notebook: Path, said: Callable[[str], object] = lambda _sentence: None
) -> list[dict[str, Any]]:
    """Read a table of parameters (CSV, XLSX, Parquet), one run a row; an empty cell is the default.

    Raises
    ------
    IgmFatError
        Naming the file's line: nothing runs unless every row is good.
    """
    table = read_text_table(path)
    lines = table.pop(LINE)
    torn = table.pop(TORN) if TORN in table else [""] * len(table)
    said(table.attrs["sheets"].sentence() if "sheets" in table.attrs else "")
    commas = has_decimal_commas(table)
    rows = [dict(zip(table.columns, cells, strict=True)) for cells in table.to_numpy().tolist()]
    known = notebook_parameters(notebook)
    runs = [
        _checked(known, row, sentence or _two_readings(row, commas), line, path.name, notebook.stem)
        for line, row, sentence in zip(lines, rows, torn, strict=True)
        if sentence or any(cell.strip() for cell in row.values())
    ]
    if not runs:
        message = _("{file} has no row of parameters.")
        raise MissingInput(message.format(file=path.name))
    return runs


def sweep(
    notebook: Path,
    table: Sequence[Mapping[str, Any]],
    out: Path,
    runner: Runner,
    *,
    made_on: str,
    documents: bool = True,
    csv_language: str | None = None,
    place: Callable[[Path], object] = lambda _folder: None,
    done: Callable[[int], object] = lambda _count: None,
) -> list[Run]:
    """Run every row, keep document and results of each, and write the tidy table at the end.

    Another sweep's results in the folder stay: these then go into ``OUT/sweep-2`` and so on.
    ``place`` is told where they are; ``csv_language`` is the table's, as in ``csv_text``.
    """
    out = _place_of(notebook, table, out)
    place(out)
    dated = "made_on" in {one.name for one in notebook_parameters(notebook)}
    extra = {"made_on": made_on} if dated else {}
    jobs = [_job(notebook, row, extra, number) for number, row in enumerate(table, start=1)]
    runs: dict[int, Run] = {}
    width = len(str(len(jobs)))
    for at, built in runner(jobs):
        number = at + 1
        _keep(built, folder_within(out, f"run-{number:0{width}}"), documents=documents)
        runs[at] = Run(number, table[at], built)
        done(1)
    ordered = [runs[at] for at in range(len(jobs))]
    write_whole(out / TABLE_NAME, tidy_text(ordered, csv_language))
    return ordered


def _place_of(notebook: Path, table: Sequence[Mapping[str, Any]], out: Path) -> Path:
    """The folder itself, or the first within it that no other sweep has taken.

    A sweep is its notebook's name and its rows: repeated, it replaces its own results.
    """
    own = sha256(repr([notebook.name, *(sorted(row.items()) for row in table)]).encode())
    place = out
    for number in count(2):
        if _taken_for(place, own):
            return place
        place = folder_within(out, f"sweep-{number}")
    raise AssertionError  # there is always a next number


def _taken_for(place: Path, own: str) -> bool:
    """Take a folder, if it is free; whose it is stands in one line that is written once."""
    mark = place / MARK
    if mark.is_file():
        return read_whole(mark).decode("utf-8", "replace").strip() == own
    if (place / TABLE_NAME).exists():  # of a version that left no line
        return False
    claim(mark, own + "\n")
    return read_whole(mark).decode("utf-8", "replace").strip() == own


def tidy_text(runs: Sequence[Run], language: str | None = None) -> str:
    """A row a run: its number, its parameters, its results, and why it failed if it did."""
    parameters = list(dict.fromkeys(name for run in runs for name in run.parameters))
    results = list(dict.fromkeys(name for run in runs for name in run.built.results))
    # A result of the same name as a parameter says what the notebook made of it.
    renamed = {n: f"result_{n}" if n in (*parameters, *OWN_COLUMNS) else n for n in results}
    rows = []
    for run in runs:
        values = [run.parameters.get(name, "") for name in parameters]
        values += ["" if (v := run.built.results.get(n)) is None else v for n in results]
        status = "failed" if run.failed else "built"
        rows.append([run.number, *values, status, run.sentence])
    return csv_text(["run", *parameters, *renamed.values(), "status", "sentence"], rows, language)


def _checked(
    known: Sequence[Parameter],
    row: Mapping[str, str],
    torn: str,
    line: int,
    file: str,
    stem: str,
) -> dict[str, Any]:
    cells = {name: cell.strip() for name, cell in row.items()}
    message = _("{file}, line {line}: {sentence}")
    if torn:
        raise UnreadableInput(message.format(file=file, line=line, sentence=torn))
    try:
        check_parameters(known, dict.fromkeys(set(cells) - {p.name for p in known}), stem)
        return check_parameters(known, {n: c for n, c in cells.items() if c}, stem)
    except IgmFatError as error:
        raise type(error)(message.format(file=file, line=line, sentence=error)) from error


def _two_readings(row: Mapping[str, str], decimal_commas: bool) -> str:
    """Why a cell is no number where the table has decimal commas: 72.125 may be 72,125 there."""
    for name, cell in row.items() if decimal_commas else ():
        try:
            if POINT_BEFORE_THREE.fullmatch(cell.strip()):
                parse_number(cell, name, decimal_comma=True)
        except UnreadableInput as error:
            return str(error)
    return ""


def _job(notebook: Path, row: Mapping[str, Any], extra: Mapping[str, Any], number: int) -> Job:
    """Files that parameters name travel with the job."""
    named = {name: Path(row[name]) for name in FILE_PARAMETERS if row.get(name)}
    files = {name: (path.name, read_whole(path)) for name, path in named.items()}
    content = b"".join(content for _name, content in files.values())
    return Job(
        notebook_name=notebook.name,
        notebook=notebook.read_bytes(),
        parameters=dict(row) | dict(extra),
        title=_("{notebook}, run {number}").format(notebook=notebook.stem, number=number),
        inputs=inputs_digest(content, notebook, row),
        files=files,
    )


def _keep(built: Built, folder: Path, *, documents: bool) -> None:
    target = folder / "report.html"
    failed_path(target).unlink(missing_ok=True)
    if built.failure:
        target.unlink(missing_ok=True)
        (folder / RESULTS_NAME).unlink(missing_ok=True)
        if built.failed_copy:
            write_whole(failed_path(target), built.failed_copy)
        return
    write_whole(folder / RESULTS_NAME, results_text(built.results))
    if documents:
        write_whole(target, with_library(built.html))

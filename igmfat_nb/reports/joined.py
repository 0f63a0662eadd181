"""The named results of many reports as one table, and their printed pages."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from json import loads
from pathlib import Path

from igmfat_nb.cohort.table_writer import csv_text
from igmfat_nb.files import read_whole, write_whole
from igmfat_nb.reports.batch import Outcome
from igmfat_nb.reports.beside import results_path
from igmfat_nb.reports.pdf import print_pdf

TABLE_NAME = "results.csv"
_OWN = ("case", "status", "sentence")


def write_joined(outcomes: Sequence[Outcome], out: Path, language: str | None = None) -> Path:
    """Write a row a case, a column a named result; a failed case has its sentence.

    ``language`` as in ``csv_text``.

    Returns
    -------
    Path
        Of the table, ``results.csv`` in the folder of the reports.
    """
    found = [
        {} if one.status == "failed" else loads(read_whole(results_path(one.report)))
        for one in outcomes
    ]
    names = list(dict.fromkeys(name for results in found for name in results))
    shown = [f"result_{name}" if name in _OWN else name for name in names]
    rows = []
    for one, got in zip(outcomes, found, strict=True):
        cells = ["" if (value := got.get(name)) is None else value for name in names]
        rows.append([one.case, one.status, *cells, one.sentence])
    text = csv_text(["case", "status", *shown, "sentence"], rows, language)
    write_whole(out / TABLE_NAME, text)
    return out / TABLE_NAME


def print_reports(outcomes: Sequence[Outcome], jobs: int, done: Callable[[int], object]) -> None:
    """Print every report that has no PDF of its own age beside it, a few at the same time.

    Raises
    ------
    MissingInput
        If there is no Chromium, or it could not print.
    """
    pages = [one.report for one in outcomes if one.status != "failed"]
    wanted = [page for page in pages if not _is_printed(page)]
    done(len(pages) - len(wanted))
    with ThreadPoolExecutor(jobs) as threads:
        for _none in threads.map(lambda page: print_pdf(page, pdf_path(page)), wanted):
            done(1)


def pdf_path(page: Path) -> Path:
    """NAME.pdf beside NAME.html."""
    return page.with_suffix(".pdf")


def _is_printed(page: Path) -> bool:
    printed = pdf_path(page)
    return printed.is_file() and printed.stat().st_mtime_ns >= page.stat().st_mtime_ns

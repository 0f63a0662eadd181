"""CSV, XLSX and Parquet read as text: every cell as a person would have typed it.

Two further columns come along: ``LINE``, the file's own line (of a sheet: its
row) on which a row begins, and, where some rows could not be cut into cells,
``TORN``, why. ``attrs["sheets"]`` says of a workbook what was read.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from igmfat_nb.cohort.csv_lines import csv_records
from igmfat_nb.cohort.table_size import CHECKS, TooLarge, check_size, read_flat
from igmfat_nb.errors import IgmFatError, MissingInput, UnreadableInput
from igmfat_nb.files import open_file, reason_of
from igmfat_nb.language import _
from igmfat_nb.notation import seen_text

FORMATS = (".csv", ".tsv", ".xlsx", ".parquet")
#: Written and not read: a line a row, for programs.
LINES = ".jsonl"
TORN = "torn row"
LINE = "line in the file"
OWN_COLUMNS = (TORN, LINE)
_LARGEST_WHOLE = 2**53  # from here on a spreadsheet's cell has lost digits
_THREE_DECIMALS = -4  # where the point stands in a number such as 72.125


@dataclass(frozen=True, slots=True)
class Sheets:
    """What was read of a workbook, and what was not, by name."""

    read: str
    unread: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Say which sheet was read; empty where it is the only one."""
        if not self.unread and not self.hidden:
            return ""
        message = _("Sheet read: “{read}”. Not read: {others}.")
        others = [f"“{seen_text(name)}”" for name in self.unread]
        others += [_("“{name}” (hidden)").format(name=seen_text(name)) for name in self.hidden]
        return message.format(read=seen_text(self.read), others=", ".join(others))


def check_format(path: Path, formats: tuple[str, ...] = FORMATS) -> None:
    """Refuse a file name whose ending says nothing we can read or write."""
    if path.suffix.lower() not in formats:
        message = _("{file} is not one of {formats}.")
        raise UnreadableInput(message.format(file=path, formats=", ".join(formats)))


def read_text_table(path: Path) -> pd.DataFrame:
    """Read a table as text: CSV (comma, semicolon or tab), TSV, XLSX, Parquet.

    Of a workbook the first visible sheet is read.

    Raises
    ------
    UnreadableInput, MissingInput
        If there is no such file, it cannot be read, a quotation mark leaves
        open where a row ends, or a column stands in it twice.
    """
    check_format(path)
    kind = path.suffix.lower()
    try:
        if not path.exists():
            raise MissingInput(_("There is no file {file}.").format(file=path.name))
        with open_file(path) as file:
            CHECKS[kind](file)
        if kind in (".csv", ".tsv"):
            return _read_csv(path)
        if kind == ".xlsx":
            return _read_xlsx(path)
        return _read_parquet(path)
    except TooLarge as error:
        message = _("{file}: {sentence}")
        raise UnreadableInput(message.format(file=path.name, sentence=error)) from error
    except IgmFatError:
        raise
    except UnicodeDecodeError as error:
        message = _("{file} is not UTF-8 text; save it as CSV UTF-8.")
        raise UnreadableInput(message.format(file=path.name)) from error
    except Exception as error:  # every reader has its own family of errors
        message = _("{file} cannot be read as {kind} ({reason}).")
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        reason = reason or type(error).__name__
        kind = kind.removeprefix(".").upper()
        raise UnreadableInput(
            message.format(file=path.name, kind=kind, reason=reason.splitlines()[0][:120])
        ) from error


def _read_csv(path: Path) -> pd.DataFrame:
    """Read a CSV; a row with too many cells keeps its sentence."""
    lines, rows = csv_records(path, "\t" if path.suffix.lower() == ".tsv" else None)
    if not rows:
        raise MissingInput(_no_header(path))
    header = [name.strip() for name in rows.pop(0)]
    width = len(header)
    check_size(len(rows), width)
    message = _("The row has {cells} cells; expected {width}. Is a decimal comma not quoted?")
    torn = [message.format(cells=len(row), width=width) if len(row) > width else "" for row in rows]
    for place, row in enumerate(rows):
        if len(row) != width:
            rows[place] = (row + [""] * width)[:width]
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    table = _table(header, columns, lines[1:], path, torn)
    table.attrs["header_line"] = lines[0] + sum(
        len(name.splitlines() or [""]) - 1 for name in header
    )
    return table


def _read_xlsx(path: Path) -> pd.DataFrame:
    """Read the first visible sheet; a cell that says NA says it, it is not empty."""
    import openpyxl

    workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        sheet, sheets = _first_visible(workbook.worksheets, path)
        sheet.reset_dimensions()  # what a sheet says of its own size may be wrong
        cells = list(_filled_rows(sheet))
    finally:
        workbook.close()
    if not cells:
        raise MissingInput(_no_header(path))
    width = max(len(row) for _number, row in cells)
    padded = [[*map(_as_stored, row), *[None] * (width - len(row))] for _number, row in cells]
    header = [name.strip() for name in _cells(padded.pop(0))]
    columns = [_cells(column) for column in zip(*padded, strict=True)] or [[]] * width
    table = _table(header, columns, [number for number, _row in cells[1:]], path)
    table.attrs |= {"sheets": sheets, "header_line": cells[0][0]}
    return table


def _first_visible(sheets: list[Any], path: Path) -> tuple[Any, Sheets]:
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    hidden = tuple(sheet.title for sheet in sheets if sheet.sheet_state != "visible")
    if not visible:
        raise MissingInput(_("{file} has no visible sheet.").format(file=path.name))
    first, *others = visible
    return first, Sheets(first.title, tuple(sheet.title for sheet in others), hidden)


def _filled_rows(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The rows that hold anything, with their numbers, as long as a table may be."""
    width = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if any(value is not None for value in row):
            width = max(width, len(row))
            check_size(number, width)
            yield number, row


def _read_parquet(path: Path) -> pd.DataFrame:
    frame = read_flat(path)
    columns = [_cells(frame[name].tolist()) for name in frame.columns]
    header = [str(name) for name in frame.columns]
    table = _table(header, columns, range(1, len(frame) + 1), path)
    table.attrs["header_line"] = 0  # a Parquet file has no line of names
    return table


def _table(
    header: list[str], columns: list[Any], lines: Any, path: Path, torn: list[str] | None = None
) -> pd.DataFrame:
    """Name each column; one without a name keeps its place, unless it is empty."""
    named: dict[str, Any] = {}
    _once_each([*header, *OWN_COLUMNS], path)
    for place, (name, cells) in enumerate(zip(header, columns, strict=True), start=1):
        if name:
            named[name] = cells
        elif any(cell.strip() for cell in cells):
            named[_("(column {place}, without a name)").format(place=place)] = cells
    named[LINE] = list(lines)
    if torn and any(torn):
        named[TORN] = torn
    table = pd.DataFrame(named)
    text = [name for name in named if name != LINE]
    return table.astype(dict.fromkeys(text, "str"))


def _no_header(path: Path) -> str:
    return _("{file} cannot be read: it has no row of column names.").format(file=path.name)


def _as_stored(value: Any) -> Any:
    """A sheet stores numbers with 53 bits: a longer one has lost digits, and says so."""
    large = isinstance(value, int) and abs(value) >= _LARGEST_WHOLE
    return float(value) if large else value


def _once_each(header: list[str], path: Path) -> None:
    """Which of two columns of one name is meant cannot be known."""
    twice = [name for name, count in Counter(header).items() if count > 1 and name]
    if twice:
        message = _("{file} names a column twice: {names}.")
        names = ", ".join(seen_text(name[:60]) for name in twice[:5])
        raise UnreadableInput(message.format(file=path.name, names=names))


def _cells(column: Any) -> list[str]:
    """Typed cells as the text a person would have typed; an empty cell is empty text."""
    return [_cell(value) for value in column]


def _cell(value: Any) -> str:
    if value is None or value is pd.NA or value != value:  # NaN is unlike itself
        return ""
    if isinstance(value, float | Decimal):
        return _number_cell(value)
    return str(value)


def _number_cell(value: float | Decimal) -> str:
    """A stored number has one reading: 72.125 is written so that no reader sees thousands."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_WHOLE:
        return str(int(value))
    text = str(value)
    return f"{text}0" if text[_THREE_DECIMALS : _THREE_DECIMALS + 1] == "." else text

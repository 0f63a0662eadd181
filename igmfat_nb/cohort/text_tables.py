"""CSV, XLSX and Parquet read as text: every cell as a person would have typed it."""

import csv
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd

from igmfat_nb.errors import IgmFatError, MissingInput, UnreadableInput
from igmfat_nb.language import _

FORMATS = (".csv", ".xlsx", ".parquet")
TORN = "torn row"  # a further column: why the row could not be cut into cells, or nothing
_LARGEST_WHOLE = 2**53  # from here on a spreadsheet's cell has lost digits


def check_format(path: Path) -> None:
    """Refuse a file name whose ending says nothing we can read or write."""
    if path.suffix.lower() not in FORMATS:
        message = _("{file} is none of {formats}.")
        raise UnreadableInput(message.format(file=path, formats=", ".join(FORMATS)))


def read_text_table(path: Path) -> pd.DataFrame:
    """Read a table (CSV with commas or semicolons; XLSX, first sheet; Parquet) as text.

    A further column ``TORN`` says of each row why it could not be cut into
    cells; it is there only where some could not.

    Raises
    ------
    UnreadableInput, MissingInput
        If there is no such file, it cannot be read, or a column stands in it twice.
    """
    check_format(path)
    if not path.is_file():
        raise MissingInput(_("There is no file {file}.").format(file=path.name))
    kind = path.suffix.lower()
    try:
        if kind == ".csv":
            return _read_csv(path)
        if kind == ".xlsx":
            return _read_xlsx(path)
        frame = pd.read_parquet(path)
    except IgmFatError:
        raise
    except UnicodeDecodeError as error:
        message = _("{file} is not UTF-8 text; save it as CSV UTF-8.")
        raise UnreadableInput(message.format(file=path.name)) from error
    except Exception as error:  # every reader has its own family of errors
        message = _("{file} cannot be read as {kind} ({reason}).")
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        kind = kind.removeprefix(".").upper()
        raise UnreadableInput(
            message.format(file=path.name, kind=kind, reason=reason[:120])
        ) from error
    return pd.DataFrame({str(name): _cells(frame[name]) for name in frame.columns})


def _read_csv(path: Path) -> pd.DataFrame:
    """Read a CSV with commas or, as where the comma is the decimal sign, semicolons."""
    separator, header = _csv_header(path)
    _once_each(header, path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # cells would be lost
            table = pd.read_csv(
                path,
                sep=separator,
                dtype=str,
                keep_default_na=False,
                encoding="utf-8-sig",
                skipinitialspace=True,
                index_col=False,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning):
        return _read_torn_csv(path, separator)
    table.columns = [str(name).strip() for name in table.columns]
    return table.fillna("")


def _csv_header(path: Path) -> tuple[str, list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        first = lines.readline()
        separator = ";" if first.count(";") > first.count(",") else ","
        lines.seek(0)
        header = next(csv.reader(lines, delimiter=separator, skipinitialspace=True), [])
    return separator, [name.strip() for name in header]


def _read_torn_csv(path: Path, separator: str) -> pd.DataFrame:
    """Read a CSV in which some rows have too many cells: those keep their sentence."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
        header = [name.strip() for name in next(reader)]
        rows = [row for row in reader if row]
    width = len(header)
    message = _("The row has {cells} cells; expected {width}. Is a decimal comma not quoted?")
    torn = [message.format(cells=len(row), width=width) if len(row) > width else "" for row in rows]
    cells = [(row + [""] * width)[:width] for row in rows]
    return pd.DataFrame(cells, columns=header, dtype=str).assign(**{TORN: torn})


def _read_xlsx(path: Path) -> pd.DataFrame:
    """Read the first sheet; a cell that says NA says it, it is not empty."""
    sheet = pd.read_excel(
        path, header=None, dtype=object, engine="openpyxl", keep_default_na=False, na_values=[""]
    )
    if sheet.empty:
        raise MissingInput(_("{file} has no row of column names.").format(file=path.name))
    header = [name.strip() for name in _cells(sheet.iloc[0])]
    _once_each(header, path)
    columns = {name: sheet[place].iloc[1:] for place, name in enumerate(header) if name}
    return pd.DataFrame({name: _cells(column.map(_as_stored)) for name, column in columns.items()})


def _as_stored(value: Any) -> Any:
    """A sheet stores numbers with 53 bits: a longer one has lost digits, and says so."""
    large = isinstance(value, int) and abs(value) >= _LARGEST_WHOLE
    return float(value) if large else value


def _once_each(header: list[str], path: Path) -> None:
    """Which of two columns of one name is meant cannot be known."""
    twice = [name for name, count in Counter(header).items() if count > 1 and name]
    if twice:
        message = _("{file} names a column twice: {names}.")
        raise UnreadableInput(message.format(file=path.name, names=", ".join(twice)))


def _cells(column: "pd.Series[Any]") -> list[str]:
    """Typed cells as the text a person would have typed; an empty cell is empty text."""
    return [_cell(value) for value in column.tolist()]


def _cell(value: Any) -> str:
    if value is None or value is pd.NA or value != value:  # NaN is unlike itself
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_WHOLE:
        return str(int(value))
    return str(value)

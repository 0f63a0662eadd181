"""The one writer of tables that leave: CSV, TSV, XLSX, Parquet and JSON lines, piece by piece.

A spreadsheet runs a text that begins like a formula. In CSV, TSV and XLSX such a
text is written with an apostrophe before it; numbers stay numbers. There, too,
a number has the decimals of its quantity; Parquet and JSON lines keep every digit.

CSV and TSV are neutral (a point before decimals, a comma between cells), or, where a
language is named, as a spreadsheet in that language opens them.
"""

import csv
import json
import math
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from io import StringIO
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import pandas as pd

from igmfat_nb.cohort.text_tables import LINES
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.language import _, has_decimal_comma, reading
from igmfat_nb.notation import decimals_of, field_text, number_text

#: With what a text begins that a spreadsheet may run, the full-width forms included.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_XLSX_ROWS = 1_048_575
_SEPARATOR = {".csv": ",", ".tsv": "\t"}
_BYTE_ORDER_MARK = "\ufeff"  # by it a spreadsheet knows UTF-8


def inert(value: Any) -> Any:
    """Write an apostrophe before a text that a spreadsheet would run; a number stays as it is.

    >>> inert("=1+1"), inert("SIM-1"), inert(-3.5)
    ("'=1+1", 'SIM-1', -3.5)
    """
    runs = isinstance(value, str) and value.startswith(FORMULA_SIGNS)
    return f"'{value}" if runs else value


def inert_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table with every text inert, column names included."""
    changed = {
        name: column.map(inert)
        for name, column in frame.items()
        if pd.api.types.is_object_dtype(column.dtype) or pd.api.types.is_string_dtype(column.dtype)
        if column.astype("str").str.startswith(FORMULA_SIGNS).any()
    }
    return frame.assign(**changed).rename(columns=inert)  # type: ignore[arg-type]


def rounded_frame(frame: pd.DataFrame, kept: Iterable[str] = ()) -> pd.DataFrame:
    """The same table with the decimals that each quantity has; ``kept`` as they are."""
    decimals = {name: decimals_of(str(name)) for name in frame.columns if name not in {*kept}}
    return frame.round({name: places for name, places in decimals.items() if places is not None})


def csv_text(
    header: Sequence[str], rows: Iterable[Sequence[Any]], language: str | None = None
) -> str:
    r"""A small table as CSV, every text inert: a spreadsheet runs none.

    Parameters
    ----------
    header : sequence of str
    rows : iterable of sequences
        Cells as they are: numbers as numbers.
    language : str, optional
        Whose signs the numbers have; without it the neutral ones.

    Examples
    --------
    >>> csv_text(["subject", "volume_ml"], [["=1+1", 431.0]])
    "subject,volume_ml\n'=1+1,431.0\n"
    """
    text = StringIO(newline="")
    _Rows(text, language).write(header, rows)
    return text.getvalue()


def write_csv(frame: pd.DataFrame, path: Path, language: str | None = None) -> None:
    """Write a small table as CSV, every text inert; ``language`` as in ``csv_text``."""
    if language is None:
        inert_frame(frame).to_csv(path, index=False)
        return
    path.write_text(csv_text(list(frame.columns), _cells(frame), language), "utf-8")


class _Rows:
    """Rows written as CSV, the header once."""

    def __init__(self, file: TextIO, language: str | None, separator: str | None = None) -> None:
        self._file, self._language, self._begun = file, language, False
        comma = language is not None and _has_decimal_comma(language)
        separator = separator or (";" if comma else ",")
        self._writer = csv.writer(file, delimiter=separator, lineterminator="\n")

    def write(self, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        if not self._begun:
            if self._language is not None:
                self._file.write(_BYTE_ORDER_MARK)
            self._writer.writerow([inert(name) for name in header])
            self._begun = True
        if self._language is None:
            self._writer.writerows([inert(value) for value in row] for row in rows)
            return
        with reading(self._language):
            self._writer.writerows([_in_signs(inert(value)) for value in row] for row in rows)

    def close(self) -> None:
        self._file.close()


def _has_decimal_comma(language: str) -> bool:
    with reading(language):
        return has_decimal_comma()


def _in_signs(value: Any) -> Any:
    """A fraction with the reader's decimal sign, never as one that separates thousands."""
    return field_text(value) if isinstance(value, float) and math.isfinite(value) else value


def _cells(frame: pd.DataFrame) -> Iterable[tuple[Any, ...]]:
    """Rows of a frame, what is missing empty."""
    return frame.astype(object).where(frame.notna(), "").itertuples(index=False, name=None)


class TableWriter(AbstractContextManager["TableWriter"]):
    """Append data frames of the same columns to a file of the kind that its ending names.

    ``language`` as in ``csv_text``; CSV and TSV only.
    """

    def __init__(self, path: Path, suffix: str, rows: int, language: str | None = None) -> None:
        if suffix == ".xlsx" and rows > _XLSX_ROWS:
            message = _("{rows} rows do not fit in an XLSX sheet; write .parquet or .csv.")
            raise ImplausibleInput(message.format(rows=number_text(rows)))
        self._path, self._suffix, self._language = path, suffix, language
        self._sink: Any = None
        self._sheet: Any = None

    def write(self, frame: pd.DataFrame) -> None:
        """Append some rows."""
        if self._suffix == ".xlsx":
            self._write_sheet(inert_frame(frame))
            return
        if self._suffix == LINES:
            self._write_lines(frame)
            return
        if self._language is not None:
            self._write_rows(frame, self._language)
            return
        import pyarrow as pa
        import pyarrow.csv
        import pyarrow.parquet

        text = self._suffix in _SEPARATOR
        table = pa.Table.from_pandas(inert_frame(frame) if text else frame, preserve_index=False)
        if self._sink is None:
            self._sink = self._arrow_sink(table.schema)
        self._sink.write_table(table if text else table.cast(self._sink.schema))

    def _arrow_sink(self, schema: Any) -> Any:
        import pyarrow.csv
        import pyarrow.parquet

        if self._suffix not in _SEPARATOR:
            return pyarrow.parquet.ParquetWriter(str(self._path), schema)
        options = pyarrow.csv.WriteOptions(delimiter=_SEPARATOR[self._suffix])
        return pyarrow.csv.CSVWriter(str(self._path), schema, write_options=options)

    def _write_lines(self, frame: pd.DataFrame) -> None:
        if self._sink is None:
            self._sink = self._path.open("w", encoding="utf-8", newline="")
        for row in frame.to_dict(orient="records"):
            known = {name: None if value != value else value for name, value in row.items()}
            self._sink.write(json.dumps(known, ensure_ascii=False, allow_nan=False) + "\n")

    def _write_rows(self, frame: pd.DataFrame, language: str) -> None:
        if self._sink is None:
            separator = "\t" if self._suffix == ".tsv" else None
            file = self._path.open("w", encoding="utf-8", newline="")
            self._sink = _Rows(file, language, separator)
        self._sink.write(list(frame.columns), _cells(frame))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        if self._suffix == ".xlsx":
            self._sink.save(self._path)
        elif self._sink is not None:
            self._sink.close()

    def _write_sheet(self, frame: pd.DataFrame) -> None:
        import openpyxl

        if self._sink is None:
            self._sink = openpyxl.Workbook(write_only=True)
            self._sheet = self._sink.create_sheet("doses")
            self._sheet.append(list(frame.columns))
        for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False):
            self._sheet.append(list(row))

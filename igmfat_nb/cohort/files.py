"""Patient tables on disk: CSV, XLSX and Parquet, read as text, written piece by piece.

Results go to a temporary name beside the target and are renamed when they are
whole, so an interrupted run leaves no torn file.
"""

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import pandas as pd

from igmfat_nb.cohort.rows import COLUMNS
from igmfat_nb.cohort.text_tables import TORN, read_text_table
from igmfat_nb.errors import ImplausibleInput, MissingInput, UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.yaml_file import read_yaml

_XLSX_ROWS = 1_048_575


def read_table(path: Path, names: Mapping[str, str], igm_unit: str | None) -> pd.DataFrame:
    """Read a patient table as text with the eight columns.

    Parameters
    ----------
    path : Path
        ``.csv`` (comma or semicolon), ``.xlsx`` (first sheet) or ``.parquet``.
    names : mapping
        Our column → the file's, where they differ.
    igm_unit : str, optional
        Unit of every titre, when the file has no such column.

    Raises
    ------
    UnreadableInput, MissingInput, ImplausibleInput
        If the file cannot be read, lacks a column or states the unit twice.
    """
    table = read_text_table(path)
    table = table.rename(columns=_renaming(names, list(table.columns), path))
    if igm_unit is not None:
        if "igm_unit" in table:
            message = _("{file} has a column igm_unit; leave out --igm-unit.")
            raise ImplausibleInput(message.format(file=path.name))
        table["igm_unit"] = igm_unit
    for name in COLUMNS:
        if name not in table:
            raise MissingInput(_missing_column(name, list(table.columns), path))
    return table


def unused_columns(table: pd.DataFrame) -> list[str]:
    """Columns of the file that no answer needs."""
    return [str(name) for name in table.columns if name not in (*COLUMNS, TORN)]


def read_mapping(path: Path) -> dict[str, str]:
    """Read a small YAML or JSON file: our column → the file's."""
    mapping = read_yaml(path)
    if not isinstance(mapping, dict) or not all(
        isinstance(text, str) for pair in mapping.items() for text in pair
    ):
        message = _("The mapping {file} is not a list of “our column: your column”.")
        raise UnreadableInput(message.format(file=path.name))
    for name in mapping:
        if name not in COLUMNS:
            message = _("The mapping {file} names “{name}”; our columns are {columns}.")
            columns = ", ".join(COLUMNS)
            raise UnreadableInput(message.format(file=path.name, name=name, columns=columns))
    for theirs, count in Counter(mapping.values()).items():
        if count > 1:
            message = _("The mapping {file} gives the column “{theirs}” for two of ours.")
            raise UnreadableInput(message.format(file=path.name, theirs=theirs))
    return mapping


def check_apart(table: Path, out: Path) -> None:
    """Refuse to write over the table that is read."""
    if table.exists() and table.resolve() in (out.resolve(), rejected_path(out).resolve()):
        message = _("{file} would be written over; give another name to --out.")
        raise UnreadableInput(message.format(file=table.name))


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary name beside the target; rename it at the end, or leave nothing.

    Raises
    ------
    UnreadableInput
        If the target cannot be written.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(path)
    except OSError as error:
        message = _("{file} cannot be written: {reason}.")
        raise UnreadableInput(message.format(file=path, reason=_reason(error))) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


class TableWriter(AbstractContextManager["TableWriter"]):
    """Append data frames of the same columns to a CSV, XLSX or Parquet file."""

    def __init__(self, path: Path, suffix: str, rows: int) -> None:
        if suffix == ".xlsx" and rows > _XLSX_ROWS:
            message = _("{rows} rows do not fit in an XLSX sheet; write .parquet or .csv.")
            raise ImplausibleInput(message.format(rows=f"{rows:,}"))
        self._path, self._suffix = path, suffix
        self._sink: Any = None
        self._sheet: Any = None

    def write(self, frame: pd.DataFrame) -> None:
        """Append some rows."""
        if self._suffix == ".xlsx":
            self._write_sheet(frame)
            return
        import pyarrow as pa
        import pyarrow.csv
        import pyarrow.parquet

        table = pa.Table.from_pandas(frame, preserve_index=False)
        if self._sink is None:
            kind = pyarrow.csv.CSVWriter if self._suffix == ".csv" else pa.parquet.ParquetWriter
            self._sink = kind(str(self._path), table.schema)
        self._sink.write_table(table.cast(self._sink.schema) if self._suffix != ".csv" else table)

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


def _renaming(names: Mapping[str, str], columns: list[str], path: Path) -> dict[str, str]:
    for ours, theirs in names.items():
        if theirs not in columns:
            message = _("{file} has no column “{theirs}”, which the mapping gives for {ours}.")
            raise MissingInput(message.format(file=path.name, theirs=theirs, ours=ours))
        if ours in columns and ours != theirs and ours not in names.values():
            message = _("{file} has a column {ours}, and the mapping gives “{theirs}” for it.")
            raise UnreadableInput(message.format(file=path.name, theirs=theirs, ours=ours))
    return {theirs: ours for ours, theirs in names.items()}


def _missing_column(name: str, columns: list[str], path: Path) -> str:
    if name == "igm_unit":
        message = _("{file} states no IgM unit: add a column igm_unit, or give --igm-unit.")
        return message.format(file=path.name)
    near = difflib.get_close_matches(name, columns, n=1)
    message = _("{file} has no column {name}.{near}")
    hint = _(" Is it “{column}”? Then name it in a mapping.").format(column=near[0]) if near else ""
    return message.format(file=path.name, name=name, near=hint)


def rejected_path(out: Path) -> Path:
    """Where the refused rows of a run go, beside its results."""
    return out.with_name(f"{out.stem}.rejected.csv")


def _reason(error: OSError) -> str:
    return (error.strerror or str(error) or type(error).__name__).lower()

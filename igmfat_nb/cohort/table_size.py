"""How large a table may be, looked up before it is read.

A small file can unpack to gigabytes: a sheet that repeats a row, a Parquet
column of one value, a CSV of nothing but commas. What is looked up here costs
no more than the file itself.
"""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.files import MOST_BYTES, pieces
from igmfat_nb.language import _
from igmfat_nb.notation import number_text

if TYPE_CHECKING:
    import pandas as pd

#: A million patients with the columns of a study's export.
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 1_048_576, 4_096, 20_000_000
#: Signs in a cell, as Python's CSV reader bounds them.
MOST_SIGNS = 131_072
_MOST_LINE_BYTES = 1_000_000
_MOST_UNPACKED = 2 * MOST_BYTES
_SMALL_PART = 4_194_304
#: A workbook's sheet shrinks to a tenth or a twentieth; a repeated row to a thousandth.
_MOST_SHRINKING = 100
_MOST_ROW_BYTES = 2_097_152
_SHEETS, _STRINGS = "xl/worksheets/", "xl/sharedStrings.xml"


class TooLarge(UnreadableInput):
    """More than a table of patients has; who knows the file names it."""


def check_size(rows: int, columns: int) -> None:
    """Refuse more rows, columns or cells than a table of patients has.

    Raises
    ------
    UnreadableInput
        Naming the limit.
    """
    for count, most, name in (
        (rows, MOST_ROWS, _("rows")),
        (columns, MOST_COLUMNS, _("columns")),
        (rows * columns, MOST_CELLS, _("cells")),
    ):
        if count > most:
            raise _too_large(f"{number_text(most)} {name}")


def _too_large(most: str) -> TooLarge:
    message = _("The table is larger than {most}, which no table of patients takes.")
    return TooLarge(message.format(most=most))


def _check_csv(file: BinaryIO) -> None:
    """Bound bytes, lines, the longest line and the separators."""
    lines, length, read = 0, 0, 0
    separators = dict.fromkeys((b",", b";", b"\t"), 0)
    for piece in pieces(file):
        read += len(piece)
        first, *others = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        length = max(length + len(first), *map(len, others)) if others else length + len(first)
        if length > _MOST_LINE_BYTES:
            raise _too_large(_("{count} bytes a line").format(count=number_text(_MOST_LINE_BYTES)))
        length = len(others[-1]) if others else length
        lines += len(others)
        for sign in separators:
            separators[sign] += piece.count(sign)
        check_size(lines, 1)
        if read > MOST_BYTES or max(separators.values()) > MOST_CELLS:
            raise _too_large(_("{count} cells").format(count=number_text(MOST_CELLS)))


def _check_workbook(file: BinaryIO) -> None:
    """Bound what the parts of a workbook unpack to; a part cannot unpack to more than it says."""
    with zipfile.ZipFile(file) as book:
        parts = book.infolist()
        for part in parts:
            known = part.filename.startswith(_SHEETS) or part.filename == _STRINGS
            shrunk = part.file_size > _MOST_SHRINKING * max(part.compress_size, 1)
            if part.file_size > _SMALL_PART and (shrunk or (not known and _is_xml(part.filename))):
                raise _unpacks()
        if sum(part.file_size for part in parts) > _MOST_UNPACKED:
            raise _unpacks()
        for part in parts:
            if part.file_size > _MOST_ROW_BYTES and part.filename.startswith(_SHEETS):
                with book.open(part) as sheet:
                    _check_sheet(sheet)


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def _check_sheet(sheet: Any) -> None:
    """Bound the length of a row, which is held whole."""
    length = 0
    for piece in pieces(sheet):
        first, *others = piece.split(b"row")
        length = len(others[-1]) if others else length + len(first)
        if length > _MOST_ROW_BYTES:
            raise _too_large(_("{count} bytes a row").format(count=number_text(_MOST_ROW_BYTES)))


def _unpacks() -> TooLarge:
    message = _(
        "The workbook unpacks to far more than its own size; save the table as CSV or Parquet."
    )
    return TooLarge(message)


def _check_parquet(file: BinaryIO) -> None:
    """Bound rows and columns by what the file says of itself; lists are no cells."""
    import pyarrow.parquet
    import pyarrow.types

    said = pyarrow.parquet.read_metadata(file)
    check_size(said.num_rows, said.num_columns)
    schema = said.schema.to_arrow_schema()
    for column in schema:
        if pyarrow.types.is_nested(column.type):
            message = _("The column {name} contains lists; a table has one value in each cell.")
            raise UnreadableInput(message.format(name=column.name[:60]))
    unpacked = sum(said.row_group(at).total_byte_size for at in range(said.num_row_groups))
    if unpacked > _MOST_UNPACKED:
        raise _too_large(_("{count} bytes").format(count=number_text(_MOST_UNPACKED)))


def read_flat(path: Path) -> "pd.DataFrame":
    """Read a Parquet file; a text that many rows share is held once, until their sum is known."""
    import pyarrow.compute as pc
    import pyarrow.parquet
    import pyarrow.types as kinds

    schema = pyarrow.parquet.read_schema(path)
    long = (kinds.is_string, kinds.is_binary, kinds.is_large_string, kinds.is_large_binary)
    texts = [one.name for one in schema if any(is_kind(one.type) for is_kind in long)]
    table = pyarrow.parquet.read_table(path, read_dictionary=texts)
    signs = 0
    for column in table.columns:
        for chunk in column.chunks:
            if kinds.is_dictionary(chunk.type) and len(chunk):
                lengths = pc.binary_length(chunk.dictionary)
                if (pc.max(lengths).as_py() or 0) > MOST_SIGNS:
                    raise _too_large(
                        _("{count} signs a cell").format(count=number_text(MOST_SIGNS))
                    )
                signs += pc.sum(lengths.take(chunk.indices)).as_py() or 0
    if signs > MOST_BYTES:
        raise _too_large(_("{count} bytes").format(count=number_text(MOST_BYTES)))
    frame: pd.DataFrame = table.to_pandas()
    return frame


#: By a file's ending.
CHECKS: dict[str, Callable[[BinaryIO], None]] = {
    ".csv": _check_csv,
    ".tsv": _check_csv,
    ".xlsx": _check_workbook,
    ".parquet": _check_parquet,
}

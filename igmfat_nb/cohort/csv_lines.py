"""The lines of a CSV file: each is a row, part of a row, empty, or the place of a stray quote.

A quotation mark that does not close where its cell ends joins what follows to
it, rows included, and a lenient reader says nothing. Here the reader is
strict, and a quoted cell that spans lines must not hold as much as a row.
"""

import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _

SEPARATORS = (",", ";", "\t")
_LINE_END = re.compile(r"\r\n|\r|\n")


def csv_records(path: Path, separator: str | None = None) -> tuple[list[int], list[list[str]]]:
    """Read the rows of a CSV file that are not empty, and the line on which each begins.

    Without a separator it is the comma, semicolon or tab that the first row has most of.

    Raises
    ------
    UnreadableInput
        Naming the line of a quotation mark that is not closed where its cell
        ends, or that takes in what may be a row.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = next((line for line in file if line.strip()), "")
        separator = separator or _separator(first)
        file.seek(0)
        lines: list[int] = []
        rows: list[list[str]] = []
        for line, cells in _records(file, separator, path):
            lines.append(line)
            rows.append(cells)
    return lines, rows


def _separator(first: str) -> str:
    bare = re.sub(r'"[^"]*"', "", first)
    return max(SEPARATORS, key=bare.count)  # the comma where there is none of them


def _records(file: TextIO, separator: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(file, delimiter=separator, skipinitialspace=True, strict=True)
    width, begun = 0, 1
    try:
        for cells in reader:
            if reader.line_num > begun:
                _check_spanning(cells, begun, width, separator, path)
            begun, line = reader.line_num + 1, begun
            if len(cells) > 1 or (cells and cells[0].strip()):
                width = width or len(cells)
                yield line, cells
    except csv.Error as error:
        opened = _open_quote(path, begun, separator)
        if opened is None:
            raise
        message = _(
            "{file}, line {line}: a cell begins with a quotation mark and does not end with"
            " one, so the rows after it cannot be separated. Close the quotation, or delete"
            " the mark."
        )
        raise UnreadableInput(message.format(file=path.name, line=opened)) from error


def _check_spanning(cells: list[str], begun: int, width: int, separator: str, path: Path) -> None:
    """Refuse a quoted cell over several lines that holds nearly as many separators as a row."""
    line = begun
    for cell in cells:
        further = len(_LINE_END.findall(cell))
        if further and (len(cells) > (width or len(cells)) or _is_row(cell, width, separator)):
            message = _(
                "{file}, line {line}: a quotation mark opens here and closes in line {end}; rows"
                " of the table may be inside. Delete the mark, or write the text without line"
                " breaks."
            )
            raise UnreadableInput(message.format(file=path.name, line=line, end=line + further))
        line += further


def _is_row(text: str, width: int, separator: str) -> bool:
    """Two thirds of a row's separators: rows may lack their last cells, prose has fewer."""
    return width == 1 or text.count(separator) >= max(1, 2 * width // 3)


def _open_quote(path: Path, begun: int, separator: str) -> int | None:
    """The line of the first cell from line ``begun`` on whose quotation mark does not close."""
    end = rf"(?:{re.escape(separator)}|\r\n|\r|\n|\Z)"
    cell = re.compile(rf' *+(?:"[^"]*(?:""[^"]*)*"{end}|(?!")[^{re.escape(separator)}\r\n]*{end})')
    with path.open(encoding="utf-8-sig", newline="") as file:
        text = "".join(islice(file, begun - 1, None))
    place = 0
    while place < len(text) and (found := cell.match(text, place)):
        place = found.end()
    return None if place == len(text) else begun + len(_LINE_END.findall(text, 0, place))

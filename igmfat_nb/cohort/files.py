"""Patient tables on disk: their columns found, and where the results of a run go.

Results go to a temporary name beside the target and are renamed when they are
whole, so an interrupted run leaves no torn file.
"""

import difflib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from igmfat_nb.cohort.rows import COLUMNS
from igmfat_nb.cohort.text_tables import OWN_COLUMNS, read_text_table
from igmfat_nb.errors import ImplausibleInput, MissingInput, UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.notation import is_unseen, seen_text, unseen_signs
from igmfat_nb.units import unseen_sentence
from igmfat_nb.yaml_file import read_yaml


def read_table(path: Path, names: Mapping[str, str], igm_unit: str | None) -> pd.DataFrame:
    """Read a patient table as text with the eight columns.

    Parameters
    ----------
    path : Path
        ``.csv`` (comma, semicolon or tab), ``.xlsx`` (first visible sheet) or ``.parquet``.
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
            raise MissingInput(_missing_column(name, unused_columns(table), path))
    return table


def unused_columns(table: pd.DataFrame) -> list[str]:
    """Columns of the file that no answer needs.

    Examples
    --------
    >>> unused_columns(pd.DataFrame(columns=["subject", "igm", "ward"]))
    ['ward']
    """
    return [str(name) for name in table.columns if name not in (*COLUMNS, *OWN_COLUMNS)]


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
    if table.exists() and table.resolve() in [
        beside.resolve() for beside in (out, rejected_path(out), run_path(out))
    ]:
        message = _("{file} would be overwritten; give --out another name.")
        raise UnreadableInput(message.format(file=table.name))


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
    for theirs in columns:
        if unseen_signs(theirs) and "".join(c for c in theirs if not is_unseen(c)) == name:
            message = _("{file} has no column {name}, but “{theirs}”.")
            shown = message.format(file=path.name, name=name, theirs=seen_text(theirs))
            return shown + unseen_sentence(theirs)
    if name == "igm_unit":
        message = _(
            "{file} does not state the IgM unit: add a column igm_unit, or give --igm-unit."
        )
        return message.format(file=path.name)
    near = difflib.get_close_matches(name, columns, n=1)
    message = _("{file} has no column {name}.{near}")
    hint = (
        " " + _("Is it “{column}”? Then name it in a mapping.").format(column=seen_text(near[0]))
        if near
        else ""
    )
    return message.format(file=path.name, name=name, near=hint)


def rejected_path(out: Path) -> Path:
    """Where the refused rows of a run go, beside its results."""
    return out.with_name(f"{out.stem}.rejected.csv")


def run_path(out: Path) -> Path:
    """Where a run says what its results are of, beside them."""
    return out.with_name(f"{out.stem}.run.json")

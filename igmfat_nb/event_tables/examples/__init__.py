"""Examples of mappings with the small tables that they read, and our own table's mapping."""

from importlib.resources import files
from pathlib import Path

from igmfat_nb.event_tables.mapping import TableFormat
from igmfat_nb.language import comments_in_words

_FOLDER = files("igmfat_nb.event_tables.examples")


def example_texts(format_: TableFormat) -> tuple[str, str]:
    """A commented mapping, and the table that it reads."""
    mapping, table = (_FOLDER / f"{format_}.{ending}" for ending in ("yaml", "csv"))
    words = comments_in_words(mapping.read_text(encoding="utf-8"))
    return words, table.read_text(encoding="utf-8")


def own_text() -> str:
    """The mapping of what ``exporting`` writes."""
    return comments_in_words((_FOLDER / "own.yaml").read_text(encoding="utf-8"))


def ward_paths() -> tuple[Path, Path]:
    """A ward's table of synthetic courses and its mapping; two of 22 subjects have a slip."""
    folder = Path(__file__).parent
    return folder / "ward.csv", folder / "ward.yaml"

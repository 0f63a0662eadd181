"""Examples of mappings with the small tables that they read, and our own table's mapping."""

from importlib.resources import files

from igmfat_nb.event_tables.mapping import TableFormat

_FOLDER = files("igmfat_nb.event_tables.examples")


def example_texts(format_: TableFormat) -> tuple[str, str]:
    """A commented mapping, and the table that it reads."""
    mapping, table = (_FOLDER / f"{format_}.{ending}" for ending in ("yaml", "csv"))
    return mapping.read_text(encoding="utf-8"), table.read_text(encoding="utf-8")


def own_text() -> str:
    """The mapping of what ``exporting`` writes."""
    return (_FOLDER / "own.yaml").read_text(encoding="utf-8")

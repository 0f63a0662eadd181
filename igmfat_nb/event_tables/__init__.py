"""Courses of a ward from tables, and back: event tables, long tables, REDCap exports.

``mapping`` says which column is what and in which unit; ``cells`` reads a row's cells,
``records`` turns rows into titres, doses and events, ``subjects`` a subject's rows into a case,
``importing`` a table into cases and reasons. ``exporting`` writes cases as an event table.
"""

from igmfat_nb.event_tables.importing import Imported, import_rows
from igmfat_nb.event_tables.mapping import Mapping, read_mapping

__all__ = ["Imported", "Mapping", "import_rows", "read_mapping"]

"""FHIR R4 in: a Bundle with one patient and observations becomes a case, without identity.

``bundle`` reads the document by its published model and refuses what it
cannot trust; ``course`` puts measurements on the time axis of a case.
"""

from igmfat_nb.case.fhir.document import MOST_BYTES
from igmfat_nb.case.fhir.to_case import DEFAULT_SUBJECT, Imported, import_bundle

__all__ = ["DEFAULT_SUBJECT", "MOST_BYTES", "Imported", "import_bundle"]

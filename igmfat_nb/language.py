"""Translation of the sentences that people read.

Every such sentence is written in English inside ``_()``, with named fields
filled in afterwards, so that a catalogue can reorder them::

    _("{name} is {value}.").format(name=name, value=value)

Where a number decides the form, ``ngettext`` chooses it. A sentence is whole in
its marker: never put together of pieces, never an f-string.
``mark`` is for wording that stands in data: the catalogue finds it there and
``_`` looks it up when it is shown.
"""

import gettext
from pathlib import Path

DOMAIN = "igmfat_nb"
LOCALE_FOLDER = Path(__file__).parent / "locale"

_catalogue = gettext.translation(DOMAIN, LOCALE_FOLDER, fallback=True)


def _(sentence: str) -> str:
    """Return ``sentence`` in the reader's language, or in English."""
    return _catalogue.gettext(sentence)


def ngettext(one: str, several: str, number: int) -> str:
    """Return the form that goes with ``number`` in the reader's language, or in English."""
    return _catalogue.ngettext(one, several, number)


def mark(sentence: str) -> str:
    """Return ``sentence`` unchanged; its translation is looked up when it is shown."""
    return sentence


def has_decimal_comma() -> bool:
    """Whether people write 72,5 in the reader's language; English is the one here that does not."""
    return not _catalogue.info().get("language", "en").startswith("en")

"""A language of its own: every sentence of ours altered, in a copy of the package.

The copy is a folder of links to the package, with one more catalogue. What a page shows
of ours is between ⟦ and ⟧; whatever is not was never given to the catalogue.
"""

import os
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from translations.collect import LOCALE, NOTEBOOKS, PACKAGE, as_mo, template

CODE = "qps"  # of no people
OPEN, CLOSE = "⟦", "⟧"
NUMBER = "1.234,5"
#: What begins a paragraph of markdown must go on beginning it.
_SIGN = re.compile(r"(?<=\d)[.,](?=\d)")
_BEGINS = re.compile(r"(?:#+ |[-*] |\d+\. |> |\|)?")


def altered(sentence: str) -> str:
    """The sentence in the altered language; a number in that of Italy."""
    if sentence == "1,234.5":
        return NUMBER
    begins = _BEGINS.match(sentence)[0]
    lines = _SIGN.sub(lambda sign: {".": ",", ",": "."}[sign[0]], sentence.removeprefix(begins))
    return sentence if begins == "|" else f"{begins}{OPEN}{lines}{CLOSE}"


def catalogue() -> Catalog:
    """Every sentence, altered."""
    made = template()
    for one in made:
        if one.id:
            one.string = (
                tuple(map(altered, one.id)) if isinstance(one.id, tuple) else altered(one.id)
            )
    return made


def package_in(folder: Path) -> dict[str, str]:
    """Make the copy in a folder; return the environment in which Python takes it for ours."""
    package = folder / PACKAGE.name
    package.mkdir()
    for part in PACKAGE.iterdir():
        if part.name not in ("locale", "__pycache__"):
            (package / part.name).symlink_to(part)
    (folder / NOTEBOOKS.name).symlink_to(NOTEBOOKS)
    to = package / LOCALE.name / CODE / "LC_MESSAGES"
    to.mkdir(parents=True)
    (to / "igmfat.mo").write_bytes(as_mo(catalogue()))
    return {**os.environ, "PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1"}

"""Named results beside their documents: a file for each, and results.json for the folder.

Two reports may be written into one folder at the same time. Each has a file of
its own, which nobody else writes; results.json is made of these files, again and
again until none has come meanwhile. So the last to write it has seen all, and no
lock is needed that a crash or a network drive could leave behind.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from igmfat_nb.files import read_whole, replacing, write_whole
from igmfat_nb.reports.results import results_text

RESULTS_NAME = "results.json"
#: Where more than one report is in a folder: document → its named results.
DOCUMENTS = "documents"
_EARLIER = "earlier.results.json"  # of a document that nobody can name any more
_PAGES = (".html", ".htm")


def results_path(document: Path) -> Path:
    """NAME.results.json beside NAME.html."""
    return document.with_suffix(".results.json")


def write_beside(document: Path, html: str, results: Mapping[str, Any]) -> Path:
    """Write a document and its results; the results of others in the folder stay.

    Returns
    -------
    Path
        Where the results of this document alone are: ``results.json`` while it is
        the only report of its folder, otherwise its own file.
    """
    folder, own = document.parent, results_path(document)
    _keep_earlier(document)
    with replacing(document) as new:  # both or neither: results never stand beside another document
        new.write_bytes(html.encode("utf-8"))
        write_whole(own, results_text(results))
    whole, written = folder / RESULTS_NAME, ""
    while (text := _of_folder(folder)) != written:
        write_whole(whole, text)
        written = text
    return whole if written == own.read_text(encoding="utf-8") else own


def _of_folder(folder: Path) -> str:
    """The results of one report as they are, of several by document."""
    found = {
        document.name: read_whole(results_path(document)).decode("utf-8")
        for document in _documents(folder)
        if results_path(document).is_file()
    }
    if len(found) == 1:
        return next(iter(found.values()))
    return results_text({DOCUMENTS: {name: json.loads(text) for name, text in found.items()}})


def _documents(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("[!.]*") if path.suffix.lower() in _PAGES)


def _keep_earlier(document: Path) -> None:
    """Results that an earlier version left in results.json alone go beside their document."""
    whole, own = document.parent / RESULTS_NAME, results_path(document)
    if not whole.is_file() or any(document.parent.glob("[!.]*.results.json")):
        return
    others = [one for one in _documents(document.parent) if one != document]
    if not others or own.is_file():
        return  # they were this document's own
    lone = len(others) == 1 and not document.is_file()
    kept = results_path(others[0]) if lone else document.with_name(_EARLIER)
    write_whole(kept, read_whole(whole))

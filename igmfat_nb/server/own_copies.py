"""The notebooks in a folder of the reader's own: what they changed there is theirs.

Their prose is in the reader's language; those that are stored stay in English.
"""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.files import file_sha256, make_folder, read_whole, reason_of, write_whole
from igmfat_nb.language import ENGLISH, _, current, in_words
from igmfat_nb.server.folder import notebooks_in

#: Which notebooks lie here as they were copied: name → SHA-256.
RECORD = ".igmfat-notebooks.json"


@dataclass(slots=True)
class Copies:
    """What became of each notebook, by name."""

    copied: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """What a reader should hear: above all what was left as they changed it."""
        lines = (
            (_("Copied: {n} notebooks."), self.copied),
            (_("Renewed, since you had not changed them: {names}."), self.renewed),
            (_("Not renewed, since they are not as they were copied: {names}."), self.kept),
        )
        return [text.format(n=len(names), names=", ".join(names)) for text, names in lines if names]


def copy_notebooks(source: Path, folder: Path) -> Copies:
    """Copy every notebook that is not there; renew one only where it is as it was copied.

    Raises
    ------
    UnreadableInput
        If the folder or a file in it cannot be read or written.
    """
    try:
        make_folder(folder)
    except OSError as error:
        message = _("{folder} cannot be written: {reason}.")
        raise UnreadableInput(message.format(folder=folder, reason=reason_of(error))) from error
    before, now, copies = _recorded(folder), {}, Copies()
    for notebook in notebooks_in(source):
        name, target = notebook.name, folder / notebook.name
        content = _in_words(notebook)
        ours = sha256(content).hexdigest()
        if not target.exists():
            copies.copied.append(name)
        elif (theirs := file_sha256(target)) == ours:
            now[name] = ours
            continue
        elif theirs == before.get(name):
            copies.renewed.append(name)
        else:
            copies.kept.append(name)
            continue
        write_whole(target, content)
        now[name] = ours
    write_whole(folder / RECORD, json.dumps(before | now, indent=2, sort_keys=True) + "\n")
    return copies


def _in_words(notebook: Path) -> bytes:
    """The notebook with its prose in the reader's language; in English as it is stored."""
    stored = read_whole(notebook)
    if current() == ENGLISH:
        return stored
    document = json.loads(stored)
    for cell in document["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = in_words("".join(cell["source"])).splitlines(keepends=True)
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _recorded(folder: Path) -> dict[str, str]:
    """What was copied here before; a record that is no record protects every file."""
    if not (folder / RECORD).is_file():
        return {}
    try:
        read = json.loads(read_whole(folder / RECORD))
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(text) for name, text in read.items()} if isinstance(read, dict) else {}

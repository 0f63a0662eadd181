"""A result that comes along when its page turns to another language.

A run is made again: the same design, number and seed give the same numbers. A saved run is opened
again from its files, which the tab keeps meanwhile.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.trial.design import Design
from igmfat_nb.trial.design_text import design_of_link

#: What a tab keeps of a saved run, in letters of base64; it has some five million for all pages.
MOST_LETTERS = 2_000_000


@dataclass(frozen=True, slots=True)
class CameAlong:
    """What is to be shown again: a run of ``trials`` of these inputs, or the files of a folder."""

    inputs: tuple[Design, int, int] | None = None
    trials: int = 0
    folder: str = ""
    files: dict[str, bytes] = field(default_factory=dict)


def run_text(link: str, trials: int) -> str:
    """A run by the link of its design, and how many of its trials were done."""
    return json.dumps({"link": link, "trials": trials})


def folder_text(folder: str, files: Mapping[str, bytes]) -> str:
    """A saved run by its files; of too large a one its name alone."""
    packed = {name: base64.b64encode(content).decode() for name, content in files.items()}
    if sum(map(len, packed.values())) > MOST_LETTERS:
        packed = {}
    return json.dumps({"folder": folder, "files": packed})


def came_along(text: str) -> CameAlong:
    """Read what came along.

    Raises
    ------
    UnreadableInput
        One sentence, if it is damaged, or only the name of a folder came.
    """
    try:
        came = json.loads(text)
        if "link" in came:
            return CameAlong(inputs=design_of_link(came["link"]), trials=int(came["trials"]))
        files = {name: base64.b64decode(one) for name, one in came["files"].items()}
        folder = str(came["folder"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableInput(_("The result did not come along; run it again.")) from error
    if not files:
        message = _("{folder} was too large to come along; open it again.")
        raise UnreadableInput(message.format(folder=folder))
    return CameAlong(folder=folder, files=files)

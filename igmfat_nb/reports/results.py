"""Named results: how a notebook hands out numbers that a program can read.

The last cell of a notebook calls ``publish({...})``. Whoever ran the notebook
collects them from its outputs, so that the notebook needs no path to write to.
"""

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _

if TYPE_CHECKING:
    from nbformat import NotebookNode

MIME = "application/vnd.igmfat.results+json"


def publish(results: Mapping[str, Any]) -> None:
    """Hand out results by name; numbers, texts, truth values or null.

    Raises
    ------
    UnreadableInput
        If a value is none of these.
    """
    from IPython import display

    shown: Any = display
    shown.publish_display_data(
        {MIME: {name: _plain(name, value) for name, value in results.items()}}
    )


def published(notebook: "NotebookNode") -> dict[str, Any]:
    """Collect what the cells of a run notebook handed out; a later cell wins."""
    collected: dict[str, Any] = {}
    for output in _outputs(notebook):
        collected |= output.get("data", {}).get(MIME, {})
    return collected


def results_text(results: Mapping[str, Any]) -> str:
    """Write results as the JSON document that stands beside a report."""
    return json.dumps(results, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _outputs(notebook: "NotebookNode") -> list[Any]:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [output for cell in code for output in cell.outputs]


def _plain(name: str, value: Any) -> Any:
    plain = value.item() if hasattr(value, "item") else value
    if isinstance(plain, float) and not math.isfinite(plain):
        return None
    if plain is None or isinstance(plain, str | bool | int | float):
        return plain
    message = _("The result {name} is a {type}; expected a number, a text or null.")
    raise UnreadableInput(message.format(name=name, type=type(plain).__name__))

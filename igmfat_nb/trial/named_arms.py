"""Arms of a design by name: a rule of the package, a reading of the deficit rule, or a file."""

from pathlib import Path
from typing import Any

from igmfat_nb.bedside.readings import edition_of, editions, reading_named
from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.trial.design_errors import closest
from igmfat_nb.yaml_file import read_yaml

NAMED_ARMS = ("standard", "deficit", "forecast")


def arm_document(arm: Any, folder: Path) -> Any:
    """An arm as a mapping: of a rule's name, of a reading's, or of a file; its reading whole."""
    if isinstance(arm, str):
        arm = _named_arm(arm, folder)
    reading = arm.get("reading") if isinstance(arm, dict) else None
    if isinstance(reading, str):
        return arm | {"reading": reading_named(reading, folder).document()}
    if isinstance(reading, dict):
        return arm | {"reading": edition_of(reading, "arms.reading").document()}
    return arm


def _named_arm(arm: str, folder: Path) -> Any:
    if arm in NAMED_ARMS:
        return {"name": arm, "rule": arm}
    if arm.endswith((".yaml", ".yml")):
        return read_yaml(folder / arm)
    readings = {one.name for one in editions()}
    if arm in readings:
        return {"name": arm, "rule": "deficit", "reading": arm}
    message = _("arms: “{arm}” is neither one of {names} nor a reading nor a YAML file.{near}")
    near = closest(arm, [*NAMED_ARMS, *sorted(readings)])
    raise UnreadableInput(message.format(arm=arm, names=", ".join(NAMED_ARMS), near=near))

"""What is wrong with a design file, in one sentence that names the place."""

import difflib
from collections.abc import Container, Iterable
from typing import Any

from pydantic import ValidationError

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _, mark

# Words of the checker that say nothing to somebody who writes a design.
_EXPECTED = {
    "int_from_float": mark("a whole number"),
    "int_parsing": mark("a whole number"),
    "int_type": mark("a whole number"),
    "float_parsing": mark("a number"),
    "float_type": mark("a number"),
    "bool_type": mark("true or false"),
    "string_type": mark("a name"),
    "tuple_type": mark("a list"),
    "list_type": mark("a list"),
    "model_type": mark("choices with their names"),
    "model_attributes_type": mark("choices with their names"),
    "dict_type": mark("values with their names"),
}


def closest(name: str, valid: Iterable[str]) -> str:
    """Return " Is … meant?" with the closest valid name, or nothing."""
    near = difflib.get_close_matches(name, list(valid), n=1, cutoff=0.4)
    return _(" Is {name} meant?").format(name=near[0]) if near else ""


def first_problem(error: ValidationError) -> str:
    """The first thing that is refused: where it stands, what it is, what is expected."""
    first = error.errors()[0]
    place, given = _place(first["loc"]), first.get("input")
    if first["type"] == "missing":
        return _("{place} is missing.").format(place=place)
    expected = first["msg"].removeprefix("Input should be ")
    if first["type"] in _EXPECTED:
        expected = _(_EXPECTED[first["type"]])
    elif expected == first["msg"]:  # a sentence of its own
        return f"{place}: {expected.removeprefix('Value error, ').rstrip('.')}."
    counted = first["type"].startswith(("int_", "float_", "bool_"))
    shown = f"“{given}”" if counted and isinstance(given, str) else str(given)
    if given is None or isinstance(given, dict | list | tuple):
        return _("{place}: expected {expected}.").format(place=place, expected=expected)
    message = _("{place} is {given}; expected {expected}.")
    return message.format(place=place, given=shown[:60], expected=expected.rstrip("."))


def refuse_switches(value: Any, allowed: Container[str], place: str = "") -> None:
    """Refuse true and false (yes, no, on, off in YAML) where they would pass for 1 and 0."""
    if isinstance(value, bool):
        message = _("{place} is {value}; expected a number or a name.")
        raise UnreadableInput(message.format(place=place, value=str(value).lower()))
    if isinstance(value, dict):
        for key, part in value.items():
            if key not in allowed:
                refuse_switches(part, allowed, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        for part in value:
            refuse_switches(part, allowed, place)


def _place(location: tuple[int | str, ...]) -> str:
    """Dotted place in the file; the checker's own tag of the endpoint is not part of it."""
    parts = [str(part) for part in location]
    if len(parts) > 1 and parts[0] == "endpoint" and parts[1] in ("exposure", "fixed"):
        del parts[1]
    return ".".join(parts) or _("The design")

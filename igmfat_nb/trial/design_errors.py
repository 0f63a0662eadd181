"""What is wrong with a design file, in one sentence that names the place."""

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from igmfat_nb.errors import ImplausibleInput, Place, UnreadableInput
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.validation import Found, nearest

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
    "too_short": mark("two arms"),
    "too_long": mark("two arms"),
    "string_pattern_mismatch": mark("a name of small letters, digits, _ and -"),
}
MOST_SCENARIOS = 1_000  # of a grid
_EXPECTS = "Input should be "


def closest(name: str, valid: Iterable[str]) -> str:
    """Return "Did you mean …?" after a space with the closest valid name, or nothing."""
    near = nearest(name, valid, cutoff=0.4)
    return " " + _("Did you mean {name}?").format(name=near) if near else ""


def without_tag(place: Place) -> Place:
    """The place in the file: the checker's own tag of the endpoint is not part of it."""
    tagged = place[:1] == ("endpoint",) and place[1:2] in (("exposure",), ("fixed",))
    return place[:1] + place[2:] if tagged else place


def expected(found: Found) -> str:
    """What a design wants at a place."""
    if found.kind in _EXPECTED:
        return _(_EXPECTED[found.kind])
    return found.said.removeprefix(_EXPECTS).rstrip(".")


def given_value(given: Any) -> str:
    """What stands in the file; nothing for what is no single value."""
    if given is None or isinstance(given, dict | list | tuple):
        return ""
    return f"“{given[:60]}”" if isinstance(given, str) else str(given)[:60]


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


def check_grid(grid: Mapping[str, Sequence[object]]) -> None:
    """Refuse more combinations than anybody waits for or reads (ImplausibleInput)."""
    count = math.prod(map(len, grid.values()))
    if count > MOST_SCENARIOS:
        message = _("The grid has {count} combinations; at most {most} are run.")
        raise ImplausibleInput(
            message.format(count=number_text(count), most=number_text(MOST_SCENARIOS))
        )

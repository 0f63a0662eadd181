"""Sourced constants as records and as text."""

from collections.abc import Iterable, Mapping
from typing import Any

from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.provenance import Sourced


def sourced_record(name: str, constant: Sourced[Any]) -> dict[str, Any]:
    """One constant with its origin; its sentences in the reader's language."""
    return {
        "name": name,
        "value": constant.value,
        "unit": constant.unit,
        "status": constant.status,
        "source": constant.source.key,
        "locator": _(constant.locator),
        "read_as": _(constant.source.read_as),
        "note": _(constant.note),
    }


def value_text(value: object) -> str:
    """Write a constant's value: a number, or several, each by its name if it has one."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {value_text(part)}" for name, part in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(value_text(part) for part in value)
    return number_text(value, 5) if isinstance(value, int | float) else str(value)

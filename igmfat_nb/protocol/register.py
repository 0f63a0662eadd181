"""Every constant of the protocol by name, for listings that must not miss one."""

from types import ModuleType
from typing import Any

from igmfat_nb.language import mark
from igmfat_nb.protocol import (
    constants,
    exploration,
    populations,
    product,
    titration,
    virtual_trial,
)
from igmfat_nb.protocol.provenance import Sourced

#: What a group of constants is about, and the module that holds it.
GROUPS: tuple[tuple[str, ModuleType], ...] = (
    (mark("The trial, and our rule where the trial's is not known"), constants),
    (mark("The product and its label"), product),
    (mark("Kinetics of IgM and variation between patients"), populations),
    (mark("Titration of one patient"), titration),
    (mark("Virtual trials"), virtual_trial),
    (mark("What is explored"), exploration),
)


def sourced_constants() -> dict[str, Sourced[Any]]:
    """Return name → constant, in the order in which they are written down."""
    return {name: value for _title, module in GROUPS for name, value in _sourced(module)}


def grouped_constants() -> dict[str, dict[str, Sourced[Any]]]:
    """Return the same by what they are about: title → name → constant."""
    return {title: dict(_sourced(module)) for title, module in GROUPS}


def _sourced(module: ModuleType) -> list[tuple[str, Sourced[Any]]]:
    return [(name, value) for name, value in vars(module).items() if isinstance(value, Sourced)]

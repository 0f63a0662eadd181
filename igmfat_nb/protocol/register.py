"""Every constant of the protocol by name, for listings that must not miss one."""

from types import ModuleType
from typing import Any

from igmfat_nb.protocol import constants, populations, product, titration, virtual_trial
from igmfat_nb.protocol.provenance import Sourced

MODULES = (constants, product, populations, titration, virtual_trial)


def sourced_constants() -> dict[str, Sourced[Any]]:
    """Return name → constant, in the order in which they are written down."""
    return {name: value for module in MODULES for name, value in _sourced(module)}


def _sourced(module: ModuleType) -> list[tuple[str, Sourced[Any]]]:
    return [(name, value) for name, value in vars(module).items() if isinstance(value, Sourced)]

"""Names that a notebook was given for the choices of an assumption."""

from typing import cast

from igmfat_nb.courses.population import SCENARIOS, SYNTHESIS_MODES, Scenario, SynthesisMode
from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _


def scenario_named(name: str) -> Scenario:
    """Clearance scenario of a name, or a sentence listing them."""
    return cast("Scenario", _one_of(name, SCENARIOS, "scenario"))


def synthesis_named(name: str) -> SynthesisMode:
    """Synthesis mode of a name, or a sentence listing them."""
    return cast("SynthesisMode", _one_of(name, SYNTHESIS_MODES, "synthesis"))


def _one_of(name: str, known: tuple[str, ...], what: str) -> str:
    if name not in known:
        message = _("{what} is “{name}”; expected one of {known}.")
        raise UnreadableInput(message.format(what=what, name=name, known=", ".join(known)))
    return name

"""What a notebook was given: names of the choices of an assumption, and its language."""

import os
from typing import cast, get_args

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.readings import reading_named
from igmfat_nb.courses.clearance import EVEN_WEIGHTS, Weights, read_weights, weights_text
from igmfat_nb.courses.population import SYNTHESIS_MODES, Scenario, SynthesisMode
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import VARIABLE, _, languages, of_process
from igmfat_nb.units import given_text


def scenario_named(name: str) -> Scenario:
    """Clearance scenario of a name, or a sentence listing them."""
    return cast("Scenario", _one_of(name, get_args(Scenario), "scenario"))


def weights_named(text: str, scenario: str) -> Weights:
    """Weights of the scenarios, a third each where none are given; only ``averaged`` has any."""
    if not text:
        return EVEN_WEIGHTS
    if scenario != "averaged":
        raise UnreadableInput(_("scenario_weights goes with scenario averaged."))
    return read_weights(text)


def weights_shown(assumptions: Assumptions) -> str:
    """Prior weights for a run record; nothing where one scenario was picked by hand."""
    return weights_text(assumptions.weights) if assumptions.scenario == "averaged" else ""


def synthesis_named(name: str) -> SynthesisMode:
    """Synthesis mode of a name, or a sentence listing them."""
    return cast("SynthesisMode", _one_of(name, SYNTHESIS_MODES, "synthesis"))


def rule_of_reading(name: str) -> DoseRule:
    """The dose rule of a reading, by its name or of its file."""
    return reading_named(given_text(name, "reading")).rule()


def speak(language: str) -> None:
    """Let this process, a document's own, speak a language from now on; empty: as it does."""
    if language:
        os.environ[VARIABLE] = _one_of(language, languages(), "language")
        of_process.cache_clear()


def _one_of(name: str, known: tuple[str, ...], what: str) -> str:
    if name not in known:
        message = _("{what} is “{name}”; expected one of {known}.")
        raise UnreadableInput(message.format(what=what, name=name, known=", ".join(known)))
    return name

"""How fast IgM is cleared and made: assumptions, not this patient's."""

import ipywidgets as ipw

from igmfat_nb.courses.population import CLEARANCE, SCENARIOS, Scenario
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.widgets.explorer.fields import choice_field, follow
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.explorer.plan_markup import clearance_note, synthesis_note
from igmfat_nb.widgets.parts.controls import card, html
from igmfat_nb.widgets.parts.markup import head


def kinetics_panel(model: ExplorerModel) -> ipw.VBox:
    """Clearance scenario and synthesis, and what follows from them."""
    clearance, synthesis = html(), html()

    def show(outcome: Outcome) -> None:
        clearance.value, synthesis.value = clearance_note(outcome), synthesis_note(outcome)

    follow(model, show)
    modes = (
        (_("as at first"), "baseline"),
        (_("recovers"), "recovering"),
        (_("absent"), "none"),
    )
    scenarios = [(_scenario_text(name), str(name)) for name in SCENARIOS]
    scenarios.append((_("averaged"), "averaged"))
    return card(
        [
            html(value=head(_("Kinetics"))),
            choice_field(model, "scenario", _("Assumed clearance"), scenarios),
            clearance,
            choice_field(model, "synthesis", _("Assumed synthesis"), modes),
            synthesis,
        ],
        "ig-half",
    )


def _scenario_text(name: Scenario) -> str:
    factor = CLEARANCE[name].value
    return _("healthy") if factor == 1 else f"× {number_text(factor, 2)}"

"""The parts of the personalised rule: all ours, each one visible and changeable."""

import ipywidgets as ipw

from igmfat_nb.bedside.working import reading_words
from igmfat_nb.language import _
from igmfat_nb.widgets.explorer.fields import choice_field, follow, text_field
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.parts.appearance import layout_when
from igmfat_nb.widgets.parts.controls import card, html
from igmfat_nb.widgets.parts.markup import head, paragraph


def rule_panel(model: ExplorerModel) -> ipw.VBox:
    """Volume, recovery, maintenance and rounding as typed."""
    said = _(
        "The texts we read do not state the trial's equation: every part here is an"
        " assumption of this software."
    )
    title = '<span id="ig-rule"></span>' + head(
        _("Personalised rule"), _("our assumption"), css="ig-badge ig-ass"
    )
    distributes = _("Where IgM distributes")
    rules = (
        (_("Nadler"), "nadler"),
        (_("mL/kg"), "fixed"),
        (_("coefficient"), "coefficient"),
    )
    roundings = ((_("nearest mL"), "ml"), (_("whole vials"), "vials"), (_("not rounded"), "none"))
    return card(
        [
            html(value=title + paragraph("ig-note", said)),
            *_formula_fields(model, choice_field(model, "volume_rule", distributes, rules)),
            text_field(model, "recovery", _("Recovery of a dose in plasma"), _("fraction")),
            text_field(model, "maintenance_ml_per_kg", _("Dose at or above the target"), "mL/kg"),
            choice_field(model, "rounding", _("Rounding of the volume, both arms"), roundings),
        ],
        "ig-half",
    )


def _formula_fields(model: ExplorerModel, rule: ipw.VBox) -> list[ipw.Widget]:
    """The volume rule and its number; none where the patient's reading states the formula."""
    reading = html()
    fields = {
        "fixed": text_field(model, "volume_ml_per_kg", _("Distribution volume"), "mL/kg"),
        "coefficient": text_field(
            model, "coefficient", _("Product per kg and mg/dL of deficit"), "mL"
        ),
    }

    def show(outcome: Outcome) -> None:
        stated = bool(model.patient.typed.reading)
        used = outcome.choices.rule
        reading.value = paragraph("ig-sub", reading_words(used)) if stated and used else ""
        if stated or rule.layout:  # a layout only for what was ever hidden
            rule.layout = layout_when(shown=not stated)
        for owner, field in fields.items():
            field.layout = layout_when(shown=owner == model.volume_rule and not stated)

    follow(model, show)
    return [reading, rule, *fields.values()]

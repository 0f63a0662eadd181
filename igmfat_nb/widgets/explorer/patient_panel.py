"""The patient as typed, and the label's contraindications."""

import ipywidgets as ipw

from igmfat_nb.bedside.patient import TypedPatient
from igmfat_nb.language import _
from igmfat_nb.protocol.criteria import CONTRAINDICATIONS
from igmfat_nb.units import IGM_UNITS
from igmfat_nb.widgets.explorer.fields import (
    answer_switch,
    choice_field,
    follow,
    text_field,
)
from igmfat_nb.widgets.explorer.model import SYNTHETIC_PATIENT, ExplorerModel
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import card, html, row, with_classes
from igmfat_nb.widgets.parts.criteria_markup import question
from igmfat_nb.widgets.parts.markup import head, paragraph


def patient_panel(model: ExplorerModel) -> ipw.VBox:
    """Seven inputs as typed; the page starts without a patient."""
    warnings = html()
    sexes = ((_("Female"), "female"), (_("Male"), "male"))
    units = [(unit, unit) for unit in IGM_UNITS]

    def show(outcome: Outcome) -> None:
        warnings.value = "".join(paragraph("ig-warn", sentence) for sentence in outcome.warnings)

    follow(model, show)
    return card(
        [
            html(value=head(_("Patient"))),
            choice_field(model, "sex", _("Sex"), sexes),
            row(
                text_field(model, "age_years", _("Age"), _("years")),
                text_field(model, "height_cm", _("Height"), "cm"),
            ),
            row(
                text_field(model, "weight_kg", _("Weight, actual"), "kg"),
                text_field(model, "haematocrit", _("Haematocrit"), _("fraction")),
            ),
            row(
                text_field(model, "igm", _("Serum IgM")),
                choice_field(model, "igm_unit", _("IgM unit"), units),
                css="ig-two-auto",
            ),
            warnings,
            _filling_buttons(model),
        ],
        "ig-patient",
    )


def contraindication_panel(model: ExplorerModel) -> ipw.VBox:
    """What the label forbids, asked apart from the trial's criteria."""
    said = _("Asked apart from the trial's criteria. Yes stops both doses.")
    intro = head(_("Contraindications of the label")) + paragraph("ig-note", said)
    asked = [
        row(
            html(value=question(statement)),
            answer_switch(model, statement.code),
            css="ig-question",
        )
        for statement in CONTRAINDICATIONS
    ]
    return card([html(value=intro), *asked])


def _filling_buttons(model: ExplorerModel) -> ipw.Box:
    example = with_classes(
        lean.Button(
            description=_("Fill in a synthetic patient"),
            tooltip=_("An invented patient, to see how the page works."),
        ),
        "ig-btn",
    )
    clear = with_classes(lean.Button(description=_("Clear")), "ig-btn")
    example.on_click(lambda _button: model.fill(SYNTHETIC_PATIENT))
    clear.on_click(lambda _button: model.fill(TypedPatient()))
    return with_classes(lean.Box([example, clear]), "ig-buttons")

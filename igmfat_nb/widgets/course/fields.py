"""The patient of a course, and what the answer is asked for: fields with their error lines."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import ipywidgets as ipw

from igmfat_nb.courses.population import CLEARANCE, SCENARIOS
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.criteria import CONTRAINDICATIONS
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import card, html, row, with_classes
from igmfat_nb.widgets.parts.criteria_markup import ANSWER_TEXT, question
from igmfat_nb.widgets.parts.markup import head, paragraph

PSEUDONYM = mark("A pseudonym, never a name: letters, digits and hyphens.")
LEAST_CHANCE, MOST_CHANCE, STEP = 0.5, 0.99, 0.01


def course_patient_panel(model: CourseModel) -> ipw.VBox:
    """Whose course it is: a pseudonym, the body, the arm; no default patient, ever."""
    sexes = ((_("Female"), "female"), (_("Male"), "male"))
    return card(
        [
            html(value=head(_("Patient"))),
            _text_field(model, "subject", _("Pseudonym"), hint="SIM-001"),
            html(value=paragraph("ig-note", _(PSEUDONYM))),
            _choice_field(model, "sex", _("Sex"), sexes),
            row(
                _text_field(model, "age_years", _("Age"), _("years")),
                _text_field(model, "height_cm", _("Height"), "cm"),
            ),
            row(
                _text_field(model, "weight_kg", _("Weight, actual"), "kg"),
                _text_field(model, "haematocrit", _("Haematocrit"), _("fraction")),
            ),
            *_course_fields(model),
        ]
    )


def course_data_panel(model: CourseModel) -> ipw.VBox:
    """What a course has beyond the patient, where the body is typed elsewhere on the page."""
    subject = _text_field(model, "subject", _("Pseudonym"), hint="SIM-001")
    note = html(value=paragraph("ig-note", _(PSEUDONYM)))
    return card([html(value=head(_("Of this course"))), subject, note, *_course_fields(model)])


def _course_fields(model: CourseModel) -> tuple[ipw.VBox, ipw.VBox]:
    arms = ((_("none"), ""), (_("standard"), "standard"), (_("personalised"), "personalised"))
    stopped = _text_field(
        model,
        "vasopressor_stopped_h",
        _("Vasopressors stopped"),
        "h",
        hint=_("still running"),
    )
    return _choice_field(model, "arm", _("Allocated arm"), arms), stopped


def clearance_panel(model: CourseModel) -> ipw.VBox:
    """The label's contraindications of this case."""
    asked = [
        row(
            html(value=question(statement)),
            _answer_switch(model, statement.code),
            css="ig-question",
        )
        for statement in CONTRAINDICATIONS
    ]
    said = _("Yes stops every rule.")
    intro = head(_("Contraindications of the label")) + paragraph("ig-note", said)
    return card([html(value=intro), *asked])


def question_panel(model: CourseModel, *, with_scenario: bool = True) -> ipw.VBox:
    """What is asked: the chance, the time of the decision, the assumed clearance."""
    chance = with_classes(
        ipw.FloatSlider(
            value=model.probability,
            min=min(LEAST_CHANCE, model.probability),
            max=max(MOST_CHANCE, model.probability),
            step=STEP,
            description=_("Requested probability"),
            continuous_update=False,
            readout_format=".0%",
        ),
        "ig-slider",
    )
    chance.observe(lambda change: model.set_trait("probability", float(change["new"])), "value")
    model.observe(lambda change: setattr(chance, "value", change["new"]), "probability")
    parts = [
        html(value=head(_("Requested"))),
        with_classes(lean.VBox([chance]), "ig-field"),
        _at_field(model),
    ]
    if with_scenario:
        parts.append(_scenario_field(model))
    return card(parts)


def _scenario_field(model: CourseModel) -> ipw.VBox:
    scenarios = [
        (
            _("healthy")
            if CLEARANCE[name].value == 1
            else f"× {number_text(CLEARANCE[name].value, 2)}",
            name,
        )
        for name in SCENARIOS
    ]
    switch = _switch(_("Assumed clearance, before any titre"), scenarios)
    switch.value = model.scenario if model.scenario in SCENARIOS else None

    def chosen(change: dict[str, Any]) -> None:
        if change["new"] is not None:
            model.scenario = change["new"]

    switch.observe(chosen, "value")
    model.observe(lambda change: _choose(switch, change["new"]), "scenario")
    return with_classes(lean.VBox([switch]), "ig-field")


def _at_field(model: CourseModel) -> ipw.VBox:
    """When the decision is made; empty for the last hour entered."""
    typed = lean.Text(
        value=model.at_h_text,
        description=_("Decision at"),
        placeholder=_("last hour entered"),
        continuous_update=False,
    )
    typed.observe(lambda change: model.set_trait("at_h_text", change["new"]), "value")
    model.observe(lambda change: setattr(typed, "value", change["new"]), "at_h_text")
    return _field(model, "at_h", [typed, html("ig-unit", value="h")])


def _text_field(
    model: CourseModel, name: str, label: str, unit: str = "", hint: str = ""
) -> ipw.VBox:
    typed = lean.Text(description=label, placeholder=hint, continuous_update=False)

    def show(_change: object = None) -> None:
        typed.value = getattr(model.typed, name)

    def entered(change: dict[str, Any]) -> None:
        if change["new"] != getattr(model.typed, name):
            model.change(name, change["new"])

    show()
    typed.observe(entered, "value")
    model.observe(show, "typed")
    inside = [html("ig-unit", value=escape(unit))] if unit else []
    return _field(model, name, [typed, *inside])


def _choice_field(
    model: CourseModel, name: str, label: str, options: Sequence[tuple[str, str]]
) -> ipw.VBox:
    switch = _switch(label, options)
    _follow_choice(
        model,
        switch,
        lambda: str(getattr(model.typed, name)),
        lambda word: model.change(name, word),
    )
    return _field(model, name, [switch])


def _answer_switch(model: CourseModel, code: str) -> ipw.ToggleButtons:
    options = [(_(text), word) for word, text in ANSWER_TEXT.items()]
    switch = with_classes(_switch("", options), "ig-seg-small")
    _follow_choice(
        model,
        switch,
        lambda: str(model.typed.criteria.get(code, "unknown")),
        lambda word: model.answer(code, word),
    )
    return switch


def _switch(label: str, options: Sequence[tuple[str, str]]) -> ipw.ToggleButtons:
    switch = lean.ToggleButtons(options=list(options), value=None, description=label)
    return with_classes(switch, "ig-seg")


def _follow_choice(
    model: CourseModel,
    switch: ipw.ToggleButtons,
    current: Callable[[], str],
    choose: Callable[[str], None],
) -> None:
    _choose(switch, current())

    def clicked(change: dict[str, Any]) -> None:
        if change["new"] is not None and change["new"] != current():
            choose(change["new"])

    switch.observe(clicked, "value")
    model.observe(lambda _change: _choose(switch, current()), "typed")


def _choose(switch: ipw.ToggleButtons, word: str) -> None:
    known = {value for _shown, value in switch.options}
    switch.value = word if word in known else None


def _field(model: CourseModel, name: str, inside: list[ipw.Widget]) -> ipw.VBox:
    error = html("ig-err")
    field = with_classes(lean.VBox([*inside, error]), "ig-field")

    def show(_change: object = None) -> None:
        sentence = model.outcome.refused.get(name, "")
        error.value = escape(sentence)
        (field.add_class if sentence else field.remove_class)("ig-bad")

    show()
    model.observe(show, "outcome")
    return field

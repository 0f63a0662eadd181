"""The patient of a course, and what the answer is asked for: fields with their error lines."""

from collections.abc import Sequence

import ipywidgets as ipw

from igmfat_nb.courses.population import CLEARANCE, SCENARIOS
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.criteria import CONTRAINDICATIONS
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import card, html, row, with_classes
from igmfat_nb.widgets.parts.criteria_markup import question
from igmfat_nb.widgets.parts.field import Followed, answer_switch, choice_field, text_field
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
    return choice_field(
        _asked(model, "scenario"), _("Assumed clearance, before any titre"), scenarios
    )


def _at_field(model: CourseModel) -> ipw.VBox:
    """When the decision is made; empty for the last hour entered."""
    return text_field(
        _asked(model, "at_h_text", "at_h"), _("Decision at"), "h", hint=_("last hour entered")
    )


def _text_field(
    model: CourseModel, name: str, label: str, unit: str = "", hint: str = ""
) -> ipw.VBox:
    return text_field(_typed(model, name), label, unit, hint=hint)


def _choice_field(
    model: CourseModel, name: str, label: str, options: Sequence[tuple[str, str]]
) -> ipw.VBox:
    return choice_field(_typed(model, name), label, options)


def _answer_switch(model: CourseModel, code: str) -> ipw.ToggleButtons:
    followed = Followed(
        model,
        "typed",
        value=lambda: str(model.typed.criteria.get(code, "unknown")),
        enter=lambda word: model.answer(code, word),
    )
    return answer_switch(followed)


def _typed(model: CourseModel, name: str) -> Followed:
    """A field of the patient or the course."""
    return Followed(
        model,
        ["typed", "outcome"],
        value=lambda: str(getattr(model.typed, name)),
        enter=lambda text: model.change(name, text),
        refused=lambda: model.outcome.refused.get(name, ""),
    )


def _asked(model: CourseModel, name: str, place: str = "") -> Followed:
    """A part of the question; ``place`` is where its refusal stands, if not under its name."""
    return Followed(
        model,
        [name, "outcome"],
        value=lambda: str(getattr(model, name)),
        enter=lambda text: setattr(model, name, text),
        refused=lambda: model.outcome.refused.get(place or name, ""),
    )

"""The first step: the patient, the screening, both doses of the first day, curve and plan."""

from dataclasses import replace

import ipywidgets as ipw

from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol import constants
from igmfat_nb.units import IGM_UNITS
from igmfat_nb.widgets.explorer.dose_cards import dose_cards
from igmfat_nb.widgets.explorer.fields import choice_field, follow, text_field
from igmfat_nb.widgets.explorer.kinetics_panel import kinetics_panel
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.explorer.plan_panel import plan_panel, statements_panel
from igmfat_nb.widgets.explorer.rule_panel import rule_panel
from igmfat_nb.widgets.parts import field
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import layout_when
from igmfat_nb.widgets.parts.controls import card, folded, html, row, with_classes
from igmfat_nb.widgets.parts.markup import head, paragraph
from igmfat_nb.widgets.parts.template import filled
from igmfat_nb.widgets.workspace.examples import ELIGIBLE
from igmfat_nb.widgets.workspace.first_curve import first_curve_panel
from igmfat_nb.widgets.workspace.model import COURSE, Workspace
from igmfat_nb.widgets.workspace.readings_panel import readings_panel
from igmfat_nb.widgets.workspace.screening import screening_panel
from igmfat_nb.widgets.workspace.strongest_panel import strongest_panel
from igmfat_nb.widgets.workspace.zero import zero_field

DUE = """<div class="ig-due"><h2>{% if now %}<b class="ig-now">{{ now }}</b>{% endif %}\
{{ title }}</h2>
<p>{{ under }}</p></div>"""


def first_step(work: Workspace) -> ipw.Box:
    """Fields left, answers right; on a phone the doses come first where there are any."""
    model = work.explorer
    aside = [_ordered(patient_card(work), 2), _ordered(screening_panel(work), 5)]
    main = [
        _ordered(_due_line(work), 1),
        _ordered(dose_cards(model), 1),
        _ordered(readings_panel(work), 1),
        _ordered(first_curve_panel(work), 4),
        _ordered(plan_panel(model), 6),
        _ordered(_assumptions(work), 7),
    ]
    columns = [with_classes(lean.VBox(aside), "ig-aside"), with_classes(lean.VBox(main), "ig-main")]
    page = with_classes(lean.Box(columns), "ig-page", "ig-first")

    def past(_change: object = None) -> None:
        """Of a course that goes on nothing is due here; its line says where."""
        (page.add_class if work.course.typed.goes_on() else page.remove_class)("ig-past")

    work.course.observe(past, "typed")
    past()
    return page


def patient_card(work: Workspace) -> ipw.VBox:
    """Who, the body, and the first titre with its draw."""
    model, course = work.explorer, work.course
    subject = field.Followed(
        course,
        "typed",
        value=lambda: course.typed.subject,
        enter=lambda text: course.take(replace(course.typed, subject=text)),
        refused=lambda: course.reading.refused.get("subject", ""),
        name="subject",
    )
    warnings = html()
    sexes = ((_("Female"), "female"), (_("Male"), "male"))
    units = [(unit, unit) for unit in IGM_UNITS]

    def show(outcome: Outcome) -> None:
        warnings.value = "".join(paragraph("ig-warn", sentence) for sentence in outcome.warnings)

    follow(model, show)
    hint = _("Comma or point. A pseudonym, never a name.")
    return card(
        [
            html(value=head(_("Patient"))),
            field.text_field(
                subject, _("Pseudonym"), hint=_("such as SIM-014"), at_each_stroke=True
            ),
            choice_field(model, "sex", _("Sex"), sexes),
            row(
                text_field(model, "age_years", _("Age"), _("years")),
                text_field(model, "height_cm", _("Height"), "cm"),
            ),
            row(
                text_field(model, "weight_kg", _("Weight, actual"), "kg"),
                text_field(model, "haematocrit", _("Haematocrit"), hint=_("0.31 or 31 %")),
            ),
            row(
                text_field(model, "igm", _("Serum IgM")),
                choice_field(model, "igm_unit", _("IgM unit"), units),
                css="ig-two-auto",
            ),
            zero_field(work),
            warnings,
            html(value=paragraph("ig-note", hint)),
        ],
        "ig-patient",
    )


def _due_line(work: Workspace) -> ipw.Box:
    """Which dose this is, and the one thing to do next."""
    said = html()
    fill = _main_button(_("Fill in a synthetic patient"))
    follow_on = _main_button(_("Follow the course →"))
    undo = with_classes(lean.Button(description=_("Undo")), "ig-btn")
    fill.on_click(lambda _button: work.open_example(ELIGIBLE))
    undo.on_click(lambda _button: work.undo())
    follow_on.on_click(lambda _button: setattr(work, "step", COURSE))

    def show(_change: object = None) -> None:
        outcome, empty = work.explorer.outcome, work.course.typed.is_empty()
        fill.layout, follow_on.layout = layout_when(shown=empty), layout_when(shown=not empty)
        undo.layout = layout_when(shown=empty and work.course.can_undo)  # the patient before
        said.value = _due_markup(work, outcome)

    work.explorer.observe(show, "outcome")
    work.course.observe(show, ["typed", "can_undo", "outcome"])
    work.observe(show, ["step", "times"])
    show()
    return with_classes(lean.Box([said, undo, fill, follow_on]), "ig-due-line")


def _due_markup(work: Workspace, outcome: Outcome) -> str:
    if work.course.typed.is_empty():
        under = _("Each dose appears as soon as what it needs is there.")
        return filled(DUE, now="", title=_("First dose"), under=under)
    if outcome.arms is None and outcome.standard and outcome.refused:
        under = _("The standard dose needs the weight only; the personalised one waits.")
        return filled(DUE, now="", title=_("First dose"), under=under)
    if outcome.arms is None:
        title = _("No dose") if outcome.stopped or outcome.refused else _("First dose")
        under = "" if outcome.stopped else outcome.blank  # both cards say what stops them
        return filled(DUE, now="", title=title, under=under)
    if work.now_h >= constants.SAMPLING_INTERVAL.value:
        under = _("The titre is {hours} old; what is due now is under “Follow the course”.")
        age = quantity_text(work.now_h, "h", 1)
        return filled(DUE, now="", title=_("Dose of day 1"), under=under.format(hours=age))
    titre = outcome.patient.igm_mg_dl if outcome.patient else 0.0
    under = _("From {titre} mg/dL at {time}; no dose given yet.")
    return filled(
        DUE,
        now=_("Due now"),
        title=_("Dose of day 1"),
        under=under.format(titre=number_text(titre, 2), time=work.times.text(0.0)),
    )


def _assumptions(work: Workspace) -> ipw.VBox:
    """Kinetics and rule, and what all of it stands on: folded, one click away."""
    model = work.explorer
    choices = folded(
        _("Change kinetics or rule"),
        lambda: [row(kinetics_panel(model), rule_panel(model), css="ig-cards")],
    )
    stands_on = folded(
        _("What this stands on: trial, label, our assumptions"),
        lambda: [statements_panel(model)],
    )
    return card([strongest_panel(work), choices, stands_on], "ig-noprint")


def _main_button(label: str) -> ipw.Button:
    return with_classes(lean.Button(description=label), "ig-btn-main")


def _ordered(widget: ipw.Widget, place: int) -> ipw.Widget:
    return with_classes(widget, f"ig-order-{place}")

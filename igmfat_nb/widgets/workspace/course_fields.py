"""The patient in a few lines beside the course: what may change on the way stands here."""

import ipywidgets as ipw

from igmfat_nb.bedside.eligibility import VERDICT_WORDS
from igmfat_nb.courses.population import CLEARANCE, SCENARIOS
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.tables.clearance import weights_line
from igmfat_nb.widgets.explorer.fields import choice_field, follow
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.parts import field
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import card, html, with_classes
from igmfat_nb.widgets.parts.markup import NO_BREAK, head, paragraph
from igmfat_nb.widgets.parts.template import filled
from igmfat_nb.widgets.workspace.model import FIRST, Workspace

LINES = """<dl class="ig-lines">{% for name, value in lines %}<div><dt>{{ name }}</dt>\
<dd>{{ value }}</dd></div>{% endfor %}</dl>"""


def summary_panel(work: Workspace) -> ipw.VBox:
    """Body and screening to read; vasopressors, the hour of the decision, clearance to change."""
    lines = html()
    edit = with_classes(lean.Button(description=_("Edit")), "ig-btn-link")
    edit.on_click(lambda _button: setattr(work, "step", FIRST))

    def show(outcome: Outcome) -> None:
        lines.value = filled(LINES, lines=_lines(work, outcome))

    follow(work.explorer, show)
    course = work.course
    stopped = field.text_field(
        field.Followed(
            course,
            ["typed", "outcome", "zero_text"],
            value=lambda: work.times.shown(course.typed.vasopressor_stopped_h),
            enter=lambda text: course.change(
                "vasopressor_stopped_h", work.entered(text, last_draw_h(work))
            ),
            refused=lambda: course.reading.refused.get("vasopressor_stopped_h", ""),
            name="vasopressor_stopped_h",
        ),
        _("Vasopressors stopped"),
        hint=_("no stop entered"),
    )
    now = field.text_field(
        field.Followed(
            course,
            ["at_h_text", "outcome", "zero_text"],
            value=lambda: work.times.shown(course.at_h_text),
            enter=lambda text: setattr(course, "at_h_text", work.entered(text, work.last_h)),
            refused=lambda: course.outcome.refused.get("at_h", ""),
            name="at_h",
        ),
        _("Now"),
        hint=work.now_hint,
    )
    title = with_classes(lean.Box([html(value=head(_("Patient"))), edit]), "ig-days-head")
    clearance = clearance_field(work)
    return card([title, lines, stopped, now, clearance, _weighed(work)], "ig-summary")


def last_draw_h(work: Workspace) -> float:
    """When the last titre was drawn [h]."""
    case = work.course.reading.case
    return case.titres[-1].time_h if case else 0.0


def clearance_field(work: Workspace, label: str = "") -> ipw.VBox:
    """The one clearance choice of the page."""
    scenarios = []
    for name in SCENARIOS:
        factor = CLEARANCE[name].value
        shown = _("healthy") if factor == 1 else f"× {number_text(factor, 2)}"
        scenarios.append((shown, name))
    scenarios.append((_("averaged"), "averaged"))
    label = label or _("Assumed clearance, before any titre")
    return choice_field(work.explorer, "scenario", label, scenarios)


def _weighed(work: Workspace) -> ipw.HTML:
    """What each clearance weighs after the last titre; nothing where one was picked by hand."""
    shown = html("ig-weighed")

    def show(_change: object = None) -> None:
        answer = work.course.outcome.answer
        decision = answer.decision if answer else None
        said = weights_line(decision.learning.final, decision.assumptions) if decision else []
        shown.value = "".join(
            paragraph("ig-note", line.replace(" %", f"{NO_BREAK}%")) for line in said
        )

    work.course.observe(show, "outcome")
    show()
    return shown


def _lines(work: Workspace, outcome: Outcome) -> list[tuple[str, str]]:
    reading = work.course.reading.patient
    height, haematocrit = reading.number("height_cm"), reading.number("haematocrit")
    body = [
        quantity_text(height, "cm", 1) if height is not None else "–",
        f"{number_text(100 * haematocrit, 1)} %" if haematocrit is not None else "–",
    ]
    contra = _("not answered") if outcome.not_cleared else _("both absent")
    if outcome.stopped:
        contra = _("present: no dose")
    verdict = outcome.eligibility.verdict if outcome.eligibility else "cannot tell"
    return [
        (_("Height, haematocrit"), ", ".join(body)),
        (_("Contraindications"), contra),
        (_("Screening"), _(VERDICT_WORDS[verdict])),
    ]

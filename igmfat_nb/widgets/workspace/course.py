"""The second step: what was recorded, what is due now, what the titres taught, day by day."""

from dataclasses import replace

import ipywidgets as ipw

from igmfat_nb.figures.time_words import in_words
from igmfat_nb.figures.titration import CourseCurve, blank_personal_spec, personal_spec
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.widgets.course.outcome import CourseOutcome
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import layout_when
from igmfat_nb.widgets.parts.controls import card, folded, html, row, with_classes
from igmfat_nb.widgets.parts.figure import figure_widget
from igmfat_nb.widgets.parts.markup import head, paragraph
from igmfat_nb.widgets.workspace.alarms_panel import alarms_panel
from igmfat_nb.widgets.workspace.chances import chances_panel, details_panel
from igmfat_nb.widgets.workspace.course_fields import summary_panel
from igmfat_nb.widgets.workspace.days import days_panel
from igmfat_nb.widgets.workspace.draft import Draft
from igmfat_nb.widgets.workspace.due_panel import due_panel
from igmfat_nb.widgets.workspace.figure_table import course_table
from igmfat_nb.widgets.workspace.model import Workspace
from igmfat_nb.widgets.workspace.readings_panel import readings_panel
from igmfat_nb.widgets.workspace.record import record_panel
from igmfat_nb.widgets.workspace.strongest_panel import strongest_panel


def course_step(work: Workspace) -> ipw.Box:
    """Fields left, answers right, the days below; on a phone the dose comes first."""
    draft = Draft(work)
    aside = [
        _ordered(record_panel(work, draft), 4),
        _ordered(summary_panel(work), 5),
        _ordered(chances_panel(work), 6),
    ]
    main = [
        _ordered(alarms_panel(work, draft), 1),
        _ordered(due_panel(work), 2),
        _ordered(readings_panel(work), 2),
        _ordered(curve_panel(work), 3),
    ]
    below = [_ordered(days_panel(work), 7), _ordered(_more(work), 8)]
    parts = [
        with_classes(lean.VBox(aside), "ig-aside"),
        with_classes(lean.VBox(main), "ig-main"),
        with_classes(lean.VBox(below), "ig-below"),
    ]
    return with_classes(lean.Box(parts), "ig-page", "ig-follow")


def curve_panel(work: Workspace) -> ipw.VBox:
    """The patient's own curve; an old curve is taken away, not covered."""
    course = work.course
    figure = figure_widget(_spec(work))
    waiting, said = html(), html()
    plot = with_classes(lean.Box([figure]), "ig-plot")
    table = folded(_("The figure as a table"), lambda: [course_table(work)])

    def show(_change: object = None) -> None:
        outcome = course.outcome
        waiting.value = paragraph("ig-blank", work.waits_for if outcome.waiting else "")
        sentence = curve_sentence(outcome)
        said.value = paragraph("ig-sub", sentence)
        figure.label = sentence or _("No curve")
        (plot.add_class if outcome.waiting else plot.remove_class)("ig-plot-blank")
        figure.show(_spec(work))
        table.layout = layout_when(shown=not outcome.waiting)

    course.observe(show, "outcome")
    work.observe(show, "times")
    show()
    title = head(_("What the titres taught"), _("mg/dL; bands 50 and 90 %"))
    return card([html(value=title), said, waiting, plot, table])


def curve_sentence(outcome: CourseOutcome) -> str:
    """What the curve says now, in a sentence."""
    if outcome.answer is None:
        return ""
    decision, aside = outcome.answer.decision, outcome.answer.aside
    now = decision.titre_now_mg_dl
    if aside is not None:
        message = _(
            "With {titre} kept, the curve reads {kept} mg/dL now; with it set aside, {aside}."
        )
        return message.format(
            titre=aside.titre.text(1),
            kept=number_text(now["p50"]),
            aside=number_text(aside.decision.titre_now_mg_dl["p50"]),
        )
    message = _("The titre is {mid} mg/dL now (90 % interval {low} to {high}).")
    return message.format(
        mid=number_text(now["p50"]), low=number_text(now["p5"]), high=number_text(now["p95"])
    )


def _spec(work: Workspace) -> dict[str, object]:
    outcome = work.course.outcome
    if outcome.answer is None:
        return in_words(blank_personal_spec(), work.times.on_figure())
    decision, curve, aside = outcome.answer.decision, outcome.answer.curve, outcome.answer.aside
    drawn = CourseCurve(
        case=outcome.answer.case,
        at_h=decision.situation.at_h,
        time_h=curve.time_h,
        personal=curve.personal,
        population=curve.population,
        outlying_h=[one.time_h for one in decision.outlying],
        target_mg_dl=decision.assumptions.rule.target_mg_dl,
        predicted=decision.learning.predicted_mg_dl,
    )
    if aside is not None:
        drawn = replace(drawn, without=aside.curve.personal)
    return in_words(personal_spec(drawn), work.times.on_figure(), curve.time_h)


def _more(work: Workspace) -> ipw.VBox:
    """Which sample next, kinetics and rule, what it stands on: folded, one click away."""
    from igmfat_nb.widgets.explorer.kinetics_panel import kinetics_panel
    from igmfat_nb.widgets.explorer.plan_panel import statements_panel
    from igmfat_nb.widgets.explorer.rule_panel import rule_panel

    model = work.explorer
    samples = folded(
        _("Details: the forecast rule, which sample next, how the curve was worked out"),
        lambda: [details_panel(work)],
    )
    choices = folded(
        _("Change kinetics or rule"),
        lambda: [row(kinetics_panel(model), rule_panel(model), css="ig-cards")],
    )
    stands_on = folded(
        _("What this stands on: trial, label, our assumptions"),
        lambda: [statements_panel(model)],
    )
    return card([strongest_panel(work), samples, choices, stands_on], "ig-noprint")


def _ordered(widget: ipw.Widget, place: int) -> ipw.Widget:
    return with_classes(widget, f"ig-order-{place}")

"""Serum IgM over two weeks under both arms: its sentence, the figure, the same as a table."""

from typing import Any

import ipywidgets as ipw
import numpy as np

from igmfat_nb.bedside.dosing import ARMS
from igmfat_nb.courses.clearance import typical_multiple
from igmfat_nb.courses.comparison import Comparison, arm_total
from igmfat_nb.courses.population import half_lives
from igmfat_nb.figures.style import NAME
from igmfat_nb.figures.time_words import in_words
from igmfat_nb.figures.two_arms import blank_spec, course_spec
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.titration.due import day_of
from igmfat_nb.widgets.explorer.fields import follow
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import layout_when
from igmfat_nb.widgets.parts.controls import card, folded, html, with_classes
from igmfat_nb.widgets.parts.figure import figure_widget
from igmfat_nb.widgets.parts.markup import head, paragraph
from igmfat_nb.widgets.workspace.course_fields import clearance_field
from igmfat_nb.widgets.workspace.figure_table import first_table
from igmfat_nb.widgets.workspace.model import Workspace


def first_curve_panel(work: Workspace) -> ipw.VBox:
    """The curve, or what it waits for; an old curve is taken away, not covered."""
    model = work.explorer
    figure = figure_widget(_spec(work))
    waiting, said, note = html(), html(), html()
    plot = with_classes(lean.Box([figure]), "ig-plot")
    table = folded(_("The figure as a table"), lambda: [first_table(model)])

    def show(outcome: Outcome) -> None:
        waiting.value = paragraph("ig-blank", outcome.waiting)
        sentence = curve_sentence(outcome.comparison) if outcome.comparison else ""
        said.value = paragraph("ig-sub", sentence)
        note.value = paragraph("ig-note", half_life_sentence(outcome.comparison))
        figure.label = sentence or _("No curve")
        (plot.add_class if outcome.waiting else plot.remove_class)("ig-plot-blank")
        figure.show(_spec(work))
        table.layout = layout_when(shown=not outcome.waiting)

    follow(model, show)
    work.observe(lambda _change: figure.show(_spec(work)), "times")
    title = html(value=head(_("Serum IgM over two weeks")))
    clearance = clearance_field(work, _("Assumed clearance"))
    header = with_classes(lean.Box([title, clearance]), "ig-days-head", "ig-curve-head")
    return card([header, said, waiting, plot, note, table])


def curve_sentence(comparison: Comparison) -> str:
    """How long each arm is at the target, from which day."""
    target = comparison.assumptions.rule.target_mg_dl
    at = _("{arm} is at {target} or above for {hours}, from day {day}.")
    below = _("{arm} stays below {target}.")
    sentences = []
    for arm in ARMS:
        hours = arm_total(comparison, arm).hours_at_target
        course = comparison.arms[arm].course
        reached = np.flatnonzero(course.igm_mg_dl[:, 0] >= target)
        day = day_of(float(course.time_h[reached[0]])) if len(reached) else 0
        sentence = at if hours and day else below
        sentences.append(
            sentence.format(
                arm=_(NAME[arm]),
                target=number_text(target, 1),
                hours=quantity_text(hours, "h"),
                day=day,
            )
        )
    return " ".join(sentences)


def half_life_sentence(comparison: Comparison | None) -> str:
    """The half-lives that the curve shows, and whose they are; nothing without a curve."""
    if comparison is None:
        return ""
    assumed = comparison.assumptions
    found = half_lives(typical_multiple(assumed.scenario, assumed.weights))
    message = _("Half-life {hours} h over the first day, terminal {days} days: assumed.")
    hours, days = number_text(found.first_day_h), number_text(found.terminal_days, 1)
    return message.format(hours=hours, days=days)


def _spec(work: Workspace) -> dict[str, Any]:
    comparison, times = work.explorer.outcome.comparison, work.times
    spec = course_spec(comparison) if comparison else blank_spec()
    if times.clock is None:
        return spec
    time_h = comparison.untreated.time_h if comparison else ()
    return in_words(spec, times.on_figure(), time_h)

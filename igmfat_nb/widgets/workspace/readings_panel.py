"""Every reading of the personalised rule for this patient, side by side; one is chosen here."""

from typing import Any

import ipywidgets as ipw

from igmfat_nb.bedside.readings import DEFAULT, edition_labelled, editions
from igmfat_nb.courses.clearance import typical_multiple
from igmfat_nb.courses.population import SYNTHESIS_MODES
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.figures.readings import weeks_spec
from igmfat_nb.language import _
from igmfat_nb.sensitivity.patient_model import PatientModel
from igmfat_nb.sensitivity.readings_beside import ReadingWeek, weeks_by_reading
from igmfat_nb.tables.readings import week_cells
from igmfat_nb.widgets.explorer.fields import follow
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.parts import field
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import layout_when
from igmfat_nb.widgets.parts.controls import card, folded, html, with_classes
from igmfat_nb.widgets.parts.figure import figure_widget
from igmfat_nb.widgets.parts.markup import paragraph
from igmfat_nb.widgets.parts.template import filled
from igmfat_nb.widgets.workspace.model import Workspace

TABLE = """<div class="ig-scroll"><table class="ig-table ig-readings"><thead><tr>\
{% for name in header %}<th scope="col">{{ name }}</th>{% endfor %}</tr></thead><tbody>\
{% for chosen, title, name, cells in rows %}<tr{% if chosen %} class="ig-best"{% endif %}>\
<th scope="row">{{ title }}<small>{{ name }}{% if chosen %} · {{ here }}{% endif %}</small></th>\
{% for cell in cells %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</tbody></table></div>"""


def readings_panel(work: Workspace) -> ipw.VBox:
    """Folded, and worked out only once somebody opens it."""
    title = _("Compare {count} readings of the rule")
    named = title.format(count=len(editions()))
    box = card([folded(named, lambda: [_comparison(work)])], "ig-noprint", "ig-slim")

    def show(outcome: Outcome) -> None:
        box.layout = layout_when(shown=patient_model(outcome) is not None)

    follow(work.explorer, show)
    return box


def assumed_of(assumptions: Assumptions) -> dict[str, float]:
    """The page's assumptions as bases of what is explored."""
    rule = assumptions.rule
    return {
        "clearance": typical_multiple(assumptions.scenario, assumptions.weights),
        "recovery": rule.recovery,
        "rule_recovery": rule.recovery,
        "maintenance": rule.maintenance_ml_per_kg,
        "synthesis": float(SYNTHESIS_MODES.index(assumptions.synthesis)),
    }


def patient_model(outcome: Outcome) -> tuple[PatientModel, dict[str, float]] | None:
    """The patient's week under the page's assumptions; None while there is no dose to compare."""
    patient, assumptions = outcome.patient, outcome.choices.assumptions
    if patient is None or assumptions is None or outcome.stopped or outcome.eligibility is None:
        return None
    return PatientModel(patient, assumptions.rule), assumed_of(assumptions)


def _comparison(work: Workspace) -> ipw.VBox:
    """The choice, the table, the figure."""
    shown, waiting = html(), html()
    figure = figure_widget(weeks_spec([], ""))
    plot = with_classes(lean.Box([figure]), "ig-plot", "ig-fit")
    waits = _("Waiting for a patient with a first titre that is a number.")

    def show(outcome: Outcome) -> None:
        asked = patient_model(outcome)
        weeks = weeks_by_reading(*asked) if asked else []
        own = asked[0].rule.reading.label if asked else ""
        shown.value = weeks_markup(weeks, own) if weeks else ""
        figure.label = _("Hours at target under each reading") if weeks else _("No curve")
        figure.show(weeks_spec(weeks, own))
        plot.layout = layout_when(shown=bool(weeks))
        waiting.value = paragraph("ig-blank", "" if weeks else outcome.stopped or waits)

    follow(work.explorer, show)
    return lean.VBox([_choice(work), waiting, shown, plot])


def _choice(work: Workspace) -> ipw.VBox:
    """Which reading the whole page rests on; kept in the case."""
    course = work.course
    default = edition_labelled(f"{DEFAULT}/1").label
    of = field.Followed(
        course,
        "typed",
        value=lambda: course.typed.reading or default,
        enter=lambda label: course.change("reading", "" if label == default else label),
        refused=lambda: course.reading.refused.get("reading", ""),
    )
    options = [(_(one.title), one.label) for one in editions()]
    return field.dropdown_field(of, _("Reading for this patient, on the whole page"), options)


def weeks_markup(weeks: list[ReadingWeek], own: str) -> str:
    """The table; under it what these weeks assume."""
    header = [
        _("Reading"), _("first dose, mL"), _("week, mL"), _("peak, mg/dL"), _("at target, h"),
    ]  # fmt: skip
    rows: list[tuple[Any, ...]] = [
        (one.reading.label == own, _(one.reading.title), one.reading.label, week_cells(one))
        for one in weeks
    ]
    said = _("Seven days from the first titre, vasopressors running. None of these is the trial's.")
    table = filled(TABLE, header=header, rows=rows, here=_("this page"))
    return table + paragraph("ig-note", said)

"""Assumed kinetics, the day plan and the sources as HTML values."""

from collections.abc import Iterable

from igmfat_nb.bedside.dosing import ARMS
from igmfat_nb.courses.clearance import typical_multiple
from igmfat_nb.courses.comparison import (
    Comparison,
    PlanEntry,
    day_plan,
    holding_mg_per_kg_day,
)
from igmfat_nb.courses.population import half_lives
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol.populations import NATIVE_SYNTHESIS
from igmfat_nb.tables.day_plan import entry_texts, total_rows
from igmfat_nb.tables.statements import SourcedStatement, assumed_statements, trial_statements
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.parts.markup import NO_BREAK, head, paragraph, unbroken
from igmfat_nb.widgets.parts.template import filled


def clearance_note(outcome: Outcome) -> str:
    """The half-lives that the curve shows, and that they are nobody's."""
    assumptions = outcome.choices.assumptions
    if assumptions is None:
        return ""
    found = half_lives(typical_multiple(assumptions.scenario, assumptions.weights))
    sentence = _(
        "Half-life: {hours} h over the first day, terminal {days} days. An assumption,"
        " not this patient's value: we found none for this product in septic shock."
        " Compare all three."
    )
    hours, days = number_text(found.first_day_h), number_text(found.terminal_days, 1)
    return paragraph("ig-note", sentence.format(hours=hours, days=days))


def synthesis_note(outcome: Outcome) -> str:
    """What the synthesis means, and whether holding the first titre is more than healthy."""
    assumptions, patient = outcome.choices.assumptions, outcome.patient
    if assumptions is None:
        return ""
    means = {
        "baseline": _(
            "Synthesis is constant, at the rate that maintains the first titre without treatment."
        ),
        "recovering": _(
            "Synthesis maintains the first titre, and rises to healthy synthesis from 72 to 168 h."
        ),
        "none": _("The patient makes no IgM."),
    }
    note = paragraph("ig-note", means[assumptions.synthesis])
    if patient is None or assumptions.synthesis == "none":
        return note
    holding = holding_mg_per_kg_day(patient, assumptions)
    healthy = NATIVE_SYNTHESIS.value
    if holding <= healthy:
        return note
    sentence = _(
        "Maintaining {titre} mg/dL at this clearance takes {holding} mg/kg/day, more than"
        " healthy synthesis ({healthy} mg/kg/day)."
    ).format(
        titre=number_text(patient.igm_mg_dl, 2),
        holding=number_text(holding, 1),
        healthy=number_text(healthy, 1),
    )
    return note + paragraph("ig-warn", sentence)


PLAN = """<table class="ig-table ig-plan"><thead><tr><th rowspan="2" scope="col">{{ day }}</th>\
<th colspan="2" scope="colgroup" class="ig-std">{{ standard }}</th>\
<th colspan="2" scope="colgroup" class="ig-per">{{ personalised }}</th></tr>
<tr>{% for name in columns %}<th scope="col">{{ name }}</th>{% endfor %}</tr></thead><tbody>
{% for number, entries in rows %}<tr><th scope="row">{{ number }}</th>\
{% for titre, interval, dose in entries %}\
<td>{{ titre }} <span class="ig-iv">{{ interval }}</span></td><td>{{ dose }}</td>\
{% endfor %}</tr>{% endfor %}</tbody></table>"""
TOTALS = """<table class="ig-table ig-totals"><thead><tr><th scope="col">{{ title }}</th>\
<th scope="col" class="ig-std">{{ standard }}</th><th scope="col" class="ig-per">\
{{ personalised }}</th></tr>
</thead><tbody>{% for name, values in rows %}<tr><th scope="row">{{ name }}</th>\
{% for value in values %}\
<td>{{ value|safe }}</td>{% endfor %}</tr>{% endfor %}</tbody></table>"""
FOLDED = """{{ shown|safe }}<details class="ig-details"><summary>{{ title }}</summary>\
{{ rest|safe }}</details>"""


def plan_tables(comparison: Comparison) -> str:
    """The day plan; under it what it adds up to, most of that folded."""
    columns = [_("IgM that morning, 90 %").replace(" %", f"{NO_BREAK}%"), _("dose, mL")] * len(ARMS)
    days = [
        (row.study_day, [_entry(row.entries[arm]) for arm in ARMS]) for row in day_plan(comparison)
    ]
    plan = filled(
        PLAN,
        day=_("Day"),
        standard=_("Standard"),
        personalised=_("Personalised, if titres follow the curve"),
        columns=columns,
        rows=days,
    )
    volume, *rest, (_name, *hours) = total_rows(comparison)
    target = quantity_text(comparison.assumptions.rule.target_mg_dl, "mg/dL", 1)
    at_target = (_("At {target} or above").format(target=target), *hours)
    folded = filled(
        FOLDED,
        shown=_totals([volume, at_target], _("Two weeks")),
        title=_("Vials, protein, glucose, sodium"),
        rest=_totals(rest, ""),
    )
    return plan + folded


def _entry(entry: PlanEntry) -> tuple[str, str, str]:
    """Titre, interval and dose; units stand in the head."""
    titre, interval, _dose = entry_texts(entry)
    volume_ml = entry.dose.volume_ml if entry.dose else 0.0
    nothing = "–" if entry.dose else ""
    return titre, interval, number_text(volume_ml, 1) if volume_ml else nothing


def _totals(rows: Iterable[tuple[str, ...]], title: str) -> str:
    shown = [(name, [unbroken(value) for value in values]) for name, *values in rows]
    return filled(
        TOTALS,
        title=title,
        standard=_("Standard"),
        personalised=_("Personalised"),
        rows=shown,
    )


def statement_lists(outcome: Outcome) -> str:
    """What the trial says, apart from what this software assumes."""
    assumptions = outcome.choices.assumptions
    assumed = [] if assumptions is None else assumed_statements(assumptions)
    blank = "" if assumed else paragraph("ig-note", outcome.waiting)
    return filled(
        '<div class="ig-split"><div>{{ trial|safe }}</div><div>{{ ours|safe }}</div></div>',
        trial=head(_("From the trial and the label")) + _statement_list(trial_statements()),
        ours=head(_("Assumed by this software")) + _statement_list(assumed) + blank,
    )


def _statement_list(said: Iterable[SourcedStatement]) -> str:
    return filled(
        "<ul>{% for one in said %}<li>{{ one.sentence }} <cite>{{ one.source }}</cite></li>"
        "{% endfor %}</ul>",
        said=list(said),
    )

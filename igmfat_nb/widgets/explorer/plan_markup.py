"""Assumed kinetics, the day plan and the sources as HTML values."""

from collections.abc import Iterable
from html import escape

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
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.populations import NATIVE_SYNTHESIS
from igmfat_nb.tables.day_plan import entry_texts, total_rows
from igmfat_nb.tables.statements import SourcedStatement, assumed_statements, trial_statements
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.parts.markup import NO_BREAK, head, paragraph, unbroken


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


def plan_tables(comparison: Comparison) -> str:
    """The day plan, and under it what it adds up to."""
    rows = "".join(
        f'<tr><th scope="row">{row.study_day}</th>'
        + "".join(_plan_cells(row.entries[arm]) for arm in ARMS)
        + "</tr>"
        for row in day_plan(comparison)
    )
    columns = "".join(
        f'<th scope="col">{escape(name).replace(" %", f"{NO_BREAK}%")}</th>'
        for name in (_("IgM that morning, 90 %"), _("dose")) * len(ARMS)
    )
    days = (
        '<table class="ig-table ig-plan"><thead><tr><th rowspan="2" scope="col">'
        f'{escape(_("Day"))}</th><th colspan="2" scope="colgroup" class="ig-std">'
        f'{escape(_("Standard"))}</th><th colspan="2" scope="colgroup" class="ig-per">'
        f"{escape(_('Personalised, if titres follow the curve'))}</th></tr>"
        f"<tr>{columns}</tr></thead><tbody>{rows}</tbody></table>"
    )
    return days + _total_table(comparison)


def statement_lists(outcome: Outcome) -> str:
    """What the trial says, apart from what this software assumes."""
    assumptions = outcome.choices.assumptions
    assumed = [] if assumptions is None else assumed_statements(assumptions)
    blank = "" if assumed else paragraph("ig-note", outcome.waiting)
    return (
        '<div class="ig-split"><div>'
        f"{head(_('From the trial and the label'))}{_statement_list(trial_statements())}</div><div>"
        f"{head(_('Assumed by this software'))}{_statement_list(assumed)}{blank}</div></div>"
    )


def _statement_list(said: Iterable[SourcedStatement]) -> str:
    lines = (f"<li>{escape(one.sentence)} <cite>{escape(one.source)}</cite></li>" for one in said)
    return f"<ul>{''.join(lines)}</ul>"


def _plan_cells(entry: PlanEntry) -> str:
    titre, interval, dose = (escape(text) for text in entry_texts(entry))
    interval = f' <span class="ig-iv">{interval}</span>' if interval else ""
    if entry.dose is not None and not entry.dose.volume_ml:
        dose = f'<span class="ig-none">{dose}</span>'
    return f'<td>{titre}{interval}</td><td class="ig-nowrap">{dose}</td>'


def _total_table(comparison: Comparison) -> str:
    header = (
        (_("Total over the course"), ""),
        (_("Standard"), "ig-std"),
        (_("Personalised"), "ig-per"),
    )
    columns = "".join(f'<th scope="col" class="{css}">{escape(n)}</th>' for n, css in header)
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{unbroken(value)}</td>" for value in values)
        + "</tr>"
        for name, *values in total_rows(comparison)
    )
    return (
        f'<table class="ig-table ig-totals"><thead><tr>{columns}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )

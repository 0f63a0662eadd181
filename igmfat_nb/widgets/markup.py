"""Outcomes as HTML values: words in their classes, every inserted text escaped."""

from collections.abc import Iterable, Sequence
from html import escape

from igmfat_nb.dosing import ARMS, Arm
from igmfat_nb.eligibility import Judged
from igmfat_nb.infusion import Dose, infusion_steps_alternative, infusion_steps_expert
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text, quantity_text, vials_text
from igmfat_nb.plan import (
    Comparison,
    PlanEntry,
    day_plan,
    entry_texts,
    holding_mg_per_kg_day,
    stays_below_aim,
    total_rows,
)
from igmfat_nb.population import CLEARANCE, half_life_days
from igmfat_nb.protocol import product
from igmfat_nb.protocol.constants import ENROLMENT_TITRE
from igmfat_nb.protocol.criteria import Statement
from igmfat_nb.protocol.populations import NATIVE_SYNTHESIS
from igmfat_nb.statements import Said, assumed_statements, trial_statements
from igmfat_nb.units import MG_PER_G
from igmfat_nb.widgets.outcome import ArmDose, Outcome, listed

ARM_CLASS = {"standard": "ig-std", "personalised": "ig-per"}
ARM_TITLE = {"standard": mark("Standard arm"), "personalised": mark("Personalised arm")}
ARM_ORIGIN = {
    "standard": ("ig-pub", mark("dose: trial · rate: label")),
    "personalised": ("ig-ass", mark("dose: our assumption · rate: label")),
}
#: Short names of the contraindications, for the line above a volume.
CLEARANCE_NAME = {
    "contraindication_hypersensitivity": mark("hypersensitivity"),
    "contraindication_iga_deficiency": mark("IgA deficiency"),
}
ANSWER_TEXT = {"yes": mark("yes"), "no": mark("no"), "unknown": mark("unknown")}
VERDICT = {
    "eligible": ("ig-yes", mark("Eligible")),
    "not eligible": ("ig-no", mark("Not eligible")),
    "cannot tell": ("ig-maybe", mark("Cannot tell yet")),
}
NEGLIGIBLE_SHARE = 0.0005  # of repeats on the other side: "would stay"


def head(title: str, beside: str = "", *, css: str = "ig-unit-text") -> str:
    """Header of a card; ``beside`` stands right of the title."""
    right = f'<span class="{css}">{escape(beside)}</span>' if beside else ""
    return f'<header class="ig-card-head"><h2>{escape(title)}</h2>{right}</header>'


def paragraph(css: str, text: str) -> str:
    """A sentence in its class; nothing when there is no sentence."""
    return f'<p class="{css}">{escape(text)}</p>' if text else ""


def dose_card(outcome: Outcome, arm: Arm) -> str:
    """One arm's card: the dose, or what it waits for."""
    css, origin = ARM_ORIGIN[arm]
    title = _(ARM_TITLE[arm])
    if outcome.arms is None:
        shown = "ig-stop" if outcome.stopped else "ig-sub"
        return head(title) + '<p class="ig-big">–</p>' + paragraph(shown, outcome.blank)
    given = outcome.arms[arm]
    parts = [
        head(title, _(origin), css=f"ig-badge {css}"),
        paragraph("ig-clear", not_cleared_line(outcome)),
        *_amounts(given.dose),
        paragraph("ig-warn", given.dose.label_rate_warning() or ""),
        _details(_("How was this worked out?"), _working(given), is_open=True),
    ]
    if arm == "personalised":
        parts.append(_assumption_note(outcome))
    parts.append(_details(_("Other schedules"), _schedules(given.dose)))
    return "".join(parts)


def not_cleared_line(outcome: Outcome) -> str:
    """The amber line above a volume: what nobody has answered yet."""
    names = [_(CLEARANCE_NAME[one.code]) for one in outcome.not_cleared]
    return _("Not cleared: {names} not answered").format(names=listed(names)) if names else ""


def verdict(outcome: Outcome) -> str:
    """The verdict's box, and what it rests on."""
    if outcome.eligibility is None:
        return paragraph("ig-stop", outcome.refused.get("answers", outcome.blank))
    css, words = VERDICT[outcome.eligibility.verdict]
    reason = escape(_verdict_reason(outcome))
    return f'<p class="ig-verdict {css}"><b>{escape(_(words))}</b> {reason}</p>'


def criterion(line: Judged, *, with_answer: bool) -> str:
    """One criterion: its mark, its wording, its reason; its answer where none can be clicked."""
    answer = f"<span>{escape(_(ANSWER_TEXT[line.answer]))}</span>" if with_answer else ""
    small = [line.reason] if with_answer and line.answer != "unknown" else []
    small += [_(line.statement.detail)] if line.statement.detail else []
    details = "".join(f"<small>{escape(text)}</small>" for text in small)
    return (
        f'<ul class="ig-crit"><li class="ig-{line.answer}"><i></i>'
        f"<div>{escape(_(line.statement.wording))}</div>{answer}{details}</li></ul>"
    )


def question(statement: Statement) -> str:
    """A question that is answered beside it."""
    detail = f"<small>{escape(_(statement.detail))}</small>" if statement.detail else ""
    return f'<div class="ig-ask">{escape(_(statement.wording))}{detail}</div>'


def crossing_note(outcome: Outcome) -> str:
    """How often a repeat measurement would fall on the other side of the limit."""
    titre, share = outcome.findings.igm_mg_dl, outcome.crossing
    if titre is None or share is None:
        return ""
    values = {
        "titre": number_text(titre, 2),
        "limit": number_text(ENROLMENT_TITRE.value),
        "share": number_text(100 * share, 1 if share < 0.1 else 0),
    }
    if share >= NEGLIGIBLE_SHARE:
        sentence = _(
            "At {titre} mg/dL a repeat measurement would fall on the other side of {limit}"
            " in {share} % (assay variation as assumed)."
        )
    elif titre < ENROLMENT_TITRE.value:
        sentence = _("At {titre} mg/dL a repeat measurement would stay below {limit}.")
    else:
        sentence = _("At {titre} mg/dL a repeat measurement would stay at {limit} or above.")
    return paragraph("ig-note", sentence.format(**values))


def clearance_note(outcome: Outcome) -> str:
    """The half-life that follows from the scenario, and that it is nobody's."""
    assumptions = outcome.choices.assumptions
    if assumptions is None:
        return ""
    days = half_life_days(CLEARANCE[assumptions.scenario].value)
    sentence = _(
        "Half-life {days} days. An assumption, not this patient's: no value for this product"
        " in septic shock could be read. Look at all three."
    )
    return paragraph("ig-note", sentence.format(days=number_text(days, 1)))


def synthesis_note(outcome: Outcome) -> str:
    """What the synthesis means, and whether holding the first titre is more than healthy."""
    assumptions, patient = outcome.choices.assumptions, outcome.patient
    if assumptions is None:
        return ""
    means = {
        "baseline": _("What the patient makes holds the first titre without treatment."),
        "recovering": _("It rises to healthy synthesis from day 3 to day 7."),
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
        "Holding {titre} mg/dL at this clearance takes {holding} mg/kg a day,"
        " more than healthy synthesis ({healthy} mg/kg a day)."
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
        f'<th scope="col">{escape(name)}</th>'
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
        f"{head(_('From the trial and the label'))}{_said_list(trial_statements())}</div><div>"
        f"{head(_('Assumed by this software'))}{_said_list(assumed)}{blank}</div></div>"
    )


def _said_list(said: Iterable[Said]) -> str:
    lines = (f"<li>{escape(one.sentence)} <cite>{escape(one.source)}</cite></li>" for one in said)
    return f"<ul>{''.join(lines)}</ul>"


def _amounts(dose: Dose) -> tuple[str, str, str]:
    if not dose.volume_ml:
        none = _("no dose today")
        return f'<p class="ig-big">0 <small>mL: {escape(none)}</small></p>', "", ""
    volume = number_text(dose.volume_ml, 1)
    big = f'<p class="ig-big">{volume} <small>{escape(_("mL today"))}</small></p>'
    amounts = (
        quantity_text(dose.protein_mg / MG_PER_G, _("g protein"), 1),
        quantity_text(dose.protein_mg_per_kg, "mg/kg"),
        quantity_text(dose.igm_mg, "mg IgM"),
        quantity_text(dose.volume_ml_per_kg, "mL/kg", 1),
    )
    return big, paragraph("ig-sub", " · ".join(amounts)), _loads(dose)


def _loads(dose: Dose) -> str:
    pairs = (
        (_("Rate"), quantity_text(dose.rate_ml_h, "mL/h", 1)),
        (_("Runs for"), quantity_text(dose.duration_h, "h", 1)),
        (_("Vials"), vials_text(dose.vials)),
        (_("Discard"), quantity_text(dose.discarded_ml, "mL", 1)),
        (_("Glucose"), quantity_text(dose.glucose_g, "g", 1)),
        (_("Sodium"), quantity_text(dose.sodium_mmol, "mmol", 1)),
    )
    cells = (f"<div><dt>{escape(a)}</dt><dd>{escape(b)}</dd></div>" for a, b in pairs)
    return f'<dl class="ig-dl">{"".join(cells)}</dl>'


def _working(given: ArmDose) -> str:
    """The working, the volume it arrives at in bold."""
    volume = quantity_text(given.dose.volume_ml, "mL", 1)
    lines = [escape(line) for line in given.working]
    last = next((i for i, line in reversed(list(enumerate(lines))) if line.endswith(volume)), None)
    if last is not None:
        lines[last] = f"{lines[last].removesuffix(volume)}<b>{volume}</b>"
    return f'<p class="ig-work">{"<br>".join(lines)}</p>'


def _assumption_note(outcome: Outcome) -> str:
    sentences = [
        _(
            "The trial publishes the aim, not the equation."
            " This rule is an assumption of this software."
        )
    ]
    if outcome.comparison is not None and stays_below_aim(outcome.comparison):
        sentences.append(
            _(
                "Under this rule predicted titres stay below the aim;"
                " the trial's own rule may differ."
            )
        )
    link = f'<a href="#ig-rule">{escape(_("Change its parts"))}</a>'
    return f'<p class="ig-note">{escape(" ".join(sentences))} {link}</p>'


def _schedules(dose: Dose) -> str:
    alternative = _("The label's alternative for adults: {steps}; {total} within {hours}.").format(
        steps=_steps(infusion_steps_alternative(dose.weight_kg)),
        total=quantity_text(product.ALTERNATIVE_TOTAL.value, "mL/kg", 1),
        hours=quantity_text(product.ALTERNATIVE_HOURS.value, "h"),
    )
    expert = _("Expert opinion (Nierhaus 2020): {steps}.").format(
        steps=_steps(infusion_steps_expert(dose.weight_kg))
    )
    exceeds = _("Its first rate exceeds the label rate of {rate}.").format(
        rate=quantity_text(product.LABEL_RATE.value, "mL/kg/h", 2)
    )
    neither = _("Neither is the trial's schedule; the doses above do not use them.")
    return (
        paragraph("ig-note", alternative)
        + f'<p class="ig-note">{escape(expert)} <b class="ig-above">{escape(exceeds)}</b></p>'
        + paragraph("ig-note", neither)
    )


def _steps(steps: Sequence[tuple[float, float]]) -> str:
    one = _("{rate} for {hours}")
    return _(", then ").join(
        one.format(rate=quantity_text(rate, "mL/h", 1), hours=quantity_text(hours, "h", 1))
        for rate, hours in steps
    )


def _details(summary: str, inside: str, *, is_open: bool = False) -> str:
    return (
        f'<details class="ig-details"{" open" if is_open else ""}>'
        f"<summary>{escape(summary)}</summary>{inside}</details>"
    )


def _verdict_reason(outcome: Outcome) -> str:
    judged = outcome.eligibility
    if judged is None or judged.verdict == "eligible":
        return _("Every criterion is answered and met.")
    if judged.verdict == "not eligible":
        return _("Not met: {criteria}.").format(
            criteria="; ".join(_(line.statement.wording) for line in judged.barring)
        )
    if len(judged.missing) == 1:
        wording = _(judged.missing[0].statement.wording)
        return _("1 answer is missing: {criterion}.").format(criterion=wording)
    return _("{count} answers are missing.").format(count=len(judged.missing))


def _plan_cells(entry: PlanEntry) -> str:
    titre, interval, dose = (escape(text) for text in entry_texts(entry))
    interval = f' <span class="ig-iv">{interval}</span>' if interval else ""
    if entry.dose is not None and not entry.dose.volume_ml:
        dose = f'<span class="ig-none">{dose}</span>'
    return f"<td>{titre}{interval}</td><td>{dose}</td>"


def _total_table(comparison: Comparison) -> str:
    header = (
        (_("Total over the course"), ""),
        (_("Standard"), "ig-std"),
        (_("Personalised"), "ig-per"),
        (_("Label, for comparison"), ""),
    )
    columns = "".join(f'<th scope="col" class="{css}">{escape(n)}</th>' for n, css in header)
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{escape(value)}</td>" for value in values)
        + "</tr>"
        for name, *values in total_rows(comparison)
    )
    return (
        f'<table class="ig-table ig-totals"><thead><tr>{columns}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )

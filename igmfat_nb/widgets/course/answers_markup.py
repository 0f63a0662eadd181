"""A course's outcome as HTML values: doses by rule, chances, the table day by day."""

from collections.abc import Iterable, Sequence
from html import escape

from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.tables.rule_working import no_number_words, rule_working
from igmfat_nb.tables.titration import METHOD_NAMES, flag_sentence
from igmfat_nb.titration import RULES, CourseRow, Decision, Forecast, Rule, RuleDose
from igmfat_nb.widgets.course.outcome import CourseOutcome
from igmfat_nb.widgets.parts.markup import head, paragraph

RULE_TITLE = {
    "standard": mark("Standard arm"),
    "deficit": mark("Deficit rule"),
    "forecast": mark("Forecast rule"),
}
RULE_ORIGIN = {
    "standard": ("ig-pub", mark("dose: trial")),
    "deficit": ("ig-ass", mark("our assumption")),
    "forecast": ("ig-ass", mark("our proposal")),
}
RULE_CLASS = {"standard": "ig-std", "deficit": "ig-per", "forecast": "ig-own"}
RULE_NOTE = {
    "standard": "",
    "deficit": mark(
        "The trial publishes the target, not the equation. This rule is an assumption of"
        " this software."
    ),
    "forecast": mark("Our proposal, not the trial's rule."),
}


def rule_card(outcome: CourseOutcome, rule: Rule) -> str:
    """One rule's dose with its chance and its working, or what it waits for."""
    css, origin = RULE_ORIGIN[rule]
    title = head(_(RULE_TITLE[rule]), _(origin), css=f"ig-badge {css}")
    if outcome.answer is None:
        return title + '<p class="ig-big">–</p>' + paragraph("ig-sub", outcome.waiting)
    decision = outcome.answer.decision
    answer: RuleDose = getattr(decision, rule)
    parts = [
        title,
        _volume(decision, rule, answer),
        _loads(decision, answer),
        _limits(answer),
        _working(rule_working(decision, rule)),
        paragraph("ig-note", _(RULE_NOTE[rule]) if RULE_NOTE[rule] else ""),
    ]
    return "".join(parts)


def notices(outcome: CourseOutcome) -> str:
    """Stop sentence, outlying titres with their questions, deviations, warnings."""
    if outcome.answer is None:
        return ""
    decision = outcome.answer.decision
    parts = [paragraph("ig-stop", decision.stop or "")]
    parts += [paragraph("ig-warn ig-flag", flag_sentence(one)) for one in decision.outlying]
    parts += [paragraph("ig-warn", sentence) for sentence in decision.warnings]
    if decision.deviations:
        lines = "".join(f"<li>{escape(sentence)}</li>" for sentence in decision.deviations)
        title = _("Deviations from the arm's rule: {count}").format(count=len(decision.deviations))
        parts.append(
            f'<details class="ig-details" open><summary>{escape(title)}</summary>'
            f'<ul class="ig-plain">{lines}</ul></details>'
        )
    return "".join(parts)


def gauge(outcome: CourseOutcome) -> str:
    """Chance of being at the target at the next planned sample, for each rule."""
    if outcome.answer is None:
        return paragraph("ig-blank", _("Nothing to show yet."))
    decision = outcome.answer.decision
    seen, asked = decision.situation, decision.forecast.probability
    lines = [_bar(_("No dose"), "ig-non", decision.chance_without_dose, asked, "")]
    for rule in RULES:
        answer: RuleDose = getattr(decision, rule)
        volume = quantity_text(answer.dose.volume_ml, "mL", 1) if answer.dose else ""
        none = no_number_words(answer) if answer.chance is None else ""
        lines.append(
            _bar(_(RULE_TITLE[rule]), RULE_CLASS[rule], answer.chance, asked, volume, none)
        )
    said = _(
        "Probability of a true titre of {target} or above at {time} h; the mark is the"
        " requested probability."
    )
    target = quantity_text(decision.assumptions.rule.target_mg_dl, "mg/dL", 1)
    sentence = said.format(target=target, time=number_text(seen.sample_h, 2))
    return "".join(lines) + paragraph("ig-note", sentence)


def now_line(outcome: CourseOutcome) -> str:
    """What is believed of the titre at the decision, and from how many particles."""
    if outcome.answer is None:
        return ""
    decision = outcome.answer.decision
    now, posterior = decision.titre_now_mg_dl, decision.learning.final
    line = _(
        "At {at} h: true titre {median} mg/dL (90 % interval {low} to {high} mg/dL)."
        " Effective sample size {size} of {particles}; method: {method}."
    )
    sentence = line.format(
        at=number_text(decision.situation.at_h, 2),
        median=number_text(now["p50"], 1),
        low=number_text(now["p5"], 1),
        high=number_text(now["p95"], 1),
        particles=number_text(len(posterior.weight)),
        size=number_text(posterior.effective_sample_size),
        method=_(METHOD_NAMES[posterior.path]),
    )
    return paragraph("ig-sub", sentence)


def sample_table(outcome: CourseOutcome, rows: Sequence[CourseRow] | None) -> str:
    """Which sample next: the expected width for every candidate, the best in bold."""
    if outcome.answer is None:
        return paragraph("ig-blank", _("Nothing to show yet."))
    if rows is None:  # it comes with the days, after doses and curve
        return paragraph("ig-blank", _("Working out the samples …"))
    decision = outcome.answer.decision
    lines = []
    for one in decision.sample_times:
        after = quantity_text(one.time_h - decision.situation.at_h, "h", 2)
        cells = (quantity_text(one.time_h, "h", 2), number_text(one.expected_width_mg_dl, 1))
        best = one.time_h == decision.next_sample_h
        lines.append(_row((_("{hours} on").format(hours=after), *cells), strong=best))
    header = (
        _("Sample"),
        _("time"),
        _("expected width of the 90 % interval two days later, mg/dL"),
    )
    note = _("The smallest width is the most informative; no further dose is assumed.")
    return _table(header, lines) + paragraph("ig-note", note)


def course_table(outcome: CourseOutcome, rows: Sequence[CourseRow] | None) -> str:
    """The course day by day; each row as it was decided when its result came."""
    if outcome.answer is None:
        return paragraph("ig-blank", _("Nothing to show yet."))
    if rows is None:
        return paragraph("ig-blank", _("Working out the days …"))
    header = [
        (_("Sample"), ""),
        (_("IgM, mg/dL"), ""),
        (_("Standard"), "ig-std"),
        (_("Deficit"), "ig-per"),
        (_("Forecast"), "ig-own"),
        (_("Given"), ""),
        (_("Next titre, 90 %"), ""),
        (_("At target"), ""),
    ]
    cells = "".join(f'<th scope="col" class="{css}">{escape(name)}</th>' for name, css in header)
    body = "".join(_course_row(row) for row in rows)
    note = _(
        "Doses in mL: what each rule gave for the result of its row, less what was given by then:"
        " of the day's dose (standard), since the titre or running on (deficit). Next titre: as a"
        " laboratory would report it at the next sample, under the"
        " doses given; at target: the chance of a true titre at the target then."
    )
    return (
        f'<div class="ig-scroll"><table class="ig-table ig-course"><thead><tr>{cells}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{paragraph('ig-note', note)}"
    )


def _course_row(row: CourseRow) -> str:
    low, middle, high = (number_text(titre) for titre in row.predicted_mg_dl)
    cells = [
        row.titre.text(1),
        *(_dose_cell(getattr(row, rule)) for rule in RULES),
        number_text(row.given_ml, 1),
    ]
    interval = f'{middle} <span class="ig-iv">{low}–{high}</span>'
    shown = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    time = quantity_text(row.titre.time_h, "h", 2)
    return (
        f'<tr><th scope="row">{escape(time)}</th>{shown}<td>{interval}</td>'
        f"<td>{escape(percent(row.chance))}</td></tr>"
    )


def _dose_cell(answer: RuleDose) -> str:
    if answer.ends is not None:
        low, high = (number_text(end.dose.volume_ml if end.dose else 0, 1) for end in answer.ends)
        return f"{high}–{low}"
    return number_text(answer.dose.volume_ml, 1) if answer.dose else "–"


def percent(share: float) -> str:
    """Write a chance; a few thousand particles never make it 0 % or 100 %."""
    if share < 0.01:
        return "< 1 %"
    if share > 0.99:
        return "> 99 %"
    return f"{number_text(100 * share)} %"


def _volume(decision: Decision, rule: Rule, answer: RuleDose) -> str:
    if answer.dose is None or answer.chance is None:
        none = no_number_words(answer)
        return f'<p class="ig-big">– <small>{escape(none)}</small></p>'
    at = _("mL at {at} h").format(at=number_text(decision.situation.start_h, 2))
    stopped = bool(decision.stop) and rule != "standard"
    words = _("mL: stopped") if stopped else at
    chance = _("probability of reaching the target at {time} h: {chance}").format(
        chance=percent(answer.chance), time=number_text(decision.situation.sample_h, 2)
    )
    big = f'<p class="ig-big">{number_text(answer.dose.volume_ml, 1)} '
    return big + f"<small>{escape(words)}</small></p>" + paragraph("ig-sub", chance)


def _loads(decision: Decision, answer: RuleDose) -> str:
    if answer.dose is None or not answer.dose.volume_ml:
        return ""
    dose = answer.dose
    pairs = [
        (_("Rate (label)"), quantity_text(dose.rate_ml_h, "mL/h", 1)),
        (_("Duration"), quantity_text(dose.duration_h, "h", 1)),
        (_("Dose"), quantity_text(dose.volume_ml_per_kg, "mL/kg", 1)),
    ]
    if isinstance(answer, Forecast):
        multiple = _("{multiple} × standard").format(
            multiple=number_text(answer.multiple_of_standard, 2)
        )
        pairs += [
            (_("Relative to the standard dose"), multiple),
            (_("Peak, 95th percentile"), quantity_text(answer.peak_p95_mg_dl, "mg/dL")),
            (_("Cumulative dose"), quantity_text(answer.cumulative_ml_per_kg, "mL/kg", 1)),
        ]
    cells = (f"<div><dt>{escape(a)}</dt><dd>{escape(b)}</dd></div>" for a, b in pairs)
    return f'<dl class="ig-dl">{"".join(cells)}</dl>'


def _limits(answer: RuleDose) -> str:
    if isinstance(answer, Forecast) and answer.limited_by and answer.chance is not None:
        limit = _(
            "At the maximum labelled rate at most {largest} can be given before the next"
            " sample, so the probability is {chance}; {asked} was requested."
        )
        sentence = limit.format(
            largest=quantity_text(answer.largest_ml, "mL"),
            chance=percent(answer.chance),
            asked=percent(answer.probability),
        )
        return paragraph("ig-warn", sentence)
    return ""


def _working(lines: Iterable[str]) -> str:
    shown = "<br>".join(escape(line) for line in lines)
    return (
        f'<details class="ig-details" open><summary>{escape(_("How was this calculated?"))}'
        f'</summary><p class="ig-work">{shown}</p></details>'
    )


def _bar(
    name: str, css: str, chance: float | None, asked: float, volume: str, none: str = ""
) -> str:
    """One line of the gauge: name, bar with the mark of the chance asked for, number."""
    shown = none if chance is None else percent(chance)
    width = 0.0 if chance is None else 100 * chance
    beside = f" <small>{escape(volume)}</small>" if volume else ""
    return (
        f'<div class="ig-gauge {css}"><span>{escape(name)}{beside}</span>'
        f'<div class="ig-gauge-track" aria-hidden="true"><i style="width:{width:.1f}%"></i>'
        f'<u style="left:{100 * asked:.1f}%"></u></div><b>{escape(shown)}</b></div>'
    )


def _row(cells: Sequence[str], *, strong: bool = False) -> str:
    first, *rest = (escape(cell) for cell in cells)
    css = ' class="ig-best"' if strong else ""
    columns = "".join(f"<td>{cell}</td>" for cell in rest)
    return f'<tr{css}><th scope="row">{first}</th>{columns}</tr>'


def _table(header: Sequence[str], rows: Iterable[str]) -> str:
    cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    return (
        f'<table class="ig-table"><thead><tr>{cells}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )

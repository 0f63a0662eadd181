"""The course day by day: titre, prediction, what the rule gives, what was given, how fast."""

from collections.abc import Sequence
from typing import Any

import ipywidgets as ipw

from igmfat_nb.case import Case, CaseDose
from igmfat_nb.case.deviations import doses_too_fast
from igmfat_nb.case.remarks import remarks
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol import titration
from igmfat_nb.titration import CourseRow, RuleDose
from igmfat_nb.titration.due import next_titre_h
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import card, html, with_classes
from igmfat_nb.widgets.parts.markup import head, paragraph
from igmfat_nb.widgets.parts.template import filled
from igmfat_nb.widgets.workspace.model import Workspace

ARM_RULES = {
    "standard": (("standard", mark("Rule gives, mL")),),
    "personalised": (("deficit", mark("Rule gives, mL")),),
    "": (("standard", mark("Standard gives, mL")), ("deficit", mark("Personalised gives, mL"))),
}
TABLE = """<div class="ig-scroll"><table class="ig-table ig-course ig-days-table"><thead><tr>
{% for name in header %}<th scope="col">{{ name }}</th>{% endfor %}</tr></thead><tbody>
{% for row in rows %}<tr{% if row.css %} class="{{ row.css }}"{% endif %}><th scope="row">\
{{ row.day }}\
{% if row.date %} <span class="ig-under">{{ row.date }}</span>{% endif %}</th>
{% for cell in row.cells %}<td data-label="{{ header[loop.index] }}">{{ cell.text }}\
{% if cell.severity %}<i class="ig-sev-{{ cell.severity }}\
" role="img" aria-label="{{ cell.severity }}"></i>\
{% endif %}{% if cell.under %} <span class="ig-under">{{ cell.under }}</span>{% endif %}</td>\
{% endfor %}</tr>
{% endfor %}</tbody></table></div>"""


def days_panel(work: Workspace) -> ipw.VBox:
    """The table, with Undo and Redo beside its title."""
    shown = html()
    undo = with_classes(lean.Button(description=_("Undo")), "ig-btn", "ig-undo")
    redo = with_classes(lean.Button(description=_("Redo")), "ig-btn", "ig-redo")
    undo.on_click(lambda _button: work.undo())
    redo.on_click(lambda _button: work.redo())

    def show(_change: object = None) -> None:
        shown.value = days_markup(work)

    def can(_change: object = None) -> None:
        undo.disabled, redo.disabled = not work.course.can_undo, not work.course.can_redo

    work.course.observe(show, ["outcome", "rows"])
    work.course.observe(can, ["can_undo", "can_redo"])
    work.observe(show, "times")
    show()
    can()
    buttons = with_classes(lean.Box([undo, redo]), "ig-buttons")
    title = with_classes(lean.Box([html(value=head(_("Day by day"))), buttons]), "ig-days-head")
    return with_classes(card([title, shown]), "ig-daily")


def days_markup(work: Workspace) -> str:
    """The whole table, or what it waits for."""
    outcome, rows = work.course.outcome, work.course.rows
    if outcome.answer is None:
        return paragraph("ig-blank", work.waits_for)
    if rows is None:  # it comes after doses and curve
        return paragraph("ig-blank", _("Working out the days …"))
    case = outcome.answer.case
    rules = ARM_RULES[case.arm or ""]
    header = [
        _("Day"),
        _("Drawn"),
        _("IgM, mg/dL"),
        _("Predicted, 90 %"),
        *(_(name) for _rule, name in rules),
        _("Given, mL"),
        _("Rate, mL/h"),
    ]
    lines = [_line(work, case, rows, index, rules) for index in range(len(rows))]
    lines += _set_aside(work, case, len(header) - 1)
    due_h = next_titre_h(outcome.answer.decision)
    if due_h is not None and due_h > case.titres[-1].time_h:
        cells = [_cell(_("due {time}").format(time=work.times.short(due_h))), _cell("–")]
        cells += [_cell("")] * (len(header) - 1 - len(cells))
        lines.append({"css": "ig-soft-row", "cells": cells, **_day(work, due_h)})
    return filled(TABLE, header=header, rows=sorted(lines, key=lambda one: one.get("at", 1e9)))


def _line(
    work: Workspace,
    case: Case,
    rows: Sequence[CourseRow],
    index: int,
    rules: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    row, titre = rows[index], rows[index].titre
    came = ""
    if titre.known_h > titre.time_h:
        came = _("came {time}").format(time=work.times.text(titre.known_h))
    answer = work.course.outcome.answer
    outlying = answer.decision.outlying if answer else ()
    odd = any(one.time_h == titre.time_h for one in outlying)
    given = _given(case, rows, index)
    predicted = _cell("–")
    if index:
        low, middle, high = (number_text(value) for value in rows[index - 1].predicted_mg_dl)
        predicted = _cell(middle, under=f"{low}–{high}")
    return {
        "at": titre.time_h,
        "css": "ig-today" if index == len(rows) - 1 else "",
        **_day(work, titre.time_h),
        "cells": [
            _cell(work.times.short(titre.time_h), under=came),
            _cell(titre.text(1), "critical" if odd else ""),
            predicted,
            *(_cell(_dose(getattr(row, rule))) for rule, _name in rules),
            _doses_cell(work, given),
            _rates_cell(case, given),
        ],
    }


def _given(case: Case, rows: Sequence[CourseRow], index: int) -> list[CaseDose]:
    """Doses from this draw to the next."""
    start_h = rows[index].titre.time_h
    end_h = rows[index + 1].titre.time_h if index + 1 < len(rows) else float("inf")
    return [dose for dose in case.doses if start_h <= dose.start_h < end_h]


def _doses_cell(work: Workspace, given: Sequence[CaseDose]) -> dict[str, str]:
    total = sum(dose.volume_ml for dose in given)
    spans = ", ".join(
        f"{work.times.short(dose.start_h)}–{work.times.end(dose.start_h, dose.end_h)}"
        for dose in given
    )
    return _cell(number_text(total, 1) if given else "–", under=spans)


def _rates_cell(case: Case, given: Sequence[CaseDose]) -> dict[str, str]:
    fast = dict(doses_too_fast(case))
    most = max((fast.get(dose, 0.0) for dose in given), default=0.0)
    severity = ""
    if most:
        severity = "critical" if most >= titration.CRITICAL_RATE.value else "check"
    rates = " · ".join(number_text(dose.rate_ml_h, 1) for dose in given)
    return _cell(rates or "–", severity)


def _set_aside(work: Workspace, case: Case, width: int) -> list[dict[str, Any]]:
    lines = []
    for one in remarks(case.notes):
        if one.set_aside:
            value = quantity_text(one.igm_mg_dl, "", 1).strip()
            cells = [
                _cell(work.times.short(one.time_h)),
                _cell(value, under=_("set aside")),
                *[_cell("")] * (width - 2),
            ]
            row = {"at": one.time_h, "css": "ig-aside-row", "cells": cells}
            lines.append(row | _day(work, one.time_h))
    return lines


def _day(work: Workspace, time_h: float) -> dict[str, str]:
    return {"day": str(work.times.number(time_h)), "date": work.times.date(time_h)}


def _cell(text: str, severity: str = "", under: str = "") -> dict[str, str]:
    return {"text": text, "severity": severity, "under": under}


def _dose(answer: RuleDose) -> str:
    if answer.ends is not None:
        low, high = (number_text(end.dose.volume_ml if end.dose else 0, 1) for end in answer.ends)
        return f"{high}–{low}"
    return number_text(answer.dose.volume_ml, 1) if answer.dose else "–"

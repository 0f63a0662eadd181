"""Outcomes as plain text: what a notebook prints where no page is drawn."""

from igmfat_nb.bedside.answer import ARM_TITLE
from igmfat_nb.bedside.dosing import ARMS
from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE, text_table
from igmfat_nb.tables.day_plan import curve_text, plan_text
from igmfat_nb.tables.doses import dose_text
from igmfat_nb.tables.statements import assumed_statements, statements_text
from igmfat_nb.widgets.explorer.dose_markup import ARM_ORIGIN, not_cleared_line
from igmfat_nb.widgets.explorer.outcome import Outcome


def eligibility_text(outcome: Outcome) -> str:
    """The verdict and every criterion with its answer and reason."""
    if outcome.eligibility is None:
        return outcome.blank
    rows = [(line.statement.code, line.answer, line.reason) for line in outcome.eligibility.lines]
    table = text_table((_("criterion"), _("answer"), _("reason")), rows)
    return "\n".join([NOTICE, "", outcome.eligibility.verdict, "", table])


def doses_text(outcome: Outcome) -> str:
    """Both doses of today with their working, or the sentence that stands in their place."""
    lines = [_(NOTICE), *outcome.warnings, not_cleared_line(outcome)]
    if outcome.arms is None:
        return "\n".join([*filter(None, lines), outcome.blank, *outcome.refused.values()])
    for arm in ARMS:
        given = outcome.arms[arm]
        lines += ["", f"{_(ARM_TITLE[arm])} ({_(ARM_ORIGIN[arm][1])})"]
        lines += [f"  {line}" for line in dose_text(given.dose)]
        lines += ["  " + _("calculation:"), *(f"    {line}" for line in given.working)]
    return "\n".join(lines)


def course_text(outcome: Outcome) -> str:
    """Titres at whole days, the day plan with its totals, and the assumptions behind them."""
    if outcome.comparison is None:
        return outcome.waiting
    said = statements_text(assumed_statements(outcome.comparison.assumptions))
    curve, plan = curve_text(outcome.comparison), plan_text(outcome.comparison)
    return "\n\n".join([NOTICE, _("Serum IgM, mg/dL:") + "\n" + curve, plan, said])

"""The trial's criteria: computed where the patient answers them, asked where not."""

from collections.abc import Sequence

import ipywidgets as ipw

from igmfat_nb.bedside.eligibility import MEASURED
from igmfat_nb.language import _
from igmfat_nb.protocol import criteria
from igmfat_nb.protocol.criteria import Statement
from igmfat_nb.widgets.explorer.fields import answer_switch, follow
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.explorer.verdict_markup import crossing_note, verdict
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import card, fold, html, row, with_classes
from igmfat_nb.widgets.parts.criteria_markup import criterion, question
from igmfat_nb.widgets.parts.markup import head

#: Always in sight: inclusion, and what an ICU doctor checks first.
FIRST = (*criteria.INCLUSION, criteria.BMI_LIMIT, criteria.NEUTROPHILS)
REST = tuple(statement for statement in criteria.CRITERIA if statement not in FIRST)


def eligibility_panel(model: ExplorerModel, *, all_open: bool = False) -> ipw.VBox:
    """Verdict, criteria, and how sure the titre's side of the limit is."""
    judged, note = html(), html()

    def show(outcome: Outcome) -> None:
        judged.value, note.value = verdict(outcome), crossing_note(outcome)

    follow(model, show)
    rest = with_classes(_criteria(model, REST), "ig-print-too")
    title = _("The other {count} of {all} criteria").format(
        count=len(REST), all=len(criteria.CRITERIA)
    )
    return card(
        [
            html(value=head(_("Eligibility"))),
            judged,
            _criteria(model, FIRST),
            note,
            rest if all_open else fold(title, rest),
        ]
    )


def _criteria(model: ExplorerModel, statements: Sequence[Statement]) -> ipw.VBox:
    rows = [_criterion(model, statement) for statement in statements]
    return with_classes(lean.VBox(rows), "ig-criteria")


def _criterion(model: ExplorerModel, statement: Statement) -> ipw.Widget:
    computed = statement.code in MEASURED
    shown = html()

    def show(outcome: Outcome) -> None:
        lines = outcome.eligibility.lines if outcome.eligibility else ()
        line = next((one for one in lines if one.statement == statement), None)
        shown.value = criterion(line, with_answer=computed) if line else question(statement)

    follow(model, show)
    children = [shown] if computed else [shown, answer_switch(model, statement.code)]
    return row(*children, css="ig-question")

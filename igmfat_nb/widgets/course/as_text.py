"""A course's outcome as plain text: what a notebook prints where no page is drawn."""

from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE, number_text, text_table
from igmfat_nb.tables.titration import next_lines
from igmfat_nb.titration import RULES, CourseRow
from igmfat_nb.widgets.course.model import CourseModel


def course_answer_text(model: CourseModel) -> str:
    """The next dose by every rule with its working, and the course day by day."""
    outcome = model.outcome
    if outcome.answer is None:
        refused = [f"{place}: {sentence}" for place, sentence in outcome.refused.items()]
        return "\n".join([NOTICE, outcome.waiting, *refused])
    rows: tuple[CourseRow, ...] = model.rows or ()
    header = (
        _("sample, h"),
        _("IgM, mg/dL"),
        *(_("{rule}, mL").format(rule=rule) for rule in RULES),
        _("given, mL"),
        _("next titre, 90 %"),
        _("at target"),
    )
    table = text_table(header, [_row(row) for row in rows])
    return "\n".join(
        [*next_lines(outcome.answer.decision, outcome.answer.aside), "", _("Day by day:"), table]
    )


def _row(row: CourseRow) -> tuple[str, ...]:
    doses = [getattr(row, rule).dose for rule in RULES]
    low, middle, high = (number_text(titre) for titre in row.predicted_mg_dl)
    return (
        number_text(row.titre.time_h, 2),
        row.titre.text(1),
        *(number_text(dose.volume_ml, 1) if dose else "–" for dose in doses),
        number_text(row.given_ml, 1),
        f"{middle} ({low}–{high})",
        f"{number_text(100 * row.chance)} %",
    )

"""What a figure shows, as a table beside it."""

import ipywidgets as ipw
import numpy as np

from igmfat_nb.courses.comparison import whole_day_titres
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.units import HOURS_PER_DAY
from igmfat_nb.widgets.course.outcome import Answer
from igmfat_nb.widgets.explorer.fields import follow
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.parts.controls import html
from igmfat_nb.widgets.parts.template import filled
from igmfat_nb.widgets.workspace.model import Workspace

TABLE = """<div class="ig-scroll"><table class="ig-table ig-tight"><thead><tr>\
{% for name in header %}\
<th scope="col">{{ name }}</th>{% endfor %}</tr></thead><tbody>{% for row in rows %}<tr>\
<th scope="row">{{ row[0] }}</th>{% for cell in row[1:] %}<td>{{ cell }}</td>{% endfor %}</tr>\
{% endfor %}</tbody></table></div>"""


def first_table(model: ExplorerModel) -> ipw.HTML:
    """Titres at whole days under both arms and without treatment."""
    shown = html()
    header = [_("day"), _("untreated"), _("standard"), _("personalised")]

    def show(outcome: Outcome) -> None:
        titres = whole_day_titres(outcome.comparison) if outcome.comparison else []
        rows = [[str(day), *(number_text(one) for one in row)] for day, row in enumerate(titres)]
        shown.value = filled(TABLE, header=header, rows=rows) if rows else ""

    follow(model, show)
    return shown


def course_table(work: Workspace) -> ipw.HTML:
    """The patient's own curve at whole days and at the draws, with what was measured there."""
    shown = html()
    header = [
        _("time"),
        _("IgM, mg/dL"),
        _("90 % interval"),
        _("IgM measured"),
        _("Predicted, 90 %"),
    ]

    def show(_change: object = None) -> None:
        answer = work.course.outcome.answer
        rows = _course_rows(work, answer) if answer else []
        shown.value = filled(TABLE, header=header, rows=rows) if rows else ""

    work.course.observe(show, "outcome")
    work.observe(show, "times")
    show()
    return shown


def _course_rows(work: Workspace, answer: Answer) -> list[list[str]]:
    curve, predicted = answer.curve, answer.decision.learning.predicted_mg_dl
    measured = {titre.time_h: titre.text(1) for titre in answer.case.titres}
    days = curve.time_h[curve.time_h % HOURS_PER_DAY == 0]
    rows = []
    for time_h in sorted({*days.tolist(), *measured}):
        low, middle, high = (
            float(np.interp(time_h, curve.time_h, curve.personal[name]))
            for name in ("p5", "p50", "p95")
        )
        rows.append(
            [
                work.times.text(time_h),
                number_text(middle),
                f"{number_text(low)}–{number_text(high)}",
                measured.get(time_h, ""),
                _interval(predicted[time_h]) if time_h in predicted else "",
            ]
        )
    return rows


def _interval(points: tuple[float, float, float]) -> str:
    low, middle, high = (number_text(one) for one in points)
    return f"{middle} ({low}–{high})"

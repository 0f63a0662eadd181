"""Verdict and criteria as HTML values."""

from igmfat_nb.bedside.eligibility import CriterionResult
from igmfat_nb.language import _, mark
from igmfat_nb.protocol.criteria import Statement
from igmfat_nb.widgets.parts.template import filled

_SMALL = "{% for text in small %}<small>{{ text }}</small>{% endfor %}"
_CRITERION = (
    '<ul class="ig-crit"><li class="ig-{{ mark }}"><i></i><div>{{ wording }}</div>'
    "{% if answer %}<span>{{ answer }}</span>{% endif %}" + _SMALL + "</li></ul>"
)
_QUESTION = '<div class="ig-ask">{{ wording }}' + _SMALL + "</div>"
ANSWER_TEXT = {"yes": mark("yes"), "no": mark("no"), "unknown": mark("unknown")}


def criterion(line: CriterionResult, *, with_answer: bool) -> str:
    """One criterion: its mark, its wording, its reason; its answer where none can be clicked."""
    answer = _(ANSWER_TEXT[line.answer]) if with_answer else ""
    reason = line.reason[:1].upper() + line.reason[1:]
    small = [reason] if with_answer and line.answer != "unknown" else []
    small += [_(line.statement.detail)] if line.statement.detail else []
    return filled(
        _CRITERION,
        mark=line.answer,
        wording=_(line.statement.wording),
        answer=answer,
        small=small,
    )


def question(statement: Statement) -> str:
    """A question that is answered beside it."""
    small = [_(statement.detail)] if statement.detail else []
    return filled(_QUESTION, wording=_(statement.wording), small=small)

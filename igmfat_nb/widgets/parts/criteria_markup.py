"""Verdict and criteria as HTML values."""

from html import escape

from igmfat_nb.bedside.eligibility import CriterionResult
from igmfat_nb.language import _, mark
from igmfat_nb.protocol.criteria import Statement

ANSWER_TEXT = {"yes": mark("yes"), "no": mark("no"), "unknown": mark("unknown")}


def criterion(line: CriterionResult, *, with_answer: bool) -> str:
    """One criterion: its mark, its wording, its reason; its answer where none can be clicked."""
    answer = f"<span>{escape(_(ANSWER_TEXT[line.answer]))}</span>" if with_answer else ""
    reason = line.reason[:1].upper() + line.reason[1:]
    small = [reason] if with_answer and line.answer != "unknown" else []
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

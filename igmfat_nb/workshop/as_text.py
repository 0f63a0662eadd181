"""A lesson as plain text: what a notebook prints where no page is drawn."""

from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE
from igmfat_nb.workshop.checking import expected_text, tolerance_text
from igmfat_nb.workshop.lessons import lesson_named
from igmfat_nb.workshop.question import AnyQuestion, NumberQuestion


def lesson_text(key: str, *, solutions: bool = False) -> str:
    """Aim, questions and what to take home; with the worked solutions for a trainer."""
    lesson = lesson_named(key)
    lines = [_(NOTICE), "", _(lesson.title), _(lesson.aim)]
    for number, question in enumerate(lesson.questions, 1):
        lines += ["", f"{number}. {_(question.prompt)} ({question.case_name}{_within(question)})"]
        if solutions:
            lines += [f"   {line}" for line in question.working(question.case) if line]
            lines.append("   " + _("Answer: {answer}").format(answer=expected_text(question)))
    return "\n".join([*lines, "", *(f"- {_(line)}" for line in lesson.take_home)])


def _within(question: AnyQuestion) -> str:
    return f"; {tolerance_text(question)}" if isinstance(question, NumberQuestion) else ""

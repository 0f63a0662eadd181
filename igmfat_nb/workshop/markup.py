"""Lessons as HTML: what a panel fills its cards with, and what a printed key is made of."""

from html import escape

from igmfat_nb.language import _
from igmfat_nb.widgets.parts.markup import head, paragraph
from igmfat_nb.workshop.checking import Feedback, expected_text, tolerance_text
from igmfat_nb.workshop.question import AnyQuestion, ChoiceQuestion, Lesson, NumberQuestion

FEEDBACK_CLASS = {"right": "ig-yes", "unit": "ig-maybe", "wrong": "ig-no", "unreadable": "ig-maybe"}


def intro(lesson: Lesson) -> str:
    """The aim and what it takes."""
    beside = _("about {minutes} minutes").format(minutes=lesson.minutes)
    note = _(
        "All patients are synthetic. Answers are checked by this software's own functions and stay"
        " in this browser; nothing is graded. A decimal comma is as good as a point."
    )
    return head(_(lesson.title), beside) + paragraph("", _(lesson.aim)) + paragraph("ig-note", note)


def heading(lesson: Lesson, number: int) -> str:
    """A question's place, and its patient where the last question was about another."""
    question = lesson.questions[number]
    place = _("Question {number} of {all}").format(number=number + 1, all=len(lesson.questions))
    same = number > 0 and lesson.questions[number - 1].case_name == question.case_name
    found = question.teaching_case
    if same:
        story = paragraph(
            "ig-note ig-same", _("The same patient: {title}.").format(title=found.title)
        )
    else:
        story = f"<h3>{escape(found.title)}</h3>" + "".join(
            paragraph("", part) for part in found.vignette.split("\n\n")
        )
    return head(place) + story


def prompt(question: AnyQuestion) -> str:
    """The question, and how near is near enough."""
    note = tolerance_text(question) if isinstance(question, NumberQuestion) else ""
    asked = f'<p class="ig-prompt"><b>{escape(_(question.prompt))}</b></p>'
    return asked + paragraph("ig-note", note)


def feedback(found: Feedback | None) -> str:
    """What a check said; nothing before the first."""
    if found is None:
        return ""
    css = FEEDBACK_CLASS[found.verdict]
    return f'<p class="ig-verdict {css}" role="status">{escape(found.sentence)}</p>'


def hints(question: AnyQuestion, shown: int) -> str:
    """The first hints."""
    return "".join(
        paragraph("ig-note ig-hint", _("Hint {number}: {text}").format(number=number, text=_(text)))
        for number, text in enumerate(question.hints[:shown], 1)
    )


def solution(lesson: Lesson, question: AnyQuestion) -> str:
    """The worked solution, the answer last; below the last one of a case what the case teaches."""
    case = question.case
    lines = "<br>".join(escape(line) for line in question.working(case) if line)
    answer = escape(_("Answer: {answer}").format(answer=expected_text(question)))
    about_it = [one.key for one in lesson.questions if one.case_name == question.case_name]
    point = question.teaching_case.point if question.key == about_it[-1] else ""
    return (
        f'<div class="ig-solution"><p class="ig-work">{lines}<br><b>{answer}</b></p>'
        + paragraph("ig-note", point)
        + "</div>"
    )


def class_note() -> str:
    """What a trainer sees, and what not."""
    note = _(
        "Your trainer sees the answers of those who agree, without a name, while the workshop"
        " runs; they stay in the memory of this server and end with it. Solutions open when the"
        " trainer releases them."
    )
    back = f'<p><a href="./">{escape(_("All lessons of this workshop"))}</a></p>'
    return head(_("In class")) + paragraph("ig-note", note) + back


def options(question: AnyQuestion) -> str:
    """The choices, or a line to write on, for paper."""
    if isinstance(question, ChoiceQuestion):
        rows = "".join(f"<li>{escape(_(option.text))}</li>" for option in question.options)
        return f'<ul class="ig-choices">{rows}</ul>'
    return f'<p class="ig-line">____________ {escape(_(question.unit))}</p>'


def take_home(lesson: Lesson) -> str:
    """What to take home."""
    lines = "".join(f"<li>{escape(_(line))}</li>" for line in lesson.take_home)
    return head(_("To take home")) + f"<ul>{lines}</ul>"


def lesson_page(lesson: Lesson, *, solutions: bool) -> str:
    """The whole lesson for paper, with or without its solutions."""
    cards = [intro(lesson)]
    for number, question in enumerate(lesson.questions):
        parts = [heading(lesson, number), prompt(question), options(question)]
        if solutions:
            parts += [hints(question, len(question.hints)), solution(lesson, question)]
        cards.append("".join(parts))
    cards.append(take_home(lesson))
    return "".join(f'<section class="ig-card">{card}</section>' for card in cards)

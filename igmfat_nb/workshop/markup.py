"""Lessons as HTML: what a page fills its parts with, and what a printed key is made of."""

import re
from pathlib import Path
from typing import Any

from markupsafe import Markup

from igmfat_nb.language import _, ngettext
from igmfat_nb.notation import number_text
from igmfat_nb.widgets.parts.html_template import Parts
from igmfat_nb.workshop.checking import expected_text, given_text, tolerance_text
from igmfat_nb.workshop.drawing import svg
from igmfat_nb.workshop.model import LessonModel
from igmfat_nb.workshop.patient_line import patient_line
from igmfat_nb.workshop.question import AnyQuestion, ChoiceQuestion, Lesson, NumberQuestion

lesson_parts = Parts(Path(__file__).parent / "template" / "lesson.html.j2")
UNIT = re.compile(r"(?<=\d) (?=(?:%|mg|mL|kg|cm|g/L|dL|[gh])\b|%)")
TRIES = 3  # that have a word of their own


def where(model: LessonModel, place: int, all_lessons: int) -> Markup:
    """Which lesson and question, and how long it takes; the aim before the first answer."""
    lesson, done = model.lesson, model.done
    count, at = len(lesson.questions), model.at
    minutes = -(-lesson.minutes * (count - min(done.right, count)) // count)
    line = _("Lesson {place} of {all}. Question {number} of {count}, about {minutes} min left.")
    if at == count:
        line = _("Lesson {place} of {all}. {right} of {count} answered right.")
    said = line.format(
        place=place, all=all_lessons, number=at + 1, count=count, minutes=minutes, right=done.right
    )
    begins = at == 0 and not done.answers
    return lesson_parts("where", said, _(lesson.aim) if begins else "")


def place_text(lesson: Lesson, number: int) -> str:
    """Which question of how many."""
    return _("Question {number} of {all}").format(number=number + 1, all=len(lesson.questions))


def asked(lesson: Lesson, number: int) -> Markup:
    """A question: its title, its patient in a line, what is asked."""
    return lesson_parts("asked", _question(lesson, number))


def _question(lesson: Lesson, number: int) -> dict[str, Any]:
    question = lesson.questions[number]
    return {
        "key": question.key,
        "place": place_text(lesson, number),
        "title": _(question.title),
        "who": [together(part) for part in patient_line(question)],
        "prompt": together(_(question.prompt)),
        "within": tolerance_text(question) if isinstance(question, NumberQuestion) else "",
    }


def told(model: LessonModel, question: AnyQuestion) -> Markup:
    """What the last check said; nothing before the first, nor once the answer was changed."""
    found, tries = model.feedback(question.key), model.tries(question.key)
    if found is None or model.typed(question.key) != tries[-1].text:
        return Markup()
    given = given_text(question, tries[-1].text)
    if found.verdict == "right":
        return lesson_parts("told", "yes", *_right(given, len(tries)), together(found.why))
    if found.verdict == "unit":
        return lesson_parts("told", "maybe", given, "", together(found.sentence))
    head = _("{answer} is not right.").format(answer=given)
    return lesson_parts("told", "no", head, "", together(found.why or found.sentence))


def _right(given: str, count: int) -> tuple[str, str]:
    if count == 1:
        return _("{answer} is right.").format(answer=given), ""
    words = {2: _("at the second try."), TRIES: _("at the third try.")}
    after = ngettext("after {n} try.", "after {n} tries.", count).format(n=number_text(count))
    return _("{answer} is right,").format(answer=given), words.get(count, after)


def together(text: str) -> str:
    """The same words; no line ends between a number and its unit."""
    return UNIT.sub("\N{NO-BREAK SPACE}", text)


def hints(question: AnyQuestion, shown: int) -> Markup:
    """The first hints."""
    texts = enumerate(question.hints[:shown], 1)
    lines = [
        (_("Hint {number}").format(number=number), together(_(text))) for number, text in texts
    ]
    return lesson_parts("hints", lines)


def worked(question: AnyQuestion) -> Markup:
    """The worked solution, the answer last."""
    lines = [line for line in question.working(question.case) if line]
    answer = _("Answer: {answer}").format(answer=expected_text(question))
    return lesson_parts("worked", lines, answer)


def figure(question: AnyQuestion, *, solved: bool) -> Markup:
    """What stands beside a question; solved, with what it teaches."""
    picture = svg(question.figure(question.case, solved=solved))
    return lesson_parts("figure", picture, together(_(question.point)) if solved else "")


def end(model: LessonModel, following: tuple[str, str], *, in_class: bool) -> Markup:
    """What to take home, what is still open, and where to go on; no dead end."""
    lesson, done = model.lesson, model.done
    count = len(lesson.questions)
    still = [
        number_text(number)
        for number, one in enumerate(lesson.questions, 1)
        if not model.answer(one.key).is_right
    ]
    line = _("{right} of {all} answered right.").format(right=done.right, all=count)
    left = ngettext("Still open: question {n}.", "Still open: questions {n}.", len(still))
    return lesson_parts(
        "end",
        _("The end of this lesson"),
        line,
        left.format(n=", ".join(still)) if still else "",
        _("To take home"),
        [_(text) for text in lesson.take_home],
        _("Next:"),
        *following,
        _("All lessons of this workshop") if in_class else "",
    )


def class_note() -> str:
    """What a trainer sees, and what not."""
    return _(
        "Your trainer sees the answers of those who agree, without a name, while the workshop"
        " runs; they stay in the memory of this server and end with it. Solutions open when the"
        " trainer releases them."
    )


def lesson_sheets(lesson: Lesson, *, solutions: bool) -> Markup:
    """The whole lesson for paper, with or without its solutions."""
    beside = _("about {minutes} minutes").format(minutes=lesson.minutes)
    note = _(
        "All patients are synthetic. Answers are checked by this software's own functions and stay"
        " in this browser; nothing is graded. A decimal comma is as good as a point."
    )
    sheets = [lesson_parts("opening", _(lesson.title), beside, _(lesson.aim), note)]
    sheets += [_sheet(lesson, number, solutions) for number in range(len(lesson.questions))]
    take_home = [_(line) for line in lesson.take_home]
    sheets.append(lesson_parts("closing", _("To take home"), take_home))
    return Markup().join(sheets)


def _sheet(lesson: Lesson, number: int, solutions: bool) -> Markup:
    question = lesson.questions[number]
    said = _question(lesson, number) | {"figure": figure(question, solved=False)}
    if isinstance(question, ChoiceQuestion):
        answer = lesson_parts("choices", [_(option.text) for option in question.options])
    else:
        answer = lesson_parts("line", _(question.unit))
    solved = None
    if solutions:
        solved = {
            "hints": hints(question, len(question.hints)),
            "worked": worked(question),
            "figure": figure(question, solved=True),
        }
    return lesson_parts("sheet", said, answer, solved)

"""What a participant takes home as a page: cases, answers, attempts, time."""

from datetime import UTC, datetime
from html import escape

from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE, number_text
from igmfat_nb.workshop.checking import VERDICT_WORDS, answer_text, expected_text
from igmfat_nb.workshop.frame import page
from igmfat_nb.workshop.lessons import LESSONS
from igmfat_nb.workshop.question import AnyQuestion, Lesson
from igmfat_nb.workshop.record import AnswerRecord, LessonRecord, SeatRecord

SECONDS_PER_MINUTE = 60
WIDE_ENOUGH = "td:first-child, td:nth-child(3) { min-width: 150px; }"  # on a phone it scrolls


def summary_html(record: SeatRecord, saved_at: str) -> str:
    """The summary as one HTML file without anything to load."""
    lessons = [
        _lesson(lesson, record.lessons[lesson.key])
        for lesson in LESSONS
        if lesson.key in record.lessons
    ]
    when = datetime.fromisoformat(saved_at).astimezone(UTC)
    said = _("Seat {seat}, saved {date} at {time} UTC.").format(
        seat=record.seat[:6], date=f"{when:%Y-%m-%d}", time=f"{when:%H:%M}"
    )
    empty = "" if lessons else f"<p>{escape(_('No question was answered yet.'))}</p>"
    body = f"<p>{escape(said)}</p>{empty}{''.join(lessons)}"
    return page(_("Workshop summary"), body, _(NOTICE), style=WIDE_ENOUGH)


def _lesson(lesson: Lesson, done: LessonRecord) -> str:
    minutes = number_text(done.seconds / SECONDS_PER_MINUTE, 1)
    line = _("{right} of {all} right, {minutes} minutes").format(
        right=done.right, all=len(lesson.questions), minutes=minutes
    )
    columns = (_("Question"), _("Case"), _("Your answers"), _("Attempts"), _("Hints"), _("Answer"))
    heads = "".join(f"<th>{escape(column)}</th>" for column in columns)
    rows = "".join(
        _row(question, done.answers[question.key])
        for question in lesson.questions
        if question.key in done.answers
    )
    return (
        f"<section><h2>{escape(_(lesson.title))}</h2><p>{escape(line)}</p>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></section>"
    )


def _row(question: AnyQuestion, answer: AnswerRecord) -> str:
    typed = "<br>".join(
        f"{escape(answer_text(question, attempt.text))}"
        f" <small>{escape(_(VERDICT_WORDS[attempt.verdict]))}</small>"
        for attempt in answer.attempts
    )
    seen = answer.is_right or answer.solution
    cells = (
        escape(_(question.prompt)),
        escape(question.teaching_case.title),
        typed or "–",
        str(len(answer.attempts)),
        str(answer.hints),
        escape(expected_text(question)) if seen else "–",
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"

"""What a participant takes home as a page: cases, answers, attempts, time."""

from datetime import UTC, datetime

from markupsafe import Markup

from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE, number_text
from igmfat_nb.workshop.checking import VERDICT_WORDS, answer_text, expected_text
from igmfat_nb.workshop.frame import page, parts
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
    empty = [] if lessons else [parts("paragraph", _("No question was answered yet."))]
    body = Markup().join([parts("paragraph", said), *empty, *lessons])
    return page(_("Workshop summary"), body, _(NOTICE), style=WIDE_ENOUGH)


def _lesson(lesson: Lesson, done: LessonRecord) -> Markup:
    minutes = number_text(done.seconds / SECONDS_PER_MINUTE, 1)
    line = _("{right} of {all} right, {minutes} minutes").format(
        right=done.right, all=len(lesson.questions), minutes=minutes
    )
    columns = (_("Question"), _("Case"), _("Your answers"), _("Attempts"), _("Hints"), _("Answer"))
    rows = [
        _row(question, done.answers[question.key])
        for question in lesson.questions
        if question.key in done.answers
    ]
    return parts("lesson", _(lesson.title), line, parts("table", columns, rows))


def _row(question: AnyQuestion, answer: AnswerRecord) -> tuple[str, ...]:
    typed = [
        (answer_text(question, attempt.text), _(VERDICT_WORDS[attempt.verdict]))
        for attempt in answer.attempts
    ]
    seen = answer.is_right or answer.solution
    return (
        _(question.prompt),
        question.teaching_case.title,
        parts("attempts", typed) or "–",
        str(len(answer.attempts)),
        str(answer.hints),
        expected_text(question) if seen else "–",
    )

"""What the trainer's page shows of a class while it runs: seats without names."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from igmfat_nb.workshop.checking import error_text
from igmfat_nb.workshop.collect import QuestionPicture, class_picture
from igmfat_nb.workshop.lessons import LESSONS
from igmfat_nb.workshop.question import Lesson, NumberQuestion
from igmfat_nb.workshop.record import AnswerRecord, LessonRecord, SeatRecord

MOST_ERRORS = 3  # shown of a question


def class_state(records: Iterable[SeatRecord], released: Collection[str]) -> dict[str, Any]:
    """The class as a JSON document.

    Parameters
    ----------
    records : iterable of SeatRecord
        Of those who show their answers, in the order of their seats: the same place in
        every row.
    released : collection of str
        Questions whose solutions may be shown.

    Returns
    -------
    dict
        ``opted_in``; ``lesson``, the one that was answered last; ``places``, how many seats
        have each question of a lesson open, the end last; ``questions``, each with a sign a
        seat ("once", "later", "wrong" or "").
    """
    seats = list(records)
    picture = class_picture(seats)
    return {
        "opted_in": picture.participants,
        "lesson": _latest_lesson(seats),
        "places": {lesson.key: _places(lesson, seats) for lesson in LESSONS},
        "questions": [_question(one, seats, released) for one in picture.questions],
    }


def _question(
    one: QuestionPicture, seats: list[SeatRecord], released: Collection[str]
) -> dict[str, Any]:
    question = one.question
    answers = [_answer(seat, one.lesson, question.key) for seat in seats]
    return {
        "question": question.key,
        "lesson": one.lesson,
        "participants": one.participants,
        "attempts": one.attempts,
        "share_correct": one.share_correct,
        "share_correct_at_once": one.share_at_once,
        "errors": [
            f"{error_text(question, key)} ({count})" for key, count in one.errors[:MOST_ERRORS]
        ],
        "seats": [_sign(answer) for answer in answers],
        "firsts": _firsts(one),
        "released": question.key in released,
    }


def _answer(seat: SeatRecord, lesson: str, key: str) -> AnswerRecord:
    return seat.lessons.get(lesson, LessonRecord()).answers.get(key, AnswerRecord())


def _sign(answer: AnswerRecord) -> str:
    tries = [one for one in answer.attempts if one.verdict != "unreadable"]
    if not tries:
        return ""
    if tries[0].verdict == "right":
        return "once"
    return "later" if answer.is_right else "wrong"


def _firsts(one: QuestionPicture) -> dict[str, Any]:
    """First answers: numbers beside the right one, or how often each option was chosen."""
    question = one.question
    if isinstance(question, NumberQuestion):
        expected, tolerance = question.expected, question.tolerance
        reach = max(abs(expected), 10 * tolerance)
        low = max(expected - reach, 0.0) if expected > 0 else expected - reach
        return {
            "numbers": sorted(min(max(n, low), expected + reach) for n in one.numbers),
            "low": low,
            "high": expected + reach,
            "right": [expected - tolerance, expected + tolerance],
        }
    counts = dict(one.answers)
    chosen = [counts.get(error_text(question, o.key), 0) for o in question.options]
    return {"chosen": chosen}


def _latest_lesson(seats: list[SeatRecord]) -> str:
    """The lesson of the last answer; the first while there is none."""
    last = [
        (attempt.at_s, key)
        for seat in seats
        for key, lesson in seat.lessons.items()
        for answer in lesson.answers.values()
        for attempt in answer.attempts
    ]
    return max(last)[1] if last else LESSONS[0].key


def _places(lesson: Lesson, seats: list[SeatRecord]) -> list[int]:
    """Seats that have each question open: the one answered last, or the next if that is right."""
    found: Counter[int] = Counter()
    for seat in seats:
        last = (-1.0, -1)
        for number, question in enumerate(lesson.questions):
            answer = _answer(seat, lesson.key, question.key)
            for attempt in answer.attempts:
                last = max(last, (attempt.at_s, number + answer.is_right))
        if last[1] >= 0:
            found[last[1]] += 1
    return [found[number] for number in range(len(lesson.questions) + 1)]

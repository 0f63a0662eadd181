"""The class picture: what thirty files together say, and which of them do not count."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.files import open_file, reason_of
from igmfat_nb.language import _
from igmfat_nb.workshop.checking import answer_number, answer_text
from igmfat_nb.workshop.lessons import LESSONS
from igmfat_nb.workshop.question import AnyQuestion
from igmfat_nb.workshop.record import (
    LONGEST_FILE,
    AnswerRecord,
    NotOurs,
    SeatRecord,
    SummaryFile,
    read_summary,
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that does not count, and why."""

    file: str
    reason: str
    was_read: bool = True


@dataclass(frozen=True, slots=True)
class QuestionPicture:
    """One question over the class.

    Attributes
    ----------
    participants : int
        Who tried it.
    attempts : int
        Answers that could be read, of all of them together.
    right, right_at_once : int
        Participants right in the end, and at the first attempt.
    errors : tuple of (str, int)
        What went wrong, commonest first.
    answers : tuple of (str, int)
        First answers as typed, commonest first.
    numbers : tuple of float
        First answers as numbers in the question's unit, where they are numbers.
    """

    lesson: str
    question: AnyQuestion
    participants: int
    attempts: int
    right: int
    right_at_once: int
    hints: int
    solutions: int
    errors: tuple[tuple[str, int], ...]
    answers: tuple[tuple[str, int], ...]
    numbers: tuple[float, ...]

    @property
    def share_correct(self) -> float | None:
        """Share of those who tried that were right in the end."""
        return self.right / self.participants if self.participants else None

    @property
    def share_at_once(self) -> float | None:
        """Share of those who tried that were right at the first attempt."""
        return self.right_at_once / self.participants if self.participants else None


@dataclass(frozen=True, slots=True)
class ClassPicture:
    """What the files that count say together."""

    participants: int
    minutes: dict[str, tuple[float, ...]]
    questions: tuple[QuestionPicture, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def unread(self) -> tuple[LeftOut, ...]:
        """Files that could not be read at all, however many others count."""
        return tuple(one for one in self.left_out if not one.was_read)


def collect(files: Iterable[str]) -> ClassPicture:
    """Read every file; one that does not count is named with its reason, the rest still counts."""
    found: dict[str, tuple[str, SummaryFile]] = {}
    left_out: list[LeftOut] = []
    for name in files:
        try:
            content = _content(name)
        except UnreadableInput as error:
            left_out.append(LeftOut(name, str(error), was_read=False))
            continue
        try:
            summary = read_summary(content)
        except NotOurs as error:
            left_out.append(LeftOut(name, str(error)))
            continue
        seat = summary.record.seat
        if seat not in found:
            found[seat] = (name, summary)
            continue
        older, newer = found[seat], (name, summary)
        if summary.saved_at > older[1].saved_at:  # of two files of one seat the later counts
            older, newer = newer, older
            found[seat] = older
        message = _("It is from the same seat as {other}, which counts.")
        left_out.append(LeftOut(newer[0], message.format(other=older[0])))
    return class_picture([summary.record for _name, summary in found.values()], left_out)


def class_picture(records: Iterable[SeatRecord], left_out: Iterable[LeftOut] = ()) -> ClassPicture:
    """Sum up what participants did."""
    seats = list(records)
    minutes = {
        lesson.key: tuple(
            seat.lessons[lesson.key].seconds / 60 for seat in seats if lesson.key in seat.lessons
        )
        for lesson in LESSONS
    }
    questions = tuple(
        _question_picture(lesson.key, question, seats)
        for lesson in LESSONS
        for question in lesson.questions
    )
    return ClassPicture(len(seats), minutes, questions, tuple(left_out))


def picture_record(picture: ClassPicture) -> dict[str, Any]:
    """The picture as a JSON document."""
    return {
        "participants": picture.participants,
        "left_out": [{"file": one.file, "reason": one.reason} for one in picture.left_out],
        "questions": [
            {
                "question": one.question.key,
                "lesson": one.lesson,
                "case": one.question.case_name,
                "participants": one.participants,
                "attempts": one.attempts,
                "share_correct": one.share_correct,
                "share_correct_at_once": one.share_at_once,
                "hints": one.hints,
                "solutions": one.solutions,
                "errors": dict(one.errors),
            }
            for one in picture.questions
        ],
    }


def hardest(picture: ClassPicture) -> list[QuestionPicture]:
    """Questions that were tried, those that failed most first."""
    tried = [one for one in picture.questions if one.participants]
    return sorted(tried, key=lambda one: (one.share_at_once or 0.0, one.share_correct or 0.0))


def _question_picture(
    lesson: str, question: AnyQuestion, seats: list[SeatRecord]
) -> QuestionPicture:
    touched = [
        seat.lessons[lesson].answers[question.key]
        for seat in seats
        if lesson in seat.lessons and question.key in seat.lessons[lesson].answers
    ]
    tried = [answer for answer in touched if _readable(answer)]
    firsts = [_readable(answer)[0] for answer in tried]
    errors = Counter(
        attempt.error for answer in tried for attempt in _readable(answer) if attempt.error
    )
    numbers = (answer_number(question, attempt.text) for attempt in firsts)
    return QuestionPicture(
        lesson=lesson,
        question=question,
        participants=len(tried),
        attempts=sum(len(_readable(answer)) for answer in tried),
        right=sum(answer.is_right for answer in tried),
        right_at_once=sum(attempt.verdict == "right" for attempt in firsts),
        hints=sum(answer.hints for answer in touched),
        solutions=sum(answer.solution for answer in touched),
        errors=tuple(errors.most_common()),
        answers=tuple(Counter(answer_text(question, a.text) for a in firsts).most_common()),
        numbers=tuple(number for number in numbers if number is not None),
    )


def _readable(answer: AnswerRecord) -> list[Any]:
    """Attempts that were answers: what could not be read is no attempt at the question."""
    return [attempt for attempt in answer.attempts if attempt.verdict != "unreadable"]


def _content(name: str) -> bytes:
    try:
        with open_file(Path(name)) as file:
            return file.read(LONGEST_FILE + 1)  # enough to see that it is too much
    except (OSError, ValueError) as error:
        reason = reason_of(error, _("no such file"))
        raise UnreadableInput(_("It cannot be read: {reason}.").format(reason=reason)) from error

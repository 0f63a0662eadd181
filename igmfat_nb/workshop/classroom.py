"""A class while it runs: who sits where, what they answered, what is released. In memory only."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from igmfat_nb.workshop.checking import LONGEST_ANSWER, check
from igmfat_nb.workshop.class_state import class_state
from igmfat_nb.workshop.collect import ClassPicture, class_picture
from igmfat_nb.workshop.lessons import LESSONS, QUESTIONS
from igmfat_nb.workshop.record import (
    MOST_ATTEMPTS,
    AnswerRecord,
    Attempt,
    LessonRecord,
    SeatRecord,
)

#: No letter or digit that looks like another.
CODE_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 6
MOST_SEATS = 1000
LESSON_KEYS = tuple(lesson.key for lesson in LESSONS)


def join_code() -> str:
    """A code to write on the board."""
    return "".join(secrets.choice(CODE_SIGNS) for _sign in range(CODE_LENGTH))


@dataclass
class Classroom:
    """One workshop.

    Attributes
    ----------
    code, token : str
        What participants type to join; what the trainer's link holds.
    released, released_questions : set of str
        Lessons, and single questions, whose solutions may be shown.
    """

    code: str = field(default_factory=join_code)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    released: set[str] = field(default_factory=set)
    released_questions: set[str] = field(default_factory=set)
    _seats: dict[str, SeatRecord | None] = field(default_factory=dict)
    #: Seats, the one that was silent longest first.
    _heard: dict[str, None] = field(default_factory=dict)
    _told: dict[str, set[tuple[str, int, str]]] = field(default_factory=dict)

    def join(self, typed: str) -> str | None:
        """Return a new seat for the right code, else None; a full class forgets a silent one."""
        right = secrets.compare_digest(
            typed.strip().upper().encode("utf-8", "replace"), self.code.encode()
        )
        if not right:
            return None
        if len(self._seats) >= MOST_SEATS:
            self._forget_the_quietest()
        seat = secrets.token_hex(16)
        self._seats[seat] = self._heard[seat] = None
        return seat

    def _forget_the_quietest(self) -> None:
        """Free a place, so that nobody uses them up: one without answers, silent longest."""
        silent = (seat for seat in self._heard if self._seats[seat] is None)
        seat = next(silent, next(iter(self._heard)))
        del self._heard[seat], self._seats[seat]
        self._told.pop(seat, None)

    def hears(self, seat: str) -> bool:
        """Whether somebody joined on this seat; who asks now is not silent."""
        if not self.knows(seat):
            return False
        self._heard[seat] = self._heard.pop(seat)
        return True

    def knows(self, seat: str) -> bool:
        """Whether somebody joined on this seat."""
        return seat in self._seats

    def is_trainer(self, token: str) -> bool:
        """Whether this is the trainer's link."""
        return secrets.compare_digest(token.encode("utf-8", "replace"), self.token.encode())

    def has_opted_in(self, seat: str) -> bool:
        """Whether the participant on this seat shows their answers."""
        return self._seats.get(seat) is not None

    def opt_in(self, seat: str, *, agreed: bool) -> bool:
        """Count a participant from now on, or forget all that they showed; False for no seat."""
        if seat not in self._seats:
            return False
        if not agreed:
            self._seats[seat] = None
            self._told.pop(seat, None)
        elif self._seats[seat] is None:
            self._seats[seat] = SeatRecord(seat=seat)
        return True

    def note(
        self, seat: str, question: str, text: str, at_s: float, *, number: int | None = None
    ) -> bool:
        """Note an attempt of someone who opted in; False for what cannot be one.

        A page tells again what may not have come through: the same text under the same
        ``number`` of a question is the same attempt. It counts only as long as its
        participant has opted in; without a number, telling is opting in.
        """
        asked = QUESTIONS.get(question)
        if seat not in self._seats or asked is None or len(text) > LONGEST_ANSWER:
            return False
        if number is not None and not self.has_opted_in(seat):
            return False
        told = self._told.setdefault(seat, set())
        if number is not None and (question, number, text) in told:
            return True
        record = self._seats[seat] or SeatRecord(seat=seat)
        lesson = question.partition("-")[0]
        done = record.lessons.get(lesson, LessonRecord())
        answer = done.answers.get(question, AnswerRecord())
        if len(answer.attempts) >= MOST_ATTEMPTS:
            return False
        found = check(asked, text)
        attempt = Attempt(text=text, verdict=found.verdict, error=found.error, at_s=at_s)
        more = answer.model_copy(update={"attempts": [*answer.attempts, attempt]})
        lessons = LessonRecord(answers={**done.answers, question: more}, seconds=done.seconds)
        self._seats[seat] = record.with_lesson(lesson, lessons)
        if number is not None:
            told.add((question, number, text))
        return True

    @property
    def open_solutions(self) -> set[str]:
        """Questions whose solutions may be shown, by their lesson or one by one."""
        return {
            key
            for key in QUESTIONS
            if key in self.released_questions or key.partition("-")[0] in self.released
        }

    def release_question(self, question: str, *, released: bool) -> bool:
        """Release one question's solution or hold it back; False for an unknown question."""
        if question not in QUESTIONS:
            return False
        change = self.released_questions.add if released else self.released_questions.discard
        change(question)
        return True

    def release(self, lesson: str, *, released: bool) -> bool:
        """Release a lesson's solutions or hold them back; False for an unknown lesson."""
        if lesson not in LESSON_KEYS:
            return False
        change: Callable[[str], None] = self.released.add if released else self.released.discard
        change(lesson)
        return True

    @property
    def joined(self) -> int:
        """Participants who joined."""
        return len(self._seats)

    def picture(self) -> ClassPicture:
        """What those who opted in answered so far."""
        return class_picture(record for record in self._seats.values() if record is not None)

    def state(self) -> dict[str, Any]:
        """What the trainer's page shows."""
        shown = (record for record in self._seats.values() if record is not None)
        return {
            "joined": self.joined,
            "released": sorted(self.released),
            "released_questions": sorted(self.released_questions),
            **class_state(shown, self.open_solutions),
        }

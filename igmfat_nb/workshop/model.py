"""A lesson in progress: raw answers in, feedback out. No view, no arithmetic of its own."""

import secrets
import time
from collections.abc import Callable
from typing import Any

import traitlets as tl

from igmfat_nb.language import _
from igmfat_nb.workshop.checking import LONGEST_ANSWER, Feedback, check
from igmfat_nb.workshop.question import Lesson
from igmfat_nb.workshop.record import (
    HINTS,
    LONGEST_COURSE_S,
    MOST_ATTEMPTS,
    AnswerRecord,
    Attempt,
    LessonRecord,
    SeatRecord,
    read_memory,
)

IDLE_S = 600.0  # a longer pause is a break, not work
Clock = Callable[[], float]


class LessonModel(tl.HasTraits):
    """One participant's lesson.

    Attributes
    ----------
    record : SeatRecord
        All that was done on this seat, other lessons included.
    shelf : dict
        What the browser keeps: the seat, and each lesson under its key. Setting
        it takes it over.
    memory : str
        This lesson as the browser is to keep it.
    submitted : dict
        The last answer given on this page, never one of an earlier visit.
    forgotten : int
        How often everything was forgotten.
    released : bool
        Whether worked solutions may be shown: always, unless a trainer holds
        them back.
    """

    record = tl.Instance(SeatRecord)
    shelf = tl.Dict(key_trait=tl.Unicode(), value_trait=tl.Unicode())
    memory = tl.Unicode()
    submitted = tl.Dict()
    forgotten = tl.Int(0)
    released = tl.Bool(True)

    def __init__(self, lesson: Lesson, *, seat: str = "", clock: Clock = time.monotonic) -> None:
        self.lesson = lesson
        self._clock = clock
        self._last_s, self._is_there = clock(), False
        self._on_forget: Callable[[], None] | None = None
        super().__init__(record=SeatRecord(seat=seat or secrets.token_hex(16)))

    @property
    def done(self) -> LessonRecord:
        """What was done in this lesson."""
        return self.record.lessons.get(self.lesson.key, LessonRecord())

    def answer(self, key: str) -> AnswerRecord:
        """What was done about one question."""
        return self.done.answers.get(key, AnswerRecord())

    def feedback(self, key: str) -> Feedback | None:
        """What the last check of a question said, also after a reload."""
        question, attempts = self.lesson.question(key), self.answer(key).attempts
        return check(question, attempts[-1].text) if question and attempts else None

    def submit(self, key: str, text: str) -> Feedback:
        """Check an answer and note the attempt."""
        question = self.lesson.question(key)
        if question is None:
            raise KeyError(key)
        found, before = check(question, text), self.answer(key)
        if found.verdict == "unreadable" and not text.strip():
            return Feedback("unreadable", _("Type an answer first."), "unreadable")
        if len(text) <= LONGEST_ANSWER and len(before.attempts) < MOST_ATTEMPTS:
            seconds = self._seconds()
            attempt = Attempt(
                text=text, verdict=found.verdict, error=found.error, at_s=round(seconds, 1)
            )
            self._note(key, before.model_copy(update={"attempts": [*before.attempts, attempt]}))
            number = len(before.attempts) + 1
            self.submitted = {"question": key, "text": text, "number": number}
        return found

    def hint(self, key: str) -> None:
        """Show one more hint."""
        before = self.answer(key)
        self._note(key, before.model_copy(update={"hints": min(before.hints + 1, HINTS)}))

    def show_solution(self, key: str) -> None:
        """Note that the worked solution was looked at; refused while a trainer holds it back."""
        if self.released:
            self._note(key, self.answer(key).model_copy(update={"solution": True}))

    def _seconds(self) -> float:
        """Seconds of work on this lesson so far; long pauses do not count."""
        now_s = self._clock()
        passed_s = min(max(now_s - self._last_s, 0.0), IDLE_S)
        return min(self.done.seconds + passed_s, LONGEST_COURSE_S)

    def _note(self, key: str, answer: AnswerRecord) -> None:
        seconds = round(self._seconds(), 1)
        self._last_s = self._clock()
        answers = {**self.done.answers, key: answer}
        lesson = LessonRecord(answers=answers, seconds=seconds)
        self.record = self.record.with_lesson(self.lesson.key, lesson)
        self.memory = lesson.model_dump_json()

    def forget(self) -> None:
        """Begin anew, as if nobody had been here.

        The browser is told first: what the page no longer shows is nowhere any more.
        """
        if self._on_forget is not None:
            self._on_forget()
        self.memory = ""
        self.record = SeatRecord(seat=self.record.seat)
        self.forgotten += 1

    def on_forget(self, act: Callable[[], None]) -> None:
        """Call ``act()`` when everything is to be forgotten."""
        self._on_forget = act

    @tl.observe("shelf")
    def _take_over(self, change: dict[str, Any]) -> None:
        """Take over what the browser kept; what cannot be read is as if it were not there."""
        if not self._is_there:  # a kernel may have been warm for an hour before anybody came
            self._last_s, self._is_there = self._clock(), True
        found = read_memory(change["new"], or_else=self.record)
        if self.memory:  # nobody knows this lesson better than this page
            found = found.with_lesson(self.lesson.key, self.done)
        if found != self.record:
            self.record = found

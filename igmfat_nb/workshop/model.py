"""A lesson in progress: raw answers in, feedback out. No view, no arithmetic of its own."""

import json
import secrets
import time
from collections.abc import Callable
from typing import Any

import traitlets as tl

from igmfat_nb.language import _
from igmfat_nb.workshop.checking import LONGEST_ANSWER, Feedback, check
from igmfat_nb.workshop.question import AnyQuestion, Lesson
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
    at : int
        The question shown; as many as there are means the end.
    drafts : dict
        What stands in the fields and was not checked, by question.
    refusals : dict
        Why an answer could not be read, by question; until it is changed.
    forgotten : int
        How often everything was forgotten.
    released : bool
        Whether worked solutions may be shown: always, unless a trainer holds
        them back.
    released_questions : list of str
        Questions whose solutions may be shown, even so.
    """

    record = tl.Instance(SeatRecord)
    shelf = tl.Dict(key_trait=tl.Unicode(), value_trait=tl.Unicode())
    memory = tl.Unicode()
    submitted = tl.Dict()
    at = tl.Int(0)
    drafts = tl.Dict(key_trait=tl.Unicode(), value_trait=tl.Unicode())
    refusals = tl.Dict(key_trait=tl.Unicode(), value_trait=tl.Unicode())
    forgotten = tl.Int(0)
    released = tl.Bool(True)
    released_questions = tl.List(tl.Unicode())

    def __init__(self, lesson: Lesson, *, seat: str = "", clock: Clock = time.monotonic) -> None:
        self.lesson = lesson
        self._clock = clock
        self._last_s, self._is_there = clock(), False
        self._on_forget: Callable[[], None] | None = None
        self._walked = False
        super().__init__(record=SeatRecord(seat=seat or secrets.token_hex(16)))

    @property
    def done(self) -> LessonRecord:
        """What was done in this lesson."""
        return self.record.lessons.get(self.lesson.key, LessonRecord())

    def answer(self, key: str) -> AnswerRecord:
        """What was done about one question."""
        return self.done.answers.get(key, AnswerRecord())

    @property
    def question(self) -> AnyQuestion | None:
        """The question shown; None at the end."""
        return self.lesson.questions[self.at] if self.at < len(self.lesson.questions) else None

    def tries(self, key: str) -> list[Attempt]:
        """Answers to a question that could be read."""
        return [one for one in self.answer(key).attempts if one.verdict != "unreadable"]

    def feedback(self, key: str) -> Feedback | None:
        """What the last check of a question said, also after a reload."""
        question, tries = self.lesson.question(key), self.tries(key)
        return check(question, tries[-1].text) if question and tries else None

    def typed(self, key: str) -> str:
        """What stands in a question's field."""
        tries = self.tries(key)
        return str(self.drafts.get(key, tries[-1].text if tries else ""))

    def type_in(self, key: str, text: str) -> None:
        """Keep what stands in a question's field; what was said of it before is over."""
        self.refusals = {name: said for name, said in self.refusals.items() if name != key}
        self.drafts = {**self.drafts, key: text}

    def take_drafts(self, text: str) -> None:
        """Take over what stood in the fields before the page turned; what is no draft is left."""
        try:
            found = json.loads(text)
        except ValueError:
            return
        if isinstance(found, dict):
            keys = {one.key for one in self.lesson.questions}
            drafts = {k: v for k, v in found.items() if k in keys and isinstance(v, str)}
            self.drafts = {**drafts, **self.drafts}

    def is_solved(self, key: str) -> bool:
        """Whether what stands in the field is right, and nothing was changed since."""
        tries = self.tries(key)
        return bool(tries) and tries[-1].verdict == "right" and tries[-1].text == self.typed(key)

    def walk(self, at: int) -> None:
        """Show another question, or the end."""
        self._walked = True
        self.at = at

    @tl.validate("at")
    def _within(self, proposal: dict[str, Any]) -> int:
        return int(min(max(proposal["value"], 0), len(self.lesson.questions)))

    def _resume(self) -> None:
        """Go to where the last answer was given, or beyond it if that was right."""
        last = (-1.0, 0)
        for place, question in enumerate(self.lesson.questions):
            for attempt in self.tries(question.key):
                following = place + (attempt.verdict == "right")
                last = max(last, (attempt.at_s, following))
        if not self._walked:
            self.at = last[1]

    def submit(self, key: str, text: str) -> Feedback:
        """Check an answer and note the attempt."""
        question = self.lesson.question(key)
        if question is None:
            raise KeyError(key)
        self._walked = True
        found, before = check(question, text), self.answer(key)
        if found.verdict == "unreadable" and not text.strip():
            found = Feedback("unreadable", _("Type an answer first."), "unreadable")
        elif len(text) <= LONGEST_ANSWER and len(before.attempts) < MOST_ATTEMPTS:
            self._attempted(key, before, text, found)
        if found.verdict == "unreadable":
            self.refusals = {**self.refusals, key: found.sentence}
        return found

    def _attempted(self, key: str, before: AnswerRecord, text: str, found: Feedback) -> None:
        at_s = round(self._seconds(), 1)
        attempt = Attempt(text=text, verdict=found.verdict, error=found.error, at_s=at_s)
        self._note(key, before.model_copy(update={"attempts": [*before.attempts, attempt]}))
        self.submitted = {"question": key, "text": text, "number": len(before.attempts) + 1}

    def is_released(self, key: str) -> bool:
        """Whether the worked solution of a question may be shown."""
        return self.released or key in self.released_questions

    def hint(self, key: str) -> None:
        """Show one more hint."""
        before = self.answer(key)
        self._note(key, before.model_copy(update={"hints": min(before.hints + 1, HINTS)}))

    def show_solution(self, key: str) -> None:
        """Note that the worked solution was looked at: after one try, unless it is held back."""
        if self.is_released(key) and self.tries(key):
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
        self.drafts, self.refusals = {}, {}
        self.record = SeatRecord(seat=self.record.seat)
        self.at = 0
        self.forgotten += 1

    def on_forget(self, act: Callable[[], None]) -> None:
        """Call ``act()`` when everything is to be forgotten."""
        self._on_forget = act

    @tl.observe("shelf")
    def _take_over(self, change: dict[str, Any]) -> None:
        """Take over what the browser kept; what cannot be read is as if it were not there."""
        if not change["new"]:  # nobody has come yet
            return
        first = not self._is_there
        if first:  # a kernel may have been warm for an hour before anybody came
            self._last_s, self._is_there = self._clock(), True
        found = read_memory(change["new"], or_else=self.record)
        if self.memory:  # nobody knows this lesson better than this page
            found = found.with_lesson(self.lesson.key, self.done)
        if found != self.record:
            self.record = found
            if first:
                self._resume()

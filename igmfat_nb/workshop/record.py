"""What one participant did: attempts, hints, solutions, minutes; as a file and back.

The document is the browser's memory and the file a participant hands in. Its
digest tells a slip of the hand from our own bytes; it is no signature.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from igmfat_nb import __version__
from igmfat_nb.errors import IgmFatError, place_text
from igmfat_nb.language import _
from igmfat_nb.validation import first_found
from igmfat_nb.workshop.checking import LONGEST_ANSWER, Verdict, check
from igmfat_nb.workshop.lessons import LESSONS, QUESTIONS

SCHEMA: Literal["igmfat-workshop/1"] = "igmfat-workshop/1"
MOST_ATTEMPTS = 500
LONGEST_FILE = 2_000_000  # bytes
LONGEST_COURSE_S = 30 * 86_400.0
HINTS = 2


class NotOurs(IgmFatError):
    """A file that does not count, with the reason."""


class Part(BaseModel):
    """What every part of a record has in common."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Attempt(Part):
    """One answer as typed, and what the check said."""

    text: Annotated[str, Field(max_length=LONGEST_ANSWER)]
    verdict: Verdict
    error: Annotated[str, Field(max_length=60)] = ""
    at_s: Annotated[float, Field(ge=0, le=LONGEST_COURSE_S, allow_inf_nan=False)]


class AnswerRecord(Part):
    """All about one question."""

    attempts: Annotated[list[Attempt], Field(max_length=MOST_ATTEMPTS)] = []
    hints: Annotated[int, Field(ge=0, le=HINTS)] = 0
    solution: bool = False

    @property
    def is_right(self) -> bool:
        """Whether an attempt was right."""
        return any(attempt.verdict == "right" for attempt in self.attempts)


class LessonRecord(Part):
    """All about one lesson: answers by question, and how long it was worked on."""

    answers: dict[str, AnswerRecord] = {}
    seconds: Annotated[float, Field(ge=0, le=LONGEST_COURSE_S, allow_inf_nan=False)] = 0.0

    @property
    def right(self) -> int:
        """Questions answered right."""
        return sum(answer.is_right for answer in self.answers.values())


class SeatRecord(Part):
    """One participant: a random seat, no name."""

    seat: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    lessons: dict[str, LessonRecord] = {}

    def with_lesson(self, key: str, lesson: LessonRecord) -> "SeatRecord":
        """Return this record with one lesson replaced."""
        return SeatRecord(seat=self.seat, lessons={**self.lessons, key: lesson})


class SummaryFile(Part):
    """The file handed in."""

    schema_: Literal["igmfat-workshop/1"] = Field(alias="schema")
    version: str
    saved_at: Annotated[str, Field(max_length=40)]
    record: SeatRecord
    cases: dict[str, str]
    digest: str


def summary_document(record: SeatRecord, saved_at: str) -> dict[str, Any]:
    """The file to hand in, as a document with its digest."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "version": __version__,
        "saved_at": saved_at,
        "record": record.model_dump(mode="json"),
        "cases": _cases_of(record),
    }
    return {**document, "digest": digest_of(document)}


def summary_json(record: SeatRecord, saved_at: str) -> str:
    """The file to hand in, as text."""
    document = summary_document(record, saved_at)
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def read_summary(content: bytes) -> SummaryFile:
    """Read a file handed in.

    Raises
    ------
    NotOurs
        With the reason in one sentence: not ours, another version, edited.
    """
    document = _document(content)
    if document.get("schema") != SCHEMA:
        raise NotOurs(_("It is not a summary of this workshop."))
    if document.get("version") != __version__:
        message = _("It is from version {found} of this software; this is {version}.")
        found = str(document.get("version"))[:20]
        raise NotOurs(message.format(found=found, version=__version__))
    if document.get("digest") != digest_of(document):
        raise NotOurs(_("It was edited by hand: its contents do not match its digest."))
    try:
        summary = SummaryFile.model_validate_json(content, strict=True)
    except ValidationError as error:
        place = place_text(first_found(error).place)[:60]
        message = _("It was edited by hand: {place} is not what this software writes.")
        raise NotOurs(message.format(place=place or _("something"))) from error
    _check_verdicts(summary.record)
    return summary


def read_memory(shelf: Mapping[str, str], *, or_else: SeatRecord) -> SeatRecord:
    """The record that a browser kept: the seat, and each lesson under its key.

    What cannot be read counts as not kept; without a seat the one of
    ``or_else`` stays.
    """
    lessons: dict[str, LessonRecord] = {}
    for lesson in LESSONS:
        with suppress(ValidationError):
            kept = LessonRecord.model_validate_json(shelf.get(lesson.key, ""), strict=True)
            lessons[lesson.key] = kept
    try:
        return SeatRecord(seat=shelf.get("seat", or_else.seat), lessons=lessons)
    except ValidationError:
        return SeatRecord(seat=or_else.seat, lessons=lessons)


def digest_of(document: dict[str, Any]) -> str:
    """SHA-256 of everything but the digest, in one fixed writing."""
    rest = {name: value for name, value in document.items() if name != "digest"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _cases_of(record: SeatRecord) -> dict[str, str]:
    """The case behind each question that was touched."""
    keys = (key for lesson in record.lessons.values() for key in lesson.answers)
    return {key: QUESTIONS[key].case_name for key in keys if key in QUESTIONS}


def _document(content: bytes) -> dict[str, Any]:
    if len(content) > LONGEST_FILE:
        raise NotOurs(_("It is too large to be a summary of this workshop."))
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotOurs(_("It is not a summary of this workshop: it is no JSON.")) from error
    if not isinstance(document, dict):
        raise NotOurs(_("It is not a summary of this workshop."))
    return document


def _check_verdicts(record: SeatRecord) -> None:
    """Judge every answer again: a verdict that was written in by hand does not count."""
    lessons = {lesson.key: lesson for lesson in LESSONS}
    for key, done in record.lessons.items():
        for name, answer in done.answers.items():
            question = lessons[key].question(name) if key in lessons else None
            if question is None:
                message = _("It was edited by hand: there is no question {name}.")
                raise NotOurs(message.format(name=name[:40]))
            for attempt in answer.attempts:
                found = check(question, attempt.text)
                if (found.verdict, found.error) != (attempt.verdict, attempt.error):
                    message = _("It was edited by hand: the verdict on {name} is not ours.")
                    raise NotOurs(message.format(name=name))

"""The model of the page: one patient, one set of assumptions, which step is open."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import traitlets as tl

from igmfat_nb.case import case_text
from igmfat_nb.case.charted_time import hour_text, read_hour
from igmfat_nb.case.typed import LIST_NAMES, TypedRow
from igmfat_nb.case.typed_reading import TIME_FIELD
from igmfat_nb.case.ward_clock import zone_of
from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.errors import IgmFatError
from igmfat_nb.language import _
from igmfat_nb.protocol import constants
from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.course.outcome import present_h
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.parts.batched_updates import one_batch
from igmfat_nb.widgets.workspace.times import Times

FIRST, COURSE = "first", "course"


def replace_time(row: TypedRow, field: str, text: str) -> TypedRow:
    """Return a row with another time."""
    return type(row)(**(asdict(row) | {field: text}))


class Workspace(tl.HasTraits):
    """Both steps' models over one patient, and what the page itself knows.

    Attributes
    ----------
    explorer, course
        The first dose; the course, which is the patient's model too.
    step : {"first", "course"}
        Only the step that is open is computed, and a course that goes on: its alarms
        stand in the strip of both.
    began_filled : bool
        Whether the page holds a patient whom nobody typed here: doses come before fields
        on a phone.
    unsaved : bool
        Whether something typed is in no file and not as it was opened.
    in_form : bool
        Whether a row stands in the course's form that nobody entered yet.
    patient : int
        Another number for another patient.
    kept_in_browser : bool
        Whether the reader has this browser keep the case.
    restored_from : {"", "tab", "browser", "report"}
        Where the patient came from when the page was opened.
    said : str
        The result in a sentence, for those who do not see it.
    focus : str
        A selector of what the keyboard's place goes to.
    shown_as : {"clock", "hours"}
    times : Times
        Words an hour as chosen.
    """

    step = tl.Enum([FIRST, COURSE], FIRST)
    began_filled = tl.Bool(False)
    unsaved = tl.Bool(False, read_only=True)
    in_form = tl.Bool(False)
    patient = tl.Int(0, read_only=True)
    kept_in_browser = tl.Bool(False)
    restored_from = tl.Unicode()
    said = tl.Unicode()
    focus = tl.Unicode()
    shown_as = tl.Enum(["clock", "hours"], "hours")
    times = tl.Instance(Times, (), read_only=True)

    def __init__(
        self, explorer: ExplorerModel, course: CourseModel, *, step: str | None = None
    ) -> None:
        self.explorer, self.course = explorer, course
        super().__init__()
        explorer.share(course)
        explorer.observe(self._assume, "outcome")
        self._saved, self.was_saved = "", False
        self._assume()
        self._saved = course.kept
        self.began_filled = not course.typed.is_empty()
        self.step = step or (COURSE if course.typed.goes_on() else FIRST)
        self._show_step()
        self._by_clock: set[str] = set()
        self._reader_at = ""
        self.observe(self._show_step, "step")
        self.observe(self._word_times, "shown_as")
        course.observe(self._word_times, "zero_text")
        course.observe(self._mark, "typed")
        self.observe(self._mark, "in_form")
        course.observe(self._date, ["typed", "clock_h"])
        self._date()

    @property
    def now_h(self) -> float:
        """The hour for which doses are worked out [h]; 0 while there is no case."""
        answer, case = self.course.outcome.answer, self.course.reading.case
        if answer is not None:
            return answer.decision.situation.at_h
        return present_h(case, self.course.clock_h) if case else 0.0

    @property
    def waits_for(self) -> str:
        """What curve and days wait for; the fields one by one stand where the dose will."""
        if self.course.typed.is_empty():
            return _("Waiting for a patient.")
        return self.course.outcome.waiting

    @property
    def now_hint(self) -> str:
        """What "now" is while nobody set it."""
        return _("last hour entered") if self.course.clock_h is None else _("your clock")

    @property
    def last_h(self) -> float:
        """The last hour entered [h]: a clock time alone is read as the first one after it."""
        case = self.course.reading.case
        return case.present_h if case else 0.0

    def set_zero(self, text: str) -> None:
        """Take when the first titre was drawn; times typed by the clock keep their clock."""
        course, before = self.course, self.course.zero
        course.zero_text = text
        after = course.zero
        if before and after and before.dated == after.dated:
            self._shift(after.hours(before.local))
        self._follow_clock()
        if after and not before:
            self.shown_as = "clock"

    def entered(self, text: str, after_h: float = 0.0) -> str:
        """A time as typed, as hours; a clock time is remembered as such."""
        hours = self.times.hours(text, after_h)
        if hours != text and ":" in text:
            self._by_clock.add(hours)
        return hours

    def reader_clock(self, at: str, zone: str) -> None:
        """Hear the reader's clock, once a minute: ``2026-11-25 09:04`` in a zone by name."""
        try:
            datetime.fromisoformat(at)
            self.course.zone = zone_of(zone).key if zone else ""
        except (ValueError, IgmFatError):  # no clock that can be read: hours, as without one
            at, self.course.zone = "", ""
        self._reader_at = at
        self._follow_clock()

    def _shift(self, by_h: float) -> None:
        """Move what was typed by the clock: its clock time stays, its hours are others."""
        typed = self.course.typed
        for name in LIST_NAMES:
            field = TIME_FIELD[name]
            rows = [
                replace_time(row, field, self._moved(getattr(row, field), by_h))
                for row in typed.rows(name)
            ]
            typed = typed.with_rows(name, rows)
        self.course.take(typed)

    def _moved(self, text: str, by_h: float) -> str:
        """The hours of a clock time; before the first titre they are refused at their field."""
        if text not in self._by_clock:
            return text
        hour = resolved_h((float(text) if text.startswith("-") else read_hour(text)) + by_h)
        moved = f"{hour:.6f}".rstrip("0").rstrip(".") if hour < 0 else hour_text(hour)
        self._by_clock.add(moved)
        return moved

    def _follow_clock(self) -> None:
        zero, now = self.course.zero, None
        if zero and zero.dated and self._reader_at:
            now = zero.hours(datetime.fromisoformat(self._reader_at))
        self.course.clock_h = now if now is None or now >= 0 else None
        self._word_times()

    def _word_times(self, _change: object = None) -> None:
        by_clock = self.shown_as == "clock" and self.course.zero is not None
        self.set_trait("times", Times(self.course.zero, by_clock))

    def new_patient(self) -> None:
        """Empty everything; undo brings the patient before back until something is typed."""
        self.course.new_patient()
        self._replaced(filled=False)

    def forget(self) -> None:
        """Empty everything, history too."""
        self.course.forget()
        self._replaced(filled=False)

    def open_file(self, name: str, content: bytes) -> None:
        """Open a case at its present state; a refused file changes nothing."""
        self.course.open_file(content, name)
        if not self.course.message:
            self._replaced(filled=True)

    def open_example(self, name: str) -> None:
        """Open a synthetic patient."""
        self.course.open_file(case_text(teaching_case(name).case))
        self._replaced(filled=True)

    def restore(self, kept: str, changed_at: str = "") -> None:
        """Take over what the browser kept, slips included, unless somebody is typed already."""
        if kept and self.course.typed.is_empty():
            self.course.restore(kept, changed_at)
            if not self.course.typed.is_empty():
                self._replaced(filled=True)
                self._saved = ""  # it is in no file
                self._mark()

    def saved(self) -> None:
        """Remember that what is typed now was saved as a file."""
        self._saved, self.was_saved = self.course.kept, True
        self._mark()

    def undo(self) -> None:
        """Go back one step, also to the patient before."""
        self._step_back(self.course.undo)

    def redo(self) -> None:
        """Take back the last undo."""
        self._step_back(self.course.redo)

    def _step_back(self, step: Callable[[], None]) -> None:
        before = self.course.typed.subject
        step()
        if self.course.typed.subject != before:
            self.set_trait("patient", self.patient + 1)
        self._show_step()

    def _replaced(self, *, filled: bool) -> None:
        self._saved, self.was_saved = self.course.kept, False
        self.set_trait("patient", self.patient + 1)
        self._mark()
        self.restored_from, self.began_filled = "", filled
        self.step = COURSE if self.course.typed.goes_on() else FIRST

    def _mark(self, _change: object = None) -> None:
        kept = self.course.kept
        self.set_trait("unsaved", (bool(kept) and kept != self._saved) or self.in_form)

    def _date(self, _change: object = None) -> None:
        self.explorer.today = self.now_h < constants.SAMPLING_INTERVAL.value

    def _assume(self, _change: object = None) -> None:
        self.course.assume(self.explorer.outcome.choices.assumptions)

    def _show_step(self, _change: Any = None) -> None:
        with one_batch():
            self.explorer.draw_course(self.step == FIRST)
            self.course.active = self.step == COURSE or self.course.typed.goes_on()

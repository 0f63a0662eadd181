"""The model of the page: one patient, one set of assumptions, which step is open."""

from typing import Any

import traitlets as tl

from igmfat_nb.case import case_text
from igmfat_nb.language import _
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.parts.batched_updates import one_batch
from igmfat_nb.widgets.workspace.examples import example_case
from igmfat_nb.widgets.workspace.times import Times

FIRST, COURSE = "first", "course"


class Workspace(tl.HasTraits):
    """Both steps' models over one patient, and what the page itself knows.

    Attributes
    ----------
    explorer, course
        The first dose; the course, which is the patient's model too.
    step : {"first", "course"}
        Only the step that is open is computed.
    began_filled : bool
        Whether the page holds a patient whom nobody typed here: doses come before fields
        on a phone.
    unsaved : bool
        Whether something typed is in no file and not as it was opened.
    kept_in_browser : bool
        Whether the reader has this browser keep the case.
    restored_from : {"", "tab", "browser"}
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
        self.observe(self._show_step, "step")
        course.observe(self._mark, "typed")

    @property
    def now_h(self) -> float:
        """The hour for which doses are worked out [h]; 0 while there is no case."""
        answer, case = self.course.outcome.answer, self.course.reading.case
        if answer is not None:
            return answer.decision.situation.at_h
        return case.present_h if case else 0.0

    @property
    def now_hint(self) -> str:
        """What "now" is while nobody set it."""
        return _("last hour entered")

    def shown_time(self, text: str) -> str:
        """An hour as typed, in the way that is chosen."""
        return text

    def hours_of(self, text: str) -> str:
        """What was typed of a time, as hours; as it stands where it cannot be read."""
        return text

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
        self.course.open_file(case_text(example_case(name)))
        self._replaced(filled=True)

    def restore(self, kept: str, changed_at: str = "") -> None:
        """Take over what the browser kept, slips included, unless somebody is typed already."""
        if kept and self.course.typed.is_empty():
            self.course.restore(kept, changed_at)
            if not self.course.typed.is_empty():
                self._replaced(filled=True)

    def saved(self) -> None:
        """Remember that what is typed now was saved as a file."""
        self._saved, self.was_saved = self.course.kept, True
        self._mark()

    def undo(self) -> None:
        """Go back one step, also to the patient before."""
        self.course.undo()

    def redo(self) -> None:
        """Take back the last undo."""
        self.course.redo()

    def _replaced(self, *, filled: bool) -> None:
        self._saved, self.was_saved = self.course.kept, False
        self._mark()
        self.began_filled = filled
        self.step = COURSE if self.course.typed.goes_on() else FIRST

    def _mark(self, _change: object = None) -> None:
        kept = self.course.kept
        self.set_trait("unsaved", bool(kept) and kept != self._saved)

    def _assume(self, _change: object = None) -> None:
        self.course.assume(self.explorer.outcome.choices.assumptions)

    def _show_step(self, _change: Any = None) -> None:
        with one_batch():
            self.explorer.draw_course(self.step == FIRST)
            self.course.active = self.step == COURSE

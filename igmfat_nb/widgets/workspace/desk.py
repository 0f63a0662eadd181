"""Save and the menu of cases: open, examples, new, keep, forget; asked before anything goes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets as tl

from igmfat_nb.case.typed_reading import NAMES
from igmfat_nb.language import _, mark
from igmfat_nb.notation import listed
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.parts.batched_updates import SentInBatches
from igmfat_nb.widgets.parts.browser_keys import CASE_KEY
from igmfat_nb.widgets.workspace.examples import EXAMPLES
from igmfat_nb.widgets.workspace.model import Workspace

HERE = Path(__file__).parent
#: The files of its script, which is one: a page asks for no second one.
SCRIPT = ("kept", "case_menu", "two_tabs", "desk")
WORDS = {
    "save": mark("Save"),
    "menu": mark("Case ▾"),
    "new": mark("New patient"),
    "open": mark("Open case"),
    "examples": mark("Synthetic patients"),
    "example": mark("Open it"),
    "keep": mark("Keep this case in this browser"),
    "where": mark("Otherwise only this tab remembers it. The server writes no file."),
    "forget": mark("Forget this case"),
    "full": mark("This browser keeps nothing: its storage is full or switched off."),
    "large": mark("The file is larger than 1 MB; no case file is."),
    "unsaved": mark("{who} is not saved"),
    "save_then": mark("Save, then: {then}"),
    "discard": mark("Do not save"),
    "stay": mark("Stay"),
    "new_says": mark("A new patient starts with every field empty: body, titres, doses, answers."),
    "open_says": mark("The case that you open replaces it: body, titres, doses, answers."),
    "example_says": mark("The synthetic patient replaces it: body, titres, doses, answers."),
    "forget_says": mark("It goes for good, from this tab and from this browser; undo goes too."),
    "two_tabs": mark("{who} is open in another tab too. Where do you go on?"),
    "go_on_here": mark("Go on here"),
    "leave_it": mark("Leave it there, new patient here"),
    "gone_on": mark("{who} goes on in another tab: what you change here is not kept any more."),
    "take_back": mark("Go on here after all"),
}


class CaseDesk(SentInBatches, anywidget.AnyWidget):
    """What the browser does for a case: files in and out, what tab and browser remember.

    Attributes
    ----------
    key : str
        Under which tab and browser keep the case; nothing is kept without one.
    value : str
        What is typed.
    found, origin, changed_at : str
        What was kept when the page was opened, by whom ("tab", "browser", "report"), and when it
        last changed, by the browser's clock.
    who, subject, needs : str
        Whom the questions name; the pseudonym; what Save still needs, as a sentence.
    file, file_name : str
        The case file of ``value`` and its name, for a page whose kernel cannot be asked any more;
        no file while something is needed.
    in_form : bool
        Whether a row is typed that is not entered yet, so in no file.
    said : str
        The result, for those who do not see it; read out once it rests.
    reader_now : str
        The reader's clock as JSON: ``at``, ``zone``, ``minutes`` ahead of UTC.
    tab_state : dict
        What only this tab remembers: when the first titre was drawn, by the clock.
    step : str
        The step that is open; the page's tabs change it in place.
    """

    _esm = "\n".join((HERE / f"{part}.js").read_text(encoding="utf-8") for part in SCRIPT)

    key = tl.Unicode().tag(sync=True)
    value = tl.Unicode().tag(sync=True)
    found = tl.Unicode().tag(sync=True)
    origin = tl.Unicode().tag(sync=True)
    changed_at = tl.Unicode().tag(sync=True)
    keep = tl.Bool(False).tag(sync=True)
    ready = tl.Bool(False).tag(sync=True)
    who = tl.Unicode().tag(sync=True)
    subject = tl.Unicode().tag(sync=True)
    needs = tl.Unicode().tag(sync=True)
    file = tl.Unicode().tag(sync=True)
    file_name = tl.Unicode().tag(sync=True)
    in_form = tl.Bool(False).tag(sync=True)
    said = tl.Unicode().tag(sync=True)
    reader_now = tl.Unicode().tag(sync=True)
    tab_state = tl.Dict().tag(sync=True)
    step = tl.Unicode().tag(sync=True)
    examples: Any = tl.List().tag(sync=True)
    words = tl.Dict().tag(sync=True)

    def __init__(self, work: Workspace, *, key: str = CASE_KEY) -> None:
        super().__init__(
            key=key,
            words={name: _(word) for name, word in WORDS.items()},
            examples=[[name, _(title)] for name, title in EXAMPLES.items()],
        )
        self._work = work
        self.on_msg(self._hear)

    def focus(self, selector: str) -> None:
        """Put the keyboard's place to what a selector finds, once it is there."""
        self.send({"focus": selector})

    def save(self) -> None:
        """Answer with the case file of what is typed now, or with what it still needs."""
        course = self._work.course
        text = course.file_text or ""
        lacking = needs(course) or self._left_out()
        self.send({"save": text, "name": file_name(course), "needs": lacking})
        if text:
            self._work.saved()

    def _left_out(self) -> str:
        """What the file does not hold, as a sentence; empty where it holds everything."""
        if not self._work.in_form:
            return ""
        return _("Saved without the row in the form, which is not entered yet.")

    def _hear(self, _widget: object, message: object, buffers: Sequence[Any]) -> None:
        """Hear what the page says; anything else than a wish or a file is not for us."""
        if not isinstance(message, dict):
            return
        match message:
            case {"opened": str(name)} if buffers:
                self._work.open_file(name, bytes(buffers[0]))
            case {"example": str(name)} if name in EXAMPLES:
                self._work.open_example(name)
            case {"replacing": True}:
                self.send({"unsaved": self._work.unsaved})
            case {"new": True}:
                self._work.new_patient()
            case {"save": True}:
                self.save()
            case {"forget": True}:
                self._work.forget()


def case_desk(work: Workspace, *, key: str = CASE_KEY) -> CaseDesk:
    """The desk of a page, following its patient."""
    desk, course = CaseDesk(work, key=key), work.course

    def show(_change: object = None) -> None:
        subject = course.typed.subject.strip()
        with desk.hold_sync():
            desk.value = course.kept
            desk.subject = subject
            desk.who = subject or _("This patient")
            desk.needs = needs(course)
            desk.file, desk.file_name = course.file_text or "", file_name(course)

    def found(change: dict[str, Any]) -> None:
        work.restore(change["new"], desk.changed_at)
        zero = desk.tab_state.get("zero")
        if isinstance(zero, str) and zero and not course.zero_text:
            work.set_zero(zero)
        work.restored_from = desk.origin

    def clock(change: dict[str, Any]) -> None:
        try:
            now = json.loads(change["new"])
            work.reader_clock(str(now["at"]), str(now["zone"]))
        except (ValueError, KeyError, TypeError):  # not from our page
            work.reader_clock("", "")

    def zero(_change: object = None) -> None:
        desk.tab_state = {"zero": course.zero_text} if course.zero_text else {}

    def dated(change: dict[str, Any]) -> None:
        if not course.has_clock:
            course.changed_at = change["new"]

    desk.observe(found, "found")
    desk.observe(clock, "reader_now")
    course.observe(zero, "zero_text")
    desk.observe(dated, "changed_at")
    tl.link((work, "step"), (desk, "step"))
    tl.dlink((work, "said"), (desk, "said"))
    tl.dlink((work, "in_form"), (desk, "in_form"))
    tl.dlink((desk, "keep"), (work, "kept_in_browser"))
    course.observe(show, "typed")
    work.observe(lambda change: desk.focus(change["new"]) if change["new"] else None, "focus")
    show()
    return desk


def file_name(course: CourseModel) -> str:
    """Under which name a case is saved: its pseudonym."""
    return f"{course.typed.subject.strip() or 'case'}.json"


def needs(course: CourseModel) -> str:
    """What a case lacks to be saved, as a sentence; empty where it lacks nothing."""
    if course.reading.case is not None:
        return ""
    if course.needed:
        names = listed([_(NAMES[name]) for name in course.needed])
        return _("It cannot be saved yet: {names} missing.").format(names=names)
    return _("It cannot be saved while an input is refused.")

"""The one patient of a page: as typed, read once at every change; every step can be undone."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import traitlets as tl

from igmfat_nb.bedside.patient import TypedPatient
from igmfat_nb.case import Case, case_text, read_case
from igmfat_nb.case.typed import (
    FILE_UNIT,
    MOST_ROWS,
    ROW_TYPES,
    TEXT_FIELDS,
    ListName,
    TypedCase,
    TypedTitre,
    kept_text,
    typed_case,
    typed_kept,
)
from igmfat_nb.case.typed_reading import CaseReading, in_order, read_typed
from igmfat_nb.case.ward_clock import HourZero
from igmfat_nb.errors import IgmFatError
from igmfat_nb.widgets.parts.batched_updates import one_batch

MOST_STEPS = 200  # that can be undone
Clock = Callable[[], datetime]


class PatientModel(tl.HasTraits):
    """What is typed of one patient, its history and its file; all parts of a page share it.

    Attributes
    ----------
    typed : TypedCase
        Read-only; changed by the methods below.
    at_h_text : str
        The hour for which the next dose is asked, as typed; it goes with the patient.
    zero_text : str
        When the first titre was drawn, as typed; it goes with the patient and stands in no file.
    message, message_of : str
        Why the last file was not opened, and its name; empty otherwise.
    changed_at : str
        When the patient was last changed, as the clock says; empty for a new one.
    reading : CaseReading
        What could be read of ``typed``; never older than it.
    """

    typed = tl.Instance(TypedCase, read_only=True)
    at_h_text = tl.Unicode()
    zero_text = tl.Unicode()
    message = tl.Unicode()
    message_of = tl.Unicode()
    changed_at = tl.Unicode()
    can_undo = tl.Bool(False, read_only=True)
    can_redo = tl.Bool(False, read_only=True)

    def __init__(self, typed: TypedCase | None = None, *, clock: Clock | None = None) -> None:
        self._clock = clock
        self._history: list[_Step] = []
        self._undone: list[_Step] = []
        self._replaced = False  # another patient was begun, and nothing typed of it yet
        self._opened: tuple[TypedCase, Case] | None = None
        self._quiet = True
        self.zone = ""  # of the reader's clock
        self.blank = TypedCase()  # what an empty page holds
        super().__init__()
        self._take(TypedCase() if typed is None else typed)
        self._quiet = False

    @property
    def has_clock(self) -> bool:
        """Whether ``changed_at`` comes from a clock of ours and not from the browser's."""
        return self._clock is not None

    @property
    def zero(self) -> HourZero | None:
        """When the first titre was drawn, by the ward's clock; None while nobody says."""
        return self._zero_of(self.zero_text)

    @property
    def zero_refused(self) -> str:
        """Why what is typed of hour zero cannot be read; empty where it can, or nothing is."""
        try:
            HourZero.read(self.zero_text or "00:00", self.zone or None)
        except IgmFatError as error:
            return str(error)
        return ""

    def _zero_of(self, text: str) -> HourZero | None:
        try:
            return HourZero.read(text, self.zone or None) if text.strip() else None
        except IgmFatError:
            return None

    @property
    def opened(self) -> Case | None:
        """The case as its file held it, while nothing was changed since."""
        unchanged = self._opened is not None and self._opened[0] == self.typed
        return self._opened[1] if unchanged and self._opened else None

    @property
    def file_text(self) -> str | None:
        """The case file of what is typed now; None while it is no valid case."""
        return case_text(self.reading.case) if self.reading.case else None

    @property
    def kept(self) -> str:
        """What the browser keeps of this patient, slips included; empty for an empty page."""
        if self.typed.is_empty():
            return ""
        return kept_text(self.typed, case_text(self.opened) if self.opened else None)

    @property
    def needed(self) -> tuple[str, ...]:
        """Fields without which there is no case to save."""
        return self.reading.missing

    def change(self, name: str, text: str) -> None:
        """Type into a field of the patient or the course."""
        if name not in TEXT_FIELDS:
            raise KeyError(name)
        changes: dict[str, str] = {name: text}
        self._step(replace(self.typed, **changes))  # type: ignore[arg-type]

    def answer(self, code: str, word: str) -> None:
        """Answer one criterion or contraindication."""
        self._step(replace(self.typed, criteria={**self.typed.criteria, code: word}))

    def change_row(self, name: ListName, index: int, part: str, text: str) -> None:
        """Type into a row; rows fall into the order of their times."""
        rows = list(self.typed.rows(name))
        rows[index] = ROW_TYPES[name](**(asdict(rows[index]) | {part: text}))
        self._step(self.typed.with_rows(name, rows))

    def add_row(self, name: ListName, **texts: str) -> None:
        """Add a row at the end, empty if nothing is said; a titre in the unit of the last one."""
        rows = self.typed.rows(name)
        last = rows[-1] if rows else None
        if isinstance(last, TypedTitre):
            texts.setdefault("igm_unit", last.igm_unit or FILE_UNIT)
        if len(rows) < MOST_ROWS:
            self._step(self.typed.with_rows(name, [*rows, ROW_TYPES[name](**texts)]))

    def remove_row(self, name: ListName, index: int) -> None:
        """Remove a row; undo brings it back."""
        rows = list(self.typed.rows(name))
        if 0 <= index < len(rows):
            del rows[index]
            self._step(self.typed.with_rows(name, rows))

    def type_body(self, patient: TypedPatient, answers: Mapping[str, str] | None = None) -> None:
        """Take a stroke in the body, the first titre or the answers: no step to undo."""
        self.take(self.typed.with_patient(patient, answers))

    def take(self, typed: TypedCase) -> None:
        """Take what is typed of the same patient as it stands: no step to undo."""
        if typed != self.typed:
            self._forget_last_patient()
            self._undone = []
            self._set(typed)
            self._touch()

    def change_to(self, typed: TypedCase) -> None:
        """Change several parts in one step, which undo takes back."""
        self._step(typed)

    def begin_patient(self, patient: TypedPatient, answers: Mapping[str, str]) -> None:
        """Take another patient in place of the one before, of whom nothing stays.

        Undo brings the one before back until the new one is changed.
        """
        if self.typed.is_empty():
            self.type_body(patient, answers)
            return
        self._begin(TypedCase().with_patient(patient, answers))

    def new_patient(self) -> None:
        """Empty every field; undo brings the patient before back until something is typed."""
        if self.typed != self.blank:
            self._begin(self.blank)

    def undo(self) -> None:
        """Go back one step; back to another patient with the hour that was asked for then."""
        self._go(self._history, self._undone)

    def redo(self) -> None:
        """Take back the last undo, while nothing was changed since."""
        self._go(self._undone, self._history)

    def say(self, message: str, of: str = "") -> None:
        """Say why a file was not opened; nothing else changes."""
        with self.hold_trait_notifications():
            self.message, self.message_of = message, of

    def open_file(self, content: bytes | str, name: str = "") -> None:
        """Open a case file; a file that is refused leaves the patient as it was."""
        try:
            case = read_case(content)
        except IgmFatError as error:
            self.say(str(error), name)
            return
        self._leave_patient()
        self._replaced = False
        self._open(case)
        self._touch()

    def restore(self, text: str, changed_at: str = "") -> None:
        """Take over what the browser kept."""
        try:
            typed, file_text = typed_kept(text)
            case = read_case(file_text) if file_text is not None else None
        except IgmFatError as error:
            self.say(str(error))
            return
        self._ask("", "")
        self.changed_at = changed_at
        if case is not None and typed_case(case) == typed:
            self._open(case)
        else:
            self._set(typed)

    def forget(self) -> None:
        """Empty the page, its history and its message."""
        self._history, self._undone, self._opened, self._replaced = [], [], None, False
        self.say("")
        self.changed_at = ""
        self._ask("", "")
        self._set(self.blank)

    def recompute(self) -> None:
        """Follow what is typed now; a page's model answers it here."""
        self.set_trait("can_undo", bool(self._history))
        self.set_trait("can_redo", bool(self._undone))

    def _begin(self, typed: TypedCase) -> None:
        self._leave_patient()
        self._replaced, self._opened = True, None
        self.say("")
        self.changed_at = ""
        self._set(typed)

    def _go(self, from_: "list[_Step]", to: "list[_Step]") -> None:
        if not from_:
            return
        step = from_.pop()
        to.append(_Step(self.typed, None if step.asked is None else self._asked))
        if step.asked is not None:
            self._ask(*step.asked)
        self._replaced = step.asked is not None and step.typed == self.blank
        self._set(step.typed)
        self._touch()

    def _open(self, case: Case) -> None:
        typed = typed_case(case)
        self._opened = (typed, case)
        self.say("")
        self._set(typed)

    def _step(self, typed: TypedCase) -> None:
        ordered = in_order(typed)
        if ordered == self.typed:
            return
        self._forget_last_patient()
        self._remember()
        self.say("")
        self._set(ordered)
        self._touch()

    def _remember(self, asked: tuple[str, str] | None = None) -> None:
        step = _Step(self.typed, asked)
        self._history, self._undone = [*self._history[-(MOST_STEPS - 1) :], step], []

    def _leave_patient(self) -> None:
        """Another patient comes: the hours asked for and zero go with the one before."""
        self._remember(self._asked)
        self._ask("", "")

    def _forget_last_patient(self) -> None:
        """A new patient carries nothing of the last one, once something of it is typed."""
        if self._replaced:
            self._replaced, self._history, self._undone = False, [], []

    @property
    def _asked(self) -> tuple[str, str]:
        return self.at_h_text, self.zero_text

    def _ask(self, at_h_text: str, zero_text: str) -> None:
        """Ask for an hour without an answer yet: the patient of that hour comes next."""
        quiet, self._quiet = self._quiet, True
        self.at_h_text, self.zero_text, self._quiet = at_h_text, zero_text, quiet

    def _set(self, typed: TypedCase) -> None:
        try:
            with one_batch():  # what can be saved goes to the page with the doses of it
                self._take(typed)
        finally:  # also where another part of the page failed: never an answer to another input
            self.recompute()

    def _take(self, typed: TypedCase) -> None:
        """Read before anybody hears of it, so that every part of the page finds one reading."""
        unchanged = self._opened is not None and self._opened[0] == typed
        opened = self._opened[1] if unchanged and self._opened else None
        self.reading: CaseReading = read_typed(typed, opened, self.zero)
        self.set_trait("typed", typed)

    def _touch(self) -> None:
        if self._clock is not None:
            self.changed_at = self._clock().isoformat(sep=" ", timespec="minutes")


@dataclass(frozen=True, slots=True)
class _Step:
    """A patient to go back to; with the hours asked for and zero where another one followed."""

    typed: TypedCase
    asked: tuple[str, str] | None

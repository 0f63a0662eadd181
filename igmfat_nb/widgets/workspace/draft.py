"""The row that stands in the form: a new one that nobody entered yet, or one to correct."""

from dataclasses import asdict, replace
from html import escape
from typing import Any

import traitlets as tl

from igmfat_nb.case.charted_time import SOON_H, hour_text, read_hour
from igmfat_nb.case.next_row import likely_next_hour
from igmfat_nb.case.typed import (
    FILE_UNIT,
    LIST_NAMES,
    ROW_TYPES,
    ListName,
    TypedRow,
    TypedTitre,
    is_empty_row,
)
from igmfat_nb.case.typed_reading import TIME_FIELD, in_order, read_typed
from igmfat_nb.errors import IgmFatError
from igmfat_nb.language import _
from igmfat_nb.widgets.parts.field import Followed
from igmfat_nb.widgets.workspace.model import Workspace

TIMES = ("time_h", "start_h", "result_h")


class Draft(tl.HasTraits):
    """A row's texts as typed; entered when somebody says so, or at once while one is corrected.

    Attributes
    ----------
    which : {"titres", "doses", "events"}
        The list that the row belongs to.
    index : int or None
        Of the row that is corrected; None for a new one.
    texts : dict of str to str
        Of a new row.
    errors : dict of str to str
        Field of the new row, or "" for all of it, to the sentence shown there.
    """

    which = tl.Enum(["titres", "doses", "events"], "titres")
    index = tl.Int(None, allow_none=True)
    texts = tl.Dict()
    errors = tl.Dict()
    turn = tl.Int(0)  # of the case: what is corrected is shown as it reads now

    def __init__(self, work: Workspace) -> None:
        self._work = work
        super().__init__()
        self.begin("titres")
        work.course.observe(self._on_case, ["typed", "outcome"])
        work.observe(self._on_times, "times")
        work.observe(lambda _change: self.begin(self.name), "patient")
        self.observe(self._tell, ["texts", "index"])

    @property
    def name(self) -> ListName:
        """The list that the row belongs to."""
        return next(one for one in LIST_NAMES if one == self.which)

    def begin(self, name: ListName, **texts: str) -> None:
        """Put an empty row into the form, with the hour that is likely next."""
        with self.hold_trait_notifications():
            self.errors, self.index, self.which = {}, None, name
            self.texts = asdict(ROW_TYPES[name]()) | self._likely(name) | texts
            self._offered = dict(self.texts)

    def correct(self, name: ListName, index: int) -> None:
        """Put a row of the case into the form."""
        with self.hold_trait_notifications():
            self.errors, self.index, self.which = {}, index, name

    def add(self) -> bool:
        """Enter the new row; a row that is refused is not entered and says why."""
        name, new = self.name, self._in_hours()
        errors = self._refused(name, new)
        self.errors = errors
        if errors:
            return False
        texts = asdict(new)
        self._work.course.add_row(name, **texts)
        self.begin(name)
        return True

    def remove(self) -> None:
        """Take the row that is corrected away; undo brings it back."""
        if self.index is not None:
            name, index = self.name, self.index
            self.begin(name)
            self._work.course.remove_row(name, index)
            rows = self._work.course.typed.rows(name)
            at = min(index, len(rows) - 1)
            self._work.focus = ""
            self._work.focus = f".ig-entry-{name}-{at}" if rows else ".ig-record .ig-add"

    def text(self, name: ListName, part: str) -> str:
        """A field of the form as typed."""
        if self.name != name:
            return ""
        if self.index is not None:
            rows = self._work.course.typed.rows(name)
            return str(getattr(rows[self.index], part)) if self.index < len(rows) else ""
        return str(self.texts.get(part, ""))

    def enter(self, name: ListName, part: str, text: str) -> None:
        """Type into the form."""
        if self.name != name:
            return
        if self.index is None:
            self.texts = {**self.texts, part: text}
            self.errors = {key: said for key, said in self.errors.items() if key not in (part, "")}
            return
        changed = _changed(self._work.course.typed.rows(name)[self.index], part, text)
        self._work.course.change_row(name, self.index, part, text)
        rows = self._work.course.typed.rows(name)
        self.index = next((i for i, one in enumerate(rows) if one == changed), self.index)

    def followed(self, name: ListName, part: str) -> Followed:
        """A field of the form."""
        return Followed(
            self,
            ["which", "index", "texts", "errors", "turn"],
            value=lambda: self.text(name, part),
            enter=lambda text: self.enter(name, part, text),
            refused=lambda: self._error(name, part),
        )

    def followed_time(self, name: ListName, part: str) -> Followed:
        """A field that holds an hour, shown as chosen."""
        plain = self.followed(name, part)
        return replace(
            plain,
            value=lambda: self._work.times.shown(self.text(name, part)),
            enter=lambda text: self.enter(name, part, self._time(name, part, text)),
        )

    def _time(self, name: ListName, part: str, text: str) -> str:
        """A time as hours; a clock time alone goes by what comes before it."""
        after_h = self._work.last_h
        rows = self._work.course.typed.rows(name)
        if part == "result_h":
            after_h = _hour(self.text(name, "time_h"))
        elif self.index is not None:
            before = rows[self.index - 1 : self.index]
            after_h = _hour(getattr(before[0], part)) if self.index and before else 0.0
        elif rows:
            step_h = 0.0 if name == "events" else SOON_H  # as the rows are read
            after_h = _hour(getattr(rows[-1], part)) + step_h
        return self._work.entered(text, after_h)

    def _in_hours(self) -> TypedRow:
        """The new row with its times as hours, also where hour zero came after them."""
        row = self._row()
        for part in TIMES:
            text = getattr(row, part, "")
            if text:
                row = _changed(row, part, self._time(self.name, part, text))
        return row

    def whole_error(self, name: ListName) -> str:
        """What is wrong with the row as a whole."""
        return escape(self._error(name, ""))

    def _error(self, name: ListName, part: str) -> str:
        if self.name != name:
            return ""
        if self.index is None:
            return str(self.errors.get(part, ""))
        reading, place = self._work.course.reading, f"{name}.{self.index}"
        at = reading.wrong_field.get(place, "").replace("igm_mg_dl", "igm")
        return reading.refused.get(place, "") if at == part else ""

    def _row(self) -> TypedRow:
        return ROW_TYPES[self.name](**{str(k): str(v) for k, v in self.texts.items()})

    def _refused(self, name: ListName, new: TypedRow) -> dict[str, str]:
        """What would be refused of the case with this row, at its fields or at the row."""
        typed = self._work.course.typed
        if is_empty_row(_changed(new, TIME_FIELD[name], "")):
            return {"": _("Nothing is entered yet.")}
        whole = in_order(typed.with_rows(name, [*typed.rows(name), new]))
        place = f"{name}.{whole.rows(name).index(new)}"
        reading = read_typed(whole, zero=self._work.course.zero)
        at = reading.wrong_field.get(place, "").replace("igm_mg_dl", "igm")
        return {at: reading.refused[place]} if place in reading.refused else {}

    def _likely(self, name: ListName) -> dict[str, str]:
        """The hour that is likely next, and the unit of the titre before."""
        course, texts = self._work.course, {}
        if name == "titres":
            last = [row for row in course.typed.titres if isinstance(row, TypedTitre)][-1:]
            texts["igm_unit"] = (last[0].igm_unit if last else "") or FILE_UNIT
        if course.reading.case is not None:
            likely_h = likely_next_hour(course.typed, name)
            if likely_h is not None:
                texts[TIME_FIELD[name]] = hour_text(likely_h)
        return texts

    def _on_case(self, change: dict[str, Any]) -> None:
        """Follow the case: another patient, a row gone, a new hour that is likely next."""
        rows = self._work.course.typed.rows(self.name)
        if self.index is not None and self.index >= len(rows):
            self.begin(self.name)
        elif self.index is not None:
            self.turn += 1
        elif change["name"] == "outcome" and self.texts == self._offered:
            self.begin(self.name)  # nobody typed into it: the hour that is likely next is another

    def _tell(self, _change: object = None) -> None:
        """Tell the page whether a row is typed that nobody entered yet."""
        self._work.in_form = self.index is None and not is_empty_row(self._untimed())

    def _on_times(self, _change: object) -> None:
        self.turn += 1

    def _untimed(self) -> TypedRow:
        return _changed(self._row(), TIME_FIELD[self.name], "")


def _changed(row: TypedRow, part: str, text: str) -> TypedRow:
    return type(row)(**(asdict(row) | {part: text}))


def _hour(text: str) -> float:
    try:
        return read_hour(text)
    except IgmFatError:
        return 0.0

"""The row that stands in the form: a new one that nobody entered yet, or one to correct."""

from dataclasses import asdict
from html import escape
from typing import Any

import traitlets as tl

from igmfat_nb.case.typed import (
    FILE_UNIT,
    LIST_NAMES,
    ROW_TYPES,
    ListName,
    TypedRow,
    TypedTitre,
    is_empty_row,
)
from igmfat_nb.case.typed_reading import TIME_FIELD, read_typed
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.titration.due import next_titre_h
from igmfat_nb.widgets.parts.field import Followed
from igmfat_nb.widgets.workspace.model import Workspace


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

    @property
    def name(self) -> ListName:
        """The list that the row belongs to."""
        return next(one for one in LIST_NAMES if one == self.which)

    def begin(self, name: ListName, **texts: str) -> None:
        """Put an empty row into the form, with the hour that is likely next."""
        with self.hold_trait_notifications():
            self.errors, self.index, self.which = {}, None, name
            self.texts = asdict(ROW_TYPES[name]()) | self._likely(name) | texts

    def correct(self, name: ListName, index: int) -> None:
        """Put a row of the case into the form."""
        with self.hold_trait_notifications():
            self.errors, self.index, self.which = {}, index, name

    def add(self) -> bool:
        """Enter the new row; a row that is refused is not entered and says why."""
        name, new = self.name, self._row()
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
        return self.followed(name, part)

    def whole_error(self, name: ListName) -> str:
        """What is wrong with the row as a whole."""
        return escape(self._error(name, ""))

    def _error(self, name: ListName, part: str) -> str:
        if self.name != name:
            return ""
        if self.index is None:
            return str(self.errors.get(part, ""))
        if part:
            return ""
        return self._work.course.reading.refused.get(f"{name}.{self.index}", "")

    def _row(self) -> TypedRow:
        return ROW_TYPES[self.name](**{str(k): str(v) for k, v in self.texts.items()})

    def _refused(self, name: ListName, new: TypedRow) -> dict[str, str]:
        """What would be refused of the case with this row, at its fields or at the row."""
        typed = self._work.course.typed
        if is_empty_row(_changed(new, TIME_FIELD[name], "")):
            return {"": _("Nothing is entered yet.")}
        rows = [*typed.rows(name), new]
        refused = read_typed(typed.with_rows(name, rows)).refused
        sentence = refused.get(f"{name}.{len(rows) - 1}", "")
        return {"": sentence} if sentence else {}

    def _likely(self, name: ListName) -> dict[str, str]:
        """The hour that is likely next, and the unit of the titre before."""
        course, texts = self._work.course, {}
        answer = course.outcome.answer
        if name == "titres":
            last = [row for row in course.typed.titres if isinstance(row, TypedTitre)][-1:]
            texts["igm_unit"] = (last[0].igm_unit if last else "") or FILE_UNIT
        if answer is None:
            return texts
        if name == "titres":
            due_h = next_titre_h(answer.decision)
        else:
            due_h = answer.decision.situation.start_h if name == "doses" else self._work.now_h
        if due_h is not None:
            texts[TIME_FIELD[name]] = _plain(due_h)
        return texts

    def _on_case(self, change: dict[str, Any]) -> None:
        """Follow the case: another patient, a row gone, a new hour that is likely next."""
        rows = self._work.course.typed.rows(self.name)
        if self.index is not None and self.index >= len(rows):
            self.begin(self.name)
        elif self.index is not None:
            self.turn += 1
        elif change["name"] == "outcome" and is_empty_row(self._untimed()):
            self.begin(self.name)

    def _untimed(self) -> TypedRow:
        return _changed(self._row(), TIME_FIELD[self.name], "")


def _changed(row: TypedRow, part: str, text: str) -> TypedRow:
    return type(row)(**(asdict(row) | {part: text}))


def _plain(time_h: float) -> str:
    return number_text(time_h, 6).replace(",", "")

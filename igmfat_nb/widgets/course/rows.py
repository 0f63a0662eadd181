"""Rows of a course that a person edits: titres, doses, events; each with its own error line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import ipywidgets as ipw

from igmfat_nb.case import EVENT_KINDS
from igmfat_nb.case.typed import ListName, TypedRow, TypedTitre, is_empty_row
from igmfat_nb.language import _, mark
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import card, html, with_classes
from igmfat_nb.widgets.parts.markup import head, paragraph


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a row: what the case calls it, what the page calls it."""

    name: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One list of the course."""

    name: ListName
    title: str
    one: str
    beside: str
    columns: tuple[Column, ...]


TABLES = (
    Table(
        "titres",
        mark("Titres"),
        mark("titre"),
        mark("hours since the first titre"),
        (
            Column("time_h", mark("Drawn, h")),
            Column("igm", mark("IgM, {unit}")),
            Column("result_h", mark("Result, h"), mark("at once")),
            Column("haematocrit", mark("Haematocrit"), mark("as before")),
            Column("weight_kg", mark("Weight, kg"), mark("as before")),
        ),
    ),
    Table(
        "doses",
        mark("Doses given"),
        mark("dose"),
        mark("as they were given"),
        (
            Column("start_h", mark("Start, h")),
            Column("volume_ml", mark("Volume, mL")),
            Column("duration_h", mark("Ran for, h")),
        ),
    ),
    Table(
        "events",
        mark("Events"),
        mark("event"),
        mark("shown on the curve; titres soon after them have less weight"),
        (Column("time_h", mark("Time, h")), Column("kind", mark("Kind"))),
    ),
)


def rows_panel(model: CourseModel, table: Table) -> ipw.VBox:
    """One list: its rows, and a button for another one."""
    box = with_classes(lean.VBox([]), "ig-rows")
    lines: list[_Line] = []

    def show(_change: object = None) -> None:
        rows = model.typed.rows(table.name)
        while len(lines) < len(rows):
            lines.append(_Line(model, table, len(lines)))
        for line in lines[: len(rows)]:
            line.show()
        wanted = tuple(line.box for line in lines[: len(rows)])
        if box.children != wanted:
            box.children = wanted

    add = with_classes(
        lean.Button(description=_("Add {one}").format(one=_(table.one))), "ig-btn", "ig-add"
    )
    add.on_click(lambda _button: model.add_row(table.name))
    model.observe(show, "outcome")
    show()
    title = head(_(table.title), _(table.beside))
    return card([html(value=title), box, add])


class _Line:
    """One row's widgets; kept and filled anew, so that typing does not lose its place."""

    def __init__(self, model: CourseModel, table: Table, index: int) -> None:
        self._model, self._table, self._index = model, table, index
        self._columns = {column.name: column for column in table.columns}
        self._fields = {column.name: self._field(column) for column in table.columns}
        self._error = html("ig-err")
        remove = with_classes(
            lean.Button(
                description="×",
                tooltip=_("Remove this {one}").format(one=_(table.one)),
            ),
            "ig-btn",
            "ig-remove",
        )
        remove.on_click(lambda _button: model.remove_row(table.name, index))
        cells = [*self._fields.values(), remove, self._error]
        self.box = with_classes(lean.Box(cells), "ig-row", f"ig-row-{len(table.columns)}")

    def show(self) -> None:
        """Fill in what is typed, and what is wrong with it."""
        row = self._model.typed.rows(self._table.name)[self._index]
        for name, widget in self._fields.items():
            text = getattr(row, name)
            if isinstance(widget, ipw.Dropdown):
                widget.value = text if text in EVENT_KINDS else ""
            else:
                widget.value = text
                widget.description = _label(self._columns[name], row)
        above = self._model.typed.rows(self._table.name)[max(self._index - 1, 0)]
        own_unit = _unit(row) != _unit(above)  # labels of later rows are out of sight otherwise
        (self.box.add_class if own_unit else self.box.remove_class)("ig-own-unit")
        place = f"{self._table.name}.{self._index}"
        sentence = self._model.outcome.refused.get(place, "")
        empty = not sentence and is_empty_row(row)
        note = _("Still empty: left out.") if empty else ""
        self._error.value = escape(sentence) or paragraph("ig-note", note)
        (self.box.add_class if sentence else self.box.remove_class)("ig-bad")

    def _field(self, column: Column) -> ipw.Widget:
        label = _label(column, self._model.typed.rows(self._table.name)[self._index])
        if column.name == "kind":
            kinds: Sequence[tuple[str, str]] = [
                (_("choose"), ""),
                *((_(kind), kind) for kind in EVENT_KINDS),
            ]
            widget = lean.Dropdown(options=kinds, value="", description=label)
        else:
            widget = lean.Text(
                description=label,
                placeholder=_(column.hint) if column.hint else "",
                continuous_update=False,
            )
        widget.observe(self._typed_into(column.name), "value")
        return widget

    def _typed_into(self, name: str) -> Callable[[dict[str, object]], None]:
        def typed(change: dict[str, object]) -> None:
            text = str(change["new"] or "")
            rows = self._model.typed.rows(self._table.name)
            if self._index < len(rows) and text != getattr(rows[self._index], name):
                self._model.change_row(self._table.name, self._index, name, text)

        return typed


def _label(column: Column, row: TypedRow) -> str:
    """What a field of this row is called; a titre by the unit it was typed in."""
    return _(column.label).format(unit=_unit(row) or _("unit not chosen"))


def _unit(row: TypedRow) -> str:
    return row.igm_unit if isinstance(row, TypedTitre) else ""

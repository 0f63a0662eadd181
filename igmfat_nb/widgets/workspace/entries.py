"""What was entered so far of one list, each row a button that opens it in the form."""

from html import escape

import ipywidgets as ipw

from igmfat_nb.case.parts import EVENT_WORDS
from igmfat_nb.case.typed import ListName, TypedDose, TypedEvent, TypedRow, TypedTitre
from igmfat_nb.errors import IgmFatError
from igmfat_nb.language import _
from igmfat_nb.units import parse_number
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import html, with_classes
from igmfat_nb.widgets.workspace.draft import Draft
from igmfat_nb.widgets.workspace.model import Workspace


def entry_list(work: Workspace, draft: Draft, name: ListName) -> ipw.VBox:
    """The rows of one list; a refused one says why below it."""
    box = with_classes(lean.VBox([]), "ig-entries")
    lines: list[_Entry] = []

    def show(_change: object = None) -> None:
        rows = work.course.typed.rows(name)
        while len(lines) < len(rows):
            lines.append(_Entry(work, draft, name, len(lines)))
        for line in lines[: len(rows)]:
            line.show()
        wanted = tuple(line.box for line in lines[: len(rows)])
        if box.children != wanted:
            box.children = wanted

    work.course.observe(show, "typed")
    work.observe(show, "times")
    draft.observe(show, ["index", "which"])
    show()
    return box


class _Entry:
    """One row's button and error; kept and filled anew."""

    def __init__(self, work: Workspace, draft: Draft, name: ListName, index: int) -> None:
        self._work, self._draft, self._name, self._index = work, draft, name, index
        self._button = with_classes(
            lean.Button(description="", tooltip=_("Correct or remove this entry")),
            "ig-entry-row",
            f"ig-entry-{name}-{index}",
        )
        self._error = html("ig-err")
        self._button.on_click(lambda _button: self._open())
        self.box = with_classes(lean.VBox([self._button, self._error]), "ig-entry-box")

    def show(self) -> None:
        """Fill in what is typed, and what is wrong with it."""
        row = self._work.course.typed.rows(self._name)[self._index]
        self._button.description = entry_words(self._work, row)
        sentence = self._work.course.reading.refused.get(f"{self._name}.{self._index}", "")
        self._error.value = escape(sentence)
        (self.box.add_class if sentence else self.box.remove_class)("ig-bad")
        is_open = self._draft.name == self._name and self._draft.index == self._index
        (self._button.add_class if is_open else self._button.remove_class)("mod-active")

    def _open(self) -> None:
        self._draft.correct(self._name, self._index)
        self._work.focus = ""
        self._work.focus = f".ig-record .ig-form-{self._name} input"


def entry_words(work: Workspace, row: TypedRow) -> str:
    """A row in a few words."""
    if isinstance(row, TypedTitre):
        value = f"{row.igm.strip() or '–'} {row.igm_unit}".strip()
        when = _when(work, row.time_h)
    elif isinstance(row, TypedDose):
        value, when = f"{row.volume_ml.strip() or '–'} mL", _when(work, row.start_h)
    else:
        words = {str(kind): _(name) for kind, name in EVENT_WORDS.items()}
        value, when = words.get(_kind(row), "–"), _when(work, row.time_h)
    return f"{when} · {value}"


def _kind(row: TypedEvent) -> str:
    return row.kind


def _when(work: Workspace, text: str) -> str:
    try:
        time_h = parse_number(text, "", unit="h", low=0.0, high=1e6)
    except IgmFatError:
        return text.strip() or "–"
    return work.times.text(time_h)

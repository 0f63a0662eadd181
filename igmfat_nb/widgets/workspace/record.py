"""What is recorded of a course: one form for a new titre, dose or event, or for one to correct."""

from collections.abc import Callable

import ipywidgets as ipw

from igmfat_nb.case import EVENT_KINDS
from igmfat_nb.case.parts import EVENT_WORDS
from igmfat_nb.case.typed import LIST_NAMES, ListName
from igmfat_nb.language import _, mark
from igmfat_nb.units import IGM_UNITS
from igmfat_nb.widgets.parts import field
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import layout_when
from igmfat_nb.widgets.parts.controls import card, html, row, with_classes
from igmfat_nb.widgets.parts.markup import head
from igmfat_nb.widgets.workspace.draft import Draft
from igmfat_nb.widgets.workspace.entries import entry_list
from igmfat_nb.widgets.workspace.model import Workspace

KINDS: tuple[tuple[str, ListName], ...] = (
    (mark("Titre"), "titres"),
    (mark("Dose"), "doses"),
    (mark("Event"), "events"),
)
ADD = {"titres": mark("Add titre"), "doses": mark("Add dose"), "events": mark("Add event")}
CORRECT = {
    "titres": mark("Correct a titre"),
    "doses": mark("Correct a dose"),
    "events": mark("Correct an event"),
}


def record_panel(work: Workspace, draft: Draft) -> ipw.VBox:
    """The form, its button, and what was entered so far."""
    title = html()
    kinds = [(_(name), list_) for name, list_ in KINDS]
    chosen = field.Followed(
        draft, "which", value=lambda: draft.name, enter=lambda word: draft.begin(_list_of(word))
    )
    forms = {name: _form(work, draft, name) for name in LIST_NAMES}
    entered = {name: entry_list(work, draft, name) for name in LIST_NAMES}
    add = with_classes(lean.Button(description=""), "ig-btn", "ig-add")
    done = with_classes(lean.Button(description=_("Done")), "ig-btn")
    remove = with_classes(lean.Button(description=_("Remove")), "ig-btn")
    add.on_click(lambda _button: _add(work, draft))
    done.on_click(lambda _button: draft.begin(draft.name))
    remove.on_click(lambda _button: draft.remove())

    def show(_change: object = None) -> None:
        editing = draft.index is not None
        title.value = head(_(CORRECT[draft.name]) if editing else _("Record"))
        add.description = _(ADD[draft.name])
        add.layout = layout_when(shown=not editing)
        done.layout = remove.layout = layout_when(shown=editing)
        for name in LIST_NAMES:
            forms[name].layout = layout_when(shown=name == draft.name)
            entered[name].layout = layout_when(shown=name == draft.name)

    draft.observe(show, ["which", "index"])
    show()
    buttons = with_classes(lean.Box([add, done, remove]), "ig-buttons")
    switch = field.switch(chosen, "", kinds)
    parts = [title, switch, *forms.values(), buttons, *entered.values()]
    return with_classes(card(parts), "ig-record", "ig-noprint")


def _list_of(word: str) -> ListName:
    return next(name for name in LIST_NAMES if name == word)


def _add(work: Workspace, draft: Draft) -> None:
    """Enter what stands in the form; what is refused stays in it with its sentences."""
    if draft.add():
        work.focus = ""
        work.focus = ".ig-record .ig-form:not([style*='none']) input"


def _form(work: Workspace, draft: Draft, name: ListName) -> ipw.VBox:
    def text(part: str, label: str, unit: str = "", hint: str = "") -> ipw.VBox:
        return field.text_field(draft.followed(name, part), label, unit, hint=hint)

    def time(part: str, label: str, hint: str = "") -> ipw.VBox:
        return field.text_field(draft.followed_time(name, part), label, hint=hint)

    makers: dict[ListName, Callable[[], list[ipw.Widget]]] = {
        "titres": lambda: _titre(draft, text, time),
        "doses": lambda: [
            time("start_h", _("Started")),
            row(
                text("volume_ml", _("Volume given"), "mL"),
                text("duration_h", _("Ran for"), "h"),
            ),
        ],
        "events": lambda: [time("time_h", _("When")), _kind(draft)],
    }
    error = html("ig-err", "ig-form-err")

    def show(_change: object = None) -> None:
        error.value = draft.whole_error(name)

    draft.observe(show, ["errors", "index", "turn"])
    show()
    return with_classes(lean.VBox([*makers[name](), error]), "ig-form", f"ig-form-{name}")


def _titre(
    draft: Draft, text: Callable[..., ipw.VBox], time: Callable[..., ipw.VBox]
) -> list[ipw.Widget]:
    units = [(unit, unit) for unit in IGM_UNITS]
    unit = field.choice_field(draft.followed("titres", "igm_unit"), _("Unit"), units)
    changed = row(
        text("weight_kg", _("Weight now"), "kg", _("as before")),
        text("haematocrit", _("Haematocrit now"), hint=_("as before")),
    )
    return [
        time("time_h", _("Drawn")),
        row(text("igm", _("IgM measured")), unit, css="ig-two-auto"),
        time("result_h", _("Result came"), _("at once")),
        changed,
    ]


def _kind(draft: Draft) -> ipw.VBox:
    followed = draft.followed("events", "kind")
    kinds = [(_("choose"), ""), *((_(EVENT_WORDS[kind]), kind) for kind in EVENT_KINDS)]
    chosen = lean.Dropdown(options=kinds, value="", description=_("Kind"))

    def show() -> None:
        value = followed.value()
        chosen.value = value if value in EVENT_KINDS else ""

    followed.show(show)
    chosen.observe(followed.entered, "value")
    return field.framed(followed, [chosen])

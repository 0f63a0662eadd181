"""Fields and switches linked to the explorer's model: a label, a unit, an error line."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import ipywidgets as ipw
import traitlets as tl

from igmfat_nb.language import _
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import Option, html, with_classes
from igmfat_nb.widgets.parts.criteria_markup import ANSWER_TEXT


def text_field(
    model: ExplorerModel, name: str, label: str, unit: str = "", hint: str = ""
) -> ipw.VBox:
    """A typed number: read by our parser at every keystroke, never by the browser."""
    typed = lean.Text(
        value=getattr(model, name),
        description=label,
        placeholder=hint,
        tooltip=f"{label} [{unit}]" if unit else label,
    )
    tl.link((model, name), (typed, "value"))
    inside = [html("ig-unit", value=escape(unit))] if unit else []
    return _field(model, name, [typed, *inside])


def choice_field(
    model: ExplorerModel, name: str, label: str, options: Sequence[Option]
) -> ipw.VBox:
    """A segmented switch; nothing is chosen until somebody chooses."""
    switch = _switch(label, options, "ig-seg")
    _link_choice(switch, lambda: str(getattr(model, name)), lambda word: setattr(model, name, word))
    model.observe(lambda change: _show_choice(switch, change["new"]), name)
    return _field(model, name, [switch])


def answer_switch(model: ExplorerModel, code: str) -> ipw.ToggleButtons:
    """Yes, no or unknown for one criterion; unknown until it is answered."""
    options = [(_(text), word) for word, text in ANSWER_TEXT.items()]
    switch = _switch("", options, "ig-seg", "ig-seg-small")

    def current() -> str:
        return str(model.answers.get(code, "unknown"))

    _link_choice(switch, current, lambda word: model.answer(code, word))
    model.observe(lambda _change: _show_choice(switch, current()), "answers")
    return switch


def follow(model: ExplorerModel, show: Callable[[Outcome], None]) -> None:
    """Show the outcome now and at every change."""
    show(model.outcome)
    model.observe(lambda change: show(change["new"]), "outcome")


def _switch(label: str, options: Sequence[Option], *classes: str) -> ipw.ToggleButtons:
    return with_classes(
        lean.ToggleButtons(options=list(options), value=None, description=label), *classes
    )


def _link_choice(
    switch: ipw.ToggleButtons, current: Callable[[], str], choose: Callable[[str], None]
) -> None:
    _show_choice(switch, current())

    def clicked(change: dict[str, Any]) -> None:
        if change["new"] is not None and change["new"] != current():
            choose(change["new"])

    switch.observe(clicked, "value")


def _show_choice(switch: ipw.ToggleButtons, word: str) -> None:
    known = {value for _shown, value in switch.options}
    switch.value = word if word in known else None


def _field(model: ExplorerModel, name: str, inside: list[ipw.Widget]) -> ipw.VBox:
    error = html("ig-err")
    field = with_classes(lean.VBox([*inside, error]), "ig-field")

    def show(outcome: Outcome) -> None:
        sentence = outcome.refused.get(name, "")
        error.value = escape(sentence)
        (field.add_class if sentence else field.remove_class)("ig-bad")

    follow(model, show)
    return field

"""One field of a page: label, unit, error line, and the value of a model that it follows.

A field is told how to read its value and its error from a model, and what to do
with what somebody enters; it knows no model itself. It is changed, never built
anew, so that typing does not lose its place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import ipywidgets as ipw
import traitlets as tl

from igmfat_nb.language import _
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import Option, html, with_classes
from igmfat_nb.widgets.parts.criteria_markup import ANSWER_TEXT

SHORT = 2  # letters of a unit that leaves a narrow field its width


@dataclass(frozen=True, slots=True)
class Followed:
    """What a field follows.

    Attributes
    ----------
    model : HasTraits
    traits : str or sequence of str
        When they change, the field shows its value and its error again.
    value : callable
        The text, or the word chosen, as the model holds it now.
    enter : callable
        What to do with what somebody enters.
    refused : callable
        The sentence of its error line; empty when there is nothing to say.
    name : str
        What tells the field from all others of the page, in every language; empty where only
        its place does.
    """

    model: tl.HasTraits
    traits: str | Sequence[str]
    value: Callable[[], str]
    enter: Callable[[str], None]
    refused: Callable[[], str] = lambda: ""
    name: str = ""

    def named(self, field: Any) -> Any:
        """Attach the field's name, for who looks for it on the page."""
        return with_classes(field, f"ig-is-{self.name}") if self.name else field

    def show(self, show: Callable[[], None]) -> None:
        """Call ``show()`` now and at every change."""
        show()
        self.model.observe(lambda _change: show(), self.traits)

    def entered(self, change: dict[str, Any]) -> None:
        """Hand on what somebody entered, unless the model has it already."""
        word = change["new"]
        if word is not None and word != self.value():
            self.enter(word)


def text_field(
    of: Followed,
    label: str,
    unit: str = "",
    *,
    hint: str = "",
    tooltip: str | None = None,
    at_each_stroke: bool = False,
) -> ipw.VBox:
    """A typed line: read by our parser, never by the browser."""
    typed = lean.Text(
        value=of.value(), description=label, placeholder=hint, continuous_update=at_each_stroke
    )
    if tooltip is not None:
        typed.tooltip = tooltip

    def show() -> None:
        typed.value = of.value()

    of.show(show)
    of.named(typed)
    typed.observe(of.entered, "value")
    css = ("ig-unit", "ig-unit-short") if len(unit) <= SHORT else ("ig-unit",)
    return framed(of, [typed, *([html(*css, value=escape(unit))] if unit else [])])


def choice_field(of: Followed, label: str, options: Sequence[Option]) -> ipw.VBox:
    """A segmented switch; nothing is chosen until somebody chooses."""
    return framed(of, [switch(of, label, options)])


def dropdown_field(of: Followed, label: str, options: Sequence[Option]) -> ipw.VBox:
    """One of several, in a menu; a word that is none of them chooses nothing."""
    return _one_of(of, lean.Dropdown(options=list(options), value=None, description=label), options)


def radio_field(of: Followed, options: Sequence[Option]) -> ipw.VBox:
    """Choices of a sentence each below each other; nothing is chosen until somebody chooses."""
    radio = with_classes(ipw.RadioButtons(options=list(options), value=None), "ig-radio")
    return _one_of(of, radio, options)


def _one_of(of: Followed, shown: Any, options: Sequence[Option]) -> ipw.VBox:
    """The field of a widget that holds one of some words, or none."""
    known = {word for _shown, word in options}

    def show() -> None:
        word = of.value()
        shown.value = word if word in known else None

    of.show(show)
    of.named(shown)
    shown.observe(of.entered, "value")
    return framed(of, [shown])


def answer_switch(of: Followed) -> ipw.ToggleButtons:
    """Yes, no or unknown for one criterion; unknown until it is answered."""
    options = [(_(text), word) for word, text in ANSWER_TEXT.items()]
    return with_classes(switch(of, "", options), "ig-seg-small")


def switch(of: Followed, label: str, options: Sequence[Option]) -> ipw.ToggleButtons:
    """One of a few, as the model holds it; a word that is none of them chooses nothing."""
    buttons = with_classes(
        lean.ToggleButtons(options=list(options), value=None, description=label), "ig-seg"
    )
    known = {word for _shown, word in options}

    def show() -> None:
        word = of.value()
        buttons.value = word if word in known else None

    of.show(show)
    of.named(buttons)
    buttons.observe(of.entered, "value")
    return buttons


def framed(of: Followed, inside: Sequence[ipw.Widget]) -> ipw.VBox:
    """Put the error line under what is entered, and mark the field while it says something."""
    error = html("ig-err")
    field = with_classes(lean.VBox([*inside, error]), "ig-field")

    def show() -> None:
        sentence = of.refused()
        error.value = escape(sentence)
        mark_refused(field, bool(sentence))

    of.show(show)
    return field


def mark_refused(field: Any, refused: bool) -> None:
    """Mark a field or a row whose input is refused."""
    (field.add_class if refused else field.remove_class)("ig-bad")

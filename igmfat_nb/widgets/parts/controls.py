"""Fields and switches of the panels: a label, a unit, an error line, a link to the model."""

from collections.abc import Callable, Iterable
from typing import Any

import ipywidgets as ipw

from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import layout_when

Option = tuple[str, str]  # shown, and what the model gets


def html(*classes: str, value: str = "") -> ipw.HTML:
    """A part of a card written by ``markup``."""
    return with_classes(lean.HTML(value), "ig-html", *classes)


def card(children: Iterable[ipw.Widget], *classes: str) -> ipw.VBox:
    """A white card."""
    return with_classes(lean.VBox(list(children)), "ig-card", *classes)


def row(*children: ipw.Widget, css: str = "ig-two") -> ipw.Box:
    """Fields side by side."""
    return with_classes(lean.Box(children), css)


def with_classes(widget: Any, *classes: str) -> Any:
    """Attach classes of the stylesheet."""
    for css in classes:
        widget.add_class(css)
    return widget


def fold(title: str, content: ipw.Widget) -> ipw.VBox:
    """A part that opens by a real button, so that the keyboard reaches it; closed at first."""
    button = lean.ToggleButton(value=False, description=title)
    with_classes(button, "ig-btn-link", "ig-fold-button")

    def show(is_open: bool) -> None:
        content.layout = layout_when(shown=is_open)

    show(False)
    button.observe(lambda change: show(change["new"]), "value")
    return with_classes(lean.VBox([button, content]), "ig-stack")


def folded(title: str, make: Callable[[], Iterable[ipw.Widget]], *classes: str) -> ipw.VBox:
    """A part that is made when somebody opens it: until then a page pays nothing for it."""
    content = with_classes(lean.VBox([]), "ig-folded")
    part = fold(title, content)
    button = part.children[0]

    def fill(change: dict[str, bool]) -> None:
        if change["new"] and not content.children:
            content.children = tuple(make())

    button.observe(fill, "value")
    return with_classes(part, *classes)

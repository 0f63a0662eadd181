"""A whole page: the stylesheet, then its parts."""

from functools import lru_cache
from pathlib import Path

import ipywidgets as ipw

from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import is_served, layout_when
from igmfat_nb.widgets.parts.controls import with_classes

STYLESHEET = Path(__file__).parent / "igmfat.css"


@lru_cache  # read once a process
def style_rules() -> str:
    """The stylesheet as text."""
    return STYLESHEET.read_text(encoding="utf-8")


def style_sections(*titles: str) -> str:
    """The colours and some sections of the stylesheet, for a document that holds such parts.

    Raises
    ------
    KeyError
        If there is no section of that title.
    """
    rules = style_rules()
    colours = rules[rules.index(":root {") : rules.index("}", rules.index(":root {")) + 1]
    sections = dict(part.split(" ──", 1) for part in rules.split("/* ── ")[1:])
    texts = [sections[title].split("*/", 1)[1] for title in titles]
    return colours + ":not(#ig-first) {" + "".join(texts) + "}"


def stylesheet() -> ipw.HTML:
    """An invisible widget that brings the stylesheet to JupyterLab; empty on a page of ours."""
    from igmfat_nb.widgets.parts import plain_widgets as lean

    if is_served():
        return lean.HTML(layout=layout_when(shown=False))
    return lean.HTML(f"<style>{style_rules()}</style>", layout={"height": "0", "margin": "0"})


def page_of(*parts: ipw.Widget) -> ipw.VBox:
    """A whole page: our stylesheet, then the parts."""
    from igmfat_nb.widgets.parts import plain_widgets as lean

    return lean.VBox([stylesheet(), *parts])


def column(*panels: ipw.Widget) -> ipw.VBox:
    """A page of one column, for the small notebooks."""
    return page_of(with_classes(lean.VBox(list(panels)), "ig-column"))

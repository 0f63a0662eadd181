"""Which page the widgets stand on, and our stylesheet where no page of ours links it."""

import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ipywidgets as ipw

#: Set by our server for its kernels; its pages link the stylesheet and have plotly's code.
SERVED = "IGMFAT_SERVED"
BY_VOILA = "voila"
STYLESHEET = Path(__file__).parent / "igmfat.css"


def is_served() -> bool:
    """Whether this kernel works for a page of ours."""
    return os.environ.get(SERVED) == BY_VOILA


def spare_the_grammar() -> None:
    """Keep jsonschema from building its grammar of web addresses: two seconds of work.

    It does without one that cannot be imported, and then takes any text for an
    address. Neither our server nor a page of ours asks it about addresses.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


@lru_cache
def style_rules() -> str:
    """The stylesheet as text."""
    return STYLESHEET.read_text(encoding="utf-8")


def stylesheet() -> "ipw.HTML":
    """An invisible widget that brings the stylesheet to JupyterLab; empty on a page of ours."""
    from igmfat_nb.widgets.parts import plain_widgets as lean

    if is_served():
        return lean.HTML(layout=layout_when(shown=False))
    return lean.HTML(f"<style>{style_rules()}</style>", layout={"height": "0", "margin": "0"})


def page_of(*parts: "ipw.Widget") -> "ipw.VBox":
    """A whole page: our stylesheet, then the parts."""
    from igmfat_nb.widgets.parts import plain_widgets as lean

    return lean.VBox([stylesheet(), *parts])


@lru_cache
def layout_when(*, shown: bool) -> "ipw.Layout":
    """The layout of what can be hidden; give it to a widget, change it never."""
    import ipywidgets as ipw

    return ipw.Layout(display=None if shown else "none")

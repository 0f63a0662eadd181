"""The widgets of our pages: ipywidgets' own, without a layout and a style for each.

Our stylesheet says how they look. As ipywidgets come, every one of them brings a
model of its layout and mostly one of its style: two thirds of what a page would
have to fetch and build before anything can be seen.
"""

from typing import Any

import ipywidgets as ipw
import traitlets as tl
from ipywidgets.widgets.trait_types import InstanceDict

from igmfat_nb.widgets.parts.batched_updates import SentInBatches

_MODEL: Any = ipw.widget_serialization


class _NoLayout(SentInBatches, ipw.DOMWidget):  # type: ignore[misc]
    """Has a layout only where one is given."""

    layout = InstanceDict(ipw.Layout, allow_none=True).tag(sync=True, **_MODEL)

    @tl.default("layout")
    def _no_layout(self) -> None:
        return None


class _NoStyle(_NoLayout):
    """Nor a style."""

    style = InstanceDict(ipw.Style, allow_none=True).tag(sync=True, **_MODEL)

    @tl.default("style")
    def _no_style(self) -> None:
        return None


class Box(_NoLayout, ipw.Box):  # type: ignore[misc]
    """Children in a row or as the stylesheet says."""


class HBox(_NoLayout, ipw.HBox):  # type: ignore[misc]
    """Children side by side."""


class VBox(_NoLayout, ipw.VBox):  # type: ignore[misc]
    """Children below each other."""


class HTML(_NoStyle, ipw.HTML):  # type: ignore[misc]
    """Markup of ours."""


class Text(_NoStyle, ipw.Text):  # type: ignore[misc]
    """A typed line."""


class Button(_NoStyle, ipw.Button):  # type: ignore[misc]
    """Something to press."""


class ToggleButton(_NoStyle, ipw.ToggleButton):  # type: ignore[misc]
    """Pressed or not."""


class ToggleButtons(_NoStyle, ipw.ToggleButtons):  # type: ignore[misc]
    """One of a few."""


class Dropdown(_NoStyle, ipw.Dropdown):  # type: ignore[misc]
    """One of several."""


class RadioButtons(_NoStyle, ipw.RadioButtons):  # type: ignore[misc]
    """One of a few, each on a line."""

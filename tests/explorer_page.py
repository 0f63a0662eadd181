"""What the tests of explorer page share."""

import json
import re
from html import unescape

import ipywidgets as ipw

from igmfat_nb.widgets.explorer.page import dashboard
from igmfat_nb.widgets.parts.figure import FigureView


def parts(widget):
    """Every widget of a page, in reading order."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts(child)


class Page:
    """A dashboard and what can be read in it."""

    def __init__(self, model, page=None):
        self.model = model
        self.widgets = list(parts(page or dashboard(model)))

    def all(self, kind):
        return [widget for widget in self.widgets if isinstance(widget, kind)]

    def one(self, kind, label):
        (found,) = [widget for widget in self.all(kind) if widget.description == label]
        return found

    @property
    def text(self):
        values = [widget.value for widget in self.all(ipw.HTML) if "<style" not in widget.value]
        read = unescape(re.sub(r"<[^>]+>", " ", " ".join(values)))
        return read.replace("\N{NO-BREAK SPACE}", " ")

    @property
    def html(self):
        return " ".join(widget.value for widget in self.all(ipw.HTML))

    @property
    def points(self):
        (figure,) = self.all(FigureView)
        return sum(len(trace["y"]) for trace in json.loads(figure.figure)["data"])

    def field_of(self, typed):
        (field,) = [w for w in self.all(ipw.VBox) if typed in w.children]
        return field

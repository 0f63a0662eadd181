"""What the tests of explorer page share."""

import json
import re
from html import unescape

import ipywidgets as ipw

from igmfat_nb.widgets.explorer.curve_panel import curve_panel
from igmfat_nb.widgets.explorer.dose_cards import dose_cards
from igmfat_nb.widgets.explorer.eligibility_panel import eligibility_panel
from igmfat_nb.widgets.explorer.kinetics_panel import kinetics_panel
from igmfat_nb.widgets.explorer.patient_panel import contraindication_panel, patient_panel
from igmfat_nb.widgets.explorer.plan_panel import plan_panel, statements_panel
from igmfat_nb.widgets.explorer.rule_panel import rule_panel
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.figure import FigureView

PANELS = (
    patient_panel,
    contraindication_panel,
    dose_cards,
    curve_panel,
    eligibility_panel,
    kinetics_panel,
    rule_panel,
    plan_panel,
    statements_panel,
)


def parts(widget):
    """Every widget of a page, in reading order."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts(child)


class Page:
    """The panels of one patient, and what can be read in them."""

    def __init__(self, model, page=None):
        self.model = model
        self.widgets = list(parts(page or lean.VBox([panel(model) for panel in PANELS])))

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

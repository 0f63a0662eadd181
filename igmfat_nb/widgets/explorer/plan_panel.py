"""The day plan with its totals; and what is published, apart from what is assumed."""

import ipywidgets as ipw

from igmfat_nb.language import _
from igmfat_nb.widgets.explorer.fields import follow
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.explorer.plan_markup import plan_tables, statement_lists
from igmfat_nb.widgets.parts.appearance import layout_when
from igmfat_nb.widgets.parts.controls import card, html
from igmfat_nb.widgets.parts.markup import head


def plan_panel(model: ExplorerModel) -> ipw.VBox:
    """Each dose worked from the titre printed in its row."""
    shown = html("ig-scroll")
    said = _("mg/dL; each dose follows from its row's titre")
    box = card([html(value=head(_("Day plan"), said)), shown])

    def show(outcome: Outcome) -> None:
        comparison = outcome.comparison
        shown.value = plan_tables(comparison) if comparison else ""
        if comparison is None or box.layout:  # a page that has a plan brings no layout for it
            box.layout = layout_when(shown=comparison is not None)

    follow(model, show)
    return box


def statements_panel(model: ExplorerModel) -> ipw.VBox:
    """Trial text and assumptions, apart."""
    shown = html()

    def show(outcome: Outcome) -> None:
        shown.value = statement_lists(outcome)

    follow(model, show)
    return card([shown])

"""Serum IgM over two weeks: one figure, updated in place."""

from typing import Any

import ipywidgets as ipw

from igmfat_nb.figures.two_arms import blank_spec, course_spec
from igmfat_nb.language import _
from igmfat_nb.widgets.explorer.fields import follow
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import card, html, with_classes
from igmfat_nb.widgets.parts.figure import figure_widget
from igmfat_nb.widgets.parts.markup import head, paragraph


def curve_panel(model: ExplorerModel) -> ipw.VBox:
    """The curve, or what it waits for; an old curve is taken away, not covered."""
    figure = figure_widget(_spec(model.outcome))
    waiting = html()
    plot = with_classes(lean.Box([figure]), "ig-plot")

    def show(outcome: Outcome) -> None:
        waiting.value = paragraph("ig-blank", outcome.waiting)
        (plot.add_class if outcome.waiting else plot.remove_class)("ig-plot-blank")
        figure.show(_spec(outcome))

    follow(model, show)
    title = head(
        _("Serum IgM over two weeks"),
        _("line: this patient as entered; bands: 90 % and 50 % of patients like this"),
    )
    return card([html(value=title), waiting, plot])


def _spec(outcome: Outcome) -> dict[str, Any]:
    return course_spec(outcome.comparison) if outcome.comparison else blank_spec()

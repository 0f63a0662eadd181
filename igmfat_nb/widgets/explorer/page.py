"""The whole page: one patient, two doses, the curve, the plan."""

from collections.abc import Mapping, Sequence
from html import escape

import ipywidgets as ipw

from igmfat_nb.bedside.patient import TypedPatient
from igmfat_nb.language import _
from igmfat_nb.widgets.explorer.curve_panel import curve_panel
from igmfat_nb.widgets.explorer.dose_cards import dose_cards
from igmfat_nb.widgets.explorer.eligibility_panel import eligibility_panel
from igmfat_nb.widgets.explorer.kinetics_panel import kinetics_panel
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.explorer.patient_panel import contraindication_panel, patient_panel
from igmfat_nb.widgets.explorer.plan_panel import plan_panel, statements_panel
from igmfat_nb.widgets.explorer.rule_panel import rule_panel
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import html, with_classes
from igmfat_nb.widgets.parts.page import page_of


def dashboard(
    model: ExplorerModel,
    *,
    actions: Sequence[ipw.Widget] = (),
    below_plan: Sequence[ipw.Widget] = (),
) -> ipw.VBox:
    """Build the page on a model.

    Parameters
    ----------
    actions : sequence of widgets
        Buttons for the page's header (Open case, Save case).
    below_plan : sequence of widgets
        Cards between the day plan and the sources.
    """
    aside = (
        (patient_panel(model), 1),
        (contraindication_panel(model), 2),
        (eligibility_panel(model), 5),
        (kinetics_panel(model), 6),
        (rule_panel(model), 7),
    )
    main = (
        (dose_cards(model), 3),
        (curve_panel(model), 4),
        (plan_panel(model), 8),
        *((one, 8) for one in below_plan),
        (statements_panel(model), 9),
    )
    header = with_classes(lean.HBox(list(actions)), "ig-actions")
    page = with_classes(
        lean.Box([_side(aside, "ig-aside"), _side(main, "ig-main")]),
        "ig-page",
    )
    below = [calculated_line(model)] if model.has_clock else []
    return page_of(*([header] if actions else []), page, *below)


def calculated_line(model: ExplorerModel) -> ipw.HTML:
    """When the doses shown were calculated; a page of ours has it in its footer, paper too."""
    line = html("ig-calculated")

    def show(_change: object = None) -> None:
        words = _("calculated {moment}").format(moment=model.calculated_at)
        line.value = f"<i>· </i>{escape(words)} " if model.calculated_at else ""

    show()
    model.observe(show, "calculated_at")
    return line


def dashboard_of(typed: TypedPatient, answers: Mapping[str, str] | None = None) -> ipw.VBox:
    """The page, opened with this patient and these answers."""
    return dashboard(ExplorerModel.of(typed, answers))


def _side(cards: Sequence[tuple[ipw.Widget, int]], css: str) -> ipw.VBox:
    """One column; the number is a card's place on a phone."""
    ordered = [with_classes(one, f"ig-order-{place}") for one, place in cards]
    return with_classes(lean.VBox(ordered), css)

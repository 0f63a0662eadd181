"""Both arms' doses of today, side by side: the largest things on the page."""

import ipywidgets as ipw

from igmfat_nb.bedside.dosing import ARMS, Arm
from igmfat_nb.widgets.explorer.dose_markup import ARM_CLASS, dose_card
from igmfat_nb.widgets.explorer.fields import follow
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.parts.controls import card, html, row


def dose_cards(model: ExplorerModel) -> ipw.Box:
    """Standard and personalised arm."""
    return row(*(_dose_card(model, arm) for arm in ARMS), css="ig-cards")


def _dose_card(model: ExplorerModel, arm: Arm) -> ipw.VBox:
    shown = html()

    def show(outcome: Outcome) -> None:
        shown.value = dose_card(outcome, arm, today=model.today)

    follow(model, show)
    model.observe(lambda _change: show(model.outcome), "today")
    return card([shown], ARM_CLASS[arm])

"""Fields and switches of the explorer's panels: each follows one input of its model."""

from collections.abc import Callable, Sequence

import ipywidgets as ipw

from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.parts import field
from igmfat_nb.widgets.parts.controls import Option


def text_field(
    model: ExplorerModel, name: str, label: str, unit: str = "", hint: str = ""
) -> ipw.VBox:
    """A typed number: read by our parser at every keystroke, never by the browser."""
    tooltip = f"{label} [{unit}]" if unit else label
    return field.text_field(
        _input(model, name), label, unit, hint=hint, tooltip=tooltip, at_each_stroke=True
    )


def choice_field(
    model: ExplorerModel, name: str, label: str, options: Sequence[Option]
) -> ipw.VBox:
    """A segmented switch; nothing is chosen until somebody chooses."""
    return field.choice_field(_input(model, name), label, options)


def answer_switch(model: ExplorerModel, code: str) -> ipw.ToggleButtons:
    """Yes, no or unknown for one criterion; unknown until it is answered."""
    followed = field.Followed(
        model,
        "outcome",
        value=lambda: str(model.answers.get(code, "unknown")),
        enter=lambda word: model.answer(code, word),
        name=code,
    )
    return field.answer_switch(followed)


def follow(model: ExplorerModel, show: Callable[[Outcome], None]) -> None:
    """Show the outcome now and at every change."""
    show(model.outcome)
    model.observe(lambda change: show(change["new"]), "outcome")


def _input(model: ExplorerModel, name: str) -> field.Followed:
    return field.Followed(
        model,
        "outcome",
        value=lambda: str(getattr(model, name)),
        enter=lambda text: setattr(model, name, text),
        refused=lambda: model.outcome.refused.get(name, ""),
        name=name,
    )

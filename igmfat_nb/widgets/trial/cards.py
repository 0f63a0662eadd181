"""Results of a virtual trial on a page: cards built once, filled after a run, emptied before."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from igmfat_nb.figures.trial import (
    Spec,
    blank_spec,
    convergence_spec,
    difference_spec,
    flow_spec,
    titre_spec,
)
from igmfat_nb.language import _, mark
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import card, html, with_classes
from igmfat_nb.widgets.parts.figure import FigureView, figure_widget
from igmfat_nb.widgets.parts.markup import head
from igmfat_nb.widgets.trial.markup import (
    arms_head,
    arms_table,
    operating_lines,
    trap_table,
)
from igmfat_nb.widgets.trial.model import Finished, TrialModel

if TYPE_CHECKING:
    import plotly.graph_objects as go

AWAY = "ig-away"


@dataclass(frozen=True, slots=True)
class Written:
    """A card of words and tables."""

    title: str
    write: Callable[[Finished], str]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card with a figure; ``beside`` names what it shows besides both arms, None no arms."""

    title: str
    draw: Callable[[Finished], Spec]
    beside: str | None = None


def _titres(finished: Finished) -> Spec:
    return titre_spec(finished.design, finished.bands)


def _exposure(finished: Finished) -> Spec:
    title = _("Mean share of time at target, by trial")
    return difference_spec(finished.design, finished.block, "fraction_of_time_at_target", title)


def _convergence(finished: Finished) -> Spec:
    return convergence_spec(finished.design, finished.block)


def _flow(finished: Finished) -> Spec:
    return flow_spec(finished.design, finished.block)


CARDS: tuple[Written | Drawn, ...] = (
    Written(mark("What the arms give"), arms_table),
    Written(mark("Could this trial show it?"), operating_lines),
    Drawn(
        mark("Serum IgM, median and 5 to 95 % of patients"), _titres, mark("dotted: target titre")
    ),
    Drawn(mark("Time at target"), _exposure, ""),
    Drawn(mark("Convergence"), _convergence),
    Drawn(mark("Participant flow of the first replicate"), _flow),
    Written(mark("Immortal time bias"), trap_table),
)


class TrialCards:
    """The cards' widgets, and what goes into them."""

    def __init__(self) -> None:
        self._heads = {part: html(value=head(_(part.title))) for part in CARDS}
        self._words = {part: html() for part in CARDS if isinstance(part, Written)}
        self._plots = {
            part: figure_widget(blank_spec()) for part in CARDS if isinstance(part, Drawn)
        }

    def widgets(self) -> Iterator[ipw.VBox]:
        """The cards in the order of the page."""
        for part, title in self._heads.items():
            if isinstance(part, Written):
                yield card([title, self._words[part]])
            else:
                yield card([title, _plot(self._plots[part])])

    def fill(self, finished: Finished) -> None:
        """Figures first: the browser draws them while the rest is on its way."""
        arms = [arm.name for arm in finished.design.arms]
        for drawn, plot in self._plots.items():
            plot.show(drawn.draw(finished))
            if drawn.beside is not None:
                beside = _(drawn.beside) if drawn.beside else ""
                self._heads[drawn].value = arms_head(_(drawn.title), arms, beside)
        for written, words in self._words.items():
            words.value = written.write(finished)

    def empty(self) -> None:
        """Keep nothing of an old result, not even out of sight."""
        for plot in self._plots.values():
            plot.show(blank_spec())
        for words in self._words.values():
            words.value = ""


def figure_card(figure: "go.Figure | Mapping[str, Any]") -> ipw.VBox:
    """A card with nothing but a figure."""
    return card([_plot(figure_widget(figure))])


def _plot(view: FigureView) -> ipw.Box:
    return with_classes(lean.Box([view]), "ig-plot", "ig-fit")


def trial_cards(model: TrialModel) -> ipw.VBox:
    """Cards that are there only while they hold for the inputs.

    They are built with the first run, so that opening the page does not pay for
    them, and at its start, so that the browser has them when its numbers come.
    """
    shown = with_classes(lean.VBox([]), "ig-main", AWAY)
    built: list[TrialCards] = []

    def build(_change: object = None) -> None:
        if not built and (model.running or model.finished):
            built.append(TrialCards())
            shown.children = tuple(built[0].widgets())

    def show(_change: object = None) -> None:
        build()
        if model.finished:
            built[0].fill(model.finished)
            shown.remove_class(AWAY)
        elif built:
            shown.add_class(AWAY)
            built[0].empty()

    model.observe(build, "running")
    model.observe(show, "finished")
    show()
    return shown

"""Results of a virtual trial on a page: cards built once, filled after a run, emptied before."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from igmfat_nb.figures.trial import titre_spec
from igmfat_nb.figures.trial_parts import Spec, blank_spec
from igmfat_nb.figures.trial_rates import power_spec
from igmfat_nb.language import _, mark
from igmfat_nb.trial.words import arm_words, set_mortality
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.batched_updates import one_batch
from igmfat_nb.widgets.parts.controls import card, html, with_classes
from igmfat_nb.widgets.parts.figure import FigureView, figure_widget
from igmfat_nb.widgets.parts.markup import head
from igmfat_nb.widgets.trial import markup
from igmfat_nb.widgets.trial.model import TrialModel
from igmfat_nb.widgets.trial.run import Finished
from igmfat_nb.widgets.trial.verdict import curve_sentence, curves_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

AWAY = "ig-away"


@dataclass(frozen=True, slots=True)
class Part:
    """A card: its title, what stands beside it, its words, and its figure if it has one.

    ``above`` and ``below`` write what stands above and below the figure; a card without
    a figure has ``above`` only. ``label`` says what the figure shows.
    """

    title: str
    beside: str
    above: Callable[[Finished], str]
    draw: Callable[[Finished], Spec] | None = None
    below: Callable[[Finished], str] | None = None
    label: str = ""
    arms: bool = False
    css: tuple[str, ...] = ()


def curve_of(finished: Finished) -> Spec:
    """The enumerated curves, and this run among them."""
    curves = curves_shown(finished)
    if not curves:
        return blank_spec()
    test = finished.answer["operating"]
    name = "harm" if curves[0].treated > curves[0].control else "benefit"
    part = test[name] if test["arms_differ"] else None
    rate, ends = (
        (part["rate"], part["rate_95"])
        if part
        else (test["rejection_rate"], test["rejection_rate_95"])
    )
    return power_spec(curves, (finished.design.patients, rate, *ends))


def curves_shown(finished: Finished) -> tuple[Any, ...]:
    """At the shares that the design sets, or at those that the run found."""
    shares = set_mortality(finished.design)
    if shares is None:
        found = finished.answer["arms"].values()
        first, second = (round(arm["deaths"]["mean"], 3) for arm in found)
        differ = finished.answer["operating"]["arms_differ"]
        shares = (first, second if differ else first)
    return curves_of(finished.design, shares)


def _curve_words(finished: Finished) -> str:
    curves = curves_shown(finished)
    if not curves:
        return markup.part("sentence", _("Fisher's test is not enumerated for a curve."))
    return markup.part("sentence", curve_sentence(curves))


def _curve_table(finished: Finished) -> str:
    return markup.curve_table(curves_shown(finished))


def _titres(finished: Finished) -> Spec:
    return titre_spec(finished.design, finished.bands)


def _flow(finished: Finished) -> str:
    return markup.flow(finished.single)


def _forest(finished: Finished) -> str:
    return markup.forest(finished.single)


UPPER: tuple[Part, ...] = (
    Part(mark("How often"), mark("95 % Monte Carlo interval"), markup.how_often),
    Part(
        mark("More or fewer patients"), mark("enumerated; the dot is this run"), _curve_words,
        curve_of, _curve_table, mark("Power against the number of patients."),
    ),
    Part(mark("Doses and cost"), mark("means of the trials"), markup.doses_table,
         css=("ig-across",)),
    Part(
        mark("Time at target"), mark("serum IgM, median and 5 to 95 % of patients"),
        markup.titre_sentence, _titres, markup.titre_table,
        mark("Serum IgM over the week in both arms, the target dotted."), arms=True,
        css=("ig-across",),
    ),
)  # fmt: skip
LOWER: tuple[Part, ...] = (
    Part(mark("One trial: who took part"), mark("trial 1"), _flow),
    Part(mark("One trial: what it would say"), mark("trial 1, 95 % intervals"), _forest),
    Part(mark("Immortal time bias"), mark("the same patients, no effect at all"), markup.trap,
         css=("ig-across",)),
)  # fmt: skip


class TrialCards:
    """The cards' widgets, and what goes into them."""

    def __init__(self) -> None:
        self.verdict = html()
        self._heads = {part: html(value=head(_(part.title), _(part.beside))) for part in _all()}
        self._above = {part: html() for part in _all()}
        self._below = {part: html() for part in _all() if part.below}
        self._plots = {part: figure_widget(blank_spec()) for part in _all() if part.draw}
        for part, plot in self._plots.items():
            plot.label = _(part.label)

    def widgets(self, parts: tuple[Part, ...]) -> Iterator[ipw.VBox]:
        """The cards of a part of the page, in its order."""
        for part in parts:
            inside: list[ipw.Widget] = [self._heads[part], self._above[part]]
            if part in self._plots:
                inside.append(_plot(self._plots[part]))
            if part in self._below:
                inside.append(self._below[part])
            yield card(inside, *part.css)

    def fill(self, finished: Finished) -> None:
        """Figures first: the browser draws them while the rest is on its way."""
        for part, plot in self._plots.items():
            if part.draw:
                plot.show(part.draw(finished))
            if part.arms:
                words = arm_words(finished.design)
                self._heads[part].value = markup.arms_head(_(part.title), words, _(part.beside))
        self.verdict.value = markup.verdict_card(finished)
        for part, words_above in self._above.items():
            words_above.value = part.above(finished)
        for part, words_below in self._below.items():
            words_below.value = part.below(finished) if part.below else ""

    def empty(self) -> None:
        """Keep nothing of an old result, not even out of sight."""
        for plot in self._plots.values():
            plot.show(blank_spec())
        for words in (self.verdict, *self._above.values(), *self._below.values()):
            words.value = ""


def _all() -> tuple[Part, ...]:
    return UPPER + LOWER


def figure_card(figure: "go.Figure | Mapping[str, Any]") -> ipw.VBox:
    """A card with nothing but a figure."""
    return card([_plot(figure_widget(figure))])


def _plot(view: FigureView) -> ipw.Box:
    return with_classes(lean.Box([view]), "ig-plot", "ig-fit")


def trial_cards(model: TrialModel, tools: ipw.Widget) -> tuple[ipw.VBox, ipw.VBox]:
    """Cards beside the design and below it, there only while they hold for the inputs.

    They are built with the first run, so that opening the page does not pay for
    them, and at its start, so that the browser has them when its numbers come.

    Parameters
    ----------
    tools : Widget
        What can be done with a result; it stands under the verdict.
    """
    upper = with_classes(lean.VBox([]), "ig-main", "ig-results", AWAY)
    lower = with_classes(lean.VBox([]), "ig-main", "ig-results", "ig-lower", AWAY)
    built: list[TrialCards] = []

    def build(_change: object = None) -> None:
        if not built and (model.running or model.finished):
            cards = TrialCards()
            first = card([cards.verdict, tools], "ig-across")
            upper.children = (first, *cards.widgets(UPPER))
            lower.children = tuple(cards.widgets(LOWER))
            built.append(cards)

    def show(_change: object = None) -> None:
        build()
        with one_batch():
            if model.finished:
                built[0].fill(model.finished)
            elif built:
                built[0].empty()
            for shown in (upper, lower):
                (shown.remove_class if model.finished else shown.add_class)(AWAY)

    model.observe(build, "running")
    model.observe(show, "finished")
    show()
    return upper, lower

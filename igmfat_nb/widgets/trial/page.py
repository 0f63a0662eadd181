"""A virtual trial on a page: the design on the left, what it answers on the right."""

from collections.abc import Callable

import ipywidgets as ipw

from igmfat_nb.figures.trial_parts import blank_spec
from igmfat_nb.figures.trial_rates import so_far_spec
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.trial.power import arms_differ
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import layout_when
from igmfat_nb.widgets.parts.controls import card, html, with_classes
from igmfat_nb.widgets.parts.figure import figure_widget
from igmfat_nb.widgets.parts.markup import head, paragraph
from igmfat_nb.widgets.parts.page import page_of
from igmfat_nb.widgets.trial.cards import trial_cards
from igmfat_nb.widgets.trial.design_card import design_card
from igmfat_nb.widgets.trial.markup import part
from igmfat_nb.widgets.trial.model import TrialModel
from igmfat_nb.widgets.trial.run import Finished
from igmfat_nb.widgets.trial.tools import report_button, result_tools
from igmfat_nb.widgets.trial.verdict import by_formula, share_cells

_QUESTIONS = (
    mark("How often would it find the difference, and how often one that is not there?"),
    mark("How many patients would be enough?"),
    mark("What does each arm use, discard and cost?"),
    mark("What would one such trial publish?"),
    mark("Which comparison would mislead?"),
)


def trial_panel(
    model: TrialModel, make_report: Callable[[Finished], str] | None = None
) -> ipw.VBox:
    """The whole page of one virtual trial; ``make_report`` writes a finished run's document."""
    design = design_card(model)
    aside = with_classes(lean.VBox([design]), "ig-aside")
    upper, lower = trial_cards(model, result_tools(model))
    main = with_classes(lean.VBox([*_before(model), upper]), "ig-main")
    page = with_classes(
        lean.Box([_top(model, make_report), aside, main, lower]), "ig-page", "ig-trial"
    )

    def place(_change: object = None) -> None:
        """A phone shows what is in question first: the design until there is a result."""
        (page.add_class if model.finished else page.remove_class)("ig-answered")

    model.observe(place, "finished")
    place()
    return page_of(page)


def _top(model: TrialModel, make_report: Callable[[Finished], str] | None) -> ipw.Box:
    """What state the page is in, and the one button that leads on."""
    said = html("ig-state")
    run = with_classes(lean.Button(description=_("Run")), "ig-btn-main", "ig-run")
    cancel = with_classes(lean.Button(description=_("Cancel")), "ig-btn", "ig-cancel")
    report = lean.Box([])

    def show(_change: object = None) -> None:
        run.disabled = model.running or model.typed.design is None
        cancel.disabled = not model.running
        trials = number_text(model.typed.replicates)
        run.description = _("Run again") if model.finished else _("Run {n} trials").format(n=trials)
        cancel.description = _("Cancel")
        if model.running and model.done:
            cancel.description = _("Cancel, keep {n}").format(n=number_text(model.done))
        (run.add_class if model.finished else run.remove_class)("ig-second")
        report.layout = layout_when(shown=model.finished is not None)
        run.layout = layout_when(shown=not model.running)
        cancel.layout = layout_when(shown=model.running)
        said.value = paragraph("ig-note", _state(model))

    def bring_report(_change: object) -> None:
        """With the first run, as the cards: opening the page does not pay for it."""
        if make_report and not report.children:
            report.children = (report_button(model, make_report),)

    run.on_click(lambda _button: model.start())
    cancel.on_click(lambda _button: model.cancel())
    model.observe(bring_report, ["running", "finished"])
    model.observe(show, ["typed", "running", "done", "left_s", "finished", "message"])
    show()
    buttons = with_classes(lean.HBox([run, cancel, report]), "ig-buttons")
    return with_classes(lean.Box([said, buttons]), "ig-page-top", "ig-noprint")


def _state(model: TrialModel) -> str:
    if model.running:
        return _progress_text(model)
    if model.finished is None:
        return model.message or _waiting_for(model)
    if model.finished.cancelled:
        text = _("Cancelled after {done} of {all} trials; the results are of these.")
        numbers = {"done": model.finished.trials, "all": model.typed.replicates}
        return text.format(**{name: number_text(number) for name, number in numbers.items()})
    return _("Finished. Change the design to run again.")


def _waiting_for(model: TrialModel) -> str:
    if model.typed.refused:
        return _("Waiting for: {what}").format(what=" ".join(model.typed.refused.values()))
    return _("Choose a design; nothing has been run.")


def _progress_text(model: TrialModel) -> str:
    text = _("{done} of {all} trials are done.")
    return text.format(done=number_text(model.done), all=number_text(model.typed.replicates))


def _before(model: TrialModel) -> list[ipw.VBox]:
    """What stands there until there is a result: the formula's answer, or how far the run is."""
    answer = html()
    asked = html(value=part("questions", _("What a run answers"), [_(line) for line in _QUESTIONS]))
    waiting = with_classes(lean.VBox([card([answer]), card([asked])]), "ig-main", "ig-waiting-part")
    running = _running(model)

    def say(_change: object = None) -> None:
        answer.value = _formula(model)

    def show(_change: object = None) -> None:
        waiting.layout = layout_when(shown=not (model.finished or model.running))
        running.layout = layout_when(shown=model.running)

    model.observe(say, ["typed", "message"])
    model.observe(show, ["finished", "running"])
    say()
    show()
    return [waiting, running]


def _formula(model: TrialModel) -> str:
    if model.message:
        return part("verdict", model.message, [], "")
    if model.typed.design is None:
        return paragraph("ig-blank", _waiting_for(model))
    sentence, lines = by_formula(model.typed.design)
    return part("verdict", sentence, lines, "")


def _running(model: TrialModel) -> ipw.VBox:
    """Time left, a bar, and the share so far with its narrowing interval."""
    said, so_far = html(), html()
    bar = ipw.IntProgress(min=0, layout={"width": "100%"})
    title = html(value=head(_("So far"), _("95 % interval")))
    shown: list[Callable[[], None]] = []
    figure = lean.VBox([])

    def build() -> None:
        """The figure comes with the first run: opening the page does not pay for it."""
        view = figure_widget(blank_spec())
        view.label = _("The share of trials that find a difference, as the run goes on.")
        figure.children = (with_classes(lean.Box([view]), "ig-plot", "ig-fit"),)

        def draw() -> None:
            design = model.typed.design
            if design is None or not model.found:
                view.show(blank_spec())
                return
            differ = arms_differ(design)
            counts = summed_counts(model.found, differ=differ)
            view.show(so_far_spec(counts, model.typed.replicates, differ=differ))
            share, ends = share_cells(counts[-1][1], counts[-1][0])
            so_far.value = part("sentence", f"{share} ({ends})")

        shown.append(draw)

    def show(_change: object = None) -> None:
        bar.max = max(model.typed.replicates, 1)
        bar.value = model.done if model.running or model.finished else 0
        if not model.running:
            said.value = so_far.value = ""
            return
        if not shown:
            build()
        said.value = head(_left(model), _progress_text(model))
        if model.done < model.typed.replicates:  # the last one is the result's to show
            shown[0]()

    model.observe(show, ["typed", "running", "left_s", "finished"])
    show()
    cards = [card([said, bar]), card([title, so_far, figure])]
    return with_classes(lean.VBox(cards), "ig-main", "ig-noprint")


def summed_counts(
    found: tuple[tuple[int, int, int], ...], *, differ: bool
) -> list[tuple[int, int]]:
    """Trials done and those that found it, after each block; either direction without an effect."""
    counts, done, hits = [], 0, 0
    for trials, fewer, more in found:
        done, hits = done + trials, hits + (fewer if differ else fewer + more)
        counts.append((done, hits))
    return counts


def _left(model: TrialModel) -> str:
    if model.left_s is None:
        return _("Running …")
    return _("About {seconds} s left").format(seconds=number_text(model.left_s + 0.5))

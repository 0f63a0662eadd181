"""A virtual trial on a page: choices, a run with its progress, what it could show."""

from collections.abc import Sequence
from html import escape

import ipywidgets as ipw
import traitlets as tl

from igmfat_nb.courses.population import CLEARANCE, SCENARIOS
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import card, html, row, with_classes
from igmfat_nb.widgets.parts.markup import head, paragraph
from igmfat_nb.widgets.parts.page import page_of
from igmfat_nb.widgets.trial.cards import trial_cards
from igmfat_nb.widgets.trial.model import ARM_PAIRS, TrialModel


def trial_panel(model: TrialModel) -> ipw.VBox:
    """The whole page of one virtual trial."""
    aside = with_classes(lean.VBox([_choices(model)]), "ig-aside")
    main = with_classes(lean.VBox([_results(model)]), "ig-main")
    return page_of(with_classes(lean.Box([aside, main]), "ig-page"))


def _choices(model: TrialModel) -> ipw.VBox:
    scenarios = [(f"× {number_text(CLEARANCE[name].value, 2)}", name) for name in SCENARIOS]
    methods = [
        (_("blocks"), "permuted-blocks"),
        (_("simple"), "simple"),
        (_("minimisation"), "minimisation"),
    ]
    evidence = _(
        "Zero unless you change it: evidence that IgM matters for survival is inconsistent, and"
        " the largest cohort finds no link. Any other value is your assumption."
    )
    note = _(
        "Bodies, exclusions, vasopressor and survival times are round assumptions of this"
        " software. So is the equation of the personalised dose: the trial's is not known."
    )
    return card(
        [
            html(value=head(_("Virtual trial"))),
            _arms(model),
            row(
                _field(model, "patients", _("Patients"), ""),
                _field(model, "replicates", _("Replicates"), ""),
            ),
            row(
                _field(model, "baseline_mortality", _("28-day mortality"), _("share")),
                _field(model, "seed", _("Seed"), ""),
            ),
            _field(model, "effect", _("Effect on log odds of death"), _("per day at target")),
            html(value=paragraph("ig-note", evidence)),
            row(
                _field(model, "missed_samples", _("Titres not drawn"), _("share")),
                _field(model, "late_infusion_h", _("Doses late by up to"), "h"),
            ),
            _field(model, "price_eur_per_ml", _("Price of opened vials"), "EUR/mL"),
            _choice(model, "scenario", _("True clearance"), scenarios),
            _choice(model, "allocation", _("Allocation"), methods),
            html(value=paragraph("ig-note", note)),
        ]
    )


def _field(model: TrialModel, name: str, label: str, unit: str) -> ipw.VBox:
    typed = lean.Text(value=getattr(model, name), description=label, continuous_update=False)
    tl.link((model, name), (typed, "value"))
    error = html("ig-err")
    inside = [html("ig-unit", value=escape(unit))] if unit else []
    box = with_classes(lean.VBox([typed, *inside, error]), "ig-field")

    def show(_change: object = None) -> None:
        sentence = model.typed.refused.get(name, "")
        error.value = escape(sentence)
        (box.add_class if sentence else box.remove_class)("ig-bad")

    model.observe(show, "typed")
    show()
    return box


def _choice(
    model: TrialModel, name: str, label: str, options: Sequence[tuple[str, str]]
) -> ipw.VBox:
    switch = with_classes(
        lean.ToggleButtons(options=list(options), value=getattr(model, name), description=label),
        "ig-seg",
    )
    tl.link((model, name), (switch, "value"))
    return with_classes(lean.VBox([switch]), "ig-field")


def _arms(model: TrialModel) -> ipw.VBox:
    pairs = [(pair.replace(", ", _(" against ")), pair) for pair in ARM_PAIRS]
    select = lean.Dropdown(options=pairs, value=model.arms, description=_("Arms"))
    tl.link((model, "arms"), (select, "value"))
    return with_classes(lean.VBox([select]), "ig-field")


def _buttons(model: TrialModel) -> ipw.VBox:
    run = with_classes(lean.Button(description=_("Run")), "ig-btn-main")
    cancel = with_classes(lean.Button(description=_("Cancel")), "ig-btn")
    bar = ipw.IntProgress(min=0, layout={"width": "100%"})
    said = html()

    def show(_change: object = None) -> None:
        run.disabled = model.running or model.typed.design is None
        cancel.disabled = not model.running
        bar.max = max(model.typed.replicates, 1)
        bar.value = model.done if model.running or model.finished else 0
        said.value = paragraph("ig-note", _progress_text(model)) if model.running else _end(model)

    run.on_click(lambda _button: model.start())
    cancel.on_click(lambda _button: model.cancel())
    model.observe(show, ["typed", "running", "done", "left_s", "finished"])
    show()
    buttons = with_classes(lean.HBox([run, cancel]), "ig-buttons")
    return with_classes(lean.VBox([buttons, bar, said]), "ig-noprint")


def _end(model: TrialModel) -> str:
    """Say beside the bar that a run ended early."""
    if model.finished is None or not model.finished.cancelled:
        return ""
    text = _("Cancelled after {done} of {all} replicates; the results are of these.")
    numbers = {"done": len(model.finished.block.metrics), "all": model.typed.replicates}
    shown = {name: number_text(number) for name, number in numbers.items()}
    return paragraph("ig-note", text.format(**shown))


def _progress_text(model: TrialModel) -> str:
    text = _("{done} of {all} replicates").format(
        done=number_text(model.done), all=number_text(model.typed.replicates)
    )
    if model.left_s is None:
        return text
    left = _("about {seconds} s left").format(seconds=number_text(model.left_s + 0.5))
    return f"{text}, {left}"


def _results(model: TrialModel) -> ipw.VBox:
    """Run and its progress, above cards that are there only while they hold for the inputs."""
    waiting = html()
    start = card([_buttons(model), waiting])

    def say(_change: object = None) -> None:
        waiting.value = "" if model.finished else paragraph("ig-blank", _waiting_for(model))
        (start.add_class if model.finished else start.remove_class)("ig-noprint")

    model.observe(say, ["finished", "typed", "running", "message"])
    say()
    return with_classes(lean.VBox([start, trial_cards(model)]), "ig-main")


def _waiting_for(model: TrialModel) -> str:
    if model.message:
        return model.message
    if model.running:
        return _("Running …")
    if model.typed.refused:
        return _("Waiting for: {what}").format(what=" ".join(model.typed.refused.values()))
    return _("Press Run. Nothing is calculated before.")

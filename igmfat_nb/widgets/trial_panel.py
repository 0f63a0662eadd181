"""A virtual trial on a page: choices, a run with its progress, what it could show."""

from collections.abc import Sequence
from html import escape

import ipywidgets as ipw
import traitlets as tl

from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.population import CLEARANCE, SCENARIOS
from igmfat_nb.trial.endpoint import METRICS
from igmfat_nb.trial_figures import (
    convergence_figure,
    difference_figure,
    flow_figure,
    titre_figure,
)
from igmfat_nb.widgets.appearance import page_of
from igmfat_nb.widgets.controls import card, html, row, with_classes
from igmfat_nb.widgets.figure import figure_widget
from igmfat_nb.widgets.markup import head, paragraph
from igmfat_nb.widgets.trial_model import ARM_PAIRS, Finished, TrialModel

METRIC_TEXT = {
    "fraction_of_time_at_target": ("Time at target, days 0 to 7", "%", 100.0, 1),
    "overshoot": ("Mean excess over target", "mg/dL", 1.0, 1),
    "volume_ml": ("Product given", "mL", 1.0, 0),
    "vials_opened": ("Vials opened", "", 1.0, 1),
    "wasted_ml": ("Discarded", "mL", 1.0, 1),
    "glucose_g": ("Glucose", "g", 1.0, 1),
    "sodium_mmol": ("Sodium", "mmol", 1.0, 1),
    "cost": ("Cost of opened vials", "EUR", 1.0, 0),
    "deaths": ("Deaths by day 28", "%", 100.0, 1),
}


def trial_panel(model: TrialModel) -> ipw.VBox:
    """The whole page of one virtual trial."""
    aside = with_classes(ipw.VBox([_choices(model)]), "ig-aside")
    main = with_classes(ipw.VBox([_results(model)]), "ig-main")
    return page_of(with_classes(ipw.Box([aside, main]), "ig-page"))


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
    typed = ipw.Text(value=getattr(model, name), description=label, continuous_update=False)
    tl.link((model, name), (typed, "value"))
    error = html("ig-err")
    inside = [html("ig-unit", value=escape(unit))] if unit else []
    box = with_classes(ipw.VBox([typed, *inside, error]), "ig-field")

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
        ipw.ToggleButtons(options=list(options), value=getattr(model, name), description=label),
        "ig-seg",
    )
    tl.link((model, name), (switch, "value"))
    return with_classes(ipw.VBox([switch]), "ig-field")


def _arms(model: TrialModel) -> ipw.VBox:
    pairs = [(pair.replace(", ", _(" against ")), pair) for pair in ARM_PAIRS]
    select = ipw.Dropdown(options=pairs, value=model.arms, description=_("Arms"))
    tl.link((model, "arms"), (select, "value"))
    return with_classes(ipw.VBox([select]), "ig-field")


def _buttons(model: TrialModel) -> ipw.VBox:
    run = with_classes(ipw.Button(description=_("Run")), "ig-btn-main")
    cancel = with_classes(ipw.Button(description=_("Cancel")), "ig-btn")
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
    buttons = with_classes(ipw.HBox([run, cancel]), "ig-buttons")
    return with_classes(ipw.VBox([buttons, bar, said]), "ig-noprint")


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
    results = with_classes(ipw.VBox([]), "ig-main")

    def show(_change: object = None) -> None:
        finished = model.finished
        results.children = _cards(finished) if finished else ()
        waiting.value = "" if finished else paragraph("ig-blank", _waiting_for(model))

    model.observe(show, ["finished", "typed", "running", "message"])
    show()
    return with_classes(ipw.VBox([start, results]), "ig-main")


def _waiting_for(model: TrialModel) -> str:
    if model.message:
        return model.message
    if model.running:
        return _("Running …")
    if model.typed.refused:
        return _("Waiting for: {what}").format(what=" ".join(model.typed.refused.values()))
    return _("Press Run. Nothing is calculated before.")


def _cards(finished: Finished) -> tuple[ipw.Widget, ...]:
    design, block = finished.design, finished.block
    flow = with_classes(ipw.Box([figure_widget(flow_figure(design, block))]), "ig-plot")
    exposure = difference_figure(
        design, block, "fraction_of_time_at_target", _("Mean share of time at target, by trial")
    )
    titres = titre_figure(design, finished.bands)
    parts = [
        card([html(value=head(_("What the arms give"))), html(value=_table(finished))]),
        card([html(value=head(_("Could this trial show it?"))), html(value=_operating(finished))]),
        card([html(value=head(_("Serum IgM, median and 5 to 95 % of patients"))), _plot(titres)]),
        card([html(value=head(_("Time at target"))), _plot(exposure)]),
        card([html(value=head(_("Convergence"))), _plot(convergence_figure(design, block))]),
        card([html(value=head(_("Participant flow of the first replicate"))), flow]),
        card([html(value=head(_("The immortal-time trap"))), html(value=_trap(finished))]),
    ]
    return tuple(parts)


def _plot(figure: object) -> ipw.Box:
    return with_classes(ipw.Box([figure_widget(figure)]), "ig-plot")


def _table(finished: Finished) -> str:
    arms = finished.answer["arms"]
    columns = [*arms.values(), finished.answer["operating"]["difference"]]
    rows = []
    for metric in METRICS:
        text, unit, factor, decimals = METRIC_TEXT[metric]
        label = _(text) + (f" [{unit}]" if unit else "")
        cells = "".join(_cell(column[metric], factor, decimals) for column in columns)
        rows.append(f"<tr><td>{escape(label)}</td>{cells}</tr>")
    heads = "".join(
        f"<th class='{css}'>{escape(name)}</th>"
        for name, css in zip(arms, ("ig-std", "ig-per"), strict=True)
    )
    heads += f"<th>{escape(_('difference'))}</th>"
    body = "".join(rows)
    table = f"<table class='ig-table'><thead><tr><th></th>{heads}</tr></thead>{body}</table>"
    note = _(
        "Mean of the arm means; 5 to 95 % of trials beside it. Difference: second minus first."
    )
    return f"<div class='ig-scroll'>{table}</div>" + paragraph("ig-note", note)


def _cell(values: dict[str, float], factor: float, decimals: int) -> str:
    mean, low, high = (
        number_text(factor * values[name], decimals) for name in ("mean", "p5", "p95")
    )
    between = _("{low} to {high}").format(low=low, high=high)
    return f"<td>{mean} <span class='ig-iv'>{between}</span></td>"


def _operating(finished: Finished) -> str:
    test = finished.answer["operating"]
    replicates = len(finished.block.metrics)
    line = _("{rate} % of {n} trials reject equal mortality (Monte-Carlo error {se} %).")
    lines = [
        line.format(
            rate=number_text(100 * test["rejection_rate"], 1),
            n=number_text(replicates),
            se=number_text(100 * test["monte_carlo_se"], 1),
        )
    ]
    if test["exact_rejection_rate"] is not None:
        exact = number_text(100 * test["exact_rejection_rate"], 2)
        lines.append(_("By enumeration, with equal arms: {rate} %.").format(rate=exact))
    screening = finished.answer["screening"]
    above = screening["enrolled_truly_above_limit"] / screening["enrolled"]
    line = _("{screened} screened for each trial; {share} % of those enrolled are truly above 60.")
    lines.append(
        line.format(
            screened=number_text(screening["screened"] / replicates),
            share=number_text(100 * above, 1),
        )
    )
    if finished.cancelled:
        lines.append(_("Cancelled: only the replicates above were run."))
    return "".join(paragraph("ig-sub", text) for text in lines)


def _trap(finished: Finished) -> str:
    rows = []
    for contrast in finished.trap:
        shares = (
            (contrast.reached_died, contrast.reached),
            (contrast.not_reached_died, contrast.not_reached),
        )
        cells = "".join(
            f"<td>{number_text(100 * died / n, 1) if n else '–'} % "
            f"<span class='ig-iv'>{number_text(died)}/{number_text(n)}</span></td>"
            for died, n in shares
        )
        ratio = number_text(contrast.risk_ratio, 2)
        rows.append(f"<tr><td>{escape(_(contrast.question))}</td>{cells}<td>{ratio}</td></tr>")
    heads = "".join(
        f"<th>{escape(text)}</th>" for text in (_("reached"), _("did not"), _("risk ratio"))
    )
    body = "".join(rows)
    table = f"<table class='ig-table'><thead><tr><th></th>{heads}</tr></thead>{body}</table>"
    note = _(
        "Deaths by day 28 among patients who reached 100 mg/dL and those who did not. Reaching it"
        " takes time, and the early dead had none: the first row looks like a benefit although here"
        " the effect is zero, whatever is set on the left."
    )
    return f"<div class='ig-scroll'>{table}</div>" + paragraph("ig-note", note)

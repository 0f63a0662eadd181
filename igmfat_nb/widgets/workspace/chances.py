"""Probability of the target under each rule; and, folded, how the answer came about."""

import ipywidgets as ipw
import traitlets as tl

from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.tables.rule_working import rule_working
from igmfat_nb.tables.titration import METHOD_NAMES
from igmfat_nb.titration import RULES, Decision, Rule
from igmfat_nb.titration.due_words import no_number_words
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import card, html, with_classes
from igmfat_nb.widgets.parts.markup import head, paragraph
from igmfat_nb.widgets.parts.template import filled
from igmfat_nb.widgets.workspace.model import Workspace
from igmfat_nb.widgets.workspace.words import percent

RULE_TITLE: dict[Rule, str] = {
    "standard": mark("Standard"),
    "deficit": mark("Personalised"),
    "forecast": mark("Forecast"),
}
RULE_CLASS = {"standard": "ig-std", "deficit": "ig-per", "forecast": "ig-own"}
LEAST_CHANCE, MOST_CHANCE, STEP = 0.5, 0.99, 0.01
TABLE = """<table class="ig-table ig-chances"><thead><tr>{% for name in header %}<th scope="col">\
{{ name }}</th>{% endfor %}</tr></thead><tbody>{% for row in rows %}<tr><th scope="row">\
<b class="{{ row.css }}">{{ row.name }}</b>{% if row.note %}<small>{{ row.note }}</small>\
{% endif %}</th>\
{% for chance, volume in row.cells %}<td>{{ chance }}<small>{{ volume }}</small></td>{% endfor %}\
</tr>
{% endfor %}</tbody></table><p class="ig-note">{{ note }}</p>"""
DETAILS = """<div class="ig-split"><div><h3>{{ forecast }}</h3><p class="ig-work">\
{% for line in working %}\
{% if not loop.first %}<br>{% endif %}{{ line }}{% endfor %}</p></div><div><h3>{{ samples }}</h3>
<table class="ig-table"><thead><tr>{% for name in header %}<th scope="col">{{ name }}</th>\
{% endfor %}</tr>
</thead><tbody>{% for best, cells in rows %}<tr{% if best %} class="ig-best"{% endif %}>\
<th scope="row">{{ cells[0] }}</th><td>{{ cells[1] }}</td></tr>{% endfor %}</tbody></table>
<p class="ig-note">{{ note }}</p></div></div><p class="ig-note">{{ method }}</p>"""


def chances_panel(work: Workspace) -> ipw.VBox:
    """A small table: no dose, and each rule with its volume."""
    shown = html()

    def show(_change: object = None) -> None:
        shown.value = chances_markup(work)

    work.course.observe(show, "outcome")
    work.observe(show, "times")
    show()
    return card([shown], "ig-chance-card")


def chances_markup(work: Workspace) -> str:
    """The card's content; columns for both forks while a titre is asked about."""
    answer = work.course.outcome.answer
    if answer is None:
        return head(_("Probability of the target")) + paragraph(
            "ig-note", _("Nothing to show yet.")
        )
    seen, target = answer.decision.situation, answer.decision.assumptions.rule.target_mg_dl
    title = _("Probability of {target} or above").format(target=number_text(target, 1))
    decisions = [answer.decision, *([answer.aside.decision] if answer.aside else [])]
    header = [_("Rule"), _("probability")]
    if answer.aside:
        value = answer.aside.titre.text(1)
        header = [_("Rule"), _("{titre} right").format(titre=value), _("set aside")]
    none = [(percent(one.chance_without_dose), "") for one in decisions]
    rows = [{"css": "", "name": _("No dose"), "note": "", "cells": none}]
    for rule in RULES:
        note = _("our proposal") if rule == "forecast" else ""
        cells = [_cell(one, rule) for one in decisions]
        row = {"css": RULE_CLASS[rule], "name": _(RULE_TITLE[rule]), "note": note, "cells": cells}
        rows.append(row)
    asked = percent(answer.decision.forecast.probability)
    note = _("Forecast: the smallest dose with a probability of {chance}.").format(chance=asked)
    return head(title, work.times.text(seen.sample_h)) + filled(
        TABLE, header=header, rows=rows, note=note
    )


def details_panel(work: Workspace) -> ipw.VBox:
    """The requested probability, the forecast's working, candidates for the next sample."""
    shown = html()
    chance = with_classes(
        ipw.FloatSlider(
            value=work.course.probability,
            min=LEAST_CHANCE,
            max=MOST_CHANCE,
            step=STEP,
            description=_("Probability of reaching the target that the forecast rule asks for"),
            readout_format=".2f",
            continuous_update=False,
        ),
        "ig-slider",
    )
    tl.link((work.course, "probability"), (chance, "value"))

    def show(_change: object = None) -> None:
        answer = work.course.outcome.answer
        shown.value = _details(work, answer.decision) if answer else ""

    work.course.observe(show, "outcome")
    work.observe(show, "times")
    show()
    return lean.VBox([with_classes(lean.VBox([chance]), "ig-field"), shown])


def _details(work: Workspace, decision: Decision) -> str:
    rows = [
        (
            one.time_h == decision.next_sample_h,
            (work.times.text(one.time_h), number_text(one.expected_width_mg_dl, 1)),
        )
        for one in decision.sample_times
    ]
    posterior = decision.learning.final
    method = _("Effective sample size {size} of {particles}; method: {method}.").format(
        size=number_text(posterior.effective_sample_size),
        particles=number_text(len(posterior.weight)),
        method=_(METHOD_NAMES[posterior.path]),
    )
    return filled(
        DETAILS,
        forecast=_("Forecast rule (our proposal)"),
        working=rule_working(decision, "forecast"),
        samples=_("Which sample next"),
        header=[_("Sample"), _("expected width of the 90 % interval two days later, mg/dL")],
        rows=rows,
        note=_("The smallest width is the most informative; no further dose is assumed."),
        method=method,
    )


def _cell(decision: Decision, rule: Rule) -> tuple[str, str]:
    answer = getattr(decision, rule)
    if answer.dose is None or answer.chance is None:
        return "–", no_number_words(answer)
    return percent(answer.chance), quantity_text(answer.dose.volume_ml, "mL", 1)

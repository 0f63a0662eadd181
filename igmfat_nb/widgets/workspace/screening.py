"""The screening: each question once; what the label forbids stops the dose too."""

from collections.abc import Sequence

import ipywidgets as ipw

from igmfat_nb.bedside.eligibility import ANSWER_WORDS, MEASURED, Answer
from igmfat_nb.bedside.patient import bmi
from igmfat_nb.language import _, mark
from igmfat_nb.notation import listed, number_text
from igmfat_nb.protocol import criteria
from igmfat_nb.protocol.criteria import Statement
from igmfat_nb.widgets.explorer.fields import answer_switch, follow
from igmfat_nb.widgets.explorer.inputs import FIELD_NAMES
from igmfat_nb.widgets.explorer.outcome import Outcome
from igmfat_nb.widgets.explorer.verdict_markup import crossing_note, verdict
from igmfat_nb.widgets.parts import field
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import card, fold, html, row, with_classes
from igmfat_nb.widgets.parts.markup import head
from igmfat_nb.widgets.parts.template import filled
from igmfat_nb.widgets.workspace.model import Workspace

HYPERSENSITIVITY, IGA = criteria.HYPERSENSITIVITY.code, criteria.IGA_DEFICIENCY.code
TOLERATES, NO_IGA = criteria.TOLERATES_PRODUCT.code, criteria.NO_IGA_DEFICIENCY.code
#: One question answers the label's and the trial's: its words, and what each stores.
ONCE: dict[str, tuple[str, tuple[tuple[str, str, dict[str, str]], ...]]] = {
    HYPERSENSITIVITY: (
        mark("Hypersensitivity to immunoglobulin or an excipient"),
        (
            (mark("present"), "present", {HYPERSENSITIVITY: "yes", TOLERATES: "no"}),
            (mark("absent"), "absent", {HYPERSENSITIVITY: "no", TOLERATES: "yes"}),
            (mark("unknown"), "unknown", {HYPERSENSITIVITY: "unknown", TOLERATES: "unknown"}),
        ),
    ),
    IGA: (
        mark("IgA deficiency, with or without anti-IgA"),
        (
            (mark("with"), "with", {IGA: "yes", NO_IGA: "no"}),
            (mark("without"), "without", {IGA: "yes", NO_IGA: "yes"}),
            (mark("absent"), "absent", {IGA: "no", NO_IGA: "yes"}),
            (mark("unknown"), "unknown", {IGA: "unknown", NO_IGA: "unknown"}),
        ),
    ),
}
FOLLOWS = {TOLERATES, NO_IGA}  # criteria that the questions above answer
FIRST = (criteria.SEPTIC_SHOCK, criteria.CONSENT)
REST = tuple(
    statement
    for statement in criteria.CRITERIA
    if statement not in FIRST and statement.code not in FOLLOWS and statement.code not in MEASURED
)
ASK = """<div class="ig-ask">{{ words }}<small>{{ also }}</small></div>"""
QUESTION = """<div class="ig-ask">{{ words }}{% if detail %}<details class="ig-meaning"><summary>\
{{ more }}</summary><small>{{ detail }}</small></details>{% endif %}</div>"""
MEASURED_LINE = """<ul class="ig-crit"><li class="ig-{{ answer }}">\
<i role="img" aria-label="{{ said }}"></i><div>{{ words }}</div>\
{% if waits %}<small>{{ value }}</small>{% else %}<span>{{ value }}</span>{% endif %}</li></ul>"""


def screening_panel(work: Workspace) -> ipw.VBox:
    """Verdict; the label's two questions; what the patient answers; the rest folded."""
    model = work.explorer
    judged, note = html(), html()

    def show(outcome: Outcome) -> None:
        judged.value, note.value = verdict(outcome), crossing_note(outcome)

    follow(model, show)
    measured = [one for one in criteria.CRITERIA if one.code in MEASURED]
    rest = with_classes(_questions(work, REST), "ig-print-too")
    return card(
        [
            html(value=head(_("Screening"))),
            judged,
            *(_once(work, code) for code in ONCE),
            _questions(work, FIRST),
            with_classes(lean.VBox([_measured(work, one) for one in measured]), "ig-criteria"),
            note,
            fold(_("{count} more questions").format(count=len(REST)), rest),
        ]
    )


def stored_as(code: str, answers: dict[str, str]) -> str:
    """Which button says what is stored; none where a file holds what no button says."""
    for _words, name, stores in ONCE[code][1]:
        if all(answers.get(one, "unknown") == answer for one, answer in stores.items()):
            return name
    return ""


def _once(work: Workspace, code: str) -> ipw.Box:
    words, options = ONCE[code]
    stores = {name: stored for _words, name, stored in options}
    model = work.explorer

    def enter(name: str) -> None:
        model.answers = {**model.answers, **stores[name]}

    followed = field.Followed(
        model, "outcome", value=lambda: stored_as(code, model.answers), enter=enter
    )
    switch = field.switch(followed, "", [(_(shown), name) for shown, name, _stored in options])
    asked = filled(ASK, words=_(words), also=_("also stops the dose (label)"))
    return row(html(value=asked), with_classes(switch, "ig-seg-small"), css="ig-question")


def _questions(work: Workspace, statements: Sequence[Statement]) -> ipw.VBox:
    rows = [
        row(html(value=_question(one)), answer_switch(work.explorer, one.code), css="ig-question")
        for one in statements
    ]
    return with_classes(lean.VBox(rows), "ig-criteria")


def _question(statement: Statement) -> str:
    detail = _(statement.detail) if statement.detail else ""
    return filled(QUESTION, words=_(statement.wording), detail=detail, more=_("meaning"))


def _measured(work: Workspace, statement: Statement) -> ipw.HTML:
    """A criterion that the fields above answer; it says so while it waits for them."""
    shown = html()

    def show(outcome: Outcome) -> None:
        lines = outcome.eligibility.lines if outcome.eligibility else ()
        line = next((one for one in lines if one.statement == statement), None)
        answer: Answer = line.answer if line else "unknown"
        shown.value = filled(
            MEASURED_LINE,
            answer=answer,
            said=_(ANSWER_WORDS[answer]),
            words=_(statement.wording),
            value=_value(outcome, statement),
            waits=answer == "unknown",
        )

    follow(work.explorer, show)
    return shown


def _value(outcome: Outcome, statement: Statement) -> str:
    """What the criterion is read from, or which field it waits for."""
    found = outcome.findings
    fields: dict[str, float | None] = {"age_years": found.age_years}
    if statement.code == criteria.LOW_TITRE.code:
        fields = {"igm": found.igm_mg_dl}
    elif statement.code == criteria.BMI_LIMIT.code:
        fields = {"height_cm": found.height_cm, "weight_kg": found.weight_kg}
    missing = [_(FIELD_NAMES[name]) for name, value in fields.items() if value is None]
    if missing:
        return _("waits for {fields}").format(fields=listed(missing))
    if found.weight_kg is not None and found.height_cm is not None and "height_cm" in fields:
        return number_text(bmi(found.weight_kg, found.height_cm), 1)
    return number_text(next(iter(fields.values())) or 0.0, 2)

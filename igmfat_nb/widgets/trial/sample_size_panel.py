"""Sample sizes on a page: four formulas, what 356 can detect, what gives 356."""

from html import escape

import ipywidgets as ipw

from igmfat_nb.errors import IgmFatError
from igmfat_nb.language import _, mark
from igmfat_nb.tables.trial import reconstruction_rows, sample_size_row
from igmfat_nb.trial.sample_size import METHODS, Comparison, DropoutRule
from igmfat_nb.units import parse_number
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import card, html, row, with_classes
from igmfat_nb.widgets.parts.markup import head, paragraph
from igmfat_nb.widgets.parts.page import page_of

_FIELDS = (  # key, label, name in a refusal, value at first
    ("control", mark("Deaths, standard arm"), mark("The control proportion"), "0.45"),
    ("treated", mark("Deaths, personalised"), mark("The treated proportion"), "0.30"),
    ("power", mark("Power"), mark("The power"), "0.8"),
    ("alpha", mark("Alpha, two-sided"), mark("Alpha"), "0.05"),
    ("dropout", mark("Drop-out"), mark("The drop-out"), "0.10"),
)
_RULES: tuple[tuple[str, DropoutRule], ...] = (
    ("n ÷ (1 − d)", "divide"),
    ("n × (1 + d)", "multiply"),
)


def sample_size_panel(**typed: str) -> ipw.VBox:
    """Fields on the left; on the right a table by method, or why there is none.

    Parameters
    ----------
    **typed : str
        What stands in a field at first: control, treated, power, alpha, dropout.
    """
    texts = {
        key: lean.Text(value=typed.get(key, value), description=_(label), continuous_update=False)
        for key, label, _name, value in _FIELDS
    }
    rule = lean.Dropdown(options=_RULES, value="divide", description=_("Drop-out rule"))
    answer = html()

    def show(_change: object = None) -> None:
        answer.value = _answer({key: text.value for key, text in texts.items()}, rule.value)

    for widget in (*texts.values(), rule):
        widget.observe(show, "value")
    show()
    boxes = [with_classes(lean.VBox([one]), "ig-field") for one in (*texts.values(), rule)]
    pairs = [row(*boxes[i : i + 2]) for i in range(0, len(boxes), 2)]
    aside = with_classes(
        lean.VBox([card([html(value=head(_("Sample size"))), *pairs])]), "ig-aside"
    )
    cards = [
        card([html(value=head(_("Patients by method"))), answer]),
        card([html(value=_known())]),
    ]
    main = with_classes(lean.VBox(cards), "ig-main")
    return page_of(with_classes(lean.Box([aside, main]), "ig-page"))


def _answer(texts: dict[str, str], rule: DropoutRule) -> str:
    try:
        numbers = {
            key: parse_number(texts[key], _(name), low=0, high=1)
            for key, _label, name, _v in _FIELDS
        }
        lost = numbers.pop("dropout")
        rows = [
            sample_size_row(Comparison(**numbers, method=method), lost, rule) for method in METHODS
        ]
    except IgmFatError as error:
        return paragraph("ig-blank", str(error))
    heads = (
        _("method"),
        _("per arm"),
        _("exact power"),
        _("total with drop-out"),
        _("356 detect"),
    )
    note = _(
        "Per arm: before drop-out, rounded up; enumerated where too few for the formula. Exact"
        " power: of the chi-square test with so many. Total: drop-out applied to each arm, rounded"
        " up. The last column is the personalised arm's mortality that 356 patients, less the"
        " drop-out, can tell from the standard arm's."
    )
    if rule == "multiply" and lost:
        note += " " + _("n × (1 + d) leaves fewer than needed after drop-out.")
    return _table(heads, rows) + paragraph("ig-note", note)


def _known() -> str:
    note = _(
        "Round assumptions that give 356, two-sided 5 %, power 80 %. This is reconstruction, not"
        " the protocol: the trial's own assumptions could not be read."
    )
    heads = (
        _("standard"),
        _("personal\N{SOFT HYPHEN}ised"),  # seven columns on a phone
        _("method"),
        _("per arm"),
        _("drop-out"),
        _("rule"),
        _("rounded"),
    )
    table = _table(heads, reconstruction_rows())
    return head(_("What gives 356")) + table + paragraph("ig-note", note)


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    first = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>" for cells in rows
    )
    table = f"<table class='ig-table ig-tight'><thead><tr>{first}</tr></thead>{body}</table>"
    return f"<div class='ig-scroll'>{table}</div>"

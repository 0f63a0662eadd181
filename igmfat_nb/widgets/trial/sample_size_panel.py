"""Sample sizes on a page: four formulas with the exact rate beside each, and what gives 356."""

from collections.abc import Mapping

import ipywidgets as ipw
import traitlets as tl
from markupsafe import Markup

from igmfat_nb.errors import IgmFatError, ImplausibleInput
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.tables.trial import reconstruction_rows, sample_size_row
from igmfat_nb.trial.sample_size import (
    METHODS,
    Comparison,
    DropoutRule,
    exact_power,
    patients_per_arm,
    total,
)
from igmfat_nb.trial.words import METHOD_WORDS, percent
from igmfat_nb.units import parse_number
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.controls import card, html, row, with_classes
from igmfat_nb.widgets.parts.field import Followed, framed, text_field
from igmfat_nb.widgets.parts.markup import head, paragraph
from igmfat_nb.widgets.parts.page import page_of
from igmfat_nb.widgets.trial.markup import part

_FIELDS = {  # key: label, name in a refusal, share at first
    "control": (mark("Deaths, standard"), mark("The control proportion"), 0.45),
    "treated": (mark("Deaths, personalised"), mark("The treated proportion"), 0.30),
    "power": (mark("Power"), mark("The power"), 0.8),
    "alpha": (mark("Alpha, two-sided"), mark("Alpha"), 0.05),
    "dropout": (mark("Drop-out"), mark("The drop-out"), 0.10),
}
_RULES: tuple[tuple[str, DropoutRule], ...] = (
    ("n ÷ (1 − d)", "divide"),
    ("n × (1 + d)", "multiply"),
)


class SampleSizeModel(tl.HasTraits):
    """Per cent as typed; shares, or one sentence for each refused one."""

    texts = tl.Dict()
    rule = tl.Unicode("divide")
    typed = tl.Tuple(({}, {}))  # shares, sentences

    def __init__(self, shares: Mapping[str, float]) -> None:
        super().__init__()
        self.observe(self._read, "texts")
        self.texts = {
            key: f"{100 * shares.get(key, usual):.12g}"
            for key, (_label, _name, usual) in _FIELDS.items()
        }

    def enter(self, key: str, text: str) -> None:
        """Take what somebody typed into a field."""
        self.texts = {**self.texts, key: text}

    def _read(self, _change: object) -> None:
        found, refused = {}, {}
        for key, (_label, name, _usual) in _FIELDS.items():
            try:
                found[key] = _share(self.texts[key], _(name), from_zero=key == "dropout")
            except IgmFatError as error:
                refused[key] = str(error)
        self.typed = (found, refused)


def _share(text: str, name: str, *, from_zero: bool) -> float:
    """A typed percentage as a share: between 0 and 100, or from 0 on."""
    number = parse_number(text, name, unit="%", low=0, high=100)
    if not (0 < number < 100 or (from_zero and number == 0)):
        message = _("{name} is {number} %; expected a number between 0 and 100.")
        raise ImplausibleInput(message.format(name=name, number=number_text(number, 6)))
    return round(number / 100, 12)


def sample_size_panel(**shares: float) -> ipw.VBox:
    """Fields on the left; on the right the answer, its formulas, and what gives 356.

    Parameters
    ----------
    **shares : float
        What stands in a field at first, as shares: control, treated, power, alpha, dropout.
    """
    model = SampleSizeModel(shares)
    fields = {
        key: text_field(
            Followed(
                model,
                ["texts", "typed"],
                value=lambda key=key: model.texts[key],  # type: ignore[misc]
                enter=lambda text, key=key: model.enter(key, text),  # type: ignore[misc]
                refused=lambda key=key: model.typed[1].get(key, ""),  # type: ignore[misc]
                name=key,
            ),
            _(label),
            "%",
        )
        for key, (label, _name, _usual) in _FIELDS.items()
    }
    boxes = [*fields.values(), _rule(model)]
    pairs = [row(*boxes[place : place + 2]) for place in range(0, len(boxes), 2)]
    answer = html()

    def show(_change: object = None) -> None:
        answer.value = _answer(model)

    model.observe(show, ["typed", "rule"])
    show()
    aside = with_classes(lean.VBox([card([html(value=head(_("Question"))), *pairs])]), "ig-aside")
    main = with_classes(lean.VBox([card([answer, html(value=_known())])]), "ig-main")
    return page_of(with_classes(lean.Box([aside, main]), "ig-page"))


def _rule(model: SampleSizeModel) -> ipw.VBox:
    select = lean.Dropdown(options=_RULES, value=model.rule, description=_("Drop-out rule"))
    tl.link((model, "rule"), (select, "value"))
    of = Followed(model, "rule", lambda: model.rule, lambda rule: setattr(model, "rule", rule))
    return framed(of, [select])


def _answer(model: SampleSizeModel) -> str:
    typed, refused = model.typed
    if refused:
        waiting = _("Waiting for: {what}").format(what=" ".join(refused.values()))
        return paragraph("ig-blank", waiting)
    shares = dict(typed)
    lost = shares.pop("dropout")
    rule: DropoutRule = "multiply" if model.rule == "multiply" else "divide"
    try:
        rows = [
            sample_size_row(Comparison(**shares, method=method), lost, rule) for method in METHODS
        ]
        sentence = _sentence(Comparison(**shares), lost, rule)
    except IgmFatError as error:
        return paragraph("ig-blank", str(error))
    rows = [(_(METHOD_WORDS[row[0]]), *row[1:]) for row in rows]
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
    return part("verdict", sentence, [], "") + _table(heads, rows) + part("note", note)


def _sentence(comparison: Comparison, lost: float, rule: DropoutRule) -> str:
    """The first formula's answer in words, with the power that so many really have."""
    per_arm = patients_per_arm(comparison)
    texts = {
        "n": number_text(total(per_arm, lost, rule)), "a": percent(comparison.control),
        "b": percent(comparison.treated), "lost": percent(lost),
    }  # fmt: skip
    power = exact_power(comparison, per_arm)
    if power is None:
        return _("{n} patients tell {a} from {b} % deaths apart, {lost} % lost.").format(**texts)
    line = _("{n} patients, {lost} % lost, tell {a} from {b} % deaths apart with {power} % power.")
    return line.format(power=percent(power), **texts)


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
    rows = [(*row[:2], _(METHOD_WORDS[row[2]]), *row[3:]) for row in reconstruction_rows()]
    table = _table(heads, rows) + part("note", note)
    return part("folded", _("What gives 356"), table)


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> Markup:
    return part("wide_table", heads, rows)

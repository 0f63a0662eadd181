"""The design of a virtual trial as fields: what is asked, what is assumed, where it comes from."""

from collections.abc import Callable, Sequence

import ipywidgets as ipw

from igmfat_nb.bedside.readings import editions
from igmfat_nb.courses.population import CLEARANCE, SCENARIOS
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.trial.named_arms import NAMED_ARMS
from igmfat_nb.trial.words import arm_word
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import layout_when
from igmfat_nb.widgets.parts.controls import Option, card, fold, html, row, with_classes
from igmfat_nb.widgets.parts.field import Followed, choice_field, framed, text_field
from igmfat_nb.widgets.parts.markup import head, paragraph
from igmfat_nb.widgets.parts.template import filled
from igmfat_nb.widgets.trial.model import TrialModel
from igmfat_nb.widgets.trial.tools import design_tools
from igmfat_nb.widgets.trial.typed import CHOICES, FIELDS, PRESETS

_UNREAD = mark(
    "Assumed: only 1:1 is published; the trial's method of allocation and its interim looks could"
    " not be read."
)


def design_card(model: TrialModel) -> ipw.VBox:
    """Every choice, the design's file, and the command that runs the same."""
    return card(
        [
            html(value=head(_("Design"))),
            _start(model),
            row(_arm(model, "first_arm", _("Arm 1")), _arm(model, "second_arm", _("Arm 2"))),
            _text(model, "patients", _("Patients")),
            *_deaths(model),
            *_conduct(model),
            _title(_("Run")),
            row(_text(model, "replicates", _("Trials")), _text(model, "seed", _("Seed"))),
            html(value=paragraph("ig-note", _assumed())),
            design_tools(model),
        ],
        "ig-design",
    )


def _assumed() -> str:
    return _(
        "Bodies, exclusions, vasopressor and survival times are round assumptions of this"
        " software. So is the equation of the personalised dose: the trial's is not known. Nobody"
        " is lost in these trials."
    )


def _title(text: str) -> ipw.HTML:
    return html("ig-part", value=filled("<h3>{{ text }}</h3>", text=text))


def _followed(model: TrialModel, name: str, *more: str) -> Followed:
    return Followed(
        model,
        [name, "typed", *more],
        value=lambda: str(getattr(model, name)),
        enter=lambda word: setattr(model, name, word),
        refused=lambda: model.typed.refused.get(name, ""),
        name=name,
    )


def _text(model: TrialModel, name: str, label: str, unit: str = "") -> ipw.VBox:
    return text_field(_followed(model, name), label, unit)


def _choice(model: TrialModel, name: str, label: str, options: Sequence[Option]) -> ipw.VBox:
    field = choice_field(_followed(model, name), label, options)
    field.children[0].add_class("ig-seg-wide")
    return field


def _dropdown(of: Followed, label: str, options: Callable[[], Sequence[Option]]) -> ipw.VBox:
    """One of several, which may change with the model."""
    select = lean.Dropdown(options=list(options()), description=label)

    def show() -> None:
        if tuple(select.options) != tuple(options()):
            select.options = list(options())
        select.value = of.value()

    of.show(show)
    of.named(select)
    select.observe(of.entered, "value")
    return framed(of, [select])


def _start(model: TrialModel) -> ipw.VBox:
    def options() -> list[Option]:
        own = [] if model.preset else [(_("your own"), "")]
        return [*own, *((_(name), key) for key, name in PRESETS.items())]

    def enter(key: str) -> None:
        if key:
            model.start_from(key)

    of = Followed(model, [*FIELDS, *CHOICES, "typed"], lambda: model.preset, enter, name="preset")
    return _dropdown(of, _("Start from"), options)


def _arm(model: TrialModel, name: str, label: str) -> ipw.VBox:
    def options() -> list[Option]:
        readings = {one.name: one.title for one in editions()}
        line = _("Reading: {title}")
        return [
            (line.format(title=_(readings[arm])), arm)
            if arm in readings and arm not in NAMED_ARMS
            else (_capital(arm_word(arm)), arm)
            for arm in model.own_arms
        ]

    return _dropdown(_followed(model, name, "own_arms"), label, options)


def _deaths(model: TrialModel) -> list[ipw.Widget]:
    """Deaths by day 28: set for each arm, or a consequence of the time at target."""
    ways = [(_("set"), "set"), (_("by time at target"), "exposure")]
    set_note = html()
    set_fields = lean.VBox(
        [
            row(
                _text(model, "first_mortality", _("Deaths, arm 1"), "%"),
                _text(model, "second_mortality", _("Deaths, arm 2"), "%"),
            ),
            set_note,
        ]
    )
    evidence = _(
        "Zero unless you change it: evidence that IgM matters for survival is inconsistent, and"
        " the largest cohort finds no link. Any other value is your assumption."
    )
    exposure_fields = lean.VBox(
        [
            row(
                _text(model, "baseline_mortality", _("Deaths, never at target"), "%"),
                _text(model, "effect", _("Log odds per day at target")),
            ),
            html(value=paragraph("ig-note", evidence)),
        ]
    )
    set_note.value = paragraph(
        "ig-note",
        _(
            "Assumed. 45 and 30\N{NO-BREAK SPACE}% are one reconstruction that gives 356 patients,"
            " 10\N{NO-BREAK SPACE}% of them lost; the trial's own assumption could not be read, and"
            " no effect on death is known."
        ),
    )

    def show(_change: object = None) -> None:
        set_fields.layout = layout_when(shown=model.deaths == "set")
        exposure_fields.layout = layout_when(shown=model.deaths != "set")

    model.observe(show, "deaths")
    show()
    parts = [with_classes(one, "ig-stack") for one in (set_fields, exposure_fields)]
    return [_title(_("Deaths by day 28")), _choice(model, "deaths", "", ways), *parts]


def _conduct(model: TrialModel) -> list[ipw.Widget]:
    methods = [
        (_("blocks"), "permuted-blocks"),
        (_("simple"), "simple"),
        (_("minimised"), "minimisation"),
    ]
    looks = [(_("no look"), "none"), (_("at half"), "half"), (_("at thirds"), "thirds")]
    scenarios = [(f"× {number_text(CLEARANCE[name].value, 2)}", name) for name in SCENARIOS]
    rest = lean.VBox(
        [
            _choice(model, "scenario", _("True clearance, of a healthy person's"), scenarios),
            row(
                _text(model, "missed_samples", _("Titres not drawn"), "%"),
                _text(model, "late_infusion_h", _("Doses late by up to"), "h"),
            ),
            _text(model, "price_eur_per_ml", _("Price of opened vials"), "EUR/mL"),
            html(
                value=paragraph(
                    "ig-note", _("Assumed; the price is an Italian list price of 2019, indicative.")
                )
            ),
        ]
    )
    return [
        _title(_("Conduct")),
        _choice(model, "allocation", _("Allocation"), methods),
        _choice(model, "looks", _("Interim look (O'Brien-Fleming)"), looks),
        html(value=paragraph("ig-note", _(_UNREAD))),
        fold(_("Clearance, missed titres, delays, price"), with_classes(rest, "ig-stack")),
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""The dose that is due: at which hour, from which titre, under which rule; or why none is."""

from typing import Any

import ipywidgets as ipw

from igmfat_nb.bedside.working import formula, reading_words
from igmfat_nb.language import _, mark
from igmfat_nb.notation import quantity_text, vials_text
from igmfat_nb.protocol import constants
from igmfat_nb.tables.rule_working import rule_working
from igmfat_nb.titration import Decision, Rule
from igmfat_nb.titration.due import Due, due_doses, next_titre_h
from igmfat_nb.titration.due_words import amount, any_due, due_lines, due_title, forks
from igmfat_nb.units import HOURS_PER_DAY
from igmfat_nb.widgets.course.outcome import Answer, CourseOutcome
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import layout_when
from igmfat_nb.widgets.parts.controls import card, html, with_classes
from igmfat_nb.widgets.parts.template import filled
from igmfat_nb.widgets.workspace.alarms import course_alarms
from igmfat_nb.widgets.workspace.examples import LATE
from igmfat_nb.widgets.workspace.model import FIRST, Workspace
from igmfat_nb.widgets.workspace.words import titre_words

RULE_OF: dict[str, Rule] = {"standard": "standard", "personalised": "deficit"}
ARM = {
    "standard": ("ig-std", mark("Standard arm"), "ig-pub", mark("dose: trial · rate: label")),
    "personalised": ("ig-per", mark("Personalised arm"), "ig-ass", mark("rule: our assumption")),
}
WAITS = """<section class="ig-dose-card"><div class="ig-due"><h2>{{ title }}</h2>\
<p>{{ waiting }}</p></div></section>"""
PAGE = """<div class="ig-due"><h2>{% if due %}<b class="ig-now">{{ due }}</b>{% endif %}\
{{ title }}</h2>\
<p>{{ under }}</p></div>
{% for line in critical %}<p class="ig-stop">{{ line }}</p>{% endfor %}
<div class="ig-dose-cards">{% for card in cards %}
<section class="ig-dose-card {{ card.css }}"><header class="ig-card-head"><h2>{{ card.name }}</h2>\
<span class="ig-badge {{ card.badge }}">{{ card.origin }}</span></header>
{% if card.forks %}<div class="ig-forks">{% for fork in card.forks %}<div><h3>{{ fork.title }}</h3>\
<p class="ig-big">{{ fork.big }}{% if fork.unit %} <small>{{ fork.unit }}</small>{% endif %}\
{% if fork.badge %} <span class="ig-badge ig-ass">{{ fork.badge }}</span>{% endif %}</p>\
<p class="ig-sub">{{ fork.says }}</p></div>{% endfor %}</div>
{% else %}<p class="ig-big">{{ card.big }}{% if card.unit %} <small>{{ card.unit }}</small>\
{% endif %}</p>
{% if card.says %}<p class="ig-sub">{{ card.says }}</p>{% endif %}
{% if card.loads %}<dl class="ig-dl">{% for name, value in card.loads %}<div><dt>{{ name }}</dt>\
<dd>{{ value }}</dd></div>{% endfor %}</dl>{% endif %}{% endif %}
{% if card.reading %}<p class="ig-note">{{ card.reading }}</p>{% endif %}
{% if card.working %}<p class="ig-work ig-print-only">{% for line in card.working %}{{ line }}\
{% if not loop.last %}<br>{% endif %}{% endfor %}</p>\
<details class="ig-details"><summary>{{ card.formula }}</summary>\
<p class="ig-work">{% for line in card.working %}{% if not loop.first %}<br>{% endif %}{{ line }}\
{% endfor %}</p></details>{% endif %}</section>{% endfor %}</div>
<p class="ig-next">{% for name, value in next %}<span>{{ name }} <b>{{ value }}</b></span>\
{% endfor %}</p>"""


def due_panel(work: Workspace) -> ipw.VBox:
    """One card for the allocated arm; both side by side while none is."""
    shown, begin = html(), _begin(work)

    def show(_change: object = None) -> None:
        outcome = work.course.outcome
        shown.value = due_markup(work, outcome)
        begin.layout = layout_when(shown=work.course.typed.is_empty())
        work.said = said(work, outcome)

    work.course.observe(show, "outcome")
    work.observe(show, "times")
    show()
    return card([shown, begin], "ig-due-card")


def _begin(work: Workspace) -> ipw.Box:
    """What to do while there is no patient."""
    fill = with_classes(lean.Button(description=_("Fill in a synthetic patient")), "ig-btn-main")
    enter = with_classes(lean.Button(description=_("Enter a patient")), "ig-btn")

    def to_the_fields(_button: object) -> None:
        work.step = FIRST
        work.focus = ""  # asked for again, it is heard again
        work.focus = ".ig-patient input"

    fill.on_click(lambda _button: work.open_example(LATE))
    enter.on_click(to_the_fields)
    return with_classes(lean.Box([fill, enter]), "ig-buttons")


def due_markup(work: Workspace, outcome: CourseOutcome) -> str:
    """Which dose is due when, by which rule, from what; and what comes next."""
    if outcome.answer is None:
        title = _("No patient yet") if work.course.typed.is_empty() else _("No dose")
        return filled(WAITS, title=title, waiting=outcome.waiting)
    decision, aside = outcome.answer.decision, outcome.answer.aside
    cards = [_card(work, outcome.answer, one) for one in due_doses(decision)]
    due = any_due(decision, aside)
    critical = [one for one in course_alarms(outcome) if one.severity == "critical"]
    if any(card["forks"] for card in cards):
        critical = critical[1:]  # the fork below says what the first one means
    return filled(
        PAGE,
        due=_("Due now") if due else "",
        title=due_title(decision, aside, work.times),
        under=_under(work, decision),
        critical=[one.sentence for one in critical] if due else [],
        cards=cards,
        next=_next(work, decision),
    )


def said(work: Workspace, outcome: CourseOutcome) -> str:
    """The same in one sentence, for those who do not see it."""
    if outcome.answer is None:
        return outcome.waiting
    decision = outcome.answer.decision
    parts = [work.times.day(decision.situation.at_h)]
    parts += [one.sentence for one in course_alarms(outcome) if one.severity == "critical"]
    parts += due_lines(decision, outcome.answer.aside, work.times)
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts)


def _under(work: Workspace, decision: Decision) -> str:
    seen = decision.situation
    titre = seen.titres[-1]
    given = sum(dose.volume_ml for dose in seen.doses)
    message = _("Last known titre {titre}, drawn at {time}; {given} given so far.")
    return message.format(
        titre=titre_words(titre),
        time=work.times.text(titre.time_h),
        given=quantity_text(given, "mL", 1),
    )


def _card(work: Workspace, answer: Answer, one: Due) -> dict[str, Any]:
    css, name, badge, origin = ARM[one.arm]
    decision = answer.decision
    card: dict[str, Any] = {
        "css": css, "name": _(name), "badge": badge, "origin": _(origin), "forks": [],
        "working": [], "loads": [], "reading": "",
    }  # fmt: skip
    if one.arm == "personalised":
        card["reading"] = reading_words(decision.assumptions.rule)
    if ways := forks(decision, one, answer.aside, work.times):
        card["forks"] = ways
        return card
    return card | _amount(work, decision, one)


def _amount(work: Workspace, decision: Decision, one: Due) -> dict[str, Any]:
    """The volume with what goes with it, or why there is none."""
    dose = one.answer.dose
    said_of = amount(decision, one, work.times)
    volume = {"big": said_of.big, "unit": said_of.unit, "says": said_of.says}
    if one.answer.ends is not None:
        working = rule_working(decision, RULE_OF[one.arm])
        return volume | {"formula": _("How was this calculated?"), "working": working}
    if one.none_because or dose is None:
        return volume | {"formula": "", "working": []}
    vials = _("vials {vials}").format(vials=vials_text(dose.vials))
    loads = [
        (_("Rate"), quantity_text(dose.rate_ml_h, "mL/h", 1)),
        (_("Runs"), _runs(work, one, dose.duration_h)),
        (_("Per weight"), quantity_text(dose.volume_ml_per_kg, "mL/kg", 1)),
    ]
    steps = one.answer.steps
    line = formula(steps, decision.assumptions.rule) if steps else ""
    return volume | {
        "says": vials,
        "loads": loads,
        "formula": line or _("How was this calculated?"),
        "working": rule_working(decision, RULE_OF[one.arm]),
    }


def _runs(work: Workspace, one: Due, duration_h: float) -> str:
    hours = quantity_text(duration_h, "h", 1)
    end = work.times.until(one.start_h, one.start_h + duration_h)
    return _("{hours} to {end}").format(hours=hours, end=end)


def _next(work: Workspace, decision: Decision) -> list[tuple[str, str]]:
    """When the next titre is due, and when dosing ends."""
    lines, due_h, at_h = [], next_titre_h(decision), decision.situation.at_h
    if due_h is not None and decision.situation.case.arm != "standard":
        name = _("Next titre") if due_h >= at_h else _("Titre overdue since")
        lines.append((name, work.times.text(due_h)))
    standard_h = constants.STANDARD_DAYS.value * HOURS_PER_DAY
    if decision.situation.case.arm == "standard" and at_h < standard_h:
        lines.append((_("Ends"), work.times.text(standard_h)))
    elif decision.stop is None and decision.situation.case.arm != "standard":
        last_h = constants.PERSONALISED_MAX_DAYS.value * HOURS_PER_DAY
        ends = _("with vasopressors, at the latest {time}").format(time=work.times.text(last_h))
        lines.append((_("Ends"), ends))
    return lines

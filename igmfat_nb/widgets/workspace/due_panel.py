"""The dose that is due: at which hour, from which titre, under which rule; or why none is."""

from typing import Any

import ipywidgets as ipw

from igmfat_nb.bedside.working import formula, reading_words
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text, quantity_text, vials_text
from igmfat_nb.protocol import constants
from igmfat_nb.tables.rule_working import no_number_words, rule_working
from igmfat_nb.titration import Decision, Rule
from igmfat_nb.titration.due import Due, due_doses, next_titre_h
from igmfat_nb.units import HOURS_PER_DAY
from igmfat_nb.widgets.course.outcome import Answer, Aside, CourseOutcome
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
    doses = due_doses(decision)
    others = due_doses(aside.decision) if aside else doses
    cards = [
        _card(work, outcome.answer, one, other) for one, other in zip(doses, others, strict=True)
    ]
    asked = aside is not None and not decision.stop
    any_due = asked or any(not one.none_because for one in doses)
    critical = [one for one in course_alarms(outcome) if one.severity == "critical"]
    if any(card["forks"] for card in cards):
        critical = critical[1:]  # the fork below says what the first one means
    return filled(
        PAGE,
        due=_("Due now") if any_due else "",
        title=_title(work, decision, any_due=any_due),
        under=_under(work, decision),
        critical=[one.sentence for one in critical] if any_due else [],
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
    for one in due_doses(decision):
        volume = _none_because(work, decision, one) or quantity_text(one.volume_ml or 0.0, "mL", 1)
        if one.answer.ends is not None:
            volume = no_number_words(one.answer)
        parts.append(f"{_(ARM[one.arm][1])}: {volume}")
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts)


def _title(work: Workspace, decision: Decision, *, any_due: bool) -> str:
    start_h = decision.situation.start_h
    if not any_due:
        return _("No dose due on day {day}").format(day=work.times.number(decision.situation.at_h))
    message = _("Dose of day {day}, from {time}")
    return message.format(day=work.times.number(start_h), time=work.times.text(start_h))


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


def _card(work: Workspace, answer: Answer, one: Due, other: Due) -> dict[str, Any]:
    css, name, badge, origin = ARM[one.arm]
    decision, aside = answer.decision, answer.aside
    card: dict[str, Any] = {
        "css": css, "name": _(name), "badge": badge, "origin": _(origin), "forks": [],
        "working": [], "loads": [], "reading": "",
    }  # fmt: skip
    if one.arm == "personalised":
        card["reading"] = reading_words(decision.assumptions.rule)
    if aside is not None and one.arm == "personalised" and not decision.stop:
        card["forks"] = _forks(work, answer, aside, (one, other))
        return card
    return card | _amount(work, decision, one)


def _amount(work: Workspace, decision: Decision, one: Due) -> dict[str, Any]:
    """The volume with what goes with it, or why there is none."""
    dose = one.answer.dose
    if one.answer.ends is not None:
        return _between(decision, one)
    if one.none_because or dose is None:
        big, unit = ("–", "") if dose is None else ("0", "mL")
        says = _none_because(work, decision, one)
        return {"big": big, "unit": unit, "says": says, "formula": "", "working": []}
    vials = _("vials {vials}").format(vials=vials_text(dose.vials))
    loads = [
        (_("Rate"), quantity_text(dose.rate_ml_h, "mL/h", 1)),
        (_("Runs"), _runs(work, one, dose.duration_h)),
        (_("Per weight"), quantity_text(dose.volume_ml_per_kg, "mL/kg", 1)),
    ]
    steps = one.answer.steps
    line = formula(steps, decision.assumptions.rule) if steps else ""
    return {
        "big": number_text(dose.volume_ml, 1),
        "unit": _("mL"),
        "says": vials,
        "loads": loads,
        "formula": line or _("How was this calculated?"),
        "working": rule_working(decision, RULE_OF[one.arm]),
    }


def _none_because(work: Workspace, decision: Decision, one: Due) -> str:
    """Why nothing is due, in the page's times; empty where a dose is."""
    seen = decision.situation
    stopped_h = seen.case.vasopressor_stopped_h
    if one.arm == "standard" or not decision.stop or seen.contraindicated():
        return one.none_because
    if stopped_h is not None and stopped_h <= seen.at_h:
        message = _("Vasopressors stopped at {time}: the personalised arm gives no further dose.")
        return message.format(time=work.times.text(stopped_h))
    message = _("The personalised arm ends after its {days} days, with or without vasopressors.")
    return message.format(days=constants.PERSONALISED_MAX_DAYS.value)


def _between(decision: Decision, one: Due) -> dict[str, Any]:
    """Of a titre below the assay's limit: the doses at the limit and at 0."""
    return {
        "big": _range(one),
        "unit": _("mL"),
        "says": no_number_words(one.answer),
        "formula": _("How was this calculated?"),
        "working": rule_working(decision, RULE_OF[one.arm]),
    }


def _runs(work: Workspace, one: Due, duration_h: float) -> str:
    hours = quantity_text(duration_h, "h", 1)
    end = work.times.until(one.start_h, one.start_h + duration_h)
    return _("{hours} to {end}").format(hours=hours, end=end)


def _range(one: Due) -> str:
    """The doses at the assay's limit and at 0."""
    at_0, at_limit = (end.dose.volume_ml if end.dose else 0.0 for end in one.answer.ends or ())
    return f"{number_text(at_limit, 1)}–{number_text(at_0, 1)}"


def _forks(
    work: Workspace, answer: Answer, aside: Aside, dues: tuple[Due, Due]
) -> list[dict[str, str]]:
    """The dose if the outlying titre is right, and if it is set aside."""
    value, (one, other) = aside.titre.text(1), dues
    title = _("If {titre} is right").format(titre=value)
    right = _fork(work, title, answer.decision, one) | {"badge": _("provisional")}
    without = _fork(work, _("If it is set aside"), aside.decision, other)
    if other.volume_ml is None and other.answer.ends is None:
        now = aside.decision.titre_now_mg_dl
        message = _("None of today is left to dose by. The curve reads {mid} ({low}–{high}) mg/dL.")
        mid, low, high = (number_text(now[name]) for name in ("p50", "p5", "p95"))
        without |= {
            "big": _("Needs a new titre"), "unit": "",
            "says": message.format(mid=mid, low=low, high=high),
        }  # fmt: skip
    return [right, without]


def _fork(work: Workspace, title: str, decision: Decision, due: Due) -> dict[str, str]:
    big, says = number_text(due.volume_ml or 0.0, 1), _none_because(work, decision, due)
    if due.answer.ends is not None:
        big, says = _range(due), no_number_words(due.answer)
    return {"title": title, "big": big, "unit": _("mL"), "badge": "", "says": says}


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

"""The strip that never scrolls away: who, last titre, now, arm, alarms, saved or not."""

import ipywidgets as ipw

from igmfat_nb.case.parts import vasopressor_words
from igmfat_nb.case.typed import TypedCase
from igmfat_nb.language import _, mark, ngettext
from igmfat_nb.notation import quantity_text
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import layout_when
from igmfat_nb.widgets.parts.controls import html, with_classes
from igmfat_nb.widgets.parts.template import filled
from igmfat_nb.widgets.workspace.alarms import Alarm, course_alarms, first_alarms
from igmfat_nb.widgets.workspace.desk import CaseDesk
from igmfat_nb.widgets.workspace.model import FIRST, Workspace
from igmfat_nb.widgets.workspace.words import titre_words

ARMS = (
    (mark("not yet"), ""),
    (mark("standard"), "standard"),
    (mark("personalised"), "personalised"),
)
SEX = {"female": mark("female"), "male": mark("male")}
WHO = """<div class="ig-who"><b>{{ name }}</b>{% if parts %}<span>{% for text, bad in parts %}\
{{ ' · ' if not loop.first }}<span{% if bad %} class="ig-bad-word"{% endif %}>{{ text }}</span>\
{% endfor %}</span>{% endif %}</div>
{% for label, value, under in facts %}
<div class="ig-fact"><small>{{ label }}</small><b>{{ value }}</b><span>{{ under }}</span></div>
{% endfor %}"""
ALARMS = """<div class="ig-fact ig-alarms"><small>{{ title }}</small><span>\
{% for css, text in counts %}\
<b class="ig-sev {{ css }}"><i></i>{{ text }}</b>{% endfor %}</span></div>"""
SAVED = """<span class="ig-saved">{{ text }}</span>"""


def strip(work: Workspace, desk: CaseDesk) -> ipw.Box:
    """Build it; the desk's buttons stand at its end."""
    who, alarms, saved = html("ig-strip-who"), html("ig-strip-alarms"), html("ig-strip-saved")
    arm = _arm(work)

    def show(_change: object = None) -> None:
        who.value = _who(work)
        alarms.value = _alarms(work)
        arm.layout = layout_when(shown=not work.course.typed.is_empty())
        saved.value = filled(SAVED, text=_saved(work))

    work.course.observe(show, ["typed", "outcome", "changed_at"])
    work.explorer.observe(show, "outcome")
    work.observe(show, ["step", "unsaved", "kept_in_browser", "times"])
    show()
    shown_as = _times_switch(work)
    return with_classes(lean.Box([who, arm, alarms, saved, shown_as, desk]), "ig-strip")


def _arm(work: Workspace) -> ipw.VBox:
    """The allocated arm: read here, and chosen here."""
    chosen = lean.Dropdown(
        options=[(_(name), word) for name, word in ARMS], value="", description=_("Arm")
    )
    under = html("ig-arm-under")

    def show(_change: object = None) -> None:
        typed = work.course.typed
        chosen.value = typed.arm if typed.arm in {word for _name, word in ARMS} else ""
        under.value = filled("{{ text }}", text=vasopressors(typed))

    def enter(change: dict[str, str]) -> None:
        if change["new"] != work.course.typed.arm:
            work.course.change("arm", change["new"])

    work.course.observe(show, "typed")
    chosen.observe(enter, "value")
    show()
    return with_classes(lean.VBox([chosen, under]), "ig-field", "ig-strip-arm")


def vasopressors(typed: TypedCase) -> str:
    """What is known of them, be the stop readable or not."""
    return vasopressor_words(stopped=bool(typed.vasopressor_stopped_h.strip()))


def _times_switch(work: Workspace) -> ipw.ToggleButtons:
    """Clock or hours; the clock only once the date of hour zero is known."""
    options = [(_("Clock"), "clock"), (_("Hours"), "hours")]
    switch = with_classes(
        lean.ToggleButtons(options=options, value=work.shown_as, description=""),
        "ig-seg",
        "ig-seg-small",
        "ig-strip-times",
    )

    def show(_change: object = None) -> None:
        switch.value = work.shown_as

    work.observe(show, "shown_as")
    switch.observe(lambda change: setattr(work, "shown_as", change["new"]), "value")
    return switch


def _who(work: Workspace) -> str:
    typed, reading = work.course.typed, work.course.reading
    if typed.is_empty():
        return filled(WHO, name=_("No patient yet"), parts=[], facts=[])
    refused = reading.refused
    parts = [(_(SEX[typed.sex]), False)] if typed.sex in SEX else []
    for field, unit, bad in (
        ("age_years", _("y"), _("age refused")),
        ("weight_kg", "kg", _("weight refused")),
    ):
        value = reading.patient.number(field)
        if value is not None:
            parts.append((quantity_text(value, unit, 1), False))
        elif field in refused:
            parts.append((bad, True))
    return filled(
        WHO, name=typed.subject.strip() or _("no pseudonym"), parts=parts, facts=_facts(work)
    )


def _facts(work: Workspace) -> list[tuple[str, str, str]]:
    """Last titre with its time; now."""
    times, case = work.times, work.course.reading.case
    facts = []
    if case is None:
        first = work.course.reading.patient.number("igm_mg_dl")
        if first is not None:
            facts.append((_("First titre"), quantity_text(first, "mg/dL", 2), times.text(0.0)))
        return facts
    now_h = work.now_h
    known = case.titres_known(now_h) or case.titres[:1]
    last = known[-1]
    facts.append((_("Last titre"), titre_words(last), times.text(last.time_h)))
    facts.append((_("Now"), times.day(now_h), times.both(now_h)))
    return facts


def _alarms(work: Workspace) -> str:
    if work.course.typed.is_empty():
        return ""
    found = [one.severity for one in alarms_of(work)]
    counts = []
    if number := found.count("critical"):
        words = ngettext("{n} critical", "{n} critical", number)
        counts.append(("ig-sev-critical", words.format(n=number)))
    if number := found.count("check"):
        words = ngettext("{n} to check", "{n} to check", number)
        counts.append(("ig-sev-check", words.format(n=number)))
    return filled(ALARMS, title=_("Alarms"), counts=counts or [("ig-sev-none", _("none"))])


def alarms_of(work: Workspace) -> tuple[Alarm, ...]:
    """Alarms of the step that is open; of a course that goes on, the course's on both."""
    if work.step == FIRST and not work.course.typed.goes_on():
        return first_alarms(work.explorer.outcome)
    return course_alarms(work.course.outcome)


def _saved(work: Workspace) -> str:
    if work.course.typed.is_empty():
        return ""
    when = work.course.changed_at[-5:]
    if work.kept_in_browser:
        return _("Kept in this browser {when}").format(when=when).strip()
    if work.unsaved:
        return _("Not saved")
    return _("Saved") if work.was_saved else _("As opened")

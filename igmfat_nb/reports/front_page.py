"""The first page of a patient report: who, what to know, what is due, how it was worked out."""

from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from igmfat_nb.bedside.answer import ARM_TITLE, BedsideAnswer
from igmfat_nb.bedside.dosing import Arm
from igmfat_nb.bedside.patient import Body
from igmfat_nb.case import Case, case_text
from igmfat_nb.case.parts import EVENT_WORDS, vasopressor_words
from igmfat_nb.case.typed import kept_text, typed_case
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text, quantity_text, vials_text
from igmfat_nb.reports.section import Section, made, paragraph, table, titled, working
from igmfat_nb.tables.rule_working import rule_working
from igmfat_nb.titration import Decision, Rule, course_rows
from igmfat_nb.titration.aside import SetAside
from igmfat_nb.titration.due import Due, day_of, due_doses, next_titre_h
from igmfat_nb.titration.due_words import HOURS, amount, due_title, forks
from igmfat_nb.widgets.parts.appearance import is_served
from igmfat_nb.widgets.workspace.alarms import Severity, decision_alarms

if TYPE_CHECKING:
    from igmfat_nb.widgets.parts.case_link import CaseLink

_ARM_CSS: dict[Arm, str] = {"standard": "ig-std", "personalised": "ig-per"}
_ORIGIN: dict[Arm, str] = {
    "standard": mark("dose: trial, rate: label"),
    "personalised": mark("rule: assumption of this software"),
}
_RULE: dict[Arm, Rule] = {"standard": "standard", "personalised": "deficit"}
_SEVERITY: dict[Severity, str] = {
    "critical": mark("Critical"),
    "check": mark("To check"),
    "note": mark("Note"),
}


def identity(case: Case, patient: Body, at_h: float) -> Markup:
    """Pseudonym, body, arm, and where in the course this is."""
    titre, years = case.titres[-1], _("years")
    day = _("day {day}").format(day=day_of(at_h))
    stopped = case.vasopressor_stopped_h
    facts = [
        (_("Patient"), f"{_(patient.sex)}, {quantity_text(patient.age_years, years)}", ""),
        (
            _("Body"),
            ", ".join(
                (quantity_text(patient.height_cm, "cm"), quantity_text(patient.weight_kg, "kg", 1))
            ),
            "",
        ),
        (_("Haematocrit"), f"{number_text(100 * patient.haematocrit, 1)} %", ""),
        (
            _("Arm"),
            _(case.arm) if case.arm else _("not stated"),
            _ARM_CSS.get(case.arm, "") if case.arm else "",
        ),
        (_("First titre"), f"{case.titres[0].text()} mg/dL", ""),
        (_("Last titre"), f"{titre.text()} mg/dL, {_hour(titre.time_h)}", ""),
        (_("Seen at"), f"{_hour(at_h)}, {day}", ""),
        (
            _("Vasopressors"),
            vasopressor_words(stopped=stopped is not None)
            + ("" if stopped is None else f", {_hour(stopped)}"),
            "",
        ),
    ]
    return made("identity", case.subject, facts)


def alarms(decision: Decision | None, answer: BedsideAnswer) -> Markup:
    """What a reader must know before the dose, the most severe first."""
    if decision is None:
        rows = [("critical", _(_SEVERITY["critical"]), answer.stopped or "", "")]
    else:
        rows = [
            (
                one.severity,
                _(_SEVERITY[one.severity]),
                one.sentence,
                "" if one.at_h is None else _hour(one.at_h),
            )
            for one in decision_alarms(decision)
        ]
    known = {row[2] for row in rows}
    rows += [
        ("check", _(_SEVERITY["check"]), line, "") for line in answer.warnings if line not in known
    ]
    return made("alarms", rows)


def to_the_patient(case: Case) -> "Section | CaseLink":
    """On a page of ours a link that brings the case along, elsewhere the case as a file."""
    if is_served():
        from igmfat_nb.widgets.parts.case_link import CaseLink

        label = _("{who} on the patient's page").format(who=case.subject)
        return CaseLink(
            label=label,
            value=kept_text(typed_case(case), case_text(case)),
            refused=_("This browser keeps nothing for this tab. Open the case's file there."),
        )
    before, _file, after = _(
        "To go on with this patient, save {file} and open it on the patient's page."
    ).partition("{file}")
    content = b64encode(case_text(case).encode()).decode()
    return Section(
        "", made("case_file", before, f"{case.subject}.json", content, after), on_paper=False
    )


def due(decision: Decision | None, aside: SetAside | None, stopped: str | None) -> Section:
    """What each arm's rule asks for now; of an allocated patient only the own arm's."""
    if decision is None:
        return Section(_("Next dose"), paragraph(stopped or "", "ig-stop"))
    title = due_title(decision, aside, HOURS)
    given = sum(dose.volume_ml for dose in decision.situation.doses)
    beside = _("{given} given so far").format(given=quantity_text(given, "mL", 1))
    cards = [_card(decision, one, aside) for one in due_doses(decision)]
    return Section("", made("due", title, beside, cards, _next(decision)))


def _card(decision: Decision, one: Due, aside: SetAside | None) -> tuple[Any, ...]:
    head = _ARM_CSS[one.arm], _(ARM_TITLE[one.arm]), _(_ORIGIN[one.arm])
    dose = one.answer.dose
    ways = forks(decision, one, aside, HOURS) or (amount(decision, one, HOURS),)
    if one.none_because or dose is None or len(ways) > 1:
        return *head, ways, ""
    says = _("{hours} at {rate}; vials {vials}").format(
        hours=quantity_text(dose.duration_h, "h", 1),
        rate=quantity_text(dose.rate_ml_h, "mL/h", 1),
        vials=vials_text(dose.vials),
    )
    loads = _("{weight}; IgM {igm}; glucose {glucose}; sodium {sodium}").format(
        weight=quantity_text(dose.volume_ml_per_kg, "mL/kg", 1),
        igm=quantity_text(dose.igm_mg, "mg"),
        glucose=quantity_text(dose.glucose_g, "g", 1),
        sodium=quantity_text(dose.sodium_mmol, "mmol", 1),
    )
    return *head, (replace(ways[0], says=says),), loads


def _next(decision: Decision) -> str:
    sample = next_titre_h(decision)
    parts = []
    if sample is not None:
        parts.append(_("Next titre at {hour}.").format(hour=_hour(sample)))
    now = decision.titre_now_mg_dl
    line = _("Estimated IgM now {median} mg/dL (90 % interval {low} to {high}).")
    parts.append(
        line.format(
            median=number_text(now["p50"]), low=number_text(now["p5"]), high=number_text(now["p95"])
        )
    )
    return " ".join(parts)


def working_in_brief(decision: Decision | None) -> Section:
    """Each formula with this patient's numbers, of the arms that stand above."""
    if decision is None:
        return Section("", Markup())
    html = Markup()
    for one in due_doses(decision):
        lines = rule_working(decision, _RULE[one.arm])
        html += made("heading", _(ARM_TITLE[one.arm]), 3) + working(lines)
    return Section(_("Working"), html + _of_the_curve())


def _of_the_curve() -> Markup:
    """What the figure below shows."""
    said = _(
        "Purple: as all titres tell it, bands 50 and 90 %. Grey: as the first titre alone tells"
        " it, band 90 %. Points: measured."
    )
    return titled(_("Serum IgM of this patient"), 2) + paragraph(said, "ig-note")


def course_table(
    case: Case, assumptions: Assumptions, decision: Decision | None, seed: int
) -> Section:
    """Each titre with what the titres before it predicted, each rule, and what was given."""
    html = _recorded(case) if decision is None else _by_day(case, assumptions, decision, seed)
    events = [(_hour(one.time_h), _(EVENT_WORDS[one.kind])) for one in case.events]
    html += table((_("event at"), _("kind")), events, "ig-words")
    return Section(_("Titres and doses"), html)


def _by_day(case: Case, assumptions: Assumptions, decision: Decision, seed: int) -> Markup:
    rows, predicted = [], "–"
    for one in course_rows(case, seed=seed, assumptions=assumptions, decided=decision):
        drawn = _hour(one.titre.time_h)
        if one.titre.known_h > one.titre.time_h:
            drawn += ", " + _("known {hour}").format(hour=_hour(one.titre.known_h))
        volumes = [
            "–" if answer.dose is None else number_text(answer.rule_ml or 0.0, 1)
            for answer in (one.standard, one.deficit)
        ]
        given = [dose for dose in case.doses if one.titre.time_h <= dose.start_h < one.next_h]
        rows.append(
            (
                str(day_of(one.titre.time_h)), drawn, one.titre.text(1), predicted, *volumes,
                " + ".join(number_text(dose.volume_ml, 1) for dose in given) or "–",
                ", ".join(_span(dose.start_h, dose.duration_h) for dose in given) or "–",
                ", ".join(number_text(dose.rate_ml_h, 1) for dose in given) or "–",
            )
        )  # fmt: skip
        low, middle, high = (number_text(titre) for titre in one.predicted_mg_dl)
        predicted = f"{middle} ({low}–{high})"
    header = (
        _("day"), _("titre drawn"), _("IgM, mg/dL"), _("predicted, 90 %"), _("standard, mL"),
        _("personalised, mL"), _("given, mL"), _("ran, h"), _("mL/h"),
    )  # fmt: skip
    return table(header, rows)


def _recorded(case: Case) -> Markup:
    """Without a decision, what the case records: no rule, no prediction."""
    titres = [(_hour(one.time_h), one.text(), _hour(one.known_h)) for one in case.titres]
    given = [
        (
            _span(one.start_h, one.duration_h),
            number_text(one.volume_ml, 1),
            number_text(one.rate_ml_h, 1),
        )
        for one in case.doses
    ]
    html = table((_("titre drawn"), _("IgM, mg/dL"), _("result")), titres)
    return html + table((_("dose ran, h"), _("mL"), _("mL/h")), given)


def _span(start_h: float, duration_h: float) -> str:
    return f"{number_text(start_h, 1)}–{number_text(start_h + duration_h, 1)}"


def _hour(time_h: float) -> str:
    return quantity_text(time_h, "h", 2)

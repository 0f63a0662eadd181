"""What stands in each section of a patient report."""

import re
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from igmfat_nb.bedside.answer import ARM_TITLE, ArmDose, BedsideAnswer
from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import ARMS, Arm
from igmfat_nb.bedside.eligibility import Eligibility, chance_of_crossing
from igmfat_nb.bedside.infusion import Dose
from igmfat_nb.bedside.patient import Body, bmi
from igmfat_nb.bedside.working import reading_line
from igmfat_nb.case import Case
from igmfat_nb.courses.comparison import (
    Comparison,
    day_plan,
    stays_below_target,
    whole_day_titres,
)
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text, quantity_text, vials_text
from igmfat_nb.protocol import constants
from igmfat_nb.protocol.register import sourced_constants
from igmfat_nb.reports.section import (
    Section,
    folded,
    inline,
    made,
    paragraph,
    split,
    statement_table,
    table,
    titled,
    working,
)
from igmfat_nb.tables.day_plan import entry_texts, total_rows
from igmfat_nb.tables.statements import assumed_statements, trial_statements
from igmfat_nb.units import MG_PER_G

ENDS = (mark("at 0"), mark("at the assay's limit"))
LEAST_PERCENT = 0.1  # that is written with its number
_WITHIN = re.compile(r"(?<=\d) (?=[^\W\d])|(?<=\d) (?=×)|(?<=×) ")  # 1 × 50 mL
ARM_ORIGIN: dict[Arm, str] = {
    "standard": mark("Dose: trial. Rate: label."),
    "personalised": mark("Dose: assumption of this software. Rate: label."),
}


def below_limit_sentence(case: Case) -> str:
    """Why a first titre below the assay's limit has no course of both arms."""
    message = _("The first titre is below {limit}; a course of both arms needs a number.")
    return message.format(limit=quantity_text(case.titres[0].reported_mg_dl, "mg/dL", 2))


def body(patient: Body) -> Markup:
    """What follows from the body at the first titre."""
    values = (
        (
            _("Body mass index"),
            quantity_text(bmi(patient.weight_kg, patient.height_cm), "kg/m²", 1),
        ),
        (_("Blood volume (Nadler)"), quantity_text(patient.blood_volume_ml, "mL")),
        (_("Plasma volume"), quantity_text(patient.plasma_volume_ml, "mL")),
    )
    return inline(f"{name} {value}" for name, value in values)


def eligibility(judged: Eligibility, case: Case) -> Section:
    """Verdict, then every criterion with its answer, reason and source."""
    rows = [
        (
            line.answer,
            _(line.statement.wording),
            _(line.answer),
            line.reason if line.answer == "no" else "",
        )
        for line in judged.lines
    ]
    html = made("checklist", rows)
    titre_mg_dl = case.findings().igm_mg_dl
    if titre_mg_dl is not None:
        html += paragraph(_crossing(titre_mg_dl), "ig-note")
    title = _("Eligibility at the first titre: {verdict}").format(verdict=_(judged.verdict))
    return Section(title, html)


def _crossing(titre_mg_dl: float) -> str:
    percent = 100 * chance_of_crossing(titre_mg_dl)
    share = (
        number_text(percent, 1)
        if percent >= LEAST_PERCENT
        else f"< {number_text(LEAST_PERCENT, 1)}"
    )
    limit = quantity_text(constants.ENROLMENT_TITRE.value, "mg/dL", 1)
    crossing = _(
        "Probability that a repeat measurement falls on the other side of {limit}: {share} %."
    )
    return crossing.format(limit=limit, share=share)


def doses(answer: BedsideAnswer, comparison: Comparison | None) -> Section:
    """Each arm's first dose and two weeks; a contraindicated patient gets no number to act on."""
    if answer.arms is None:
        return Section(_("First dose"), paragraph(answer.stopped or "", "ig-stop"))
    columns = {
        _("{arm}, first dose").format(arm=title): _dose_column(one.dose)
        for _arm, title, one in _given(answer)
    }
    if comparison is not None:
        totals = total_rows(comparison)
        for place, arm in enumerate(ARMS, start=1):
            name = _("{arm}, two weeks").format(arm=_(ARM_TITLE[arm]))
            columns[name] = {row[0]: row[place] for row in totals}
    names = dict.fromkeys(name for column in columns.values() for name in column)
    rows = [(name, *(column.get(name, "") for column in columns.values())) for name in names]
    return Section(_("Doses"), table(("", *columns), _unparted(rows), "ig-numbers ig-doses"))


def first_dose_worked(answer: BedsideAnswer) -> Section:
    """The formula of each first dose, and whose it is."""
    parts = [
        titled(title, 3) + paragraph(arm_origin(arm, answer.rule), "ig-note") + working(one.working)
        for arm, title, one in _given(answer)
    ]
    worked = split(parts[0], Markup().join(parts[1:])) if parts else Markup()
    return Section("", worked, on_paper=False)


def _given(answer: BedsideAnswer) -> list[tuple[Arm, str, ArmDose]]:
    """Each first dose with its title; both ends of one that is not known."""
    given = [(arm, _(ARM_TITLE[arm]), one) for arm, one in (answer.arms or {}).items()]
    for name, one in zip(ENDS, answer.ends or (), strict=False):
        title = _("{arm}, IgM {end}").format(arm=_(ARM_TITLE["personalised"]), end=_(name))
        given.append(("personalised", title, one))
    return given


def arm_origin(arm: Arm, rule: DoseRule) -> str:
    """Whose dose and rate are; of the personalised arm also its reading."""
    if arm == "standard":
        return _(ARM_ORIGIN[arm])
    origin = _(ARM_ORIGIN[arm])
    if rule.reading.status == "published":
        origin = _("Dose: published. Rate: label.")
    line = reading_line(rule)
    return f"{origin} {line[0].upper()}{line[1:]}."


def curve(comparison: Comparison | None, stopped: str | None) -> Section:
    """What the figure below it shows."""
    title = _("Serum IgM over two weeks")
    if comparison is None:
        return Section(title, paragraph(stopped or "", "ig-stop"), on_paper=False)
    note = _(
        "Lines: the patient as entered. Bands: 50 % and 90 % of virtual patients with the"
        " same data, each dosed on its own measured titres. Kinetics: assumption of this"
        " software."
    )
    below = ""
    if stays_below_target(comparison):
        below = _(
            "Under this rule predicted titres stay below the target; the trial's rule may differ."
        )
    html = paragraph(note, "ig-note") + paragraph(below, "ig-note")
    return Section(title, html, on_paper=False)


def curve_values(comparison: Comparison | None) -> Section:
    """Predicted titres of the patient as entered at whole days."""
    if comparison is None:
        return Section("", Markup())
    rows = [
        (number_text(day), *(number_text(titre) for titre in titres))
        for day, titres in enumerate(whole_day_titres(comparison))
    ]
    header = (_("IgM, mg/dL, on day"), _("untreated"), *(_(ARM_TITLE[arm]) for arm in ARMS))
    return Section("", folded(_("The figure as a table"), table(header, rows)))


def plan(comparison: Comparison | None, stopped: str | None) -> Markup:
    """Titre, 90 % interval and dose of each day in each arm."""
    title = titled(_("Day plan"), 2)
    if comparison is None:
        return title + paragraph(stopped or "", "ig-stop")
    header = [_("day")]
    for arm in ARMS:
        name = _(arm)
        header += [_("{arm}: IgM, mg/dL").format(arm=name), _("90 %"), _("dose")]
    rows = [
        [str(row.study_day), *(text for arm in ARMS for text in entry_texts(row.entries[arm]))]
        for row in day_plan(comparison)
    ]
    return title + table(header, _unparted(rows))


def _unparted(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """Cells whose numbers keep their units, and whose ranges stay whole, where a line is full."""
    return [
        [first, *(_WITHIN.sub("\N{NO-BREAK SPACE}", one) for one in rest)] for first, *rest in rows
    ]


def said_and_assumed(assumptions: Assumptions) -> Section:
    """Two tables that must never be mixed."""
    trial = titled(_("Trial and label say"), 2)
    ours = titled(_("Assumed by this software"), 2)
    return Section(
        "",
        split(
            trial + statement_table(trial_statements(assumptions.rule)),
            ours + statement_table(assumed_statements(assumptions)),
            "ig-said-beside",
        ),
    )


def sources() -> Section:
    """Every document behind a constant, once, in the order of first use."""
    used = {one.source.key: one.source for one in sourced_constants().values()}
    rows = [
        (_(one.key), f"{_(one.citation)} doi:{one.doi}" if one.doi else _(one.citation))
        for one in used.values()
    ]
    on_paper = _("In full: igmfat sources.")
    return Section(_("Sources"), made("sources", rows, on_paper))


def _dose_column(dose: Dose) -> dict[str, str]:
    """One dose; what adds up has the name that it has in the totals."""
    return {
        _("Volume"): quantity_text(dose.volume_ml, "mL", 1) if dose.volume_ml else _("no dose"),
        _("Volume per weight"): quantity_text(dose.volume_ml_per_kg, "mL/kg", 2),
        _("Rate, duration"): ", ".join(
            (quantity_text(dose.rate_ml_h, "mL/h", 1), quantity_text(dose.duration_h, "h", 1))
        ),
        _("Vials"): vials_text(dose.vials),
        _("Discarded"): quantity_text(dose.discarded_ml, "mL", 1),
        _("Protein"): ", ".join(
            (
                quantity_text(dose.protein_mg / MG_PER_G, "g", 1),
                quantity_text(dose.protein_mg_per_kg, "mg/kg"),
            )
        ),
        _("IgM"): quantity_text(dose.igm_mg, "mg"),
        _("Glucose"): quantity_text(dose.glucose_g, "g", 1),
        _("Sodium"): quantity_text(dose.sodium_mmol, "mmol", 1),
    }

"""What is printed for a class besides the lessons: a page for each arm, and the timetable."""

from collections.abc import Callable, Iterable

from markupsafe import Markup

from igmfat_nb.bedside.answer import personalised_arm, standard_arm
from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import personalised_dose, standard_dose
from igmfat_nb.bedside.infusion import Dose
from igmfat_nb.errors import MissingInput, UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text, vials_text
from igmfat_nb.protocol import constants, product
from igmfat_nb.protocol.criteria import CONTRAINDICATIONS
from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.workshop.frame import parts
from igmfat_nb.workshop.lessons import LESSONS, numbered_title
from igmfat_nb.workshop.opening import opening
from igmfat_nb.workshop.paper import Paper

WEIGHTS_KG = (45, 55, 65, 75, 85, 95, 105, 120)
TITRES_MG_DL = (10, 20, 30, 40, 50, 70, 90, 100)
EXAMPLE = "plain-eligible"
OPENING_MINUTES, BREAK_MINUTES, CLOSING_MINUTES = 15, 10, 20
MINUTES_PER_HOUR = 60


def handout(page: str, *, start: str = "09:00") -> Paper:
    """One printed page: "opening", "standard", "personalised" or "timetable"."""
    pages: dict[str, Callable[[], Markup]] = {
        "opening": opening,
        "standard": _standard,
        "personalised": _personalised,
        "timetable": lambda: _timetable(start),
    }
    if page not in pages:
        message = _("There is no handout “{page}”; there are {pages}.")
        raise MissingInput(message.format(page=page, pages=", ".join(pages)))
    return Paper(pages[page]())


def _standard() -> Markup:
    case, rule = teaching_case(EXAMPLE).case, DoseRule()
    facts = (
        _("Dose: {dose} mg of protein per kg of actual weight and day, on {days} days.").format(
            dose=number_text(constants.STANDARD_DOSE.value), days=constants.STANDARD_DAYS.value
        ),
        _("It is given regardless of titre and vasopressors."),
        *_label_facts(),
    )
    rows = ((weight, standard_dose(float(weight), rule)) for weight in WEIGHTS_KG)
    return (
        parts("listed", facts)
        + _example(standard_arm(case.weight_kg, rule).working)
        + _dose_table(_("Weight [kg]"), [(number_text(w), d) for w, d in rows])
    )


def _personalised() -> Markup:
    case, rule = teaching_case(EXAMPLE).case, DoseRule()
    patient = case.patient()
    facts = (
        _("Target: IgM of {target} mg/dL or above, with a titre every day.").format(
            target=number_text(constants.TARGET_TITRE.value)
        ),
        _("It ends when vasoactive drugs stop, after at most {days} days.").format(
            days=constants.PERSONALISED_MAX_DAYS.value
        ),
        _(
            "The texts we read do not state the trial's equation. This mass balance is an"
            " assumption of this software: deficit × plasma volume ÷ recovery ÷ {strength}"
            " mg/mL."
        ).format(strength=number_text(product.IGM.value)),
        *_label_facts(),
    )
    rows = [
        (number_text(titre), personalised_dose(float(titre), patient, rule))
        for titre in TITRES_MG_DL
    ]
    return (
        parts("listed", facts)
        + _example(personalised_arm(patient.igm_mg_dl, patient, rule).working)
        + _dose_table(_("Titre [mg/dL], the same patient"), rows)
    )


def _label_facts() -> tuple[str, str, str]:
    rate = _(
        "Maximum labelled rate: {rate} mL/kg/h, at most {most} mL/kg in 24 h. The texts"
        " we read do not state the trial's rate."
    ).format(
        rate=number_text(product.LABEL_RATE.value, 1),
        most=number_text(product.VOLUME_PER_DAY_AT_LABEL_RATE.value, 1),
    )
    content = _("Each mL contains {protein} mg of protein, of which {igm} mg is IgM.").format(
        protein=number_text(product.PROTEIN.value), igm=number_text(product.IGM.value)
    )
    asked = "; ".join(_(one.wording) for one in CONTRAINDICATIONS)
    first = _("Contraindications of the label: {contraindications}.").format(
        contraindications=asked
    )
    return first, rate, content


def _example(working: Iterable[str]) -> Markup:
    found = teaching_case(EXAMPLE)
    title = _("Worked example: {patient}").format(patient=found.title)
    return parts("example", title, found.vignette, working)


def _dose_table(first: str, rows: list[tuple[str, Dose]]) -> Markup:
    columns = (first, _("Volume"), _("Rate"), _("Duration"), _("Vials"), _("Discarded"))
    return parts("table", columns, [_dose_row(name, dose) for name, dose in rows], "ig-doses")


def _dose_row(name: str, dose: Dose) -> list[str]:
    cells = [name, quantity_text(dose.volume_ml, "mL")]
    if dose.volume_ml:
        cells += [
            quantity_text(dose.rate_ml_h, "mL/h", 1),
            quantity_text(dose.duration_h, "h", 1),
            vials_text(dose.vials),
            quantity_text(dose.discarded_ml, "mL", 1),
        ]
    else:
        cells += ["–", "–", "–", "–"]
    return cells


def _timetable(start: str) -> Markup:
    at = _minutes_of(start)
    rows = []
    for minutes, what, aim in _program():
        rows.append((f"{_clock(at)}–{_clock(at + minutes)}", what, aim))
        at += minutes
    return parts("timetable", (_("Time"), _("What")), rows)


def _program() -> list[tuple[int, str, str]]:
    """Minutes, what happens, and a lesson's aim."""
    program = [(OPENING_MINUTES, _("Welcome: why IgM, what can go wrong, join code"), "")]
    for number, lesson in enumerate(LESSONS):
        if number:
            program.append((BREAK_MINUTES, _("Break"), ""))
        program.append((lesson.minutes, numbered_title(lesson), _(lesson.aim)))
    program.append((CLOSING_MINUTES, _("The class picture: what failed most, and why"), ""))
    return program


def _minutes_of(start: str) -> int:
    hours, colon, minutes = start.partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and int(hours) < 24):
        message = _("The start is “{start}”; expected a time such as 09:00.")
        raise UnreadableInput(message.format(start=start))
    return int(hours) * MINUTES_PER_HOUR + int(minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // MINUTES_PER_HOUR:02d}:{minutes % MINUTES_PER_HOUR:02d}"

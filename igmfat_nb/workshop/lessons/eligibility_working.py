"""Worked solutions of lesson 50, with the numbers of its cases."""

from igmfat_nb.bedside.eligibility import (
    CriterionResult,
    Findings,
    assess,
    chance_of_crossing,
    stop_sentence,
)
from igmfat_nb.bedside.patient import bmi
from igmfat_nb.case import Case
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.constants import ENROLMENT_TITRE, MAXIMUM_BMI
from igmfat_nb.protocol.populations import ASSAY_CV
from igmfat_nb.units import CM_PER_M, MG_DL_PER_G_L
from igmfat_nb.workshop.question import Option

INCLUSION = "Inclusion"  # where the register says it


def verdict(case: Case) -> str:
    """What the criteria say of this patient."""
    return assess(Findings.of(case.patient()), case.criteria).verdict


def verdict_working(case: Case) -> list[str]:
    """The deciding criteria and the verdict."""
    found = assess(Findings.of(case.patient()), case.criteria)
    deciding = [*found.barring, *found.missing] or [
        line for line in found.lines if line.statement.locator == INCLUSION
    ]
    said = next(option.text for option in VERDICTS if option.key == found.verdict)
    return [*map(_criterion_line, deciding), _("verdict: {verdict}").format(verdict=_(said))]


def _criterion_line(line: CriterionResult) -> str:
    return _("{criterion}: {answer} ({reason})").format(
        criterion=_(line.statement.wording), answer=_(line.answer), reason=line.reason
    )


def bmi_of(case: Case) -> float:
    """Body mass index [kg/m²]."""
    return bmi(case.weight_kg, case.height_cm)


def bmi_working(case: Case) -> list[str]:
    """Steps to the body mass index and its limit."""
    return [
        _("{weight} kg ÷ ({height} m)² = {bmi} kg/m²").format(
            weight=number_text(case.weight_kg),
            height=number_text(case.height_cm / CM_PER_M, 2),
            bmi=number_text(bmi_of(case), 1),
        ),
        _("excluded above {limit} kg/m²").format(limit=number_text(MAXIMUM_BMI.value)),
    ]


def first_titre(case: Case) -> float:
    """The first titre [mg/dL]."""
    return float(case.titres[0].measured_mg_dl)


def titre_working(case: Case) -> list[str]:
    """Steps from g/L to mg/dL."""
    return [
        _("{grams} g/L × {factor} = {titre} mg/dL").format(
            grams=number_text(first_titre(case) / MG_DL_PER_G_L, 2),
            factor=number_text(MG_DL_PER_G_L),
            titre=number_text(first_titre(case), 1),
        )
    ]


def crossing(case: Case) -> float:
    """How often a repeat falls on the other side of the limit [%]."""
    return 100 * chance_of_crossing(first_titre(case))


def crossing_working(case: Case) -> list[str]:
    """Steps to that share."""
    measured, limit, cv = first_titre(case), ENROLMENT_TITRE.value, ASSAY_CV.value
    sd = 2**0.5 * cv * measured
    return [
        _("SD of a difference of two measurements: √2 × {cv} × {titre} = {sd} mg/dL").format(
            cv=number_text(cv, 2), titre=number_text(measured), sd=number_text(sd, 1)
        ),
        _("distance to the limit: {distance} mg/dL = {share} SD").format(
            distance=number_text(limit - measured), share=number_text((limit - measured) / sd, 2)
        ),
        _("normal tail beyond it: {tail} %").format(tail=number_text(crossing(case))),
    ]


def answers(case: Case) -> list[str]:
    """Answers to all that is asked for the verdict."""
    found = assess(Findings.of(case.patient()), case.criteria)
    return [line.answer for line in found.lines]


def what_stops(case: Case) -> str:
    """Whether the label stops the dose."""
    return "label" if stop_sentence(case.criteria) else "dose"


def stop_working(case: Case) -> list[str]:
    """The sentence that stops it."""
    return [stop_sentence(case.criteria) or ""]


VERDICTS = (
    Option(
        "eligible",
        mark("Eligible"),
        mark("go through the criteria once more; one of them is not answered with yes."),
    ),
    Option(
        "not eligible",
        mark("Not eligible"),
        mark("no criterion is answered in a way that bars this patient."),
    ),
    Option(
        "cannot tell",
        mark("Cannot tell yet"),
        mark("all that is needed for a verdict is known; nothing decisive is open."),
    ),
)

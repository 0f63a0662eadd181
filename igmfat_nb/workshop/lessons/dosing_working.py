"""Worked solutions of lesson 51, with the numbers of its case."""

from collections.abc import Callable

from igmfat_nb.bedside.answer import personalised_arm, standard_arm
from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import personalised_dose, standard_dose
from igmfat_nb.bedside.infusion import Dose
from igmfat_nb.case import Case
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol import constants, product
from igmfat_nb.units import MG_PER_G

RULE = DoseRule()


def standard_today(case: Case) -> Dose:
    """Today's dose in the standard arm."""
    return standard_dose(case.weight_kg, RULE)


def personalised_today(case: Case) -> Dose:
    """Today's dose in the personalised arm, under our rule."""
    patient = case.patient()
    return personalised_dose(patient.igm_mg_dl, patient, RULE)


def standard_ml(weight_kg: float) -> float:
    """Today's volume in the standard arm [mL]."""
    return standard_dose(weight_kg, RULE).volume_ml


def personalised_ml_of(case: Case) -> Callable[[float], float]:
    """Today's volume in the personalised arm [mL] by weight [kg], all else this patient's."""
    patient = case.patient()

    def volume_ml(weight_kg: float) -> float:
        heavier = patient.model_copy(update={"weight_kg": weight_kg})
        return personalised_dose(patient.igm_mg_dl, heavier, RULE).volume_ml

    return volume_ml


def ml_per_kg_of(case: Case) -> Callable[[float], float]:
    """Today's volume per kilogram in the personalised arm by titre [mg/dL]."""
    patient = case.patient()
    return lambda titre: personalised_dose(max(titre, 1.0), patient, RULE).volume_ml_per_kg


def standard_lines(case: Case) -> list[str]:
    """Steps from weight to the volume of the standard arm."""
    return list(standard_arm(case.weight_kg, RULE).working)


def protein_lines(case: Case) -> list[str]:
    """Not a word of the volume: the next question asks for it."""
    dose = standard_today(case)
    return [
        _("{per_kg} mg/kg × {weight} kg = {protein} mg").format(
            per_kg=number_text(constants.STANDARD_DOSE.value),
            weight=number_text(case.weight_kg),
            protein=number_text(dose.protein_mg),
        ),
        _("{protein} mg ÷ {factor} mg/g = {grams} g").format(
            protein=number_text(dose.protein_mg),
            factor=number_text(MG_PER_G),
            grams=number_text(dose.protein_mg / MG_PER_G, 1),
        ),
    ]


def personalised_lines(case: Case) -> list[str]:
    """Steps from the deficit to the volume, and per kilogram."""
    patient = case.patient()
    given = personalised_arm(patient.igm_mg_dl, patient, RULE)
    per_kg = quantity_text(given.dose.volume_ml_per_kg, "mL/kg", 2)
    return [
        *given.working,
        _("per kilogram: {volume}").format(volume=per_kg),
    ]


def rate_lines(case: Case) -> list[str]:
    """Steps from weight to the label's rate."""
    dose = standard_today(case)
    return [
        _("{per_kg} mL/kg/h × {weight} kg = {rate}").format(
            per_kg=number_text(product.LABEL_RATE.value, 1),
            weight=number_text(case.weight_kg),
            rate=quantity_text(dose.rate_ml_h, "mL/h", 1),
        )
    ]


def hours_lines(case: Case) -> list[str]:
    """Steps from volume and rate to the duration."""
    dose = standard_today(case)
    return [
        _("{volume} ÷ {rate} = {hours}").format(
            volume=quantity_text(dose.volume_ml, "mL"),
            rate=quantity_text(dose.rate_ml_h, "mL/h", 1),
            hours=quantity_text(dose.duration_h, "h", 1),
        )
    ]


def larger_arm(case: Case) -> str:
    """The arm that gives more today."""
    standard_ml, personalised_ml = (
        standard_today(case).volume_ml,
        personalised_today(case).volume_ml,
    )
    return "standard" if standard_ml > personalised_ml else "personalised"


def both_lines(case: Case) -> list[str]:
    """Steps of both arms."""
    return [
        _("standard: {volume}").format(volume=quantity_text(standard_today(case).volume_ml, "mL")),
        *standard_lines(case),
        _("personalised, an assumption of this software: {volume}").format(
            volume=quantity_text(personalised_today(case).volume_ml, "mL")
        ),
        *personalised_lines(case),
    ]


def day_lines(case: Case) -> list[str]:
    """Steps to what fits into a day at the label's rate."""
    dose = personalised_today(case)
    return [
        _("{rate} × 24 h = {volume}").format(
            rate=quantity_text(dose.rate_ml_h, "mL/h", 1),
            volume=quantity_text(dose.largest_volume_24_h_ml, "mL", 1),
        ),
        dose.label_rate_warning() or "",
    ]

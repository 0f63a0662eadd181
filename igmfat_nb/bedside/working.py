"""The working: each formula with this patient's numbers in it, a line a step."""

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import PersonalisedSteps, StandardSteps
from igmfat_nb.bedside.infusion import (
    alternative_limit_kg,
    infusion_steps_alternative,
    infusion_steps_expert,
)
from igmfat_nb.bedside.patient import Patient
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol import constants, product
from igmfat_nb.units import ML_PER_DL, ML_PER_L


def standard_working(steps: StandardSteps, rule: DoseRule) -> list[str]:
    """How the standard dose was worked out; steps of one patient."""
    exact_ml = float(steps.exact_ml)
    lines = [
        _("{per_kg} mg/kg × {weight} kg = {protein} mg protein"),
        _("{protein} mg ÷ {strength} mg/mL = {volume} mL"),
    ]
    filled = [
        line.format(
            per_kg=number_text(constants.STANDARD_DOSE.value),
            weight=number_text(float(steps.weight_kg), 2),
            protein=number_text(float(steps.protein_mg), 1),
            strength=number_text(product.PROTEIN.value),
            volume=number_text(exact_ml, 1),
        )
        for line in lines
    ]
    return [
        *filled,
        *rounding_line(exact_ml, float(steps.volume_ml), rule),
        _("once a day on days 1, 2 and 3"),
    ]


def personalised_working(steps: PersonalisedSteps, patient: Patient, rule: DoseRule) -> list[str]:
    """How our rule, a mass balance, reached the personalised dose; steps of one titre."""
    deficit = float(steps.deficit_mg_dl)
    if deficit == 0:
        return _at_target_lines(steps, rule)
    first = _("deficit {target} − {titre} = {deficit} mg/dL").format(
        target=number_text(rule.target_mg_dl, 1),
        titre=number_text(float(steps.titre_mg_dl), 2),
        deficit=number_text(deficit, 2),
    )
    if steps.distribution_ml is None or steps.igm_mg is None:
        balance = [_coefficient_line(steps, rule)]
    else:
        volume_dl, igm_mg = float(steps.distribution_ml) / ML_PER_DL, float(steps.igm_mg)
        balance = _balance_lines(volume_dl, igm_mg, steps, patient, rule)
    rounded = rounding_line(float(steps.exact_ml), float(steps.volume_ml), rule)
    return [first, *balance, *rounded]


def _coefficient_line(steps: PersonalisedSteps, rule: DoseRule) -> str:
    line = _("{coefficient} mL/kg per mg/dL × {weight} kg × {deficit} mg/dL = {volume} mL")
    return line.format(
        coefficient=number_text(rule.coefficient or 0.0, 6),
        weight=number_text(float(steps.weight_kg), 2),
        deficit=number_text(float(steps.deficit_mg_dl), 2),
        volume=number_text(float(steps.exact_ml), 1),
    )


def _balance_lines(
    volume_dl: float, igm_mg: float, steps: PersonalisedSteps, patient: Patient, rule: DoseRule
) -> list[str]:
    lines = [
        _("{deficit} × {volume_dl} ÷ {recovery} recovery = {igm} mg IgM"),
        _("{igm} mg ÷ {strength} mg/mL = {volume} mL"),
    ]
    filled = [
        line.format(
            deficit=number_text(float(steps.deficit_mg_dl), 2),
            volume_dl=number_text(volume_dl, 2),
            recovery=number_text(rule.recovery, 3),
            igm=number_text(igm_mg),
            strength=number_text(product.IGM.value),
            volume=number_text(float(steps.exact_ml), 1),
        )
        for line in lines
    ]
    return [_volume_line(volume_dl, float(steps.weight_kg), patient, rule), *filled]


def _volume_line(volume_dl: float, weight_kg: float, patient: Patient, rule: DoseRule) -> str:
    if rule.volume_rule == "fixed" and rule.volume_ml_per_kg is not None:
        line = _("distribution volume {per_kg} mL/kg × {weight} kg = {volume} dL")
        return line.format(
            per_kg=number_text(rule.volume_ml_per_kg, 2),
            weight=number_text(weight_kg, 2),
            volume=number_text(volume_dl, 2),
        )
    line = _("plasma volume {volume} dL (Nadler {blood} L, haematocrit {haematocrit})")
    return line.format(
        volume=number_text(volume_dl, 2),
        blood=number_text(patient.blood_volume_ml / ML_PER_L, 2),
        haematocrit=number_text(patient.haematocrit, 3),
    )


def _at_target_lines(steps: PersonalisedSteps, rule: DoseRule) -> list[str]:
    at_target = _("{titre} is at or above the target of {target}").format(
        titre=quantity_text(float(steps.titre_mg_dl), "mg/dL", 2),
        target=quantity_text(rule.target_mg_dl, "mg/dL", 1),
    )
    if not rule.maintenance_ml_per_kg:
        return [at_target, _("no dose today")]
    exact_ml = float(steps.exact_ml)
    line = _("maintenance {per_kg} mL/kg × {weight} kg = {volume} mL").format(
        per_kg=number_text(rule.maintenance_ml_per_kg, 2),
        weight=number_text(float(steps.weight_kg), 2),
        volume=number_text(exact_ml, 1),
    )
    return [at_target, line, *rounding_line(exact_ml, float(steps.volume_ml), rule)]


def rounding_line(exact_ml: float, volume_ml: float, rule: DoseRule) -> list[str]:
    """Name the rounding when it changed the number."""
    if abs(exact_ml - volume_ml) < 0.05:  # less than what the lines print
        return []
    how = {"ml": _("to the nearest mL"), "vials": _("up to whole vials"), "none": ""}
    line = _("rounded {how}: {volume} mL")
    return [line.format(how=how[rule.rounding], volume=number_text(volume_ml, 2))]


class Schedules(NamedTuple):
    """Other schedules than the label's first, in sentences; the doses do not use them."""

    alternative: str
    expert: str
    exceeds: str
    neither: str


def schedules(weight_kg: float) -> Schedules:
    """The label's alternative for adults, and the expert opinion, whose bolus is too fast."""
    steps = infusion_steps_alternative(weight_kg)
    takes_h, label_h = sum(hours for _rate, hours in steps), product.ALTERNATIVE_HOURS.value
    alternative = _("The label's alternative for adults: {steps}; {total} within {hours}.")
    if takes_h > label_h:
        alternative = _(
            "The label's alternative for adults: {steps}; {total} within {hours}. Above {limit} it"
            " takes longer than the label's {label_hours}."
        )
    alternative = alternative.format(
        steps=_steps(steps),
        total=quantity_text(product.ALTERNATIVE_TOTAL.value, "mL/kg", 1),
        hours=quantity_text(takes_h, "h", 1),
        label_hours=quantity_text(label_h, "h"),
        limit=quantity_text(alternative_limit_kg(), "kg", 1),
    )
    expert = _("Expert opinion (Nierhaus 2020): {steps}.").format(
        steps=_steps(infusion_steps_expert(weight_kg))
    )
    exceeds = _("Its first rate exceeds the maximum labelled rate of {rate}.").format(
        rate=quantity_text(product.LABEL_RATE.value, "mL/kg/h", 2)
    )
    neither = _("Neither is the trial's schedule; the doses above use neither.")
    return Schedules(alternative, expert, exceeds, neither)


def _steps(steps: Sequence[tuple[float, float]]) -> str:
    one = _("{rate} for {hours}")
    told = [
        one.format(rate=quantity_text(rate, "mL/h", 1), hours=quantity_text(hours, "h", 1))
        for rate, hours in steps
    ]
    several = _("{earlier}, then {later}")
    return reduce(lambda earlier, later: several.format(earlier=earlier, later=later), told)

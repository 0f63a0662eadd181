"""The working: each formula with this patient's numbers in it, a line a step."""

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

from igmfat_nb.bedside.dose_level import due_below_mg_dl
from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import PersonalisedSteps, StandardSteps
from igmfat_nb.bedside.infusion import (
    alternative_limit_kg,
    infusion_steps_alternative,
    infusion_steps_expert,
)
from igmfat_nb.bedside.patient import Body
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol import constants, populations, product
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


def personalised_working(steps: PersonalisedSteps, patient: Body, rule: DoseRule) -> list[str]:
    """How a reading of the rule reached the personalised dose; steps of one titre."""
    if not steps.due:
        return _not_due_lines(steps, rule)
    rounded = rounding_line(float(steps.exact_ml), float(steps.volume_ml), rule)
    return [*_formula_lines(steps, patient, rule), *_limit_lines(steps, rule), *rounded]


def reading_line(rule: DoseRule) -> str:
    """Which reading a dose is by, and whose it is."""
    reading = rule.reading
    line = _("reading {name}, assumption of this software: {title}")
    if reading.status == "published":
        line = _("reading {name}, published ({source}): {title}")
    return line.format(name=reading.label, title=_(reading.title), source=reading.source)


def reading_words(rule: DoseRule) -> str:
    """The same in a few words, for a card."""
    reading, line = rule.reading, _("Reading: {title} (assumed)")
    if reading.status == "published":
        line = _("Reading: {title} (published: {source})")
    return line.format(title=_(reading.title), source=reading.source)


def _formula_lines(steps: PersonalisedSteps, patient: Body, rule: DoseRule) -> list[str]:
    if rule.volume_rule == "ladder":
        return [_ladder_line(steps, rule)]
    deficit = _("deficit {target} − {titre} = {deficit} mg/dL").format(
        target=number_text(float(steps.level_mg_dl), 1),
        titre=number_text(float(steps.titre_mg_dl), 2),
        deficit=number_text(float(steps.deficit_mg_dl), 2),
    )
    if steps.distribution_ml is None or steps.igm_mg is None:
        balance = [_coefficient_line(steps, rule)]
    else:
        volume_dl, igm_mg = float(steps.distribution_ml) / ML_PER_DL, float(steps.igm_mg)
        balance = _balance_lines(volume_dl, igm_mg, steps, patient, rule)
    return [*_level_lines(steps, rule), deficit, *balance]


def _level_lines(steps: PersonalisedSteps, rule: DoseRule) -> list[str]:
    """Where the level is not the target: what it is made of."""
    lost = rule.lost_until_next
    if lost is None:
        return []
    line = _(
        "level {level} mg/dL, so that {aim} are left after {hours}: half-life {half_life},"
        " synthesis {synthesis}"
    )
    aim = rule.target_mg_dl if rule.fill_to_mg_dl is None else rule.fill_to_mg_dl
    filled = line.format(
        level=number_text(float(steps.level_mg_dl), 1),
        aim=number_text(aim, 1),
        hours=quantity_text(lost.hours, "h", 1),
        half_life=quantity_text(lost.half_life_h, "h", 1),
        synthesis=quantity_text(lost.synthesis_mg_per_kg_day, "mg/kg/day", 2),
    )
    return [filled]


def _ladder_line(steps: PersonalisedSteps, rule: DoseRule) -> str:
    titre, weight_kg = float(steps.titre_mg_dl), float(steps.weight_kg)
    below, per_kg = next(rung for rung in rule.ladder if titre < rung[0])
    line = _("{titre} is below {below} mg/dL: {per_kg} mL/kg × {weight} kg = {volume} mL")
    return line.format(
        titre=number_text(titre, 2),
        below=number_text(below, 1),
        per_kg=number_text(per_kg, 2),
        weight=number_text(weight_kg, 2),
        volume=number_text(float(steps.formula_ml), 1),
    )


def _limit_lines(steps: PersonalisedSteps, rule: DoseRule) -> list[str]:
    """The smallest or largest dose, where it is given in place of the formula's."""
    exact_ml, formula_ml = float(steps.exact_ml), float(steps.formula_ml)
    if exact_ml == formula_ml:
        return []
    line, per_kg = _("smallest dose {per_kg} mL/kg = {volume} mL"), rule.floor_ml_per_kg
    if exact_ml < formula_ml:
        line, per_kg = _("largest dose {per_kg} mL/kg = {volume} mL"), rule.cap_ml_per_kg
    return [line.format(per_kg=number_text(per_kg or 0.0, 2), volume=number_text(exact_ml, 1))]


def _coefficient_line(steps: PersonalisedSteps, rule: DoseRule) -> str:
    line = _("{coefficient} mL/kg per mg/dL × {weight} kg × {deficit} mg/dL = {volume} mL")
    return line.format(
        coefficient=number_text(rule.coefficient or 0.0, 6),
        weight=number_text(float(steps.weight_kg), 2),
        deficit=number_text(float(steps.deficit_mg_dl), 2),
        volume=number_text(float(steps.formula_ml), 1),
    )


def _balance_lines(
    volume_dl: float, igm_mg: float, steps: PersonalisedSteps, patient: Body, rule: DoseRule
) -> list[str]:
    lines = [
        _("{deficit} × {volume_dl} ÷ {recovery} recovery = {igm} mg IgM"),
        _("{igm} mg ÷ {strength} mg/mL = {volume} mL"),
    ]
    filled = [
        line.format(
            deficit=number_text(float(steps.deficit_mg_dl), 2),
            volume_dl=number_text(volume_dl, 2),
            recovery=number_text(rule.divides_by, 3),
            igm=number_text(igm_mg),
            strength=number_text(product.IGM.value),
            volume=number_text(float(steps.formula_ml), 1),
        )
        for line in lines
    ]
    return [_volume_line(volume_dl, float(steps.weight_kg), patient, rule), *filled]


def _volume_line(volume_dl: float, weight_kg: float, patient: Body, rule: DoseRule) -> str:
    if rule.volume_rule == "fixed" and rule.volume_ml_per_kg is not None:
        line = _("distribution volume {per_kg} mL/kg × {weight} kg = {volume} dL")
        return line.format(
            per_kg=number_text(rule.volume_ml_per_kg, 2),
            weight=number_text(weight_kg, 2),
            volume=number_text(volume_dl, 2),
        )
    line = _("plasma volume {volume} dL (Nadler {blood} L, haematocrit {haematocrit})")
    if rule.volume_rule == "steady-state":
        line = _(
            "steady-state volume {volume} dL: plasma volume ÷ {share} (Nadler {blood} L,"
            " haematocrit {haematocrit})"
        )
    return line.format(
        volume=number_text(volume_dl, 2),
        blood=number_text(patient.blood_volume_ml / ML_PER_L, 2),
        haematocrit=number_text(patient.haematocrit, 3),
        share=number_text(populations.INTRAVASCULAR_SHARE.value, 2),
    )


def _not_due_lines(steps: PersonalisedSteps, rule: DoseRule) -> list[str]:
    due_below = float(due_below_mg_dl(rule, steps.level_mg_dl))
    line = _("{titre} is at or above {target}, from where no dose is due")
    if due_below == rule.target_mg_dl:
        line = _("{titre} is at or above the target of {target}")
    at_target = line.format(
        titre=quantity_text(float(steps.titre_mg_dl), "mg/dL", 2),
        target=quantity_text(due_below, "mg/dL", 1),
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


def formula(steps: StandardSteps | PersonalisedSteps, rule: DoseRule) -> str:
    """The formula of one patient's dose; empty where the rule has none on one line.

    Examples
    --------
    >>> from igmfat_nb.bedside.dosing import standard_steps
    >>> formula(standard_steps(80.0), DoseRule())
    '250 mg/kg × 80 kg ÷ 50 mg/mL'
    """
    if isinstance(steps, StandardSteps):
        return _("{per_kg} mg/kg × {weight} kg ÷ {strength} mg/mL").format(
            per_kg=number_text(constants.STANDARD_DOSE.value),
            weight=number_text(float(steps.weight_kg), 2),
            strength=number_text(product.PROTEIN.value),
        )
    if not float(steps.deficit_mg_dl) or steps.distribution_ml is None:
        return ""
    line = _("({level} − {titre}) mg/dL × {volume} dL ÷ {recovery} ÷ {strength} mg/mL")
    return line.format(
        level=number_text(float(steps.level_mg_dl), 1),
        titre=number_text(float(steps.titre_mg_dl), 2),
        volume=number_text(float(steps.distribution_ml) / ML_PER_DL, 2),
        recovery=number_text(rule.divides_by, 3),
        strength=number_text(product.IGM.value),
    )

"""Doses beyond an arm's rule: kept, and said."""

import math
from collections.abc import Iterator

from igmfat_nb.case.model import Case, CaseDose, CaseTitre
from igmfat_nb.dosing import DoseRule, personalised_volume_ml, standard_volume_ml
from igmfat_nb.infusion import label_rate_ml_h
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol import constants, titration
from igmfat_nb.units import HOURS_PER_DAY

STANDARD_HOURS = constants.STANDARD_DAYS.value * HOURS_PER_DAY
PERSONALISED_HOURS = constants.PERSONALISED_MAX_DAYS.value * HOURS_PER_DAY


def deviations(case: Case, rule: DoseRule | None = None, *, until_h: float = math.inf) -> list[str]:
    """Sentences about doses that differ from the arm's rule or run faster than the label.

    ``rule`` holds the parts of the personalised rule, our assumption. Doses
    that start after ``until_h`` are left out.
    """
    parts = DoseRule() if rule is None else rule
    doses = [dose for dose in case.doses if dose.start_h <= until_h]
    found = [sentence for dose in doses for sentence in _timing(case, dose)]
    found += list(_volumes(case, doses, parts))
    return found + [sentence for dose in doses for sentence in _rate(case, dose)]


def label_rate_exceeded(dose: CaseDose, weight_kg: float) -> bool:
    """Whether an infusion ran faster than the label allows, noted duration taken as rounded."""
    longest_h = dose.duration_h + titration.DURATION_RESOLUTION.value / 2
    return bool(dose.volume_ml / longest_h > float(label_rate_ml_h(weight_kg)))


def _timing(case: Case, dose: CaseDose) -> Iterator[str]:
    start = number_text(dose.start_h, 2)
    if case.arm == "standard" and dose.start_h >= STANDARD_HOURS:
        message = _("The dose at {start} h comes after the {days} days of the standard arm.")
        yield message.format(start=start, days=constants.STANDARD_DAYS.value)
    if case.arm != "personalised":
        return
    if dose.start_h >= PERSONALISED_HOURS:
        message = _("The dose at {start} h comes after the {days} days of the personalised arm.")
        yield message.format(start=start, days=constants.PERSONALISED_MAX_DAYS.value)
    stopped_h = case.vasopressor_stopped_h
    if stopped_h is not None and dose.start_h > stopped_h:
        message = _("The dose at {start} h comes after vasopressors stopped at {stopped} h.")
        yield message.format(start=start, stopped=number_text(stopped_h, 2))


def _volumes(case: Case, doses: list[CaseDose], rule: DoseRule) -> Iterator[str]:
    """Compare what each day brought with what the arm's rule gives for it."""
    by_day: dict[int, list[CaseDose]] = {}
    for dose in doses:
        by_day.setdefault(int(dose.start_h // HOURS_PER_DAY), []).append(dose)
    for day, given in by_day.items():
        if case.arm == "standard" and day < constants.STANDARD_DAYS.value:
            yield from _standard_volume(case, day, given, rule)
        if case.arm == "personalised" and given[0].start_h < PERSONALISED_HOURS:
            yield from _personalised_volume(case, day, given, rule)


def _standard_volume(case: Case, day: int, given: list[CaseDose], rule: DoseRule) -> Iterator[str]:
    weight_kg = case.patient(given[0].start_h).weight_kg
    due_ml = float(standard_volume_ml(weight_kg, rule.rounding))
    given_ml = sum(dose.volume_ml for dose in given)
    if abs(given_ml - due_ml) > titration.VOLUME_TOLERANCE.value:
        message = _("Day {day} brought {given}; the standard arm gives {due}.")
        yield message.format(day=day + 1, given=_ml(given_ml), due=_ml(due_ml))


def _personalised_volume(
    case: Case, day: int, given: list[CaseDose], rule: DoseRule
) -> Iterator[str]:
    start_h = given[0].start_h
    titre = _titre_for(case, start_h)
    if titre is None:
        message = _("The dose at {start} h had no titre of its day to go by.")
        yield message.format(start=number_text(start_h, 2))
        return
    patient = case.patient(start_h)
    due_ml = personalised_volume_ml(
        titre.igm_mg_dl,
        weight_kg=patient.weight_kg,
        plasma_volume_ml=patient.plasma_volume_ml,
        rule=rule,
    )
    given_ml = sum(dose.volume_ml for dose in given)
    if abs(given_ml - float(due_ml)) > titration.VOLUME_TOLERANCE.value:
        message = _(
            "Day {day} brought {given}; the personalised rule, an assumption of this software,"
            " gives {due} for the titre of {titre} at {time} h."
        )
        yield message.format(
            day=day + 1,
            given=_ml(given_ml),
            due=_ml(float(due_ml)),
            titre=quantity_text(titre.igm_mg_dl, "mg/dL", 2),
            time=number_text(titre.time_h, 2),
        )


def _titre_for(case: Case, start_h: float) -> CaseTitre | None:
    """The last titre known when a dose began, if it was drawn within a day before."""
    known = case.titres_known(start_h)
    fresh = known and start_h - known[-1].time_h < constants.SAMPLING_INTERVAL.value
    return known[-1] if fresh else None


def _rate(case: Case, dose: CaseDose) -> Iterator[str]:
    weight_kg = case.patient(dose.start_h).weight_kg
    if not label_rate_exceeded(dose, weight_kg):
        return
    message = _("The dose at {start} h runs at {rate} mL/h, above the label rate of {label} mL/h.")
    yield message.format(
        start=number_text(dose.start_h, 2),
        rate=number_text(dose.rate_ml_h, 1),
        label=number_text(float(label_rate_ml_h(weight_kg)), 1),
    )


def _ml(volume_ml: float) -> str:
    return quantity_text(volume_ml, "mL", 1)

"""Doses beyond an arm's rule: kept, and said.

A personalised dose belongs to the titre it followed, a standard dose to its
order; the day that the clock says decides nothing.
"""

import math
from collections.abc import Iterator, Sequence

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import personalised_volume_ml, standard_volume_ml
from igmfat_nb.bedside.infusion import label_rate_ml_h
from igmfat_nb.case.model import Case
from igmfat_nb.case.parts import CaseDose, CaseTitre
from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol import constants, titration
from igmfat_nb.units import HOURS_PER_DAY

STANDARD_HOURS = constants.STANDARD_DAYS.value * HOURS_PER_DAY
PERSONALISED_HOURS = constants.PERSONALISED_MAX_DAYS.value * HOURS_PER_DAY


def deviations(case: Case, rule: DoseRule | None = None, *, until_h: float = math.inf) -> list[str]:
    """Sentences about doses that differ from the arm's rule or run faster than the label.

    ``rule`` holds the parts of the personalised rule, our assumption; that of the case's
    reading where it is left out. Doses
    that start after ``until_h`` are left out.
    """
    doses = _begun(case, until_h)
    rates = [sentence for dose in doses for sentence in _rate(case, dose)]
    return rule_deviations(case, rule, until_h=until_h) + rates


def rule_deviations(
    case: Case, rule: DoseRule | None = None, *, until_h: float = math.inf
) -> list[str]:
    """Those of ``deviations`` that are about the arm's rule: times and volumes, no rates."""
    doses = _begun(case, until_h)
    found = [sentence for dose in doses for sentence in _timing(case, dose)]
    return found + list(_volumes(case, doses, case.rule() if rule is None else rule))


def doses_too_fast(case: Case, *, until_h: float = math.inf) -> list[tuple[CaseDose, float]]:
    """Infusions faster than the label allows, each with its multiple of the label's rate."""
    weighed = [(dose, case.body(dose.start_h).weight_kg) for dose in _begun(case, until_h)]
    return [
        (dose, dose.rate_ml_h / float(label_rate_ml_h(weight_kg)))
        for dose, weight_kg in weighed
        if label_rate_exceeded(dose, weight_kg)
    ]


def _begun(case: Case, until_h: float) -> list[CaseDose]:
    return [dose for dose in case.doses if dose.start_h <= resolved_h(until_h)]


def label_rate_exceeded(dose: CaseDose, weight_kg: float) -> bool:
    """Whether an infusion ran faster than the label allows, noted duration taken as rounded.

    Parameters
    ----------
    dose : CaseDose
    weight_kg : float
        Actual body weight [kg].

    Examples
    --------
    400 mL for 80 kg take 12.5 h at 32 mL/h: noted as 12.5 it fits, in 10 h it ran faster.

    >>> as_labelled = CaseDose(start_h=2.0, volume_ml=400.0, duration_h=12.5)
    >>> faster = CaseDose(start_h=2.0, volume_ml=400.0, duration_h=10.0)
    >>> label_rate_exceeded(as_labelled, 80.0), label_rate_exceeded(faster, 80.0)
    (False, True)
    """
    longest_h = dose.duration_h + titration.DURATION_RESOLUTION.value / 2
    return bool(dose.volume_ml / longest_h > float(label_rate_ml_h(weight_kg)))


def _timing(case: Case, dose: CaseDose) -> Iterator[str]:
    start = number_text(dose.start_h, 2)
    if case.arm == "standard" and dose.start_h >= STANDARD_HOURS:
        message = _("The dose at {start} h is after the {days} days of the standard arm.")
        yield message.format(start=start, days=constants.STANDARD_DAYS.value)
    if case.arm != "personalised":
        return
    if dose.start_h >= PERSONALISED_HOURS:
        message = _("The dose at {start} h is after the {days} days of the personalised arm.")
        yield message.format(start=start, days=constants.PERSONALISED_MAX_DAYS.value)
    stopped_h = case.vasopressor_stopped_h
    if stopped_h is not None and dose.start_h > stopped_h:
        message = _("The dose at {start} h is after vasopressors stopped at {stopped} h.")
        yield message.format(start=start, stopped=number_text(stopped_h, 2))


def _volumes(case: Case, doses: list[CaseDose], rule: DoseRule) -> Iterator[str]:
    """Compare what was given with what the arm's rule gives, whatever day the clock says."""
    if case.arm == "standard":
        for number, given in enumerate(standard_orders(case, doses, rule), start=1):
            yield from _standard_volume(case, number, given, rule)
    if case.arm == "personalised":
        by_titre: dict[CaseTitre | None, list[CaseDose]] = {}
        for dose in doses:
            if dose.start_h < PERSONALISED_HOURS:
                by_titre.setdefault(_titre_for(case, dose.start_h), []).append(dose)
        for titre, after in by_titre.items():
            yield from _personalised_volume(case, titre, after, rule)


def standard_orders(
    case: Case, doses: Sequence[CaseDose], rule: DoseRule
) -> tuple[tuple[CaseDose, ...], ...]:
    """Infusions by the standard dose that they belong to: the first, the second, and so on.

    One belongs to the dose before it while it completes it within half a day, or
    follows on the same day of the course within half a day; otherwise it begins
    the next dose, be it a little early or late.
    """
    orders: list[list[CaseDose]] = []
    for dose in doses:
        if orders and _goes_on(case, orders[-1], dose, rule):
            orders[-1].append(dose)
        else:
            orders.append([dose])
    return tuple(map(tuple, orders))


def _goes_on(case: Case, order: list[CaseDose], dose: CaseDose, rule: DoseRule) -> bool:
    first_h, given_ml = order[0].start_h, sum(one.volume_ml for one in order)
    soon = resolved_h(dose.start_h - first_h) < HOURS_PER_DAY / 2
    same_day = dose.start_h // HOURS_PER_DAY == first_h // HOURS_PER_DAY
    most_ml = _standard_ml(case, first_h, rule) + titration.VOLUME_TOLERANCE.value
    return (soon and same_day) or ((soon or same_day) and given_ml + dose.volume_ml <= most_ml)


def _standard_ml(case: Case, at_h: float, rule: DoseRule) -> float:
    return float(standard_volume_ml(case.body(at_h).weight_kg, rule.rounding))


def _standard_volume(
    case: Case, number: int, given: Sequence[CaseDose], rule: DoseRule
) -> Iterator[str]:
    start, days = number_text(given[0].start_h, 2), constants.STANDARD_DAYS.value
    if given[0].start_h >= STANDARD_HOURS:
        return  # said already
    if number > days:
        message = _(
            "Dose {number}, started at {start} h, exceeds the {days} doses of the standard arm."
        )
        yield message.format(number=number, start=start, days=days)
        return
    due_ml = _standard_ml(case, given[0].start_h, rule)
    given_ml = sum(dose.volume_ml for dose in given)
    if abs(given_ml - due_ml) > titration.VOLUME_TOLERANCE.value:
        message = _(
            "Dose {number}, started at {start} h, was {given}; the standard arm gives {due}."
        )
        yield message.format(number=number, start=start, given=_ml(given_ml), due=_ml(due_ml))


def _personalised_volume(
    case: Case, titre: CaseTitre | None, given: Sequence[CaseDose], rule: DoseRule
) -> Iterator[str]:
    if titre is None:
        message = _("The dose at {start} h was given without a titre from the same day.")
        for dose in given:
            yield message.format(start=number_text(dose.start_h, 2))
        return
    least_ml, most_ml = _personalised_ml(case, titre, given, rule)
    given_ml = sum(dose.volume_ml for dose in given)
    tolerance_ml = titration.VOLUME_TOLERANCE.value
    if least_ml - tolerance_ml <= given_ml <= most_ml + tolerance_ml:
        return
    message = _(
        "After the titre of {titre} mg/dL at {time} h {given} was given; the personalised rule,"
        " an assumption of this software, gives {due}."
    )
    due = _("{low} to {high}") if titre.is_limit else "{high}"
    yield message.format(
        given=_ml(given_ml),
        due=due.format(low=number_text(least_ml, 1), high=_ml(most_ml)),
        titre=titre.text(),
        time=number_text(titre.time_h, 2),
    )


def _personalised_ml(
    case: Case, titre: CaseTitre, given: Sequence[CaseDose], rule: DoseRule
) -> tuple[float, float]:
    """The rule's volume, less what earlier doses brought after the draw [mL]: least and most.

    They differ where the titre lies below the assay's limit: at the limit, and at 0.
    """
    body, first_h = case.body(given[0].start_h), given[0].start_h
    highest_mg_dl = titre.reported_mg_dl
    rule_ml = personalised_volume_ml(
        [highest_mg_dl, 0.0 if titre.is_limit else highest_mg_dl],
        weight_kg=body.weight_kg,
        plasma_volume_ml=body.plasma_volume_ml,
        rule=rule,
    )
    before = (dose for dose in case.doses if dose.start_h < first_h)
    ran_ml = sum(dose.volume_after_ml(titre.time_h) for dose in before)
    least_ml, most_ml = (rule_ml - ran_ml).clip(0.0).tolist()
    return least_ml, most_ml


def _titre_for(case: Case, start_h: float) -> CaseTitre | None:
    """The last titre known when a dose began, if it was drawn within a day before."""
    last = case.titres_known(start_h)[-1:]
    age_h = resolved_h(start_h - last[0].time_h) if last else math.inf
    return last[0] if age_h < constants.SAMPLING_INTERVAL.value else None


def _rate(case: Case, dose: CaseDose) -> Iterator[str]:
    weight_kg = case.body(dose.start_h).weight_kg
    if not label_rate_exceeded(dose, weight_kg):
        return
    message = _(
        "The dose at {start} h is infused at {rate} mL/h, above the maximum labelled rate"
        " of {label} mL/h."
    )
    yield message.format(
        start=number_text(dose.start_h, 2),
        rate=number_text(dose.rate_ml_h, 1),
        label=number_text(float(label_rate_ml_h(weight_kg)), 1),
    )


def _ml(volume_ml: float) -> str:
    return quantity_text(volume_ml, "mL", 1)

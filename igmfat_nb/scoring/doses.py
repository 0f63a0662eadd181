"""Doses as given beside what each reading of the personalised rule gives at the same titre."""

from typing import Any

from igmfat_nb.bedside.dosing import personalised_volume_ml
from igmfat_nb.bedside.readings import editions
from igmfat_nb.case import Case
from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.protocol import constants

_DAY_H = constants.SAMPLING_INTERVAL.value


def predicted_doses(case: Case) -> list[dict[str, Any]]:
    """What every reading gives for each dose of a personalised course, and what was given [mL].

    A dose belongs to the last titre known when it began, if drawn within a day before and
    measured as a number; several doses after one titre are added up.
    """
    if case.arm != "personalised":
        return []
    given: dict[float, float] = {}
    for dose in case.doses:
        known = case.titres_known(dose.start_h)[-1:]
        fresh = known and resolved_h(dose.start_h - known[0].time_h) < _DAY_H
        if fresh and not known[0].is_limit:
            time_h = known[0].time_h
            given[time_h] = given.get(time_h, 0.0) + dose.volume_ml
    titres = {titre.time_h: titre for titre in case.titres}
    return [
        {"time_h": time_h, "given": volume_ml, "readings": _by_reading(case, titres[time_h])}
        for time_h, volume_ml in given.items()
    ]


def _by_reading(case: Case, titre: Any) -> dict[str, float]:
    body = case.body(titre.known_h)
    found = {}
    for edition in editions():
        volume = personalised_volume_ml(
            titre.reported_mg_dl,
            weight_kg=body.weight_kg,
            plasma_volume_ml=body.plasma_volume_ml,
            rule=edition.rule(),
        )
        found[edition.name] = float(volume)
    return found

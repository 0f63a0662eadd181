"""MedicationAdministration as doses: what ran, how much of it, from when to when.

Only the trial's product counts: by its name, or by a code or name that the reader states.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from igmfat_nb.case.fhir import gate
from igmfat_nb.case.fhir.subject import why_another
from igmfat_nb.case.fhir.versions import Entry
from igmfat_nb.language import _

GIVEN = ("completed", "stopped")
_PRODUCT = re.compile(r"pentaglobin|IgM[- ]enriched", re.IGNORECASE)
_RATES, _VOLUMES = ("mL/h", "ml/h", "mL/hr"), ("mL", "ml")
_SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Administration:
    """One infusion as recorded."""

    start: datetime
    volume_ml: float
    duration_h: float
    place: str


def read_administration(
    entry: Entry, patient: Entry, products: Sequence[str] = ()
) -> Administration | str:
    """Read one administration, or say in a phrase why it is left aside.

    Parameters
    ----------
    entry, patient : Entry
    products : sequence of str
        Codes or names that stand for the product at this site.
    """
    raw = entry.raw
    if changes := gate.modified_by(raw):
        return _("it has {element}, which may change its meaning.").format(element=changes)
    if not _is_product(raw, products):
        return _("another product than IgM-enriched immunoglobulin, or none that is named.")
    if raw.get("status") not in GIVEN:
        return _("its status is {status}; only what was given counts.").format(
            status=raw.get("status") if raw.get("status") in _STATUS else _("not said")
        )
    if another := why_another(entry, patient):
        return another
    return _given(entry)


_STATUS = ("in-progress", "not-done", "on-hold", "entered-in-error", "unknown")


def _is_product(raw: Mapping[str, Any], products: Sequence[str]) -> bool:
    stated = {one.strip().casefold() for one in products}
    return any(text.strip().casefold() in stated or _PRODUCT.search(text) for text in _names(raw))


def _names(raw: Mapping[str, Any]) -> Iterator[str]:
    """Codes and names of what was given."""
    concept = raw.get("medicationCodeableConcept") or {}
    yield str(concept.get("text", ""))
    yield str((raw.get("medicationReference") or {}).get("display", ""))
    for coding in concept.get("coding") or ():
        yield str(coding.get("code", ""))
        yield str(coding.get("display", ""))


def _given(entry: Entry) -> Administration | str:
    period = entry.resource.effectivePeriod
    start = entry.resource.effectiveDateTime if period is None else period.start
    end = None if period is None else period.end
    if not isinstance(start, datetime):
        return _("it has no time at which it began.")
    dosage = entry.raw.get("dosage") or {}
    volume_ml = _quantity(dosage.get("dose"), _VOLUMES)
    rate_ml_h = _quantity(dosage.get("rateQuantity"), _RATES)
    duration_h = None
    if isinstance(end, datetime):
        duration_h = (end - start).total_seconds() / _SECONDS_PER_HOUR
    elif volume_ml and rate_ml_h:
        duration_h = volume_ml / rate_ml_h
    if volume_ml is None and rate_ml_h and duration_h:
        volume_ml = rate_ml_h * duration_h
    if volume_ml and rate_ml_h and duration_h and not _agree(volume_ml, rate_ml_h * duration_h):
        return _("its volume, its rate and its times do not agree.")
    if not volume_ml or volume_ml < 0:
        return _("it has no volume in mL, nor a rate in mL/h with its end.")
    if not duration_h or duration_h < 0:
        return _("it has neither an end after its start nor a rate in mL/h.")
    return Administration(start, volume_ml, duration_h, entry.place)


def _agree(one_ml: float, other_ml: float) -> bool:
    """Whether two volumes are one, to what charts round: a mL, or a hundredth."""
    return abs(one_ml - other_ml) <= max(1.0, 0.01 * one_ml)


def _quantity(given: Mapping[str, Any] | None, units: Sequence[str]) -> float | None:
    """A number in one of some units; a comparator or another unit is none."""
    if not given or given.get("comparator"):
        return None
    said = {unit for unit in (given.get("unit"), given.get("code")) if unit}
    value = given.get("value")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and said and said <= set(units) else None  # type: ignore[arg-type]

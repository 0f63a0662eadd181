"""What a FHIR Bundle says of one patient: measurements in our units, with their times.

Names, identifiers, addresses and free text are never looked at, and no
sentence repeats a value that could identify.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from igmfat_nb.errors import IgmFatError, ImplausibleInput, MissingInput, UnreadableInput
from igmfat_nb.language import _, mark
from igmfat_nb.units import igm_mg_dl, parse_haematocrit

Quantity = Literal["igm", "weight", "height", "haematocrit"]
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
#: LOINC code → what it measures.
CODES: dict[str, Quantity] = {
    "2472-9": "igm",
    "29463-7": "weight",
    "8302-2": "height",
    "4544-3": "haematocrit",
    "20570-8": "haematocrit",
}
NAMES: dict[Quantity, str] = {
    "igm": mark("serum IgM"),
    "weight": mark("body weight"),
    "height": mark("body height"),
    "haematocrit": mark("haematocrit"),
}
#: What may be read, by quantity: UCUM unit → conversion to ours.
UNITS: dict[Quantity, dict[str, Callable[[float], float]]] = {
    "igm": {
        "mg/dL": lambda value: igm_mg_dl(value, "mg/dL"),
        "g/L": lambda value: igm_mg_dl(value, "g/L"),
    },
    "weight": {"kg": float},
    "height": {"cm": float},
    "haematocrit": {"%": lambda value: round(parse_haematocrit(f"{value:.12g} %", "%"), 9)},
}
#: Observations that say something; the others were withdrawn or are not there yet.
_SAYING = ("final", "amended", "corrected", "preliminary")


@dataclass(frozen=True, slots=True)
class Measurement:
    """One observation in our unit; ``at`` is None where it carries no time."""

    quantity: Quantity
    value: float
    at: datetime | date | None
    issued: datetime | None
    place: str


@dataclass(slots=True)
class Contents:
    """The patient and the measurements of a bundle, and what was left aside."""

    patient: Any
    measurements: list[Measurement] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def read_bundle(text: str | bytes) -> Contents:
    """Read a Bundle in JSON.

    Raises
    ------
    IgmFatError
        One sentence: no R4 Bundle, not exactly one patient, an unknown unit, a
        value that is only a limit.
    """
    entries = list(_resources(_bundle(text)))
    patients = [(place, one) for place, full_url, one in entries if _kind(one) == "Patient"]
    if len(patients) != 1:
        message = _("The bundle has {count} patients; expected one.")
        raise MissingInput(message.format(count=len(patients)))
    contents = Contents(patients[0][1])
    own = {
        address
        for _place, full_url, one in entries
        if one is contents.patient
        for address in (full_url, f"Patient/{one.id}" if one.id else None)
        if address
    }
    for place, _full_url, one in entries:
        kind = _kind(one)
        if kind == "Observation":
            _take(contents, one, place, own)
        elif kind != "Patient":
            contents.ignored.append(_("{place}: a {kind}.").format(place=place, kind=kind))
    return contents


def _bundle(text: str | bytes) -> Any:
    from fhir.resources.R4B.bundle import Bundle
    from pydantic import ValidationError

    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableInput(_("The bundle is not valid JSON.")) from error
    if not isinstance(document, dict) or document.get("resourceType") != "Bundle":
        raise UnreadableInput(_("The file is not a FHIR Bundle."))
    try:
        return Bundle.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "Bundle"
        message = _("The bundle is not valid FHIR R4 at {place}.")
        raise UnreadableInput(message.format(place=place)) from error
    except (KeyError, TypeError, AttributeError) as error:  # a resource type that R4 does not know
        raise UnreadableInput(
            _("The bundle holds a resource that FHIR R4 does not know.")
        ) from error


def _resources(bundle: Any) -> Iterator[tuple[str, str | None, Any]]:
    for index, entry in enumerate(bundle.entry or []):
        if entry.resource is not None:
            yield f"entry[{index}]", entry.fullUrl, entry.resource


def _kind(resource: Any) -> str:
    return str(resource.get_resource_type())


def _take(contents: Contents, one: Any, place: str, own: set[str]) -> None:
    """Take an observation in, or note why not."""
    codes = [c.code for c in one.code.coding or [] if c.system == LOINC and c.code]
    quantity = next((CODES[code] for code in codes if code in CODES), None)
    if quantity is None:
        shown = ", ".join(codes) or _("no LOINC code")
        message = _("{place}: an observation that a case does not need ({codes}).")
        contents.ignored.append(message.format(place=place, codes=shown))
        return
    reason = _why_not(one, own)
    if reason:
        named = f"{place}, {_(NAMES[quantity])}: {reason}"
        contents.ignored.append(named)
        return
    at = one.effectiveDateTime or one.effectiveInstant
    if at is None and one.effectivePeriod is not None:
        at = one.effectivePeriod.start
    known = at if isinstance(at, date) else None  # a year alone is a text, and no time
    value = _value(one.valueQuantity, quantity, place)
    contents.measurements.append(Measurement(quantity, value, known, one.issued, place))


def _why_not(one: Any, own: set[str]) -> str | None:
    if one.status not in _SAYING:
        return _("its status is {status}.").format(status=one.status)
    about = one.subject.reference if one.subject is not None else None
    if about and about not in own and not any(about.endswith(f"/{name}") for name in own):
        return _("it is about another patient.")
    if one.valueQuantity is None or one.valueQuantity.value is None:
        return _("it has no value.")
    return None


def _value(quantity: Any, what: Quantity, place: str) -> float:
    if quantity.comparator:
        message = _("{place}: {what} is only a limit ({comparator}); a case needs a number.")
        raise UnreadableInput(
            message.format(place=place, what=_(NAMES[what]), comparator=quantity.comparator)
        )
    unit = quantity.code if quantity.system == UCUM and quantity.code else quantity.unit
    if quantity.unit in UNITS[what] and unit in UNITS[what] and quantity.unit != unit:
        message = _("{place}: {what} is in {unit} by its code and in {shown} by its text.")
        raise ImplausibleInput(
            message.format(place=place, what=_(NAMES[what]), unit=unit, shown=quantity.unit)
        )
    convert = UNITS[what].get(unit or "")
    if convert is None:
        message = _("{place}: {what} is in {unit}; expected {units}.")
        raise _unit_error(unit)(
            message.format(
                place=place,
                what=_(NAMES[what]),
                unit=f"“{unit}”" if unit else _("no unit"),
                units=_(" or ").join(UNITS[what]),
            )
        )
    return convert(float(quantity.value))


def _unit_error(unit: str | None) -> type[IgmFatError]:
    return ImplausibleInput if unit else MissingInput

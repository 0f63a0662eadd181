"""What a FHIR Bundle says of one patient: measurements in our units, with their times.

Names, identifiers, addresses and free text are never looked at, and no
sentence repeats a value that could identify.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from igmfat_nb.case.fhir import gate
from igmfat_nb.case.fhir.administrations import Administration, read_administration
from igmfat_nb.case.fhir.document import read_document, validated
from igmfat_nb.case.fhir.subject import why_another
from igmfat_nb.case.fhir.versions import Entry, latest_versions
from igmfat_nb.errors import IgmFatError, ImplausibleInput, MissingInput, UnreadableInput
from igmfat_nb.language import _, mark
from igmfat_nb.notation import either
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
#: What may be read, by quantity: UCUM unit → conversion to ours. UCUM's litre is l or L.
UNITS: dict[Quantity, dict[str, Callable[[float], float]]] = {
    "igm": {
        "mg/dL": lambda value: igm_mg_dl(value, "mg/dL"),
        "g/L": lambda value: igm_mg_dl(value, "g/L"),
    },
    "weight": {"kg": float},
    "height": {"cm": float},
    "haematocrit": {"%": lambda value: round(parse_haematocrit(f"{value:.12g} %", "%"), 9)},
}
_BELOW = re.compile(r"<\s*(?P<number>[0-9]+(?:[.,][0-9]+)?)\s*(?P<unit>[A-Za-z/]*)")
_LITRES = {"mg/dl": "mg/dL", "g/l": "g/L"}
_OF_BLOOD: tuple[Quantity, ...] = ("igm", "haematocrit")
#: A sample drawn over a longer time has no moment.
LONGEST_SAMPLING = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One observation in our unit; ``at`` is None where it carries no time.

    With ``below`` its value is the assay's limit, which the measurement lies below.
    """

    quantity: Quantity
    value: float
    at: datetime | date | None
    issued: datetime | None
    place: str
    remark: str = ""
    below: bool = False


@dataclass(slots=True)
class Contents:
    """The patient and the measurements of a bundle, and what was left aside."""

    patient: Any
    measurements: list[Measurement] = field(default_factory=list)
    administrations: list[Administration] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def read_bundle(text: str | bytes, products: Sequence[str] = ()) -> Contents:
    """Read a Bundle in JSON; ``products`` are a site's codes or names of the product.

    Raises
    ------
    IgmFatError
        One sentence: no R4 Bundle, not all of it, not exactly one patient, an
        unknown unit, a value that is only a limit.
    """
    document = read_document(text)
    model = validated(document)  # from here on every element has R4's shape
    gate.refuse_bundle(document)
    ignored: list[str] = []
    entries = latest_versions(list(_entries(document, model, ignored)), ignored)
    patient = _patient(entries)
    contents = Contents(patient.resource, ignored=ignored)
    specimens = _specimens(entries)
    for entry in entries:
        if entry.kind == "Observation":
            _take(contents, entry, patient, specimens)
        elif entry.kind == "MedicationAdministration":
            given = read_administration(entry, patient, products)
            if isinstance(given, str):
                line = _("{place}, an administration: {why}")
                ignored.append(line.format(place=entry.place, why=given))
            else:
                contents.administrations.append(given)
        elif entry.kind == "Patient":
            ignored += [f"{entry.place}: {one}" for one in gate.patient_remarks(entry.raw)]
        else:
            ignored.append(_("{place}: a {kind}.").format(place=entry.place, kind=entry.kind))
    return contents


def _entries(document: Mapping[str, Any], model: Any, ignored: list[str]) -> Iterator[Entry]:
    for index, (raw, one) in enumerate(
        zip(document.get("entry") or (), model.entry or (), strict=True)
    ):
        place = f"entry[{index}]"
        if one.resource is None:
            ignored.append(_("{place}: no resource.").format(place=place))
        else:
            yield Entry(place, one.fullUrl, raw["resource"], one.resource)


def _patient(entries: list[Entry]) -> Entry:
    patients = [entry for entry in entries if entry.kind == "Patient"]
    if len(patients) != 1:
        message = _("The bundle has {count} patients; expected one.")
        raise MissingInput(message.format(count=len(patients)))
    gate.refuse_patient(patients[0].raw)
    return patients[0]


def _specimens(entries: list[Entry]) -> dict[str, Mapping[str, Any]]:
    """Specimens by the addresses that an observation may give for them."""
    found = [entry for entry in entries if entry.kind == "Specimen"]
    by_id = {f"Specimen/{one.raw['id']}": one.raw for one in found if one.raw.get("id")}
    return by_id | {one.full_url: one.raw for one in found if one.full_url}


def _take(
    contents: Contents, entry: Entry, patient: Entry, specimens: Mapping[str, Mapping[str, Any]]
) -> None:
    """Take in what an observation and its components measure, or note why not."""
    parts = list(_measured(entry))
    if not parts:
        contents.ignored.append(_not_needed(entry))
        return
    for place, quantity, raw, model in parts:
        reason = _why_aside(entry, patient, specimens, quantity, raw)
        moment = None if reason else _moment(entry.resource)
        if isinstance(moment, str):
            reason = moment
        if reason:
            contents.ignored.append(f"{place}, {_(NAMES[quantity])}: {reason}")
            continue
        limit_mg_dl = _limit_mg_dl(raw, model, quantity, place)
        value = _value(raw, model, quantity, place) if limit_mg_dl is None else limit_mg_dl
        issued, at = entry.resource.issued, moment if isinstance(moment, date) else None
        status = entry.raw["status"]
        remark = "" if status == "final" else f"{status}"
        below = limit_mg_dl is not None
        contents.measurements.append(Measurement(quantity, value, at, issued, place, remark, below))
    what = f"{entry.place}, {_(NAMES[parts[0][1]])}"
    contents.ignored.extend(f"{what}: {one}" for one in _left_unread(entry))


def _measured(entry: Entry) -> Iterator[tuple[str, Quantity, Mapping[str, Any], Any]]:
    """What of ours an observation measures: its own value, and those of its components."""
    components = [
        (f"{entry.place}.component[{index}]", raw, model)
        for index, (raw, model) in enumerate(
            zip(entry.raw.get("component") or (), entry.resource.component or (), strict=True)
        )
    ]
    read = [(place, _quantity(raw), raw, model) for place, raw, model in components]
    inside = [(place, what, raw, model) for place, what, raw, model in read if what]
    own = _quantity(entry.raw)
    # A panel under the code of its one result has no value of its own.
    if own and not (inside and not any(name.startswith("value") for name in entry.raw)):
        yield entry.place, own, entry.raw, entry.resource
    yield from inside


def _quantity(coded: Mapping[str, Any]) -> Quantity | None:
    """What a code says is measured; codes of two of our quantities say nothing."""
    found = {CODES[code] for code in _loinc(coded) if code in CODES}
    return found.pop() if len(found) == 1 else None


def _loinc(coded: Mapping[str, Any]) -> list[str]:
    codings = (coded.get("code") or {}).get("coding") or ()
    return [str(one["code"]) for one in codings if one.get("system") == LOINC and one.get("code")]


def _not_needed(entry: Entry) -> str:
    shown = ", ".join(code for code in _loinc(entry.raw) if code.isascii() and len(code) < 12)
    message = _("{place}: an observation that a case does not use ({codes}).")
    if entry.raw.get("component"):
        message = _("{place}: an observation whose components a case does not use ({codes}).")
    elif entry.raw.get("hasMember"):
        message = _("{place}: a panel ({codes}); its members count where they stand themselves.")
    return message.format(place=entry.place, codes=shown or _("no LOINC code"))


def _why_aside(
    entry: Entry,
    patient: Entry,
    specimens: Mapping[str, Mapping[str, Any]],
    quantity: Quantity,
    raw: Mapping[str, Any],
) -> str | None:
    """Ask the gate; a result that is only a limit is for ``_value`` to refuse."""
    return (
        gate.why_aside(entry.raw)
        or why_another(entry, patient)
        or (gate.why_other_site(entry.raw, specimens) if quantity in _OF_BLOOD else None)
        or (None if gate.limit_of(raw) else gate.why_no_value(raw))
    )


def _moment(one: Any) -> datetime | date | str | None:
    """When an observation was made; a phrase where its time is no moment."""
    at = one.effectiveDateTime or one.effectiveInstant
    period = one.effectivePeriod
    if at is None and period is not None:
        at, end = period.start, period.end
        if not isinstance(at, datetime) or (end is not None and not isinstance(end, datetime)):
            return _("its time is a period without a moment.")
        if end is not None and not timedelta(0) <= end - at <= LONGEST_SAMPLING:
            return _("its time is a period, not a moment.")
    return at if isinstance(at, date) else None  # a year alone is a text, and no time


def _left_unread(entry: Entry) -> Iterator[str]:
    if entry.raw.get("note"):
        yield _("its note is not read.")
    at, issued = entry.resource.effectiveDateTime, entry.resource.issued
    if isinstance(at, datetime) and isinstance(issued, datetime) and issued < at:
        yield _("its result is dated before its draw; the time of the result is not used.")


def _limit_mg_dl(raw: Mapping[str, Any], model: Any, what: Quantity, place: str) -> float | None:
    """The assay's limit that an IgM lies below, ``<25 mg/dL``; None where it is no such limit."""
    limit = gate.limit_of(raw) or ""
    found = _BELOW.fullmatch(limit) if what == "igm" else None
    if found is None:
        return None
    if raw.get("valueQuantity"):
        return _quantity_value(raw, model, what, place)
    unit = _litre(found["unit"])
    if unit not in UNITS[what]:
        message = _("{place}: {what} is {limit}, a limit without a unit that is read.")
        raise UnreadableInput(message.format(place=place, what=_(NAMES[what]), limit=limit))
    return UNITS[what][unit](float(found["number"].replace(",", ".")))


def _value(raw: Mapping[str, Any], model: Any, what: Quantity, place: str) -> float:
    if limit := gate.limit_of(raw):
        message = _(
            "{place}: {what} is only a limit ({limit}); a case needs a number, or for IgM a"
            " limit that it lies below, such as <18 mg/dL."
        )
        raise UnreadableInput(message.format(place=place, what=_(NAMES[what]), limit=limit))
    return _quantity_value(raw, model, what, place)


def _quantity_value(raw: Mapping[str, Any], model: Any, what: Quantity, place: str) -> float:
    quantity, given = model.valueQuantity, raw["valueQuantity"]["value"]
    if isinstance(given, bool) or not isinstance(given, int | float):
        message = _("{place}: the value of {what} is not a number.")
        raise UnreadableInput(message.format(place=place, what=_(NAMES[what])))
    code, shown = _litre(quantity.code), _litre(quantity.unit)
    unit = code if quantity.system == UCUM and code else shown
    if shown in UNITS[what] and unit in UNITS[what] and shown != unit:
        message = _("{place}: {what} is in {unit} by its code and in {shown} by its text.")
        raise ImplausibleInput(
            message.format(place=place, what=_(NAMES[what]), unit=unit, shown=shown)
        )
    convert = UNITS[what].get(unit or "")
    if convert is None:
        message = _("{place}: {what} is in {unit}; expected {units}.")
        raise _unit_error(unit)(
            message.format(
                place=place,
                what=_(NAMES[what]),
                unit=f"“{unit}”" if unit else _("no unit"),
                units=either(tuple(UNITS[what])),
            )
        )
    return convert(float(quantity.value))


def _litre(unit: str | None) -> str | None:
    """One spelling of a unit: UCUM writes the litre l or L, and nothing else either way."""
    return _LITRES.get(unit or "", unit)


def _unit_error(unit: str | None) -> type[IgmFatError]:
    return ImplausibleInput if unit else MissingInput

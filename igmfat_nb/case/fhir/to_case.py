"""Measurements on the time axis of a case: time zero is the first titre."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from igmfat_nb.case import Case, new_case
from igmfat_nb.case.fhir.bundle import NAMES, Contents, Measurement, Quantity, read_bundle
from igmfat_nb.errors import ImplausibleInput, MissingInput
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.criteria import CRITERIA
from igmfat_nb.units import HOURS_PER_DAY

DEFAULT_SUBJECT = "FHIR-1"
SECONDS_PER_HOUR = 3600.0
#: Case field, unit and decimals by quantity.
_FIELDS: dict[Quantity, tuple[str, str]] = {
    "height": ("height_cm", "cm"),
    "weight": ("weight_kg", "kg"),
    "haematocrit": ("haematocrit", ""),
}


@dataclass(frozen=True, slots=True)
class Imported:
    """A case, and sentences about what was used, ignored and missing."""

    case: Case
    used: list[str]
    ignored: list[str]
    missing: list[str]


def import_bundle(
    text: str | bytes,
    *,
    subject: str = DEFAULT_SUBJECT,
    age_years: float | None = None,
    sex: str | None = None,
    products: Sequence[str] = (),
) -> Imported:
    """Turn a FHIR R4 Bundle into a case; names, identifiers and the birth date are dropped.

    Parameters
    ----------
    subject : str
        Pseudonym of the case.
    age_years, sex
        In place of what the bundle does not say.
    products : sequence of str
        A site's codes or names of the product, beside its own name.

    Raises
    ------
    IgmFatError
        One sentence; nothing is guessed and nothing half-imported.
    """
    contents = read_bundle(text, products)
    titres = _titres(contents)
    _refuse_after_death(contents.patient, titres)
    at = _Axis.of(titres)
    used: list[str] = []
    fields: dict[str, Any] = {
        "subject": subject,
        "sex": sex or _sex(contents.patient),
        "age_years": _age(contents.patient, at.zero, titres) if age_years is None else age_years,
    }
    used.append(
        _("sex and age at the first titre: {sex}, {age} years.").format(
            sex=fields["sex"], age=number_text(fields["age_years"], 1)
        )
    )
    later: dict[Quantity, list[Measurement]] = {}
    for quantity, (name, unit) in _FIELDS.items():
        found = [one for one in contents.measurements if one.quantity == quantity]
        first, later[quantity] = _baseline(quantity, found, at, contents.ignored)
        fields[name] = first.value
        used.append(_used(quantity, first, unit, at))
    fields["titres"] = _case_titres(titres, later, at, used, contents.ignored)
    if doses := _doses(contents, at, used):
        fields["doses"] = doses
    case = new_case(**fields, vasopressor_stopped_h=None)
    return Imported(case, used, contents.ignored, _missing(doses=bool(doses)))


def _doses(contents: Contents, at: "_Axis", used: list[str]) -> list[dict[str, float]]:
    """Administrations in order of their start, which the first titre's time must allow."""
    rows: list[dict[str, float]] = []
    for one in sorted(contents.administrations, key=lambda given: given.start):
        start_h = at.between(one.start)
        if start_h is None or not isinstance(at.zero, datetime):
            message = _("{place}: a dose cannot be placed, as the first titre has no time of day.")
            raise MissingInput(message.format(place=one.place))
        rows.append(
            {
                "start_h": start_h,
                "volume_ml": round(one.volume_ml, 6),
                "duration_h": round(one.duration_h, 4),
            }
        )
        line = _("dose: {volume} mL over {hours} h ({start} h, {place}).")
        used.append(
            line.format(
                volume=number_text(one.volume_ml, 1),
                hours=number_text(one.duration_h, 2),
                start=number_text(start_h, 2),
                place=one.place,
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class _Axis:
    """Hours since the first titre; a bundle with one undated titre has no axis but its zero."""

    zero: datetime | date | None

    @classmethod
    def of(cls, titres: list[Measurement]) -> "_Axis":
        return cls(titres[0].at)

    def hours(self, one: Measurement) -> float | None:
        """When a measurement was made [h], if that can be told."""
        return self.between(one.at)

    def between(self, at: datetime | date | None) -> float | None:
        """Hours from the first titre; of a mere date only that it is not after its day."""
        if at is None or self.zero is None:
            return None
        if isinstance(at, datetime) and isinstance(self.zero, datetime):
            return round((at - self.zero).total_seconds() / SECONDS_PER_HOUR, 4)
        days = (_day(at) - _day(self.zero)).days
        return HOURS_PER_DAY * days if days <= 0 else None


def _day(at: datetime | date) -> date:
    return at.date() if isinstance(at, datetime) else at


def _titres(contents: Contents) -> list[Measurement]:
    """IgM in the order of drawing; the same result twice counts once."""
    found = [one for one in contents.measurements if one.quantity == "igm"]
    if not found:
        message = _("The bundle has no usable serum IgM (LOINC 2472-9).")
        raise MissingInput(message + _reasons("igm", contents.ignored))
    untimed = [one for one in found if not isinstance(one.at, datetime)]
    if untimed and len(found) > 1:
        message = _("{place}: serum IgM has no time of day, and there is more than one.")
        raise MissingInput(message.format(place=untimed[0].place))
    ordered = found if untimed else sorted(found, key=_moment)
    kept = ordered[:1]
    for one in ordered[1:]:
        if one.at != kept[-1].at:
            kept.append(one)
        elif (one.value, one.below) == (kept[-1].value, kept[-1].below):
            message = _("{place}, serum IgM: the same as {other}.")
            contents.ignored.append(message.format(place=one.place, other=kept[-1].place))
        else:
            message = _("{place} and {other} are two different titres drawn at the same time.")
            raise ImplausibleInput(message.format(place=one.place, other=kept[-1].place))
    return kept


def _refuse_after_death(patient: Any, titres: list[Measurement]) -> None:
    died = patient.deceasedDateTime
    for one in titres:
        if isinstance(died, date) and one.at is not None and _day(one.at) > _day(died):
            message = _("{place}: serum IgM was drawn after the day on which the patient died.")
            raise ImplausibleInput(message.format(place=one.place))


def _moment(one: Measurement) -> datetime:
    if not isinstance(one.at, datetime):  # guarded by the caller
        raise MissingInput(_("{place} has no time.").format(place=one.place))
    return one.at


def _sex(patient: Any) -> str:
    if patient.gender in ("male", "female"):
        return str(patient.gender)
    raise MissingInput(
        _(
            "The bundle does not state the sex (female or male), which the plasma volume"
            " needs; add --sex."
        )
    )


def _age(patient: Any, zero: datetime | date | None, titres: list[Measurement]) -> float:
    """Completed years at the first titre."""
    born = patient.birthDate
    if not isinstance(born, date):
        raise MissingInput(_("The bundle has no full birth date; add --age."))
    if zero is None:
        message = _("{place}: serum IgM has no date, so the age is not known; add --age.")
        raise MissingInput(message.format(place=titres[0].place))
    had_birthday = (zero.month, zero.day) >= (born.month, born.day)
    years = zero.year - born.year - (0 if had_birthday else 1)
    if years < 0:
        raise ImplausibleInput(_("The first titre was drawn before the patient was born."))
    return float(years)


def _baseline(
    quantity: Quantity, found: list[Measurement], at: _Axis, ignored: list[str]
) -> tuple[Measurement, list[Measurement]]:
    """The value that holds at the first titre, and the later ones in order.

    It is the last one at or before the first titre; else the first within the
    day after it; else the only one there is, if that one carries no time.
    """
    timed = [(hours, one) for one in found if (hours := at.hours(one)) is not None]
    timed.sort(key=lambda pair: pair[0])
    before = [one for hours, one in timed if hours <= 0]
    soon = [one for hours, one in timed if 0 < hours <= HOURS_PER_DAY]
    if before:
        first = before[-1]
    elif soon:
        first = soon[0]
    elif len(found) == 1 and not timed:
        first = found[0]
    else:
        raise MissingInput(_why_missing(quantity, found, ignored))
    _check_one_value(quantity, first, before or soon, at)
    message = _("{place}, {what}: {why}.")
    name = _(NAMES[quantity])
    for one in found:
        if one in before[:-1]:
            why = _("an earlier value; the last one before the first titre counts")
            ignored.append(message.format(place=one.place, what=name, why=why))
        elif one is not first and at.hours(one) is None:
            why = _("it has no time")
            ignored.append(message.format(place=one.place, what=name, why=why))
    return first, [one for hours, one in timed if hours > 0 and one is not first]


def _check_one_value(
    quantity: Quantity, first: Measurement, rivals: list[Measurement], at: _Axis
) -> None:
    for one in rivals:
        if at.hours(one) == at.hours(first) and one.value != first.value:
            message = _("{place} and {other} are two different values of {what} at the same time.")
            raise ImplausibleInput(
                message.format(place=one.place, other=first.place, what=_(NAMES[quantity]))
            )


def _reasons(quantity: Quantity, ignored: list[str]) -> str:
    """Why the first values of a quantity were left aside, as further sentences."""
    what = f", {_(NAMES[quantity])}: "
    said = [line[0].upper() + line[1:] for line in ignored if what in line]
    return "".join(f" {line}" for line in said[:3])


def _why_missing(quantity: Quantity, found: list[Measurement], ignored: list[str]) -> str:
    name = _(NAMES[quantity])
    if not found:
        message = _("The bundle has no usable {what}.").format(what=name)
        return message + _reasons(quantity, ignored)
    message = _("The bundle has no {what} of the time of the first titre ({places}).")
    return message.format(what=name, places=", ".join(one.place for one in found))


def _case_titres(
    titres: list[Measurement],
    later: dict[Quantity, list[Measurement]],
    at: _Axis,
    used: list[str],
    ignored: list[str],
) -> list[dict[str, Any]]:
    """Titres with the weight and haematocrit that were new when they were drawn."""
    rows: list[dict[str, Any]] = []
    from_h = 0.0
    for one in titres:
        time_h = at.hours(one) or 0.0
        name = "igm_below_mg_dl" if one.below else "igm_mg_dl"
        row: dict[str, Any] = {"time_h": time_h, name: one.value}
        result_h = at.between(one.issued)
        if result_h is not None and result_h > time_h:
            row["result_h"] = result_h
        used.append(_used("igm", one, "mg/dL", at))
        for quantity in ("weight", "haematocrit"):
            new = [m for m in later[quantity] if from_h < (at.hours(m) or 0.0) <= time_h]
            if new:
                row[_FIELDS[quantity][0]] = new[-1].value
                used.append(_used(quantity, new[-1], _FIELDS[quantity][1], at))
                ignored.extend(_superseded(quantity, new[:-1]))
        rows.append(row)
        from_h = time_h
    for quantity, left in later.items():
        after = [m for m in left if (at.hours(m) or 0.0) > from_h or quantity == "height"]
        ignored.extend(_superseded(quantity, after))
    return rows


def _superseded(quantity: Quantity, left: list[Measurement]) -> list[str]:
    message = _("{place}, {what}: no titre belongs to it.")
    return [message.format(place=one.place, what=_(NAMES[quantity])) for one in left]


def _used(quantity: Quantity, one: Measurement, unit: str, at: _Axis) -> str:
    hours = at.hours(one)
    when = (
        _("no time given") if hours is None else _("{hours} h").format(hours=number_text(hours, 2))
    )
    when = f"{when}, {one.remark}" if one.remark else when
    value = f"{'<' if one.below else ''}{number_text(one.value, 3)} {unit}".strip()
    message = _("{what}: {value} ({when}, {place}).")
    return message.format(what=_(NAMES[quantity]), value=value, when=when, place=one.place)


def _missing(*, doses: bool) -> list[str]:
    message = _("answers to the {count} criteria and to the contraindications: unknown.")
    return [
        message.format(count=len(CRITERIA)),
        _("arm, events: none in the case.")
        if doses
        else _("arm, doses, events: none in the case."),
        _("when vasopressors stopped: not stated."),
    ]

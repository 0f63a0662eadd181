"""From rows to titres, doses and events: an event table, a long table, a REDCap export."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from igmfat_nb.bedside.patient import BELOW
from igmfat_nb.event_tables.cells import Moment, Row, hours_between
from igmfat_nb.event_tables.mapping import STOPPED, AmountUnit, TableFormat
from igmfat_nb.language import _
from igmfat_nb.notation import in_signs, seen_text
from igmfat_nb.protocol import product
from igmfat_nb.units import MG_DL_PER_G_L

MOST_ADDITIONAL = 100


@dataclass(frozen=True, slots=True)
class Titre:
    """A titre as a row has it [mg/dL]; ``below`` where it is the assay's limit."""

    line: int
    at: Moment
    igm_mg_dl: Decimal
    below: bool
    result: Moment | None
    weight_kg: Decimal | None
    haematocrit: Decimal | None


@dataclass(frozen=True, slots=True)
class Dose:
    """An infusion as a row has it."""

    line: int
    at: Moment
    volume_ml: Decimal
    duration_h: Decimal


@dataclass(frozen=True, slots=True)
class Event:
    """An event, or the stop of vasopressors."""

    line: int
    at: Moment
    kind: str


Record = Titre | Dose | Event


def records_of(row: Row) -> list[Record]:
    """What a row records; what is wrong with it stands in ``row.problems``."""
    return list(_READERS[row.cells.mapping.format](row))


def _event_row(row: Row) -> Iterator[Record]:
    evid, steady = row.text("evid"), row.text("steady_state")
    if evid not in ("", "0", "1", "2"):
        message = _("EVID is {evid}; a case has titres (0), doses (1) and events (2), no resets.")
        row.refuse("evid", message.format(evid=seen_text(evid[:20])))
        return
    if steady not in ("", "0"):
        row.refuse("steady_state", _("SS is not 0; doses before the first titre are not known."))
        return
    amount = row.number("amount")
    given, titre = amount is not None and amount != 0, _has_titre(row)
    if not evid and given and titre:
        row.refuse("amount", _("The row has a dose and a titre; a column EVID says which counts."))
        return
    evid = evid or ("1" if given else "0" if titre else "2")
    if evid == "0" and given:
        row.refuse("amount", _("The row is a titre (EVID 0) and has a dose."))
    elif evid == "1" and not given:
        row.refuse("amount", _("The row is a dose (EVID 1) without an amount."))
    elif evid == "1" and _in_compartment(row, "dose"):
        yield from _doses(row, "time")
    elif evid == "0" and _in_compartment(row, "titre") and row.text("missing_titre") != "1":
        yield from _titres(row, "time")
    elif evid == "2":
        yield from _events(row, "time")


def _has_titre(row: Row) -> bool:
    return row.text("missing_titre") != "1" and bool(row.text("titre") or row.text("below") == "1")


def _in_compartment(row: Row, kind: str) -> bool:
    text = row.text("compartment")
    known = row.cells.mapping.codes.get("compartment", {})
    if not text or text in known.get(kind, ()):
        return True
    message = _("{name} is “{text}”, which codes.compartment does not name for a {kind}.")
    called = row.called("compartment")
    row.refuse("compartment", message.format(name=called, text=seen_text(text), kind=_(kind)))
    return False


def _long_row(row: Row) -> Iterator[Record]:
    if not row.text("record"):
        row.refuse("record", _("{name} is missing.").format(name=row.called("record")))
        return
    record = row.code("record")
    if record == "titre":
        yield from _titres(row, _time_of(row, "titre_time"))
    elif record == "dose":
        yield from _doses(row, _time_of(row, "dose_time"))
    elif record == "event":
        yield from _events(row, _time_of(row, "event_time"), needed=True)
    elif record == STOPPED:
        at = row.moment(_time_of(row, "event_time"), needed=True)
        if at is not None:
            yield Event(row.line, at, STOPPED)


def _redcap_row(row: Row) -> Iterator[Record]:
    """Whatever part of a row is filled in: instruments stand beside each other."""
    if any(map(row.text, ("titre", "titre_time", "below"))):
        yield from _titres(row, _time_of(row, "titre_time"))
    if any(map(row.text, ("amount", "dose_time", "duration", "rate", "end"))):
        yield from _doses(row, _time_of(row, "dose_time"))
    if any(map(row.text, ("event", "event_time"))):
        yield from _events(row, _time_of(row, "event_time"), needed=True)


_READERS: dict[TableFormat, Callable[[Row], Iterator[Record]]] = {
    "event": _event_row,
    "long": _long_row,
    "redcap": _redcap_row,
}


def _time_of(row: Row, own: str) -> str:
    return own if own in row.cells.columns else "time"


def _titres(row: Row, time: str) -> Iterator[Titre]:
    at = row.moment(time, needed=True)
    number, below = _titre_number(row)
    if at is not None and number is not None:
        weight = row.number("titre_weight") if "titre_weight" in row.cells.columns else None
        share = row.number("titre_haematocrit", 0, 100)
        percent = row.cells.mapping.units.haematocrit == "percent"
        share = share / 100 if share is not None and percent else share
        result = row.moment("result_time")
        yield Titre(row.line, at, number, below, result, weight, share)


def _titre_number(row: Row) -> tuple[Decimal | None, bool]:
    """The number in mg/dL, and whether it is the assay's limit."""
    text, below = row.text("titre"), row.text("titre").startswith(BELOW)
    if row.flag("below"):
        if not row.text("limit"):
            message = _("The titre is below a limit that is not given; {name} is missing.")
            row.refuse("limit", message.format(name=row.called("limit")))
            return None, True
        return _in_mg_dl(row, "limit", row.text("limit")), True
    censored = row.text("censored")
    if censored not in ("", "0", "1"):
        row.refuse("censored", _("CENS is not 0 or 1; only titres below a limit are kept."))
        return None, False
    if censored == "1" and row.text("limit") not in ("", "0"):
        row.refuse("limit", _("The titre lies between two limits; only one below a limit is kept."))
        return None, True
    if not text:
        row.refuse("titre", _("{name} is missing.").format(name=row.called("titre")))
        return None, False
    number = text.removeprefix(BELOW).strip() if below else text
    return _in_mg_dl(row, "titre", number), below or censored == "1"


def _in_mg_dl(row: Row, name: str, text: str) -> Decimal | None:
    unit = row.cells.mapping.units.titre or row.code("titre_unit")
    if unit is None:
        if not row.text("titre_unit"):
            row.refuse("titre_unit", _("The unit of the titre is missing; it is never guessed."))
        return None
    called = row.called(name)
    grams = unit == "g/L"
    low, high = (0.01, 10.0) if grams else (1.0, 1000.0)
    number = row.read(name, lambda _text: row.cells.number(text, called, low, high))
    if number is None:
        return None
    return number * Decimal(MG_DL_PER_G_L) if grams else number


def _doses(row: Row, time: str) -> Iterator[Dose]:
    at, volume_ml = row.moment(time, needed=True), _volume_ml(row)
    if at is None or volume_ml is None:
        return
    duration_h = _duration_h(row, at)
    further, interval_h = _further(row)
    if duration_h is None or further is None:
        return
    for number in range(further + 1):
        yield Dose(row.line, _later(at, number * interval_h), volume_ml, duration_h)


def _volume_ml(row: Row) -> Decimal | None:
    amount = row.number("amount")
    if amount is None:
        if not row.text("amount"):
            row.refuse("amount", _("{name} is missing.").format(name=row.called("amount")))
        return None
    return amount / _per_ml(row.cells.mapping.units.amount)


def _per_ml(unit: AmountUnit | None) -> Decimal:
    """How much of a unit is in a millilitre of the product."""
    strength = {"mg IgM": product.IGM.value, "mg protein": product.PROTEIN.value}
    return Decimal(repr(strength[unit])) if unit in strength else Decimal(1)


def _duration_h(row: Row, at: Moment) -> Decimal | None:
    """How long an infusion ran: as stated, until its end, or by its rate; they must agree."""
    stated, end, rate = row.span_h("duration"), row.moment("end"), row.number("rate", -2)
    found: list[tuple[str, Decimal]] = [] if not stated else [("duration", stated)]
    if end is not None:
        found.append(("end", Decimal(repr(hours_between(end, at)))))
    if rate is not None and rate < 0:
        row.refuse("rate", _("RATE is negative, a rate to be estimated; a case keeps what ran."))
        return None
    amount = row.number("amount")
    if rate and amount is not None:
        days = row.cells.mapping.units.time == "days"
        found.append(("rate", amount / rate * (24 if days else 1)))
    if not found:
        if not row.problems:
            message = _("How long the infusion ran is missing; a case keeps no bolus.")
            row.refuse("duration" if "duration" in row.cells.columns else "rate", message)
        return None
    (_first, duration_h), *others = found
    for name, other_h in others:
        if abs(other_h - duration_h) > Decimal("0.001") * duration_h:
            message = _("{name} gives {other} h, and {first} {stated} h.")
            values = {"other": in_signs(f"{other_h:.3f}"), "stated": in_signs(f"{duration_h:.3f}")}
            first = row.called(found[0][0])
            row.refuse(name, message.format(name=row.called(name), first=first, **values))
            return None
    return duration_h


def _further(row: Row) -> tuple[int | None, Decimal]:
    """How many doses follow this one, and after how long [h]."""
    further = row.number("additional")
    if not further:
        return (None if row.text("additional") and further is None else 0), Decimal(0)
    interval_h = row.span_h("interval")
    if further != int(further) or not 0 < further <= MOST_ADDITIONAL or not interval_h:
        message = _(
            "ADDL is {further} with II {interval}; expected 1 to {most} doses more, II above 0."
        )
        text = {"further": row.text("additional"), "interval": row.text("interval") or "."}
        row.refuse("additional", message.format(most=MOST_ADDITIONAL, **text))
        return None, Decimal(0)
    return int(further), interval_h


def _later(at: Moment, hours: Decimal) -> Moment:
    return at + hours if isinstance(at, Decimal) else at + timedelta(hours=float(hours))


def _events(row: Row, time: str, *, needed: bool = False) -> Iterator[Event]:
    kind = row.code("event")
    if kind is None:
        if needed and not row.text("event"):
            row.refuse("event", _("{name} is missing.").format(name=row.called("event")))
        return
    at = row.moment(time, needed=True)
    if at is not None:
        yield Event(row.line, at, kind)

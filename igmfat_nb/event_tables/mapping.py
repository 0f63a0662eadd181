"""What a table's columns are, in which units and codes: a YAML file that a person writes.

Nothing is guessed: a column, a unit or a code that the mapping does not name is not read.
"""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from igmfat_nb.bedside.eligibility import QUESTIONS
from igmfat_nb.case.parts import EVENT_KINDS
from igmfat_nb.case.ward_clock import zone_of
from igmfat_nb.errors import IgmFatError, MissingInput, UnreadableInput
from igmfat_nb.language import _, mark
from igmfat_nb.notation import either, listed
from igmfat_nb.validation import Found, first_found, json_value, nearest, refusal
from igmfat_nb.yaml_file import read_yaml

TableFormat = Literal["event", "long", "redcap"]
TimeUnit = Literal["hours", "days", "date-times"]
SpanUnit = Literal["minutes", "hours", "days"]
AmountUnit = Literal["mg IgM", "mg protein", "mL"]
TitreUnit = Literal["mg/dL", "g/L"]
DateOrder = Literal["year-month-day", "day-month-year", "month-day-year"]
STOPPED = "vasopressors stopped"
RECORDS = ("titre", "dose", "event", STOPPED)
CRITERION = "criterion "
#: Our columns, and in which formats beside all they may stand.
COLUMNS: dict[str, str] = {
    "subject": mark("pseudonym"),
    "centre": mark("where; a subject belongs to one"),
    "time": mark("of the row"),
    "titre_time": mark("of a titre, where its column is another"),
    "dose_time": mark("start of an infusion, where its column is another"),
    "event_time": mark("of an event, where its column is another"),
    "titre": mark("serum IgM; <18 is below the assay's limit"),
    "titre_unit": mark("unit of each titre, in place of units.titre"),
    "censored": mark("1: the titre is the assay's limit and lies below it (CENS)"),
    "below": mark("1: below the limit in the column limit (BLQ)"),
    "limit": mark("the assay's limit (LLOQ); beside censored the lower end (LIMIT)"),
    "result_time": mark("when the titre's result came"),
    "titre_weight": mark("weight stated with a titre"),
    "titre_haematocrit": mark("haematocrit stated with a titre"),
    "amount": mark("dose in the unit units.amount"),
    "rate": mark("amount in an hour, or in the unit of units.time"),
    "duration": mark("of the infusion"),
    "end": mark("of the infusion, in place of rate and duration"),
    "additional": mark("further doses like this one (ADDL)"),
    "interval": mark("between them (II)"),
    "steady_state": mark("SS; only 0 is read"),
    "evid": mark("EVID: 0 titre, 1 dose, 2 other"),
    "missing_titre": mark("MDV: 1 where the row has no titre"),
    "compartment": mark("CMT, named in codes.compartment"),
    "record": mark("what a row is: titre, dose, event, vasopressors stopped"),
    "event": mark("kind of event"),
    "sex": mark("female or male"),
    "age": mark("years"),
    "height": mark("cm"),
    "weight": mark("kg"),
    "haematocrit": mark("in the unit units.haematocrit"),
    "arm": mark("standard or personalised"),
    "vasopressors_stopped": mark("when"),
    "death": mark("when; nothing may follow it, and a case does not keep it"),
    "notes": mark("a text"),
}
_NEEDED: dict[TableFormat, tuple[str, ...]] = {
    "event": ("subject", "time", "titre"),
    "long": ("subject", "record"),
    "redcap": ("subject", "titre"),
}
_ONLY: dict[str, TableFormat] = {
    **dict.fromkeys(("evid", "missing_titre", "compartment"), "event"),
    "record": "long",
}
#: Columns of ours that may be one column of the table: what stands in a row says which it is.
_SHARED = frozenset({"titre", "amount", "time", "event", "titre_time", "dose_time", "event_time"})
_CODED: dict[str, tuple[str, ...]] = {
    "sex": ("female", "male"),
    "arm": ("standard", "personalised"),
    "record": RECORDS,
    "event": (*EVENT_KINDS, STOPPED),
    "compartment": ("titre", "dose"),
    "titre_unit": ("mg/dL", "g/L"),
    "answer": ("yes", "no", "unknown"),
}


def _texts(value: Any) -> Any:
    """A code is a text as it stands in the table; a number counts as its digits."""
    if isinstance(value, list):
        return tuple(_texts(one) for one in value)
    if isinstance(value, bool):
        return value
    return str(value) if isinstance(value, int | float) else value


def _listed_texts(value: Any) -> Any:
    texts = _texts(value)
    return (texts,) if isinstance(texts, str) else texts


Codes = Annotated[tuple[str, ...], BeforeValidator(_listed_texts)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Units(_Part):
    """In which unit each quantity stands; age in years, height in cm and weight in kg always."""

    time: TimeUnit
    zone: str | None = None
    dates: DateOrder | None = None
    duration: SpanUnit | None = None
    amount: AmountUnit | None = None
    titre: TitreUnit | None = None
    haematocrit: Literal["fraction", "percent"] | None = None


class Mapping(_Part):
    """A mapping as read: ``columns`` ours → the table's; ``codes`` ours → the table's."""

    format: TableFormat
    columns: dict[str, str]
    units: Units
    codes: dict[str, dict[str, Codes]] = Field(default_factory=dict)
    missing: Codes = ()
    same_for_all: dict[str, Annotated[str, BeforeValidator(_texts)]] = Field(default_factory=dict)

    def code(self, name: str, text: str) -> str | None:
        """Ours for a code of the table; of a name without codes the text as it is."""
        known = self.codes.get(name)
        if known is None:
            word = text if name == "titre_unit" else text.lower()  # Mg is no mg
            return word if word in _CODED[name] else None
        return next((ours for ours, theirs in known.items() if text in theirs), None)


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises
    ------
    IgmFatError
        One sentence that names the file and the place.
    """
    return _mapping_of(read_yaml(path), path.name)


def _mapping_of(document: Any, name: str) -> Mapping:
    try:
        mapping = Mapping.model_validate(document, strict=True)
        _check(mapping)
    except ValidationError as error:
        found = refusal(first_found(error), expected=_expected, value=json_value, unknown=_unknown)
        raise type(found)(f"{name}: {found}") from error
    except IgmFatError as error:
        raise type(error)(f"{name}: {error}") from error
    return mapping


def _expected(found: Found) -> str:
    if found.place[:1] in (("columns",), ("same_for_all",)) or not found.place:
        return _("names of columns")
    return found.said.removeprefix("Input should be ")


def _unknown(found: Found) -> IgmFatError:
    message = _("{place} is not part of a mapping.")
    return UnreadableInput.at(found.place, message)


def _check(mapping: Mapping) -> None:
    for part in (mapping.columns, mapping.same_for_all):
        for ours in part:
            _check_column(ours, mapping.format)
    for ours in mapping.same_for_all.keys() & mapping.columns.keys():
        message = _("same_for_all.{name} is also a column; it is one or the other.")
        raise UnreadableInput(message.format(name=ours))
    for ours in _NEEDED[mapping.format]:
        if ours not in mapping.columns:
            message = _("columns.{name} is missing ({what}); the format {format} needs it.")
            what = _(COLUMNS[ours])
            raise MissingInput(message.format(name=ours, what=what, format=mapping.format))
    shared = Counter(theirs for ours, theirs in mapping.columns.items() if ours not in _SHARED)
    for theirs, count in shared.items():
        if count > 1:
            message = _("columns gives “{theirs}” for two of ours.")
            raise UnreadableInput(message.format(theirs=theirs))
    _check_units(mapping)
    _check_codes(mapping)


def _check_column(ours: str, format_: TableFormat) -> None:
    code = ours.removeprefix(CRITERION)
    if ours not in COLUMNS and not (ours.startswith(CRITERION) and code in QUESTIONS):
        near = nearest(ours, COLUMNS)
        message = _("“{name}” is not one of our columns; they are {columns}.")
        if near:
            message = _("“{name}” is not one of our columns; did you mean “{near}”?")
        known = ", ".join([*COLUMNS, f"{CRITERION}CODE"])
        raise UnreadableInput(message.format(name=ours, near=near, columns=known))
    if _ONLY.get(ours, format_) != format_:
        message = _("columns.{name} belongs to the format {format}.")
        raise UnreadableInput(message.format(name=ours, format=_ONLY[ours]))


def _check_units(mapping: Mapping) -> None:
    units, columns = mapping.units, mapping.columns.keys() | mapping.same_for_all.keys()
    needs = {
        "titre": ("titre", "titre_unit"),
        "amount": ("amount", None),
        "haematocrit": ("haematocrit", None),
    }
    for unit, (column, other) in needs.items():
        stated, beside = getattr(units, unit) is not None, other in mapping.columns
        if column in columns and not stated and not beside:
            message = _("units.{unit} is missing; a unit is never guessed.")
            raise MissingInput(message.format(unit=unit))
        if stated and beside:
            message = _("units.{unit} and columns.{other} both state the unit.")
            raise UnreadableInput(message.format(unit=unit, other=other))
    if units.time == "date-times":
        if units.zone is None:
            message = _("units.zone is missing; date-times need one, such as Europe/Rome.")
            raise MissingInput(message)
        zone_of(units.zone)


def _check_codes(mapping: Mapping) -> None:
    if "compartment" in mapping.columns and "compartment" not in mapping.codes:
        message = _("codes.compartment is missing: which compartment is a titre's, which a dose's.")
        raise MissingInput(message)
    for name, codes in mapping.codes.items():
        if name not in _CODED:
            message = _("codes.{name} is not known; there are codes of {known}.")
            raise UnreadableInput(message.format(name=name, known=listed(list(_CODED))))
        for ours in codes:
            if ours not in _CODED[name]:
                message = _("codes.{name}.{ours} is not known; expected {known}.")
                known = either(_CODED[name])
                raise UnreadableInput(message.format(name=name, ours=ours, known=known))
        if name == "compartment":
            continue  # titres and doses may be of one
        twice = [code for code, n in Counter(sum(codes.values(), ())).items() if n > 1]
        if twice:
            message = _("codes.{name} gives “{code}” two meanings.")
            raise UnreadableInput(message.format(name=name, code=twice[0]))

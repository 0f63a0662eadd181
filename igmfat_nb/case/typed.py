"""A case as typed: text in every field, rows in lists; and as text that a browser can keep."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

from igmfat_nb.bedside.patient import BELOW, TypedPatient
from igmfat_nb.case.model import Case
from igmfat_nb.case.parts import CaseTitre
from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.notation import field_text

ListName = Literal["titres", "doses", "events"]
LIST_NAMES: tuple[ListName, ...] = ("titres", "doses", "events")
FILE_UNIT = "mg/dL"  # of titres in a case file, and of a row whose unit nobody was asked for
BODY = ("sex", "age_years", "height_cm", "weight_kg", "haematocrit")
MOST_ROWS = 100  # of one list: a course has days, not years
LONGEST_TEXT = 1_000_000  # characters of a kept course


@dataclass(frozen=True, slots=True)
class TypedTitre:
    """One row of titres; a titre stays as typed, in the unit it was typed in, ``<18`` too."""

    time_h: str = ""
    igm: str = ""
    result_h: str = ""
    haematocrit: str = ""
    weight_kg: str = ""
    igm_unit: str = FILE_UNIT


@dataclass(frozen=True, slots=True)
class TypedDose:
    """One row of doses."""

    start_h: str = ""
    volume_ml: str = ""
    duration_h: str = ""


@dataclass(frozen=True, slots=True)
class TypedEvent:
    """One row of events."""

    time_h: str = ""
    kind: str = ""


TypedRow = TypedTitre | TypedDose | TypedEvent
ROW_TYPES: dict[ListName, type[TypedRow]] = {
    "titres": TypedTitre,
    "doses": TypedDose,
    "events": TypedEvent,
}


@dataclass(frozen=True, slots=True)
class TypedCase:
    """Everything a person typed about one patient; nothing is read yet.

    ``reading`` is the chosen edition of the personalised rule; empty for the default.
    The body and the first titre are those of ``patient``: there is no second copy.
    """

    subject: str = ""
    sex: str = ""
    age_years: str = ""
    height_cm: str = ""
    weight_kg: str = ""
    haematocrit: str = ""
    arm: str = ""
    vasopressor_stopped_h: str = ""
    notes: str = ""
    reading: str = ""
    criteria: Mapping[str, str] = field(default_factory=dict)
    titres: tuple[TypedRow, ...] = (TypedTitre(time_h="0"),)
    doses: tuple[TypedRow, ...] = ()
    events: tuple[TypedRow, ...] = ()

    def rows(self, name: ListName) -> tuple[TypedRow, ...]:
        """The rows of one list."""
        rows: tuple[TypedRow, ...] = getattr(self, name)
        return rows

    def with_rows(self, name: ListName, rows: Sequence[TypedRow]) -> "TypedCase":
        """Return the course with one list replaced."""
        changes: dict[str, Any] = {name: tuple(rows)}
        return replace(self, **changes)

    def goes_on(self) -> bool:
        """Whether anything is typed of the hours after the first titre."""
        later = [*self.titres[1:], *self.doses, *self.events]
        return bool(self.vasopressor_stopped_h.strip()) or not all(map(is_empty_row, later))

    def is_empty(self) -> bool:
        """Whether nothing was typed yet; a unit that waits for its number is nothing."""
        first = replace(self.first_titre, igm_unit=FILE_UNIT)
        return replace(self, titres=(first, *self.titres[1:])) == TypedCase()

    @property
    def first_titre(self) -> TypedTitre:
        """The first row of titres, empty where there is none."""
        first = self.titres[0] if self.titres else None
        return first if isinstance(first, TypedTitre) else TypedTitre(time_h="0")

    @property
    def patient(self) -> TypedPatient:
        """The patient at the first titre."""
        body: dict[str, str] = {name: getattr(self, name) for name in BODY}
        first = self.first_titre
        return TypedPatient(**body, igm=first.igm, igm_unit=first.igm_unit)

    def with_patient(
        self, patient: TypedPatient, criteria: Mapping[str, str] | None = None
    ) -> "TypedCase":
        """Return the case with this body and first titre, and these answers if given."""
        body: dict[str, Any] = {name: getattr(patient, name) for name in BODY}
        first = replace(self.first_titre, igm=patient.igm, igm_unit=patient.igm_unit)
        answers = self.criteria if criteria is None else dict(criteria)
        return replace(self, **body, titres=(first, *self.titres[1:]), criteria=answers)


TEXT_FIELDS = tuple(
    part.name for part in fields(TypedCase) if part.name not in {"criteria", *LIST_NAMES}
)


def is_empty_row(row: TypedRow) -> bool:
    """Whether nothing stands in a row; the unit of a number that is not there is nothing."""
    return not any(text.strip() for name, text in asdict(row).items() if name != "igm_unit")


def typed_case(case: Case) -> TypedCase:
    """Write a case as a person would type it."""
    lists: dict[str, Any] = {
        name: tuple(_typed_row(name, part) for part in getattr(case, name)) for name in LIST_NAMES
    }
    texts: dict[str, Any] = {name: _text(getattr(case, name)) for name in TEXT_FIELDS}
    return TypedCase(**texts, criteria=dict(case.criteria), **lists)


def kept_text(typed: TypedCase, file_text: str | None) -> str:
    """What a browser keeps: the course as typed, slips included, and the file it came from."""
    document = {"typed": asdict(typed), "file": file_text}
    return json.dumps(document, ensure_ascii=False)


def typed_kept(text: str) -> tuple[TypedCase, str | None]:
    """Read what a browser kept; the browser's storage is the reader's to change, so all is checked.

    Raises
    ------
    UnreadableInput
        If it is not a course that this page kept.
    """
    message = _("What this browser kept is not a course that can be read; it was left alone.")
    try:
        if len(text) > LONGEST_TEXT:
            raise ValueError
        document = json.loads(text)
        file_text = document["file"]
        if not (file_text is None or isinstance(file_text, str)):
            raise TypeError
        return _typed(document["typed"]), file_text
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnreadableInput(message) from error


def _typed(document: dict[str, Any]) -> TypedCase:
    known = {"reading": ""} | document  # kept before a case had one
    texts: dict[str, Any] = {name: _checked(known[name]) for name in TEXT_FIELDS}
    criteria = {_checked(code): _checked(word) for code, word in document["criteria"].items()}
    lists: dict[str, Any] = {}
    for name in LIST_NAMES:
        rows = [ROW_TYPES[name](**_checked_row(row)) for row in document[name]]
        if len(rows) > MOST_ROWS:
            raise ValueError
        lists[name] = tuple(rows)
    return TypedCase(**texts, criteria=criteria, **lists)


def _checked_row(row: dict[str, Any]) -> dict[str, str]:
    texts = {name: _checked(value) for name, value in row.items()}
    if "igm_mg_dl" in texts:  # kept before a titre had a unit of its own
        texts["igm"] = texts.pop("igm_mg_dl")
    return texts


def _checked(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _typed_row(name: ListName, part: object) -> TypedRow:
    row_type = ROW_TYPES[name]
    texts = {one.name: _text(getattr(part, one.name, None)) for one in fields(row_type)}
    if isinstance(part, CaseTitre):
        sign = BELOW if part.is_limit else ""
        texts |= {"igm": sign + _text(part.reported_mg_dl), "igm_unit": FILE_UNIT}
    return row_type(**texts)


def _text(value: object) -> str:
    """Write a value so that our parser reads the same value back."""
    if value is None:
        return ""
    return field_text(value) if isinstance(value, float) else str(value)

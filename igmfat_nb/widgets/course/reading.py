"""A typed course read field by field and row by row: a case, or one sentence for each refusal."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from igmfat_nb import plausibility
from igmfat_nb.bedside.patient import TypedPatient, read_patient
from igmfat_nb.case import EVENT_KINDS, Case, new_case
from igmfat_nb.case.model import DOSE_DURATION_H, DOSE_VOLUME_ML, TIME_H
from igmfat_nb.errors import IgmFatError, MissingInput, Place, UnreadableInput
from igmfat_nb.language import _, mark
from igmfat_nb.plausibility import Plausible
from igmfat_nb.widgets.course.typed import (
    LIST_NAMES,
    ListName,
    TypedCourse,
    TypedRow,
    is_empty_row,
)

#: What a sentence calls a field that is still empty.
NAMES = {
    "subject": mark("the pseudonym"),
    "sex": mark("the sex"),
    "age_years": mark("the age"),
    "height_cm": mark("the height"),
    "weight_kg": mark("the weight"),
    "haematocrit": mark("the haematocrit"),
    "titres": mark("the first titre"),
}
TIME_FIELD: dict[ListName, str] = {"titres": "time_h", "doses": "start_h", "events": "time_h"}
_PATIENT = ("sex", "age_years", "height_cm", "weight_kg", "haematocrit")
_OPTIONAL = frozenset({"result_h", "haematocrit", "weight_kg"})
_RANGES: dict[str, Plausible] = {
    "time_h": TIME_H,
    "start_h": TIME_H,
    "result_h": TIME_H,
    "igm_mg_dl": plausibility.IGM_MG_DL,
    "haematocrit": plausibility.HAEMATOCRIT,
    "weight_kg": plausibility.WEIGHT_KG,
    "volume_ml": DOSE_VOLUME_ML,
    "duration_h": DOSE_DURATION_H,
}
_ROW_NAMES = {"result_h": mark("The time of the result"), "start_h": mark("The start")}
_THIS = {"titres": mark("This titre"), "doses": mark("This dose"), "events": mark("This event")}
_BEFORE = mark("the one before")
_WHOLE = mark("This course")


@dataclass(frozen=True, slots=True)
class CourseReading:
    """What could be read.

    Attributes
    ----------
    case : Case or None
        Only when everything could be read.
    refused : dict
        Place ("weight_kg", "titres.2", "case") → the sentence shown there.
    missing : tuple of str
        Fields that nobody filled in yet.
    """

    case: Case | None = None
    refused: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def read_course(typed: TypedCourse) -> CourseReading:
    """Read every field and row on its own, then the course as a whole."""
    refused: dict[str, str] = {}
    missing: list[str] = []
    values = _read_patient(typed, refused, missing)
    lists = {name: list(_read_rows(typed, name, refused)) for name in LIST_NAMES}
    if typed.titres == TypedCourse().titres or not any(map(_is_filled, typed.titres)):
        missing.append("titres")
        refused.pop("titres.0", None)
    stopped_h = _read_stopped(typed, refused)
    if refused or missing:
        return CourseReading(None, refused, tuple(missing))
    parts = {name: [value for _row, value in rows] for name, rows in lists.items()}
    try:
        case = _whole(typed, values, parts, stopped_h)
    except IgmFatError as error:
        refused_at = error.place
        sentence = error.sentence(lambda place: _named(place, refused_at))
        return CourseReading(None, {_shown_at(refused_at, lists): sentence})
    return CourseReading(case)


def in_order(typed: TypedCourse) -> TypedCourse:
    """Rows in order of time, where every time can be read; otherwise as they stand."""
    for name in LIST_NAMES:
        try:
            rows = sorted(typed.rows(name), key=lambda row: _time_of(row, name))
        except IgmFatError:
            continue
        typed = typed.with_rows(name, rows)
    return typed


def _time_of(row: TypedRow, name: ListName) -> float:
    if is_empty_row(row):
        return float("inf")
    return TIME_H.parse(getattr(row, TIME_FIELD[name]))


def _is_filled(row: TypedRow) -> bool:
    return not is_empty_row(row)


def _read_patient(
    typed: TypedCourse, refused: dict[str, str], missing: list[str]
) -> dict[str, str | float]:
    """Read the fields of the patient with the same parser as the dashboard."""
    if not typed.subject.strip():
        missing.append("subject")
    body = {name: getattr(typed, name) for name in _PATIENT}
    reading = read_patient(TypedPatient(**body, igm="1", igm_unit="mg/dL"))
    for name, error in reading.errors.items():
        if isinstance(error, MissingInput):
            missing.append(name)
        else:
            refused[name] = str(error)
    return {name: reading.values[name] for name in _PATIENT if name in reading.values}


def _read_rows(
    typed: TypedCourse, name: ListName, refused: dict[str, str]
) -> Iterator[tuple[int, dict[str, Any]]]:
    for index, row in enumerate(typed.rows(name)):
        if is_empty_row(row):
            continue
        try:
            yield index, _read_row(row)
        except IgmFatError as error:
            refused[f"{name}.{index}"] = str(error)


def _read_row(row: TypedRow) -> dict[str, Any]:
    """Read one row; the first thing wrong with it is its sentence."""
    values: dict[str, Any] = {}
    for name, text in asdict(row).items():
        if name == "kind":
            values[name] = _read_kind(text)
        elif text.strip() or name not in _OPTIONAL:
            values[name] = _read_number(name, text)
    return values


def _read_number(name: str, text: str) -> float:
    range_ = _RANGES[name]
    return range_.parse(text, _(_ROW_NAMES.get(name, range_.name)))


def _read_kind(text: str) -> str:
    if text in EVENT_KINDS:
        return text
    if not text.strip():
        raise MissingInput(_("The kind of event is missing; choose one."))
    message = _("The kind of event is “{text}”; expected {kinds}.")
    raise UnreadableInput(message.format(text=text, kinds=", ".join(EVENT_KINDS)))


def _read_stopped(typed: TypedCourse, refused: dict[str, str]) -> float | None:
    if not typed.vasopressor_stopped_h.strip():
        return None
    try:
        name = _("The time when vasopressors stopped")
        return TIME_H.parse(typed.vasopressor_stopped_h, name)
    except IgmFatError as error:
        refused["vasopressor_stopped_h"] = str(error)
        return None


def _whole(
    typed: TypedCourse,
    values: Mapping[str, str | float],
    parts: Mapping[ListName, list[dict[str, Any]]],
    stopped_h: float | None,
) -> Case:
    """Build the case; what was left empty is left out, except what a case must have."""
    optional: dict[str, Any] = {
        "arm": typed.arm or None,
        "criteria": dict(typed.criteria),
        "events": parts["events"],
        "doses": parts["doses"],
        "notes": typed.notes,
    }
    given = {name: value for name, value in optional.items() if value}
    order = ("criteria", "arm", "titres", "events", "doses", "vasopressor_stopped_h", "notes")
    fields = given | {"titres": parts["titres"], "vasopressor_stopped_h": stopped_h}
    return new_case(
        subject=typed.subject.strip(),
        **values,
        **{name: fields[name] for name in order if name in fields},
    )


def _shown_at(place: Place, lists: Mapping[ListName, list[tuple[int, dict[str, Any]]]]) -> str:
    """Where on the page a refusal of the whole course belongs: to a row, a field or the course."""
    match place:
        case ("titres" | "doses" | "events") as name, int() as position, *_field:
            return f"{name}.{lists[name][position][0]}"
        case (str() as name, *_more) if name in {*NAMES, "arm", "notes"}:
            return name
    return "case"


def _named(place: Place, refused: Place) -> str:
    """What the page calls a place of the case: a field by its label, a row as it is seen."""
    match place:
        case (_list, int(), str() as field) if field in _RANGES:
            return _(_ROW_NAMES.get(field, _RANGES[field].name))
        case (str() as name, int(), *_field):
            return _(_THIS[name]) if place == refused else _(_BEFORE)
        case (str() as name,) if name in NAMES:
            called = _(NAMES[name])
            return called[:1].upper() + called[1:]
    return _(_WHOLE)

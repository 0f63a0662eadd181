"""A typed case read field by field and row by row: a case, or one sentence for each refusal."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from igmfat_nb import plausibility
from igmfat_nb.bedside.patient import BELOW, Reading, read_igm_or_limit, read_patient
from igmfat_nb.case.charted_time import SOON_H, is_clock, read_hour
from igmfat_nb.case.model import Case
from igmfat_nb.case.parts import DOSE_DURATION_H, DOSE_VOLUME_ML, EVENT_KINDS, TIME_H
from igmfat_nb.case.reading import case_of
from igmfat_nb.case.typed import (
    BODY,
    LIST_NAMES,
    ListName,
    TypedCase,
    TypedRow,
    TypedTitre,
    is_empty_row,
)
from igmfat_nb.case.ward_clock import HourZero
from igmfat_nb.errors import IgmFatError, MissingInput, Place, UnreadableInput
from igmfat_nb.language import _, mark
from igmfat_nb.plausibility import Plausible
from igmfat_nb.units import parse_igm_unit

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
_OPTIONAL = frozenset({"result_h", "haematocrit", "weight_kg"})
_TIMES = ("time_h", "start_h", "result_h")
_RANGES: dict[str, Plausible] = {
    **dict.fromkeys(_TIMES, TIME_H),
    "igm_mg_dl": plausibility.IGM_MG_DL,
    "igm_below_mg_dl": plausibility.IGM_MG_DL,
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
class CaseReading:
    """What could be read, once for the whole page.

    Attributes
    ----------
    patient : Reading
        The body and the first titre, field by field.
    case : Case or None
        Only when everything could be read.
    refused : dict
        Place ("weight_kg", "titres.2", "case") → the sentence shown there.
    missing : tuple of str
        Fields that nobody filled in yet.
    wrong_field : dict
        Place of a refused row ("titres.2") → which of its fields the sentence is about.
    """

    patient: Reading
    case: Case | None = None
    refused: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    wrong_field: dict[str, str] = field(default_factory=dict)


def read_typed(
    typed: TypedCase, opened: Case | None = None, zero: HourZero | None = None
) -> CaseReading:
    """Read every field and row on its own, then the case as a whole.

    ``opened`` is the case that a file held, where nothing was changed since; with ``zero`` times
    may be typed as charted (``charted_time``).
    """
    patient = read_patient(typed.patient)
    if opened is not None:
        return CaseReading(patient, opened)
    refused: dict[str, str] = {}
    missing = _missing(typed, patient, refused)
    wrong: dict[str, str] = {}
    lists = {
        name: list(_read_rows(typed, name, patient, refused, wrong, zero)) for name in LIST_NAMES
    }
    if not any(map(_is_begun, typed.titres)):
        missing.append("titres")
        refused.pop("titres.0", None)
    stopped_h = _read_stopped(typed, refused, zero)
    if refused or missing:
        return CaseReading(patient, None, refused, tuple(missing), wrong)
    parts = {name: tuple(value for _row, value in rows) for name, rows in lists.items()}
    try:
        case = _whole(typed, patient, parts, stopped_h)
    except IgmFatError as error:
        refused_at = error.place
        sentence = error.sentence(lambda place: _named(place, refused_at))
        shown_at = _shown_at(refused_at, lists)
        wrong = {shown_at: str(refused_at[2])} if len(refused_at) > 2 else {}
        return CaseReading(patient, None, {shown_at: sentence}, wrong_field=wrong)
    return CaseReading(patient, case)


def in_order(typed: TypedCase, zero: HourZero | None = None) -> TypedCase:
    """Rows in order of time, where every time can be read; otherwise as they stand.

    A clock time without a day goes by the row before it: such a list is left as it stands.
    """
    for name in LIST_NAMES:
        texts = [getattr(row, TIME_FIELD[name]) for row in typed.rows(name)]
        if any(map(is_clock, texts)):
            continue
        try:
            rows = sorted(typed.rows(name), key=lambda row: _time_of(row, name, zero))
        except IgmFatError:
            continue
        typed = typed.with_rows(name, rows)
    return typed


def _time_of(row: TypedRow, name: ListName, zero: HourZero | None) -> float:
    if is_empty_row(row):
        return math.inf
    return read_hour(getattr(row, TIME_FIELD[name]), zero)


def _is_begun(row: TypedRow) -> bool:
    """Whether anything but hour zero, which an empty page has, stands in a row of titres."""
    if isinstance(row, TypedTitre) and row.time_h == "0":
        return not is_empty_row(replace(row, time_h=""))
    return not is_empty_row(row)


def _missing(typed: TypedCase, patient: Reading, refused: dict[str, str]) -> list[str]:
    """Fields that are still empty; those that were refused go to ``refused``."""
    subject = typed.subject.strip()
    missing = [] if subject else ["subject"]
    if subject and (sentence := _subject_refused(subject)):  # at once: a name is seen before more
        refused["subject"] = sentence
    for name in BODY:
        error = patient.errors.get(name)
        if isinstance(error, MissingInput):
            missing.append(name)
        elif error is not None:
            refused[name] = str(error)
    return missing


def _subject_refused(subject: str) -> str:
    """Why a text is no pseudonym, as the whole case would say it; empty for a pseudonym."""
    try:
        case_of(subject=subject)
    except IgmFatError as error:
        refused_at = error.place
        if refused_at == ("subject",):
            return error.sentence(lambda place: _named(place, refused_at))
    return ""


def _read_rows(
    typed: TypedCase,
    name: ListName,
    patient: Reading,
    refused: dict[str, str],
    wrong: dict[str, str],
    zero: HourZero | None,
) -> Iterator[tuple[int, dict[str, Any]]]:
    times = _Times(zero, 0.0 if name == "events" else SOON_H)
    for index, row in enumerate(typed.rows(name)):
        if is_empty_row(row):
            continue
        try:
            first = patient if (name, index) == ("titres", 0) else None
            yield index, _read_row(row, first, times)
        except IgmFatError as error:
            refused[f"{name}.{index}"] = str(error)
            wrong[f"{name}.{index}"] = times.field


@dataclass(slots=True)
class _Times:
    """Times of a list, read in its order: a clock time is the next one after the row before."""

    zero: HourZero | None
    step_h: float  # by which two rows differ at least
    after_h: float = 0.0
    field: str = ""  # that is being read

    def read(self, name: str, text: str) -> float:
        called = _(_ROW_NAMES.get(name, TIME_H.name))
        hour = read_hour(text, self.zero, after_h=self.after_h, name=called)
        if name in TIME_FIELD.values():
            self.after_h = hour + self.step_h
        return hour


def _read_row(row: TypedRow, patient: Reading | None, times: _Times) -> dict[str, Any]:
    """Read one row; the first thing wrong with it is its sentence. The first titre is read."""
    values: dict[str, Any] = {}
    for name, text in asdict(row).items():
        times.field = name
        if name == "kind":
            values[name] = _read_kind(text)
        elif name == "igm" and isinstance(row, TypedTitre):
            values |= _first_titre(patient, row) if patient else _read_titre(row)
        elif name != "igm_unit" and (text.strip() or name not in _OPTIONAL):
            timed = name in _TIMES
            values[name] = times.read(name, text) if timed else _read_number(name, text)
    return values


def _read_titre(row: TypedTitre) -> dict[str, float]:
    number, below = read_igm_or_limit(row.igm, parse_igm_unit(row.igm_unit))
    return {"igm_below_mg_dl" if below else "igm_mg_dl": number}


def _first_titre(patient: Reading, row: TypedTitre) -> dict[str, float]:
    if patient.igm_below_mg_dl is not None:
        return {"igm_below_mg_dl": patient.igm_below_mg_dl}
    names = ("igm", "igm_unit")
    for name in reversed(names) if row.igm.strip().startswith(BELOW) else names:
        if name in patient.errors:
            raise patient.errors[name]
    return {"igm_mg_dl": float(patient.values["igm_mg_dl"])}


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


def _read_stopped(typed: TypedCase, refused: dict[str, str], zero: HourZero | None) -> float | None:
    if not typed.vasopressor_stopped_h.strip():
        return None
    try:
        name = _("The time when vasopressors stopped")
        return read_hour(typed.vasopressor_stopped_h, zero, name=name)
    except IgmFatError as error:
        refused["vasopressor_stopped_h"] = str(error)
        return None


def _whole(
    typed: TypedCase,
    patient: Reading,
    parts: Mapping[ListName, tuple[dict[str, Any], ...]],
    stopped_h: float | None,
) -> Case:
    """Build the case; what was left empty is left out, except what a case must have."""
    optional: dict[str, Any] = {
        "arm": typed.arm or None,
        "reading": typed.reading or None,
        "criteria": dict(typed.criteria),
        "events": parts["events"],
        "doses": parts["doses"],
        "notes": typed.notes,
    }
    body = {name: patient.values[name] for name in BODY}
    return case_of(
        subject=typed.subject.strip(),
        **body,
        **{name: value for name, value in optional.items() if value},
        titres=parts["titres"],
        vasopressor_stopped_h=stopped_h,
    )


def _shown_at(place: Place, lists: Mapping[ListName, list[tuple[int, dict[str, Any]]]]) -> str:
    """Where on the page a refusal of the whole course belongs: to a row, a field or the course."""
    match place:
        case ("titres" | "doses" | "events") as name, int() as position, *_field:
            return f"{name}.{lists[name][position][0]}"
        case (str() as name, *_more) if name in {*NAMES, "arm", "reading", "notes"}:
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

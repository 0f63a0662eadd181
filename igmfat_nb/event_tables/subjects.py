"""From a subject's rows to a case, or to every reason why not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from igmfat_nb.case import Case
from igmfat_nb.case.reading import case_of
from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.errors import IgmFatError, Place, place_text
from igmfat_nb.event_tables.cells import Moment, Problem, Row, hours_between
from igmfat_nb.event_tables.mapping import CRITERION, STOPPED
from igmfat_nb.event_tables.records import Dose, Event, Record, Titre
from igmfat_nb.language import _, mark
from igmfat_nb.notation import seen_text

_BODY = ("sex", "age", "height", "weight", "haematocrit")
_CONSTANT = ("centre", "sex", "age", "height", "arm", "vasopressors_stopped", "death", "notes")
_NAMES = {
    "titres": mark("the titre of line {line}"),
    "doses": mark("the dose of line {line}"),
    "events": mark("the event of line {line}"),
}


@dataclass(slots=True)
class Subject:
    """One subject's rows with what they record."""

    name: str
    rows: list[Row]
    records: list[Record]

    def problem(self, column: str, sentence: str, row: Row | None = None) -> Problem:
        """Why the rows together cannot be used, at a row or at the first one."""
        at = row or self.rows[0]
        called = at.cells.mapping.columns.get(column, column)
        return Problem(at.line, self.name, called, at.text(column), sentence)


def case_of_subject(subject: Subject) -> Case | list[Problem]:
    """Put a subject's records together: a case, or every reason why not."""
    first, problems = _facts(subject)
    titres = sorted((r for r in subject.records if isinstance(r, Titre)), key=_at)
    if not titres:
        problems.append(subject.problem("titre", _("The subject has no titre.")))
    if problems:
        return problems
    zero = titres[0].at
    problems += _missing(subject, first)
    problems += _unknown_codes(first)
    problems += _after_death(subject, first)
    if problems:
        return problems
    parts: dict[str, Sequence[Record]] = {
        "titres": titres,
        "doses": sorted((r for r in subject.records if isinstance(r, Dose)), key=_at),
        "events": sorted((r for r in subject.records if _is_event(r)), key=_at),
    }
    try:
        return _case(subject, first, parts, zero)
    except IgmFatError as error:
        return [_placed(subject, error, parts)]


def _at(record: Record) -> Any:
    return record.at


def _is_event(record: Record) -> bool:
    return isinstance(record, Event) and record.kind != STOPPED


def _facts(subject: Subject) -> tuple[dict[str, Row], list[Problem]]:
    """The first row that says each thing of a subject; and what rows say in two ways."""
    found: dict[str, Row] = {}
    problems: list[Problem] = []
    index = [row.index for row in subject.rows]
    for name, column in subject.rows[0].cells.columns.items():
        texts = [column[at] for at in index]
        said = set(texts)
        said.discard("")
        if not said:
            continue
        place = next(place for place, text in enumerate(texts) if text)
        found[name] = subject.rows[place]
        if len(said) > 1 and (name in _CONSTANT or name.startswith(CRITERION)):
            other = next(at for at, text in enumerate(texts) if text not in ("", texts[place]))
            problems.append(_contradiction(subject, name, subject.rows[place], other))
    return found, problems


def _contradiction(subject: Subject, name: str, first: Row, other: int) -> Problem:
    row = subject.rows[other]
    message = _("{name} is “{here}” here and “{there}” in line {line}.")
    sentence = message.format(
        name=row.called(name),
        here=seen_text(row.text(name)[:60]),
        there=seen_text(first.text(name)[:60]),
        line=first.line,
    )
    return subject.problem(name, sentence, row)


def _missing(subject: Subject, first: dict[str, Row]) -> Iterator[Problem]:
    for name in _BODY:
        if name not in first:
            message = _("{name} is missing; a case needs it.")
            yield subject.problem(name, message.format(name=subject.rows[0].called(name)))


def _unknown_codes(first: dict[str, Row]) -> Iterator[Problem]:
    for name in ("sex", "arm"):
        if name in first and first[name].code(name) is None:
            yield first[name].problems.pop()


def _after_death(subject: Subject, first: dict[str, Row]) -> Iterator[Problem]:
    death = first["death"].moment("death") if "death" in first else None
    if death is None:
        return
    for record in subject.records:
        if hours_between(record.at, death) > 0:
            row = next(row for row in subject.rows if row.line == record.line)
            message = _("This is after the subject's death at {death}.")
            yield subject.problem("death", message.format(death=first["death"].text("death")), row)


def _case(
    subject: Subject,
    first: dict[str, Row],
    parts: dict[str, Sequence[Record]],
    zero: Moment,
) -> Case:
    changes = _changes(subject, first)
    titres = [_titre(one, zero, changes) for one in parts["titres"] if isinstance(one, Titre)]
    optional: dict[str, Any] = {
        "arm": first["arm"].code("arm") if "arm" in first else None,
        "criteria": _answers(first),
        "events": tuple(
            {"time_h": _hour(one.at, zero), "kind": one.kind}
            for one in parts["events"]
            if isinstance(one, Event)
        ),
        "doses": tuple(_dose(one, zero) for one in parts["doses"] if isinstance(one, Dose)),
        "notes": first["notes"].text("notes") if "notes" in first else "",
    }
    return case_of(
        subject=subject.name,
        sex=first["sex"].code("sex"),
        age_years=_number(first["age"], "age", 0, 120),
        height_cm=_number(first["height"], "height", 100, 250),
        weight_kg=_number(first["weight"], "weight", 30, 300),
        haematocrit=_share(first["haematocrit"]),
        **{name: value for name, value in optional.items() if value},
        titres=tuple(titres),
        vasopressor_stopped_h=_stopped_h(subject, first, zero),
    )


def _hour(at: Moment, zero: Moment) -> float:
    return resolved_h(hours_between(at, zero))


def _titre(one: Titre, zero: Moment, changes: dict[int, dict[str, Decimal]]) -> dict[str, Any]:
    name = "igm_below_mg_dl" if one.below else "igm_mg_dl"
    titre: dict[str, Any] = {"time_h": _hour(one.at, zero), name: float(one.igm_mg_dl)}
    if one.result is not None:
        titre["result_h"] = _hour(one.result, zero)
    stated = {"haematocrit": one.haematocrit, "weight_kg": one.weight_kg}
    stated |= changes.get(one.line, {})
    return titre | {name: float(value) for name, value in stated.items() if value is not None}


def _dose(one: Dose, zero: Moment) -> dict[str, float]:
    return {
        "start_h": _hour(one.at, zero),
        "volume_ml": float(one.volume_ml),
        "duration_h": float(one.duration_h),
    }


def _changes(subject: Subject, first: dict[str, Row]) -> dict[int, dict[str, Decimal]]:
    """Line of a titre → weight or haematocrit where it is another than before.

    Columns that carry the last value on; a change in another row comes with the next titre.
    """
    found: dict[int, dict[str, Decimal]] = {}
    lines = {record.line for record in subject.records if isinstance(record, Titre)}
    for name, field in (("weight", "weight_kg"), ("haematocrit", "haematocrit")):
        if f"titre_{name}" in subject.rows[0].cells.columns or name not in first:
            continue
        known = first[name].text(name)
        for row in sorted(subject.rows, key=_row_time(subject)):
            text = row.text(name)
            if text and text != known and row.line in lines:
                value = _share(row) if name == "haematocrit" else _number(row, name, 30, 300)
                found.setdefault(row.line, {})[field] = Decimal(repr(value))
                known = text
        if any(row.text(name) not in ("", known) for row in _after_last_titre(subject, lines)):
            message = _("{name} changes in a row after the last titre; a case keeps it with one.")
            raise IgmFatError(message.format(name=first[name].called(name)))
    return found


def _after_last_titre(subject: Subject, lines: set[int]) -> list[Row]:
    rows = sorted(subject.rows, key=_row_time(subject))
    last = max((place for place, row in enumerate(rows) if row.line in lines), default=0)
    return rows[last + 1 :]


def _row_time(subject: Subject) -> Any:
    times: dict[int, Any] = {}
    for record in subject.records:
        times.setdefault(record.line, record.at)
    start = min(times.values())
    return lambda row: times.get(row.line, start)


def _number(row: Row, name: str, low: float, high: float) -> float:
    return float(row.cells.number(row.text(name), row.called(name), low, high))


def _share(row: Row) -> float:
    name, percent = "haematocrit", row.cells.mapping.units.haematocrit == "percent"
    number = row.cells.number(row.text(name), row.called(name), 0, 100 if percent else 1)
    return float(number / 100 if percent else number)


def _answers(first: dict[str, Row]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, row in first.items():
        if name.startswith(CRITERION):
            answer = row.code(name, "answer")
            found[name.removeprefix(CRITERION)] = row.text(name) if answer is None else answer
    return found


def _stopped_h(subject: Subject, first: dict[str, Row], zero: Moment) -> float | None:
    moments = [r.at for r in subject.records if isinstance(r, Event) and r.kind == STOPPED]
    if "vasopressors_stopped" in first:
        row = first["vasopressors_stopped"]
        moment = row.cells.moment(
            row.text("vasopressors_stopped"), row.called("vasopressors_stopped")
        )
        moments.append(moment)
    hours = {_hour(moment, zero) for moment in moments}
    if len(hours) > 1:
        raise IgmFatError(_("Vasopressors stopped at two different times."))
    return hours.pop() if hours else None


def _placed(subject: Subject, error: IgmFatError, parts: dict[str, Sequence[Record]]) -> Problem:
    """A refusal of the whole course, at the row that it is about."""

    def line_of(place: Place) -> int | None:
        match place:
            case ("titres" | "doses" | "events") as name, int() as index, *_field:
                return parts[name][index].line
        return None

    def named(place: Place) -> str:
        line = line_of(place)
        return place_text(place) if line is None else _(_NAMES[str(place[0])]).format(line=line)

    line = line_of(error.place)
    row = next((row for row in subject.rows if row.line == line), subject.rows[0])
    sentence = error.sentence(named)
    if error.place and error._values is None:
        sentence = f"{named(error.place)}: {sentence}"
    return subject.problem("", sentence[:1].upper() + sentence[1:], row)

"""From text to a case and back: every refusal is one sentence that names the place."""

import json
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from igmfat_nb.case.model import LATEST_SCHEMA, SCHEMA, SCHEMAS, Case
from igmfat_nb.case.parts import EVENT_KINDS, CaseDose, CasePart, CaseTitre, ClinicalEvent
from igmfat_nb.errors import IgmFatError, MissingInput, Place, UnreadableInput, one_line
from igmfat_nb.language import _, mark
from igmfat_nb.notation import either, number_text
from igmfat_nb.validation import Found, first_found, json_value, nearest, refusal

_FIELDS: dict[str, type[CasePart]] = {
    "titres": CaseTitre,
    "events": ClinicalEvent,
    "doses": CaseDose,
}
_EXPECTED = {
    "subject": mark("1 to 32 letters, digits and hyphens, and no name"),
    "sex": mark("female or male"),
    "arm": mark("standard, personalised or null"),
    "reading": mark("name and version of a reading, such as fill-140/1"),
    "criteria": mark("answers by criterion code"),
    "kind": ", ".join(EVENT_KINDS),
    "titres": mark("a list"),
    "events": mark("a list"),
    "doses": mark("a list"),
    "notes": mark("a text of at most 20,000 characters"),
}
_PART_EXPECTED = mark("an object with fields")
_ANSWER_EXPECTED = mark("yes, no or unknown")
_MOST_DEPTH = 20
MOST_BYTES = 1_000_000  # many times what the longest course and its notes take
_BYTE_ORDER_MARK = "\ufeff"


def read_case(text: str | bytes) -> Case:
    """Read one case; nothing is guessed and nothing half-read.

    Raises
    ------
    IgmFatError
        One sentence, and its place, for anything that is not a valid case.
    """
    decoded = _decoded(text)
    document = _document(decoded)
    _check_version(document)
    _check_characters(document)
    try:
        case = Case.model_validate_json(decoded, strict=True)
    except ValidationError as error:
        raise _refusal(error) from error
    case._text = decoded
    return case


def new_case(**fields: Any) -> Case:
    """Return a case from plain values, refused with the same sentences as a file.

    Parameters
    ----------
    **fields
        As in a case file, without its schema.

    Raises
    ------
    IgmFatError
        With one sentence that names the place.

    Examples
    --------
    >>> body = {"sex": "male", "age_years": 64, "height_cm": 175, "weight_kg": 80}
    >>> titres = [{"time_h": 0, "igm_mg_dl": 38}, {"time_h": 24, "igm_mg_dl": 71}]
    >>> case = new_case(
    ...     subject="A-1", **body, haematocrit=0.3, titres=titres, vasopressor_stopped_h=None
    ... )
    >>> case.patient(at_h=24.0).igm_mg_dl, read_case(case_text(case)).titres == case.titres
    (71.0, True)
    """
    return case_of(**{name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()})


def case_of(**fields: Any) -> Case:
    """Return a case from values that were read, lists as tuples; refused as a file is."""
    document = {"schema": _needed_schema(fields), **fields}
    _check_characters(document)
    try:
        return Case.model_validate(document, strict=True)
    except ValidationError as error:
        raise _refusal(error) from error


def case_text(case: Case) -> str:
    """Write a case as text: what was read comes back byte for byte.

    A case that was made or changed here is written in the order of the fields,
    without those that were left out, whole numbers without a decimal point; in the
    oldest schema that holds it.
    """
    text = case._text
    if text is not None and Case.model_validate_json(text, strict=True) == _bare(case):
        return text
    document = case.model_dump(mode="json", by_alias=True, exclude_unset=True)
    document["schema"] = case.needs_schema
    return json.dumps(_plain(document), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def case_json_schema() -> dict[str, Any]:
    """JSON Schema of a case: the shape; the order of times and overlaps are checked beyond it."""
    schema = Case.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": LATEST_SCHEMA,
        **schema,
    }


def _needed_schema(fields: dict[str, Any]) -> str:
    """The oldest schema that holds these values, which nobody has checked yet."""
    titres = fields.get("titres")
    if fields.get("reading") is not None:
        return LATEST_SCHEMA
    if isinstance(titres, tuple):
        for titre in titres:
            if isinstance(titre, CaseTitre) and titre.is_limit:
                return LATEST_SCHEMA
            if isinstance(titre, dict) and "igm_below_mg_dl" in titre:
                return LATEST_SCHEMA
    return SCHEMA


def _bare(case: Case) -> Case:
    bare = case.model_copy()
    bare._text = None
    return bare


def _decoded(text: str | bytes) -> str:
    if len(text) > MOST_BYTES:
        message = _("The case is larger than {most} bytes, the most that is read.")
        raise UnreadableInput(message.format(most=number_text(MOST_BYTES)))
    try:
        decoded = text if isinstance(text, str) else text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableInput(_("The case is not a UTF-8 text file.")) from error
    if decoded.startswith(_BYTE_ORDER_MARK):
        message = _("The case begins with a byte order mark; save it as UTF-8 without one.")
        raise UnreadableInput(message)
    return decoded


def _document(text: str) -> dict[str, Any]:
    if not text.strip():
        raise MissingInput(_("The case is empty."))
    try:
        document = json.loads(text, object_pairs_hook=_unique)
    except IgmFatError:
        raise
    except RecursionError as error:
        raise UnreadableInput(_("The case is nested too deeply.")) from error
    except json.JSONDecodeError as error:
        message = _("The case is not valid JSON at line {line}, column {column}.")
        at = message.format(line=error.lineno, column=error.colno)
        raise UnreadableInput(at) from error
    except ValueError as error:  # more digits than Python reads
        raise UnreadableInput(_("A number of the case has too many digits.")) from error
    if not isinstance(document, dict):
        raise UnreadableInput(_("A case is one JSON object with named fields."))
    return document


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            message = _("The field “{name}” occurs twice in the same object.")
            raise UnreadableInput(message.format(name=one_line(name)))
        fields[name] = value
    return fields


def _check_characters(value: Any, place: Place = ()) -> None:
    """Refuse half of a surrogate pair, which JSON lets pass and no text file can hold; and depth.

    How deep Python's readers go depends on who calls them; a case is three levels deep.
    """
    if len(place) > _MOST_DEPTH:
        raise UnreadableInput(_("The case is nested too deeply."))
    if isinstance(value, str):
        if not value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in value):
            message = _("{place} contains half a character, which is not text.")
            raise UnreadableInput.at(place, message)
        return
    if not isinstance(value, (dict, list, tuple)):
        return
    parts: Iterable[tuple[int | str, Any]]
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    for name, part in parts:
        if isinstance(name, str):
            _check_characters(name, place)
        _check_characters(part, (*place, name))


def _check_version(document: dict[str, Any]) -> None:
    known = either([f"“{schema}”" for schema in SCHEMAS])
    if "schema" not in document:
        message = _("{place} is missing; this software reads {schemas}.")
        raise MissingInput.at(("schema",), message, schemas=known)
    if document["schema"] not in SCHEMAS:
        message = _("{place} is {found}; this software reads {schemas}.")
        found = json_value(document["schema"])
        raise UnreadableInput.at(("schema",), message, found=found, schemas=known)


def _refusal(error: ValidationError) -> IgmFatError:
    found = first_found(error)
    return refusal(found, expected=_expected, value=json_value, unknown=_unknown_field)


def _unknown_field(found: Found) -> IgmFatError:
    place = found.place
    owner: type[CasePart] = _FIELDS.get(str(place[0]), Case) if len(place) > 1 else Case
    known = [field.alias or name for name, field in owner.model_fields.items()]
    message, near = _("{place} is not a field of a case."), nearest(str(place[-1]), known)
    if near:
        message = _("{place} is not a field of a case; did you mean “{near}”?")
    return UnreadableInput.at(place, message, near=near)


def _expected(found: Found) -> str:
    name = found.place[-1] if found.place else ""
    if len(found.place) > 1 and found.place[0] == "criteria":
        return _(_ANSWER_EXPECTED)
    if isinstance(name, int):
        return _(_PART_EXPECTED)
    known = _EXPECTED.get(name)
    return _("a finite number") if known is None else _(known)


def _plain(value: Any) -> Any:
    """Write whole numbers as such: 60, not 60.0."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value

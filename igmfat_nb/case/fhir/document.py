"""The text of a bundle: JSON of a bounded size, each field once, valid by R4's published model."""

import json
import re
from collections.abc import Mapping
from typing import Any

from igmfat_nb.errors import IgmFatError, UnreadableInput
from igmfat_nb.language import _
from igmfat_nb.notation import number_text

MOST_BYTES = 5_000_000
#: Some 20,000 observations; to check one object by R4's model takes many times its bytes.
MOST_OBJECTS = 150_000
_WITHOUT_ZONE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+")


def read_document(text: str | bytes) -> dict[str, Any]:
    """Read a bundle's JSON.

    Raises
    ------
    UnreadableInput
        If it is too large, no JSON, holds a field twice, a number that is none, half a
        character, or is no Bundle.
    """
    if len(text) > MOST_BYTES:
        message = _("The bundle is larger than {most} bytes.")
        raise UnreadableInput(message.format(most=number_text(MOST_BYTES)))
    try:
        decoded = text if isinstance(text, str) else text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableInput(_("The bundle is not a UTF-8 text file.")) from error
    if decoded[:200].lstrip("\ufeff \n\r\t").startswith("<"):
        raise UnreadableInput(_("The bundle is XML; only FHIR JSON is read."))
    if decoded.count("{") > MOST_OBJECTS:
        message = _("The bundle holds more than {most} objects.")
        raise UnreadableInput(message.format(most=number_text(MOST_OBJECTS)))
    try:
        document = json.loads(
            decoded, object_pairs_hook=_unique, parse_constant=_no_number, parse_float=_finite
        )
    except IgmFatError:
        raise
    except RecursionError as error:
        raise UnreadableInput(_("The bundle is nested too deeply.")) from error
    except ValueError as error:
        raise UnreadableInput(_("The bundle is not valid JSON.")) from error
    if not isinstance(document, dict) or document.get("resourceType") != "Bundle":
        raise UnreadableInput(_("The file is not a FHIR Bundle."))
    return document


def validated(document: Mapping[str, Any]) -> Any:
    """Return the R4 model of a bundle; a refusal names the place, never the value."""
    from fhir.resources.R4B.bundle import Bundle
    from pydantic import ValidationError

    try:
        return Bundle.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(_part(part) for part in first["loc"]) or "Bundle"
        message = _("The bundle is not valid FHIR R4 at {place}.")
        if _WITHOUT_ZONE.fullmatch(str(_at(document, first["loc"]))):
            message = _("The time at {place} has no time zone such as +01:00, which FHIR asks for.")
        raise UnreadableInput(message.format(place=place)) from error
    except RecursionError as error:
        raise UnreadableInput(_("The bundle is nested too deeply.")) from error
    except (KeyError, TypeError, AttributeError) as error:  # a resource type that R4 does not know
        raise UnreadableInput(
            _("The bundle contains a resource that FHIR R4 does not define.")
        ) from error


def _at(value: Any, location: tuple[int | str, ...]) -> Any:
    for part in location:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _part(part: int | str) -> str:
    """One step of a place; a name that is none of FHIR's is not repeated."""
    known = isinstance(part, int) or re.fullmatch(r"_?[A-Za-z]{1,40}", part)
    return str(part) if known else _("an unknown field")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            message = _("The field {name} occurs twice in the same object of the bundle.")
            raise UnreadableInput(message.format(name=_part(name)))
        if any("\ud800" <= sign <= "\udfff" for sign in (value if isinstance(value, str) else "")):
            message = _("The field {name} of the bundle contains half a character.")
            raise UnreadableInput(message.format(name=_part(name)))
        fields[name] = value
    return fields


def _no_number(word: str) -> Any:
    message = _("The bundle contains {word}, which is not a number.")
    raise UnreadableInput(message.format(word=word))


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise UnreadableInput(_("The bundle contains a number that is too large."))
    return number

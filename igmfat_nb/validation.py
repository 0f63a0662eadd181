"""What pydantic refuses, as one of our errors: the place, what stands there, what was expected."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from igmfat_nb.errors import IgmFatError, MissingInput, Place, UnreadableInput, one_line
from igmfat_nb.language import _

if TYPE_CHECKING:
    from pydantic import ValidationError


@dataclass(frozen=True, slots=True)
class Found:
    """The first thing in a document that is refused.

    Attributes
    ----------
    place : tuple
        Where it stands.
    kind : str
        Pydantic's name of what is wrong, such as "missing".
    given : object
        What stands there.
    said : str
        Pydantic's own words.
    cause : IgmFatError or None
        A refusal of ours that a validator raised.
    """

    place: Place
    kind: str
    given: Any
    said: str
    cause: IgmFatError | None


def first_found(error: "ValidationError") -> Found:
    """The first thing refused; a misspelt field is also a missing one, and says more."""
    found = error.errors(include_url=False)
    first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
    cause = first.get("ctx", {}).get("error")
    ours = cause if isinstance(cause, IgmFatError) else None
    return Found(first["loc"], first["type"], first.get("input"), first["msg"], ours)


def refusal(
    found: Found,
    *,
    expected: Callable[[Found], str],
    value: Callable[[Any], str],
    unknown: Callable[[Found], IgmFatError] | None = None,
) -> IgmFatError:
    """The error for what was found.

    Parameters
    ----------
    expected : callable
        What the document wants at a place, in words.
    value : callable
        What stands there, in words; empty where that says nothing.
    unknown : callable, optional
        The error for a field that the document does not have.
    """
    if found.cause is not None:
        return found.cause.found_at(found.place)
    if found.kind == "missing":
        return MissingInput.at(found.place, _("{place} is missing."))
    if found.kind == "extra_forbidden" and unknown is not None:
        return unknown(found)
    shown, wanted = value(found.given), expected(found)
    if not shown:
        return UnreadableInput.at(found.place, _("{place}: expected {expected}."), expected=wanted)
    message = _("{place} is {found}; expected {expected}.")
    return UnreadableInput.at(found.place, message, found=shown, expected=wanted)


def json_value(given: Any) -> str:
    """What stands in a JSON document, as one short line."""
    if isinstance(given, str):
        return f"“{one_line(given)}”"
    return one_line(json.dumps(given, ensure_ascii=False, default=str))


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """The known name that is closest to a misspelt one, or nothing."""
    return next(iter(get_close_matches(name, list(known), n=1, cutoff=cutoff)), "")

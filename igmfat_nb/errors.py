"""One family of errors: each message is a sentence that a person can act on.

A refusal of something in a document carries its place, ``("titres", 2, "time_h")``.
The words for the place come last, from whoever shows the sentence: a file is
told as ``titres[2].time_h``, a page calls its own fields by their labels.
"""

from collections.abc import Callable
from typing import Any, Self

Place = tuple[str | int, ...]
_SHOWN_CHARACTERS = 60


class IgmFatError(Exception):
    """Anything this package refuses; ``str(error)`` is the sentence to show.

    Attributes
    ----------
    place : tuple of str and int
        Where in a document it stands; empty where there is no document.
    """

    place: Place = ()
    _values: dict[str, Any] | None = None

    @classmethod
    def at(cls, place: Place, message: str, **values: Any) -> Self:
        """Refuse what stands at a place.

        ``message`` has the fields {place} and those of ``values``; a value that is a
        tuple is another place.

        >>> str(MissingInput.at(("titres", 0, "time_h"), "{place} is missing."))
        'titres[0].time_h is missing.'
        """
        error = cls(message)
        error.place, error._values = place, values
        return error

    def found_at(self, place: Place) -> Self:
        """The same refusal, at this place of a document.

        >>> str(ImplausibleInput("Weight is 800 kg.").found_at(("weight_kg",)))
        'weight_kg: Weight is 800 kg.'
        """
        error = type(self)(*self.args)
        error.place, error._values = place + self.place, self._values
        return error

    def sentence(self, named: Callable[[Place], str]) -> str:
        """The sentence, with the words of ``named`` for each place in it."""
        if self._values is None:
            return super().__str__()
        values = {
            name: named(value) if isinstance(value, tuple) else value
            for name, value in self._values.items()
        }
        message: str = self.args[0]
        return message.format(place=named(self.place), **values)

    def __str__(self) -> str:
        sentence = self.sentence(place_text)
        if self._values is None and self.place:
            return f"{place_text(self.place)}: {sentence}"
        return sentence


class UnreadableInput(IgmFatError, ValueError):
    """Text that cannot be read as what the field asks for."""


class ImplausibleInput(IgmFatError, ValueError):
    """A value outside the range we believe, or one that contradicts another."""


class MissingInput(IgmFatError, ValueError):
    """Something needed for the answer was not given."""


def place_text(place: Place) -> str:
    """Write a place as people do in a file.

    >>> place_text(("titres", 2, "time_h"))
    'titres[2].time_h'
    """
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + one_line(part)
    return text


def one_line(text: str) -> str:
    """One printable line of what was given, not too long."""
    start = text[: _SHOWN_CHARACTERS + 1]
    line = "".join(sign if sign.isprintable() else "�" for sign in start)
    return line if len(line) <= _SHOWN_CHARACTERS else line[: _SHOWN_CHARACTERS - 1] + "…"

"""Where a number comes from: a source, a place in it, and how it is known."""

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

Status = Literal["published", "derived", "assumed"]
Value_co = TypeVar("Value_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Source:
    """A document; ``read_as`` says what of it was read (abstract, register, label …)."""

    key: str
    citation: str
    read_as: str
    doi: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Sourced(Generic[Value_co]):
    """A value with its unit and origin.

    ``status`` is *published* (read in the source), *derived* (arithmetic on
    published values, shown in ``note``) or *assumed* (a choice of this
    software, defended in ``note``; never to be shown as the trial's).
    """

    value: Value_co
    unit: str
    source: Source
    locator: str
    status: Status = "published"
    note: str = ""

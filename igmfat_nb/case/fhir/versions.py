"""Entries of a bundle, and of a resource that stands in it several times the latest version."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _

#: Two versions of others make no difference; two patients are refused whatever they are.
_VERSIONED = ("Observation", "Specimen", "MedicationAdministration")


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource: where it stands, under which address, as JSON and as its model."""

    place: str
    full_url: str | None
    raw: Mapping[str, Any]
    resource: Any

    @property
    def kind(self) -> str:
        """Its resource type."""
        return str(self.raw.get("resourceType"))

    @property
    def address(self) -> str | None:
        """Absolute address without a version, if it has one."""
        url = self.full_url or ""
        return url.split("/_history/")[0] if url.startswith(("http://", "https://")) else None


def latest_versions(entries: Sequence[Entry], ignored: list[str]) -> list[Entry]:
    """Keep the latest version of each resource, in order; say which earlier ones are left aside.

    Raises
    ------
    UnreadableInput
        If nothing says which of two versions is the later one.
    """
    latest: dict[str, Entry] = {}
    names = Counter((e.kind, e.raw.get("id")) for e in _one_an_address(entries))
    for entry in entries:
        key = _identity(entry, names) or entry.place
        rival = latest.get(key)
        if rival is None:
            latest[key] = entry
            continue
        latest[key], other = (entry, rival) if _is_later(entry, rival) else (rival, entry)
        message = _("{place}: an earlier version of {other}.")
        if entry.raw == rival.raw:
            message = _("{place}: the same as {other}.")
        ignored.append(message.format(place=other.place, other=latest[key].place))
    kept = {id(entry) for entry in latest.values()}
    return [entry for entry in entries if id(entry) in kept]


def _one_an_address(entries: Iterable[Entry]) -> Iterable[Entry]:
    return {entry.address: entry for entry in entries if entry.address}.values()


def _identity(entry: Entry, names: Mapping[Any, int]) -> str | None:
    """Address or type and id; the same id on two servers is two resources."""
    if entry.kind not in _VERSIONED:
        return None
    name = entry.raw.get("id")
    if name and names.get((entry.kind, name), 0) < 2:
        return f"{entry.kind}/{name}"
    return entry.address or (f"{entry.kind}/{name}" if name else entry.full_url)


def _is_later(one: Entry, other: Entry) -> bool:
    """Whether ``one`` is the later version; equal ones count once."""
    if one.raw == other.raw:
        return False
    answers = {a for a in (_by_version(one, other), _by_update(one, other)) if a is not None}
    if len(answers) != 1:
        message = _("{place} and {other} are two versions of one resource; the later is not known.")
        raise UnreadableInput(message.format(place=other.place, other=one.place))
    return answers.pop()


def _by_version(one: Entry, other: Entry) -> bool | None:
    numbers = [str((each.raw.get("meta") or {}).get("versionId", "")) for each in (one, other)]
    if not all(number.isascii() and number.isdigit() and len(number) <= 64 for number in numbers):
        return None
    mine, theirs = map(int, numbers)
    return None if mine == theirs else mine > theirs


def _by_update(one: Entry, other: Entry) -> bool | None:
    mine, theirs = (getattr(each.resource.meta, "lastUpdated", None) for each in (one, other))
    if not isinstance(mine, datetime) or not isinstance(theirs, datetime) or mine == theirs:
        return None
    return mine > theirs

"""The protocol card: every number with its source, every criterion with its place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import ipywidgets as ipw

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.figures.trial import REASON
from igmfat_nb.language import _, mark
from igmfat_nb.notation import text_table
from igmfat_nb.pages.parts import part
from igmfat_nb.plausibility import RANGES
from igmfat_nb.protocol.criteria import CONTRAINDICATIONS, EXCLUSION, INCLUSION, Statement
from igmfat_nb.protocol.provenance import Source, Sourced, Status
from igmfat_nb.protocol.register import grouped_constants, sourced_constants
from igmfat_nb.tables.sourced import value_text
from igmfat_nb.units import given_text
from igmfat_nb.widgets.parts.controls import card, html
from igmfat_nb.widgets.parts.markup import head
from igmfat_nb.widgets.parts.page import column

STATUSES: tuple[Status, ...] = get_args(Status)
STATUS_CLASS = {"published": "ig-pub", "derived": "ig-pub", "assumed": "ig-ass"}
#: Words of a name that are not written in small letters.
_SPELLED = {
    word.upper(): word
    for word in (
        "BMI",
        "CV",
        "IgA",
        "IgG",
        "IgM",
        "Nadler",
        "Prucha",
        "SD",
        "SOFA",
        "Taccone",
        "mL",
    )
}
#: Names that are a contract and carry a word that the glossary has replaced.
_CALLED = {
    "EVENT_MISFIT_CV": "Residual error CV after an event",
    "EXCLUSION_CHANCES": "Exclusion probabilities",
    "MINIMISATION_CHANCE": "Minimisation probability",
    "MISFIT_CV": "Residual error CV",
    "SHARED_TWINS": "Shared virtual patients",
    "SURPRISE_SHARE": "Interval outside which a titre is outlying",
    "TARGET_CHANCE": "Target probability",
    "TWINS": "Particles",
}
CRITERIA_GROUPS = (
    (mark("Inclusion"), INCLUSION),
    (mark("Exclusion: yes means that the criterion does not exclude the patient"), EXCLUSION),
    (mark("Contraindications of the label: yes stops the dose"), CONTRAINDICATIONS),
)


@dataclass(frozen=True, slots=True)
class ProtocolCard:
    """The protocol as a page, as text and as named results.

    Parameters
    ----------
    status : str
        published, derived or assumed; empty for all. Asked for by each part, which
        raises ``UnreadableInput`` where there is no such status.
    """

    status: str = ""

    def view(self) -> ipw.VBox:
        """Constants, criteria, believable ranges and the bibliography as cards."""
        return column(*protocol_cards(self.status))

    def constants_text(self) -> str:
        """The constants as a plain table."""
        return constants_text(self.status)

    def criteria_text(self) -> str:
        """The criteria and contraindications as a plain table."""
        return criteria_text()

    def results(self) -> dict[str, Any]:
        """Every constant by its name, with unit and status; several values of one as a text."""
        return protocol_results(self.status)


def protocol_cards(status: str = "") -> list[ipw.VBox]:
    """Constants (all, or of one status), criteria, believable ranges and the bibliography."""
    constants = chosen_constants(status)
    sections = (
        (_("Numbers"), _constants_tables(constants)),
        (_("Criteria, in our words"), "".join(_criteria_list(*one) for one in CRITERIA_GROUPS)),
        (_("Accepted ranges of the inputs, assumed"), _ranges_table()),
        (_("Sources"), _bibliography(constants.values())),
    )
    return [card([html(value=head(title) + inside)]) for title, inside in sections]


def chosen_constants(status: str) -> dict[str, Sourced[Any]]:
    """Constants of one status, or all of them when it is empty.

    Raises
    ------
    UnreadableInput
        If there is no such status.
    """
    status = given_text(status, "status")
    if status and status not in STATUSES:
        message = _("“{status}” is not a status; expected {known}, or nothing for all.")
        raise UnreadableInput(message.format(status=status, known=", ".join(STATUSES)))
    constants = sourced_constants().items()
    return {name: one for name, one in constants if not status or one.status == status}


def constants_text(status: str = "") -> str:
    """The constants as a plain table."""
    header = (_("name"), _("value"), _("unit"), _("status"), _("source"))
    rows = [
        (name, value_text(one.value), _(one.unit), _(one.status), _(one.source.key))
        for name, one in chosen_constants(status).items()
    ]
    return text_table(header, rows)


def criteria_text() -> str:
    """The criteria and contraindications as a plain table."""
    rows = [
        (one.code, _(one.wording), f"{_(one.source.key)}, {_(one.locator)}")
        for _title, group in CRITERIA_GROUPS
        for one in group
    ]
    return text_table((_("code"), _("statement"), _("source")), rows)


def protocol_results(status: str = "") -> dict[str, Any]:
    """Every constant by its name, with unit and status; several values of one as a text.

    Parameters
    ----------
    status : str
        published, derived or assumed; empty for all.
    """
    constants = chosen_constants(status)
    named: dict[str, Any] = {"constants_count": len(constants)}
    for constant, one in constants.items():
        name, alone = constant.lower(), isinstance(one.value, str | int | float)
        named[name] = one.value if alone else value_text(one.value)
        named |= {f"{name}_unit": one.unit, f"{name}_status": one.status}
    return named


def _constants_tables(constants: Mapping[str, Sourced[Any]]) -> str:
    """One table for each group of constants that is not empty."""
    header = (_("Name"), _("Value"), _("Status"), _("Source"), _("Note"))
    parts = []
    for title, group in grouped_constants().items():
        rows = [_constant(name, one) for name, one in group.items() if name in constants]
        if rows:
            parts.append(part("titled", _(title), part("table", header, rows, "ig-stacked")))
    return "".join(parts)


def _constant(name: str, one: Sourced[Any]) -> tuple[str, ...]:
    return (
        part("constant", name, _(name_in_words(name))),
        f"{_in_words(one.value)} {_(one.unit)}",
        part("status", STATUS_CLASS[one.status], _(one.status)),
        part("source", _(one.source.key), _(one.locator)),
        _(one.note),
    )


def _in_words(value: object) -> str:
    """A value, or several by what each is the chance of: the reasons for which nobody enters."""
    if isinstance(value, Mapping):
        return ", ".join(f"{_(REASON[name])} {value_text(part)}" for name, part in value.items())
    return value_text(value)


def name_in_words(name: str) -> str:
    """A constant's name as people write it: MAXIMUM_BMI is “Maximum BMI”."""
    if name in _CALLED:
        return _CALLED[name]
    words = [_SPELLED.get(word, word.lower()) for word in name.split("_")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def _ranges_table() -> str:
    rows = [
        (
            _(one.name),
            one.range_text(one.low, one.high),
            one.range_text(one.common_low, one.common_high),
        )
        for one in RANGES
    ]
    return str(part("table", (_("Input"), _("Accepted"), _("No warning")), rows, ""))


def _criteria_list(title: str, statements: Sequence[Statement]) -> str:
    rows = [
        (
            _(one.wording),
            one.code,
            f"{_(one.source.key)}, {_(one.locator)}",
            _(one.detail) if one.detail else "",
        )
        for one in statements
    ]
    return str(part("titled", _(title), part("criteria", rows)))


def _bibliography(constants: Iterable[Sourced[Any]]) -> str:
    """Addresses are printed, not linked: the page leads nowhere outside this computer."""
    sources: dict[str, Source] = {one.source.key: one.source for one in constants}
    rows = [
        (_(key), _(source.citation), _(source.read_as), source.doi or source.url or "")
        for key, source in sorted(sources.items())
    ]
    header = (_("Key"), _("Document"), _("Read as"), _("DOI or address"))
    return str(part("table", header, rows, "ig-stacked ig-books"))

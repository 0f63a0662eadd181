"""The protocol card: every number with its source, every criterion with its place."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, get_args

import ipywidgets as ipw

from igmfat_nb.errors import UnreadableInput
from igmfat_nb.language import _, mark
from igmfat_nb.plausibility import RANGES
from igmfat_nb.protocol.criteria import CONTRAINDICATIONS, EXCLUSION, INCLUSION, Statement
from igmfat_nb.protocol.provenance import Source, Sourced, Status
from igmfat_nb.protocol.register import sourced_constants
from igmfat_nb.tables import text_table, value_text
from igmfat_nb.widgets.controls import card, html
from igmfat_nb.widgets.markup import head, paragraph

STATUSES: tuple[Status, ...] = get_args(Status)
STATUS_CLASS = {"published": "ig-pub", "derived": "ig-pub", "assumed": "ig-ass"}
GROUPS = (
    (mark("Inclusion"), INCLUSION),
    (mark("Exclusion: yes means that it does not bar enrolment"), EXCLUSION),
    (mark("Contraindications of the label: yes stops the dose"), CONTRAINDICATIONS),
)


def protocol_cards(status: str = "") -> list[ipw.VBox]:
    """Constants (all, or of one status), criteria, believable ranges and the bibliography."""
    constants = chosen_constants(status)
    sections = (
        (_("Numbers"), _constants_table(constants)),
        (_("Criteria, in our words"), "".join(_criteria_list(*group) for group in GROUPS)),
        (_("Believable ranges of the inputs, assumed"), _ranges_table()),
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
    if status and status not in STATUSES:
        message = _("“{status}” is no status; expected {known}, or nothing for all.")
        raise UnreadableInput(message.format(status=status, known=", ".join(STATUSES)))
    constants = sourced_constants().items()
    return {name: one for name, one in constants if not status or one.status == status}


def constants_text(status: str = "") -> str:
    """The constants as a plain table."""
    header = (_("name"), _("value"), _("unit"), _("status"), _("source"))
    rows = [
        (name, value_text(one.value), one.unit, one.status, one.source.key)
        for name, one in chosen_constants(status).items()
    ]
    return text_table(header, rows)


def criteria_text() -> str:
    """The criteria and contraindications as a plain table."""
    rows = [
        (one.code, _(one.wording), f"{one.source.key}, {one.locator}")
        for _title, group in GROUPS
        for one in group
    ]
    return text_table((_("code"), _("statement"), _("source")), rows)


def _constants_table(constants: dict[str, Sourced[Any]]) -> str:
    rows = [
        (
            f"{escape(name)}",
            f'<span class="ig-nowrap">{escape(value_text(one.value))}</span> {escape(one.unit)}',
            f'<span class="ig-badge {STATUS_CLASS[one.status]}">{escape(one.status)}</span>',
            f"{escape(one.source.key)}<br><cite>{escape(one.locator)}</cite>",
            escape(one.note),
        )
        for name, one in constants.items()
    ]
    header = (_("Name"), _("Value"), _("Status"), _("Source"), _("Note"))
    return _table(header, rows)


def _ranges_table() -> str:
    rows = [
        (
            escape(_(one.name)),
            escape(one.range_text(one.low, one.high)),
            escape(one.range_text(one.common_low, one.common_high)),
        )
        for one in RANGES
    ]
    return _table((_("Input"), _("Believed"), _("No warning")), rows)


def _criteria_list(title: str, statements: Sequence[Statement]) -> str:
    lines = "".join(
        f"<li>{escape(_(one.wording))} <cite>{escape(one.code)} · "
        f"{escape(one.source.key)}, {escape(one.locator)}</cite>"
        f"{paragraph('ig-note', _(one.detail)) if one.detail else ''}</li>"
        for one in statements
    )
    return f'<h3>{escape(_(title))}</h3><ul class="ig-list">{lines}</ul>'


def _bibliography(constants: Iterable[Sourced[Any]]) -> str:
    sources: dict[str, Source] = {one.source.key: one.source for one in constants}
    rows = [
        (escape(key), escape(source.citation), escape(source.read_as), _address(source))
        for key, source in sorted(sources.items())
    ]
    return _table((_("Key"), _("Document"), _("Read as"), _("DOI or address")), rows)


def _address(source: Source) -> str:
    """Printed, not linked: the page leads nowhere outside this computer."""
    return escape(source.doi or source.url or "")


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        '<div class="ig-scroll"><table class="ig-table ig-text">'
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
    )

"""``igmfat sources``: every number with its source."""

import click

from igmfat_nb.cli.options import json_option, print_json
from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE, text_table
from igmfat_nb.plausibility import RANGES
from igmfat_nb.protocol.criteria import CONTRAINDICATIONS, CRITERIA, Statement
from igmfat_nb.protocol.register import sourced_constants
from igmfat_nb.tables.sourced import sourced_record, value_text


@click.command()
@json_option
def sources(as_json: bool) -> None:
    """Every number with its source and how it is known: published, derived, assumed."""
    constants = [sourced_record(name, value) for name, value in sourced_constants().items()]
    criteria = [_statement(statement) for statement in CRITERIA]
    contraindications = [_statement(statement) for statement in CONTRAINDICATIONS]
    if as_json:
        print_json(
            {
                "constants": constants,
                "criteria": criteria,
                "contraindications": contraindications,
                "believable_ranges": [
                    {"name": r.name, "unit": r.unit, "low": r.low, "high": r.high}
                    | {"status": "assumed"}
                    for r in RANGES
                ],
            }
        )
        return
    click.echo(_(NOTICE) + "\n")
    header = (_("name"), _("value"), _("unit"), _("status"), _("source"), _("note"))
    rows = [
        (
            c["name"],
            value_text(c["value"]),
            _(c["unit"]),
            _(c["status"]),
            _(c["source"]),
            c["note"],
        )
        for c in constants
    ]
    click.echo(text_table(header, rows))
    click.echo("")
    columns = (_("code"), _("statement"), _("source"))
    lines = [(s["code"], s["statement"], s["source"]) for s in criteria + contraindications]
    click.echo(text_table(columns, lines))


def _statement(statement: Statement) -> dict[str, str]:
    return {
        "code": statement.code,
        "statement": _(statement.wording),
        "detail": _(statement.detail) if statement.detail else "",
        "source": f"{_(statement.source.key)}, {_(statement.locator)}",
    }

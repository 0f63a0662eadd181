"""``igmfat readings``: the readings of the personalised rule."""

from pathlib import Path
from typing import Any

import click

from igmfat_nb.bedside.readings import Edition, editions, read_reading, reading_named
from igmfat_nb.cli.options import json_option, print_json, refusing
from igmfat_nb.cli.words import Group
from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE
from igmfat_nb.tables.readings import (
    part_lines,
    reading_lines,
    reading_list_record,
    reading_table,
)


@click.group(cls=Group)
def readings() -> None:
    """Readings of the personalised rule: the texts we read state its target, not its equation.

    \b
    igmfat readings list
    igmfat readings show fill-140
    igmfat readings show deficit --yaml > ours.yaml
    igmfat readings check ours.yaml
    igmfat dose --reading ours.yaml ...
    """  # noqa: D301  (click wants the character, not its escape)


@readings.command(name="list")
@json_option
@refusing
def list_command(as_json: bool) -> None:
    """Every reading that comes with the package."""
    known = editions()
    if as_json:
        print_json({"readings": [reading_list_record(one) for one in known]})
    else:
        click.echo("\n".join(reading_table(known)))


@readings.command()
@click.argument("name", metavar="NAME|FILE")
@click.option("--yaml", "as_yaml", is_flag=True, help=_("Print the YAML, to change it."))
@json_option
@refusing
def show(name: str, as_yaml: bool, as_json: bool) -> None:
    """One reading: formula, parts, where it comes from."""
    edition = reading_named(name)
    if as_json:
        print_json(_record(edition))
    elif as_yaml:
        import yaml

        document = edition.document()
        click.echo(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), nl=False)
    else:
        click.echo("\n".join([_(NOTICE), "", *reading_lines(edition)]))


@readings.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@refusing
def check(file: Path, as_json: bool) -> None:
    """Is this a valid reading? It is then shown in words."""
    edition = read_reading(file)
    if as_json:
        print_json({"valid": True} | _record(edition))
        return
    valid = _("{file} is a valid reading.").format(file=file.name)
    click.echo("\n".join([valid, "", *reading_lines(edition)]))


def _record(edition: Edition) -> dict[str, Any]:
    return {
        "reading": reading_list_record(edition),
        "document": edition.document(),
        "parts": part_lines(edition),
    }

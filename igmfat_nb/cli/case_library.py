"""``igmfat cases``: the teaching cases, and more of them from a seed."""

from pathlib import Path

import click

from igmfat_nb.cli.options import Whole, json_option, print_json, refusing
from igmfat_nb.cli.words import Group
from igmfat_nb.files import fill_folder
from igmfat_nb.language import _
from igmfat_nb.notation import number_text


@click.group(cls=Group)
def cases() -> None:
    """Teaching cases, all synthetic: list them, or make more."""


@cases.command(name="list")
@json_option
@refusing
def list_command(as_json: bool) -> None:
    """The cases that come with the workshop, each with its title."""
    from igmfat_nb.teaching_cases import library

    known = library()
    if as_json:
        print_json({"cases": [{"name": one.name, "title": one.title} for one in known]})
        return
    width = max(len(one.name) for one in known)
    for one in known:
        click.echo(f"{one.name.ljust(width)}  {one.title}")


@cases.command()
@click.option(
    "--n",
    "count",
    type=Whole(high=10_000),
    default=30,
    show_default=True,
    help=_("Number of cases."),
)
@click.option("--seed", type=Whole(), default=1, show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help=_("Folder to write to.")
)
@json_option
@refusing
def make(count: int, seed: int, out: Path, as_json: bool) -> None:
    """Make case files from a seed, for example: --n 30 --seed 7 --out made."""
    from igmfat_nb.case import case_text
    from igmfat_nb.teaching_cases import made_cases

    texts = {f"{case.subject}.json": case_text(case) for case in made_cases(count, seed)}
    fill_folder(out, texts)
    if as_json:
        print_json({"seed": seed, "folder": str(out), "files": list(texts)})
        return
    sentence = _("{count} synthetic cases written to {folder}.")
    click.echo(sentence.format(count=number_text(count), folder=out))

"""``igmfat examples``: files to begin with, all synthetic, each with the command that reads it."""

import shlex
from importlib.resources import files
from pathlib import Path

import click

from igmfat_nb.cli.options import json_option, print_json, refusing
from igmfat_nb.errors import ImplausibleInput, UnreadableInput
from igmfat_nb.files import make_folder, reason_of, write_whole
from igmfat_nb.language import _

#: Name of each file → the command that reads it, with the file's name in it.
COMMANDS = {
    "patients.csv": "igmfat cohort patients.csv --out doses.csv",
    "course.json": "igmfat next course.json",
    "bundle.json": "igmfat import-fhir bundle.json --out case.json",
    "sweep.csv": "igmfat sweep 11_dose_calculator sweep.csv --out sweep",
    "design.yaml": "igmfat trial design.yaml --replicates 20",
}


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help=_("Folder to write to.")
)
@json_option
@refusing
def examples(out: Path, as_json: bool) -> None:
    """Write a table, a course, a bundle, a sweep and a design to begin with; all synthetic."""
    texts = _texts()
    try:
        make_folder(out)
        for name, text in texts.items():
            path = out / name
            if path.exists() and path.read_bytes() != text.encode():
                message = _(
                    "{file} is there already, and is not the example; choose another folder."
                )
                raise ImplausibleInput(message.format(file=path))
        for name, text in texts.items():
            write_whole(out / name, text)
    except OSError as error:
        message = _("{folder} cannot be written: {reason}.")
        reason = reason_of(error)
        raise UnreadableInput(message.format(folder=out, reason=reason)) from error
    if as_json:
        print_json({"folder": str(out), "files": COMMANDS})
        return
    click.echo(_("In {folder}, each file with what reads it:").format(folder=out))
    for name, command in COMMANDS.items():
        click.echo(f"  {command.replace(name, shlex.quote(str(out / name)))}")


def _texts() -> dict[str, str]:
    """The content of every file."""
    from igmfat_nb.language import comments_in_words
    from igmfat_nb.trial.example import EXAMPLE

    folder = files("igmfat_nb.teaching_cases") / "samples"
    stored = [name for name in COMMANDS if name != "design.yaml"]
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in stored}
    return texts | {"design.yaml": comments_in_words(EXAMPLE)}

"""Case files on the command line: one or many, the bad ones named, the others answered."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from igmfat_nb.case import MOST_BYTES, Case, read_case
from igmfat_nb.cli.options import Refused, print_json
from igmfat_nb.errors import IgmFatError
from igmfat_nb.files import read_whole
from igmfat_nb.language import _

Record = dict[str, Any]


def case_arguments(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add one or more case files as arguments."""
    return click.argument("files", metavar="CASE.json...", nargs=-1, required=True)(command)


def case_of_file(name: str) -> Case:
    """Read one case file; every refusal is a sentence."""
    return read_case(read_whole(Path(name), MOST_BYTES))


def answer_cases(
    files: Iterable[str],
    answer: Callable[[Case], Record],
    lines: Callable[[Record], list[str]],
    *,
    as_json: bool,
) -> None:
    """Answer each file in order; several always as one JSON document a line.

    Raises
    ------
    Refused
        After the last file, if any of them was refused.
    """
    names = list(files)
    if len(names) == 1:
        record = answer(case_of_file(names[0]))
        print_json(record) if as_json else click.echo("\n".join(lines(record)))
        return
    refused = 0
    for name in names:
        try:
            print_json(answer(case_of_file(name)))
        except IgmFatError as error:
            refused += 1
            sentence = str(error)
            named = sentence if sentence.startswith(name) else f"{name}: {sentence}"
            click.echo(named, err=True)
    if refused:
        message = _("{refused} of {all} case files were refused.")
        raise Refused(message.format(refused=refused, all=len(names)))

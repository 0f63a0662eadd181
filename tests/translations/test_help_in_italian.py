"""The help of every command and option is read in the reader's language."""

import inspect
from collections.abc import Iterator

import click
import pytest

from igmfat_nb.cli import main
from igmfat_nb.cli.words import in_words
from igmfat_nb.language import reading


def commands(group: click.Group, path: str = "igmfat") -> Iterator[tuple[str, click.Command]]:
    """Every command below a group, as it is before its words are looked up."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


ALL = dict(commands(main))


@pytest.mark.parametrize("path", ALL)
def test_the_help_of_a_command_and_its_options_is_in_italian(path: str):
    command = ALL[path]
    with reading("it"):
        shown = in_words(command)
    options = [(one, two) for one, two in zip(command.params, shown.params, strict=True)]

    assert inspect.cleandoc(shown.help) != inspect.cleandoc(command.help)
    assert [
        one.name
        for one, two in options
        if isinstance(one, click.Option) and one.help and one.help == two.help
    ] == []


def test_what_click_writes_around_it_is_in_italian():
    with reading("it"):
        shown = in_words(main)

    assert (shown.options_metavar, shown.subcommand_metavar) == (
        "[OPZIONI]",
        "COMANDO [ARGOMENTI]...",
    )
    assert len(ALL) > 35

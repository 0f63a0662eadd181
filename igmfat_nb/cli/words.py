"""The language of a command: what it was asked to speak, and its help in it."""

import gettext
import inspect
import os
from collections.abc import Sequence
from copy import copy

import click

from igmfat_nb import language
from igmfat_nb.language import _, mark

LANGUAGE, LOG_FILE, CONFIG = "--language", "--log-file", "--config"
CONFIG_VARIABLE = "IGMFAT_CONFIG"
#: What click writes behind a command, so that it can be translated.
USAGE = (mark("[OPTIONS]"), mark("COMMAND [ARGS]..."))


def in_words(command: click.Command) -> click.Command:
    """Return a command whose help is in the reader's language."""
    shown = copy(command)
    # a whole docstring, cleaned of its indentation, is one entry of the catalogue
    said = (text and _(inspect.cleandoc(text)) for text in (command.help, command.epilog))
    shown.help, shown.epilog = said
    shown.options_metavar = command.options_metavar and _(command.options_metavar)
    if isinstance(shown, click.Group):
        shown.subcommand_metavar = _(shown.subcommand_metavar)
    shown.params = [copy(param) for param in command.params]
    for param in shown.params:
        if isinstance(param, click.Option):
            param.help = param.help and _(param.help)
            param.metavar = _metavar(param)
    return shown


def _metavar(option: click.Option) -> str | None:
    """What stands for an option's value."""
    if option.metavar:
        return _(option.metavar)
    return _("TEXT") if option.type is click.STRING else None


def taken(args: Sequence[str], option: str) -> tuple[list[str], str | None]:
    """Take an option of every command out, wherever it stands, and what it says.

    Raises
    ------
    click.UsageError
        When nothing follows it.
    """
    left, value, rest = [], None, iter(args)
    for word in rest:
        if word == "--":
            left += [word, *rest]
        elif word == option:
            value = next(rest, "")
            if not value and option != LANGUAGE:
                raise click.UsageError(_("{option} needs a file.").format(option=option))
        elif word.startswith(f"{option}="):
            value = word.partition("=")[2]
        else:
            left.append(word)
    return left, value


def without_language(args: Sequence[str]) -> list[str]:
    """Take ``--language`` out, wherever it stands, and let this process and its own speak it.

    Raises
    ------
    click.UsageError
        When there is no such language.
    """
    left, wanted = taken(args, LANGUAGE)
    if wanted is not None:
        if wanted not in language.languages():
            message = _("{option} is {value!r}; expected one of {languages}.")
            codes = ", ".join(language.languages())
            raise click.UsageError(message.format(option=LANGUAGE, value=wanted, languages=codes))
        os.environ[language.VARIABLE] = wanted  # also for workers and kernels
        language.of_process.cache_clear()
    _let_click_speak()
    return left


def _let_click_speak() -> None:
    """Let click take the words of its own from our catalogue: it asks the process's."""
    os.environ["LANGUAGE"] = language.current()
    gettext.bindtextdomain(language.DOMAIN, str(language.LOCALE_FOLDER))
    gettext.textdomain(language.DOMAIN)


class Group(click.Group):
    """A group whose commands have their help in the reader's language."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command with its words, or None."""
        command = super().get_command(ctx, cmd_name)
        return command and in_words(command)

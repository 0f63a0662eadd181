"""The language of a command: what it was asked to speak, and its help in it."""

import gettext
import os
from collections.abc import Sequence
from copy import copy

import click

from igmfat_nb import language
from igmfat_nb.language import _

LANGUAGE = "--language"


def in_words(command: click.Command) -> click.Command:
    """Return a command whose help is in the reader's language."""
    shown = copy(command)
    # click keeps the whole docstring, cleaned of its indentation: one entry of the catalogue
    shown.help, shown.epilog = (text and _(text) for text in (command.help, command.epilog))
    shown.params = [copy(param) for param in command.params]
    for param in shown.params:
        if isinstance(param, click.Option):
            param.help = param.help and _(param.help)
    return shown


def without_language(args: Sequence[str]) -> list[str]:
    """Take ``--language`` out, wherever it stands, and let this process and its own speak it.

    Raises
    ------
    click.UsageError
        When there is no such language.
    """
    left, wanted, rest = [], None, iter(args)
    for word in rest:
        if word == "--":
            left += [word, *rest]
        elif word == LANGUAGE:
            wanted = next(rest, "")
        elif word.startswith(f"{LANGUAGE}="):
            wanted = word.partition("=")[2]
        else:
            left.append(word)
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

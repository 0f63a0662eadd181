"""Options that several commands share, and how a refusal leaves the program."""

import json
import os
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click

from igmfat_nb import __version__
from igmfat_nb.errors import IgmFatError, ImplausibleInput
from igmfat_nb.kernels.choice import CHOSEN, KERNELS
from igmfat_nb.language import _, languages, mark
from igmfat_nb.notation import in_signs
from igmfat_nb.units import MOST_WHOLE

_MOST_DIGITS = 20
Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")


class Refused(click.ClickException):
    """The core's sentence, and exit code 2."""

    exit_code = 2


class Whole(click.ParamType[int]):
    """A whole number in plain digits, between two ends."""

    name = "integer"

    def __init__(self, low: int = -MOST_WHOLE, high: int = MOST_WHOLE) -> None:
        self.low, self.high = low, high

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Both ends, where there are two that say something."""
        ends = self.low > -MOST_WHOLE and self.high < MOST_WHOLE
        return f"{self.low}…{self.high}" if ends else _("INTEGER")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the digits, or fail with a sentence."""
        if isinstance(value, int):
            return value
        text = str(value).strip()
        digits = len(text) <= _MOST_DIGITS and re.fullmatch(r"[+-]?[0-9]+", text, re.ASCII)
        if not re.fullmatch(r"[+-]?[0-9]+", text, re.ASCII):
            self.fail(_("{value!r} is not a whole number.").format(value=text[:60]), param, ctx)
        if not digits or not self.low <= int(text) <= self.high:
            ends = {"low": in_signs(f"{self.low:,}"), "high": in_signs(f"{self.high:,}")}
            message = _("{value} is not in the range {low} to {high}.")
            self.fail(message.format(value=text[:60], **ends), param, ctx)
        return int(text)


def refusing(command: Callable[Parameters, Returned]) -> Callable[Parameters, Returned]:
    """Turn what the core refuses into a sentence on standard error."""

    @wraps(command)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Returned:
        try:
            return command(*args, **kwargs)
        except IgmFatError as error:
            raise Refused(str(error)) from error

    return run


def reading_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--reading NAME|FILE``."""
    return click.option(
        "--reading",
        metavar=mark("NAME|FILE"),
        help=_("Reading of the rule (igmfat readings list); default: the case's, else deficit."),
    )(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help=_("Print JSON."))(command)


def csv_language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--csv-language it|en``."""
    return click.option(
        "--csv-language",
        type=click.Choice(languages()),
        help=_(
            "Write CSV as a spreadsheet in this language opens it, in Italian 1,5 between"
            " semicolons; default: 1.5 between commas."
        ),
    )(command)


def check_csv_language(language: str | None, *, writes_csv: bool) -> None:
    """Refuse a language of CSV where none is written."""
    if language is not None and not writes_csv:
        raise ImplausibleInput(_("--csv-language goes with results written as CSV or TSV."))


def _choose_kernels(_context: click.Context, _option: click.Parameter, value: str | None) -> None:
    if value:
        os.environ[CHOSEN] = value  # workers that the command starts inherit it


def kernels_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--kernels``: forked from one prepared process, or started one by one."""
    return click.option(
        "--kernels",
        type=click.Choice(KERNELS),
        callback=_choose_kernels,
        expose_value=False,
        help=_(
            "How kernels start: forked from one prepared process (default on Linux) or one by one."
        ),
    )(command)


def print_json(answer: dict[str, Any]) -> None:
    """Print one JSON document with the package's version first."""
    click.echo(json.dumps({"version": __version__, **answer}, ensure_ascii=False, allow_nan=False))

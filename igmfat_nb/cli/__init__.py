"""The command line ``igmfat``: parse, call, print.

Commands are imported when they are called, so that ``igmfat dose`` does not
pay for Voilà. Bad input is one sentence on standard error and exit code 2.
"""

import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from igmfat_nb import __version__
from igmfat_nb.cli.extras import missing_sentence
from igmfat_nb.cli.words import (
    CONFIG,
    CONFIG_VARIABLE,
    LANGUAGE,
    LOG_FILE,
    in_words,
    taken,
    without_language,
)
from igmfat_nb.errors import IgmFatError
from igmfat_nb.language import _, languages, mark
from igmfat_nb.notation import NOTICE

#: name → (module:attribute, one line of help)
COMMANDS: dict[str, tuple[str, str]] = {
    "dashboard": ("serve:dashboard", mark("Open the dose explorer in the browser.")),
    "lab": ("serve:lab", mark("Open the notebooks in JupyterLab.")),
    "password": ("access:password", mark("Write the hash of a password for a server.")),
    "dose": ("bedside:dose", mark("Calculate today's dose in each arm.")),
    "readings": (
        "readings:readings",
        mark("List, show or check readings of the personalised rule."),
    ),
    "eligible": ("bedside:eligible", mark("Check a patient against the trial's criteria.")),
    "curve": (
        "curve:curve",
        mark("Calculate serum IgM over time for a patient or for case files."),
    ),
    "next": ("titration:next_dose", mark("Calculate the next dose of a case by three rules.")),
    "validate": ("titration:validate", mark("Check a case file.")),
    "schema": ("titration:schema", mark("Print the JSON Schema of a case file.")),
    "cohort": ("cohort:cohort", mark("Calculate the doses for a table of patients.")),
    "report": ("reports:report", mark("Write a report on one case or table.")),
    "reports": ("report_runs:reports", mark("Write a report on every case in a folder.")),
    "score": ("score:score", mark("Score forecasts on a folder of cases: is the model right?")),
    "sweep": ("report_runs:sweep", mark("Run a notebook for each row of a table of parameters.")),
    "parameters": ("reports:parameters", mark("List a notebook's parameters.")),
    "import-fhir": ("fhir:import_fhir", mark("Convert a FHIR R4 Bundle to a case file.")),
    "import-table": (
        "event_tables:import_table",
        mark("Convert a table of courses (events, long, REDCap) to case files."),
    ),
    "export-table": (
        "event_tables:export_table",
        mark("Write case files as one event table (NONMEM)."),
    ),
    "redcap-dictionary": (
        "event_tables:redcap_dictionary",
        mark("Write a REDCap data dictionary for a site that begins."),
    ),
    "trial": ("trial:trial", mark("Run virtual trials of the protocol.")),
    "sensitivity": (
        "sensitivity:sensitivity",
        mark("Explore what the answer for a case or a trial depends on."),
    ),
    "sample-size": (
        "sample_size:sample_size",
        mark("Calculate the sample size for comparing two proportions."),
    ),
    "cases": ("case_library:cases", mark("List the teaching cases, or generate more.")),
    "examples": ("examples:examples", mark("Write example files to begin with.")),
    "workshop": ("workshop:workshop", mark("Prepare, serve and evaluate a workshop.")),
    "doctor": ("doctor:doctor", mark("Check whether this computer is fit for the package.")),
    "sources": ("sources:sources", mark("List every number with its source.")),
}


class LazyGroup(click.Group):
    """A group that imports a command only to run it or to show its own help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command, or return None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(
            importlib.import_module(f"igmfat_nb.cli.{module}"), attribute
        )
        return in_words(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(line)) for name, (_target, line) in COMMANDS.items()])

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the reader's language."""
        click.Group.format_help(in_words(self), ctx, formatter)

    def main(self, args: Sequence[str] | None = None, *_args: Any, **extra: Any) -> Any:
        """Run; a usage error is one sentence, like every other refusal."""
        import igmfat_nb.kernels.without_grammar  # noqa: F401
        from igmfat_nb.cli.log_file import kept_in
        from igmfat_nb.workers.endings import end_in_order

        end_in_order()
        with _ending_in_a_sentence():
            given = without_language(sys.argv[1:] if args is None else args)
            given, log_file = taken(given, LOG_FILE)
            given, config = taken(given, CONFIG)
            config = config or os.environ.get(CONFIG_VARIABLE)
            name = next((word for word in given if word in COMMANDS), "")
            with kept_in(Path(log_file) if log_file else None, name), _ending_in_a_sentence():
                if config:
                    extra["default_map"] = self._defaults(Path(config), name)
                code = super().main(given, **{**extra, "standalone_mode": False})
                sys.exit(code if isinstance(code, int) else 0)

    def _defaults(self, path: Path, command: str) -> dict[str, Any]:
        """Read the file's defaults, and say those of the command."""
        from igmfat_nb.cli.defaults import read_defaults, said

        defaults = read_defaults(path, self)
        if own := said(defaults.get(command, {})):
            sentence = _("Defaults from {file}: {defaults}.")
            click.echo(sentence.format(file=path.name, defaults=own), err=True)
        return defaults


@contextmanager
def _ending_in_a_sentence() -> Iterator[None]:
    """Leave the program as a command does: a refusal is one sentence and exit code 2."""
    try:
        yield
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        click.echo(" ".join(error.format_message().split()), err=True)
        sys.exit(error.exit_code)
    except IgmFatError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except ModuleNotFoundError as error:
        sentence = missing_sentence(error.name)
        if sentence is None:
            raise
        click.echo(sentence, err=True)
        sys.exit(2)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=NOTICE,
)
@click.option(
    LANGUAGE,
    metavar="|".join(languages()),
    hidden=len(languages()) == 1,
    help=mark("Language of words and numbers, here or after any command; also IGMFAT_LANGUAGE."),
)
@click.option(
    CONFIG,
    metavar=mark("FILE"),
    help=mark("Defaults of options (TOML), here or after any command; also IGMFAT_CONFIG."),
)
@click.option(
    LOG_FILE,
    metavar=mark("FILE"),
    help=mark("Also write what is said on standard error to a file, with the time; it grows."),
)
@click.version_option(__version__, message="%(version)s")
def main(language: str | None, config: str | None, log_file: str | None) -> None:
    """Explore the IgM-FAT trial protocol: doses, titres, virtual trials."""

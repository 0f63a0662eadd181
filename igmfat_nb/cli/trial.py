"""``igmfat trial``: run a virtual trial, show an example design, export a saved run."""

from pathlib import Path

import click

from igmfat_nb.cli.options import (
    Whole,
    check_csv_language,
    csv_language_option,
    json_option,
    reading_option,
    refusing,
)
from igmfat_nb.cli.trial_compare import compare
from igmfat_nb.cli.words import Group
from igmfat_nb.errors import MissingInput
from igmfat_nb.language import _


class TrialGroup(Group):
    """``igmfat trial DESIGN`` runs; ``igmfat trial export RUN`` exports."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take anything but a subcommand's name for a design."""
        if not args or args[0] not in (*self.commands, "--help", "-h"):
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group(cls=TrialGroup)
def trial() -> None:
    """Virtual trials of the protocol; clinical effects are zero unless a design says otherwise.

    \b
    igmfat trial --example > design.yaml
    igmfat trial design.yaml --replicates 1000 --seed 1 --out run/
    igmfat trial compare design.yaml --replicates 200 --figure contrasts.svg
    igmfat trial export run/
    igmfat trial run --help
    """  # noqa: D301  (click wants the character, not its escape)


@trial.command(name="run")
@click.argument("design", type=click.Path(path_type=Path), required=False)
@click.option("--example", is_flag=True, help=_("Print a commented design.yaml."))
@click.option("--replicates", type=Whole(high=10_000_000), default=1000, show_default=True)
@click.option("--seed", type=Whole(), default=1, show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path), help=_("Folder to save, resume and extend the run.")
)
@click.option(
    "--workers", type=Whole(high=1000), default=1, show_default=True, help=_("Number of processes.")
)
@click.option("--scheduler", help=_("tcp://… of an existing Dask scheduler."))
@reading_option
@click.option("--quiet", is_flag=True, help=_("Show no progress."))
@csv_language_option
@json_option
@refusing
def run_command(
    design: Path | None,
    example: bool,
    replicates: int,
    seed: int,
    out: Path | None,
    workers: int,
    scheduler: str | None,
    reading: str | None,
    quiet: bool,
    csv_language: str | None,
    as_json: bool,
) -> None:
    """Run DESIGN, a YAML file; the same seed gives the same numbers on any number of workers."""
    if example:
        check_csv_language(csv_language, writes_csv=False)
        from igmfat_nb.language import comments_in_words
        from igmfat_nb.trial.example import EXAMPLE

        click.echo(comments_in_words(EXAMPLE), nl=False)
        return
    if design is None:
        raise MissingInput(_("The design file is missing; igmfat trial --example prints one."))
    from igmfat_nb.cli.trial_runs import run_design

    run_design(
        design,
        replicates=replicates,
        seed=seed,
        out=out,
        workers=workers,
        scheduler=scheduler,
        reading=reading,
        quiet=quiet,
        csv_language=csv_language,
        as_json=as_json,
    )


@trial.command(name="export")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--format", "kind", type=click.Choice(["parquet", "csv", "events"]), default="parquet"
)
@click.option("--out", type=click.Path(path_type=Path), help=_("Default: RUN/export."))
@click.option("--quiet", is_flag=True, help=_("Show no progress."))
@csv_language_option
@refusing
def export(
    folder: Path, kind: str, out: Path | None, quiet: bool, csv_language: str | None
) -> None:
    """Write every patient and patient-day of a saved run, with a data dictionary.

    With --format events write events.csv, an event table (NONMEM) of all patients as
    measured and dosed, of every scenario of a grid too, with the mapping that reads it.
    """
    from igmfat_nb.cli.trial_runs import export_run

    export_run(folder, kind, out, csv_language, quiet=quiet)


trial.add_command(compare)

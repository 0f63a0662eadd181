"""``igmfat reports`` and ``igmfat sweep``: many runs of one notebook."""

import os
from pathlib import Path
from typing import Any

import click

from igmfat_nb.cli.options import (
    Refused,
    Whole,
    csv_language_option,
    json_option,
    kernels_option,
    print_json,
    refusing,
)
from igmfat_nb.cli.progress import progress
from igmfat_nb.cli.reports import PATIENT_REPORT
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.language import _, mark
from igmfat_nb.notation import text_table
from igmfat_nb.reports.parameters import parse_pairs
from igmfat_nb.reports.run_record import date_of_run
from igmfat_nb.server.folder import notebook_named


def _running_options(command: Any) -> Any:
    """Add where and how runs happen."""
    for option in (
        kernels_option,
        click.option("--quiet", is_flag=True, help=_("Show no progress.")),
        click.option("--scheduler", metavar="tcp://…", help=_("Run on an existing Dask cluster.")),
        click.option(
            "--jobs",
            type=Whole(high=1000),
            default=None,
            help=_("Processes at the same time; default: one per core."),
        ),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("cases", metavar="CASES/", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help=_("Folder to write."))
@click.option("--notebook", default=PATIENT_REPORT, show_default=True)
@click.option(
    "-p",
    "--parameter",
    "pairs",
    multiple=True,
    metavar=mark("NAME=VALUE"),
    help=_("Parameter for all reports; repeatable."),
)
@click.option("--force", is_flag=True, help=_("Build finished reports again."))
@click.option("--pdf", is_flag=True, help=_("Also print a PDF, with the Chromium of this machine."))
@_running_options
@csv_language_option
@json_option
@refusing
def reports(
    cases: Path,
    out: Path,
    notebook: str,
    pairs: tuple[str, ...],
    force: bool,
    pdf: bool,
    jobs: int | None,
    scheduler: str | None,
    quiet: bool,
    csv_language: str | None,
    as_json: bool,
) -> None:
    """One report for every case file of a folder; finished ones are kept.

    OUT/NAME.html and OUT/NAME.results.json for each NAME.json, and all named
    results in OUT/results.csv, a row a case. A report is
    built again when its case, the parameters, the notebook or the package
    changed. One failure does not stop the rest; the exit code is then 2.
    """
    from igmfat_nb.reports.batch import Batch, case_files
    from igmfat_nb.reports.joined import print_reports, write_joined
    from igmfat_nb.reports.pdf import chromium

    if pdf:
        chromium()  # a missing browser is said before the work, not after it
    files = case_files(cases)
    batch = Batch.of(notebook_named(notebook), parse_pairs(pairs), made_on=date_of_run())
    runner = _runner(jobs, scheduler)
    with progress(len(files), _("reports"), quiet=quiet or as_json) as bar:
        outcomes = batch.run(files, out, runner, force=force, done=bar.update)
    if pdf:
        with progress(len(files), _("PDF"), quiet=quiet or as_json) as bar:
            print_reports(outcomes, jobs or os.cpu_count() or 1, bar.update)
    table = write_joined(outcomes, out, csv_language)
    records = [outcome.record() for outcome in outcomes]
    counts = {
        status: sum(one.status == status for one in outcomes)
        for status in ("built", "kept", "failed")
    }
    if as_json:
        print_json({"reports": records} | counts | {"table": str(table)})
    else:
        header = (_("case"), _("status"), _("report"), _("sentence"))
        click.echo(text_table(header, [tuple(record.values()) for record in records]))
        line = _("cases {cases} = built {built} + kept {kept} + failed {failed}")
        click.echo(line.format(cases=len(files), **counts))
    if counts["failed"]:
        message = _("{failed} of {cases} reports failed.")
        raise Refused(message.format(failed=counts["failed"], cases=len(files)))


@click.command()
@click.argument("notebook")
@click.argument("table", metavar="TABLE", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help=_("Folder to write."))
@click.option("--results-only", is_flag=True, help=_("Write no HTML document for each run."))
@_running_options
@csv_language_option
@json_option
@refusing
def sweep(
    notebook: str,
    table: Path,
    out: Path,
    results_only: bool,
    jobs: int | None,
    scheduler: str | None,
    quiet: bool,
    csv_language: str | None,
    as_json: bool,
) -> None:
    """Run a notebook over a table of parameters (CSV, TSV, XLSX, Parquet), a row a run.

    The named results of all runs come together in OUT/results.csv, a row a
    run; each run has its document and results.json in a folder of its own.
    The whole table is checked before the first kernel starts. Another sweep's
    results in OUT stay, and these go into OUT/sweep-2.
    """
    from igmfat_nb.reports.sweep import TABLE_NAME, read_parameter_table
    from igmfat_nb.reports.sweep import sweep as run_sweep

    path = notebook_named(notebook)
    rows = read_parameter_table(table, path, _say)
    runner = _runner(jobs, scheduler)
    places: list[Path] = []
    with progress(len(rows), _("runs"), quiet=quiet or as_json) as bar:
        runs = run_sweep(
            path,
            rows,
            out,
            runner,
            made_on=date_of_run(),
            documents=not results_only,
            csv_language=csv_language,
            place=places.append,
            done=bar.update,
        )
    failed = [run for run in runs if run.failed]
    summary = {"runs": len(runs), "failed": len(failed), "table": str(places[0] / TABLE_NAME)}
    if as_json:
        print_json(summary)
    else:
        for run in failed:
            click.echo(_("run {run}: {why}").format(run=run.number, why=run.sentence))
        click.echo(_("runs {runs}, failed {failed}: {table}").format(**summary))
    if failed:
        message = _("{failed} of {runs} runs failed.")
        raise Refused(message.format(failed=len(failed), runs=len(runs)))


def _say(sentence: str) -> None:
    if sentence:
        click.echo(sentence, err=True)


def _runner(jobs: int | None, scheduler: str | None) -> Any:
    from igmfat_nb.reports.jobs import cluster_runner, local_runner

    if scheduler is not None:
        if jobs is not None:
            raise ImplausibleInput(
                _("--jobs applies to this machine only; a cluster has its own workers.")
            )
        return cluster_runner(scheduler)
    count = (os.cpu_count() or 1) if jobs is None else jobs
    if count < 1:
        raise ImplausibleInput(_("--jobs is {jobs}; expected 1 or more.").format(jobs=count))
    return local_runner(count)

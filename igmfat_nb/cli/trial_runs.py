"""What ``igmfat trial`` does once it is asked to run or to export: imported only then."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
import pandas as pd

from igmfat_nb.bedside.readings import reading_named
from igmfat_nb.cli.event_tables import export_events
from igmfat_nb.cli.options import check_csv_language, print_json
from igmfat_nb.cli.progress import progress
from igmfat_nb.cohort.table_writer import TableWriter, write_csv
from igmfat_nb.errors import ImplausibleInput, MissingInput
from igmfat_nb.files import folder_within, make_folder, reason_of, replacing
from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE, number_text
from igmfat_nb.tables.trial import arm_readings, trial_lines
from igmfat_nb.trial.compared import with_reading
from igmfat_nb.trial.design import Design, read_design, scenarios
from igmfat_nb.trial.export import data_dictionary, exported
from igmfat_nb.trial.replicate import Block
from igmfat_nb.trial.runners import cluster_runner, local_runner
from igmfat_nb.trial.runs import Run, Runner, saved_run
from igmfat_nb.trial.summary import first_replicates, joined, summary, tidy_rows

_CANCELLED = 130  # what shells expect after Ctrl-C


def run_design(
    design: Path,
    *,
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
    """Run a design, or every scenario of its grid, and print what came out."""
    if replicates < 1 or seed < 0 or workers < 1:
        message = _("Expected at least 1 replicate and 1 worker, and a seed of 0 or more.")
        raise ImplausibleInput(message)
    plan = read_design(design)
    if reading is not None:
        plan = with_reading(plan, reading_named(reading))

    check_csv_language(csv_language, writes_csv=bool(plan.grid))

    def runner_of(part: Design) -> Runner:
        if scheduler:
            return cluster_runner(part, seed, scheduler)
        return local_runner(part, seed, workers)

    if plan.grid:
        with _written(out):
            _run_grid(
                plan, replicates, seed, out, runner_of, csv_language, quiet=quiet, as_json=as_json
            )
        return
    run = Run(plan, seed, out)
    answer = {"replicates": replicates, "seed": seed, "readings": arm_readings(plan)}
    with _written(out):
        answer |= _completed(run, replicates, runner_of(plan), quiet=quiet)
    if as_json:
        print_json(answer)
    else:
        click.echo("\n".join(trial_lines(answer)))


def export_run(
    folder: Path, kind: str, out: Path | None, csv_language: str | None, *, quiet: bool
) -> None:
    """Write the tables of a saved run."""
    check_csv_language(csv_language, writes_csv=kind == "csv")
    if kind == "events":
        with _written(out := out or folder_within(folder, "export")):
            export_events(folder, out, quiet=quiet)
        return
    run, replicates = saved_run(folder)
    with _written(out := out or folder_within(folder, "export")):
        _export(run, replicates, kind, out, csv_language, quiet=quiet)


@contextmanager
def _written(folder: Path | None) -> Iterator[None]:
    """Say in one sentence that a folder cannot be read or written."""
    try:
        yield
    except OSError as error:
        message = _("{folder} cannot be used ({reason}).")
        reason = reason_of(error)
        raise ImplausibleInput(message.format(folder=folder, reason=reason)) from error


def _completed(run: Run, replicates: int, runner: Runner, *, quiet: bool) -> dict[str, Any]:
    blocks: list[Block] = []
    try:
        with progress(replicates, _("replicates"), quiet=quiet) as bar:
            for block in run.blocks(replicates, runner):
                blocks.append(block)
                bar.update(len(block.metrics))
    except KeyboardInterrupt:
        click.echo(_cancelled(run, sum(len(block.metrics) for block in blocks)), err=True)
        raise SystemExit(_CANCELLED) from None
    return summary(run.design, first_replicates(joined(blocks), replicates))


def _cancelled(run: Run, done: int) -> str:
    if run.folder is None:
        return _("Cancelled; without --out nothing is saved.")
    line = _(
        "Cancelled after {done} replicates. They are saved; the same command continues from there."
    )
    return line.format(done=number_text(done))


def _as_stated(table: pd.DataFrame, stated: list[dict[str, Any]]) -> pd.DataFrame:
    """The table with the grid's numbers as numbers, so that they get the reader's signs."""
    columns = {name: pd.Series([one[name] for one in stated], dtype=object) for name in stated[0]}
    return table.assign(**columns)


def _run_grid(
    plan: Design,
    replicates: int,
    seed: int,
    out: Path | None,
    runner_of: Any,
    csv_language: str | None,
    *,
    quiet: bool,
    as_json: bool,
) -> None:
    """Run every scenario of a grid into its own folder, and one tidy table."""
    if out is None:
        raise MissingInput(_("A grid needs --out, a folder for its runs and its table."))
    rows: list[dict[str, Any]] = []
    stated: list[dict[str, Any]] = []
    answers = []
    for number, (fields, part) in enumerate(scenarios(plan), start=1):
        run = Run(part, seed, folder_within(out, f"scenario-{number:03d}"))
        result = _completed(run, replicates, runner_of(part), quiet=quiet)
        answers.append({"scenario": number, "fields": fields} | result)
        of_scenario = tidy_rows(number, fields, result, replicates)
        rows += of_scenario
        stated += [fields] * len(of_scenario)
    table = pd.DataFrame(rows)
    with replacing(out / "grid.parquet") as target:
        table.to_parquet(target, index=False)
    with replacing(out / "grid.csv") as target:
        write_csv(_as_stated(table, stated) if csv_language else table, target, csv_language)
    answer = {"replicates": replicates, "seed": seed, "table": str(out / "grid.parquet")}
    answer |= {"readings": arm_readings(plan)}
    if as_json:
        print_json(answer | {"scenarios": answers})
        return
    shown = table[table["metric"].isin(["rejection_rate", "benefit_rate", "harm_rate"])]
    click.echo(_(NOTICE) + "\n")
    click.echo(shown.drop(columns=["arm", "monte_carlo_se"]).to_string(index=False))
    click.echo(
        _(
            "benefit_rate: share of trials that find fewer deaths in {arm}, the power where"
            " the arms differ; harm_rate: more deaths. Where the arms do not differ, both"
            " together are the type I error."
        ).format(arm=plan.arms[1].name)
    )


def _export(
    run: Run, replicates: int, kind: str, out: Path, csv_language: str | None, *, quiet: bool
) -> None:
    make_folder(out)
    names = [out / f"{name}.{kind}" for name in ("patients", "patient_days")]
    with ExitStack() as stack:
        targets = [stack.enter_context(replacing(name)) for name in names]
        writers = [
            stack.enter_context(TableWriter(t, f".{kind}", 0, csv_language)) for t in targets
        ]
        bar = stack.enter_context(progress(replicates, _("replicates"), quiet=quiet))
        for tables in exported(run, replicates):
            for writer, table in zip(writers, tables, strict=True):
                writer.write(table)
            bar.update(tables[0]["replicate"].nunique())
    with replacing(out / "data_dictionary.csv") as target:
        write_csv(data_dictionary(), target, csv_language)
    click.echo(_("Wrote {files}.").format(files=", ".join(str(name) for name in names)))

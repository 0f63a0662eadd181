"""``igmfat cohort``: a table of patients in, a table of doses out."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import click
import numpy as np
import pandas as pd

from igmfat_nb.cli.options import Whole, dose_rule, refusing, rule_options
from igmfat_nb.cli.progress import progress
from igmfat_nb.cohort.doses import dose_table
from igmfat_nb.cohort.files import (
    TableWriter,
    check_apart,
    read_mapping,
    read_table,
    rejected_path,
    replacing,
    unused_columns,
)
from igmfat_nb.cohort.projection import SharedTwins
from igmfat_nb.cohort.rows import ReadRows, read_rows
from igmfat_nb.cohort.text_tables import check_format
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.language import _
from igmfat_nb.population import USUAL_SYNTHESIS, Scenario, SynthesisMode
from igmfat_nb.units import parse_igm_unit

LEAST_TWINS = 100
PIECE_ROWS = 20_000
EXIT_REJECTED = 3


@click.command()
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Table to write.")
@click.option("--igm-unit", help="mg/dL or g/L, when the table has no such column.")
@click.option("--mapping", type=click.Path(path_type=Path), help="YAML: our column: yours.")
@click.option("--scenario", type=click.Choice(get_args(Scenario)), default="intermediate")
@click.option(
    "--synthesis",
    type=click.Choice(get_args(SynthesisMode)),
    default=USUAL_SYNTHESIS,
    show_default=True,
)
@click.option(
    "--twins",
    type=Whole(high=100_000),
    default=LEAST_TWINS,
    show_default=True,
    help="Virtual patients.",
)
@click.option("--seed", type=Whole(), default=1, show_default=True, help="Of the virtual patients.")
@click.option("--strict", is_flag=True, help="Exit code 3 when a row was rejected.")
@click.option("--quiet", is_flag=True, help="No progress.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@rule_options
@refusing
def cohort(
    table: Path,
    out: Path,
    igm_unit: str | None,
    mapping: Path | None,
    scenario: Scenario,
    synthesis: SynthesisMode,
    twins: int,
    seed: int,
    strict: bool,
    quiet: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Doses of both arms and predicted titres for every row of a patient table.

    TABLE is CSV (comma or semicolon), XLSX or Parquet with the columns subject,
    sex, age_years, height_cm, weight_kg, haematocrit, igm and igm_unit. Rows
    that are refused go to OUT's stem with “.rejected.csv”, each with its
    sentence.
    """
    rule = dose_rule(options)
    check_format(out)
    check_apart(table, out)
    if twins < LEAST_TWINS or seed < 0:
        message = _("Expected at least {least} virtual patients and a seed of 0 or more.")
        raise ImplausibleInput(message.format(least=LEAST_TWINS))
    unit = None if igm_unit is None else parse_igm_unit(igm_unit)
    frame = read_table(table, read_mapping(mapping) if mapping else {}, unit)
    if (unused := unused_columns(frame)) and not quiet:
        click.echo(_("Columns not used: {names}.").format(names=", ".join(unused)), err=True)
    rows = read_rows(frame)
    rng = np.random.default_rng(seed)
    shared = SharedTwins.draw(rng, twins, scenario, rule, synthesis=synthesis)
    threads = os.cpu_count() or 1
    write_results(
        rows, out, lambda part: dose_table(part, shared, rule, threads=threads), quiet=quiet
    )
    _print_summary(rows, out, as_json=as_json)
    return EXIT_REJECTED if strict and len(rows.rejected) else 0


def write_results(
    rows: ReadRows, out: Path, doses: Callable[[pd.DataFrame], pd.DataFrame], *, quiet: bool
) -> None:
    """Write both tables, each whole or not at all."""
    accepted = rows.accepted
    with replacing(out) as results, replacing(rejected_path(out)) as refused:
        rows.rejected.to_csv(refused, index=False)
        with (
            TableWriter(results, out.suffix.lower(), len(accepted)) as writer,
            progress(len(accepted), _("rows"), quiet=quiet) as bar,
        ):
            # A table without rows still has one piece, so that the result has its header.
            for start in range(0, max(len(accepted), 1), PIECE_ROWS):
                piece = accepted.iloc[start : start + PIECE_ROWS]
                writer.write(doses(piece))
                bar.update(len(piece))


def _print_summary(rows: ReadRows, out: Path, *, as_json: bool) -> None:
    accepted, rejected = len(rows.accepted), len(rows.rejected)
    read = accepted + rejected
    if as_json:
        summary = {"read": read, "accepted": accepted, "rejected": rejected}
        click.echo(json.dumps(summary | {"rejected_file": str(rejected_path(out))}))
    else:
        click.echo(f"read {read} = accepted {accepted} + rejected {rejected}")

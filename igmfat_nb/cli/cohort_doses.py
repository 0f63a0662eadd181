"""What ``igmfat cohort`` does once a table is named: imported only then."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd

from igmfat_nb import __version__
from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.cli.options import check_csv_language
from igmfat_nb.cli.patient_options import dose_rule, weights_of
from igmfat_nb.cli.progress import progress
from igmfat_nb.cohort.doses import dose_table
from igmfat_nb.cohort.files import (
    check_apart,
    read_mapping,
    read_table,
    rejected_path,
    run_path,
    unused_columns,
)
from igmfat_nb.cohort.patient_columns import INPUT_COLUMNS, verdicts, with_patient_columns
from igmfat_nb.cohort.rows import ReadRows, read_rows
from igmfat_nb.cohort.table_writer import TableWriter, rounded_frame, write_csv
from igmfat_nb.cohort.text_tables import FORMATS, LINES, Sheets, check_format
from igmfat_nb.courses.population import Scenario, SynthesisMode
from igmfat_nb.courses.shared_patients import SharedPatients
from igmfat_nb.files import file_sha256, replacing
from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE, number_text, seen_text
from igmfat_nb.tables.clearance import weights_record
from igmfat_nb.units import parse_igm_unit

PIECE_ROWS = 20_000


def table_doses(
    table: Path,
    out: Path,
    options: dict[str, Any],
    *,
    igm_unit: str | None,
    mapping: Path | None,
    scenario: Scenario,
    scenario_weights: str | None,
    synthesis: SynthesisMode,
    twins: int,
    seed: int,
    csv_language: str | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Read, dose, write and say; returns the number of rows that were rejected."""
    rule = dose_rule(options)
    check_csv_language(csv_language, writes_csv=out.suffix.lower() in (".csv", ".tsv"))
    check_format(out, (*FORMATS, LINES))
    check_apart(table, out)
    unit = None if igm_unit is None else parse_igm_unit(igm_unit)
    frame = read_table(table, read_mapping(mapping) if mapping else {}, unit)
    sheets: Sheets | None = frame.attrs.get("sheets")
    if sheets and (sentence := sheets.sentence()):
        click.echo(sentence, err=True)  # rows that are not read are no progress: said in any case
    if (unused := unused_columns(frame)) and not quiet:
        names = seen_text(", ".join(unused))
        click.echo(_("Columns not used: {names}.").format(names=names), err=True)
    rows = read_rows(frame)
    weights = weights_of(scenario, scenario_weights)
    rng = np.random.default_rng(seed)
    shared = SharedPatients.draw(rng, twins, scenario, rule, synthesis=synthesis, weights=weights)
    threads = os.cpu_count() or 1
    counts = _counts(rows, sheets)
    record = counts | _origin(table, mapping, rule)
    if scenario == "averaged":
        record["scenario_weights"] = weights_record(weights)
    record |= {"scenario": scenario, "synthesis": synthesis, "twins": twins, "seed": seed}

    def doses(part: pd.DataFrame) -> pd.DataFrame:
        table = with_patient_columns(part, dose_table(part, shared, rule, threads=threads))
        return table.assign(reading=rule.reading.name, scenario=scenario, version=__version__)

    write_results(rows, out, doses, record, csv_language, quiet=quiet)
    _print_summary(counts, out, rule, as_json=as_json)
    return len(rows.rejected)


def write_results(
    rows: ReadRows,
    out: Path,
    doses: Callable[[pd.DataFrame], pd.DataFrame],
    record: dict[str, Any],
    csv_language: str | None = None,
    *,
    quiet: bool,
) -> None:
    """Write both tables and the record of the run, each whole or not at all."""
    accepted = rows.accepted
    fine = out.suffix.lower() in (".parquet", LINES)
    with (
        replacing(out) as results,
        replacing(rejected_path(out)) as refused,
        replacing(run_path(out)) as origin,
    ):
        write_csv(rows.rejected, refused, csv_language)
        origin.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", "utf-8")
        with (
            TableWriter(results, out.suffix.lower(), len(accepted), csv_language) as writer,
            progress(len(accepted), _("rows"), quiet=quiet) as bar,
        ):
            # A table without rows still has one piece, so that the result has its header.
            for start in range(0, max(len(accepted), 1), PIECE_ROWS):
                piece = accepted.iloc[start : start + PIECE_ROWS]
                table = doses(piece)
                writer.write(table if fine else rounded_frame(table, INPUT_COLUMNS))
                bar.update(len(piece))


def _counts(rows: ReadRows, sheets: Sheets | None) -> dict[str, Any]:
    """Every row is in one of two places; what of the accepted ones should be looked at."""
    accepted, rejected = len(rows.accepted), len(rows.rejected)
    verdict, _codes = verdicts(rows.accepted)
    counts: dict[str, Any] = {
        "read": accepted + rejected,
        "accepted": accepted,
        "rejected": rejected,
        "not_eligible": int((verdict == "not eligible").sum()),
        "to_check": int((rows.accepted["check"] != "").sum()),
    }
    if sheets:
        unread = [*sheets.unread, *sheets.hidden]
        counts |= {"sheet": sheets.read, "sheets_not_read": unread}
    return counts


def _origin(table: Path, mapping: Path | None, rule: DoseRule) -> dict[str, Any]:
    """What the doses are of: version, inputs and rule."""
    inputs = [path for path in (table, mapping) if path is not None]
    return {
        "version": __version__,
        "notice": _(NOTICE),
        "inputs": {path.name: file_sha256(path) for path in inputs},
        "rule": asdict(rule),
        "reading": asdict(rule.reading),
    }


def _print_summary(counts: dict[str, Any], out: Path, rule: DoseRule, *, as_json: bool) -> None:
    if as_json:
        files = {"rejected_file": str(rejected_path(out)), "run_file": str(run_path(out))}
        beside = files | {"reading": asdict(rule.reading)}
        click.echo(json.dumps(counts | beside, ensure_ascii=False))
        return
    for name, line in (
        ("not_eligible", _("{n} not eligible by age, BMI or titre (column not_met)")),
        ("to_check", _("{n} with rare values to check (column check)")),
    ):
        if counts[name]:
            click.echo(line.format(n=number_text(counts[name])))
    click.echo(_("read {read} = accepted {accepted} + rejected {rejected}").format(**counts))

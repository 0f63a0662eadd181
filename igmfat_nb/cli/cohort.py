"""``igmfat cohort``: a table of patients in, a table of doses out."""

from pathlib import Path
from typing import Any, get_args

import click

from igmfat_nb.cli.options import Whole, csv_language_option, refusing
from igmfat_nb.cli.patient_options import rule_options, scenario_options
from igmfat_nb.courses.population import USUAL_SYNTHESIS, Scenario, SynthesisMode
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.language import _

LEAST_VIRTUAL_PATIENTS = 100
EXIT_REJECTED = 3


@click.command()
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help=_("Table to write."))
@click.option("--igm-unit", help=_("mg/dL or g/L, if the table has no column igm_unit."))
@click.option(
    "--mapping",
    type=click.Path(path_type=Path),
    help=_("YAML file of lines “our column: your column”."),
)
@scenario_options
@click.option(
    "--synthesis",
    type=click.Choice(get_args(SynthesisMode)),
    default=USUAL_SYNTHESIS,
    show_default=True,
)
@click.option(
    "--twins",
    type=Whole(high=100_000),
    default=LEAST_VIRTUAL_PATIENTS,
    show_default=True,
    help=_("Number of virtual patients."),
)
@click.option(
    "--seed", type=Whole(), default=1, show_default=True, help=_("Seed of the virtual patients.")
)
@csv_language_option
@click.option("--strict", is_flag=True, help=_("Exit code 3 when a row was rejected."))
@click.option("--quiet", is_flag=True, help=_("Show no progress."))
@click.option("--json", "as_json", is_flag=True, help=_("Print the summary as JSON."))
@rule_options
@refusing
def cohort(
    table: Path,
    out: Path,
    igm_unit: str | None,
    mapping: Path | None,
    scenario: Scenario,
    scenario_weights: str | None,
    synthesis: SynthesisMode,
    twins: int,
    seed: int,
    csv_language: str | None,
    strict: bool,
    quiet: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Doses of both arms and predicted titres for every row of a patient table.

    TABLE is CSV (comma, semicolon or tab), TSV, XLSX (the first visible sheet) or
    Parquet with the columns subject, sex, age_years, height_cm, weight_kg,
    haematocrit, igm and igm_unit. Rows that are refused go to OUT's stem with
    “.rejected.csv”, each with its line and sentence; “.run.json” says which
    table, rule, scenario, seed and version the doses are of. OUT may also be
    JSON lines (.jsonl).
    """
    if twins < LEAST_VIRTUAL_PATIENTS or seed < 0:
        message = _("Expected at least {least} virtual patients and a seed of 0 or more.")
        raise ImplausibleInput(message.format(least=LEAST_VIRTUAL_PATIENTS))
    from igmfat_nb.cli.cohort_doses import table_doses

    rejected = table_doses(
        table,
        out,
        options,
        igm_unit=igm_unit,
        mapping=mapping,
        scenario=scenario,
        scenario_weights=scenario_weights,
        synthesis=synthesis,
        twins=twins,
        seed=seed,
        csv_language=csv_language,
        quiet=quiet,
        as_json=as_json,
    )
    return EXIT_REJECTED if strict and rejected else 0

"""``igmfat report`` and ``igmfat parameters``."""

from pathlib import Path
from typing import Any

import click

from igmfat_nb.cli.options import json_option, print_json, refusing
from igmfat_nb.errors import MissingInput, UnreadableInput
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text, text_table
from igmfat_nb.reports.parameters import RUN_PARAMETERS, notebook_parameters, parse_pairs
from igmfat_nb.reports.run_record import date_of_run
from igmfat_nb.server.folder import notebook_named

PATIENT_REPORT, COHORT_REPORT = "90_patient_report", "92_cohort_report"
TABLES = (".csv", ".tsv", ".xlsx", ".parquet")


@click.command()
@click.argument("file", metavar="CASE.json", type=click.Path(path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help=_("HTML file to write.")
)
@click.option("--pdf", is_flag=True, help=_("Also print a PDF, with the Chromium of this machine."))
@click.option("--notebook", help=_("Default: 90_patient_report; of a table: 92_cohort_report."))
@click.option(
    "-p",
    "--parameter",
    "pairs",
    multiple=True,
    metavar=mark("NAME=VALUE"),
    help=_("Parameter of the notebook; repeatable (see igmfat parameters)."),
)
@click.option("--seed", help=_("Same as -p seed=N."))
@click.option("--scenario", help=_("Same as -p scenario=NAME."))
@click.option("--scenario-weights", help=_("Same as -p scenario_weights=N:N:N."))
@click.option("--reading", help=_("Same as -p reading=NAME|FILE."))
@json_option
@refusing
def report(
    file: Path,
    out: Path,
    pdf: bool,
    notebook: str | None,
    pairs: tuple[str, ...],
    as_json: bool,
    **short: str | None,
) -> None:
    """One case file in, one HTML document out, which opens offline and prints on A4.

    Named results go to results.json beside it, and to NAME.results.json; where
    several reports share a folder, results.json has them by document. A patient table (CSV, TSV,
    XLSX or Parquet) makes the report of a cohort.
    """
    from igmfat_nb.reports.pdf import chromium
    from igmfat_nb.reports.single import Request, make_report

    default = COHORT_REPORT if file.suffix.lower() in TABLES else PATIENT_REPORT
    given: dict[str, Any] = parse_pairs(pairs)
    for name, value in short.items():
        if value is not None:
            if name in given:
                raise UnreadableInput(_("{name} is given twice.").format(name=name))
            given[name] = value
    if given.get("reading"):
        given["reading"] = _checked_reading(str(given["reading"]))
    if out.suffix.lower() not in (".html", ".htm"):
        message = _("{out} is not an HTML file name; --pdf prints a PDF next to the HTML file.")
        raise UnreadableInput(message.format(out=out.name))
    if pdf:
        chromium()  # a missing browser is said before the minute of work, not after it
    path = notebook_named(notebook or default)
    request = Request.of(path, file, given, made_on=date_of_run())
    written = make_report(request, out, pdf=pdf)
    if as_json:
        print_json({name: str(path) for name, path in written.items()})
    else:
        click.echo("\n".join(str(path) for path in written.values()))


def _checked_reading(text: str) -> str:
    """A reading that exists; of a file the whole path, since the notebook runs elsewhere."""
    from igmfat_nb.bedside.readings import SUFFIXES, reading_named

    reading_named(text)
    return str(Path(text).resolve()) if text.lower().endswith(SUFFIXES) else text


@click.command()
@click.argument("notebook")
@json_option
@refusing
def parameters(notebook: str, as_json: bool) -> None:
    """Type, unit, range, default and source of each parameter of a notebook."""
    path = notebook_named(notebook)
    records = [one.record() for one in notebook_parameters(path) if one.name not in RUN_PARAMETERS]
    if as_json:
        print_json({"notebook": path.stem, "parameters": records})
        return
    if not records:
        raise MissingInput(_("{notebook} has no parameters.").format(notebook=path.stem))
    header = (_("name"), _("type"), _("unit"), _("range"), _("default"), _("source"), _("what"))
    click.echo(text_table(header, [_row(record) for record in records]))


def _row(record: dict[str, Any]) -> tuple[str, ...]:
    ends = [number_text(end, 6) for end in record["range"] or () if end is not None]
    range_ = ", ".join(record["choices"])
    if ends:
        range_ = _("{low} to {high}") if len(ends) > 1 else _("{low} or more")
        range_ = range_.format(low=ends[0], high=ends[-1])
    unit, source, what = (record[part] for part in ("unit", "source", "description"))
    return (
        record["name"],
        record["type"],
        _(unit),
        range_,
        str(record["default"]),
        _(source),
        _(what),
    )

"""``igmfat import-table``, ``export-table``, ``redcap-dictionary``: courses in tables."""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from igmfat_nb.cli.options import (
    check_csv_language,
    csv_language_option,
    json_option,
    print_json,
    refusing,
)
from igmfat_nb.cli.progress import progress
from igmfat_nb.errors import MissingInput, UnreadableInput
from igmfat_nb.files import file_sha256, fill_folder, make_folder, replacing, write_whole
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text, seen_text

FORMATS = ("event", "long", "redcap")
SEPARATORS = {".csv": ",", ".tsv": "\t"}
REJECTED = "rejected.csv"
EXIT_REJECTED = 3
_PARTS = ("", "_accepted", "_rejected")
_COUNTED = {
    "rows": mark("rows read {read} = accepted {accepted} + rejected {rejected}"),
    "subjects": mark("subjects read {read} = accepted {accepted} + rejected {rejected}"),
}


@click.command("import-table")
@click.argument("table", type=click.Path(path_type=Path), required=False)
@click.option("--mapping", type=click.Path(path_type=Path), help=_("YAML file: what is what."))
@click.option("--out", type=click.Path(path_type=Path), help=_("Folder for the case files."))
@click.option("--partial", is_flag=True, help=_("Keep a subject without its bad rows."))
@click.option(
    "--example",
    type=click.Choice(FORMATS),
    help=_("Print a mapping with the table that it reads; with --out write both."),
)
@csv_language_option
@click.option("--strict", is_flag=True, help=_("Exit code 3 when a row was rejected."))
@click.option("--quiet", is_flag=True, help=_("Show no progress."))
@json_option
@refusing
def import_table(
    table: Path | None,
    mapping: Path | None,
    out: Path | None,
    partial: bool,
    example: Any,
    csv_language: str | None,
    strict: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Turn a table of courses into case files, a file a subject.

    TABLE is CSV (comma, semicolon or tab), TSV, XLSX (the first visible sheet) or
    Parquet: an event table (NONMEM), a long table or a REDCap export. The
    mapping names its columns, units and codes. A subject with a bad row is
    rejected whole, unless --partial; rejected.csv in OUT has every reason.
    """
    if example is not None:
        check_csv_language(csv_language, writes_csv=False)
        _example(example, out)
        return 0
    if table is None or mapping is None or out is None:
        message = _("Expected a table, --mapping and --out; or --example event, long or redcap.")
        raise MissingInput(message)
    counts = _import(table, mapping, out, csv_language, partial=partial, quiet=quiet)
    if as_json:
        print_json(counts)
    else:
        for unit, line in _COUNTED.items():
            read, accepted, rejected = (counts[f"{unit}{part}"] for part in _PARTS)
            click.echo(_(line).format(read=read, accepted=accepted, rejected=rejected))
        if counts["rows_without_content"]:
            without = _("{n} rows hold no titre, dose or event.")
            click.echo(without.format(n=number_text(counts["rows_without_content"])))
    return EXIT_REJECTED if strict and counts["rows_rejected"] else 0


@click.command("export-table")
@click.argument("cases", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--out", required=True, type=click.Path(path_type=Path), help=_("CSV to write."))
@click.option("--quiet", is_flag=True, help=_("Show no progress."))
@json_option
@refusing
def export_table(cases: tuple[Path, ...], out: Path, quiet: bool, as_json: bool) -> None:
    """Write case files, or folders of them, as one event table.

    The columns ID to ARM are numbers that NONMEM, nlmixr2 and Monolix read;
    SUBJECT to NOTES are texts, to be dropped there. `import-table` with the
    mapping OUT.mapping.yaml, which is written beside, brings back the cases.
    """
    from igmfat_nb.cli.cases import case_of_file
    from igmfat_nb.event_tables.examples import own_text
    from igmfat_nb.event_tables.exporting import course_of, write_events

    _check_text(out)
    paths = _case_files(cases)
    courses = (course_of(case_of_file(str(path))) for path in paths)
    rows = 0
    with ExitStack() as stack:
        bar = stack.enter_context(progress(len(paths), _("cases"), quiet=quiet))
        target = stack.enter_context(replacing(out))
        file = stack.enter_context(target.open("w", encoding="utf-8", newline=""))
        for count in write_events(courses, file, SEPARATORS[out.suffix.lower()]):
            rows += count
            bar.update(1)
    beside = mapping_path(out)
    write_whole(beside, own_text())
    if as_json:
        print_json({"cases": len(paths), "rows": rows, "file": str(out), "mapping": str(beside)})
        return
    line = _("{rows} rows of {cases} cases written to {file}.")
    click.echo(line.format(rows=number_text(rows), cases=number_text(len(paths)), file=out))


@click.command("redcap-dictionary")
@click.option("--out", required=True, type=click.Path(path_type=Path), help=_("CSV to write."))
@refusing
def redcap_dictionary(out: Path) -> None:
    """Write a REDCap data dictionary whose export `import-table` reads.

    Instruments: patient, and the repeating ones titre, dose and event. Its
    mapping is `igmfat import-table --example redcap`.
    """
    from igmfat_nb.event_tables.redcap import dictionary_csv

    write_whole(out, dictionary_csv())
    click.echo(_("Wrote {files}.").format(files=out))


def export_events(folder: Path, out: Path, *, quiet: bool) -> None:
    """Write the patients of a saved run, or of a grid's runs, as one event table."""
    from igmfat_nb.event_tables.examples import own_text
    from igmfat_nb.event_tables.exporting import write_events
    from igmfat_nb.event_tables.trial_courses import saved_runs, trial_courses

    runs = saved_runs(folder)
    courses = (
        course
        for prefix, run, replicates in runs
        for course in trial_courses(run, replicates, prefix)
    )
    patients = sum(run.design.patients * replicates for _prefix, run, replicates in runs)
    make_folder(out)
    with ExitStack() as stack:
        bar = stack.enter_context(progress(patients, _("patients"), quiet=quiet))
        target = stack.enter_context(replacing(out / "events.csv"))
        file = stack.enter_context(target.open("w", encoding="utf-8", newline=""))
        for _rows in write_events(courses, file):
            bar.update(1)
    write_whole(mapping_path(out / "events.csv"), own_text())
    click.echo(_("Wrote {files}.").format(files=out / "events.csv"))


def mapping_path(out: Path) -> Path:
    """Where the mapping of an exported table goes, beside it."""
    return out.with_name(f"{out.stem}.mapping.yaml")


def _check_text(out: Path) -> None:
    if out.suffix.lower() not in SEPARATORS:
        message = _("{file} is not a .csv or .tsv; event tables are written as text.")
        raise UnreadableInput(message.format(file=out))


def _example(format_: Any, out: Path | None) -> None:
    from igmfat_nb.event_tables.examples import example_texts

    mapping, table = example_texts(format_)
    if out is None:
        click.echo(mapping)
        click.echo("# " + _("The table that it reads (table.csv):"))
        click.echo("\n".join(f"# {line}" for line in table.splitlines()))
        return
    _fill(out, {"mapping.yaml": mapping, "table.csv": table}, quiet=True)
    click.echo(_("Wrote {files}.").format(files=f"{out / 'mapping.yaml'}, {out / 'table.csv'}"))


def _import(
    table: Path,
    mapping: Path,
    out: Path,
    csv_language: str | None,
    *,
    partial: bool,
    quiet: bool,
) -> dict[str, Any]:
    from igmfat_nb.case import case_text
    from igmfat_nb.cohort.table_writer import csv_text
    from igmfat_nb.cohort.text_tables import read_text_table
    from igmfat_nb.event_tables import import_rows, read_mapping
    from igmfat_nb.event_tables.importing import REJECTED_COLUMNS, rejected_rows

    columns = read_mapping(mapping)
    frame = read_text_table(table)
    sheets = frame.attrs.get("sheets")
    if sheets and (sentence := sheets.sentence()):
        click.echo(sentence, err=True)
    with progress(len(frame), _("rows"), quiet=quiet) as bar:
        found = import_rows(frame, columns, partial=partial, done=bar.update)
    if found.unused and not quiet:
        names = seen_text(", ".join(found.unused))
        click.echo(_("Columns not used: {names}.").format(names=names), err=True)
    texts = {f"{case.subject}.json": case_text(case) for case in found.cases}
    texts[REJECTED] = csv_text(REJECTED_COLUMNS, rejected_rows(found.problems), csv_language)
    _fill(out, texts, quiet=quiet)
    inputs = {path.name: file_sha256(path) for path in (table, mapping)}
    return (
        found.counts
        | {"folder": str(out), "rejected_file": str(out / REJECTED)}
        | {"inputs": inputs}
    )


def _fill(folder: Path, texts: dict[str, str], *, quiet: bool) -> None:
    with progress(len(texts), _("files"), quiet=quiet) as bar:
        fill_folder(folder, texts, bar.update)


def _case_files(paths: Iterable[Path]) -> list[Path]:
    """Case files as named, and those of folders in the order of their names."""
    found: list[Path] = []
    for path in paths:
        found += sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not found:
        raise MissingInput(_("There is no case file."))
    return found

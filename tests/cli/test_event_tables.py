"""``igmfat import-table``, ``export-table``, ``redcap-dictionary``."""

import csv
import io
import json

import openpyxl
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

from igmfat_nb.cli import main
from igmfat_nb.cli.event_tables import export_table, import_table, redcap_dictionary


def run(command, *arguments, code=0):
    result = CliRunner().invoke(command, [str(part) for part in arguments])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def example(tmp_path):
    def write(name):
        run(import_table, "--example", name, "--out", tmp_path / name)
        return tmp_path / name / "table.csv", tmp_path / name / "mapping.yaml"

    return write


@pytest.mark.parametrize("name", ["event", "long", "redcap"])
def test_an_example_is_read_by_its_own_mapping_and_comes_back(example, tmp_path, name):
    table, mapping = example(name)

    said = run(import_table, table, "--mapping", mapping, "--out", tmp_path / "cases", "--quiet")
    run(export_table, tmp_path / "cases", "--out", tmp_path / "events.csv", "--quiet")
    beside = tmp_path / "events.mapping.yaml"
    again = (tmp_path / "events.csv", "--mapping", beside, "--out", tmp_path / "again", "--quiet")
    run(import_table, *again)

    assert "subjects read 2 = accepted 2 + rejected 0" in said.stdout
    names = sorted(path.name for path in (tmp_path / "cases").iterdir())
    assert names[-1] == "rejected.csv"
    for one in names:
        first, second = tmp_path / "cases" / one, tmp_path / "again" / one
        assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("name", ["event", "long", "redcap"])
def test_an_example_is_printed_as_one_mapping_with_its_table_in_comments(name):
    printed = run(import_table, "--example", name).stdout

    assert yaml.safe_load(printed)["format"] == name
    table = [line.removeprefix("# ") for line in printed.splitlines() if line.startswith("# ")]
    assert len(list(csv.reader(table[-7:]))) == 7


def test_a_table_may_be_a_workbook_or_parquet(example, tmp_path):
    table, mapping = example("event")
    frame = pd.read_csv(table, na_values=".")
    frame.to_parquet(tmp_path / "table.parquet")
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(table.read_text())):
        book.active.append(
            [None if cell == "." else float(cell) if i else cell for i, cell in enumerate(row)]
            if row[0] != "ID"
            else row
        )
    book.save(tmp_path / "table.xlsx")
    run(import_table, table, "--mapping", mapping, "--out", tmp_path / "csv", "--quiet")

    for kind in ("xlsx", "parquet"):
        source = tmp_path / f"table.{kind}"
        run(import_table, source, "--mapping", mapping, "--out", tmp_path / kind, "--quiet")
        for path in (tmp_path / "csv").iterdir():
            assert (tmp_path / kind / path.name).read_bytes() == path.read_bytes()


def test_rejected_rows_are_counted_named_and_may_end_with_three(example, tmp_path, capsys):
    table, mapping = example("event")
    table.write_text(table.read_text().replace("1,24,.,.,.,.,84", "1,24,.,.,.,.,=1+1"))

    options = ("--mapping", mapping, "--out", tmp_path / "cases", "--strict", "--json")
    with pytest.raises(SystemExit) as stop:
        main(["import-table", *map(str, (table, *options))])
    counts = json.loads(capsys.readouterr().out)

    assert stop.value.code == 3

    assert (counts["rows"], counts["rows_rejected"], counts["subjects_rejected"]) == (7, 4, 1)
    rejected = list(csv.DictReader((tmp_path / "cases" / "rejected.csv").open()))
    assert [row["line"] for row in rejected] == ["2", "3", "4", "5"]
    assert rejected[2]["value"] == "'=1+1"
    assert not (tmp_path / "cases" / "1.json").exists()


def test_partial_keeps_the_subject_without_its_bad_row(example, tmp_path):
    table, mapping = example("event")
    table.write_text(table.read_text().replace("1,24,.,.,.,.,84", "1,24,.,.,.,.,x"))

    run(import_table, table, "--mapping", mapping, "--out", tmp_path / "c", "--partial", "--quiet")

    case = json.loads((tmp_path / "c" / "1.json").read_text())
    assert [titre["time_h"] for titre in case["titres"]] == [0, 48]


def test_the_same_again_is_no_hindrance_and_another_folders_files_are(example, tmp_path):
    table, mapping = example("event")
    options = (table, "--mapping", mapping, "--out", tmp_path / "cases", "--quiet")
    run(import_table, *options)
    before = {path.name: path.read_bytes() for path in (tmp_path / "cases").iterdir()}

    run(import_table, *options)
    assert {p.name: p.read_bytes() for p in (tmp_path / "cases").iterdir()} == before

    (tmp_path / "cases" / "other.json").write_text("{}")
    refused = run(import_table, *options, code=2)
    assert "is not empty: it contains other.json" in refused.stderr


def test_what_is_left_out_is_said(tmp_path, example):
    assert "Expected a table, --mapping and --out" in run(import_table, code=2).stderr
    table, _mapping = example("event")
    missing = run(import_table, table, "--mapping", "none.yaml", "--out", tmp_path / "c", code=2)
    assert "There is no file none.yaml" in missing.stderr
    no_csv = run(export_table, tmp_path, "--out", tmp_path / "events.xlsx", code=2)
    assert "event tables are written as text" in no_csv.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "no case file" in run(export_table, empty, "--out", tmp_path / "e.csv", code=2).stderr
    assert not (tmp_path / "e.csv").exists()


def test_the_dictionary_has_the_fields_and_codes_of_the_examples_mapping(example, tmp_path):
    run(redcap_dictionary, "--out", tmp_path / "dictionary.csv")
    fields = {
        row["Variable / Field Name"]: row
        for row in csv.DictReader((tmp_path / "dictionary.csv").open())
    }
    _table, mapping = example("redcap")
    known = yaml.safe_load(mapping.read_text())

    assert set(known["columns"].values()) == set(fields)
    for ours, codes in known["codes"].items():
        offered = fields[known["columns"][ours]]["Choices, Calculations, OR Slider Labels"]
        listed = [pair.split(",")[0].strip() for pair in offered.split("|")]
        assert [code for both in codes.values() for code in both[:1]] == listed
    forms = {row["Form Name"] for row in fields.values()}
    assert forms == {"patient", "titre", "dose", "event"}

"""Tables of patients on disk: what is read, what is refused, what is written."""

import json
import math

import pandas as pd
import pytest
from click.testing import CliRunner

from igmfat_nb.cli import main
from igmfat_nb.cohort.files import read_table
from igmfat_nb.cohort.rows import COLUMNS, read_rows

GOOD = ["SIM-001", "male", "60", "175", "80", "0.30", "40", "mg/dL"]
HEADER = ",".join(COLUMNS)


def changed(**cells):
    return [cells.get(name, value) for name, value in zip(COLUMNS, GOOD, strict=True)]


def run(*args):
    return CliRunner().invoke(main, ["cohort", *map(str, args)])


@pytest.mark.parametrize(
    "text",
    [
        "subject;sex;age_years;height_cm;weight_kg;haematocrit;igm;igm_unit\n"
        "SIM-1;male;60;175;80,5;0,30;0,4;g/L\n",
        "\ufeffsubject,sex,age_years,height_cm,weight_kg,haematocrit,igm,igm_unit\n"
        'SIM-1, male ,60,175,"80,5",30 %,40,mg/dL\n',
    ],
)
def test_semicolons_and_decimal_commas_are_recognised(tmp_path, text):
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")

    rows = read_rows(read_table(tmp_path / "in.csv", {}, None))

    assert rows.rejected.empty
    assert rows.accepted.loc[0, "weight_kg"] == 80.5
    assert rows.accepted.loc[0, "igm_mg_dl"] == 40
    assert rows.accepted.loc[0, "haematocrit"] == 0.3


def test_a_row_torn_by_an_unquoted_comma_is_refused_and_the_rest_counts(tmp_path):
    lines = [HEADER, ",".join(changed(weight_kg="80,5")), ",".join(changed(subject="SIM-2"))]
    (tmp_path / "in.csv").write_text("\n".join(lines))

    result = run(tmp_path / "in.csv", "--out", tmp_path / "out.csv", "--json", "--quiet")

    assert json.loads(result.stdout) == {
        "read": 2,
        "accepted": 1,
        "rejected": 1,
        "not_eligible": 0,
        "to_check": 0,
        "rejected_file": str(tmp_path / "out.rejected.csv"),
        "run_file": str(tmp_path / "out.run.json"),
        "reading": {
            "name": "deficit",
            "version": 1,
            "title": "Deficit into plasma",
            "status": "assumed",
            "source": "",
        },
    }
    refused = pd.read_csv(tmp_path / "out.rejected.csv")
    assert refused["row"].tolist() == [1]
    assert "9 cells" in refused["sentence"][0]


@pytest.mark.parametrize("source", [".xlsx", ".parquet", ".csv"])
@pytest.mark.parametrize("target", [".xlsx", ".parquet", ".csv"])
def test_every_format_in_and_out_gives_the_same_numbers(tmp_path, source, target):
    frame = pd.DataFrame(
        {"subject": ["A-1", "A-2"], "sex": ["male", "female"], "age_years": [60, 71]}
        | {"height_cm": [175.0, 162.5], "weight_kg": [80.0, 65.0], "haematocrit": [0.3, None]}
        | {"igm": [40.0, 33.0], "igm_unit": ["mg/dL", "mg/dL"]}
    )
    readers = {".xlsx": pd.read_excel, ".parquet": pd.read_parquet, ".csv": pd.read_csv}
    writers = {".xlsx": frame.to_excel, ".parquet": frame.to_parquet, ".csv": frame.to_csv}
    writers[source](tmp_path / f"in{source}", index=False)

    result = run(
        tmp_path / f"in{source}", "--out", tmp_path / f"out{target}", "--strict", "--quiet"
    )

    assert result.exit_code == 3
    found = readers[target](tmp_path / f"out{target}")
    assert found["personalised_volume_ml"].tolist() == [417]
    assert math.isclose(found["standard_igm_day7_p50"][0], 71, abs_tol=15)
    assert "Haematocrit is missing" in (tmp_path / "out.rejected.csv").read_text()


def test_other_column_names_come_through_a_mapping(tmp_path):
    (tmp_path / "in.csv").write_text(f"{HEADER.replace('weight_kg', 'peso')}\n{','.join(GOOD)}\n")
    (tmp_path / "names.yaml").write_text("weight_kg: peso\n")
    out = tmp_path / "out.csv"

    without = run(tmp_path / "in.csv", "--out", out)
    mapped = run(tmp_path / "in.csv", "--out", out, "--mapping", tmp_path / "names.yaml", "--quiet")

    assert (without.exit_code, mapped.exit_code) == (2, 0)
    assert "has no column weight_kg" in without.stderr


@pytest.mark.parametrize(
    ("text", "args", "words"),
    [
        (HEADER.replace(",igm_unit", ""), [], "does not state the IgM unit"),
        (HEADER, ["--igm-unit", "g/L"], "leave out --igm-unit"),
        (HEADER.replace("weight_kg", "weight"), [], "Is it “weight”?"),
        (HEADER, ["--twins", "5"], "at least 100"),
        (HEADER, ["--igm-unit", "mg"], "choose mg/dL or g/L"),
        ("", [], "cannot be read"),
        (HEADER + ",age_years", [], "names a column twice: age_years"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_sentence(tmp_path, text, args, words):
    (tmp_path / "in.csv").write_text(text)

    result = run(tmp_path / "in.csv", "--out", tmp_path / "out.csv", *args)

    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == [tmp_path / "in.csv"]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("weight: peso", "our columns are"),
        ("weight_kg: massa", "has no column “massa”"),
        ("- a", "is not a list of"),
        ("a: [", "names.yaml is not readable YAML (line 1:"),
        ("igm: a\nigm: b", "names.yaml: line 2: “igm” occurs twice"),
        ("igm: 0356", "“0356” is not a plain decimal number"),
        ("{height_cm: weight_kg, weight_kg: weight_kg}", "for two of ours"),
        ("subject: sex", "has a column subject, and the mapping gives “sex” for it"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_one_sentence(tmp_path, names, words):
    (tmp_path / "in.csv").write_text(HEADER)
    (tmp_path / "names.yaml").write_text(names)

    args = ("--mapping", tmp_path / "names.yaml")
    result = run(tmp_path / "in.csv", "--out", tmp_path / "out.csv", *args)

    assert result.exit_code == 2
    assert words in result.stderr


@pytest.mark.parametrize(("source", "target"), [("in.txt", "o.csv"), ("in.csv", "o.ods")])
def test_an_unknown_format_is_refused(tmp_path, source, target):
    result = run(tmp_path / source, "--out", tmp_path / target)

    assert result.exit_code == 2
    assert "not one of .csv, .tsv, .xlsx, .parquet" in result.stderr


def test_tabs_part_the_cells_of_a_tsv_whatever_else_stands_in_it(tmp_path):
    header = "\t".join([*COLUMNS, "note (a, b, c, d, e, f, g, h, i, k)"])
    cells = "\t".join([*GOOD, "x, y"])
    (tmp_path / "in.tsv").write_text(f"{header}\n{cells}\n")

    result = run(tmp_path / "in.tsv", "--out", tmp_path / "out.tsv", "--quiet")

    assert "accepted 1" in result.stdout, result.output
    read = pd.read_csv(tmp_path / "out.tsv", sep="\t")
    assert read["subject"].tolist() == [GOOD[0]]


def test_json_lines_hold_what_the_csv_holds_and_say_what_they_are_of(tmp_path):
    (tmp_path / "in.csv").write_text(f"{HEADER}\n{','.join(GOOD)}\n")
    for name in ("out.csv", "out.jsonl"):
        run(tmp_path / "in.csv", "--out", tmp_path / name, "--quiet")

    (line,) = (tmp_path / "out.jsonl").read_text().splitlines()
    found, (row,) = json.loads(line), pd.read_csv(tmp_path / "out.csv").to_dict("records")
    assert list(found) == list(row)
    assert found["standard_volume_ml"] == row["standard_volume_ml"]
    assert (found["reading"], found["scenario"]) == ("deficit", "averaged")
    assert found["version"] == row["version"]


def test_a_missing_file_is_named(tmp_path):
    result = run(tmp_path / "in.csv", "--out", tmp_path / "out.csv")

    assert "There is no file in.csv" in result.stderr


def test_a_table_without_rows_gives_a_table_without_rows(tmp_path):
    (tmp_path / "in.csv").write_text(HEADER + "\n")

    result = run(tmp_path / "in.csv", "--out", tmp_path / "out.csv", "--quiet")

    assert result.stdout == "read 0 = accepted 0 + rejected 0\n"
    assert len(pd.read_csv(tmp_path / "out.csv").columns) == 88


def test_an_interrupted_run_leaves_no_torn_file(tmp_path, monkeypatch):
    (tmp_path / "in.csv").write_text(f"{HEADER}\n{','.join(GOOD)}\n")

    def interrupt(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("igmfat_nb.cli.cohort_doses.dose_table", interrupt)
    result = run(tmp_path / "in.csv", "--out", tmp_path / "out.parquet")

    assert result.exit_code == 130
    assert list(tmp_path.iterdir()) == [tmp_path / "in.csv"]


def test_columns_that_no_answer_needs_are_named(tmp_path):
    (tmp_path / "in.csv").write_text(f"{HEADER},ward\n{','.join(GOOD)},7\n")

    result = run(tmp_path / "in.csv", "--out", tmp_path / "out.csv")

    assert "Columns not used: ward." in result.stderr


def test_the_table_read_is_never_written_over(tmp_path):
    table = tmp_path / "doses.rejected.csv"
    table.write_text(f"{HEADER}\n{','.join(GOOD)}\n")

    result = run(table, "--out", tmp_path / "doses.csv")

    assert result.exit_code == 2
    assert "would be overwritten" in result.stderr
    assert table.read_text().startswith(HEADER)


def test_a_folder_is_made_and_one_that_cannot_be_is_a_sentence(tmp_path):
    (tmp_path / "in.csv").write_text(f"{HEADER}\n{','.join(GOOD)}\n")
    (tmp_path / "file").write_text("")

    made = run(tmp_path / "in.csv", "--out", tmp_path / "new" / "out.csv", "--quiet")
    refused = run(tmp_path / "in.csv", "--out", tmp_path / "file" / "out.csv", "--quiet")

    assert made.exit_code == 0
    assert (tmp_path / "new" / "out.csv").is_file()
    assert refused.exit_code == 2
    assert "cannot be written" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_text_in_another_encoding_is_named(tmp_path):
    (tmp_path / "in.csv").write_bytes(
        f"{HEADER},note\n{','.join(GOOD)},caf\xe9\n".encode("latin-1")
    )

    result = run(tmp_path / "in.csv", "--out", tmp_path / "out.csv")

    assert result.exit_code == 2
    assert "in.csv is not UTF-8 text" in result.stderr


def test_cells_of_a_sheet_are_taken_as_they_are(tmp_path):
    cells = dict(zip(COLUMNS, GOOD, strict=True))
    rows = [
        cells | {"subject": "NA"},  # a pseudonym like any other
        cells | {"subject": "S-2", "haematocrit": "N/A"},
        cells | {"subject": 12345678901234567890.0},  # the sheet has lost its last digits
        cells | {"subject": "S-4", "igm": 1e300, "igm_unit": "g/L"},
        cells | {"subject": "S-5", "age_years": True},
    ]
    pd.DataFrame(rows).to_excel(tmp_path / "in.xlsx", index=False)

    read = read_rows(read_table(tmp_path / "in.xlsx", {}, None))

    assert read.accepted["subject"].tolist() == ["NA"]
    assert read.rejected["column"].tolist() == ["haematocrit", "subject", "igm", "age_years"]
    assert read.rejected["value"].tolist()[0] == "N/A"

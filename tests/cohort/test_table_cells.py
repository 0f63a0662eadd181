"""Cells of tables: two readings, unseen signs, rare values; and what leaves in a table."""

import csv
import json
from io import StringIO

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from igmfat_nb.bedside.eligibility import Findings, assess
from igmfat_nb.cli import main
from igmfat_nb.cohort.patient_columns import verdicts
from igmfat_nb.cohort.table_writer import TableWriter, csv_text, inert_frame, write_csv
from igmfat_nb.notation import decimals_of
from igmfat_nb.reports.jobs import Built
from igmfat_nb.reports.sweep import Run, read_parameter_table, tidy_text

HEADER = "subject,sex,age_years,height_cm,weight_kg,haematocrit,igm,igm_unit"
RUNS = ("=", "+", "-", "@", "\t", "\r")


def row(subject="S1", separator=",", **cells):
    good = dict(
        zip(HEADER.split(","), ["S", "male", "60", "175", "80", "0.30", "38", "mg/dL"], strict=True)
    )
    return separator.join((good | {"subject": subject} | cells).values())


def cohort(folder, content, out="o.csv", *more):
    (folder / "t.csv").write_text(content, encoding="utf-8")
    words = [folder / "t.csv", "--out", folder / out, "--quiet", *more]
    return CliRunner().invoke(main, ["cohort", *map(str, words)])


def rejected(folder):
    return pd.read_csv(folder / "o.rejected.csv", keep_default_na=False).to_dict("records")


# --- reading


@pytest.mark.parametrize(
    ("cells", "accepted"),
    [
        ({"weight_kg": "72.125"}, True),
        ({"igm": "1.000"}, False),  # 1 mg/dL is 691 mL, 1,000 mg/dL none
        ({"igm": "1.250", "igm_unit": "g/L"}, True),
        ({"haematocrit": "31.125 %"}, True),
        ({"weight_kg": '"80,500"'}, False),
    ],
)
def test_a_point_before_three_digits_among_decimal_points(cells, accepted, tmp_path):
    result = cohort(tmp_path, f"{HEADER}\n{row('S1', **cells)}\n")

    assert f"accepted {int(accepted)} " in result.stdout


@pytest.mark.parametrize("cells", [{"weight_kg": "72.125"}, {"igm": "1.000"}, {"igm": "38.500"}])
@pytest.mark.parametrize("witness", [{"weight_kg": "80,5"}, {"haematocrit": "0,300"}])
def test_a_point_before_three_digits_in_a_file_with_decimal_commas(cells, witness, tmp_path):
    lines = [HEADER.replace(",", ";"), row("S1", ";", **witness), row("S2", ";", **cells)]

    cohort(tmp_path, "\n".join(lines))

    (one,) = rejected(tmp_path)
    assert one["line"] == 3
    assert "could mean" in one["sentence"]


def test_a_decimal_comma_in_any_column_tells_how_the_file_writes(tmp_path):
    lines = [f"{HEADER.replace(',', ';')};lactate", row("S1", ";", weight_kg="72.125") + ";2,3"]

    assert "rejected 1" in cohort(tmp_path, "\n".join(lines)).stdout


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        *(("weight_kg", "80\u200b"), ("sex", "male\u2060"), ("igm_unit", "mg/dL\u00ad")),
        *(("subject", "S1\ufeff"), ("igm", "\u202d38")),
    ],
)
def test_an_unseen_sign_in_a_cell_is_named(column, cell, tmp_path):
    cohort(tmp_path, f"{HEADER}\n{row(**{column: cell})}\n")

    (one,) = rejected(tmp_path)
    sign = next(c for c in cell if ord(c) > 127)
    assert f"U+{ord(sign):04X}" in one["sentence"]
    assert one["sentence"].isprintable()


def test_an_unseen_sign_in_the_name_of_a_column_is_named(tmp_path):
    header = HEADER.replace("weight_kg", "weight\u200b_kg")

    result = cohort(tmp_path, f"{header}\n{row('S1')}\n")

    assert result.exit_code == 2
    assert "“weight<U+200B>_kg”" in result.stderr
    assert "U+200B ZERO WIDTH SPACE" in result.stderr


def test_rare_values_are_said_row_by_row_and_counted(tmp_path):
    rows = [row("S1"), row("S2", igm="999"), row("S3", age_years="99", weight_kg="44")]

    result = cohort(tmp_path, "\n".join([HEADER, *rows, row("S4", age_years="18")]))

    check = pd.read_csv(tmp_path / "o.csv", keep_default_na=False)["check"].tolist()
    assert check[0] == ""
    assert "Serum IgM is 999 mg/dL, outside the usual 5 to 300 mg/dL" in check[1]
    assert "Age is 99 years, outside the usual 18 to 95 years" in check[2]
    assert "Weight is 44 kg, outside the usual 45 to 160 kg" in check[2]
    assert "older than 18 years" in check[3]
    assert "3 with rare values to check" in result.stdout
    assert result.stdout.splitlines()[-1] == "read 4 = accepted 4 + rejected 0"


# --- results that stand alone


def test_a_table_of_doses_says_of_whom_and_how_it_came_about(tmp_path):
    rows = [row("S1"), row("S2", igm="157"), row("S3", weight_kg="125")]
    more = ["--scenario", "fast", "--seed", "7", "--recovery", "0.8"]

    result = cohort(tmp_path, "\n".join([HEADER, *rows]), "o.csv", *more)

    table = pd.read_csv(tmp_path / "o.csv", keep_default_na=False)
    assert table["eligibility"].tolist() == ["cannot tell", "not eligible", "not eligible"]
    assert table["not_met"].tolist() == ["", "low_igm", "bmi"]  # 125 kg / 1.75² = 40.8
    assert table["weight_kg"].tolist() == [80, 80, 125]
    assert table["igm_mg_dl"].tolist() == [38, 157, 38]
    assert "2 not eligible" in result.stdout
    run = json.loads((tmp_path / "o.run.json").read_text())
    assert (run["scenario"], run["seed"], run["twins"]) == ("fast", 7, 100)
    assert run["rule"]["recovery"] == 0.8
    assert run["version"]
    assert list(run["inputs"]) == ["t.csv"]


@given(st.floats(0, 120), st.floats(100, 250), st.floats(30, 300), st.floats(1, 1000))
def test_the_verdict_by_column_is_that_of_the_single_patient(age, height, weight, igm):
    columns = {"age_years": [age], "height_cm": [height], "weight_kg": [weight]}
    one = assess(Findings(age, height, weight, igm), {})

    verdict, not_met = verdicts(pd.DataFrame(columns | {"igm_mg_dl": [igm]}))

    assert verdict[0] == one.verdict
    assert not_met[0] == ", ".join(line.statement.code for line in one.barring)


# --- text that a spreadsheet would run


def cells_of(path):
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as lines:
            return [cell for line in csv.reader(lines) for cell in line]
    sheet = openpyxl.load_workbook(path).active
    return [cell.value for line in sheet.iter_rows() for cell in line]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_no_text_that_leaves_begins_like_a_formula(suffix, tmp_path):
    texts = [f"{sign}1+1" for sign in RUNS] + ["plain"]
    frame = pd.DataFrame({"=name": texts, "number": [-1.5] * len(texts)})

    with TableWriter(tmp_path / f"t{suffix}", suffix, len(texts)) as writer:
        writer.write(frame)

    found = cells_of(tmp_path / f"t{suffix}")
    assert not [
        cell for cell in found if isinstance(cell, str) and cell.startswith(("=", "@", "+"))
    ]
    assert "'=1+1" in found
    assert "'-1+1" in found
    assert "plain" in found
    assert [cell for cell in found if cell in (-1.5, "-1.5")] == [
        -1.5 if suffix == ".xlsx" else "-1.5"
    ] * 7


@given(st.lists(st.text(max_size=5), min_size=1, max_size=4))
def test_every_writer_of_text_is_the_same_one(texts):
    table = inert_frame(pd.DataFrame({"text": texts}))
    small = csv_text(["text"], [[text] for text in texts])

    assert not [cell for cell in table["text"] if cell.startswith(RUNS)]
    assert not [
        line
        for line in csv.reader(StringIO(small, newline=""))
        if line and line[0].startswith(RUNS)
    ]


def test_refused_rows_and_subjects_leave_inert(tmp_path):
    rows = [row("=1+1"), row("S2", weight_kg="@SUM(A1)"), row("S3", igm="-99"), row("-4")]

    cohort(tmp_path, "\n".join([HEADER, *rows]))

    values = [one["value"] for one in rejected(tmp_path)]
    assert values == ["'=1+1", "'@SUM(A1)", "'-99"]
    assert pd.read_csv(tmp_path / "o.csv")["subject"].tolist() == ["'-4"]


def test_a_small_table_leaves_inert(tmp_path):
    write_csv(pd.DataFrame({"meaning": ["-x"], "number": [-2]}), tmp_path / "t.csv")

    assert (tmp_path / "t.csv").read_text() == "meaning,number\n'-x,-2\n"


def test_results_of_a_sweep_leave_inert_and_a_refusal_is_a_failure():
    built = Built("", {"refused": None, "word": "=1+1", "number": -3.5})
    refused = Built("", {"refused": "Age is “sixty”; expected one number."})

    runs = [Run(1, {"name": "@x", "size": -1.0}, built), Run(2, {"name": "y"}, refused)]

    lines = list(csv.reader(tidy_text(runs).splitlines()))
    assert lines[1] == ["1", "'@x", "-1.0", "", "'=1+1", "-3.5", "built", ""]
    assert lines[2][-2:] == ["failed", "Age is “sixty”; expected one number."]
    assert [run.failed for run in runs] == [False, True]


def test_a_sweep_table_with_decimal_commas_refuses_a_point_before_three_digits(tmp_path):
    notebook = tmp_path / "n.ipynb"
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "factor: float = 1"
            "  # 0 to 10; words\nother: float = 1  # 0 to 10; words",
            "outputs": [], "execution_count": None}  # fmt: skip
    notebook.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4,
                                    "nbformat_minor": 4}))  # fmt: skip
    (tmp_path / "t.csv").write_text("factor;other\n1,5;2\n\n2.125;3\n")

    with pytest.raises(ValueError, match=r"t.csv, line 4: factor is “2.125”, which could mean"):
        read_parameter_table(tmp_path / "t.csv", notebook)


# --- precision


@pytest.mark.parametrize(
    ("quantity", "decimals"),
    [("plasma_volume_ml", 0), ("standard_volume_ml", 1), ("personalised_igm_day7_p50", 1),
     ("standard_volume_ml_per_kg", 2), ("standard_days", None), ("personalised_recovery", None)],
)  # fmt: skip
def test_a_number_has_the_decimals_of_its_quantity(quantity, decimals):
    assert decimals_of(quantity) == decimals


def test_a_csv_of_doses_is_no_finer_than_its_quantities(tmp_path):
    cohort(tmp_path, f"{HEADER}\n{row('S1', weight_kg='72.125')}\n")

    with (tmp_path / "o.csv").open(newline="") as lines:
        names, values = csv.reader(lines)
    found = dict(zip(names, values, strict=True))
    assert found["weight_kg"] == "72.125"  # an input is the file's own
    for name, value in found.items():
        if (places := decimals_of(name)) is not None and name != "weight_kg":
            assert len(value.partition(".")[2]) <= places, name

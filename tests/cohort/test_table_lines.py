"""Every line and sheet of a table is accounted for, each by the file's own line."""

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from igmfat_nb.cli import main
from igmfat_nb.cohort.csv_lines import csv_records
from igmfat_nb.cohort.text_tables import LINE, read_text_table
from igmfat_nb.errors import IgmFatError

HEADER = "subject,sex,age_years,height_cm,weight_kg,haematocrit,igm,igm_unit"


def row(subject, separator=",", **cells):
    good = dict(
        zip(HEADER.split(","), ["S", "male", "60", "175", "80", "0.30", "38", "mg/dL"], strict=True)
    )
    return separator.join((good | {"subject": subject} | cells).values())


def cohort(folder, content, name="t.csv", *more):
    if content is not None:
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    words = [folder / name, "--out", folder / "o.csv", "--quiet", *more]
    return CliRunner().invoke(main, ["cohort", *map(str, words)])


def rejected(folder):
    return pd.read_csv(folder / "o.rejected.csv", keep_default_na=False).to_dict("records")


# --- quotation marks

SWALLOWED = {
    "not closed, to the end of the file": (
        f"{HEADER},note\n{row('S1')},fine\n{row('S2')},\"height 5'9\n{row('S3')},ok\n",
        3,
    ),
    "not closed, in the last line": (f'{HEADER},note\n{row("S1")},fine\n{row("S2")},"x', 3),
    "closed by the next quoted cell": (
        "subject,sex,note,age_years,height_cm,weight_kg,haematocrit,igm,igm_unit\n"
        "S1,male,ok,60,175,80,0.3,38,mg/dL\n"
        'S2,male,"open\u201d,60,175,80,0.3,38,mg/dL\n'
        'S3,female,"closed",41,160,55,0.25,10,mg/dL\n',
        3,
    ),
    "closed where a cell of a later row ends": (
        f"{HEADER},note\n{row('S1')},\"height 5'9\n{row('S2')},ok\n{row('S3')},6'1\"\n",
        2,
    ),
    "closed in the same column of the next row": (
        "subject,sex,note,age_years,height_cm,weight_kg,haematocrit,igm,igm_unit\n"
        "S1,male,\"5'9,60,175,80,0.3,38,mg/dL\n"
        'S2,male,70",41,160,55,0.25,10,mg/dL\n',
        2,
    ),
    "with semicolons": (
        f'{HEADER.replace(",", ";")};note\n\n{row("S1", ";")};"open\n{row("S2", ";")};shut"\n',
        3,
    ),
    "with tabs": (
        "\t".join([*HEADER.split(","), "note"])
        + "\n"
        + "\t".join([row("S1", "\t"), '"open'])
        + "\n"
        + "\t".join([row("S2", "\t"), 'shut"'])
        + "\n",
        2,
    ),
    "with lines that end as on an old Mac": (
        f'{HEADER},note\r{row("S1")},fine\r{row("S2")},"open\r{row("S3")},ok\r',
        3,
    ),
    "behind a note that spans lines": (
        f'{HEADER},note\n{row("S1")},"two\nlines"\n{row("S2")},"open\n{row("S3")},ok\n',
        4,
    ),
    "in the names of the columns": (f'{HEADER},"note\n{row("S1")},x\n{row("S2")},y"\n', 1),
}


@pytest.mark.parametrize("name", SWALLOWED)
def test_a_quotation_mark_that_takes_in_rows_is_named_with_its_line(name, tmp_path):
    content, line = SWALLOWED[name]

    result = cohort(tmp_path, content)

    assert result.exit_code == 2
    assert f"t.csv, line {line}: a " in result.stderr
    assert "quotation mark" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


@pytest.mark.parametrize(
    ("note", "further"),
    [
        ('"first line\nsecond line"', 1),
        ('"one, two\r\nthree, ""four"""', 1),
        ('"a\n\n\nb"', 3),
        ("5'9\" tall", 0),
        ('""', 0),
    ],
)
def test_a_quotation_mark_that_ends_with_its_cell_is_only_text(note, further, tmp_path):
    content = f"{HEADER},note\n{row('S1')},{note}\n{row('S2', weight_kg='8000')},x\n"

    result = cohort(tmp_path, content)

    assert result.stdout == "read 2 = accepted 1 + rejected 1\n"
    assert [one["line"] for one in rejected(tmp_path)] == [3 + further]


@given(
    st.lists(st.lists(st.text("ab ", max_size=6), min_size=3, max_size=3), max_size=6),
    st.integers(0, 200),
)
def test_a_stray_quotation_mark_loses_no_row_in_silence(tmp_path_factory, cells, place):
    """Rows without quotes, one mark put anywhere: the same number of rows, or one sentence."""
    lines = ["a,b,c", *(",".join(f"{cell}x" for cell in one) for one in cells)]
    text = "\n".join(lines) + "\n"
    place %= len(text)
    file = tmp_path_factory.mktemp("quote") / "t.csv"
    file.write_text(text[:place] + '"' + text[place:])

    try:
        begun, rows = csv_records(file)
    except IgmFatError as error:
        assert "quotation mark" in str(error)
    else:
        assert len(rows) == len(lines)
        assert begun == list(range(1, len(lines) + 1))


# --- lines


def test_empty_lines_count_in_row_and_line(tmp_path):
    content = f"\n{HEADER}\n{row('S1')}\n\n   \n{row('S2', weight_kg='8000')}\n"

    cohort(tmp_path, content)

    (one,) = rejected(tmp_path)
    assert (one["row"], one["line"]) == (4, 6)  # row 1 is the first line below the names


def test_a_subject_in_two_rows_names_the_lines_of_the_file(tmp_path):
    cohort(tmp_path, f"{HEADER}\n{row('S1')}\n\n{row('S1')}\n")

    assert all("lines 2 and 4;" in one["sentence"] for one in rejected(tmp_path))


def test_what_is_said_of_one_subject_in_3000_rows_grows_with_the_rows(tmp_path):
    sizes = []
    for count in (1500, 3000):
        cohort(tmp_path, HEADER + "\n" + f"{row('S1')}\n" * count)
        sizes.append((tmp_path / "o.rejected.csv").stat().st_size)

    assert "lines 2 and 2,999 more" in rejected(tmp_path)[0]["sentence"]
    assert sizes[1] < 2.1 * sizes[0] < 1_000_000  # earlier 78 MB


def test_an_accepted_row_keeps_its_line(tmp_path):
    cohort(tmp_path, f"{HEADER}\n\n{row('S1')}\n")

    assert pd.read_csv(tmp_path / "o.csv")["line"].tolist() == [3]


def test_lines_of_a_sheet_are_its_rows(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for number, cells in ((2, HEADER.split(",")), (5, row("S1").split(",")), (7, ["S2"])):
        for place, cell in enumerate(cells, start=1):
            sheet.cell(number, place, cell)
    book.save(tmp_path / "t.xlsx")

    cohort(tmp_path, None, "t.xlsx")

    (one,) = rejected(tmp_path)
    assert (one["row"], one["line"]) == (5, 7)
    assert pd.read_csv(tmp_path / "o.csv")["line"].tolist() == [5]


def test_a_cell_below_no_name_is_not_lost_in_silence(tmp_path):
    (tmp_path / "t.csv").write_text(f"{HEADER},\n{row('S1')},7\n")

    result = CliRunner().invoke(
        main, ["cohort", str(tmp_path / "t.csv"), "--out", str(tmp_path / "o.csv")]
    )

    assert "(column 9, without a name)" in result.stderr


# --- sheets


def workbook(path: Path, *sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, state, subject in sheets:
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        sheet.append(HEADER.split(","))
        sheet.append([subject, "male", 60, 175, 72.125, 0.3, 38, "mg/dL"])
    book.active = next(n for n, (_name, state, _s) in enumerate(sheets) if state == "visible")
    book.save(path)


def test_sheets_read_and_not_read_are_named(tmp_path):
    sheets = [("old", "hidden", "H1"), ("older", "veryHidden", "H2"), ("one", "visible", "S1")]
    workbook(tmp_path / "t.xlsx", *sheets, ("two", "visible", "S2"))

    result = cohort(tmp_path, None, "t.xlsx", "--json")

    said = "Sheet read: “one”. Not read: “two”, “old” (hidden), “older” (hidden)."
    assert said in result.stderr
    assert pd.read_csv(tmp_path / "o.csv")["subject"].tolist() == ["S1"]
    found = json.loads(result.stdout)
    assert (found["sheet"], found["sheets_not_read"]) == ("one", ["two", "old", "older"])


def test_of_one_sheet_nothing_is_said(tmp_path):
    workbook(tmp_path / "t.xlsx", ("one", "visible", "S1"))

    assert cohort(tmp_path, None, "t.xlsx").stderr == ""


def test_a_stored_number_has_one_reading_whatever_its_decimals(tmp_path):
    workbook(tmp_path / "t.xlsx", ("one", "visible", "S1"))

    table = read_text_table(tmp_path / "t.xlsx")

    assert table["weight_kg"].tolist() == ["72.1250"]  # no thousands, also beside 80,5
    assert table[LINE].tolist() == [2]

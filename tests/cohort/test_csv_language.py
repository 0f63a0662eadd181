"""CSV by a reader's language: written by hand here as an Italian spreadsheet has it."""

import io

import pandas as pd
import pytest
from click.testing import CliRunner

from igmfat_nb.cli import main
from igmfat_nb.cohort.table_writer import TableWriter, csv_text, write_csv
from igmfat_nb.cohort.text_tables import read_text_table
from igmfat_nb.errors import UnreadableInput
from igmfat_nb.units import parse_number

HEADER = "subject,sex,age_years,height_cm,weight_kg,haematocrit,igm,igm_unit"
ROWS = [["=1+1", 1.5, -0.25, 12345], ["a;b", 1.234, None, 1234567.5]]
#: By hand: semicolons between, commas before decimals, no sign between thousands, three decimals
#: followed by a zero, since 1,234 could be 1234.
ITALIAN = '\ufeffname;a;b;n\n\'=1+1;1,5;-0,25;12345\n"a;b";1,2340;;1234567,5\n'


def frame():
    return pd.DataFrame(ROWS, columns=["name", "a", "b", "n"])


def test_a_small_table_is_as_an_italian_spreadsheet_reads_it(tmp_path):
    rows = [["" if cell is None else cell for cell in row] for row in ROWS]
    assert csv_text(["name", "a", "b", "n"], rows, "it") == ITALIAN

    found = pd.read_csv(io.StringIO(ITALIAN.removeprefix("\ufeff")), sep=";", decimal=",")
    assert found["a"].tolist() == [1.5, 1.234]


@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
def test_a_large_table_too_and_the_default_is_neutral(tmp_path, suffix):
    for language in (None, "it"):
        path = tmp_path / f"{language}{suffix}"
        with TableWriter(path, suffix, 2, language) as writer:
            writer.write(frame().astype({"n": float}))
    separator = "\t" if suffix == ".tsv" else ";"
    lines = (tmp_path / f"it{suffix}").read_text("utf-8-sig").splitlines()
    assert lines[1].split(separator) == ["'=1+1", "1,5", "-0,25", "12345"]
    assert "1.234" in (tmp_path / f"None{suffix}").read_text()
    assert not (tmp_path / f"None{suffix}").read_bytes().startswith(b"\xef\xbb\xbf")


def test_our_reader_reads_what_was_written_and_refuses_what_others_write(tmp_path):
    write_csv(frame(), tmp_path / "t.csv", "it")
    table = read_text_table(tmp_path / "t.csv")

    assert table["a"].tolist() == ["1,5", "1,2340"]
    assert [parse_number(cell, "A") for cell in table["a"]] == [1.5, 1.234]
    with pytest.raises(UnreadableInput, match=r"could mean 1\.234 or 1234"):
        parse_number("1,234", "A")  # as another program writes the same number


def test_doses_of_a_table_go_out_and_come_in_again(tmp_path):
    (tmp_path / "in.csv").write_text(
        f'{HEADER}\nS-1,male,60,175,72.125,0.305,40.25,mg/dL\nS-2,male,60,175,72.1,"30",40,mg/dL\n'
    )
    one = cohort(tmp_path / "in.csv", tmp_path / "it.csv", "--csv-language", "it")
    assert one.exit_code == 0, one.stderr
    lines = (tmp_path / "it.csv").read_text("utf-8-sig").splitlines()
    row = dict(zip(lines[0].split(";"), lines[1].split(";"), strict=True))
    assert (row["weight_kg"], row["haematocrit"]) == ("72,1250", "0,305")
    refused = (tmp_path / "it.rejected.csv").read_text("utf-8-sig").splitlines()
    assert refused[0].split(";")[:3] == ["row", "column", "value"]

    (tmp_path / "map.yaml").write_text("igm: igm_mg_dl\n")
    again = ("--mapping", str(tmp_path / "map.yaml"), "--igm-unit", "mg/dL")
    two = cohort(tmp_path / "it.csv", tmp_path / "again.csv", *again)
    assert two.exit_code == 0, two.stderr
    found = pd.read_csv(tmp_path / "again.csv")
    assert (found["weight_kg"][0], found["haematocrit"][0]) == (72.125, 0.305)
    assert found["igm_mg_dl"][0] == 40.25


def test_a_language_of_csv_without_a_csv_is_refused(tmp_path):
    (tmp_path / "in.csv").write_text(f"{HEADER}\nS-1,male,60,175,72,0.3,40,mg/dL\n")
    result = cohort(tmp_path / "in.csv", tmp_path / "out.xlsx", "--csv-language", "it")

    assert result.exit_code == 2
    assert "--csv-language goes with results" in result.stderr
    assert not (tmp_path / "out.xlsx").exists()


def cohort(table, out, *more):
    return CliRunner().invoke(main, ["cohort", str(table), "--out", str(out), "--quiet", *more])

"""Notebook 23: a table in, a curve a subject out; numbers counted from the file itself."""

import csv

import pytest
from ward_table import LIMIT_MG_DL, SEED, ward_csv

from igmfat_nb.errors import IgmFatError
from igmfat_nb.event_tables.examples import ward_paths
from igmfat_nb.figures.static.picture import figure_svg
from igmfat_nb.pages.bring_your_courses import BringYourCourses
from igmfat_nb.teaching_cases import made_cases

USUAL = {
    "table_file": "",
    "mapping_file": "",
    "partial": False,
    "curves": 20,
    "scenario": "intermediate",
    "synthesis": "recovering",
    "seed": 1,
}
SLIPS = {"made-23-21", "made-23-22"}


@pytest.fixture(scope="module")
def ward():
    return BringYourCourses.of_table(**USUAL)


@pytest.fixture(scope="module")
def rows():
    """The table by the standard library's reader."""
    with ward_paths()[0].open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(folder, lines):
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"table_file": str(path), "mapping_file": str(ward_paths()[1])}


def test_the_table_is_what_its_seed_makes():
    assert ward_paths()[0].read_text(encoding="utf-8") == ward_csv()


def test_twenty_subjects_come_in_as_they_were_made(ward):
    for read, made in zip(ward.found.cases, made_cases(20, SEED), strict=True):
        assert (read.subject, read.sex, read.arm) == (made.subject, made.sex, made.arm)
        assert read.vasopressor_stopped_h == made.vasopressor_stopped_h
        assert [d.given() for d in read.doses] == [d.given() for d in made.doses]
        assert [t.reported_mg_dl for t in read.titres] == [
            max(t.reported_mg_dl, LIMIT_MG_DL) for t in made.titres
        ]


def test_results_are_what_the_file_holds(ward, rows):
    kept = [row for row in rows if row["SUBJECT"] not in SLIPS]
    doses = [float(row["AMT"]) / 6 for row in kept if row["EVID"] == "1"]  # 6 mg IgM a mL

    found = ward.results()

    assert found["rows"] == len(rows) == found["rows_accepted"] + found["rows_rejected"]
    assert found["rows_accepted"] == len(kept)
    assert (found["subjects_accepted"], found["subjects_rejected"]) == (20, len(SLIPS))
    assert (found["doses"], found["volume_ml"]) == (len(doses), pytest.approx(sum(doses)))
    assert found["titres"] == sum(row["EVID"] == "0" for row in kept)
    assert found["titres_below_limit"] == sum(row["CENS"] == "1" for row in kept)


def test_each_panel_holds_its_own_subjects_rows_on_axes_of_its_own(ward, rows):
    data = ward.figure().figure.data
    panels = [data[at : at + 5] for at in range(0, len(data), 5)]

    assert len(panels) == 20
    assert len({panel[0].xaxis for panel in panels}) == 20
    for band, median, titres, doses, name in panels:
        own = [row for row in rows if row["SUBJECT"] == median.name]
        assert name.text == (median.name,)
        assert list(titres.y) == [float(row["DV"]) for row in own if row["EVID"] == "0"]
        assert list(doses.y) == [float(row["AMT"]) / 6 for row in own if row["EVID"] == "1"]
        limits = [row["CENS"] == "1" for row in own if row["EVID"] == "0"]
        assert [text == "↓" for text in titres.text] == limits
        assert band.xaxis == median.xaxis == titres.xaxis == doses.xaxis == name.xaxis
        assert band.yaxis == median.yaxis == titres.yaxis != doses.yaxis


def test_the_table_says_of_each_subject_what_its_curve_shows(ward):
    lines = ward.courses_text().splitlines()[1:]

    assert len(lines) == 20
    first = lines[0]
    assert "34 (0), 79 (24), 99 (48)" in first
    assert "335, 335, 335" in first
    assert "<25 (0)" in lines[7]


def test_a_limit_is_a_line_on_paper_too(ward):
    with_limit = [one for one in ward.courses if one.case.titres[0].is_limit][:1]
    alone = BringYourCourses(ward.found, with_limit).figure().figure

    drawn = figure_svg(alone, title="one")

    assert drawn.count("stroke: #17232e; stroke-width: 2.5") > 0


def test_each_reason_stands_with_its_line(ward):
    text = ward.rejected_text()

    assert "Serum IgM is 0.35 mg/dL" in text
    assert "How long the infusion ran is missing" in text
    assert len(text.splitlines()) == 1 + 14  # 8 and 7 rows less one without a reason of its own


def test_fewer_curves_than_subjects_are_said():
    few = BringYourCourses.of_table(**USUAL | {"curves": 3})

    assert few.results()["curves"] == 3
    assert few.results()["subjects_accepted"] == 20
    assert "the first 3 of 20 accepted subjects" in few.counts_text()


def test_a_table_without_one_good_subject_has_a_sentence_in_place_of_curves(tmp_path):
    lines = ward_paths()[0].read_text(encoding="utf-8").splitlines()
    bad = [line for line in lines[1:] if line.startswith("made-23-22,")]

    none = BringYourCourses.of_table(**USUAL | write(tmp_path, [lines[0], *bad]))

    assert none.figure().html == "<p>No subject was accepted: there is no curve.</p>"
    assert none.results()["curves"] == none.results()["volume_ml"] == 0


def test_partial_keeps_the_subject_whose_last_dose_has_no_duration():
    kept = BringYourCourses.of_table(**USUAL | {"partial": True, "curves": 60})

    assert [one.case.subject for one in kept.courses][-1] == "made-23-22"
    assert kept.results()["rows_rejected"] < 14


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"table_file": "courses.csv"}, "A table needs mapping_file"),
        ({"mapping_file": "mapping.yaml"}, "A mapping needs table_file"),
        ({"table_file": "no.csv", "mapping_file": str(ward_paths()[1])}, "There is no file no.csv"),
        ({"table_file": str(ward_paths()[0]), "mapping_file": "no.yaml"}, "no.yaml"),
        ({"curves": 0}, "curves is 0; expected 1 to 60"),
        ({"curves": 2.5}, "curves is “2.5”; expected a whole number"),
        ({"partial": "yes"}, "partial is “yes”; expected true or false"),
        ({"scenario": "slow"}, "scenario is “slow”; expected one of"),
        ({"synthesis": "some"}, "synthesis is “some”; expected one of"),
        ({"seed": -1}, "The seed is"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(given, sentence):
    with pytest.raises(IgmFatError, match=sentence):
        BringYourCourses.of_table(**USUAL | given)

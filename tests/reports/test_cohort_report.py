"""The report of a cohort: counted, summed up and refused as the command does."""

import re

import numpy as np
import pytest

from igmfat_nb.errors import IgmFatError
from igmfat_nb.reports.cohort_report import EXAMPLE, CohortReport
from igmfat_nb.reports.parameters import notebook_parameters
from igmfat_nb.reports.single import Request
from igmfat_nb.server.folder import notebook_named

SECTIONS = (
    "heading",
    "patients",
    "rejected",
    "first_doses",
    "titres",
    "doses_by_subject",
    "said_and_assumed",
)


def report(**settings):
    chosen = {"table_file": "", "scenario": "intermediate", "twins": 100, "seed": 1} | settings
    return CohortReport.of_file(chosen.pop("table_file"), **chosen)


def html(made):
    sections = (getattr(made, name)()._repr_mimebundle_()["text/html"] for name in SECTIONS)
    return "".join(sections).replace("\xa0", " ")


@pytest.fixture(scope="module")
def example():
    return report()


def test_every_row_of_the_example_is_counted_once(example):
    assert example.counts() == "read 12 = accepted 10 + rejected 2"
    assert example.results()["accepted"] == 10


def test_sums_are_those_of_the_table(example):
    # 5 mL/kg × (80 + 64 + 92 + 71 + 110 + 49 + 85 + 130 + 76 + 70) kg, each to the whole mL
    assert example.results()["standard_total_volume_ml"] == 4135


def test_refused_rows_keep_the_sentence_of_the_page(example):
    shown = html(example)

    assert "Weight is 712 kg; expected 30 to 300 kg." in shown
    assert "Serum IgM is missing." in shown


def test_how_many_the_protocol_would_take_by_titre_is_said(example):
    assert "9 of 10 have IgM below 60 mg/dL" in html(example)


def test_the_first_sentence_counts_what_was_read_and_refused(example):
    shown = example.heading()._repr_mimebundle_()["text/html"]

    assert "<h1>12 rows read: 10 accepted, 2 rejected</h1>" in shown


def test_the_dose_figure_shows_every_patient_in_each_arm(example):
    figure = example.dose_figure().figure

    assert [len(trace.x) for trace in figure.data] == [10, 10]
    # 250 mg/kg / 50 mg/mL = 5 mL/kg whatever the titre, but for rounding to the mL.
    assert figure.data[0].y == pytest.approx([5.0] * 10, abs=0.02)


def test_each_patient_is_a_dot_and_a_row_and_the_lowest_titre_comes_first(example):
    assert example.patients().html.count("ig-one-dot") == 30  # IgM, weight, age
    rows = re.findall(r"<tr><td>.*?</tr>", example.doses_by_subject().html)
    titres = [float(re.findall(r"<td>([^<]*)</td>", row)[3]) for row in rows]
    assert len(titres) == 10
    assert titres == sorted(titres)


def test_at_target_each_morning_counts_the_patients(example):
    table = example.titres().html
    days = example.doses[[f"standard_igm_day{day}_p50" for day in range(1, 8)]].to_numpy()
    by_hand = "".join(f"<td>{int((days[:, at] >= 100).sum())}</td>" for at in range(7))

    assert by_hand in table


def test_the_titre_figure_shows_medians_over_the_patients(example):
    figure = example.titre_figure().figure

    medians = np.median(example.doses[["standard_igm_day3_p50"]].to_numpy())
    assert figure.data[1].y[2] == pytest.approx(medians, abs=0.005)


def test_the_same_seed_gives_the_same_text(example):
    assert report().as_text() == example.as_text()
    assert report(seed=2).as_text() != example.as_text()


def test_a_table_without_an_accepted_row_still_gives_a_report(tmp_path):
    header = EXAMPLE.read_text().splitlines()[0]
    (tmp_path / "none.csv").write_text(f"{header}\nA B,male,60,175,80,0.3,38,mg/dL\n")

    made = report(table_file=str(tmp_path / "none.csv"))

    assert made.counts() == "read 1 = accepted 0 + rejected 1"
    assert "No row was accepted" in html(made)
    assert made.titre_figure().figure.data[1].y == ()
    assert made.results() == {
        "accepted": 0,
        "rejected": 1,
        "reading": "deficit/1",
        "reading_status": "assumed",
        "standard_total_volume_ml": 0,
        "personalised_total_volume_ml": 0,
    }


def test_a_mapping_and_a_unit_can_be_given(tmp_path):
    lines = [line.rsplit(",", 1)[0] for line in EXAMPLE.read_text().splitlines()]
    (tmp_path / "t.csv").write_text("\n".join(lines).replace("igm", "titre"))
    (tmp_path / "m.yaml").write_text("igm: titre\n")

    made = report(
        table_file=str(tmp_path / "t.csv"),
        mapping_file=str(tmp_path / "m.yaml"),
        igm_unit="mg/dL",
    )

    assert made.results()["accepted"] == 9  # 0.52 was in g/L: as mg/dL it is not believable
    assert "SHA-256 of m.yaml" in made.run_record("").html


@pytest.mark.parametrize("settings", [{"scenario": "slow"}, {"seed": -1}, {"igm_unit": "mg"}])
def test_a_setting_that_is_not_usable_is_refused(settings):
    with pytest.raises(IgmFatError):
        report(**settings)


def test_a_table_is_asked_of_the_notebook_for_tables():
    notebook = notebook_named("92_cohort_report")

    request = Request.of(notebook, EXAMPLE, {"seed": "3"}, made_on="today")

    assert request.parameters == {
        "seed": 3,
        "table_file": str(EXAMPLE.resolve()),
        "made_on": "today",
    }
    assert {one.name for one in notebook_parameters(notebook)} >= {"table_file", "twins"}


def test_a_cohort_s_report_takes_a_reading_and_names_it():
    plain, filled = (
        CohortReport.of_file("", scenario="intermediate", twins=100, seed=1, **more)
        for more in ({}, {"reading": "fill-140"})
    )

    assert filled.results()["reading"] == "fill-140/1"
    name = "personalised_total_volume_ml"
    assert filled.results()[name] > plain.results()[name]
    assert (
        filled.results()["standard_total_volume_ml"] == plain.results()["standard_total_volume_ml"]
    )
    assert "Reading fill-140/1, assumption of this software" in filled.first_doses().html
    assert "reading fill-140/1: Fill to 140\xa0mg/dL" in filled.said_and_assumed().html

"""``igmfat readings``, and ``--reading`` where a dose is asked for."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from igmfat_nb.bedside.readings import editions
from igmfat_nb.case import case_text
from igmfat_nb.cli import main
from igmfat_nb.teaching_cases import teaching_case

PATIENT = [
    *("--sex", "male", "--age", "60", "--height-cm", "175", "--weight-kg", "80"),
    *("--haematocrit", "0.30", "--igm", "38", "--igm-unit", "mg/dL"),
]
OURS = """\
schema: igmfat-reading/1
name: ours
version: 3
title: Our ward's table
status: assumed
why: As the ward has it.
formula: ladder
ladder:
  - {below_mg_dl: 50, ml_per_kg: 5}
"""


def run(*args):
    return CliRunner().invoke(main, [str(arg) for arg in args])


def answer(*args):
    result = run(*args, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def refused(*args):
    result = run(*args)
    assert result.exit_code == 2
    return " ".join(result.stderr.split())


@pytest.fixture
def ours(tmp_path):
    path = tmp_path / "ours.yaml"
    path.write_text(OURS, encoding="utf-8")
    return path


def test_the_list_names_every_reading_with_whose_it_is():
    listed = answer("readings", "list")["readings"]

    assert [one["name"] for one in listed] == [one.name for one in editions()]
    assert [one["name"] for one in listed if one["default"]] == ["deficit"]
    text = run("readings", "list").stdout
    assert "fill-140/1" in text
    assert "none of these is the trial's" in text


def test_a_reading_printed_as_yaml_is_one_that_check_accepts(tmp_path):
    path = tmp_path / "copy.yaml"
    path.write_text(run("readings", "show", "ladder", "--yaml").stdout, encoding="utf-8")

    assert (
        answer("readings", "check", path)["document"]
        == answer("readings", "show", "ladder")["document"]
    )
    assert "copy.yaml is a valid reading." in run("readings", "check", path).stdout


def test_an_unknown_part_or_name_is_refused_with_the_closest(ours):
    ours.write_text(OURS + "cap_ml_kg: 5\n", encoding="utf-8")

    assert "cap_ml_kg is not a part of a reading. Did you mean cap_ml_per_kg?" in refused(
        "readings", "check", ours
    )
    assert "Did you mean fill-140?" in refused("readings", "show", "fil-140")
    assert "There is no file nowhere.yaml." in refused(
        "dose", *PATIENT, "--reading", "nowhere.yaml"
    )


def test_the_dose_is_the_readings_and_the_answer_names_it(ours):
    plain, filled = answer("dose", *PATIENT), answer("dose", *PATIENT, "--reading", "fill-140")
    own = answer("dose", *PATIENT, "--reading", ours)

    doses = [one["arms"]["personalised"]["volume_ml"] for one in (plain, filled, own)]
    assert doses == [431, 710, 400]  # 62 and 102 × 37.563 ÷ 5.4; 5 × 80
    assert [one["reading"]["name"] for one in (plain, filled, own)] == [
        "deficit", "fill-140", "ours",
    ]  # fmt: skip
    assert own["reading"]["version"] == 3
    assert own["arms"]["personalised"]["distribution_volume_ml"] is None
    assert (
        "reading ours/3, assumption of this software: Our ward's table"
        in run("dose", *PATIENT, "--reading", ours).stdout
    )


def test_what_a_reading_leaves_open_can_be_given_beside_it_and_its_formula_cannot():
    document = answer("dose", *PATIENT, "--reading", "fill-140", "--recovery", "1")

    assert document["arms"]["personalised"]["volume_ml"] == 639  # 102 × 37.563 ÷ 6
    for option in (("--coefficient", "0.1"), ("--volume-rule", "nadler")):
        said = refused("dose", *PATIENT, "--reading", "fill-140", *option)
        assert f"{option[0]} cannot be given beside --reading" in said


def test_the_curve_follows_the_reading_and_the_aim_stays_the_trials():
    def curve(*more):
        return answer("curve", *PATIENT, "--arm", "personalised", "--hours", "168", *more)

    plain, filled = curve(), curve("--reading", "fill-140")

    # Below the aim: 96 mg/dL; with the intermediate clearance 97, the number.
    assert round(max(plain["igm_mg_dl"])) == 96
    assert round(max(curve("--scenario", "intermediate")["igm_mg_dl"])) == 97
    assert max(filled["igm_mg_dl"]) > 120
    assert filled["inputs"]["reading"]["name"] == "fill-140"
    assert filled["doses"][0]["igm_mg"] == 710 * 6


def test_the_next_dose_takes_the_reading_for_its_deficit_rule(tmp_path):
    path = tmp_path / "case.json"
    path.write_text(case_text(teaching_case("plain-eligible").case), encoding="utf-8")
    plain, filled = (
        answer("next", path, "--at-h", "0", *more) for more in ((), ("--reading", "fill-140"))
    )

    assert plain["reading"]["name"] == "deficit"
    assert filled["reading"]["name"] == "fill-140"
    volumes = [one["rules"]["deficit"]["volume_ml"] for one in (plain, filled)]
    assert volumes[1] > volumes[0]
    assert filled["rules"]["forecast"]["volume_ml"] == plain["rules"]["forecast"]["volume_ml"]


def test_a_cohort_takes_the_reading_and_says_so_beside_the_table(tmp_path):
    header = "subject,sex,age_years,height_cm,weight_kg,haematocrit,igm,igm_unit"
    table, out = tmp_path / "in.csv", tmp_path / "out.csv"
    table.write_text(f"{header}\nSIM-1,male,60,175,80,0.30,38,mg/dL\n", encoding="utf-8")

    summary = answer("cohort", table, "--out", out, "--quiet", "--reading", "ladder")

    assert summary["reading"]["name"] == "ladder"
    assert json.loads((tmp_path / "out.run.json").read_text())["rule"]["volume_rule"] == "ladder"
    row = pd.read_csv(out, comment="#").iloc[0]
    assert row["personalised_volume_ml"] == 480
    assert pd.isna(row["personalised_distribution_volume_ml"])

"""``igmfat sensitivity`` for a case and for a design: one at a time, together, worth measuring."""

import json

import pytest
from click.testing import CliRunner

from igmfat_nb.cli import main
from igmfat_nb.protocol.register import sourced_constants

CASE = {
    "schema": "igmfat-case/1", "subject": "SIM-001", "sex": "male", "age_years": 60,
    "height_cm": 175, "weight_kg": 80, "haematocrit": 0.30,
    "titres": [{"time_h": 0, "igm_mg_dl": 38}], "vasopressor_stopped_h": None,
}  # fmt: skip


def run(*args):
    return CliRunner().invoke(main, ["sensitivity", *map(str, args)])


def answer(*args):
    result = run(*args, "--json", "--quiet")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def case(tmp_path):
    path = tmp_path / "case.json"
    path.write_text(json.dumps(CASE), encoding="utf-8")
    return path


@pytest.fixture
def design(tmp_path):
    path = tmp_path / "design.yaml"
    path.write_text("arms: [standard, deficit]\ntruth: {synthesis: baseline}\n", encoding="utf-8")
    return path


def test_stated_values_give_the_rows_of_the_independent_table(case):
    found = answer(
        case, "--set", "synthesis=baseline", "--set", "clearance=1.7",
        "--explore", "clearance=1,7.3", "--explore", "reading=fill-140",
    )  # fmt: skip

    assert found["base_results"]["total_ml"] == 1076
    reading, clearance = found["one_at_a_time"]
    assert (reading["name"], reading["tried"]) == ("reading", ["fill-140"])
    assert reading["results"]["first_dose_ml"] == [710]
    assert clearance["results"]["total_ml"] == [871, 2044]
    assert (found["sobol"], found["worth_measuring"]) == ({}, [])


def test_a_case_gets_all_of_it_and_each_bar_leads_to_its_entry(case, tmp_path):
    found = answer(case, "--draws", 64, "--figure", tmp_path / "pictures")

    assert found["base"]["reading"] == "deficit"
    entries = [bar["source"] for bar in found["one_at_a_time"]]
    assert set(entries) - {None} <= set(sourced_constants())
    assert entries.count(None) == 1  # the reading
    first = max(found["sobol"]["first_dose_ml"], key=lambda row: row["total"])
    assert first["name"] == "reading"
    assert first["total_95"][0] < first["total"] < first["total_95"][1]
    prices = [one["price_h_per_100_ml"] for one in found["worth_measuring"]]
    assert prices == [0, 5, 15]
    # At no price the largest dose always wins: nothing is worth knowing.
    assert found["worth_measuring"][0]["best"] == "fill-140"
    assert "Nothing that was explored" in found["worth_measuring"][0]["sentence"]
    assert "Measure Clearance" in found["worth_measuring"][1]["sentence"]
    pictures = {path.stem for path in (tmp_path / "pictures").iterdir()}
    assert {"tornado_total_ml", "sobol_hours_at_target"} <= pictures


def test_the_same_seed_gives_the_same_numbers(case):
    assert answer(case, "--draws", 16) == answer(case, "--draws", 16)


def test_prices_and_reading_are_the_users(case):
    found = answer(case, "--draws", 16, "--price", "2.5", "--reading", "fill-140")

    assert [one["price_h_per_100_ml"] for one in found["worth_measuring"]] == [2.5]
    assert found["base_results"]["first_dose_ml"] == 710


@pytest.mark.full
def test_a_design_is_screened_first(design, monkeypatch):
    found = answer(design, "--patients", 100, "--workers", 2)

    assert {row["name"] for row in found["screening"]["contrast"]} >= {"clearance", "reading"}
    assert len(found["sobol"]["contrast"]) == 5
    assert found["sobol"]["power"] is None  # no effect: the test rejects as often everywhere
    (worth,) = found["worth_measuring"]
    assert worth["best"] in ("standard", "personalised")
    assert 0 <= worth["perfect_information"] <= 1


def test_a_design_in_words_says_that_power_does_not_vary(design):
    text = run(design, "--patients", 100, "--explore", "clearance=1", "--quiet").stdout

    assert "Contrast: time at target" in text
    assert "CLEARANCE_INTERMEDIATE" in text


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("--draws", "100"), "power of two"),
        (("--set", "clearence=1"), "Did you mean clearance?"),
        (("--set", "clearance"), "not of the form NAME=VALUE"),
        (("--set", "clearance=1", "--set", "clearance=2"), "clearance is given twice"),
        (("--explore", "clearance=500"), "clearance is 500; expected 0.5 to 20"),
        (("--explore", "titre_median=50"), "titre_median is not explored here"),
        (("--price=-1",), "The price"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(case, args, sentence):
    result = run(case, *args)

    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())


def test_a_titre_below_the_limit_has_no_week_and_says_so(tmp_path):
    path = tmp_path / "below.json"
    document = CASE | {"schema": "igmfat-case/2"}
    document["titres"] = [{"time_h": 0, "igm_below_mg_dl": 18}]
    path.write_text(json.dumps(document), encoding="utf-8")

    result = run(path)

    assert result.exit_code == 2
    assert "below" in result.stderr


@pytest.mark.parametrize(
    ("kind", "option"),
    [("case", "--patients=200"), ("case", "--workers=2"), ("design", "--draws=4"),
     ("design", "--price=5")],
)  # fmt: skip
def test_an_option_of_the_other_kind_of_file_is_refused_and_not_dropped(kind, option, request):
    refused = run(request.getfixturevalue(kind), option, "--quiet")

    assert (refused.exit_code, refused.stdout) == (2, "")
    name = option.split("=")[0]
    assert refused.stderr == f"{name} plays no part for a {kind}; leave it out.\n"

"""Case files on the command line: ``next``, ``curve``, ``validate``, ``schema``."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from igmfat_nb import __version__
from igmfat_nb.cli import main

CASE = {
    "schema": "igmfat-case/1",
    "subject": "SIM-003",
    "sex": "female",
    "age_years": 58,
    "height_cm": 162,
    "weight_kg": 65,
    "haematocrit": 0.28,
    "criteria": {
        "contraindication_hypersensitivity": "no",
        "contraindication_iga_deficiency": "no",
    },
    "arm": "personalised",
    "titres": [
        {"time_h": 0, "igm_mg_dl": 32},
        {"time_h": 24, "igm_mg_dl": 81},
        {"time_h": 48, "igm_mg_dl": 88, "result_h": 50},
    ],
    "events": [],
    "doses": [
        {"start_h": 2, "volume_ml": 362, "duration_h": 14},
        {"start_h": 26, "volume_ml": 101, "duration_h": 3.9},
    ],
    "vasopressor_stopped_h": None,
    "notes": "",
}
RULE_KEYS = {"volume_ml", "rate_ml_h", "duration_h", "chance", "working"}


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def write(tmp_path):
    def writer(name, **changes):
        path = tmp_path / name
        path.write_text(json.dumps({**CASE, **changes}), encoding="utf-8")
        return path

    return writer


def answer(*arguments):
    result = run(*arguments)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_next_answers_with_the_agreed_keys(write):
    found = answer("next", write("a.json"), "--json")

    assert {
        *("version", "subject", "at_h", "stop", "posterior", "rules", "chance_without_dose"),
        *("sample_times", "next_sample_h", "flags", "deviations", "warnings"),
    } <= set(found)
    assert (found["version"], found["subject"], found["at_h"]) == (__version__, "SIM-003", 50)
    assert found["stop"] is None
    assert set(found["posterior"]) == {
        *("twins", "effective_sample_size", "path", "titre_now_mg_dl"),
        *("scenario", "scenario_weights"),
    }
    assert list(found["posterior"]["titre_now_mg_dl"]) == ["p5", "p50", "p95"]
    assert list(found["rules"]) == ["standard", "deficit", "forecast"]
    assert all(set(rule) >= RULE_KEYS for rule in found["rules"].values())
    assert found["rules"]["forecast"]["limited_by"] is None
    assert [one["time_h"] for one in found["sample_times"]] == [56, 62, 68, 74]
    assert found["next_sample_h"] in {56, 62, 68, 74}
    assert found["flags"] == found["deviations"] == found["warnings"] == []


def test_next_gives_the_doses_worked_by_hand(write):
    rules = answer("next", write("a.json"), "--json")["rules"]

    assert rules["standard"]["volume_ml"] == 325  # 5 mL/kg × 65 kg
    assert rules["standard"]["rate_ml_h"] == 26  # 0.4 mL/kg/h × 65 kg
    assert rules["standard"]["duration_h"] == 12.5
    # Plasma 10 × (0.3561 × 1.62³ + 0.03308 × 65 + 0.1833) × (1 − 0.9 × 0.28) = 28.78 dL
    assert rules["deficit"]["volume_ml"] == 64  # 12 × 28.78 ÷ 0.9 ÷ 6 = 63.9
    assert rules["deficit"]["working"][0] == "deficit 100 − 88 = 12 mg/dL"
    assert rules["forecast"]["chance"] >= 0.8


def test_the_working_of_the_forecast_says_what_it_is(write):
    working = answer("next", write("a.json"), "--json")["rules"]["forecast"]["working"]

    assert working[0] == "our proposal, not the trial's rule"
    assert any("at least 80 % of 100 mg/dL or above at 74 h" in line for line in working)


def test_next_to_read_has_the_notice_the_rules_and_the_samples(write):
    result = run("next", write("a.json"))

    assert result.exit_code == 0
    assert "Not for treatment decisions." in result.stdout
    assert "forecast (our proposal, not the trial's rule)" in result.stdout
    assert "deficit (assumption of this software)" in result.stdout
    assert "(most informative)" in result.stdout


def test_a_limit_a_stop_and_a_missing_titre_are_read_as_sentences(write):
    low = run("next", write("low.json", titres=[{"time_h": 0, "igm_mg_dl": 4}], doses=[]))
    stopped = run("next", write("stopped.json", vasopressor_stopped_h=40))
    stale = run("next", write("stale.json"), "--at-h", "80")
    high = run("next", write("high.json", titres=[{"time_h": 0, "igm_mg_dl": 180}], doses=[]))

    assert "At the maximum labelled rate at most 624 mL can be given" in low.stdout
    assert "Vasopressors stopped at 40 h" in stopped.stdout
    assert "no titre today" in stale.stdout
    assert "the three days of the standard arm are over" in stale.stdout
    assert "no dose needed" in high.stdout


def test_a_surprising_titre_is_kept_flagged_and_asked_about(write):
    titres = [*CASE["titres"][:1], {"time_h": 24, "igm_mg_dl": 290}]

    (flag,) = answer("next", write("a.json", titres=titres), "--json")["flags"]

    assert (flag["time_h"], flag["titre_mg_dl"]) == (24, 290)
    assert flag["interval_99"][0] < flag["interval_99"][1] < 290
    assert "It was not excluded." in flag["sentence"]
    assert "Please check: unit" in flag["sentence"]
    assert "290 mg/dL" in run("next", write("a.json", titres=titres)).stdout


def test_the_rest_of_todays_dose_is_worked_out_in_the_open(write):
    doses = [*CASE["doses"], {"start_h": 50, "volume_ml": 40, "duration_h": 2}]

    deficit = answer("next", write("a.json", doses=doses), "--at-h", 53, "--json")["rules"][
        "deficit"
    ]

    assert deficit["volume_ml"] == 24
    assert (
        deficit["working"][-1]
        == "64 mL − 40 mL given since the titre or still being infused = 24 mL (not below 0)"
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--probability", "1.5"], "The probability is 1.5; expected more than 0 and less than 1."),
        (["--probability", "high"], "The probability is “high”"),
        (["--at-h", "-3"], "The decision time is −3 h"),
        (["--at-h", "noon"], "The decision time is “noon”"),
        (["--seed", "-1"], "The seed is -1; expected 0 or more."),
        (["--recovery", "0.1"], "Recovery is 0.1"),
    ],
)
def test_next_refuses_with_one_sentence(write, options, sentence):
    result = run("next", write("a.json"), *options)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1


def test_a_seed_gives_the_same_document_alone_or_in_company(write):
    path, other = write("a.json"), write("b.json", subject="SIM-004")

    alone = run("next", path, "--seed", "7", "--json").stdout
    together = run("next", other, path, "--seed", "7").stdout.splitlines()

    assert alone.strip() == together[1]
    assert [json.loads(line)["subject"] for line in together] == ["SIM-004", "SIM-003"]


@pytest.mark.parametrize("command", ["next", "curve", "validate"])
def test_among_several_files_the_bad_are_named_and_the_others_answered(write, tmp_path, command):
    good, bad = write("good.json"), write("bad.json", subject="Ada Lovelace")

    result = run(command, good, bad, tmp_path / "none.json", good)

    assert result.exit_code == 2
    assert [json.loads(line)["subject"] for line in result.stdout.splitlines()] == ["SIM-003"] * 2
    errors = result.stderr.splitlines()
    assert errors[0].startswith(f"{bad}: subject is “Ada Lovelace”")
    assert errors[1].startswith(f"{tmp_path / 'none.json'} cannot be read")
    assert errors[2] == "2 of 4 case files were refused."


def test_the_curve_of_a_case_is_the_median_with_its_band(write):
    found = answer("curve", write("a.json"), "--hours", "96", "--step-h", "24", "--json")

    assert found["time_h"] == [0, 24, 48, 72, 96]
    assert list(found["quantiles"]) == ["p5", "p25", "p50", "p75", "p95"]
    assert found["igm_mg_dl"] == found["quantiles"]["p50"]
    rows = zip(*found["quantiles"].values(), strict=True)
    assert all(list(row) == sorted(row) for row in rows)
    assert found["igm_mg_dl"][0] == pytest.approx(32, rel=0.02)


def test_until_h_leaves_later_titres_out_and_keeps_all_doses(write):
    path, early = write("a.json"), write("early.json", titres=CASE["titres"][:1])
    options = ("--hours", "48", "--step-h", "24", "--json")

    until = answer("curve", path, "--until-h", "10", *options)
    cut = answer("curve", early, *options)

    assert until["quantiles"] == cut["quantiles"]
    assert until["quantiles"] != answer("curve", path, *options)["quantiles"]
    no_doses = answer("curve", write("none.json", titres=CASE["titres"][:1], doses=[]), *options)
    assert no_doses["igm_mg_dl"][1] < cut["igm_mg_dl"][1]


def test_the_curve_of_a_case_can_be_read(write):
    result = run("curve", write("a.json"), "--hours", "48")

    assert result.exit_code == 0
    assert "Not for treatment decisions." in result.stdout
    assert [line.split()[0] for line in result.stdout.splitlines()[-3:]] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--sex", "male"], "--sex cannot be used with a case file"),
        (["--dose", "2:400:12.5"], "--dose cannot be used with a case file"),
        (["--arm", "standard"], "--arm cannot be used with a case file"),
        (["--band"], "--band cannot be used with a case file"),
        (["--recovery", "0.8"], "--recovery cannot be used with a case file"),
        (["--until-h", "-1"], "No titre was drawn by −1 h"),
        (["--until-h", "now"], "The time of --until-h is “now”"),
        (["--hours", "-1"], "The curve lasts −1 h"),
    ],
)
def test_a_curve_of_a_case_refuses_what_the_case_holds(write, options, sentence):
    result = run("curve", write("a.json"), *options)

    assert result.exit_code == 2
    assert result.stderr.startswith(sentence)


def test_until_h_goes_with_a_case_only():
    result = run("curve", "--until-h", "24")

    assert result.exit_code == 2
    assert result.stderr.strip() == "--until-h can be used only with a case file."


def test_validate_says_what_a_case_holds_and_where_doses_stray(write):
    path = write("a.json", doses=[{"start_h": 2, "volume_ml": 500, "duration_h": 10}])

    found = answer("validate", path, "--json")
    read = run("validate", path)

    assert (found["valid"], found["titres"], found["doses"]) == (True, 3, 1)
    assert len(found["deviations"]) == 2
    assert read.exit_code == 0
    assert read.stdout.splitlines()[0] == ("SIM-003 is a valid case: titres 3, doses 1, events 0.")


def test_a_folder_and_a_broken_file_are_refused_with_a_sentence(tmp_path):
    (tmp_path / "torn.json").write_text('{"schema": ', encoding="utf-8")

    folder, torn = run("validate", tmp_path), run("validate", tmp_path / "torn.json")

    assert folder.exit_code == torn.exit_code == 2
    assert "is a directory" in folder.stderr
    assert torn.stderr.startswith("The case is not valid JSON at line 1")


def test_schema_case_prints_a_schema_and_nothing_else_is_known():
    result = run("schema", "case")

    assert json.loads(result.stdout)["properties"]["schema"]["enum"] == [
        "igmfat-case/1",
        "igmfat-case/2",
    ]
    assert run("schema", "patient").exit_code == 2


def test_the_command_itself_never_shows_a_traceback(tmp_path):
    (tmp_path / "bad.json").write_bytes(b"\x00\xff")

    result = subprocess.run(
        [sys.executable, "-m", "igmfat_nb", "next", str(tmp_path / "bad.json")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 2
    assert result.stderr == "The case is not a UTF-8 text file.\n"


# Averaged over the scenarios

PRIOR = {"native": 1 / 3, "intermediate": 1 / 3, "fast": 1 / 3}


def test_averaged_says_what_each_scenario_weighs_after_the_last_titre(write):
    case = write("case.json")

    found = answer("next", case, "--scenario", "averaged", "--json")["posterior"]

    assert found["scenario"] == "averaged"
    assert sum(found["scenario_weights"].values()) == pytest.approx(1)
    assert found["scenario_weights"].keys() == PRIOR.keys()
    drawn = answer("curve", case, "--scenario", "averaged", "--json")["posterior"]
    assert drawn["scenario_weights"] == found["scenario_weights"]
    assert answer("next", case, "--json")["posterior"] == found  # the default
    by_hand = answer("next", case, "--scenario", "fast", "--json")["posterior"]
    assert by_hand["scenario_weights"] is None


def test_the_weights_before_titres_are_the_ones_asked_for(write):
    case = write("case.json", titres=CASE["titres"][:1], doses=[])
    asked = ("--scenario", "averaged", "--scenario-weights", "1:2:5")

    weights = answer("next", case, *asked, "--json")["posterior"]["scenario_weights"]

    # The first titre alone tells nothing of clearance.
    assert list(weights.values()) == pytest.approx([0.125, 0.25, 0.625], abs=2e-3)
    text = run("next", case, *asked).stdout
    assert "native 13 %, intermediate 25 %, fast 63 %)" in text


def test_all_the_weight_on_one_scenario_is_that_scenario(write):
    case = write("case.json")

    averaged = answer(
        "next", case, "--scenario", "averaged", "--scenario-weights", "0:0:1", "--json"
    )
    by_hand = answer("next", case, "--scenario", "fast", "--json")

    for rule in ("standard", "deficit", "forecast"):
        for name in ("volume_ml", "chance"):
            assert averaged["rules"][rule][name] == pytest.approx(by_hand["rules"][rule][name])


@pytest.mark.parametrize("command", ["next", "curve"])
def test_weights_without_averaging_are_refused(write, command):
    refused = run(command, write("case.json"), "--scenario", "fast", "--scenario-weights", "1:1:1")

    assert (refused.exit_code, "--scenario averaged" in refused.stderr) == (2, True)

"""The command line as a caller sees it: JSON keys, exit codes, one sentence on bad input."""

import json
import math
import subprocess
import sys

import pytest
from click.testing import CliRunner

from igmfat_nb import __version__
from igmfat_nb.cli import COMMANDS, main

PATIENT = [
    *("--sex", "male", "--age", "60", "--height-cm", "175", "--weight-kg", "80"),
    *("--haematocrit", "0.30", "--igm", "40", "--igm-unit", "mg/dL"),
]


def run(*args):
    return CliRunner().invoke(main, [str(arg) for arg in args])


def answer(*args):
    result = run(*args, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def replaced(name, value):
    args = list(PATIENT)
    args[args.index(name) + 1] = value
    return args


def test_dose_answers_with_exactly_the_agreed_keys():
    document = answer("dose", *PATIENT)

    assert list(document) == ["version", "inputs", "reading", "warnings", "arms"]
    assert document["version"] == __version__
    common = [
        "dose_protein_mg",
        "dose_protein_mg_per_kg",
        "dose_igm_mg",
        "volume_ml",
        "volume_ml_per_kg",
        "rate_ml_h",
        "duration_h",
        "vials",
        "discarded_ml",
        "glucose_g",
        "sodium_mmol",
        "days",
    ]
    ours = ["deficit_mg_dl", "distribution_volume_ml", "recovery"]
    assert list(document["arms"]["standard"]) == common
    assert list(document["arms"]["personalised"]) == common + ours


def test_dose_gives_the_numbers_worked_by_hand():
    arms = answer("dose", *PATIENT)["arms"]

    # 60 mg/dL x 37.563 dL / 0.9 = 2,504.2 mg; / 6 mg/mL = 417.4 mL
    assert arms["personalised"]["volume_ml"] == 417
    assert arms["personalised"]["vials"] == {"100": 4, "10": 2}
    assert arms["personalised"]["distribution_volume_ml"] == pytest.approx(3756.328, abs=1e-3)
    assert arms["personalised"]["days"] == 7
    assert arms["standard"]["volume_ml"] == 400
    assert arms["standard"]["sodium_mmol"] == pytest.approx(31.2)


def test_a_coefficient_replaces_the_mass_balance():
    arms = answer("dose", *PATIENT, "--volume-rule", "coefficient", "--coefficient", "0,08")["arms"]

    assert arms["personalised"]["volume_ml"] == 384  # 0.08 x 80 x 60
    assert arms["personalised"]["distribution_volume_ml"] is None
    assert arms["personalised"]["recovery"] is None


def test_a_contraindication_stops_the_dose_with_exit_code_0():
    document = answer("dose", *PATIENT, "--answer", "contraindication_iga_deficiency=yes")

    assert document["arms"] is None
    assert "IgA deficiency" in document["stopped"]


def test_unanswered_contraindications_are_not_cleared_and_answered_ones_are():
    cleared = [f"--answer=contraindication_{c}=no" for c in ("hypersensitivity", "iga_deficiency")]

    assert len(answer("dose", *PATIENT)["warnings"]) == 2
    assert answer("dose", *PATIENT, *cleared)["warnings"] == []


def test_a_dose_that_does_not_fit_in_a_day_is_said_and_kept():
    args = replaced("--igm", "1")

    document = answer("dose", *args, "--recovery", "0.5", "--volume-rule", "fixed",
                      "--volume-ml-per-kg", "58")  # fmt: skip

    assert document["arms"]["personalised"]["volume_ml"] == 1531  # 99 x 46.4 / 0.5 / 6 = 1531.2
    assert any("can be given in 24 h" in warning for warning in document["warnings"])


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["dose", *replaced("--weight-kg", "712")], "Weight is 712 kg; expected 30 to 300 kg"),
        (["dose", *replaced("--haematocrit", "30")], "needs its sign"),
        (["dose", *replaced("--igm-unit", "mg")], "choose mg/dL or g/L"),
        (["dose", *replaced("--igm", "1,234")], "could mean"),
        (["dose"], "Sex is missing"),
        (["dose", *PATIENT, "--volume-rule", "fixed"], "needs the distribution volume"),
        (["dose", *PATIENT, "--volume-rule", "sphere"], "sphere"),
        (["dose", *PATIENT, "--recovery", "90 %"], "recovery"),
        (["dose", *PATIENT, "--answer", "xyz=yes"], "is not a criterion"),
        (["dose", *PATIENT, "--answer", "consent"], "not of the form"),
        (["dose", *PATIENT, "--answer", "low_igm=no"], "IgM is 40 mg/dL"),
        (["dose", *PATIENT, "--answer", "consent=yes", "--answer", "consent=no"], "answered twice"),
        (["dose", *PATIENT, "--colour", "red"], "No such option"),
        (["curve", *PATIENT, "--arm", "standard", "--dose", "0:100:4"], "not both"),
        (["curve", *PATIENT, "--dose", "0:100"], "not of the form"),
        (
            ["curve", *PATIENT, "--dose", "10:100:4", "--dose", "2:400:12.5"],
            "The dose at 10 h starts before the one at 2 h ends, at 14.5 h.",
        ),
        (["dashboard", "--seats", "4_0"], "whole number"),
        (["dashboard", "--port", "8_080"], "whole number"),
        (["workshop", "rehearse", "--seats", "201"], "201 is not in the range 1 to 200."),
        (["curve", *PATIENT, "--dose", "0:-100:4"], "above 0"),
        (["curve", *PATIENT, "--dose", "x:100:4"], "The start of a dose"),
        (["curve", *PATIENT, "--step-h", "0"], "step"),
        (["curve", *PATIENT, "--hours", "-1"], "expected 0 h or more"),
        (["curve", *PATIENT, "--seed", "-1"], "seed"),
        (["eligible", "--age", "x"], "Age is"),
        (["nothing"], "No such command"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence_and_exit_code_2(args, words):
    result = run(*args)

    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_the_working_is_shown_and_named_as_ours():
    text = run("dose", *PATIENT).stdout

    assert "60 × 37.56 ÷ 0.9 recovery = 2,504 mg IgM" in text
    assert "assumption of this software" in text
    assert "Not for treatment decisions" in text


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        (["--volume-rule", "fixed", "--volume-ml-per-kg", "48.5"],
         ["distribution volume 48.5 mL/kg × 80 kg = 38.8 dL", "431.1 mL", "431 mL"]),
        (["--volume-rule", "coefficient", "--coefficient", "0.0801"],
         ["0.0801 mL/kg per mg/dL × 80 kg × 60 mg/dL = 384.5 mL", "to the nearest mL: 384 mL"]),
        (["--rounding", "vials"], ["up to whole vials: 420 mL"]),
    ],
)  # fmt: skip
def test_the_working_follows_the_parts_of_the_rule(options, lines):
    text = run("dose", *PATIENT, *options).stdout

    assert [line for line in lines if line not in text] == []


@pytest.mark.parametrize(
    ("options", "line"), [([], "no dose today"), (["--maintenance-ml-per-kg", "2"], "160 mL")]
)
def test_at_the_target_the_working_says_so(options, line):
    text = run("dose", *replaced("--igm", "120"), *options).stdout

    assert "120 mg/dL is at or above the target of 100 mg/dL" in text
    assert line in text


def test_a_stopped_dose_prints_its_reason_and_no_volume():
    text = run("dose", *PATIENT, "--answer", "contraindication_hypersensitivity=yes").stdout

    assert "No dose: the label contraindicates" in text
    assert "mL/h" not in text


def test_eligible_keeps_what_is_missing_unknown():
    document = answer("eligible", "--igm", "0,59", "--igm-unit", "g/L")

    assert document["verdict"] == "cannot tell"
    assert {c["code"]: c["answer"] for c in document["criteria"]}["low_igm"] == "yes"
    assert len(document["criteria"]) == 15
    # 1 mg/dL below, difference SD sqrt(2) x 5 % x 59 = 4.172: normal tail of 0.2397
    assert document["chance_of_crossing"] == pytest.approx(0.4053, abs=1e-4)


def test_eligible_prints_a_table():
    text = run("eligible", *PATIENT).stdout

    assert "cannot tell" in text
    assert "on the other side of 60 mg/dL: 0 %" in text
    assert "septic_shock" in run("eligible").stdout


def test_curve_returns_unrounded_values_at_both_ends_and_its_parameters():
    asked = ("--scenario", "intermediate", "--dose", "2:400:12.5", "--hours", "10", "--step-h", "4")
    document = answer("curve", *PATIENT, *asked)

    assert document["time_h"] == [0, 4, 8, 10]
    p = document["parameters"]
    assert p["v1_dl"] == pytest.approx(37.56328, abs=1e-5)
    assert p["k10_per_h"] == pytest.approx(0.166 * 1.7 / 24)
    assert p["k12_per_h"] + p["k21_per_h"] == pytest.approx(math.log(2) / 24)
    assert p["k21_per_h"] / (p["k12_per_h"] + p["k21_per_h"]) == pytest.approx(0.82)
    assert p["synthesis_mg_per_h"] == pytest.approx(p["k10_per_h"] * 40 * p["v1_dl"])
    assert document["igm_mg_dl"][0] == pytest.approx(40)


def test_a_band_holds_its_quantiles_in_order():
    document = answer("curve", *PATIENT, "--arm", "personalised", "--band", "--hours", "48")

    quantiles = document["quantiles"]
    assert list(quantiles) == ["p5", "p25", "p50", "p75", "p95"]
    assert all(len(row) == 49 for row in quantiles.values())
    assert quantiles["p5"][24] < quantiles["p50"][24] < quantiles["p95"][24]


def test_a_band_of_given_doses_depends_on_the_seed_alone():
    args = ("curve", *PATIENT, "--dose", "2:400:12.5", "--band", "--hours", "24", "--step-h", "12")

    assert answer(*args, "--seed", 3) == answer(*args, "--seed", 3)
    assert answer(*args, "--seed", 3)["quantiles"] != answer(*args, "--seed", 4)["quantiles"]


def test_a_dose_above_the_label_rate_warns():
    document = answer("curve", *PATIENT, "--dose", "0:400:2")

    assert any(
        "above the maximum labelled rate of 32 mL/h" in warning for warning in document["warnings"]
    )


def test_a_curve_to_read_shows_whole_days():
    text = run("curve", *PATIENT, "--arm", "standard", "--hours", "48").stdout

    assert [line.split()[0] for line in text.splitlines()[-3:]] == ["0", "1", "2"]


def test_sources_list_every_constant_with_its_status():
    document = answer("sources")

    assert {c["status"] for c in document["constants"]} == {"published", "derived", "assumed"}
    assert len(document["criteria"]) == 15
    assert len(document["contraindications"]) == 2
    assert "STANDARD_DOSE" in run("sources").stdout


def test_every_command_can_show_its_help():
    for name in COMMANDS:
        result = run(name, "--help")
        assert result.exit_code == 0, name
        assert len(result.output) > 60, name


def test_the_program_starts_as_a_module_and_says_its_version():
    done = subprocess.run(
        [sys.executable, "-m", "igmfat_nb", "--version"], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == __version__
    assert "dose" in run("--help").stdout


def test_a_dose_too_large_for_a_number_is_refused_without_a_warning_of_the_machine():
    result = run("curve", *PATIENT, "--dose", "2:1e308:1")

    assert result.exit_code == 2
    assert result.stderr == "A dose is 1e+308 mL over 1 h; both must be above 0 and finite.\n"


def test_the_help_of_dose_shows_its_example_on_lines_of_its_own():
    lines = run("dose", "--help").stdout.splitlines()

    assert "  igmfat dose --sex male --age 60 --height-cm 175 --weight-kg 80 \\" in lines
    assert "\\b" not in "".join(lines)


def test_the_program_alone_lists_its_commands_line_by_line():
    result = run()

    assert result.exit_code == 2
    lines = [" ".join(line.split()) for line in result.stderr.splitlines()]
    assert "dose Calculate today's dose in each arm." in lines


def test_a_curve_to_read_says_what_of_it_is_assumed():
    ours = "Personalised doses: a mass balance, an assumption of this software."

    usual = run("curve", *PATIENT, "--arm", "personalised").stdout
    read = run("curve", *PATIENT, "--arm", "personalised", "--scenario", "intermediate").stdout

    assert ours in read
    assert "the line is of the median clearance" in usual
    assert "(half-life 45 h over the first day, terminal half-life 3.3 days)" in read
    assert "synthesis “recovering”" in read
    assert ours not in run("curve", *PATIENT, "--arm", "standard").stdout


def test_a_dose_to_read_names_the_schedules_that_are_not_the_trials():
    read = run("dose", *PATIENT).stdout

    # 80 kg: 0.4, 0.2 and 0.6 mL/kg/h; 100 mL first, 15 mL/kg in all
    assert "32 mL/h for 3.1 h, then 16 mL/h for 68.8 h; 15 mL/kg within 71.9 h." in read
    assert (
        "48 mL/h for 6 h, then 16 mL/h for 72 h. Its first rate exceeds the maximum labelled rate"
        in read
    )


def test_where_the_labels_alternative_takes_longer_than_its_own_72_h_it_says_so():
    # 120 kg: 100 mL at 48 mL/h, 1,700 mL at 24 mL/h; w kg: 75 h - 250/w, and 3 = 250/83.3
    heavy = ["120" if part == "80" else part for part in PATIENT]

    read = " ".join(run("dose", *heavy).stdout.split())

    assert "15 mL/kg within 72.9 h. Above 83.3 kg it takes longer than the label's 72 h." in read

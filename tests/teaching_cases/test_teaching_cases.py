"""The teaching cases: each makes its point, and a seed makes more."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import personalised_dose, standard_dose
from igmfat_nb.bedside.eligibility import Findings, assess, stop_sentence
from igmfat_nb.bedside.patient import bmi, read_patient
from igmfat_nb.case import case_text, deviations, read_case
from igmfat_nb.cli.case_library import cases
from igmfat_nb.errors import ImplausibleInput, MissingInput
from igmfat_nb.protocol.criteria import CONTRAINDICATIONS
from igmfat_nb.teaching_cases import PAGE_EXAMPLES, case_names, library, made_cases, teaching_case
from igmfat_nb.titration import decide


def verdict_of(name):
    case = teaching_case(name).case
    return assess(Findings.of(case.patient()), case.criteria)


def doses_of(name):
    patient = teaching_case(name).case.patient()
    rule = DoseRule()
    return standard_dose(patient.weight_kg, rule), personalised_dose(
        patient.igm_mg_dl, patient, rule
    )


@pytest.mark.parametrize("name", case_names())
def test_a_teaching_case_has_a_title_a_story_and_a_point(name):
    found = teaching_case(name)

    assert found.title
    assert str(int(found.case.age_years)) in found.vignette
    assert found.point not in found.vignette
    assert found.case.subject == name


@pytest.mark.parametrize("name", case_names())
def test_a_teaching_case_typed_into_a_page_is_the_same_patient(name):
    found = teaching_case(name)

    assert read_patient(found.typed).patient() == found.case.patient()


def test_the_pages_examples_answer_every_question():
    verdicts = {name: verdict_of(name) for name in PAGE_EXAMPLES}

    assert [one.verdict for one in verdicts.values()] == [
        *("eligible", "not eligible", "eligible", "eligible", "eligible")
    ]
    for name, found in verdicts.items():
        assert found.missing == ()
        answers = teaching_case(name).case.criteria
        assert {answers[one.code] for one in CONTRAINDICATIONS} == {"no"}


def test_a_late_result_has_no_deficit_dose_until_it_is_known():
    # Female, 166 cm, 72 kg, 0.29: Nadler 3,099 mL; 64 × 30.99 ÷ 5.4 = 367, 21 × 30.99 ÷ 5.4 = 121.
    case = teaching_case("late-result").case

    assert decide(case, at_h=26).deficit.dose is None
    assert decide(case, at_h=33).deficit.dose.volume_ml == 121
    assert deviations(case) == []


def test_there_are_at_least_twelve_cases():
    assert len(library()) >= 12


@pytest.mark.parametrize(
    ("name", "verdict", "barring"),
    [
        ("plain-eligible", "eligible", []),
        ("just-below-60", "eligible", []),
        ("just-above-60", "not eligible", ["low_igm"]),
        ("titre-in-g-per-l", "eligible", []),
        ("iga-deficiency", "not eligible", ["no_iga_deficiency"]),
        ("bmi-above-40", "not eligible", ["bmi"]),
        ("answers-missing", "cannot tell", []),
    ],
)
def test_the_verdict_is_the_one_the_story_tells(name, verdict, barring):
    found = verdict_of(name)

    assert found.verdict == verdict
    assert [line.statement.code for line in found.barring] == barring


def test_iga_deficiency_stops_every_dose():
    assert stop_sentence(teaching_case("iga-deficiency").case.criteria) is not None


def test_the_bmi_in_the_story_is_right():
    patient = teaching_case("bmi-above-40").case.patient()

    assert bmi(patient.weight_kg, patient.height_cm) == pytest.approx(125 / 1.7**2)
    assert "43.3" in teaching_case("bmi-above-40").point


def test_actual_weight_makes_the_standard_dose_the_larger_one_in_obesity():
    standard, personalised = doses_of("obesity")

    assert standard.volume_ml == 118 * 5  # 250 mg/kg over 50 mg/mL
    assert personalised.volume_ml < standard.volume_ml


def test_a_light_patient_gets_more_per_kilogram_by_the_balance():
    standard, personalised = doses_of("low-body-weight")

    assert standard.volume_ml == 41 * 5
    assert personalised.volume_ml > standard.volume_ml


def test_the_arms_separate_at_a_very_low_titre():
    standard, personalised = doses_of("very-low-titre")

    assert personalised.volume_ml > 1.5 * standard.volume_ml


def test_a_dose_beyond_a_day_warns_and_is_not_cut():
    _standard, personalised = doses_of("beyond-a-day")

    assert personalised.volume_ml > 9.6 * 52
    assert personalised.label_rate_warning() is not None


def test_fast_clearance_never_holds_the_target():
    case = teaching_case("fast-clearance").case

    assert len(case.doses) == 7
    assert max(titre.igm_mg_dl for titre in case.titres) < 100


def test_the_sample_during_an_infusion_surprises():
    decision = decide(teaching_case("surprising-titre").case)

    assert [one.igm_mg_dl for one in decision.outlying] == [171]


def test_after_vasopressors_stop_the_deficit_rule_gives_nothing():
    case = teaching_case("vasopressors-stop-day-3").case

    decision = decide(case, at_h=72.0)

    assert decision.stop is not None
    assert decision.deficit.dose.volume_ml == 0


def test_an_unknown_case_names_the_nearest():
    with pytest.raises(MissingInput, match="did you mean “obesity”"):
        teaching_case("obesitiy")


def test_made_cases_are_eligible_and_read_back():
    for case in made_cases(12, 7):
        again = read_case(case_text(case))
        assert again.model_dump() == case.model_dump()
        assert assess(Findings.of(case.patient()), case.criteria).verdict == "eligible"


def test_a_larger_set_begins_with_the_smaller_one():
    few, many = list(made_cases(3, 7)), list(made_cases(5, 7))

    assert many[:3] == few
    assert many[0] != next(made_cases(1, 8))


@pytest.mark.parametrize(("n", "seed"), [(0, 1), (10_001, 1), (3, -1)])
def test_an_impossible_number_of_cases_is_refused(n, seed):
    with pytest.raises(ImplausibleInput):
        made_cases(n, seed)


def test_the_command_writes_the_same_bytes_twice(tmp_path):
    words = ["make", "--n", "4", "--seed", "7", "--out", str(tmp_path / "a"), "--json"]

    first = CliRunner().invoke(cases, words)
    written = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    again = CliRunner().invoke(cases, words)

    assert first.exit_code == again.exit_code == 0
    assert sorted(json.loads(first.output)["files"]) == sorted(written)
    assert {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()} == written


def test_a_file_that_is_another_case_is_left_alone(tmp_path):
    (tmp_path / "made-7-1.json").write_text("mine")
    words = ["cases", "make", "--n", "1", "--seed", "7", "--out", str(tmp_path)]

    run = subprocess.run(
        [sys.executable, "-m", "igmfat_nb", *words], capture_output=True, text=True, check=False
    )

    assert run.returncode == 2
    assert "is not empty: it contains made-7-1.json" in run.stderr
    assert (tmp_path / "made-7-1.json").read_text() == "mine"


def test_cases_of_two_seeds_do_not_end_in_one_folder(tmp_path):
    made = [
        CliRunner().invoke(cases, ["make", "--n", "2", "--seed", seed, "--out", str(tmp_path)])
        for seed in ("7", "8")
    ]

    assert [run.exit_code for run in made] == [0, 2]
    assert "choose another folder" in made[1].output.lower()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made-7-1.json", "made-7-2.json"]


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    words = ["make", "--n", "1", "--seed", "7", "--out", str(tmp_path / "file" / "x")]

    run = CliRunner().invoke(cases, words)

    assert run.exit_code == 2
    assert "cannot be written" in run.output


def test_the_library_is_listed():
    plain, as_json = (CliRunner().invoke(cases, ["list", *more]) for more in ([], ["--json"]))

    assert "plain-eligible" in plain.output
    assert {one["name"] for one in json.loads(as_json.output)["cases"]} == set(case_names())

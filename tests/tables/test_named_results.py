"""What a run hands to a program: named results with units in their names."""

import pytest

from igmfat_nb.bedside.patient import TypedPatient
from igmfat_nb.pages.as_results import course_results, explorer_results, patient_results
from igmfat_nb.pages.protocol_card import protocol_results
from igmfat_nb.tables.named_results import grid_results, sample_size_results, trial_results
from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.trial.design import example_or
from igmfat_nb.trial.summary import run_grid_here, run_here
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.explorer.model import SYNTHETIC_PATIENT, ExplorerModel
from igmfat_nb.workshop.as_results import lesson_results

STOP = {"contraindication_iga_deficiency": "yes"}


def test_doses_and_titres_of_a_patient_stand_under_the_names_of_a_cohort():
    named = explorer_results(ExplorerModel.of(SYNTHETIC_PATIENT).outcome)

    assert named["standard_volume_ml"] == 400  # 5 mL/kg × 80 kg
    assert named["standard_vials_100_ml"] == 4
    assert named["personalised_volume_ml"] == 431  # 62 × 37.563 ÷ 0.9 ÷ 6 = 431.3
    assert named["personalised_deficit_mg_dl"] == 62
    assert named["standard_total_volume_ml"] == 1200
    assert named["untreated_igm_day3"] == pytest.approx(38)  # held, and from then on it rises
    assert named["untreated_igm_day14"] == pytest.approx(45.92, abs=0.005)  # reference_courses.json
    assert named["refused"] is None
    assert named["no_dose_because"] is None


def test_without_a_course_there_are_doses_only():
    named = explorer_results(ExplorerModel.of(SYNTHETIC_PATIENT, with_course=False).outcome)

    assert "standard_volume_ml" in named
    assert not [name for name in named if "igm_day" in name]


@pytest.mark.parametrize(
    ("typed", "answers", "said"),
    [
        (TypedPatient(), {}, "Type a patient"),
        (SYNTHETIC_PATIENT, STOP, "IgA deficiency"),
    ],
)
def test_a_patient_without_a_dose_has_the_sentence_and_no_number(typed, answers, said):
    named = explorer_results(ExplorerModel.of(typed, answers).outcome)

    assert said in named["no_dose_because"]
    assert not [name for name in named if name.startswith(("standard_", "personalised_"))]


def test_what_was_refused_is_said():
    typed = TypedPatient("male", "64", "175", "800", "0.30", "38", "mg/dL")

    named = explorer_results(ExplorerModel.of(typed).outcome)

    assert "800" in named["refused"]
    assert "standard_volume_ml" not in named


def test_every_criterion_has_its_answer():
    typed = TypedPatient("female", "45", "160", "105", "0.30", "38", "mg/dL")

    named = patient_results(ExplorerModel.of(typed, with_course=False).outcome)

    assert named["bmi_kg_m2"] == pytest.approx(105 / 1.6**2)
    assert named["criterion_low_igm"] == "yes"
    assert named["criterion_bmi"] == "no"
    assert named["not_met"] == "bmi"
    assert "septic_shock" in named["missing"].split(", ")
    assert named["verdict"] == "not eligible"


def test_an_empty_page_has_no_body_mass_index():
    named = patient_results(ExplorerModel.of(TypedPatient(), with_course=False).outcome)

    assert named["bmi_kg_m2"] is None
    assert named["igm_mg_dl"] is None


def test_a_course_gives_the_next_dose_by_each_rule():
    case = teaching_case("surprising-titre").case
    named = course_results(CourseModel(case, seed=1))

    assert named["subject"] == case.subject
    assert named["standard_volume_ml"] == 5 * 88
    assert named["deficit_volume_ml"] == 0  # the titre is above the target
    assert named["surprising_titres_count"] == 1
    assert 0 <= named["no_dose_chance"] <= named["standard_chance"] <= 1


def test_an_empty_course_says_what_it_waits_for():
    named = course_results(CourseModel())

    assert named["no_dose_because"].startswith("Waiting for")
    assert "standard_volume_ml" not in named


def test_the_card_gives_every_constant_with_unit_and_status():
    named, published = protocol_results(), protocol_results("published")

    # 250 mg/kg a day for 3 days, target 100, enrolment below 60: the trial's abstract
    assert (named["standard_dose"], named["standard_dose_unit"]) == (250, "mg/kg/day")
    assert (named["standard_days"], named["target_titre"], named["enrolment_titre"]) == (3, 100, 60)
    assert named["recovery_status"] == "assumed"
    assert named["nadler_male"].startswith("0.3669")
    assert "recovery" not in published
    assert {published[name] for name in published if name.endswith("_status")} == {"published"}
    assert published["constants_count"] < named["constants_count"] == (len(named) - 1) / 3


def test_a_lesson_gives_its_answers_to_a_trainer_only():
    plain, solved = lesson_results("51"), lesson_results("51", solutions=True)

    assert plain["questions_count"] == 8
    assert plain["duration_min"] == 30
    assert plain["cases"] == "plain-eligible, obesity, very-low-titre, beyond-a-day"
    assert not [name for name in plain if name.startswith("answer")]
    assert solved["answer_51_balance_ml"] == 431  # 62 × 37.563 ÷ 0.9 ÷ 6 = 431.3
    assert solved["answer_51_balance_ml_tolerance"] == 3
    assert solved["answer_51_low_ml_kg"] == pytest.approx(640 / 78)
    assert solved["answer_51_obesity"] == "standard"
    assert lesson_results("50", solutions=True)["answer_50_bmi_kg_m2"] == pytest.approx(
        125 / 1.7**2
    )


def test_a_trial_gives_its_means_by_arm_and_metric():
    design = example_or("")
    block, answer = run_here(design, 2, 1)

    named = trial_results(answer)

    assert named["enrolled_patients"] == 2 * 356
    assert named["standard_volume_ml"] == pytest.approx(block.metrics[:, 0, 2].mean())
    difference = named["deficit_volume_ml"] - named["standard_volume_ml"]
    assert named["deficit_minus_standard_volume_ml"] == pytest.approx(difference)
    assert {"standard_cost_eur", "deficit_overshoot_mg_dl"} <= set(named)


def test_a_grid_gives_a_rate_for_each_scenario():
    grid = {"endpoint.log_odds_per_day_at_target": [0, -3]}
    named = grid_results(run_grid_here(example_or(""), grid, 2, 1))

    assert named["scenario2_rejection_rate"] == 1  # an effect that no trial can miss
    assert named["scenario1"].endswith(" 0")


def test_sample_sizes_are_those_of_the_textbook():
    named = sample_size_results(0.45, 0.30, 0.10)

    assert named["unpooled_per_arm_patients"] == 160
    assert named["unpooled_total_patients"] == 356  # 2 × 160 ÷ 0.9
    assert named["pooled_cc_per_arm_patients"] == 176

"""What a patient makes and clears: one default everywhere; courses as the model is written."""

import json
from pathlib import Path

import numpy as np
import pytest

from igmfat_nb.bedside.patient import Patient
from igmfat_nb.courses.simulated import Assumptions, patient_course
from igmfat_nb.protocol import populations
from igmfat_nb.reports.parameters import notebook_parameters
from igmfat_nb.scoring.settings import Settings
from igmfat_nb.server.folder import notebook_named
from igmfat_nb.teaching_cases.make import ASSUMPTIONS as MADE
from igmfat_nb.titration import CASE_ASSUMPTIONS
from igmfat_nb.trial.design import Belief, Truth
from igmfat_nb.widgets.explorer.inputs import TypedAssumptions

MAN = Patient(
    sex="male", age_years=64.0, height_cm=175.0, weight_kg=80.0, haematocrit=0.30, igm_mg_dl=38.0
)
REFERENCE = json.loads((Path(__file__).parent.parent / "data/reference_courses.json").read_text())
NOTEBOOKS = ("20_titre_kinetics", "40_dashboard", "90_patient_report", "92_cohort_report")


def test_synthesis_recovers_unless_another_is_asked_for():
    answers = {
        Assumptions().synthesis,
        CASE_ASSUMPTIONS.synthesis,
        MADE.synthesis,
        Truth().synthesis,
        TypedAssumptions().synthesis,
        populations.SYNTHESIS.value,
    }

    assert answers == {"recovering"}


def test_clearance_is_averaged_for_a_patient_and_stated_where_a_truth_is_simulated():
    usual = {one.scenario for one in (Assumptions(), CASE_ASSUMPTIONS, TypedAssumptions())}
    stated = {one.scenario for one in (MADE, Truth(), Belief(), Settings())}

    assert (usual, stated) == ({"averaged"}, {"intermediate"})


@pytest.mark.parametrize("name", [*NOTEBOOKS, "23_bring_your_courses"])
def test_a_notebook_asked_nothing_averages_the_clearance(name):
    parameters = {one.name: one for one in notebook_parameters(notebook_named(name))}

    assert parameters["scenario"].default == "averaged"
    assert "averaged" in parameters["scenario"].choices


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_asked_nothing_lets_synthesis_recover(name):
    parameters = {one.name: one for one in notebook_parameters(notebook_named(name))}

    assert parameters["synthesis"].default == "recovering"


@pytest.mark.parametrize("name", sorted(REFERENCE))
def test_every_course_is_the_one_worked_out_from_the_written_model(name):
    synthesis, scenario, arm = name.split(", ")
    assumptions = Assumptions(scenario, synthesis)

    course = patient_course(MAN, arm, assumptions, 24.0 * np.arange(15))

    assert course.volume_ml[:, 0].tolist() == REFERENCE[name]["volumes_ml"]
    assert course.igm_mg_dl[:, 0] == pytest.approx(REFERENCE[name]["titres_mg_dl"], abs=2e-9)

"""One answer of the bedside: page, command and report say the same of the same patient."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from igmfat_nb.bedside.answer import bedside_answer, personalised_arm
from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.patient import Patient, TypedPatient
from igmfat_nb.case import new_case
from igmfat_nb.cli import main
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.reports.patient import PatientReport
from igmfat_nb.tables.doses import arm_records
from igmfat_nb.widgets.explorer.model import ExplorerModel

BODY = {"sex": "female", "age_years": 51.0, "height_cm": 165.0, "weight_kg": 60.0}
PATIENT = Patient(**BODY, haematocrit=0.25, igm_mg_dl=30.0)
STOPPED = {"contraindication_iga_deficiency": "yes"}


def command(answers):
    options = ["--sex", "female", "--age", "51", "--height-cm", "165", "--weight-kg", "60"]
    options += ["--haematocrit", "0.25", "--igm", "30", "--igm-unit", "mg/dL", "--json"]
    options += [part for pair in answers.items() for part in ("--answer", "=".join(pair))]
    return json.loads(CliRunner().invoke(main, ["dose", *options]).stdout)


def page(answers):
    typed = TypedPatient("female", "51", "165", "60", "0.25", "30", "mg/dL")
    return ExplorerModel.of(typed, answers, with_course=False).outcome.answer


def report(answers):
    case = new_case(
        subject="SIM-1",
        **BODY,
        haematocrit=0.25,
        criteria=answers,
        titres=[{"time_h": 0, "igm_mg_dl": 30}],
        vasopressor_stopped_h=None,
    )
    return PatientReport.of(case, Assumptions(), 1, {"case.json": "0"}).answer


@pytest.mark.parametrize("answers", [{}, STOPPED, {"neutrophils": "no"}])
def test_page_command_and_report_say_the_same(answers):
    said = command(answers)

    for found in (page(answers), report(answers), bedside_answer(PATIENT, DoseRule(), answers)):
        assert arm_records(found) == said["arms"]
        assert found.warnings == said["warnings"]
        assert found.stopped == said.get("stopped")


def test_a_contraindicated_patient_has_no_number_to_act_on():
    found = bedside_answer(PATIENT, DoseRule(), STOPPED)

    assert (found.arms, found.doses) == (None, {})
    assert "IgA deficiency" in found.stopped
    assert found.eligibility.verdict == "cannot tell"  # the criterion is a question of its own


@settings(max_examples=60)
@given(
    titre=st.floats(1, 150),
    weight=st.floats(30, 300),
    rule=st.sampled_from(
        [
            DoseRule(),
            DoseRule(rounding="none"),
            DoseRule("fixed", volume_ml_per_kg=45.0, rounding="vials"),
            DoseRule("coefficient", coefficient=0.08, maintenance_ml_per_kg=2.0),
        ]
    ),
)
def test_each_step_follows_from_the_one_before(titre, weight, rule):
    patient = PATIENT.model_copy(update={"weight_kg": weight})
    found = personalised_arm(titre, patient, rule)
    steps, deficit = found.steps, max(100 - titre, 0)

    per_dl = {"nadler": patient.plasma_volume_ml, "fixed": 45 * weight}.get(rule.volume_rule)
    by_hand = deficit * per_dl / 100 / 0.9 / 6 if per_dl else 0.08 * weight * deficit
    if not deficit:
        by_hand = rule.maintenance_ml_per_kg * weight
    assert float(steps.exact_ml) == pytest.approx(by_hand, rel=1e-12)
    assert found.dose.volume_ml == float(steps.volume_ml)
    assert (steps.igm_mg is None) == (rule.volume_rule == "coefficient")

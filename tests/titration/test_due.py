"""Why no personalised dose is due, by the level below which the reading asks for one."""

import pytest

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.case import new_case
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.titration import decide
from igmfat_nb.titration.due import due_doses

BODY = {"sex": "male", "age_years": 60, "height_cm": 175, "weight_kg": 80, "haematocrit": 0.3}


def why(rule, igm_mg_dl, given_ml=None):
    titres = [{"time_h": 0, "igm_mg_dl": 38}, {"time_h": 24, "igm_mg_dl": igm_mg_dl}]
    doses = [{"start_h": 2, "volume_ml": 431, "duration_h": 13.5}]
    if given_ml:
        doses.append({"start_h": 24, "volume_ml": given_ml, "duration_h": 8})
    case = new_case(
        subject="A-1", **BODY, arm="personalised", titres=titres, doses=doses,
        vasopressor_stopped_h=None,
    )  # fmt: skip
    at_h = 40 if given_ml else 24
    (due,) = due_doses(decide(case, at_h=at_h, assumptions=Assumptions(rule=rule)))
    return due.none_because


@pytest.mark.parametrize(
    ("rule", "igm_mg_dl", "given_ml", "said"),
    [
        (DoseRule(), 110, None, "110 mg/dL is at or above the target of 100: no dose today."),
        # filling to 140 asks for 30 mg/dL more: 30 × 37.563 ÷ 0.9 ÷ 6 = 209 mL
        (DoseRule(fill_to_mg_dl=140), 110, 209, "What 110 mg/dL asks for, 209 mL, was given"),
        (DoseRule(dose_below_mg_dl=80), 90, None, "Under this reading 90 mg/dL asks for no dose"),
    ],
)
def test_it_is_said_by_the_level_that_the_reading_asks_below(rule, igm_mg_dl, given_ml, said):
    assert why(rule, igm_mg_dl, given_ml).startswith(said)

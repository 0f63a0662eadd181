"""Readings side by side for one patient, and the strongest assumptions in a line each."""

import pytest

from igmfat_nb.bedside.patient import Patient
from igmfat_nb.bedside.readings import reading_named
from igmfat_nb.sensitivity.patient_model import PatientModel
from igmfat_nb.sensitivity.readings_beside import strongest_lines, weeks_by_reading
from igmfat_nb.tables.readings import weeks_text

MAN = Patient(
    sex="male", age_years=60.0, height_cm=175.0, weight_kg=80.0, haematocrit=0.30, igm_mg_dl=38.0
)


def test_every_reading_stands_in_one_table_for_this_patient():
    weeks = {one.reading.name: one for one in weeks_by_reading(PatientModel(MAN))}

    # By hand: 62, 82 and 102 × 37.563 ÷ 5.4, and 6 mL/kg below 40.
    doses = {name: weeks[name].first_dose_ml for name in ("deficit", "fill-120", "fill-140")}
    assert doses == {"deficit": 431, "fill-120": 570, "fill-140": 710}
    assert weeks["ladder"].first_dose_ml == 480
    assert round(weeks["deficit"].peak_mg_dl) == 97
    assert weeks["deficit"].hours_at_target == 0
    assert weeks["fill-140"].hours_at_target > 140
    text = weeks_text(list(weeks.values()))
    assert "fill-140/1: Fill to 140 mg/dL" in text
    assert "None of these is the trial's." in text


def test_the_reading_that_is_asked_about_stands_first():
    weeks = weeks_by_reading(PatientModel(MAN, reading_named("ladder").rule()), clearance=1.0)

    assert weeks[0].reading.name == "ladder"
    assert weeks[0].total_ml == pytest.approx(
        next(one.total_ml for one in weeks[1:] if one.reading.name == "ladder")
    )


def test_the_strongest_three_are_a_line_each_and_the_dose_equation_is_among_them():
    lines = strongest_lines(PatientModel(MAN))

    # The independent table: 871 to 2,288 mL over clearance with synthesis at baseline.
    assert lines[0].startswith("Clearance (1; 10)")
    assert "2,288" in lines[0]
    assert any("The dose equation" in line for line in lines)
    assert len(lines) == 3

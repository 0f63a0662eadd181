"""Readings side by side for one patient, and the strongest assumptions in a line each."""

from igmfat_nb.bedside.patient import Patient
from igmfat_nb.bedside.readings import editions, reading_named
from igmfat_nb.sensitivity.indices import tried_text
from igmfat_nb.sensitivity.patient_model import PatientModel
from igmfat_nb.sensitivity.readings_beside import strongest, strongest_lines, weeks_by_reading
from igmfat_nb.tables.readings import weeks_text

MAN = Patient(
    sex="male", age_years=60.0, height_cm=175.0, weight_kg=80.0, haematocrit=0.30, igm_mg_dl=38.0
)


def test_every_reading_stands_in_one_table_for_this_patient():
    weeks = {
        one.reading.name: one for one in weeks_by_reading(PatientModel(MAN), {"clearance": 1.7})
    }

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


def test_each_reading_stands_once_whichever_is_asked_about():
    ladder = PatientModel(MAN, reading_named("ladder").rule(rounding="vials"))
    weeks = weeks_by_reading(ladder, {"clearance": 1.0})

    assert sorted(one.reading.name for one in weeks) == sorted(one.name for one in editions())
    # 6 mL/kg of 80 kg below 40 mg/dL: 480, a whole number of vials; 62 × 37.563 ÷ 5.4 = 431.3.
    assert {one.reading.name: one.first_dose_ml for one in weeks}["ladder"] == 480
    assert {one.reading.name: one.first_dose_ml for one in weeks}["deficit"] == 440


def test_other_readings_are_tried_beside_the_one_that_is_asked_about():
    model = PatientModel(MAN, reading_named("fill-140").rule())
    bars = strongest(model, {"clearance": 1.7}, most=9)

    (reading,) = (bar for bar in bars if bar.explored.name == "reading")
    assert reading.base["total_ml"] == 1712
    assert "deficit" in tried_text(reading)
    assert "fill-140" not in tried_text(reading)
    assert 1048 in reading.results["total_ml"]


def test_the_strongest_three_are_a_line_each_and_the_dose_equation_is_among_them():
    lines = strongest_lines(PatientModel(MAN))

    # The independent table: 871 to 2,288 mL over clearance with synthesis at baseline.
    assert lines[0].startswith("Clearance (1; 10)")
    assert "2,288" in lines[0]
    assert any("The dose equation" in line for line in lines)
    assert len(lines) == 3

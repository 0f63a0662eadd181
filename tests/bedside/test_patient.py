"""A patient as typed: read whole, or refused field by field."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from igmfat_nb.bedside.patient import Patient, TypedPatient, bmi, read_patient
from igmfat_nb.bedside.plasma_volume import plasma_volume_ml
from igmfat_nb.errors import IgmFatError
from igmfat_nb.plausibility import RANGES, WEIGHT_KG

TYPED = TypedPatient("male", "64", "175", "80", "0,30", "0,38", "g/L")
# Rows of the evidence: derived by hand from Nadler and 1 - 0.9 x haematocrit.
PLASMA_ROWS = [
    ("male", 175, 80, 0.30, 5.146, 3.756),
    ("female", 162, 65, 0.30, 3.847, 2.809),
    ("male", 175, 110, 0.30, 6.111, 4.461),
]


def test_decimal_commas_and_grams_per_litre_are_read():
    patient = read_patient(TYPED).patient()

    assert patient.haematocrit == 0.3
    assert patient.igm_mg_dl == 38
    assert patient.sex == "male"


@pytest.mark.parametrize(("sex", "height", "weight", "hct", "blood_l", "plasma_l"), PLASMA_ROWS)
def test_blood_and_plasma_volumes_follow_nadler(sex, height, weight, hct, blood_l, plasma_l):
    patient = Patient(
        sex=sex,
        age_years=50.0,
        height_cm=float(height),
        weight_kg=float(weight),
        haematocrit=hct,
        igm_mg_dl=38.0,
    )

    assert patient.blood_volume_ml / 1000 == pytest.approx(blood_l, abs=6e-4)
    assert patient.plasma_volume_ml / 1000 == pytest.approx(plasma_l, abs=6e-4)


def test_plasma_volumes_of_many_patients_come_at_once():
    sexes, heights, weights, hcts, _blood, plasma = zip(*PLASMA_ROWS, strict=True)

    found = plasma_volume_ml([sex == "male" for sex in sexes], heights, weights, hcts)

    assert found / 1000 == pytest.approx(plasma, abs=6e-4)


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("weight_kg", "712", "Weight is 712 kg; expected 30 to 300 kg"),
        ("weight_kg", "8", "expected 30 to 300 kg"),
        ("height_cm", "1.75", "expected 100 to 250 cm. Was it entered in metres"),
        ("age_years", "1958", "expected 0 to 120 years. Was a year of birth"),
        ("age_years", "-1", "expected 0 to 120 years"),
        ("haematocrit", "30", "A percentage needs its sign"),
        ("igm", "1001", "expected 1 to 1,000 mg/dL"),
        ("igm", "0,009", "expected 1 to 1,000 mg/dL"),
        ("igm", "", "Serum IgM is missing"),
        ("igm_unit", "", "The IgM unit is missing"),
        ("sex", "x", "Sex is “x”"),
        ("sex", "", "Sex is missing"),
        ("weight_kg", "1,234", "could mean"),
    ],
)
def test_a_slip_is_refused_in_its_own_field_with_a_sentence(field, typed, words):
    reading = read_patient(dataclasses.replace(TYPED, **{field: typed}))

    assert list(reading.errors) == [field]
    assert words in str(reading.errors[field])
    with pytest.raises(IgmFatError, match=r"\.|\?|!"):
        reading.patient()


def test_a_slip_in_one_field_does_not_hide_the_others():
    reading = read_patient(dataclasses.replace(TYPED, weight_kg="712", haematocrit="30"))

    assert set(reading.errors) == {"weight_kg", "haematocrit"}
    assert reading.number("height_cm") == 175
    assert reading.number("weight_kg") is None


def test_a_titre_without_its_unit_is_no_titre():
    reading = read_patient(dataclasses.replace(TYPED, igm_unit=""))

    assert reading.number("igm_mg_dl") is None


@given(st.builds(TypedPatient, *([st.text(max_size=6)] * 7)))
def test_any_typing_gives_a_patient_or_sentences(typed):
    reading = read_patient(typed)

    assert reading.errors or isinstance(reading.patient(), Patient)
    assert all(str(error).rstrip("?").rstrip(".") for error in reading.errors.values())


@pytest.mark.parametrize("range_", RANGES, ids=lambda r: r.name)
def test_both_ends_of_a_believable_range_are_believed_and_nothing_beyond(range_):
    assert range_.check(range_.low) == range_.low
    assert range_.check(range_.high) == range_.high
    for beyond in (range_.low - 0.01, range_.high + 0.01, float("nan")):
        with pytest.raises(IgmFatError):
            range_.check(beyond)


def test_a_rare_weight_only_warns():
    assert WEIGHT_KG.warning(250.0) == (
        "Weight is 250 kg, outside the usual 45 to 160 kg; please check."
    )
    assert WEIGHT_KG.warning(80.0) is None


def test_a_child_is_told_that_all_here_is_for_adults():
    typed = dataclasses.replace(TYPED, age_years="17")

    assert any("for adults" in line for line in read_patient(typed).patient().warnings())


def test_a_patient_cannot_be_changed_or_half_built():
    patient = read_patient(TYPED).patient()

    with pytest.raises(ValidationError):
        patient.weight_kg = 90.0
    with pytest.raises(ValidationError):
        Patient.model_validate(patient.model_dump() | {"weight_kg": "80"})


def test_the_body_mass_index_is_weight_over_height_squared():
    assert bmi(80.0, 175.0) == pytest.approx(26.122, abs=5e-4)  # 80 / 3.0625

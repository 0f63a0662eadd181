"""Doses against rows worked in exact fractions, the label's table, and the laws they obey."""

import csv
from pathlib import Path

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import (
    igm_deficit_mg_dl,
    personalised_dose,
    personalised_volume_ml,
    standard_dose,
    standard_volume_ml,
)
from igmfat_nb.bedside.infusion import Dose
from igmfat_nb.bedside.patient import Patient
from igmfat_nb.errors import IgmFatError, ImplausibleInput, MissingInput

ROWS = list(
    csv.DictReader(
        (Path(__file__).parent.parent / "data/worked_examples.csv").read_text().splitlines()
    )
)
MAN_80_KG = Patient(
    sex="male", age_years=60.0, height_cm=175.0, weight_kg=80.0, haematocrit=0.30, igm_mg_dl=38.0
)
titres = st.floats(1, 1000)
weights = st.floats(30, 300)
plasma_volumes = st.floats(800, 12_000)


def rule_of(row: dict[str, str]) -> DoseRule:
    part = {"fixed": "volume_ml_per_kg", "coefficient": "coefficient"}.get(row["volume_rule"])
    return DoseRule(
        volume_rule=row["volume_rule"],
        recovery=float(row["recovery"]),
        maintenance_ml_per_kg=float(row["maintenance_ml_per_kg"]),
        rounding=row["rounding"],
        **({part: float(row["rule_number"])} if part else {}),
    )


def patient_of(row: dict[str, str]) -> Patient:
    numbers = ("height_cm", "weight_kg", "haematocrit", "igm_mg_dl")
    return Patient(sex=row["sex"], age_years=60.0, **{name: float(row[name]) for name in numbers})


def assert_worked(dose: Dose, row: dict[str, str], arm: str) -> None:
    found = {
        "volume_ml": dose.volume_ml,
        "protein_mg": dose.protein_mg,
        "igm_mg": dose.igm_mg,
        "ml_per_kg": dose.volume_ml_per_kg,
        "duration_h": dose.duration_h,
        "glucose_g": dose.glucose_g,
        "sodium_mmol": dose.sodium_mmol,
    }
    vials = {size: dose.vials.get(size, 0) for size in (100, 50, 10)}
    found |= {f"vials_{size}": count for size, count in vials.items()}
    expected = {name: float(row[f"{arm}_{name}"]) for name in found}
    assert found == pytest.approx(expected, rel=1e-9)


def test_there_are_at_least_forty_worked_examples():
    assert len(ROWS) >= 40


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['weight_kg']}kg-{r['volume_rule']}")
def test_both_arms_give_what_was_worked_by_hand(row):
    patient, rule = patient_of(row), rule_of(row)

    standard = standard_dose(patient.weight_kg, rule)
    personalised = personalised_dose(patient.igm_mg_dl, patient, rule)

    assert_worked(standard, row, "standard")
    assert_worked(personalised, row, "personalised")


def test_the_standard_dose_of_an_80_kg_adult_is_400_ml_for_3_days():
    dose = standard_dose(80.0, DoseRule())

    assert dose.volume_ml == 400  # 80 kg x 250 mg/kg / 50 mg/mL, by hand
    assert dose.days == 3


def test_the_personalised_dose_of_the_man_on_the_page_is_431_ml():
    dose = personalised_dose(38.0, MAN_80_KG, DoseRule())

    # 62 mg/dL x 37.563 dL / 0.9 / 6 mg/mL = 431.28 mL, by hand
    assert dose.volume_ml == 431
    assert dose.vials == {100: 4, 10: 4}
    assert dose.discarded_ml == 9


def test_the_mass_balance_carries_its_units():
    unit = pint.UnitRegistry()
    deficit = (100 - 38) * unit.mg / unit.dL
    volume = 37.56327921874999 * unit.dL

    product = (deficit * volume / 0.9 / (6 * unit.mg / unit.mL)).to("mL").magnitude

    found = personalised_volume_ml(
        38.0,
        weight_kg=80.0,
        plasma_volume_ml=volume.to("mL").magnitude,
        rule=DoseRule(rounding="none"),
    )
    assert found == pytest.approx(product, rel=1e-12)


@given(titre=titres, drop=st.floats(0, 500), weight=weights, plasma=plasma_volumes)
def test_a_lower_titre_never_means_a_smaller_dose(titre, drop, weight, plasma):
    lower, higher = personalised_volume_ml(
        [titre - drop, titre], weight_kg=weight, plasma_volume_ml=plasma, rule=DoseRule()
    )

    assert lower >= higher >= 0


@given(titre=st.floats(1, 99), weight=weights, plasma=plasma_volumes, factor=st.floats(0.1, 5))
def test_the_unrounded_dose_is_proportional_to_the_plasma_volume(titre, weight, plasma, factor):
    rule = DoseRule(rounding="none")

    one, many = (
        personalised_volume_ml(titre, weight_kg=weight, plasma_volume_ml=volume, rule=rule)
        for volume in (plasma, factor * plasma)
    )

    assert many == pytest.approx(factor * one, rel=1e-12)


@given(titre=st.floats(1, 99.9), weight=weights, plasma=plasma_volumes)
def test_the_dose_given_brings_back_the_deficit(titre, weight, plasma):
    rule = DoseRule(rounding="none")

    volume_ml = personalised_volume_ml(titre, weight_kg=weight, plasma_volume_ml=plasma, rule=rule)

    risen_mg_dl = volume_ml * 6 * rule.recovery / (plasma / 100)
    assert risen_mg_dl + titre == pytest.approx(100, rel=1e-9)


@given(weight=weights)
def test_the_standard_dose_stays_within_half_a_millilitre_of_5_ml_per_kg(weight):
    assert abs(float(standard_volume_ml(weight)) - 5 * weight) <= 0.5 + 1e-9


def test_half_a_millilitre_is_rounded_up():
    assert float(standard_volume_ml(82.5)) == 413  # 412.5 mL


@pytest.mark.parametrize("titre", [100.0, 100.1, 400.0])
def test_at_or_above_the_target_no_dose_is_given(titre):
    dose = personalised_dose(titre, MAN_80_KG, DoseRule())

    assert (dose.volume_ml, dose.rate_ml_h, dose.duration_h, dose.vials) == (0, 0, 0, {})


def test_a_maintenance_dose_is_given_only_at_or_above_the_target():
    rule = DoseRule(maintenance_ml_per_kg=2.0)

    doses = [personalised_dose(titre, MAN_80_KG, rule).volume_ml for titre in (99.0, 100.0)]

    assert doses == [7, 160]  # 1 x 37.56 / 5.4 = 6.96; 2 mL/kg x 80 kg


def test_the_deficit_is_zero_at_the_target_and_never_negative():
    assert igm_deficit_mg_dl([38.0, 100.0, 250.0]).tolist() == [62.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("parts", "error", "words"),
    [
        ({"volume_rule": "fixed"}, MissingInput, "needs the distribution volume"),
        ({"volume_rule": "coefficient"}, MissingInput, "needs the coefficient"),
        ({"volume_ml_per_kg": 45.0}, ImplausibleInput, "belongs to the volume rule"),
        ({"coefficient": 0.08}, ImplausibleInput, "belongs to the volume rule"),
        ({"volume_rule": "fixed", "volume_ml_per_kg": 485.0}, ImplausibleInput, "20 to 150"),
        ({"volume_rule": "coefficient", "coefficient": 8.3}, ImplausibleInput, "0.005 to 1"),
        ({"recovery": 90.0}, ImplausibleInput, "Recovery is 90"),
        ({"recovery": float("nan")}, ImplausibleInput, "Recovery is"),
        ({"maintenance_ml_per_kg": -1.0}, ImplausibleInput, "maintenance dose"),
    ],
)
def test_a_rule_with_a_doubtful_part_is_refused_with_a_sentence(parts, error, words):
    with pytest.raises(error, match=words) as refused:
        DoseRule(**parts)

    assert isinstance(refused.value, IgmFatError)
    assert str(refused.value).endswith(".")

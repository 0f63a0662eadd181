"""Readings of the personalised rule, each dose worked by hand for one man of 80 kg."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from igmfat_nb.bedside.answer import bedside_answer
from igmfat_nb.bedside.dose_rule import DoseRule, LostUntilNext, Reading
from igmfat_nb.bedside.dosing import personalised_steps, personalised_volume_ml
from igmfat_nb.bedside.patient import Patient
from igmfat_nb.bedside.readings import (
    TITLES,
    edition_of,
    editions,
    read_reading,
    reading_named,
)
from igmfat_nb.bedside.working import reading_line
from igmfat_nb.errors import IgmFatError, ImplausibleInput
from igmfat_nb.tables.readings import reading_lines, reading_table

BODY = {"weight_kg": 80, "plasma_volume_ml": 3756.3}
DEFICIT = {
    "schema": "igmfat-reading/1",
    "name": "ours",
    "version": 2,
    "title": "Ours",
    "status": "assumed",
    "why": "A test.",
    "formula": "deficit",
    "volume": "plasma",
}
MAN = Patient(
    sex="male", age_years=60.0, height_cm=175.0, weight_kg=80.0, haematocrit=0.30, igm_mg_dl=38.0
)


def volume_ml(titre_mg_dl, edition):
    return float(personalised_volume_ml(titre_mg_dl, **BODY, rule=edition.rule()))


@pytest.mark.parametrize(
    ("name", "titre", "expected_ml"),
    [
        ("deficit", 38, 431),  # 62 × 37.563 ÷ 0.9 ÷ 6 = 431.3
        ("fill-120", 38, 570),  # 82 × 37.563 ÷ 5.4 = 570.4
        ("fill-140", 38, 710),  # 102 × 37.563 ÷ 5.4 = 709.5
        ("fill-140", 139, 7),  # 1 × 37.563 ÷ 5.4 = 6.96: a dose is due below 140
        ("steady-state", 38, 526),  # 431.28 ÷ 0.82 = 525.9
        ("coefficient", 38, 412),  # 0.083 × 80 × 62 = 411.7
        ("coefficient", 1, 640),  # 0.083 × 80 × 99 = 657, at most 8 × 80
        ("ladder", 38, 480),  # below 40: 6 × 80
        ("ladder", 40, 320),  # below 60: 4 × 80
        ("ladder", 100, 0),
        # left in 24 of 45 h: 0.5^(24/45) = 0.69095; made 552 mg ÷ 37.563 dL × 0.30905 ÷ 0.36969
        # = 12.285; (100 − 12.285) ÷ 0.69095 = 126.95; 88.95 × 37.563 ÷ 5.4 = 618.7
        ("deficit-and-loss", 38, 619),
        ("deficit-and-loss", 127, 0),
    ],
)
def test_the_dose_of_a_reading_is_that_worked_by_hand(name, titre, expected_ml):
    assert volume_ml(titre, reading_named(name)) == expected_ml


def test_the_default_edition_is_the_rule_that_everything_has_always_used():
    assert editions()[0].rule() == DoseRule()
    assert DoseRule().reading == Reading("deficit", 1, "Deficit into plasma", "assumed", "")


def test_every_edition_of_the_package_is_assumed_ours_and_its_title_can_be_translated():
    assert [one.title for one in editions() if one.title not in TITLES] == []
    assert {one.status for one in editions()} == {"assumed"}
    assert all(one.why for one in editions())


@pytest.mark.parametrize("edition", editions(), ids=lambda one: one.label)
def test_an_edition_written_as_yaml_is_read_back_the_same(edition, tmp_path):
    path = tmp_path / "copy.yaml"
    path.write_text(yaml.safe_dump(edition.document()), encoding="utf-8")

    assert read_reading(path) == edition


@given(titre=st.floats(1, 300), more=st.floats(0, 100), weight=st.floats(30, 250))
def test_a_lower_titre_never_means_a_smaller_dose_whatever_the_reading(titre, more, weight):
    for edition in editions():
        low, high = (
            float(
                personalised_volume_ml(
                    one, weight_kg=weight, plasma_volume_ml=45 * weight, rule=edition.rule()
                )
            )
            for one in (titre, titre + more)
        )
        assert low >= high >= 0


def test_smallest_and_largest_dose_bound_the_formula_and_the_rest_is_left_alone():
    bounded = edition_of(DEFICIT | {"floor_ml_per_kg": 1, "cap_ml_per_kg": 5}, "ours.yaml")

    # 1 × 80 in place of 6.96; 431 is more than 5 × 80; 278 lies between
    assert [volume_ml(titre, bounded) for titre in (99, 38, 60)] == [80, 400, 278]
    assert volume_ml(100, bounded) == 0


def test_a_dose_can_be_due_only_below_another_titre_than_the_level():
    late = edition_of(DEFICIT | {"fill_to_mg_dl": 140, "dose_below_mg_dl": 100}, "ours.yaml")

    assert [volume_ml(titre, late) for titre in (99.9, 100, 130)] == [279, 0, 0]  # 40.1 × 37.563


def test_a_dose_at_the_target_is_the_readings_where_it_states_one():
    kept = edition_of(DEFICIT | {"at_target_ml_per_kg": 2.5}, "ours.yaml")

    assert volume_ml(100, kept) == 200
    with pytest.raises(ImplausibleInput, match="ours/2 states maintenance-ml-per-kg"):
        kept.rule(maintenance_ml_per_kg=0.0)


def test_a_readings_own_recovery_divides_the_dose_and_leaves_the_kinetics_alone():
    rule = edition_of(DEFICIT | {"recovery": 1.0}, "ours.yaml").rule()

    assert float(personalised_volume_ml(38, **BODY, rule=rule)) == 388  # 62 × 37.563 ÷ 6
    assert rule.recovery == 0.9


def test_what_is_lost_needs_no_more_than_the_aim_where_the_patient_makes_more_than_is_lost():
    rule = DoseRule(lost_until_next=LostUntilNext(24, 500, 20))

    assert float(personalised_steps(38, **BODY, rule=rule).level_mg_dl) == 100


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"flor_ml_per_kg": 1}, "flor_ml_per_kg is not a part of a reading. Did you mean floor"),
        ({"schema": "igmfat-reading/9"}, "expected igmfat-reading/1"),
        ({"recovery": 2.0}, "recovery of the reading is 2; expected 0.3 to 1"),
        ({"recovery": "0.9"}, "recovery is “0.9”; expected a number"),
        ({"version": 1.5}, "version is 1.5; expected a whole number"),
        ({"name": "Ours!"}, "expected small letters, digits and -"),
        ({"why": None}, "the part “why” is missing"),
        ({"volume": None}, "needs its volume"),
        ({"volume": "fixed"}, "needs the distribution volume in mL/kg"),
        ({"volume_ml_per_kg": 45}, "belongs to the volume rule “fixed”"),
        ({"formula": "ladder", "volume": None}, "needs its ranges of titres"),
        ({"ladder": [{"below_mg_dl": 50}]}, "ladder[0].ml_per_kg is missing"),
        ({"lost_until_next": {"hours": 24, "half": 3}}, "lost_until_next.half is not a part"),
        ({"fill_to_mg_dl": 5}, "level to fill to is 5; expected 10 to 500 mg/dL"),
        ({"floor_ml_per_kg": 6, "cap_ml_per_kg": 5}, "smallest dose is larger than the largest"),
        ({"at_target_ml_per_kg": 6, "cap_ml_per_kg": 5}, "larger than the largest dose"),
        ({"status": "published", "why": None}, "names its source, with its doi or url"),
        ({"rounding": "up"}, "rounding is “up”"),
    ],
)
def test_a_reading_with_an_unknown_or_doubtful_part_is_refused_in_a_sentence(change, sentence):
    document = {name: value for name, value in (DEFICIT | change).items() if value is not None}

    with pytest.raises(IgmFatError) as refused:
        edition_of(document, "ours.yaml")

    assert sentence in str(refused.value)
    assert str(refused.value).startswith("ours.yaml: ")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ([(60, 4), (40, 6)], "end at rising titres"),
        ([(60, 4), (60, 6)], "end at rising titres"),
        ([(60, 40)], "dose of a range is 40; expected 0 to 15 mL/kg"),
    ],
)
def test_a_ladder_must_rise_and_stay_believable(change, sentence):
    rungs = [{"below_mg_dl": below, "ml_per_kg": dose} for below, dose in change]
    document = {k: v for k, v in DEFICIT.items() if k != "volume"} | {"formula": "ladder"}

    with pytest.raises(IgmFatError, match=sentence):
        edition_of(document | {"ladder": rungs}, "ours.yaml")


def test_the_day_the_equation_is_published_it_is_one_more_file(tmp_path, monkeypatch):
    published = DEFICIT | {
        "name": "published",
        "status": "published",
        "title": "As published",
        "source": "Trial group 2030, supplement",
        "doi": "10.0000/example",
        "fill_to_mg_dl": 110,
    }
    folder = tmp_path / "readings"
    folder.mkdir()
    for one in (*(e.document() for e in editions()), published):
        text = yaml.safe_dump(one)
        (folder / f"{one['name']}.yaml").write_text(text, encoding="utf-8")
    before = {one.label: one.rule() for one in editions()}
    editions.cache_clear()
    monkeypatch.setattr("igmfat_nb.bedside.readings.resources.files", lambda _name: Path(tmp_path))
    try:
        known = editions()
        rule = reading_named("published").rule()
        lines = reading_table(known)
    finally:
        editions.cache_clear()

    assert {one.label: one.rule() for one in known if one.status == "assumed"} == before
    assert known[0].rule() == DoseRule()  # the default stays until somebody changes it
    assert bedside_answer(MAN, rule, {}).doses["personalised"].volume_ml == 501  # 72 × 37.563 ÷ 5.4
    assert reading_line(rule).startswith("reading published/2, published (Trial group 2030")
    assert "10.0000/example" in reading_line(rule)
    assert not any("none of these is the trial's" in line for line in lines)


def test_a_reading_in_words_names_every_part_and_whose_it_is():
    text = "\n".join(reading_lines(reading_named("deficit-and-loss")))

    for part in ("assumed", "24 h", "45 h", "6.9 mg/kg/day", "0.9", "no dose", "nearest mL"):
        assert part in text


def test_parts_typed_with_another_formula_are_not_named_as_an_edition():
    assert DoseRule(volume_rule="fixed", volume_ml_per_kg=45).reading.name == "typed"
    assert DoseRule(recovery=0.8, maintenance_ml_per_kg=2.5).reading.name == "deficit"


def test_many_titres_at_once_get_the_doses_that_each_gets_alone():
    titres = np.array([1.0, 38, 59.9, 60, 99, 100, 126, 139, 200])
    for edition in editions():
        together = personalised_volume_ml(titres, **BODY, rule=edition.rule())
        assert together.tolist() == [volume_ml(titre, edition) for titre in titres]

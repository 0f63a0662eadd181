"""Titres below the assay's limit in a case: a number or a limit, never both."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igmfat_nb.bedside.eligibility import assess
from igmfat_nb.case import case_json_schema, case_text, deviations, new_case, read_case
from igmfat_nb.case.typed import TypedCase, TypedTitre, typed_case
from igmfat_nb.case.typed_reading import read_typed
from igmfat_nb.errors import IgmFatError, MissingInput

BODY = {"sex": "male", "age_years": 60, "height_cm": 175, "weight_kg": 80, "haematocrit": 0.3}
BELOW_18 = {"time_h": 0, "igm_below_mg_dl": 18}
TYPED = TypedCase(
    subject="B-1", sex="male", age_years="60", height_cm="175", weight_kg="80", haematocrit="0.30"
)


def case_of(*titres, schema="igmfat-case/2", **fields):
    document = {"schema": schema, "subject": "B-1", **BODY, "vasopressor_stopped_h": None}
    return read_case(json.dumps({**document, "titres": titres, **fields}))


def sentence(*titres, **fields):
    with pytest.raises(IgmFatError) as caught:
        case_of(*titres, **fields)
    return str(caught.value)


def test_a_titre_is_a_number_or_a_limit():
    case = case_of(BELOW_18, {"time_h": 24, "igm_mg_dl": 40})

    assert [titre.text() for titre in case.titres] == ["<18", "40"]
    assert [titre.is_limit for titre in case.titres] == [True, False]
    with pytest.raises(MissingInput, match="at 0 h is below 18 mg/dL; this needs a number"):
        case.patient()
    assert case.patient(24).igm_mg_dl == 40
    assert case.body().weight_kg == 80


@pytest.mark.parametrize(
    ("titre", "expected"),
    [
        ({"time_h": 0}, "titres[0].igm_mg_dl is missing"),
        ({**BELOW_18, "igm_mg_dl": 18}, "titres[0].igm_mg_dl stands beside igm_below_mg_dl"),
        ({"time_h": 0, "igm_mg_dl": None}, "titres[0].igm_mg_dl is null; expected a finite"),
        ({"time_h": 0, "igm_below_mg_dl": 0.18}, "titres[0].igm_below_mg_dl: Serum IgM is 0.18"),
    ],
)
def test_anything_else_is_refused_at_its_place(titre, expected):
    assert sentence(titre).startswith(expected)


def test_the_first_schema_knows_no_limit():
    expected = "titres[0].igm_below_mg_dl needs the schema “igmfat-case/2”."
    assert sentence(BELOW_18, schema="igmfat-case/1") == expected


def test_the_second_schema_is_written_only_where_it_is_needed():
    with_limit = new_case(subject="B-1", **BODY, titres=[BELOW_18], vasopressor_stopped_h=None)
    plain = case_of({"time_h": 0, "igm_mg_dl": 38})

    assert json.loads(case_text(with_limit))["schema"] == "igmfat-case/2"
    assert json.loads(case_text(plain))["schema"] == "igmfat-case/2"  # as it was read
    changed = plain.model_copy(update={"age_years": 61.0})
    assert json.loads(case_text(changed))["schema"] == "igmfat-case/1"
    assert read_case(case_text(with_limit)).titres == with_limit.titres


def test_the_json_schema_asks_for_one_of_them():
    titre = case_json_schema()["$defs"]["CaseTitre"]

    assert titre["oneOf"] == [{"required": ["igm_mg_dl"]}, {"required": ["igm_below_mg_dl"]}]


@pytest.mark.parametrize(
    ("typed", "unit", "below"),
    [("<18", "mg/dL", 18.0), ("< 18 mg/dL", "mg/dL", 18.0), ("<0,18", "g/L", 18.0)],
)
@pytest.mark.parametrize("row", [0, 1])
def test_a_limit_is_typed_as_the_laboratory_prints_it(typed, unit, below, row):
    rows = [TypedTitre(time_h="0", igm="38"), TypedTitre(time_h="24", igm="40")]
    rows[row] = TypedTitre(time_h=rows[row].time_h, igm=typed, igm_unit=unit)

    case = read_typed(TYPED.with_rows("titres", rows)).case

    assert case is not None
    assert case.titres[row].igm_below_mg_dl == below
    assert case.titres[row].igm_mg_dl is None


@pytest.mark.parametrize("row", [0, 1])
@pytest.mark.parametrize("typed", ["<=18", "≤18", ">300", "<", "<-", "<0", "<1,234", "18<"])
def test_other_limits_are_refused_in_a_sentence(typed, row):
    rows = [TypedTitre(time_h="0", igm="38"), TypedTitre(time_h="24", igm="40")]
    rows[row] = TypedTitre(time_h=rows[row].time_h, igm=typed)

    reading = read_typed(TYPED.with_rows("titres", rows))

    assert reading.case is None
    assert "Serum IgM" in reading.refused[f"titres.{row}"]


@given(st.floats(1, 1000), st.booleans())
def test_a_case_and_its_typed_text_hold_the_same(number, below):
    titre = {"time_h": 24, ("igm_below_mg_dl" if below else "igm_mg_dl"): number}
    case = case_of(BELOW_18, titre)

    again = read_typed(typed_case(case)).case

    assert again is not None
    assert again.titres == case.titres


def test_a_limit_answers_the_criterion_only_where_it_can():
    def low_igm(below):
        findings = case_of({"time_h": 0, "igm_below_mg_dl": below}).findings()
        lines = assess(findings, {}).lines
        return next(one for one in lines if one.statement.code == "low_igm")

    assert (low_igm(18).answer, low_igm(18).reason) == ("yes", "IgM is below 18 mg/dL")
    assert low_igm(60).answer == "yes"  # below 60 is what the trial asks for
    assert low_igm(80).answer == "unknown"
    assert "IgM is below 18" in sentence(BELOW_18, criteria={"low_igm": "no"})


def test_a_dose_after_a_limit_may_be_what_either_end_gives():
    # Male, 175 cm, 80 kg, 0.30: 82 × 37.563 ÷ 5.4 = 570 mL at 18; 100 × 37.563 ÷ 5.4 = 696 at 0.
    def said(volume_ml):
        dose = {"start_h": 2, "volume_ml": volume_ml, "duration_h": 24}
        return deviations(case_of(BELOW_18, arm="personalised", doses=[dose]))

    assert said(570) == said(696) == said(640) == []
    assert "titre of <18 mg/dL at 0 h 500 mL was given" in said(500)[0]
    assert "gives 570 to 696 mL." in said(500)[0]
    assert "750 mL was given" in said(750)[0]

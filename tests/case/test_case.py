"""Case files: read whole or refused with one sentence that names the place."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from igmfat_nb.case import (
    Case,
    case_json_schema,
    case_text,
    deviations,
    new_case,
    read_case,
)
from igmfat_nb.errors import IgmFatError, ImplausibleInput, MissingInput, UnreadableInput

DOCUMENT = {
    "schema": "igmfat-case/1",
    "subject": "SIM-001",
    "sex": "male",
    "age_years": 60,
    "height_cm": 175,
    "weight_kg": 80,
    "haematocrit": 0.30,
    "arm": "personalised",
    "titres": [
        {"time_h": 0, "igm_mg_dl": 38},
        {"time_h": 24, "igm_mg_dl": 85, "result_h": 26},
        {"time_h": 48, "igm_mg_dl": 97, "haematocrit": 0.27, "weight_kg": 84},
    ],
    "events": [{"time_h": 30, "kind": "red cells"}],
    "doses": [
        {"start_h": 2, "volume_ml": 431, "duration_h": 13.5},
        {"start_h": 26, "volume_ml": 104, "duration_h": 3.3},
    ],
    "vasopressor_stopped_h": None,
}
FIRST = {"time_h": 0, "igm_mg_dl": 38}
LEFT_OUT = object()


def changed(**fields):
    document = {**DOCUMENT, **fields}
    return {name: value for name, value in document.items() if value is not LEFT_OUT}


def text(**fields):
    return json.dumps(changed(**fields))


def sentence(raw) -> str:
    with pytest.raises(IgmFatError) as caught:
        read_case(raw)
    return str(caught.value)


def test_a_case_is_read_as_it_is_written():
    case = read_case(text())

    assert case.subject == "SIM-001"
    assert [titre.igm_mg_dl for titre in case.titres] == [38, 85, 97]
    assert case.doses[0].rate_ml_h == pytest.approx(431 / 13.5)
    assert case.criteria == {}
    assert case.notes == ""


def test_what_may_be_left_out_may_be_left_out():
    case = read_case(text(arm=LEFT_OUT, events=LEFT_OUT, doses=LEFT_OUT))

    assert (case.arm, case.events, case.doses) == (None, (), ())


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"schema": "igmfat-case/3"}, "schema is “igmfat-case/3”; this software reads"),
        ({"schema": LEFT_OUT}, "schema is missing"),
        ({"subject": "Ada Lovelace"}, "subject is “Ada Lovelace”; expected 1 to 32 letters"),
        ({"subject": "A\n"}, "subject is “A"),
        ({"subject": "A" * 33}, "subject is “AAA"),
        ({"subject": ""}, "subject is “”"),
        ({"sex": "m"}, "sex is “m”; expected female or male."),
        ({"age_years": "60"}, "age_years is “60”; expected a finite number."),
        ({"age_years": True}, "age_years is true; expected a finite number."),
        ({"weight_kg": 712}, "weight_kg: Weight is 712 kg; expected 30 to 300 kg."),
        ({"haematocrit": 30}, "haematocrit: Haematocrit is 30"),
        ({"arm": "control"}, "arm is “control”; expected standard, personalised or null."),
        ({"titre": []}, "titre is not a field of a case; did you mean “titres”?"),
        ({"titres": LEFT_OUT}, "titres is missing."),
        ({"titres": []}, "titres is empty"),
        ({"titres": 3}, "titres is 3; expected a list."),
        ({"titres": [3]}, "titres[0] is 3; expected an object with fields."),
        ({"titres": [{"time_h": 0}]}, "titres[0].igm_mg_dl is missing."),
        ({"titres": [{"time_h": 0, "igm_mgdl": 38}]}, "titres[0].igm_mgdl is not a field"),
        ({"titres": [{"time_h": 1, "igm_mg_dl": 38}]}, "titres[0].time_h is 1 h; time zero"),
        ({"titres": [{**FIRST, "igm_mg_dl": 3800}]}, "titres[0].igm_mg_dl: Serum IgM is 3,800"),
        ({"titres": [FIRST, FIRST]}, "titres[1].time_h is 0 h, not after 0 h."),
        (
            {"titres": [FIRST, {**FIRST, "time_h": 24}, {**FIRST, "time_h": 12}]},
            "titres[2].time_h is 12 h, not after 24 h.",
        ),
        (
            {"titres": [FIRST, {**FIRST, "time_h": 24, "result_h": 20}]},
            "titres[1].result_h is 20 h, before its draw at 24 h.",
        ),
        (
            {"events": [{"time_h": 3, "kind": "walk"}]},
            "events[0].kind is “walk”; expected red cells",
        ),
        (
            {"events": [{"time_h": 3, "kind": "plasma"}, {"time_h": 2, "kind": "plasma"}]},
            "events[1].time_h is 2 h, not after 3 h.",
        ),
        ({"events": [{"time_h": 3, "kind": "plasma"}] * 2}, "events[1] repeats “plasma” at 3 h."),
        (
            {"doses": [DOCUMENT["doses"][0], {**DOCUMENT["doses"][1], "start_h": 12}]},
            "doses[1] starts at 12 h, before doses[0] ends at 15.5 h.",
        ),
        ({"doses": [DOCUMENT["doses"][0]] * 2}, "doses[1].start_h is 2 h, not after 2 h."),
        ({"doses": [{**DOCUMENT["doses"][0], "volume_ml": 0}]}, "doses[0].volume_ml: Volume is 0"),
        ({"doses": [{**DOCUMENT["doses"][0], "start_h": -1}]}, "doses[0].start_h: Time is −1 h"),
        ({"vasopressor_stopped_h": LEFT_OUT}, "vasopressor_stopped_h is missing."),
        ({"criteria": {"colour": "yes"}}, "criteria: “colour” is not a criterion"),
        ({"criteria": {"adult": "maybe"}}, "criteria.adult is “maybe”; expected yes, no or"),
        ({"criteria": {"adult": "no"}}, "“Older than 18 years” is answered no, but the age is 60"),
        ({"notes": None}, "notes is null; expected a text"),
    ],
)
def test_a_refusal_names_the_place(fields, expected):
    assert sentence(text(**fields)).startswith(expected)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        (
            {"titres": [FIRST, {**FIRST, "time_h": 24, "igm_mg_dl": 3800}]},
            ("titres", 1, "igm_mg_dl"),
        ),
        ({"titres": [FIRST, FIRST]}, ("titres", 1, "time_h")),
        ({"titres": [{**FIRST, "igm": 3}]}, ("titres", 0, "igm")),
        ({"events": [{"time_h": 3, "kind": "plasma"}] * 2}, ("events", 1)),
        ({"weight_kg": 712}, ("weight_kg",)),
        ({"arm": "control"}, ("arm",)),
        ({"criteria": {"adult": "no"}}, ()),
    ],
)
def test_a_refusal_carries_its_place(fields, place):
    with pytest.raises(IgmFatError) as refused:
        read_case(text(**fields))

    assert refused.value.place == place
    copied = copy.copy(refused.value)  # as a worker process hands it on
    assert (copied.place, str(copied)) == (place, str(refused.value))


def test_braces_that_somebody_typed_are_no_fields_of_a_sentence():
    assert "is “{place} {x}”" in sentence(text(subject="{place} {x}"))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", "The case is empty."),
        ("[]", "A case is one JSON object"),
        ("{", "The case is not valid JSON at line 1, column 2."),
        ("[" * 100_000, "The case is nested too deeply."),
        (b"\xff\xfe{}", "The case is not a UTF-8 text file."),
        ('{"schema": 1, "schema": 1}', "The field “schema” occurs twice in the same object."),
        ('{"schema": NaN}', "schema is NaN; this software reads “igmfat-case/1” or"),
        (text().replace("60", "NaN"), "age_years: Age is nan years; expected 0 to 120"),
        (text().replace('"time_h": 24', '"time_h": -Infinity'), "titres[1].time_h: Time is"),
        (text().replace("60", "9" * 5000), "A number of the case has too many digits."),
        ("\ufeff" + text(), "The case begins with a byte order mark; save it as UTF-8 without"),
        (text().encode("utf-8-sig"), "The case begins with a byte order mark"),
        (text(subject="\ud800"), "subject contains half a character"),
        (text(notes="a\udfffb"), "notes contains half a character"),
        (
            text(events=[{"time_h": 0, "kind": "\ud800"}]),
            "events[0].kind contains half a character",
        ),
        (b" " * 1_000_001, "The case is larger than 1,000,000 bytes"),
        (text().replace("38", "1e999", 1), "titres[0].igm_mg_dl"),
        (text().replace("38", "Infinity", 1), "titres[0].igm_mg_dl: Serum IgM is inf"),
    ],
)
def test_what_is_no_case_at_all_is_said(raw, expected):
    assert sentence(raw).startswith(expected)


@given(st.text() | st.binary() | st.recursive(st.none() | st.integers(), st.lists).map(json.dumps))
def test_anything_else_is_refused_with_one_line(raw):
    refusal = sentence(raw)

    assert refusal
    assert "\n" not in refusal


@given(
    field=st.sampled_from(sorted(DOCUMENT)),
    value=st.none() | st.booleans() | st.floats() | st.text() | st.lists(st.integers()),
)
def test_any_value_in_any_field_is_read_or_refused_with_one_line(field, value):
    try:
        read_case(json.dumps(changed(**{field: value})))
    except IgmFatError as error:
        assert "\n" not in str(error)
        assert "pydantic" not in str(error)


@pytest.mark.parametrize("indent", [None, 1, 4])
def test_reading_then_writing_gives_the_same_bytes(indent):
    written = json.dumps({**DOCUMENT, "notes": "Übergabe 7 h"}, indent=indent, ensure_ascii=False)

    assert case_text(read_case(written.encode())) == written


def test_a_new_case_is_written_plainly_and_reads_the_same():
    fields = {name: value for name, value in DOCUMENT.items() if name != "schema"}
    case = new_case(**fields | {"notes": "seen", "vasopressor_stopped_h": 90.0})

    written = case_text(case)

    assert case_text(read_case(written)) == written
    assert json.loads(written) == changed(notes="seen", vasopressor_stopped_h=90)
    assert '"time_h": 24,' in written  # a whole number stays one


def test_a_copy_with_another_field_is_not_written_as_the_file_it_came_from():
    case = read_case(text())

    copied = case.model_copy(update={"notes": "another"})

    assert json.loads(case_text(copied))["notes"] == "another"


def test_a_case_cannot_be_changed_in_place():
    with pytest.raises(ValidationError):
        read_case(text()).notes = "later"


def test_a_new_case_is_refused_with_the_sentences_of_a_file():
    fields = {name: value for name, value in DOCUMENT.items() if name != "schema"}

    assert json.loads(case_text(new_case(**fields))) == DOCUMENT
    with pytest.raises(ImplausibleInput, match="weight_kg: Weight is 712 kg"):
        new_case(**{**fields, "weight_kg": 712})


def test_the_latest_known_weight_and_haematocrit_set_the_plasma_volume():
    case = read_case(text())

    # By hand: 10 × (0.3669 × 1.75³ + 0.03219 w + 0.6041) × (1 − 0.9 haematocrit)
    assert case.patient(47).plasma_volume_ml == pytest.approx(3756.6, abs=0.5)
    assert case.patient(48).weight_kg == 84
    assert case.patient(48).plasma_volume_ml == pytest.approx(3992.8, abs=0.5)


def test_a_result_is_known_when_it_comes_and_not_when_it_is_drawn():
    case = read_case(text())

    assert [titre.time_h for titre in case.titres_known(25)] == [0]
    assert [titre.time_h for titre in case.titres_drawn(25)] == [0, 24]
    assert case.last_result_h == 48


def test_the_schema_names_every_field_and_forbids_others():
    schema = case_json_schema()

    assert set(schema["properties"]) == {*DOCUMENT, "criteria", "notes", "reading"}
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == {
        *("schema", "subject", "sex", "age_years", "height_cm", "weight_kg", "haematocrit"),
        *("titres", "vasopressor_stopped_h"),
    }
    assert schema["properties"]["schema"]["enum"] == ["igmfat-case/1", "igmfat-case/2"]
    assert schema["properties"]["weight_kg"]["maximum"] == 300


def test_doses_by_the_rule_are_no_deviation():
    # Male 175 cm, 80 kg, 0.30: 62 mg/dL × 37.57 dL ÷ 0.9 ÷ 6 = 431 mL; 15 mg/dL gives 104 mL.
    assert deviations(read_case(text())) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"doses": [{"start_h": 2, "volume_ml": 500, "duration_h": 16}]},
            ["After the titre of 38 mg/dL at 0 h 500 mL was given; the personalised rule, an"],
        ),
        (
            {"doses": [{"start_h": 2, "volume_ml": 431, "duration_h": 10}]},
            [
                "The dose at 2 h is infused at 43.1 mL/h,"
                " above the maximum labelled rate of 32 mL/h."
            ],
        ),
        (
            {"doses": [{"start_h": 100, "volume_ml": 22, "duration_h": 1}]},
            ["The dose at 100 h was given without a titre from the same day."],
        ),
        (
            {"vasopressor_stopped_h": 20},
            ["The dose at 26 h is after vasopressors stopped at 20 h."],
        ),
        (
            {"doses": [{"start_h": 170, "volume_ml": 22, "duration_h": 1}]},
            ["The dose at 170 h is after the 7 days of the personalised arm."],
        ),
        (
            {"arm": "standard"},
            [
                "Dose 1, started at 2 h, was 431 mL; the standard arm gives",
                "Dose 2, started at 26 h",
            ],
        ),
        (
            {"arm": "standard", "doses": [{"start_h": 74, "volume_ml": 420, "duration_h": 12.5}]},
            ["The dose at 74 h is after the 3 days of the standard arm."],
        ),
        ({"arm": None, "doses": [{"start_h": 2, "volume_ml": 999, "duration_h": 40}]}, []),
    ],
)
def test_a_dose_beyond_the_arm_is_kept_and_named(fields, expected):
    found = deviations(read_case(text(**fields)))

    assert len(found) == len(expected)
    assert all(one.startswith(start) for one, start in zip(found, expected, strict=True))


def test_errors_are_of_the_family():
    assert issubclass(MissingInput, IgmFatError)
    assert issubclass(UnreadableInput, IgmFatError)
    assert Case.model_config["extra"] == "forbid"

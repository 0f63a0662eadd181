"""FHIR R4 bundles: what becomes a case, what is left aside, what is refused."""

import copy
import json

import pytest

from igmfat_nb.case.fhir import import_bundle
from igmfat_nb.cli import main
from igmfat_nb.errors import IgmFatError

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"


def observation(code, value, unit, at, **more):
    quantity = {"value": value, "unit": unit, "system": UCUM, "code": unit}
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": at,
        "valueQuantity": quantity,
    } | more


PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "gender": "male",
    "birthDate": "1966-01-02",
    "name": [{"family": "Verysecret", "given": ["Private"]}],
    "identifier": [{"value": "MRN-777"}],
}
FIRST = "2026-01-01T08:00:00+01:00"
RESOURCES = (
    PATIENT,
    observation("2472-9", 0.38, "g/L", FIRST, issued="2026-01-01T10:00:00Z"),
    observation("29463-7", 80, "kg", "2026-01-01"),
    observation("8302-2", 175, "cm", "2025-06-01T00:00:00Z"),
    observation("4544-3", 30, "%", "2026-01-01T06:00:00Z"),
)


def bundle(*resources):
    entries = [{"resource": one} for one in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def changed(index, **changes):
    """The plain bundle with one resource changed."""
    resources = copy.deepcopy(list(RESOURCES))
    resources[index] |= changes
    return bundle(*resources)


def test_a_plain_bundle_becomes_a_case_in_our_units():
    case = import_bundle(bundle(*RESOURCES)).case

    assert case.subject == "FHIR-1"
    assert (case.sex, case.height_cm, case.weight_kg, case.haematocrit) == ("male", 175, 80, 0.3)
    assert case.titres[0].igm_mg_dl == 38
    assert case.titres[0].result_h == 3  # 08:00 at +01:00 is 07:00 UTC; the result came at 10:00
    assert case.vasopressor_stopped_h is None


def test_age_is_in_completed_years_at_the_first_titre():
    day_before_birthday = import_bundle(bundle(*RESOURCES)).case.age_years
    on_birthday = import_bundle(changed(0, birthDate="1966-01-01")).case.age_years

    assert (day_before_birthday, on_birthday) == (59, 60)


def test_names_identifiers_and_the_birth_date_appear_nowhere(tmp_path, capsys):
    source, out = tmp_path / "bundle.json", tmp_path / "case.json"
    source.write_text(bundle(*RESOURCES))

    with pytest.raises(SystemExit) as stop:
        main(["import-fhir", str(source), "--out", str(out), "--json"])

    everything = out.read_text() + capsys.readouterr().out
    assert stop.value.code == 0
    for secret in ("Verysecret", "Private", "MRN-777", "1966", "2026-01-01", "p1"):
        assert secret not in everything


def test_later_titres_take_the_weight_and_haematocrit_that_were_new():
    second = observation("2472-9", 83, "mg/dL", "2026-01-02T08:00:00+01:00")
    lighter = observation("29463-7", 78, "kg", "2026-01-02T05:00:00Z")
    thinner = observation("20570-8", 26, "%", "2026-01-02T06:00:00Z")

    case = import_bundle(bundle(*RESOURCES, second, lighter, thinner)).case

    later = case.titres[1]
    assert (later.time_h, later.igm_mg_dl, later.weight_kg, later.haematocrit) == (24, 83, 78, 0.26)


def test_what_was_used_ignored_and_missing_is_said():
    pulse = observation("8867-4", 90, "/min", FIRST)
    withdrawn = observation("2472-9", 99, "mg/dL", FIRST, status="entered-in-error")
    other = observation("29463-7", 50, "kg", FIRST, subject={"reference": "Patient/p2"})

    said = import_bundle(bundle(*RESOURCES, pulse, withdrawn, other))

    assert len(said.used) == 5
    assert [line.split(":")[0].split(",")[0] for line in said.ignored] == [
        "entry[5]",
        "entry[6]",
        "entry[7]",
    ]
    assert "entered-in-error" in said.ignored[1]
    assert "another patient" in said.ignored[2]
    assert any("criteria" in line for line in said.missing)


def test_the_same_result_twice_counts_once():
    case = import_bundle(bundle(*RESOURCES, observation("2472-9", 38, "mg/dL", FIRST))).case

    assert len(case.titres) == 1


REFUSED = {
    "an unknown unit": (bundle(PATIENT, observation("2472-9", 38, "umol/L", FIRST)), "umol/L"),
    "a weight in pounds": (
        bundle(*RESOURCES[:2], observation("29463-7", 176, "[lb_av]", FIRST), *RESOURCES[3:]),
        "expected kg",
    ),
    "no unit": (
        changed(1, valueQuantity={"value": 38}),
        "no unit",
    ),
    "a unit that its text contradicts": (
        changed(1, valueQuantity={"value": 0.5, "system": UCUM, "code": "g/L", "unit": "mg/dL"}),
        "in g/L by its code and in mg/dL by its text",
    ),
    "only a limit": (
        changed(
            1, valueQuantity={"value": 17, "comparator": ">", "code": "mg/dL", "unit": "mg/dL"}
        ),
        "only a limit",
    ),
    "two patients": (bundle(PATIENT, *RESOURCES), "2 patients"),
    "no patient": (bundle(*RESOURCES[1:]), "0 patients"),
    "no IgM": (bundle(PATIENT, *RESOURCES[2:]), "2472-9"),
    "no weight": (bundle(*RESOURCES[:2], *RESOURCES[3:]), "no usable body weight"),
    "a weight of another week": (
        changed(2, effectiveDateTime="2026-01-09T00:00:00Z"),
        "of the time of the first titre",
    ),
    "no sex": (changed(0, gender="unknown"), "--sex"),
    "half a birth date": (changed(0, birthDate="1966"), "--age"),
    "born later": (changed(0, birthDate="2026-02-01"), "before the patient was born"),
    "two titres at once": (
        bundle(*RESOURCES, observation("2472-9", 44, "mg/dL", FIRST)),
        "two different titres",
    ),
    "two weights at once": (
        bundle(*RESOURCES, observation("29463-7", 90, "kg", "2026-01-01")),
        "two different values",
    ),
    "two titres, one without a time": (
        bundle(*RESOURCES, observation("2472-9", 44, "mg/dL", "2026-01-02")),
        "no time of day",
    ),
    "an unbelievable weight": (
        changed(2, valueQuantity={"value": 712, "system": UCUM, "code": "kg"}),
        "weight_kg: Weight is 712 kg",
    ),
    "no JSON": ("{", "not valid JSON"),
    "no bundle": ('{"resourceType": "Patient"}', "not a FHIR Bundle"),
    "no R4": ('{"resourceType": "Bundle", "type": "collection", "zork": 1}', "zork"),
    "an unknown resource": (bundle({"resourceType": "Zork"}), "does not define"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_trusted_is_refused_with_one_sentence(name):
    text, expected = REFUSED[name]

    with pytest.raises(IgmFatError) as refusal:
        import_bundle(text)

    assert expected in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_age_and_sex_can_be_given_where_the_bundle_is_silent():
    text = bundle({"resourceType": "Patient", "id": "p1"}, *RESOURCES[1:])

    case = import_bundle(text, subject="SIM-9", age_years=61.0, sex="female").case

    assert (case.subject, case.age_years, case.sex) == ("SIM-9", 61, "female")


def test_a_value_of_the_day_after_stands_in_when_there_is_none_before_and_later_ones_are_named():
    soon = observation("29463-7", 81, "kg", "2026-01-01T12:00:00Z")
    later = observation("29463-7", 82, "kg", "2026-01-01T18:00:00Z")

    said = import_bundle(bundle(*RESOURCES[:2], *RESOURCES[3:], soon, later))

    assert said.case.weight_kg == 81
    assert any("no titre belongs to it" in line for line in said.ignored)


def test_a_refusal_leaves_no_file_and_exit_code_2(tmp_path, capsys):
    source, out = tmp_path / "bundle.json", tmp_path / "case.json"
    source.write_text(REFUSED["an unknown unit"][0])

    with pytest.raises(SystemExit) as stop:
        main(["import-fhir", str(source), "--out", str(out)])

    assert stop.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not out.exists()


def test_the_command_tells_a_reader_what_became_of_the_bundle(tmp_path, capsys):
    source, out = tmp_path / "bundle.json", tmp_path / "case.json"
    source.write_text(bundle(*RESOURCES))

    with pytest.raises(SystemExit):
        main(["import-fhir", str(source), "--out", str(out), "--subject", "SIM-001"])

    printed = capsys.readouterr().out
    assert [line for line in printed.splitlines() if not line.startswith(" ")] == [
        "Used:",
        "Ignored:",
        "Missing:",
    ]
    assert json.loads(out.read_text())["subject"] == "SIM-001"

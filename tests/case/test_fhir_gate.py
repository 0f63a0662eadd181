"""The gate: an observation that is not this, or not yet, is left aside and named."""

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.patient import Patient
from fhir_bundles import FIRST, MODIFIER, NEXT, UCUM, coded, igm, imported, quantity, titres

from igmfat_nb.case.fhir import gate


@pytest.mark.parametrize(
    ("model", "gated", "plain"),
    [
        (Observation, gate.OBSERVATION_GATED, gate.OBSERVATION_PLAIN),
        (Patient, gate.PATIENT_GATED, gate.PATIENT_PLAIN),
        (Bundle, gate.BUNDLE_GATED, gate.BUNDLE_PLAIN),
    ],
)
def test_every_element_of_the_published_model_has_its_place_at_the_gate(model, gated, plain):
    assert gated | plain == set(model.elements_sequence()) | {"resourceType"}
    assert not gated & plain


#: A second titre of 90 mg/dL, as it must not be used, and what is said of it.
ASIDE = {
    "preliminary": ({"status": "preliminary"}, "its status is preliminary"),
    "registered": ({"status": "registered"}, "its status is registered"),
    "cancelled": ({"status": "cancelled"}, "its status is cancelled"),
    "entered in error": ({"status": "entered-in-error"}, "its status is entered-in-error"),
    "unknown": ({"status": "unknown"}, "its status is unknown"),
    "a modifier extension": ({"modifierExtension": MODIFIER}, "modifierExtension"),
    "a modifier extension within": (
        {"referenceRange": [{"text": "50-300", "modifierExtension": MODIFIER}]},
        "modifierExtension",
    ),
    "implicit rules": ({"implicitRules": "http://x/rules"}, "implicitRules"),
    "a part of the resource": ({"meta": {"tag": [{"code": "SUBSETTED"}]}}, "SUBSETTED"),
    "a focus": ({"focus": [{"reference": "Patient/child"}]}, "(focus)"),
    "another patient": ({"subject": {"reference": "Patient/p2"}}, "another patient"),
    "another identifier": (
        {"subject": {"identifier": {"system": "urn:mrn", "value": "B-2"}}},
        "another patient",
    ),
    "the same value of another system": (
        {"subject": {"identifier": {"system": "urn:other", "value": "A-1"}}},
        "another patient",
    ),
    "own reference, another identifier": (
        {
            "subject": {
                "reference": "Patient/p1",
                "identifier": {"system": "urn:mrn", "value": "B-2"},
            }
        },
        "another patient",
    ),
    "a contained patient": (
        {
            "subject": {"reference": "#me"},
            "contained": [{"resourceType": "Patient", "id": "me"}],
        },
        "another patient",
    ),
    "only a name": ({"subject": {"display": "Verysecret"}}, "neither reference nor identifier"),
    "a group": ({"subject": {"reference": "Group/p1", "type": "Group"}}, "no patient"),
    "a site": ({"bodySite": {"text": "pleural drain"}}, "(bodySite)"),
    "a specimen by its name": ({"specimen": {"display": "CSF"}}, "blood, serum or plasma"),
    "a contained specimen": (
        {
            "specimen": {"reference": "#s"},
            "contained": [
                {"resourceType": "Specimen", "id": "s", "type": {"text": "Cerebrospinal fluid"}}
            ],
        },
        "blood, serum or plasma",
    ),
    "a poor specimen": (
        {
            "specimen": {"reference": "#s"},
            "contained": [{"resourceType": "Specimen", "id": "s", "status": "unsatisfactory"}],
        },
        "unsatisfactory",
    ),
    "a long period": (
        {
            "effectiveDateTime": None,
            "effectivePeriod": {"start": FIRST, "end": NEXT},
        },
        "a period, not a moment",
    ),
    "a period that only ends": (
        {"effectiveDateTime": None, "effectivePeriod": {"end": NEXT}},
        "a period without a moment",
    ),
    "a schedule": (
        {"effectiveDateTime": None, "effectiveTiming": {"event": [NEXT]}},
        "a schedule",
    ),
    "absent": (
        {
            "valueQuantity": None,
            "dataAbsentReason": {"coding": [{"code": "error"}]},
        },
        "absent (error)",
    ),
    "absent beside a value": (
        {"dataAbsentReason": {"coding": [{"code": "not-performed"}]}},
        "absent (not-performed)",
    ),
    "a measured text": ({"valueQuantity": None, "valueString": "90 mg/dL"}, "“90 mg/dL”"),
    "a free text": (
        {"valueQuantity": None, "valueString": "see letter of Dr Verysecret"},
        "a text of 27 characters",
    ),
    "a whole number": ({"valueQuantity": None, "valueInteger": 90}, "a whole number without"),
    "yes": ({"valueQuantity": None, "valueBoolean": True}, "yes or no"),
    "a range": (
        {"valueQuantity": None, "valueRange": {"low": quantity(80, "mg/dL")}},
        "a range, not a quantity",
    ),
    "a code": ({"valueQuantity": None, "valueCodeableConcept": {"text": "low"}}, "a code"),
    "nothing": ({"valueQuantity": None}, "it has no value"),
    "no number": ({"valueQuantity": {"unit": "mg/dL"}}, "it has no value"),
}


@pytest.mark.parametrize("name", ASIDE)
def test_what_is_not_this_or_not_yet_is_left_aside_and_named(name):
    changes, words = ASIDE[name]

    result = imported(igm(**changes))

    assert titres(result) == [(0, 35)]
    (line,) = [one for one in result.ignored if one.startswith("entry[5]")]
    assert words in line
    assert "Verysecret" not in line


#: A second titre of 90 mg/dL that stands, however it is written.
USED = {
    "plain": {},
    "amended": {"status": "amended"},
    "corrected": {"status": "corrected"},
    "a reference range": {"referenceRange": [{"low": quantity(50, "mg/dL"), "text": "50-300"}]},
    "an ordinary extension": {"extension": [{"url": "urn:x:lab", "valueString": "A"}]},
    "method, device, category": {
        "method": {"text": "nephelometry"},
        "device": {"display": "analyser 2"},
        "category": [{"text": "laboratory"}],
    },
    "low, by its interpretation": {"interpretation": [{"coding": [{"code": "L"}]}]},
    "an instant": {"effectiveDateTime": None, "effectiveInstant": NEXT},
    "a short period": {
        "effectiveDateTime": None,
        "effectivePeriod": {"start": NEXT, "end": "2026-03-02T06:10:00+01:00"},
    },
    "another time zone": {"effectiveDateTime": "2026-03-02T05:00:00Z"},
    "own identifier": {"subject": {"identifier": {"system": "urn:mrn", "value": "A-1"}}},
    "nobody else named": {"subject": None},
    "a version of the patient": {"subject": {"reference": "Patient/p1/_history/3"}},
    "serum": {"specimen": {"display": "Serum"}},
    "a specimen that is not here": {"specimen": {"reference": "Specimen/s9"}},
    "UCUM's small litre": {"valueQuantity": quantity(90, "mg/dl")},
    "UCUM's small litre of g/L": {"valueQuantity": quantity(0.9, "g/l")},
    "a text of its unit": {
        "valueQuantity": {"value": 90, "unit": "mg/dl", "system": UCUM, "code": "mg/dL"}
    },
}


@pytest.mark.parametrize("name", USED)
def test_what_leaves_the_meaning_as_it_is_is_read(name):
    result = imported(igm(**USED[name]))

    assert titres(result) == [(0, 35), (24, 90)]
    assert not [one for one in result.ignored if one.startswith("entry[5]")]


@pytest.mark.parametrize("status", ["amended", "corrected"])
def test_a_changed_result_says_that_it_was_changed(status):
    (line,) = [one for one in imported(igm(status=status)).used if "90 mg/dL" in one]

    assert status in line


@pytest.mark.parametrize(
    ("panel", "place"),
    [
        ({"code": coded("35087-8")}, "entry[5].component[0]"),
        ({"code": {"text": "Immunoglobulins"}}, "entry[5].component[0]"),
        ({}, "entry[5].component[0]"),  # the panel under the code of its one result
    ],
)
def test_a_component_of_a_panel_is_read_where_it_stands(panel, place):
    inside = {"code": coded("2472-9"), "valueQuantity": quantity(0.9, "g/L")}
    other = {"code": coded("2465-3"), "valueQuantity": quantity(8, "g/L")}

    result = imported(igm(valueQuantity=None, component=[inside, other], **panel))

    assert titres(result) == [(0, 35), (24, 90)]
    assert any(place in line for line in result.used)


def test_components_keep_the_conditions_of_their_panel_and_have_their_own():
    inside = {"code": coded("2472-9"), "valueQuantity": quantity(90, "mg/dL")}
    absent = {"code": coded("2472-9"), "dataAbsentReason": {"coding": [{"code": "masked"}]}}
    panel = {"valueQuantity": None, "code": coded("35087-8")}

    early = imported(igm(component=[inside], status="preliminary", **panel))
    masked = imported(igm(component=[absent], **panel))
    modified = imported(igm(component=[inside | {"modifierExtension": MODIFIER}], **panel))

    assert [titres(one) for one in (early, masked, modified)] == [[(0, 35)]] * 3
    assert "preliminary" in early.ignored[0]
    assert "absent (masked)" in masked.ignored[0]
    assert "modifierExtension" in modified.ignored[0]


def test_the_members_of_a_panel_count_where_they_stand():
    panel = igm(valueQuantity=None, code=coded("35087-8"), hasMember=[{"reference": "#x"}])

    result = imported(panel, igm())

    assert titres(result) == [(0, 35), (24, 90)]
    assert "a panel (35087-8)" in result.ignored[0]

"""MedicationAdministration as doses: the product only, what was given only."""

import pytest
from fhir_bundles import FIRST, MODIFIER, igm, imported

from igmfat_nb.case.fhir import import_bundle
from igmfat_nb.errors import IgmFatError

START, END = "2026-03-01T08:00:00+01:00", "2026-03-01T21:30:00+01:00"
ML, ML_H = {"value": 431, "unit": "mL"}, {"value": 32, "unit": "mL/h"}


def given(**more):
    one = {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "medicationCodeableConcept": {"text": "Pentaglobin 50 mg/mL"},
        "subject": {"reference": "Patient/p1"},
        "effectivePeriod": {"start": START, "end": END},
        "dosage": {"dose": ML},
    } | more
    return {name: part for name, part in one.items() if part is not None}


def doses(found):
    return [(one.start_h, one.volume_ml, one.duration_h) for one in found.case.doses]


def test_a_period_with_a_volume_is_a_dose():
    found = imported(igm(), given())

    assert doses(found) == [(2, 431, 13.5)]  # 06:00 to 08:00, and to 21:30
    assert any("dose: 431 mL over 13.5 h" in line for line in found.used)
    assert "arm, events: none in the case." in found.missing


@pytest.mark.parametrize(
    ("more", "dose"),
    [
        (
            {
                "effectivePeriod": None,
                "effectiveDateTime": START,
                "dosage": {"dose": {"value": 400, "unit": "mL"}, "rateQuantity": ML_H},
            },
            (2, 400, 12.5),
        ),
        ({"dosage": {"rateQuantity": ML_H}}, (2, 432, 13.5)),  # 32 mL/h for 13.5 h
        ({"status": "stopped"}, (2, 431, 13.5)),
        ({"dosage": {"dose": ML, "rateQuantity": ML_H}}, (2, 431, 13.5)),  # 432 is 431, as charted
    ],
)
def test_rate_and_period_give_what_is_left_out(more, dose):
    assert doses(imported(given(**more))) == [dose]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"medicationCodeableConcept": {"text": "Noradrenaline"}}, "another product"),
        ({"status": "not-done"}, "its status is not-done"),
        ({"status": "in-progress"}, "its status is in-progress"),
        ({"subject": {"reference": "Patient/p2"}}, "another patient"),
        ({"modifierExtension": MODIFIER}, "may change its meaning"),
        ({"dosage": {"dose": {"value": 20, "unit": "g"}}}, "no volume in mL"),
        ({"dosage": {"dose": {"value": 431, "unit": "mL", "comparator": "<"}}}, "no volume in mL"),
        ({"dosage": {"dose": ML, "rateQuantity": {"value": 60, "unit": "mL/h"}}}, "do not agree"),
        ({"effectivePeriod": {"start": START}}, "neither an end"),
        ({"effectivePeriod": {"start": END, "end": START}}, "neither an end"),
    ],
)
def test_anything_else_is_left_aside_and_named(more, why):
    found = imported(given(**more))

    assert doses(found) == []
    assert any("an administration:" in line and why in line for line in found.ignored)


def test_a_sites_own_code_stands_for_the_product():
    import json

    from fhir_bundles import BODY, PATIENT

    local = {"coding": [{"system": "urn:pharmacy", "code": "4711"}]}
    whole = [PATIENT, *BODY, igm(35, FIRST), given(medicationCodeableConcept=local)]
    bundle = json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in whole]}
    )

    assert import_bundle(bundle).case.doses == ()
    assert len(import_bundle(bundle, products=["4711"]).case.doses) == 1


def test_a_dose_before_the_first_titre_is_refused():
    early = {"start": "2026-03-01T04:00:00+01:00", "end": "2026-03-01T10:00:00+01:00"}

    with pytest.raises(IgmFatError, match="expected 0 to 672 h"):
        imported(given(effectivePeriod=early))

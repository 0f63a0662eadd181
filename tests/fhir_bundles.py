"""Bundles of one patient for tests: body, a first titre of 35 mg/dL, and what is put beside."""

import copy
import json

import pytest

from igmfat_nb.case.fhir import import_bundle
from igmfat_nb.errors import IgmFatError

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
FIRST, NEXT = "2026-03-01T06:00:00+01:00", "2026-03-02T06:00:00+01:00"
MODIFIER = [{"url": "urn:x:not-this-patient", "valueBoolean": True}]


def coded(code):
    return {"coding": [{"system": LOINC, "code": code}]}


def quantity(value, unit):
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def observation(code, value, unit, at=FIRST, /, **more):
    one = {
        "resourceType": "Observation",
        "status": "final",
        "code": coded(code),
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": at,
        "valueQuantity": quantity(value, unit),
    } | more
    return {name: part for name, part in one.items() if part is not None}


def igm(value=90, at=NEXT, /, **more):
    return observation("2472-9", value, "mg/dL", at, **more)


PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "gender": "female",
    "birthDate": "1958-02-03",
    "identifier": [{"system": "urn:mrn", "value": "A-1"}],
}
BODY = (
    observation("29463-7", 64.5, "kg"),
    observation("8302-2", 161, "cm"),
    observation("20570-8", 31, "%"),
)


def imported(*resources, patient=None, urls=None, entries=None, **bundle):
    """What becomes of body, a first titre of 35 mg/dL and further resources."""
    whole = [PATIENT | (patient or {}), *BODY, igm(35, FIRST), *resources]
    entry = [{"resource": copy.deepcopy(one)} for one in whole]
    for index, url in (urls or {}).items():
        entry[index]["fullUrl"] = url
    for index, more in (entries or {}).items():
        entry[index] |= more
    document = {"resourceType": "Bundle", "type": "collection", **bundle, "entry": entry}
    return import_bundle(json.dumps(document))


def titres(result):
    return [(one.time_h, one.igm_mg_dl) for one in result.case.titres]


def refusal(*resources, **more):
    with pytest.raises(IgmFatError) as error:
        imported(*resources, **more)
    assert "\n" not in str(error.value)
    return str(error.value)

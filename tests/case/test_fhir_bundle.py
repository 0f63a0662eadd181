"""A bundle that says not all, or not this patient: refused; of two versions the later counts."""

import json

import pytest
from fhir_bundles import (
    BODY,
    MODIFIER,
    PATIENT,
    UCUM,
    coded,
    igm,
    imported,
    observation,
    quantity,
    refusal,
    titres,
)

from igmfat_nb.case.fhir import import_bundle
from igmfat_nb.errors import IgmFatError


def versions(*pairs, **more):
    return [igm(value, id="o1", meta=meta, **more) for value, meta in pairs]


@pytest.mark.parametrize(
    ("early", "late"),
    [
        ({"versionId": "1"}, {"versionId": "2"}),
        ({"versionId": "9"}, {"versionId": "10"}),
        ({"lastUpdated": "2026-03-02T07:00:00Z"}, {"lastUpdated": "2026-03-02T09:00:00+01:00"}),
        (
            {"versionId": "a", "lastUpdated": "2026-03-02T07:00:00Z"},
            {"versionId": "B", "lastUpdated": "2026-03-02T08:00:00Z"},
        ),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_of_two_versions_of_one_id_the_later_counts_and_the_other_is_named(early, late, turned):
    pair = versions((70, early), (90, late))

    result = imported(*(reversed(pair) if turned else pair))

    assert titres(result) == [(0, 35), (24, 90)]
    (line,) = result.ignored
    assert line.startswith("entry[6]" if turned else "entry[5]")
    assert "an earlier version of" in line


def test_a_later_version_that_withdraws_leaves_nothing():
    drawn, withdrawn = versions((70, {"versionId": "1"}), (70, {"versionId": "2"}))

    result = imported(drawn, withdrawn | {"status": "entered-in-error"})

    assert titres(result) == [(0, 35)]
    assert len(result.ignored) == 2


def test_the_same_id_on_two_servers_is_two_resources():
    urls = {5: "http://a/Observation/o1", 6: "http://b/Observation/o1"}
    later = igm(95, "2026-03-03T06:00:00+01:00", id="o1", subject=None)

    result = imported(igm(id="o1", subject=None), later, urls=urls)

    assert titres(result) == [(0, 35), (24, 90), (48, 95)]


@pytest.mark.parametrize(
    ("patient_url", "own_url", "reference", "same"),
    [
        ("http://a/Patient/p1", "http://a/Observation/o1", "Patient/p1", True),
        ("http://a/Patient/p1", "http://b/Observation/o1", "Patient/p1", False),
        ("http://a/Patient/p1", "http://a/Observation/o1", "http://b/Patient/p1", False),
        ("http://a/Patient/p1", "http://b/Observation/o1", "http://a/Patient/p1", True),
        ("urn:uuid:1", "urn:uuid:2", "urn:uuid:1", True),
        ("urn:uuid:1", "urn:uuid:2", "urn:uuid:3", False),
        ("http://a/Patient/p1", "urn:uuid:2", "http://a/Patient/xp1", False),
    ],
)
def test_a_reference_is_followed_from_where_it_stands(patient_url, own_url, reference, same):
    urls = {0: patient_url, 5: own_url} | {n: f"urn:uuid:b{n}" for n in range(1, 5)}

    result = imported(igm(subject={"reference": reference}), urls=urls)

    assert titres(result) == [(0, 35), (24, 90)][: 2 if same else 1]


SECOND = [igm()]
REFUSED = {
    "a next page": (
        SECOND,
        {"type": "searchset", "link": [{"relation": "next", "url": "http://x?page=2"}]},
        "one page of several (next link)",
    ),
    "a previous page": (
        SECOND,
        {"type": "searchset", "link": [{"relation": "previous", "url": "http://x?page=1"}]},
        "one page of several (previous link)",
    ),
    "a total above the entries": (
        SECOND,
        {"type": "searchset", "total": 7},
        "contains 6 of 7 results",
    ),
    "a total above the matches": (
        SECOND,
        {
            "type": "searchset",
            "total": 6,
            "entries": {
                n: {"search": {"mode": "include" if n == 0 else "match"}} for n in range(6)
            },
        },
        "contains 5 of 6 results",
    ),
    "a modifier extension of an entry": (
        SECOND,
        {"entries": {5: {"modifierExtension": MODIFIER}}},
        "entry[5] has a modifier extension",
    ),
    "a modifier extension of the bundle": (
        SECOND,
        {"modifierExtension": MODIFIER},
        "modifierExtension",
    ),
    "implicit rules of the bundle": (SECOND, {"implicitRules": "http://x"}, "The bundle has"),
    "a deletion": (
        SECOND,
        {"type": "history", "entries": {5: {"request": {"method": "DELETE", "url": "x"}}}},
        "entry[5] asks to DELETE",
    ),
    "a failed answer": (
        SECOND,
        {"type": "batch-response", "entries": {5: {"response": {"status": "404 Not Found"}}}},
        "entry[5] was not answered in full",
    ),
    "a failed search": (
        [
            *SECOND,
            {
                "resourceType": "OperationOutcome",
                "issue": [{"severity": "error", "code": "timeout"}],
            },
        ],
        {"type": "searchset"},
        "entry[6] says that the search failed in part",
    ),
    "a modifier extension of the patient": (
        SECOND,
        {"patient": {"modifierExtension": MODIFIER}},
        "The patient record has a modifier extension",
    ),
    "implicit rules of the patient": (
        SECOND,
        {"patient": {"implicitRules": "http://x"}},
        "The patient record has implicitRules",
    ),
    "an inactive record": (SECOND, {"patient": {"active": False}}, "not in use"),
    "a replaced record": (
        SECOND,
        {"patient": {"link": [{"other": {"reference": "Patient/p2"}, "type": "replaced-by"}]}},
        "replaced by another",
    ),
    "a titre after death": (
        SECOND,
        {"patient": {"deceasedDateTime": "2026-03-01"}},
        "entry[5]: serum IgM was drawn after the day",
    ),
    "a second patient": ([PATIENT | {"id": "p2"}], {}, "2 patients"),
    "versions without order": (versions((70, None), (90, None)), {}, "the later is not known"),
    "versions in two orders": (
        versions(
            (70, {"versionId": "1", "lastUpdated": "2026-03-02T09:00:00Z"}),
            (90, {"versionId": "2", "lastUpdated": "2026-03-02T08:00:00Z"}),
        ),
        {},
        "the later is not known",
    ),
    "a comparator": (
        [igm(valueQuantity=quantity(25, "mg/dL") | {"comparator": "<="})],
        {},
        "only a limit (<=25 mg/dL)",
    ),
    "a limit as text": ([igm(valueQuantity=None, valueString=">25 mg/dL")], {}, "(>25 mg/dL)"),
    "an escaped limit": ([igm(valueQuantity=None, valueString="&gt;25 mg/dL")], {}, "(>25 mg/dL)"),
    "a limit without a unit": (
        [igm(valueQuantity=None, valueString="<25")],
        {},
        "a limit without a unit that is read",
    ),
    "a limit in two units": (
        [
            igm(
                valueQuantity={"value": 0.25, "system": UCUM, "code": "g/L", "unit": "mg/dL"}
                | {"comparator": "<"}
            )
        ],
        {},
        "in g/L by its code and in mg/dL by its text",
    ),
    "a limit of a weight": (
        [
            observation("29463-7", 80, "kg")
            | {"valueQuantity": quantity(80, "kg") | {"comparator": "<"}}
        ],
        {},
        "only a limit (<80 kg)",
    ),
    "off scale": ([igm(interpretation=[{"coding": [{"code": "<"}]}])], {}, "(<, off scale)"),
    "no time zone": ([igm(90, "2026-03-02T06:00:00")], {}, "has no time zone"),
    "a date only": ([igm(90, "2026-03-02")], {}, "no time of day"),
    "megagrams": ([igm(valueQuantity=quantity(90, "Mg/dL"))], {}, "“Mg/dL”"),
    "two results in one panel": (
        [igm(component=[{"code": coded("2472-9"), "valueQuantity": quantity(70, "mg/dL")}])],
        {},
        "two different titres",
    ),
}


@pytest.mark.parametrize(
    "result",
    [
        {"valueQuantity": quantity(25, "mg/dL") | {"comparator": "<"}},
        {"valueQuantity": quantity(0.25, "g/L") | {"comparator": "&lt;"}},
        {"valueQuantity": None, "valueString": "<25 mg/dL"},
        {"valueQuantity": None, "valueString": "&lt;0,25 g/L"},
    ],
)
def test_a_titre_below_the_assays_limit_is_kept_as_such(result):
    found = imported(igm(**result))

    assert [one.text() for one in found.case.titres] == ["35", "<25"]
    assert any("<25 mg/dL" in line for line in found.used)


@pytest.mark.parametrize("name", REFUSED)
def test_a_bundle_that_says_not_all_or_not_this_is_refused_with_one_sentence(name):
    resources, more, words = REFUSED[name]

    assert words in refusal(*resources, **more)


def test_a_refusal_for_want_of_a_titre_says_why_the_one_that_is_there_does_not_count():
    document = {"resourceType": "Bundle", "type": "collection"}
    entry = [{"resource": one} for one in (PATIENT, *BODY, igm(status="cancelled"))]

    with pytest.raises(IgmFatError, match=r"no usable serum IgM .* its status is cancelled"):
        import_bundle(json.dumps(document | {"entry": entry}))


def test_a_total_of_what_is_here_and_a_link_to_itself_are_no_hindrance():
    link = [{"relation": "self", "url": "http://x"}, {"relation": "first", "url": "http://x"}]

    assert titres(imported(igm(), type="searchset", total=6, link=link)) == [(0, 35), (24, 90)]


def test_what_a_case_does_not_keep_is_named():
    patient = {"deceasedBoolean": True, "link": [{"other": {"reference": "x"}, "type": "seealso"}]}
    early = {"issued": "2026-03-02T04:00:00Z", "note": [{"text": "Verysecret"}]}

    said = imported(igm(**early), patient=patient).ignored

    assert [any(word in line for line in said) for word in ("deceased", "linked", "note")] == (
        [True] * 3
    )
    assert any("before its draw" in line for line in said)
    assert "Verysecret" not in " ".join(said)

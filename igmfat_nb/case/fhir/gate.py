"""The gate of a bundle: every field that changes what a resource means, looked at once.

R4 calls some elements modifiers (``implicitRules``, ``modifierExtension``,
``status``, ``active``, ``deceased``, ``link``, ``comparator``); others change the
meaning all the same (``focus``, ``dataAbsentReason``, ``bodySite``, ``specimen``,
``interpretation``, a page of several). The tables name every element of the
three resources that are used, so that none is passed over.
"""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from igmfat_nb.errors import ImplausibleInput, UnreadableInput
from igmfat_nb.language import _, mark

Resource = Mapping[str, Any]


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


#: Elements of an Observation that are read, or decide whether it is used.
OBSERVATION_GATED = _words(
    "implicitRules modifierExtension meta status code subject focus issued effectiveDateTime"
    " effectiveInstant effectivePeriod effectiveTiming valueQuantity valueString valueInteger"
    " valueBoolean valueCodeableConcept valueRange valueRatio valueSampledData valueTime"
    " valueDateTime valuePeriod dataAbsentReason interpretation note bodySite specimen"
    " hasMember component contained"
)
#: Elements that leave the meaning of a measurement as it is.
OBSERVATION_PLAIN = _words(
    "resourceType id language text extension identifier basedOn partOf category encounter"
    " performer method device referenceRange derivedFrom"
)
PATIENT_GATED = _words(
    "implicitRules modifierExtension meta id identifier active gender birthDate"
    " deceasedBoolean deceasedDateTime link"
)
PATIENT_PLAIN = _words(
    "resourceType language text contained extension name telecom address maritalStatus"
    " multipleBirthBoolean multipleBirthInteger photo contact communication"
    " generalPractitioner managingOrganization"
)
BUNDLE_GATED = _words("implicitRules meta type total link entry")
BUNDLE_PLAIN = _words("resourceType id language identifier timestamp signature")

#: Observations whose result stands.
STANDING = ("final", "amended", "corrected")
_PAGES = ("next", "previous", "prev")
_WRITTEN = ("POST", "PUT")
#: Specimens in which IgM of serum and the haematocrit are measured: SNOMED CT and HL7 table 0487.
_BLOOD = _words(
    "119364003 119361006 119297000 122555007 122554006 258580003 258590006 SER PLAS BLD BLDV BLDA"
    " BLDC"
)
_BLOOD_WORDS = re.compile(r"\b(serum|plasma|blood)\b", re.IGNORECASE)
_MEASURED = re.compile(r"[<>]?=?\s*[0-9]+(?:[.,][0-9]+)?\s*(?:mg/d[lL]|g/[lL]|kg|cm|%)?")
_OFF_SCALE = ("<", ">")
_VALUE_KINDS = {
    "valueInteger": mark("a whole number without a unit"),
    "valueBoolean": mark("yes or no"),
    "valueCodeableConcept": mark("a code"),
    "valueRange": mark("a range"),
    "valueRatio": mark("a ratio"),
    "valueSampledData": mark("a series"),
    "valueTime": mark("a time"),
    "valueDateTime": mark("a date"),
    "valuePeriod": mark("a period"),
}


def refuse_bundle(bundle: Resource) -> None:
    """Refuse a bundle that says not all, or not this.

    Raises
    ------
    UnreadableInput
        One sentence: one page of several, fewer entries than its total, a search
        or request that failed, or rules that this software does not know.
    """
    _refuse_modified(bundle, _("The bundle"))
    for link in bundle.get("link") or ():
        if str(link.get("relation", "")).lower() in _PAGES:
            message = _(
                "The bundle is one page of several ({relation} link); put all pages into one"
                " bundle."
            )
            raise UnreadableInput(message.format(relation=link["relation"]))
    entries = bundle.get("entry") or []
    total, matches = bundle.get("total"), len(_matches(entries))
    if isinstance(total, int) and total > matches:
        message = _(
            "The bundle contains {here} of {total} results; put all results into one bundle."
        )
        raise UnreadableInput(message.format(here=matches, total=total))
    for index, entry in enumerate(entries):
        _refuse_entry(entry, f"entry[{index}]")


def refuse_patient(patient: Resource) -> None:
    """Refuse a patient record that is not, or no longer, this patient's.

    Raises
    ------
    UnreadableInput
    """
    _refuse_modified(patient, _("The patient record"))
    if patient.get("active") is False:
        raise UnreadableInput(_("The patient record is marked as not in use (active: false)."))
    if any(link.get("type") == "replaced-by" for link in patient.get("link") or ()):
        raise UnreadableInput(_("The patient record is marked as replaced by another one."))


def patient_remarks(patient: Resource) -> Iterator[str]:
    """What a patient record says that a case does not keep."""
    if patient.get("deceasedBoolean") or patient.get("deceasedDateTime"):
        yield _("the patient is marked as deceased; a case does not keep it.")
    if patient.get("link"):
        yield _("the patient record is linked to others, which are not read.")


def why_aside(one: Resource) -> str | None:
    """Why an observation is left aside, in one phrase; None where it may be used."""
    if changes := modified_by(one):
        return _("it has {element}, which may change its meaning.").format(element=changes)
    if one.get("status") not in STANDING:
        message = _("its status is {status}; only a final, amended or corrected result counts.")
        return message.format(status=_word(one.get("status")))
    if one.get("focus"):
        return _("it is about something other than the patient (focus).")
    if one.get("effectiveTiming"):
        return _("its time is a schedule, not a moment.")
    return None


def why_other_site(one: Resource, specimens: Mapping[str, Resource]) -> str | None:
    """Why a value of blood is left aside: it was measured elsewhere, or in a poor specimen."""
    if one.get("bodySite"):
        return _("it names a site of the body (bodySite), which its code does not.")
    reference = one.get("specimen") or {}
    specimen = _contained(one, reference) or specimens.get(str(reference.get("reference", "")))
    if specimen is None:
        shown = reference.get("display")
        known = shown is None or _BLOOD_WORDS.search(str(shown))
        return None if known else _("its specimen is not said to be blood, serum or plasma.")
    if specimen.get("status") in ("unsatisfactory", "entered-in-error") or modified_by(specimen):
        return _("its specimen is marked as unsatisfactory or as an error.")
    kind = specimen.get("type") or {}
    codes = {coding.get("code") for coding in kind.get("coding") or ()}
    if kind and not codes & _BLOOD and not _BLOOD_WORDS.search(str(kind.get("text", ""))):
        return _("its specimen is not said to be blood, serum or plasma.")
    return None


def why_no_value(valued: Resource) -> str | None:
    """Why an observation or component has no quantity to read, and what stands there instead."""
    if valued.get("dataAbsentReason"):
        codes = [one.get("code") for one in valued["dataAbsentReason"].get("coding") or ()]
        return _("it says that its value is absent ({reason}).").format(
            reason=_word(codes[0] if codes else None)
        )
    if (valued.get("valueQuantity") or {}).get("value") is not None:
        return None
    if "valueString" in valued:
        return _("its value is {text}, not a quantity.").format(
            text=_statement(valued["valueString"])
        )
    for name, kind in _VALUE_KINDS.items():
        if name in valued:
            return _("its value is {kind}, not a quantity.").format(kind=_(kind))
    return _("it has no value.")


def limit_of(valued: Resource) -> str | None:
    """The limit that a result is where it is no number: ``<25 mg/dL``, or off scale."""
    quantity = valued.get("valueQuantity") or {}
    if quantity.get("comparator"):
        comparator = html.unescape(str(quantity["comparator"]))[:2]
        unit = str(quantity.get("unit") or quantity.get("code") or "")
        limit = f"{comparator}{_word(quantity.get('value'), numbers=True)} {unit}".strip()
        return limit if _MEASURED.fullmatch(limit) else comparator
    text = html.unescape(str(valued.get("valueString", ""))).strip()
    if text.startswith(_OFF_SCALE) and _MEASURED.fullmatch(text):
        return text
    for concept in valued.get("interpretation") or ():
        for coding in concept.get("coding") or ():
            if html.unescape(str(coding.get("code"))) in _OFF_SCALE:
                return _("{sign}, off scale").format(sign=html.unescape(coding["code"]))
    return None


def modified_by(resource: Resource) -> str | None:
    """Name what changes the meaning of a resource in a way this software does not know."""
    if resource.get("implicitRules"):
        return "implicitRules"
    if any(True for _one in _modifiers(resource)):
        return _("a modifier extension (modifierExtension)")
    said = resource.get("meta") or {}
    labels = [*(said.get("tag") or ()), *(said.get("security") or ())]
    if any(label.get("code") == "SUBSETTED" for label in labels):
        return _("the label SUBSETTED (only a part of it is here)")
    return None


def _refuse_modified(resource: Resource, name: str) -> None:
    own = {key: value for key, value in resource.items() if key != "entry"}
    if changes := modified_by(own):
        message = _("{name} has {element}, which may change its meaning.")
        raise UnreadableInput(message.format(name=name, element=changes))


def _refuse_entry(entry: Resource, place: str) -> None:
    own = {key: value for key, value in entry.items() if key != "resource"}
    _refuse_modified(own, place)
    method = (entry.get("request") or {}).get("method")
    if method is not None and method not in _WRITTEN:
        message = _("{place} asks to {method}; only what is recorded can be read.")
        raise UnreadableInput(message.format(place=place, method=_word(method)))
    status = str((entry.get("response") or {}).get("status", "200"))
    if not status.startswith("2"):
        raise UnreadableInput(_("{place} was not answered in full.").format(place=place))
    resource = entry.get("resource") or {}
    if resource.get("resourceType") == "OperationOutcome" and any(
        issue.get("severity") in ("error", "fatal") for issue in resource.get("issue") or ()
    ):
        raise UnreadableInput(_("{place} says that the search failed in part.").format(place=place))
    if resource.get("resourceType") == "Composition" and (
        resource.get("status") == "entered-in-error"
    ):
        raise ImplausibleInput(_("The document is marked as an error (entered-in-error)."))


def _matches(entries: list[Any]) -> list[Any]:
    """Entries that a search counts: what it included beside them does not count."""
    modes = [(entry.get("search") or {}).get("mode") for entry in entries]
    wanted = ("match",) if "match" in modes else (None, "match")
    return [mode for mode in modes if mode in wanted]


def _modifiers(value: Any) -> Iterator[Any]:
    """Every modifier extension of a resource, except those of what it contains."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            if key == "modifierExtension" and part:
                yield part
            elif key != "contained":
                yield from _modifiers(part)
    elif isinstance(value, list):
        for part in value:
            yield from _modifiers(part)


def _contained(one: Resource, reference: Resource) -> Resource | None:
    name = str(reference.get("reference", ""))
    if not name.startswith("#"):
        return None
    found = [part for part in one.get("contained") or () if part.get("id") == name[1:]]
    return found[0] if found else None


def _statement(text: Any) -> str:
    """A text value: repeated where it is a measurement, else only that it is there."""
    shown = html.unescape(str(text)).strip()
    if _MEASURED.fullmatch(shown):
        return _("the text “{text}”").format(text=shown)
    return _("a text of {count} characters").format(count=len(str(text)))


def _word(value: Any, *, numbers: bool = False) -> str:
    """A code as it stands; anything that is no short code is not repeated."""
    allowed = r"[A-Za-z-]{1,30}|[0-9.eE+-]{1,20}" if numbers else r"[A-Za-z-]{1,30}"
    return str(value) if re.fullmatch(allowed, str(value)) and value is not None else _("not said")

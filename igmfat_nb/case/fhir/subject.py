"""Whether an observation is about the bundle's patient: never another patient's value."""

from collections.abc import Mapping
from typing import Any

from igmfat_nb.case.fhir.versions import Entry
from igmfat_nb.language import _


def why_another(one: Entry, patient: Entry) -> str | None:
    """Why an observation is not taken as this patient's, in one phrase, or None."""
    subject = one.raw.get("subject")
    if subject is None:
        return None  # one patient in the bundle, and nobody else is named
    reference, identifier = subject.get("reference"), subject.get("identifier")
    if subject.get("type") not in (None, "Patient"):
        return _("it is about no patient.")
    known = [
        answer
        for answer in (
            None if reference is None else _is_reference_to(str(reference), one, patient),
            None if identifier is None else _is_identifier_of(identifier, patient.raw),
        )
        if answer is not None
    ]
    if not known:
        return _("its subject is given by neither reference nor identifier.")
    return (
        None if all(known) else _("it is about another patient, or not said to be about this one.")
    )


def _is_reference_to(reference: str, one: Entry, patient: Entry) -> bool:
    """Whether a reference leads to the patient, relative ones from where they stand."""
    target = reference.split("/_history/")[0]
    if patient.full_url and target == patient.full_url.split("/_history/")[0]:
        return True
    own = f"Patient/{patient.raw['id']}" if patient.raw.get("id") else None
    if own is None:
        return False
    base = one.address.rsplit("/", 2)[0] if one.address else None
    if target == own:
        return base is None or patient.address is None or f"{base}/{own}" == patient.address
    absolute = target.startswith(("http://", "https://")) and target.endswith(f"/{own}")
    return absolute and patient.address is None


def _is_identifier_of(identifier: Mapping[str, Any], patient: Mapping[str, Any]) -> bool:
    named = (identifier.get("system"), identifier.get("value"))
    known = [(one.get("system"), one.get("value")) for one in patient.get("identifier") or ()]
    return named[1] is not None and named in known

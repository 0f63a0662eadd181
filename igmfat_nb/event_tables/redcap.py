"""A REDCap data dictionary for a site that begins: its fields are those of the example's mapping.

One instrument for the patient, and repeating ones for titres, doses and events; units and
limits stand in the field, so that the export needs no guess.
"""

from collections.abc import Iterator

from igmfat_nb import plausibility
from igmfat_nb.case.parts import DOSE_VOLUME_ML, EVENT_KINDS
from igmfat_nb.cohort.table_writer import csv_text
from igmfat_nb.language import _
from igmfat_nb.plausibility import Plausible

#: As REDCap's own template has them.
HEADER = (
    *("Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label"),
    *("Choices, Calculations, OR Slider Labels", "Field Note"),
    *("Text Validation Type OR Show Slider Number", "Text Validation Min"),
    *("Text Validation Max", "Identifier?", "Branching Logic (Show field only if...)"),
    *("Required Field?", "Custom Alignment", "Question Number (surveys only)"),
    *("Matrix Group Name", "Matrix Ranking?", "Field Annotation"),
)
MOMENT = "datetime_ymd"


def dictionary_csv() -> str:
    """The dictionary as CSV, to be uploaded at a project's Online Designer."""
    return csv_text(HEADER, _fields())


def _fields() -> Iterator[tuple[str, ...]]:
    yield _field("record_id", "patient", _("Pseudonym"), note=_("no name, no initials"))
    yield _choice("sex", "patient", _("Sex"), {"0": _("female"), "1": _("male")}, required=True)
    yield _number("age_years", "patient", plausibility.AGE_YEARS)
    yield _number("height_cm", "patient", plausibility.HEIGHT_CM)
    yield _number("weight_kg", "patient", plausibility.WEIGHT_KG)
    yield _percent("haematocrit", "patient", required=True)
    arms = {"0": _("standard"), "1": _("personalised")}
    yield _choice("arm", "patient", _("Allocated arm"), arms)
    yield _moment("vasopressors_stopped", "patient", _("Vasopressors stopped"))
    yield _moment("igm_drawn", "titre", _("IgM drawn"), required=True)
    below = _("the number, or <18 below the assay's limit")
    yield _field("igm_value", "titre", _("Serum IgM"), note=below, required=True)
    yield _choice("igm_unit", "titre", _("Unit"), {"1": "mg/dL", "2": "g/L"}, required=True)
    yield _moment("igm_reported", "titre", _("Result known"))
    yield _number("igm_weight_kg", "titre", plausibility.WEIGHT_KG, required=False)
    yield _percent("igm_haematocrit", "titre")
    yield _moment("dose_start", "dose", _("Infusion started"), required=True)
    yield _moment("dose_end", "dose", _("Infusion ended"), required=True)
    yield _number("dose_ml", "dose", DOSE_VOLUME_ML)
    yield _moment("event_time", "event", _("Time"), required=True)
    kinds = {str(number): _(kind) for number, kind in enumerate(EVENT_KINDS, start=1)}
    yield _choice("event_kind", "event", _("Event"), kinds, required=True)


def _field(
    name: str,
    form: str,
    label: str,
    *,
    kind: str = "text",
    choices: str = "",
    note: str = "",
    check: tuple[str, str, str] = ("", "", ""),
    required: bool = False,
) -> tuple[str, ...]:
    needed = "y" if required else ""
    return (
        *(name, form, "", kind, label, choices, note, *check),
        *("", "", needed, "", "", "", "", ""),
    )


def _choice(
    name: str, form: str, label: str, choices: dict[str, str], *, required: bool = False
) -> tuple[str, ...]:
    text = " | ".join(f"{code}, {word}" for code, word in choices.items())
    return _field(name, form, label, kind="radio", choices=text, required=required)


def _moment(name: str, form: str, label: str, *, required: bool = False) -> tuple[str, ...]:
    return _field(name, form, label, check=(MOMENT, "", ""), required=required)


def _number(name: str, form: str, range_: Plausible, *, required: bool = True) -> tuple[str, ...]:
    check = ("number", f"{range_.low:g}", f"{range_.high:g}")
    label, note = _(range_.name), _(range_.unit)
    return _field(name, form, label, note=note, check=check, required=required)


def _percent(name: str, form: str, *, required: bool = False) -> tuple[str, ...]:
    range_ = plausibility.HAEMATOCRIT
    check = ("number", f"{100 * range_.low:g}", f"{100 * range_.high:g}")
    return _field(name, form, _(range_.name), note="%", check=check, required=required)

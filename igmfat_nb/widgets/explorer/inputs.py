"""What a person typed on the page, read field by field: one sentence for each refusal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from igmfat_nb.bedside.dose_rule import PART_LIMITS, DoseRule, VolumeRule
from igmfat_nb.bedside.infusion import Rounding
from igmfat_nb.bedside.readings import Edition, edition_labelled
from igmfat_nb.courses.population import USUAL_SCENARIO, USUAL_SYNTHESIS, Scenario, SynthesisMode
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.errors import IgmFatError, UnreadableInput
from igmfat_nb.language import _, mark
from igmfat_nb.notation import field_text
from igmfat_nb.protocol import constants
from igmfat_nb.units import given_text, parse_number

#: What a sentence calls a field: "Waiting for the weight."
FIELD_NAMES = {
    "sex": mark("the sex"),
    "age_years": mark("the age"),
    "height_cm": mark("the height"),
    "weight_kg": mark("the weight"),
    "haematocrit": mark("the haematocrit"),
    "igm": mark("the serum IgM"),
    "igm_unit": mark("the IgM unit"),
    "reading": mark("the reading"),
    "volume_rule": mark("the volume rule"),
    "volume_ml_per_kg": mark("the distribution volume"),
    "coefficient": mark("the coefficient"),
    "recovery": mark("the recovery"),
    "maintenance_ml_per_kg": mark("the maintenance dose"),
    "rounding": mark("the rounding"),
    "scenario": mark("the assumed clearance"),
    "synthesis": mark("the assumed synthesis"),
    "answers": mark("the answers"),
}


#: Assumptions that are typed; a notebook's parameter of one ends in ``_text``.
_NUMBERS_TYPED = ("volume_ml_per_kg", "coefficient", "recovery", "maintenance_ml_per_kg")


@dataclass(frozen=True, slots=True)
class TypedAssumptions:
    """Our choices as typed or clicked; nothing is read yet."""

    volume_rule: str = "nadler"
    volume_ml_per_kg: str = ""
    coefficient: str = ""
    recovery: str = field(default_factory=lambda: field_text(constants.RECOVERY.value))
    maintenance_ml_per_kg: str = field(
        default_factory=lambda: field_text(constants.MAINTENANCE_DOSE.value)
    )
    rounding: str = "ml"
    scenario: str = USUAL_SCENARIO
    synthesis: str = USUAL_SYNTHESIS

    def __post_init__(self) -> None:
        """Take a number as the text that was meant; the notebooks' names are the sentence's."""
        for name in _NUMBERS_TYPED:
            object.__setattr__(self, name, given_text(getattr(self, name), f"{name}_text"))
        for name in ("volume_rule", "rounding", "scenario", "synthesis"):
            object.__setattr__(self, name, given_text(getattr(self, name), name))


@dataclass(frozen=True, slots=True)
class AssumptionsReading:
    """What could be read: the rule and all assumptions, or one error a field."""

    rule: DoseRule | None
    assumptions: Assumptions | None
    errors: dict[str, IgmFatError]


def read_assumptions(typed: TypedAssumptions, reading: str = "") -> AssumptionsReading:
    """Read every choice on its own, so that one slip does not hide the others.

    ``reading`` is the patient's own, which states the formula; empty for the default.
    """
    parts: dict[str, Any] = {}
    errors: dict[str, IgmFatError] = {}
    edition = _read_edition(reading, errors)
    for read, name in _RULE_READERS[1:] if reading else _RULE_READERS:
        try:
            keywords = read(typed)
            DoseRule(**keywords)  # believable on its own
            parts |= keywords
        except IgmFatError as error:
            errors[name or _volume_field(typed)] = error
    rule = None if errors else _rule(edition, parts)
    kinetics: dict[str, Any] = {}
    for name, allowed in (("scenario", get_args(Scenario)), ("synthesis", get_args(SynthesisMode))):
        try:
            kinetics[name] = _one_of(getattr(typed, name), allowed, name)
        except IgmFatError as error:
            errors[name] = error
    whole = None if errors or rule is None else Assumptions(rule=rule, **kinetics)
    return AssumptionsReading(rule, whole, errors)


def _read_edition(reading: str, errors: dict[str, IgmFatError]) -> Edition | None:
    try:
        return edition_labelled(reading) if reading else None
    except IgmFatError as error:
        errors["reading"] = error
        return None


def _rule(edition: Edition | None, parts: dict[str, Any]) -> DoseRule:
    """The rule; what the edition states itself is not asked beside it."""
    if edition is None:
        return DoseRule(**parts)
    return edition.rule(**{name: parts[name] for name in parts if name not in edition.stated})


def _volume_field(typed: TypedAssumptions) -> str:
    """The field that a refused volume rule marks: its number, if it has one."""
    return {"fixed": "volume_ml_per_kg", "coefficient": "coefficient"}.get(
        typed.volume_rule, "volume_rule"
    )


def _read_volume(typed: TypedAssumptions) -> dict[str, Any]:
    rule = _one_of(typed.volume_rule, get_args(VolumeRule), "volume_rule")
    if rule == "fixed":
        name = _("The distribution volume")
        return {"volume_rule": rule} | _part("volume_ml_per_kg", typed.volume_ml_per_kg, name)
    if rule == "coefficient":
        part = _part("coefficient", typed.coefficient, _("The coefficient"))
        return {"volume_rule": rule} | part
    return {"volume_rule": rule}


def _read_recovery(typed: TypedAssumptions) -> dict[str, Any]:
    return _part("recovery", typed.recovery, _("The recovery"))


def _read_maintenance(typed: TypedAssumptions) -> dict[str, Any]:
    name = _("The maintenance dose")
    return _part("maintenance_ml_per_kg", typed.maintenance_ml_per_kg, name)


def _part(key: str, text: str, name: str) -> dict[str, float]:
    unit, low, high = PART_LIMITS[key]
    return {key: parse_number(text, name, unit=unit, low=low, high=high)}


def _read_rounding(typed: TypedAssumptions) -> dict[str, Any]:
    return {"rounding": _one_of(typed.rounding, get_args(Rounding), "rounding")}


def _one_of(word: str, allowed: Sequence[str], name: str) -> str:
    """Check a choice like anything typed: what the browser sends is not to be trusted."""
    if word in allowed:
        return word
    message = _("“{word}” is no choice for {field}; expected {allowed}.")
    raise UnreadableInput(
        message.format(word=word, field=_(FIELD_NAMES[name]), allowed=", ".join(allowed))
    )


_RULE_READERS: tuple[tuple[Callable[[TypedAssumptions], dict[str, Any]], str], ...] = (
    (_read_volume, ""),
    (_read_recovery, "recovery"),
    (_read_maintenance, "maintenance_ml_per_kg"),
    (_read_rounding, "rounding"),
)

"""Readings of the personalised rule: named, versioned editions, each a YAML file.

Those of the package lie in ``protocol/readings``; a site writes its own in the same form. An
edition states the formula; what it leaves open (recovery, dose at the target, rounding) can be
given beside it.
"""

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict, ValidationError, model_validator

from igmfat_nb.bedside.dose_rule import DoseRule, LostUntilNext, Reading, VolumeRule
from igmfat_nb.bedside.infusion import Rounding
from igmfat_nb.errors import IgmFatError, ImplausibleInput, MissingInput, UnreadableInput
from igmfat_nb.language import _, mark
from igmfat_nb.protocol.provenance import Status
from igmfat_nb.validation import Found, first_found, json_value, nearest, refusal

SCHEMA = "igmfat-reading/1"
DEFAULT = Reading().name
SUFFIXES = (".yaml", ".yml")
LABEL = r"^[a-z0-9-]{1,32}/[1-9][0-9]{0,4}$"  # name and version, never a file
#: Titles of the package's editions, so that they can be translated; a test holds them together.
TITLES = (
    mark("Deficit into plasma"),
    mark("Deficit, and what is lost until the next titre"),
    mark("Deficit into the steady-state volume"),
    mark("Fill to 120 mg/dL"),
    mark("Fill to 140 mg/dL"),
    mark("A coefficient by weight"),
    mark("A ladder by titre"),
)
_EXPECTED = {
    "float_type": mark("a number"),
    "int_type": mark("a whole number"),
    "string_type": mark("a text"),
    "model_type": mark("parts with their names"),
    "list_type": mark("a list"),
    "tuple_type": mark("a list"),
    "string_pattern_mismatch": mark("small letters, digits and -"),
}
Real = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Text = Annotated[str, Strict(), Field(min_length=1, max_length=2000)]


class Part(BaseModel):
    """Frozen, and nothing in it is ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)


class Lost(Part):
    """What is lost until the next titre; see ``LostUntilNext``."""

    hours: Real
    half_life_h: Real
    synthesis_mg_per_kg_day: Real = 0.0


class LadderRange(Part):
    """A range of titres, from the end of the one before it, and its dose."""

    below_mg_dl: Real
    ml_per_kg: Real


class Edition(Part):
    """One reading as its file states it; what is left out is open."""

    format: Literal["igmfat-reading/1"] = Field(alias="schema")
    name: Annotated[str, Strict(), Field(pattern=r"^[a-z0-9-]{1,32}$")]
    version: Annotated[int, Strict(), Field(ge=1, le=10_000)]
    title: Annotated[str, Strict(), Field(min_length=1, max_length=80)]
    status: Status
    source: Text | None = None
    doi: Text | None = None
    url: Text | None = None
    why: Text | None = None
    formula: Literal["deficit", "coefficient", "ladder"]
    volume: Literal["plasma", "steady-state", "fixed"] | None = None
    volume_ml_per_kg: Real | None = None
    coefficient_ml_per_kg: Real | None = None
    ladder: tuple[LadderRange, ...] | None = None
    recovery: Real | None = None
    fill_to_mg_dl: Real | None = None
    lost_until_next: Lost | None = None
    dose_below_mg_dl: Real | None = None
    at_target_ml_per_kg: Real | None = None
    floor_ml_per_kg: Real | None = None
    cap_ml_per_kg: Real | None = None
    rounding: Rounding | None = None

    @model_validator(mode="after")
    def _is_a_rule(self) -> "Edition":
        if self.status == "published" and not (self.source and (self.doi or self.url)):
            message = _("A published reading names its source, with its doi or url.")
            raise MissingInput(message)
        if self.status == "assumed" and not self.why:
            raise MissingInput(_("An assumed reading says why: the part “why” is missing."))
        if self.formula == "deficit" and self.volume is None:
            raise MissingInput(_("The formula “deficit” needs its volume."))
        if self.formula != "deficit" and self.volume is not None:
            message = _("The formula “{formula}” has no volume.")
            raise ImplausibleInput(message.format(formula=self.formula))
        self.rule()
        return self

    @property
    def label(self) -> str:
        """Name and version."""
        return f"{self.name}/{self.version}"

    @property
    def reading(self) -> Reading:
        """What names this edition in every answer."""
        where = " ".join(part for part in (self.source, self.doi or self.url) if part)
        return Reading(self.name, self.version, self.title, self.status, where)

    @property
    def stated(self) -> dict[str, Any]:
        """Parts that another edition leaves open: none of them is given beside this one."""
        own = {"maintenance_ml_per_kg": self.at_target_ml_per_kg, "rounding": self.rounding}
        return {name: value for name, value in own.items() if value is not None}

    def rule(self, **beside: Any) -> DoseRule:
        """The dose rule by this edition, with what stands beside it.

        Parameters
        ----------
        **beside
            Fields of ``DoseRule``: recovery (of the kinetics), maintenance_ml_per_kg,
            rounding, target_mg_dl.

        Raises
        ------
        ImplausibleInput
            If a part stands beside it that the edition states itself.
        """
        stated = self.stated
        for name in stated:
            if name in beside and beside[name] != stated[name]:
                message = _("The reading {reading} states {part}; it cannot be given beside it.")
                shown = name.replace("_", "-")
                raise ImplausibleInput(message.format(reading=self.label, part=shown))
        lost = self.lost_until_next
        return DoseRule(
            volume_rule=_volume_rule(self),
            volume_ml_per_kg=self.volume_ml_per_kg,
            coefficient=self.coefficient_ml_per_kg,
            reading=self.reading,
            own_recovery=self.recovery,
            fill_to_mg_dl=self.fill_to_mg_dl,
            lost_until_next=None if lost is None else LostUntilNext(**lost.model_dump()),
            ladder=tuple((rung.below_mg_dl, rung.ml_per_kg) for rung in self.ladder or ()),
            dose_below_mg_dl=self.dose_below_mg_dl,
            floor_ml_per_kg=self.floor_ml_per_kg,
            cap_ml_per_kg=self.cap_ml_per_kg,
            **(beside | stated),
        )

    def document(self) -> dict[str, Any]:
        """What its file holds, without what is left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def _volume_rule(edition: Edition) -> VolumeRule:
    if edition.formula != "deficit":
        return edition.formula
    volume = edition.volume
    return "nadler" if volume is None or volume == "plasma" else volume


def read_reading(path: Path) -> Edition:
    """Read one file.

    Raises
    ------
    IgmFatError
        One sentence that names the place; for an unknown part also the closest one.
    """
    from igmfat_nb.yaml_file import read_yaml  # no part of the core, which knows the default

    return edition_of(read_yaml(path), path.name)


def edition_of(document: Any, name: str) -> Edition:
    """Check what a file holds; ``name`` is what a refusal calls it."""
    if not isinstance(document, dict):
        message = _("{file}: a reading consists of named parts; igmfat readings show prints one.")
        raise UnreadableInput(message.format(file=name))
    if document.get("schema") != SCHEMA:
        message = _("{file}: schema is {found}; expected {schema}.")
        found = json_value(document.get("schema"))
        raise UnreadableInput(message.format(file=name, found=found, schema=SCHEMA))
    try:
        return Edition.model_validate(document)
    except ValidationError as error:
        refused = refusal(first_found(error), expected=_expected, value=_shown, unknown=_unknown)
        raise type(refused)(f"{name}: {refused}") from error


@cache  # read once a process: they are part of the package
def editions() -> tuple[Edition, ...]:
    """The package's editions: the default first, then published ones, then by name."""
    from igmfat_nb.yaml_file import yaml_document

    folder = resources.files("igmfat_nb.protocol") / "readings"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(SUFFIXES)),
        key=lambda file: file.name,
    )
    found = [edition_of(yaml_document(f.read_text("utf-8"), f.name), f.name) for f in files]
    order = sorted(found, key=lambda e: (e.name != DEFAULT, e.status != "published", e.label))
    return tuple(order)


def reading_named(text: str, folder: Path = Path()) -> Edition:
    """The edition of a name (the newest), of name/version, or of a file in a folder.

    Raises
    ------
    IgmFatError
        If there is none.

    Examples
    --------
    >>> reading_named("fill-140").fill_to_mg_dl, reading_named("deficit/1").label
    (140.0, 'deficit/1')
    """
    if text.lower().endswith(SUFFIXES):
        return read_reading(folder / text)
    fitting = [one for one in editions() if text in (one.name, one.label)]
    if fitting:
        return max(fitting, key=lambda one: one.version)
    names = sorted({one.name for one in editions()})
    near = nearest(text, names, cutoff=0.4)
    message = _("“{text}” is neither a reading ({names}) nor a YAML file.")
    if near:
        message += " " + _("Did you mean {name}?")
    raise UnreadableInput(message.format(text=text[:60], names=", ".join(names), name=near))


def edition_labelled(label: str) -> Edition:
    """The package's edition of a name and version; no file is looked for.

    Raises
    ------
    UnreadableInput
        If there is none.

    Examples
    --------
    >>> edition_labelled("fill-140/1").title
    'Fill to 140 mg/dL'
    """
    found = {one.label: one for one in editions()}
    if label not in found:
        message = _("“{text}” is no reading of this software; it has {names}.")
        raise UnreadableInput(message.format(text=label[:60], names=", ".join(sorted(found))))
    return found[label]


def _unknown(found: Found) -> IgmFatError:
    *above, key = found.place
    model: Any = {"lost_until_next": Lost, "ladder": LadderRange}.get(
        str(above[0]) if above else "", Edition
    )
    names = [field.alias or name for name, field in model.model_fields.items()]
    near = nearest(str(key), names, cutoff=0.4)
    message = _("{place} is not a part of a reading.")
    if near:
        message += " " + _("Did you mean {name}?")
    return UnreadableInput.at(found.place, message, name=near)


def _expected(found: Found) -> str:
    if found.kind in _EXPECTED:
        return _(_EXPECTED[found.kind])
    return found.said.removeprefix("Input should be ").rstrip(".")


def _shown(given: Any) -> str:
    return "" if isinstance(given, dict | list) else json_value(given)

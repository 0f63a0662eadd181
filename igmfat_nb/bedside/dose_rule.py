"""What the formula in ``dosing`` takes, and no text we read states: all assumed, checked here."""

from dataclasses import dataclass
from typing import Literal

from igmfat_nb.bedside.infusion import Rounding
from igmfat_nb.errors import ImplausibleInput, MissingInput
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import constants, product
from igmfat_nb.protocol.provenance import Status

VolumeRule = Literal["nadler", "steady-state", "fixed", "coefficient", "ladder"]
#: What a person may type; a ladder comes from a reading.
TYPED_VOLUME_RULES: tuple[VolumeRule, ...] = ("nadler", "steady-state", "fixed", "coefficient")
_MOST_ML_PER_KG = product.ALTERNATIVE_TOTAL.value
#: Unit and limits of the rule's typed parts: they tell 20.125 from 20,125.
PART_LIMITS: dict[str, tuple[str, float, float]] = {
    "volume_ml_per_kg": ("mL/kg", *constants.FIXED_VOLUME_RANGE.value),
    "coefficient": ("", *constants.COEFFICIENT_RANGE.value),
    "recovery": ("", *constants.RECOVERY_RANGE.value),
    "maintenance_ml_per_kg": ("mL/kg", 0.0, _MOST_ML_PER_KG),
}
_READING_LIMITS: dict[str, tuple[str, str, float, float]] = {
    "own_recovery": (mark("recovery of the reading"), "", *constants.RECOVERY_RANGE.value),
    "fill_to_mg_dl": (mark("level to fill to"), "mg/dL", *constants.LEVEL_RANGE.value),
    "dose_below_mg_dl": (
        mark("titre below which a dose is due"),
        "mg/dL",
        *constants.LEVEL_RANGE.value,
    ),
    "floor_ml_per_kg": (mark("smallest dose"), "mL/kg", 0.0, _MOST_ML_PER_KG),
    "cap_ml_per_kg": (mark("largest dose"), "mL/kg", 0.0, _MOST_ML_PER_KG),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """Which edition of the personalised rule a dose is by, and who states it.

    Attributes
    ----------
    name, version
        Together they name an edition; its parts never change.
    title : str
        In words.
    status : {"assumed", "published"}
        *published* only with a document that states the equation.
    source : str
        Who states it; empty where it is ours.
    """

    name: str = "deficit"
    version: int = 1
    title: str = mark("Deficit into plasma")
    status: Status = "assumed"
    source: str = ""

    @property
    def label(self) -> str:
        """Name and version, as files and records give them."""
        return f"{self.name}/{self.version}"


@dataclass(frozen=True, slots=True)
class LostUntilNext:
    """What is lost between two titres, in the belief of a reading.

    Attributes
    ----------
    hours : float
        Until the next titre [h].
    half_life_h : float
        Of IgM in plasma over these hours [h].
    synthesis_mg_per_kg_day : float
        What the patient is believed to make meanwhile [mg/kg/day].
    """

    hours: float
    half_life_h: float
    synthesis_mg_per_kg_day: float = 0.0

    def __post_init__(self) -> None:
        for name, value, (low, high) in (
            (_("time until the next titre"), self.hours, constants.LOSS_HOURS_RANGE.value),
            (_("half-life"), self.half_life_h, constants.LOSS_HALF_LIFE_RANGE.value),
            (
                _("synthesis in mg/kg/day"),
                self.synthesis_mg_per_kg_day,
                constants.LOSS_SYNTHESIS_RANGE.value,
            ),
        ):
            _check_within(value, name, low, high)


#: A rule that a person typed part by part, with another formula than the default edition's.
TYPED = Reading("typed", 1, mark("Parts as typed"))
Rung = tuple[float, float]  # below this titre [mg/dL], this dose [mL/kg]


@dataclass(frozen=True, slots=True)
class DoseRule:
    """The parts of the personalised dose that the trial does not tell; all assumed.

    Attributes
    ----------
    volume_rule : {"nadler", "steady-state", "fixed", "coefficient", "ladder"}
        Where IgM distributes: Nadler plasma volume, that over the intravascular share of IgM,
        ``volume_ml_per_kg`` × weight, or, in place of the mass balance, ``coefficient`` or
        ``ladder``.
    volume_ml_per_kg, coefficient : float, optional
        [mL/kg]; [mL of product per kg and mg/dL of deficit]. Each only with its rule.
    recovery : float
        Share of the IgM given that is found in plasma, 0.3 to 1; the kinetics take it too.
    maintenance_ml_per_kg : float
        Given at or above the target [mL/kg]; 0 means no dose.
    rounding : {"none", "ml", "vials"}
        Of the volume in both arms; duration and loads follow it, the rate does not.
    target_mg_dl : float
        What counts as at target.
    reading : Reading
        The edition that these parts are of, or were before one was changed.
    own_recovery : float, optional
        What the rule divides by where that is not the recovery of the kinetics.
    fill_to_mg_dl : float, optional
        Level that the dose fills to; the target where it is left out.
    lost_until_next : LostUntilNext, optional
        Added to the level, so that it is held until the next titre.
    ladder : tuple of (float, float)
        Titre below which [mg/dL], dose [mL/kg]; rising titres.
    dose_below_mg_dl : float, optional
        A dose is due below this titre; left out, below the level that is filled to.
    floor_ml_per_kg, cap_ml_per_kg : float, optional
        Least and most of a dose that is due, before rounding [mL/kg].
    """

    volume_rule: VolumeRule = "nadler"
    volume_ml_per_kg: float | None = None
    coefficient: float | None = None
    recovery: float = constants.RECOVERY.value
    maintenance_ml_per_kg: float = constants.MAINTENANCE_DOSE.value
    rounding: Rounding = "ml"
    target_mg_dl: float = constants.TARGET_TITRE.value
    reading: Reading = Reading()
    own_recovery: float | None = None
    fill_to_mg_dl: float | None = None
    lost_until_next: LostUntilNext | None = None
    ladder: tuple[Rung, ...] = ()
    dose_below_mg_dl: float | None = None
    floor_ml_per_kg: float | None = None
    cap_ml_per_kg: float | None = None

    def __post_init__(self) -> None:
        _check_belongs(
            self.volume_rule,
            "fixed",
            self.volume_ml_per_kg,
            _("distribution volume in mL/kg"),
            constants.FIXED_VOLUME_RANGE.value,
        )
        _check_belongs(
            self.volume_rule,
            "coefficient",
            self.coefficient,
            _("coefficient in mL/kg per mg/dL"),
            constants.COEFFICIENT_RANGE.value,
        )
        low, high = constants.RECOVERY_RANGE.value
        if not low <= self.recovery <= high:
            message = _("Recovery is {value}; expected a fraction from {low} to {high}.")
            value, least, most = (number_text(x, 4) for x in (self.recovery, low, high))
            raise ImplausibleInput(message.format(value=value, low=least, high=most))
        if not 0 <= self.maintenance_ml_per_kg <= _MOST_ML_PER_KG:
            message = _("The maintenance dose is {value} mL/kg; expected 0 to {high} mL/kg.")
            value, most = (number_text(x, 3) for x in (self.maintenance_ml_per_kg, _MOST_ML_PER_KG))
            raise ImplausibleInput(message.format(value=value, high=most))
        _check_reading_parts(self)
        if self.volume_rule != "nadler" and self.reading == Reading():
            object.__setattr__(self, "reading", TYPED)  # no edition states these parts

    @property
    def divides_by(self) -> float:
        """The recovery in the mass balance."""
        return self.recovery if self.own_recovery is None else self.own_recovery

    @property
    def is_balance(self) -> bool:
        """Whether the dose is a mass balance."""
        return self.volume_rule not in ("coefficient", "ladder")


def _check_reading_parts(rule: DoseRule) -> None:
    for part, (name, unit, low, high) in _READING_LIMITS.items():
        value = getattr(rule, part)
        if value is not None:
            _check_within(value, _(name), low, high, unit)
    floor, cap = rule.floor_ml_per_kg, rule.cap_ml_per_kg
    most = _MOST_ML_PER_KG if cap is None else cap
    if floor is not None and floor > most:
        raise ImplausibleInput(_("The smallest dose is larger than the largest."))
    if rule.maintenance_ml_per_kg > most:
        raise ImplausibleInput(_("The maintenance dose is larger than the largest dose."))
    if rule.own_recovery is not None and not rule.is_balance:
        raise ImplausibleInput(_("A recovery belongs to a mass balance, not to this formula."))
    _check_ladder(rule)


def _check_ladder(rule: DoseRule) -> None:
    """A ladder's ranges follow one another; nothing else says what its dose is."""
    if rule.volume_rule != "ladder":
        if rule.ladder:
            raise ImplausibleInput(_("A ladder belongs to the formula “ladder” only."))
        return
    if not rule.ladder:
        raise MissingInput(_("The formula “ladder” needs its ranges of titres."))
    if rule.fill_to_mg_dl is not None or rule.lost_until_next is not None:
        raise ImplausibleInput(_("A ladder has no level to fill to, and counts no loss."))
    last = 0.0
    for below_mg_dl, ml_per_kg in rule.ladder:
        _check_within(below_mg_dl, _("end of a range"), *constants.LEVEL_RANGE.value, "mg/dL")
        _check_within(ml_per_kg, _("dose of a range"), 0.0, _MOST_ML_PER_KG, "mL/kg")
        if below_mg_dl <= last:
            raise ImplausibleInput(_("The ranges of a ladder end at rising titres."))
        last = below_mg_dl
    if rule.dose_below_mg_dl is not None and rule.dose_below_mg_dl > last:
        raise ImplausibleInput(_("A dose is due above the ladder's last range."))


def _check_within(value: float, name: str, low: float, high: float, unit: str = "") -> None:
    if not low <= value <= high:
        message = _("The {name} is {value}; expected {low} to {high}.")
        shown, least, most = (number_text(x, 6) for x in (value, low, high))
        most = f"{most} {unit}".strip()
        raise ImplausibleInput(message.format(name=name, value=shown, low=least, high=most))


def _check_belongs(
    rule: str,
    owner: str,
    value: float | None,
    name: str,
    believable: tuple[float, float],
) -> None:
    """A part must be given and believable with its rule, and be absent without it."""
    if rule != owner:
        if value is not None:
            message = _("The {name} belongs to the volume rule “{owner}”, not to “{rule}”.")
            raise ImplausibleInput(message.format(name=name, owner=owner, rule=rule))
        return
    if value is None:
        message = _("The volume rule “{rule}” needs the {name}.")
        raise MissingInput(message.format(rule=rule, name=name))
    low, high = believable
    if not low <= value <= high:
        message = _("The {name} is {value}; expected {low} to {high}.")
        shown, least, most = (number_text(x, 6) for x in (value, low, high))
        raise ImplausibleInput(message.format(name=name, value=shown, low=least, high=most))

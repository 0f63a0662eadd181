"""The parts of the personalised dose that no text we read states: all assumed, and checked here."""

from dataclasses import dataclass
from typing import Literal

from igmfat_nb.bedside.infusion import Rounding
from igmfat_nb.errors import ImplausibleInput, MissingInput
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import constants, product

VolumeRule = Literal["nadler", "fixed", "coefficient"]


@dataclass(frozen=True, slots=True)
class DoseRule:
    """The parts of the personalised dose that the trial does not tell; all assumed.

    Attributes
    ----------
    volume_rule : {"nadler", "fixed", "coefficient"}
        Where IgM distributes: Nadler plasma volume, ``volume_ml_per_kg`` × weight, or,
        in place of the mass balance, ``coefficient``.
    volume_ml_per_kg, coefficient : float, optional
        [mL/kg]; [mL of product per kg and mg/dL of deficit]. Each only with its rule.
    recovery : float
        Share of the IgM given that is found in plasma, 0.3 to 1.
    maintenance_ml_per_kg : float
        Given at or above the target [mL/kg]; 0 means no dose.
    rounding : {"none", "ml", "vials"}
        Of the volume in both arms; duration and loads follow it, the rate does not.
    """

    volume_rule: VolumeRule = "nadler"
    volume_ml_per_kg: float | None = None
    coefficient: float | None = None
    recovery: float = constants.RECOVERY.value
    maintenance_ml_per_kg: float = constants.MAINTENANCE_DOSE.value
    rounding: Rounding = "ml"
    target_mg_dl: float = constants.TARGET_TITRE.value

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
        largest = product.ALTERNATIVE_TOTAL.value
        if not 0 <= self.maintenance_ml_per_kg <= largest:
            message = _("The maintenance dose is {value} mL/kg; expected 0 to {high} mL/kg.")
            value, most = (number_text(x, 3) for x in (self.maintenance_ml_per_kg, largest))
            raise ImplausibleInput(message.format(value=value, high=most))


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

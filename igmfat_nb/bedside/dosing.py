"""What each arm gives: the volume of product, for one patient or many.

The standard arm is the trial's. The equation of the personalised arm is in no
text that could be read: ``personalised_volume_ml`` is a mass balance, an
assumption of this software, and ``DoseRule`` names its parts.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from igmfat_nb.bedside.infusion import Dose, Rounding, rounded_volume_ml
from igmfat_nb.bedside.patient import Patient
from igmfat_nb.errors import ImplausibleInput, MissingInput
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import constants, product
from igmfat_nb.units import ML_PER_DL

Arm = Literal["standard", "personalised"]
ARMS: tuple[Arm, ...] = ("standard", "personalised")
VolumeRule = Literal["nadler", "fixed", "coefficient"]
#: Unit and limits of the rule's typed parts: they tell 20.125 from 20,125.
PART_LIMITS: dict[str, tuple[str, float, float]] = {
    "volume_ml_per_kg": ("mL/kg", *constants.FIXED_VOLUME_RANGE.value),
    "coefficient": ("", *constants.COEFFICIENT_RANGE.value),
    "recovery": ("", *constants.RECOVERY_RANGE.value),
    "maintenance_ml_per_kg": ("mL/kg", 0.0, product.ALTERNATIVE_TOTAL.value),
}


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


def standard_volume_ml(weight_kg: ArrayLike, rounding: Rounding = "ml") -> NDArray[np.float64]:
    """Daily volume of the standard arm [mL]. Source: ``STANDARD_DOSE``, ``PROTEIN``."""
    protein_mg = np.asarray(weight_kg, dtype=np.float64) * constants.STANDARD_DOSE.value
    return rounded_volume_ml(protein_mg / product.PROTEIN.value, rounding)


def igm_deficit_mg_dl(
    titre_mg_dl: ArrayLike, target_mg_dl: float = constants.TARGET_TITRE.value
) -> NDArray[np.float64]:
    """How far a titre lies below the target [mg/dL]; zero at or above it."""
    return np.maximum(target_mg_dl - np.asarray(titre_mg_dl, dtype=np.float64), 0.0)


def distribution_volume_ml(
    rule: DoseRule, weight_kg: ArrayLike, plasma_volume_ml: ArrayLike
) -> NDArray[np.float64]:
    """Volume in which the mass balance spreads a dose [mL]."""
    if rule.volume_rule == "fixed" and rule.volume_ml_per_kg is not None:
        return np.asarray(weight_kg, dtype=np.float64) * rule.volume_ml_per_kg
    return np.asarray(plasma_volume_ml, dtype=np.float64)


def personalised_volume_ml(
    titre_mg_dl: ArrayLike,
    *,
    weight_kg: ArrayLike,
    plasma_volume_ml: ArrayLike,
    rule: DoseRule,
) -> NDArray[np.float64]:
    """Today's volume in the personalised arm [mL]: a mass balance, **our assumption**.

    deficit [mg/dL] × distribution volume [dL] ÷ recovery ÷ 6 mg/mL, rounded.

    Parameters
    ----------
    titre_mg_dl : array_like, shape (n,) or scalar
        Measured IgM [mg/dL].
    weight_kg, plasma_volume_ml : array_like, broadcastable with the titres
        Actual body weight [kg] and plasma volume [mL].
    rule : DoseRule
        The parts of the rule; not the trial's, which is not known.
    """
    deficit_mg_dl = igm_deficit_mg_dl(titre_mg_dl, rule.target_mg_dl)
    weight = np.asarray(weight_kg, dtype=np.float64)
    if rule.volume_rule == "coefficient" and rule.coefficient is not None:
        volume_ml = rule.coefficient * weight * deficit_mg_dl
    else:
        volume_dl = distribution_volume_ml(rule, weight, plasma_volume_ml) / ML_PER_DL
        dose_igm_mg = deficit_mg_dl * volume_dl / rule.recovery
        volume_ml = dose_igm_mg / product.IGM.value
    maintenance_ml = rule.maintenance_ml_per_kg * weight
    return rounded_volume_ml(np.where(deficit_mg_dl > 0, volume_ml, maintenance_ml), rule.rounding)


def standard_dose(weight_kg: float, rule: DoseRule) -> Dose:
    """Today's dose in the standard arm."""
    volume_ml = float(standard_volume_ml(weight_kg, rule.rounding))
    return Dose(volume_ml, weight_kg, constants.STANDARD_DAYS.value)


def personalised_dose(titre_mg_dl: float, patient: Patient, rule: DoseRule) -> Dose:
    """Today's dose in the personalised arm under our rule; ``days`` is the most there can be."""
    volume_ml = personalised_volume_ml(
        titre_mg_dl,
        weight_kg=patient.weight_kg,
        plasma_volume_ml=patient.plasma_volume_ml,
        rule=rule,
    )
    return Dose(float(volume_ml), patient.weight_kg, constants.PERSONALISED_MAX_DAYS.value)


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
            message = _("The {name} goes with the volume rule “{owner}”, not with “{rule}”.")
            raise ImplausibleInput(message.format(name=name, owner=owner, rule=rule))
        return
    if value is None:
        message = _("The volume rule “{rule}” needs its {name}.")
        raise MissingInput(message.format(rule=rule, name=name))
    low, high = believable
    if not low <= value <= high:
        message = _("The {name} is {value}; expected {low} to {high}.")
        shown, least, most = (number_text(x, 6) for x in (value, low, high))
        raise ImplausibleInput(message.format(name=name, value=shown, low=least, high=most))

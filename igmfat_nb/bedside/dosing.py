"""The dose formula of each arm: the volume of product, for one patient or many.

The standard arm is the trial's. The equation of the personalised arm is in no
text that could be read: ``personalised_volume_ml`` is a mass balance, an
assumption of this software, and ``DoseRule`` names its parts.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from igmfat_nb.bedside.dose_level import (
    distribution_volume_ml,
    due_below_mg_dl,
    filled_to_mg_dl,
    limited_ml,
    rung_ml_per_kg,
)
from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.infusion import Dose, Rounding, rounded_volume_ml
from igmfat_nb.bedside.patient import Patient
from igmfat_nb.protocol import constants, product
from igmfat_nb.units import ML_PER_DL

Array = NDArray[np.float64]
Arm = Literal["standard", "personalised"]
ARMS: tuple[Arm, ...] = ("standard", "personalised")


@dataclass(frozen=True, slots=True, eq=False)
class StandardSteps:
    """How the standard volume comes about, a step a field; each of the shape of the weights.

    Attributes
    ----------
    weight_kg, protein_mg : ndarray
        Actual body weight [kg], and the protein that the trial gives it [mg].
    exact_ml, volume_ml : ndarray
        Before and after rounding [mL].
    """

    weight_kg: Array
    protein_mg: Array
    exact_ml: Array
    volume_ml: Array


@dataclass(frozen=True, slots=True, eq=False)
class PersonalisedSteps:
    """How the personalised volume comes about, a step a field; of the inputs' shapes.

    Attributes
    ----------
    titre_mg_dl, deficit_mg_dl : ndarray
        As measured, and what is missing to the level; nothing at or above it.
    weight_kg : ndarray
    distribution_ml, igm_mg : ndarray or None
        Of the mass balance [mL], [mg]; None under *coefficient* and *ladder*, which have none.
    exact_ml, volume_ml : ndarray
        Before and after rounding [mL]; where no dose is due the maintenance dose.
    level_mg_dl : ndarray
        What the dose fills to: the target, unless the reading says more.
    formula_ml : ndarray
        Before smallest and largest dose [mL].
    due : ndarray of bool
        Whether the titre is below the one from which a dose is due.
    """

    titre_mg_dl: Array
    deficit_mg_dl: Array
    weight_kg: Array
    distribution_ml: Array | None
    igm_mg: Array | None
    exact_ml: Array
    volume_ml: Array
    level_mg_dl: Array
    formula_ml: Array
    due: NDArray[np.bool]


def standard_steps(weight_kg: ArrayLike, rounding: Rounding = "ml") -> StandardSteps:
    """The standard arm's volume, step by step. Source: ``STANDARD_DOSE``, ``PROTEIN``.

    Examples
    --------
    By hand: 72.1 kg × 250 mg/kg = 18,025 mg, in 50 mg/mL 360.5 mL.

    >>> steps = standard_steps(72.1)
    >>> float(steps.protein_mg), float(steps.exact_ml), float(steps.volume_ml)
    (18025.0, 360.5, 361.0)
    """
    weight = np.asarray(weight_kg, dtype=np.float64)
    protein_mg = weight * constants.STANDARD_DOSE.value
    exact_ml = protein_mg / product.PROTEIN.value
    return StandardSteps(weight, protein_mg, exact_ml, rounded_volume_ml(exact_ml, rounding))


def personalised_steps(
    titre_mg_dl: ArrayLike,
    *,
    weight_kg: ArrayLike,
    plasma_volume_ml: ArrayLike,
    rule: DoseRule,
    divides_by: Array | None = None,
) -> PersonalisedSteps:
    """Our rule's volume, step by step; parameters as of ``personalised_volume_ml``.

    ``divides_by`` is a recovery for each patient, in place of the rule's.

    Examples
    --------
    By hand: 62 mg/dL × 37.563 dL ÷ 0.9 = 2,587.67 mg.

    >>> steps = personalised_steps(38, weight_kg=80, plasma_volume_ml=3756.3, rule=DoseRule())
    >>> float(steps.deficit_mg_dl), round(float(steps.igm_mg), 2), float(steps.volume_ml)
    (62.0, 2587.67, 431.0)
    """
    titre = np.asarray(titre_mg_dl, dtype=np.float64)
    weight = np.asarray(weight_kg, dtype=np.float64)
    level_mg_dl = filled_to_mg_dl(rule, weight, plasma_volume_ml)
    deficit_mg_dl = np.maximum(level_mg_dl - titre, 0.0)
    distribution_ml: Array | None = None
    igm_mg: Array | None = None
    formula_ml: Array
    if rule.volume_rule == "coefficient" and rule.coefficient is not None:
        formula_ml = rule.coefficient * weight * deficit_mg_dl
    elif rule.volume_rule == "ladder":
        formula_ml = rung_ml_per_kg(rule, titre) * weight
    else:
        distribution_ml = distribution_volume_ml(rule, weight, plasma_volume_ml)
        recovery = rule.divides_by if divides_by is None else divides_by
        igm_mg = np.asarray(deficit_mg_dl * (distribution_ml / ML_PER_DL) / recovery)
        formula_ml = igm_mg / product.IGM.value
    due = titre < due_below_mg_dl(rule, level_mg_dl)
    maintenance_ml = rule.maintenance_ml_per_kg * weight
    exact_ml = np.where(due, limited_ml(rule, formula_ml, weight), maintenance_ml)
    volume_ml = rounded_volume_ml(exact_ml, rule.rounding)
    return PersonalisedSteps(
        titre, deficit_mg_dl, weight, distribution_ml, igm_mg, exact_ml, volume_ml,
        level_mg_dl, formula_ml, due,
    )  # fmt: skip


def standard_volume_ml(weight_kg: ArrayLike, rounding: Rounding = "ml") -> NDArray[np.float64]:
    """Daily volume of the standard arm [mL]: 250 mg/kg × weight ÷ 50 mg/mL, rounded.

    Source: ``STANDARD_DOSE`` (the trial's), ``PROTEIN`` (the label's).

    Parameters
    ----------
    weight_kg : array_like, shape (n,) or scalar
        Actual body weight [kg]; not checked here (``plausibility.WEIGHT_KG`` is, at the door).
    rounding : {"ml", "none", "vials"}

    Returns
    -------
    ndarray, shape of the weights

    Examples
    --------
    By hand: 80 kg × 250 mg/kg = 20,000 mg, in 50 mg/mL 400 mL; 70 kg is the label's 350 mL.

    >>> standard_volume_ml([80, 70]).tolist()
    [400.0, 350.0]
    >>> float(standard_volume_ml(72.1)), float(standard_volume_ml(72.1, "vials"))
    (361.0, 370.0)
    """
    return standard_steps(weight_kg, rounding).volume_ml


def igm_deficit_mg_dl(
    titre_mg_dl: ArrayLike, target_mg_dl: float = constants.TARGET_TITRE.value
) -> NDArray[np.float64]:
    """How far a titre lies below the target [mg/dL]; zero at or above it.

    Parameters
    ----------
    titre_mg_dl : array_like, shape (n,) or scalar
        Measured IgM [mg/dL].
    target_mg_dl : float
        The trial's 100 mg/dL (``TARGET_TITRE``) unless told otherwise.

    Returns
    -------
    ndarray, shape of the titres

    Examples
    --------
    By hand: 100 − 38, and nothing at 100 or above.

    >>> igm_deficit_mg_dl([38, 100, 140]).tolist()
    [62.0, 0.0, 0.0]
    """
    return np.maximum(target_mg_dl - np.asarray(titre_mg_dl, dtype=np.float64), 0.0)


def personalised_volume_ml(
    titre_mg_dl: ArrayLike,
    *,
    weight_kg: ArrayLike,
    plasma_volume_ml: ArrayLike,
    rule: DoseRule,
) -> NDArray[np.float64]:
    """Today's volume in the personalised arm [mL] by one reading: **our assumption**.

    deficit [mg/dL] × distribution volume [dL] ÷ recovery ÷ 6 mg/mL, within the smallest and
    the largest dose, rounded; with the rule *coefficient* instead coefficient × weight ×
    deficit, with *ladder* the dose of the titre's range. Where no dose is due the maintenance
    dose, which is none unless asked for.

    Parameters
    ----------
    titre_mg_dl : array_like, shape (n,) or scalar
        Measured IgM [mg/dL].
    weight_kg, plasma_volume_ml : array_like, broadcastable with the titres
        Actual body weight [kg] and plasma volume [mL].
    rule : DoseRule
        The parts of the rule; not the trial's, which is not known.

    Returns
    -------
    ndarray, shape of the inputs together

    Examples
    --------
    By hand: 62 mg/dL × 37.563 dL ÷ 0.9 ÷ 6 mg/mL = 431.28 mL; at 100 mg/dL nothing.

    >>> body = {"weight_kg": 80, "plasma_volume_ml": 3756.3}
    >>> personalised_volume_ml([38, 100], **body, rule=DoseRule()).tolist()
    [431.0, 0.0]
    >>> exact = DoseRule(rounding="none")
    >>> round(float(personalised_volume_ml(38, **body, rule=exact)), 2)
    431.28
    """
    return personalised_steps(
        titre_mg_dl, weight_kg=weight_kg, plasma_volume_ml=plasma_volume_ml, rule=rule
    ).volume_ml


def standard_dose(weight_kg: float, rule: DoseRule) -> Dose:
    """Today's dose in the standard arm: ``standard_volume_ml`` with all that follows from it.

    Parameters
    ----------
    weight_kg : float
        Actual body weight [kg].
    rule : DoseRule
        Of which only the rounding plays a part.

    Examples
    --------
    The label's table: 350 mL for 70 kg at 28 mL/h take 12.5 h.

    >>> dose = standard_dose(70.0, DoseRule())
    >>> dose.volume_ml, dose.rate_ml_h, dose.duration_h, dose.days
    (350.0, 28.0, 12.5, 3)
    """
    volume_ml = float(standard_volume_ml(weight_kg, rule.rounding))
    return Dose(volume_ml, weight_kg, constants.STANDARD_DAYS.value)


def personalised_dose(titre_mg_dl: float, patient: Patient, rule: DoseRule) -> Dose:
    """Today's dose in the personalised arm under our rule; ``days`` is the most there can be.

    Parameters
    ----------
    titre_mg_dl : float
        Today's measured IgM [mg/dL]: of the first day that of the patient.
    patient : Patient
        Gives weight and plasma volume.
    rule : DoseRule

    Examples
    --------
    >>> body = {"sex": "male", "age_years": 64.0, "height_cm": 175.0, "weight_kg": 80.0}
    >>> patient = Patient(**body, haematocrit=0.30, igm_mg_dl=38.0)
    >>> dose = personalised_dose(38.0, patient, DoseRule())
    >>> dose.volume_ml, dose.days  # 62 × 37.563 ÷ 0.9 ÷ 6, by hand
    (431.0, 7)
    """
    volume_ml = personalised_volume_ml(
        titre_mg_dl,
        weight_kg=patient.weight_kg,
        plasma_volume_ml=patient.plasma_volume_ml,
        rule=rule,
    )
    return Dose(float(volume_ml), patient.weight_kg, constants.PERSONALISED_MAX_DAYS.value)

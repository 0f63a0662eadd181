"""What a dose fills, and up to where: volume, level, ranges and limits of a reading."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.protocol import populations
from igmfat_nb.units import HOURS_PER_DAY, ML_PER_DL

Array = NDArray[np.float64]


def distribution_volume_ml(
    rule: DoseRule, weight_kg: ArrayLike, plasma_volume_ml: ArrayLike
) -> NDArray[np.float64]:
    """Volume in which the mass balance spreads a dose [mL]: plasma, more than it, or by weight.

    Parameters
    ----------
    rule : DoseRule
        *fixed* takes its ``volume_ml_per_kg`` × weight, *steady-state* the plasma volume over
        the intravascular share of IgM (``INTRAVASCULAR_SHARE``); others the plasma volume.
    weight_kg, plasma_volume_ml : array_like, shape (n,) or scalar
        [kg]; [mL].

    Returns
    -------
    ndarray, shape of the one that is used

    Examples
    --------
    >>> float(distribution_volume_ml(DoseRule(), 80, 3756.3))
    3756.3
    >>> float(distribution_volume_ml(DoseRule("fixed", volume_ml_per_kg=45), 80, 3756.3))
    3600.0
    >>> round(float(distribution_volume_ml(DoseRule("steady-state"), 80, 3756.3)))  # ÷ 0.82
    4581
    """
    if rule.volume_rule == "fixed" and rule.volume_ml_per_kg is not None:
        return np.asarray(weight_kg, dtype=np.float64) * rule.volume_ml_per_kg
    plasma_ml = np.asarray(plasma_volume_ml, dtype=np.float64)
    if rule.volume_rule == "steady-state":
        return plasma_ml / populations.INTRAVASCULAR_SHARE.value
    return plasma_ml


def filled_to_mg_dl(rule: DoseRule, weight_kg: ArrayLike, plasma_volume_ml: ArrayLike) -> Array:
    """Level that a dose fills to [mg/dL]: target, or the reading's, and what is lost of it.

    What is lost: plasma falls with one half-life while the patient makes IgM evenly; the
    level is what then leaves the aim at the next titre, and never less than the aim.

    Parameters
    ----------
    rule : DoseRule
    weight_kg, plasma_volume_ml : array_like, shape (n,) or scalar
        [kg]; [mL].

    Returns
    -------
    ndarray, scalar where nothing is lost, else of the patients' shape

    Examples
    --------
    By hand: after a half-life half is left, so that 200 become 100. With 6.9 mg/kg/day × 80 kg
    ÷ 40 dL = 13.8 mg/dL made, of which 0.5 ÷ ln 2 = 0.72 are left: (100 − 9.95) × 2 = 180.1.

    >>> from igmfat_nb.bedside.dose_rule import LostUntilNext
    >>> held = DoseRule(lost_until_next=LostUntilNext(24, 24))
    >>> float(filled_to_mg_dl(held, 80, 4000))
    200.0
    >>> held = DoseRule(lost_until_next=LostUntilNext(24, 24, 6.9))
    >>> round(float(filled_to_mg_dl(held, 80, 4000)), 1)
    180.1
    """
    aim = rule.target_mg_dl if rule.fill_to_mg_dl is None else rule.fill_to_mg_dl
    lost = rule.lost_until_next
    if lost is None:
        return np.asarray(aim, dtype=np.float64)
    left = 0.5 ** (lost.hours / lost.half_life_h)
    weight = np.asarray(weight_kg, dtype=np.float64)
    made_mg = lost.synthesis_mg_per_kg_day * weight * (lost.hours / HOURS_PER_DAY)
    volume_dl = distribution_volume_ml(rule, weight, plasma_volume_ml) / ML_PER_DL
    made_mg_dl = made_mg / volume_dl * (1 - left) / -math.log(left)
    level: Array = np.maximum((aim - made_mg_dl) / left, aim)
    return level


def due_below_mg_dl(rule: DoseRule, level_mg_dl: Array) -> Array:
    """Titre below which a dose is due [mg/dL]: the reading's, a ladder's end, or the level."""
    if rule.dose_below_mg_dl is not None:
        return np.asarray(rule.dose_below_mg_dl, dtype=np.float64)
    return np.asarray(rule.ladder[-1][0]) if rule.ladder else level_mg_dl


def rung_ml_per_kg(rule: DoseRule, titre_mg_dl: Array) -> Array:
    """Dose of the range that a titre lies in [mL/kg]; nothing above the last."""
    ends, doses = zip(*rule.ladder, strict=True)
    doses_ml: Array = np.array([*doses, 0.0])
    return doses_ml[np.searchsorted(ends, titre_mg_dl, side="right")]


def limited_ml(rule: DoseRule, formula_ml: Array, weight_kg: Array) -> Array:
    """A volume between the smallest and the largest dose by weight [mL]."""
    if rule.floor_ml_per_kg is not None:
        formula_ml = np.maximum(formula_ml, rule.floor_ml_per_kg * weight_kg)
    if rule.cap_ml_per_kg is not None:
        formula_ml = np.minimum(formula_ml, rule.cap_ml_per_kg * weight_kg)
    return formula_ml

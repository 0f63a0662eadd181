"""From a volume to what is hung up: rounding, vials, rate, duration and loads.

The rate is the label's; the trial's own is in no text that could be read.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import product
from igmfat_nb.units import MG_PER_G

Rounding = Literal["none", "ml", "vials"]
_VIAL_TOLERANCE_ML = 1e-6  # a volume computed as 400.0000001 mL is 400 mL


def rounded_volume_ml(volume_ml: ArrayLike, rounding: Rounding) -> NDArray[np.float64]:
    """Round a volume [mL]: not at all, to the nearest mL (half up), or up to whole vials.

    Parameters
    ----------
    volume_ml : array_like, shape (n,) or scalar
        0 or above [mL].
    rounding : {"none", "ml", "vials"}

    Returns
    -------
    ndarray, shape of the volumes

    Examples
    --------
    >>> rounded_volume_ml([430.5, 431.28], "ml").tolist()
    [431.0, 431.0]
    >>> rounded_volume_ml([400, 401], "vials").tolist()  # the smallest vial holds 10 mL
    [400.0, 410.0]
    """
    exact_ml = np.asarray(volume_ml, dtype=np.float64)
    if rounding == "none":
        return exact_ml
    if rounding == "ml":
        return np.floor(exact_ml + 0.5)
    smallest_ml = min(product.VIAL_SIZES.value)
    return np.ceil((exact_ml - _VIAL_TOLERANCE_ML) / smallest_ml) * smallest_ml + 0.0


def rounding_step_ml(rounding: Rounding) -> float:
    """What volumes that are searched for go up by [mL]: a whole mL, or the smallest vial.

    Examples
    --------
    >>> rounding_step_ml("ml"), rounding_step_ml("vials")
    (1.0, 10.0)
    """
    return float(min(product.VIAL_SIZES.value)) if rounding == "vials" else 1.0


def label_rate_ml_h(weight_kg: ArrayLike) -> NDArray[np.float64]:
    """Infusion rate of the label for adults [mL/h]: 0.4 mL/kg/h × weight. Source: ``LABEL_RATE``.

    Parameters
    ----------
    weight_kg : array_like, shape (n,) or scalar
        Actual body weight [kg]; not checked here.

    Returns
    -------
    ndarray, shape of the weights

    Examples
    --------
    The label's table prints 8 mL/h for 20 kg and 28 mL/h for 70 kg.

    >>> label_rate_ml_h([20, 70]).tolist()
    [8.0, 28.0]
    """
    return np.asarray(weight_kg, dtype=np.float64) * product.LABEL_RATE.value


def vial_counts(volume_ml: ArrayLike) -> dict[int, NDArray[np.int64]]:
    """Vials by size, largest first: least discarded, then the fewest vials.

    Every size is a multiple of the smallest, so filling up from the largest
    size down wastes least and needs the fewest. Source: ``VIAL_SIZES``.

    Parameters
    ----------
    volume_ml : array_like, shape (n,) or scalar
        0 or above [mL].

    Returns
    -------
    dict
        Size [mL] to number of vials, shape of the volumes.

    Examples
    --------
    By hand: 431 mL are 4 × 100 and 4 × 10 mL, of which 9 mL are discarded.

    >>> {size: int(count) for size, count in vial_counts(431).items()}
    {100: 4, 50: 0, 10: 4}
    """
    sizes_ml = sorted(product.VIAL_SIZES.value, reverse=True)
    exact_ml = np.asarray(volume_ml, dtype=np.float64)
    left_ml = np.ceil((exact_ml - _VIAL_TOLERANCE_ML) / sizes_ml[-1]) * sizes_ml[-1]
    left = left_ml.astype(np.int64)
    counts: dict[int, NDArray[np.int64]] = {}
    for size_ml in sizes_ml:
        counts[size_ml], left = left // size_ml, left % size_ml
    return counts


@dataclass(frozen=True, slots=True)
class Dose:
    """One day's dose of one patient, with all that follows from its volume.

    Attributes
    ----------
    volume_ml : float
        Prepared volume [mL], rounded already; 0 is no dose.
    weight_kg : float
        Actual body weight [kg]: it sets rate and loads per kilogram.
    days : int
        On how many days there is such a dose, at most.

    Examples
    --------
    The label's 400 mL for 80 kg: 50 mg protein and 6 mg IgM in a mL, 0.4 mL/kg/h.

    >>> dose = Dose(400.0, 80.0, 3)
    >>> dose.protein_mg, dose.igm_mg, dose.volume_ml_per_kg
    (20000.0, 2400.0, 5.0)
    >>> dose.rate_ml_h, dose.duration_h, dose.vials
    (32.0, 12.5, {100: 4})
    >>> Dose(431.0, 80.0, 7).discarded_ml
    9.0
    >>> Dose(431.0, 40.0, 7).largest_volume_24_h_ml  # 9.6 mL/kg fit in 24 h: there is a warning
    384.0
    """

    volume_ml: float
    weight_kg: float
    days: int

    @property
    def protein_mg(self) -> float:
        """Plasma protein [mg]."""
        return self.volume_ml * product.PROTEIN.value

    @property
    def igm_mg(self) -> float:
        """IgM [mg]."""
        return self.volume_ml * product.IGM.value

    @property
    def volume_ml_per_kg(self) -> float:
        """Volume per actual body weight [mL/kg]."""
        return self.volume_ml / self.weight_kg

    @property
    def protein_mg_per_kg(self) -> float:
        """Protein per actual body weight [mg/kg]."""
        return self.protein_mg / self.weight_kg

    @property
    def rate_ml_h(self) -> float:
        """Label rate [mL/h], unrounded; 0 without a dose."""
        return float(label_rate_ml_h(self.weight_kg)) if self.volume_ml else 0.0

    @property
    def duration_h(self) -> float:
        """How long it runs at the label rate [h]."""
        return self.volume_ml / self.rate_ml_h if self.volume_ml else 0.0

    @property
    def vials(self) -> dict[int, int]:
        """Vials to open, by size [mL]."""
        counts = vial_counts(self.volume_ml)
        return {size: int(count) for size, count in counts.items() if count}

    @property
    def discarded_ml(self) -> float:
        """What is left in opened vials [mL]."""
        opened_ml = sum(size * count for size, count in self.vials.items())
        return max(opened_ml - self.volume_ml, 0.0)

    @property
    def glucose_g(self) -> float:
        """Glucose load [g]."""
        return self.volume_ml * product.GLUCOSE.value / MG_PER_G

    @property
    def sodium_mmol(self) -> float:
        """Sodium load [mmol]."""
        return self.volume_ml * product.SODIUM.value

    @property
    def largest_volume_24_h_ml(self) -> float:
        """What the label rate lets in within 24 h [mL]."""
        return product.VOLUME_PER_DAY_AT_LABEL_RATE.value * self.weight_kg

    def label_rate_warning(self) -> str | None:
        """Say so when the dose does not fit in a day at the label rate; nothing is cut."""
        if self.volume_ml <= self.largest_volume_24_h_ml:
            return None
        message = _(
            "{volume} mL takes {hours} h at the maximum labelled rate; at most {most} mL can"
            " be given in 24 h."
        )
        return message.format(
            volume=number_text(self.volume_ml),
            hours=number_text(self.duration_h, 1),
            most=number_text(self.largest_volume_24_h_ml),
        )


def infusion_steps_alternative(weight_kg: float) -> tuple[tuple[float, float], ...]:
    """The label's alternative for adults: (rate [mL/h], hours), one pair a step.

    100 mL at 0.4 mL/kg/h, then 0.2 mL/kg/h until 15 mL/kg are given. Source:
    ``ALTERNATIVE_FIRST_VOLUME``, ``ALTERNATIVE_SECOND_RATE``, ``ALTERNATIVE_TOTAL``.

    Parameters
    ----------
    weight_kg : float
        Actual body weight [kg].

    Examples
    --------
    By hand for 70 kg: 100 ÷ 28, and (1,050 − 100) ÷ 14.

    >>> [(round(rate, 1), round(hours, 2)) for rate, hours in infusion_steps_alternative(70.0)]
    [(28.0, 3.57), (14.0, 67.86)]
    """
    first_ml = product.ALTERNATIVE_FIRST_VOLUME.value
    first_rate = float(label_rate_ml_h(weight_kg))
    second_rate = weight_kg * product.ALTERNATIVE_SECOND_RATE.value
    rest_ml = weight_kg * product.ALTERNATIVE_TOTAL.value - first_ml
    return (first_rate, first_ml / first_rate), (second_rate, rest_ml / second_rate)


def alternative_limit_kg() -> float:
    """Weight [kg] above which the label's alternative takes longer than its own 72 h.

    It takes 100 mL at 0.4 mL/kg/h and the rest of 15 mL/kg at 0.2: 75 h − 250 kg h / weight.

    Examples
    --------
    >>> round(alternative_limit_kg(), 3)  # 250 ÷ (75 − 72), by hand
    83.333
    """
    first_ml, total_ml = product.ALTERNATIVE_FIRST_VOLUME.value, product.ALTERNATIVE_TOTAL.value
    first_rate, rate = product.LABEL_RATE.value, product.ALTERNATIVE_SECOND_RATE.value
    beyond_h = total_ml / rate - product.ALTERNATIVE_HOURS.value
    return first_ml * (1 / rate - 1 / first_rate) / beyond_h


def infusion_steps_expert(weight_kg: float) -> tuple[tuple[float, float], ...]:
    """The expert-opinion schedule: (rate [mL/h], hours). Its bolus exceeds the label rate.

    0.6 mL/kg/h for 6 h, then 0.2 mL/kg/h for 72 h. Source: ``EXPERT_BOLUS_RATE`` and the
    constants beside it.

    Parameters
    ----------
    weight_kg : float
        Actual body weight [kg].

    Examples
    --------
    >>> [(round(rate, 1), hours) for rate, hours in infusion_steps_expert(80.0)]
    [(48.0, 6.0), (16.0, 72.0)]
    """
    return (
        (weight_kg * product.EXPERT_BOLUS_RATE.value, product.EXPERT_BOLUS_HOURS.value),
        (
            weight_kg * product.EXPERT_MAINTENANCE_RATE.value,
            product.EXPERT_MAINTENANCE_HOURS.value,
        ),
    )

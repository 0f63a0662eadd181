"""Blood volume after Nadler, and the plasma in it."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from igmfat_nb.protocol.populations import (
    BODY_TO_VENOUS_HAEMATOCRIT,
    NADLER_FEMALE,
    NADLER_MALE,
)
from igmfat_nb.units import CM_PER_M, ML_PER_L

Sex = Literal["female", "male"]
SEXES: tuple[Sex, ...] = ("female", "male")


def blood_volume_ml(
    male: ArrayLike, height_cm: ArrayLike, weight_kg: ArrayLike
) -> NDArray[np.float64]:
    """Blood volume [mL] of men where ``male`` is true, else of women; shape of the inputs.

    Source: ``NADLER_MALE``, ``NADLER_FEMALE``. Actual body weight.
    """
    men, women = NADLER_MALE.value, NADLER_FEMALE.value
    a, b, c = (np.where(male, man, woman) for man, woman in zip(men, women, strict=True))
    height_m = np.asarray(height_cm, dtype=np.float64) / CM_PER_M
    litres: NDArray[np.float64] = a * height_m**3 + b * np.asarray(weight_kg) + c
    return litres * ML_PER_L


def plasma_volume_ml(
    male: ArrayLike, height_cm: ArrayLike, weight_kg: ArrayLike, haematocrit: ArrayLike
) -> NDArray[np.float64]:
    """Plasma volume [mL]: blood volume × (1 − 0.9 × venous haematocrit, a fraction).

    Source: ``BODY_TO_VENOUS_HAEMATOCRIT`` and ``blood_volume_ml``.
    """
    body_haematocrit = BODY_TO_VENOUS_HAEMATOCRIT.value * np.asarray(haematocrit, dtype=float)
    return blood_volume_ml(male, height_cm, weight_kg) * (1.0 - body_haematocrit)

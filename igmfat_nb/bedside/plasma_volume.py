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
    """Blood volume after Nadler [mL]: a × height³ + b × weight + c litres, height in m.

    Parameters
    ----------
    male : array_like of bool
        Men's coefficients where true, else women's.
    height_cm, weight_kg : array_like, broadcastable
        [cm]; actual body weight [kg].

    Returns
    -------
    ndarray, shape of the inputs together. Source: ``NADLER_MALE``, ``NADLER_FEMALE``.

    Examples
    --------
    By hand: 0.3669 × 1.75³ + 0.03219 × 80 + 0.6041 = 5.1457 L; a woman of the same size
    0.3561 × 1.75³ + 0.03308 × 80 + 0.1833 = 4.7382 L.

    >>> blood_volume_ml([True, False], 175, 80).round(1).tolist()
    [5145.7, 4738.2]
    """
    men, women = NADLER_MALE.value, NADLER_FEMALE.value
    a, b, c = (np.where(male, man, woman) for man, woman in zip(men, women, strict=True))
    height_m = np.asarray(height_cm, dtype=np.float64) / CM_PER_M
    litres: NDArray[np.float64] = a * height_m**3 + b * np.asarray(weight_kg) + c
    return litres * ML_PER_L


def plasma_volume_ml(
    male: ArrayLike, height_cm: ArrayLike, weight_kg: ArrayLike, haematocrit: ArrayLike
) -> NDArray[np.float64]:
    """Plasma volume [mL]: blood volume × (1 − 0.9 × venous haematocrit).

    Parameters
    ----------
    male, height_cm, weight_kg : array_like
        As in ``blood_volume_ml``.
    haematocrit : array_like, broadcastable
        Of venous blood, a fraction.

    Returns
    -------
    ndarray, shape of the inputs together. Source: ``BODY_TO_VENOUS_HAEMATOCRIT``, doubtful
    (docs/method.md says why).

    Examples
    --------
    >>> round(float(plasma_volume_ml(True, 175, 80, 0.30)), 1)  # 5,145.7 × 0.73, by hand
    3756.3
    """
    body_haematocrit = BODY_TO_VENOUS_HAEMATOCRIT.value * np.asarray(haematocrit, dtype=float)
    return blood_volume_ml(male, height_cm, weight_kg) * (1.0 - body_haematocrit)

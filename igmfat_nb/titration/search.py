"""The smallest whole number of steps with a large enough chance, for many patients at once."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.language import _
from igmfat_nb.notation import number_text

Array = NDArray[np.float64]


def smallest_volume_ml(
    chance_of: Callable[[Array], Array], probability: float, largest_ml: ArrayLike
) -> Array:
    """Smallest whole volume with a chance of at least ``probability``, for p patients at once.

    Parameters
    ----------
    chance_of : callable
        Volumes of shape (p,) [mL] to chances of shape (p,), rising with the volume.
    probability : float
    largest_ml : array_like, shape (p,)
        Whole mL that can be given in time.

    Returns
    -------
    ndarray, shape (p,)
        By bisection; ``largest_ml`` where even that does not reach the chance.

    Examples
    --------
    >>> smallest_volume_ml(lambda volume_ml: volume_ml / 500, 0.8, [600, 300]).tolist()
    [400.0, 300.0]
    """
    high = np.array(largest_ml, dtype=np.float64, ndmin=1)
    low = np.full(high.shape, -1.0)  # a volume known to be too small; no dose may do
    high_enough = chance_of(np.zeros_like(high)) >= probability
    high = np.where(high_enough, 0.0, high)
    low = np.where(high_enough, low, np.minimum(0.0, high - 1.0))
    while np.any(high - low > 1.0):
        middle = np.where(high - low > 1.0, np.floor(0.5 * (low + high)), high)
        enough = chance_of(middle) >= probability
        low, high = (
            np.where(enough, low, np.minimum(middle, high - 1.0)),
            np.where(enough, middle, high),
        )
    return high


def check_probability(probability: float) -> None:
    """Refuse a chance that nothing or no dose can meet.

    Raises
    ------
    ImplausibleInput
        If it is not above 0 and below 1.

    Examples
    --------
    >>> check_probability(1.0)
    Traceback (most recent call last):
    igmfat_nb.errors.ImplausibleInput: ...
    """
    if not 0.0 < probability < 1.0:
        message = _("The probability is {value}; expected more than 0 and less than 1.")
        raise ImplausibleInput(message.format(value=number_text(probability, 4)))

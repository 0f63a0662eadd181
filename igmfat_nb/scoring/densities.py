"""One measured titre against the mixture that predicted it: density, rank, CRPS."""

import math

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.titration.weighted import binned

Array = NDArray[np.float64]
_BINS = 96  # narrower than the error of a measurement, so the curve is as smooth as the mixture
_POINTS = 97
_REACH = 6.0  # standard deviations of the error beyond the outermost particle


def log_density(true_mg_dl: Array, weight: Array, error_log_sd: float, measured: float) -> float:
    """Log of the predicted density at a measured titre [ln 1/(mg/dL)]: the log score.

    The mean over particles of a log-normal density with median at the true titre.

    Parameters
    ----------
    true_mg_dl, weight : ndarray, shape (n,)
        True titres of the particles [mg/dL]; weights that sum to 1.
    error_log_sd : float
        Of the measurement, on the logarithm.
    measured : float
        [mg/dL], above 0.

    Examples
    --------
    One particle, hit exactly: −ln(100 × 0.1 × √(2π)) = −3.2215, by hand.

    >>> round(log_density(np.array([100.0]), np.ones(1), 0.1, 100.0), 4)
    -3.2215
    """
    away = np.log(measured / true_mg_dl) / error_log_sd
    nearest = float(np.min(np.square(away)))
    kernel = float(np.exp(-0.5 * (np.square(away) - nearest)) @ weight)
    scale = measured * error_log_sd * math.sqrt(2.0 * math.pi)
    return math.log(kernel) - 0.5 * nearest - math.log(scale)


def crps(true_mg_dl: Array, weight: Array, error_log_sd: float, measured: float) -> float:
    """Continuous ranked probability score [mg/dL]: ∫ (F(x) − 1{x ≥ measured})² dx.

    Smaller is better; of a prediction without any spread it is the absolute error. F is the
    predicted distribution of a measurement, particles in narrow bins of the logarithm.

    Parameters
    ----------
    true_mg_dl, weight : ndarray, shape (n,)
    error_log_sd : float
    measured : float

    Examples
    --------
    Of a narrow normal with SD σ, hit in its middle, it is σ (√2 − 1) / √π = 0.2337 σ (Gneiting).

    >>> round(crps(np.array([100.0]), np.ones(1), 0.01, 100.0), 3)
    0.234
    """
    from scipy.special import ndtr

    centre, mass = binned(np.log(true_mg_dl), weight, _BINS)
    log_measured, reach = math.log(measured), _REACH * error_log_sd
    low, high = float(centre[0]) - reach, float(centre[-1]) + reach
    total = 0.0
    for start, end, above in ((low, log_measured, 0.0), (log_measured, high, 1.0)):
        if end <= start:
            continue
        log_x = np.linspace(start, end, _POINTS)
        share = ndtr((log_x[:, None] - centre) / error_log_sd) @ mass
        total += float(np.trapezoid(np.square(share - above), np.exp(log_x)))
    return total

"""Quantiles of weighted particles, and of what a laboratory would report of them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
_BINS = 512
_MOST_STEPS = 60
_NEAR_ENOUGH = 1e-9  # of the logarithm: a share of 1e-9 of the titre
_TAILS_LOG_SD = 8.0
_ROOT_OF_TWO_PI = float(np.sqrt(2.0 * np.pi))


def effective_sample_size(weight: Array) -> float:
    """How many equal weights tell as much (Kish): (Σ w)² / Σ w².

    Parameters
    ----------
    weight : ndarray, shape (n,)
        0 or above.

    Examples
    --------
    >>> effective_sample_size(np.array([0.5, 0.5, 0.0])), effective_sample_size(np.ones(4))
    (2.0, 4.0)
    """
    return float(weight.sum() ** 2 / np.square(weight).sum())


def normalised(log_weight: Array) -> Array:
    """Weights that sum to 1, from their logarithms, shape (n,).

    Examples
    --------
    >>> normalised(np.log([1.0, 3.0])).round(12).tolist()
    [0.25, 0.75]
    """
    weight: Array = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    return weight


def weighted_quantiles(values: Array, weight: Array, shares: Sequence[float]) -> Array:
    """Quantiles along particles: linear between mid-steps of the cumulative weight.

    Parameters
    ----------
    values : ndarray, shape (t, n)
    weight : ndarray, shape (n,)
        Sums to 1.
    shares : sequence of float, 0 to 1

    Returns
    -------
    ndarray, shape (t, shares)

    Examples
    --------
    By hand: the mid-steps of four equal weights are 1/8, 3/8, 5/8 and 7/8.

    >>> values = np.array([[40.0, 10.0, 30.0, 20.0]])
    >>> weighted_quantiles(values, np.full(4, 0.25), [0.375, 0.5]).tolist()
    [[20.0, 25.0]]
    """
    if np.all(weight == weight[0]):
        return _even_quantiles(values, np.asarray(shares))
    last = values.shape[1] - 1
    result = np.empty((len(values), len(shares)))
    for row, found in zip(values, result, strict=True):
        order = np.argsort(row)
        steps = weight[order]
        reached = np.cumsum(steps)
        reached -= 0.5 * steps
        right = np.clip(np.searchsorted(reached, shares), 1, last)
        left = right - 1
        gap = reached[right] - reached[left]
        part = np.divide(shares - reached[left], gap, out=np.zeros_like(gap), where=gap > 0)
        low, high = row[order[left]], row[order[right]]
        found[:] = low + np.clip(part, 0.0, 1.0) * (high - low)
    return result


def _even_quantiles(values: Array, shares: Array) -> Array:
    """The same where all weigh the same: mid-steps lie at (i + ½) / n, only values are sorted."""
    last = values.shape[1] - 1
    at = np.clip(shares * (last + 1) - 0.5, 0.0, last)
    left = np.floor(at).astype(np.intp)
    ordered = np.sort(values, axis=1)
    low, high = ordered[:, left], ordered[:, np.minimum(left + 1, last)]
    result: Array = low + (at - left) * (high - low)
    return result


def systematic_choice(weight: Array, n: int, offset: float) -> NDArray[np.intp]:
    """Index of n particles, each chosen as often as its weight asks (systematic resampling).

    Parameters
    ----------
    weight : ndarray, shape (particles,)
        0 or above.
    n : int
        How many to choose, at (i + offset) / n of the cumulative weight.
    offset : float
        0 or above, below 1.

    Examples
    --------
    >>> systematic_choice(np.array([0.5, 0.25, 0.25]), 4, 0.5).tolist()
    [0, 0, 1, 2]
    """
    edges = np.cumsum(weight)
    return np.searchsorted(edges / edges[-1], (np.arange(n) + offset) / n)


def reported_share(
    true_mg_dl: Array, weight: Array, error_log_sd: float, reported_mg_dl: float
) -> float:
    """Chance that a measured titre lies below one: log-normal error around each true titre.

    Parameters
    ----------
    true_mg_dl, weight : ndarray, shape (n,)
        True titres of the particles [mg/dL]; weights that sum to 1.
    error_log_sd : float
        Of the measurement, on the logarithm.
    reported_mg_dl : float

    Examples
    --------
    One particle: the error has median 1; one SD below it lie 15.9 % (normal table).

    >>> true, all_ = np.array([100.0]), np.ones(1)
    >>> reported_share(true, all_, 0.1, 100.0), round(reported_share(true, all_, 0.1, 90.4837), 3)
    (0.5, 0.159)
    """
    from scipy.special import ndtr

    away = np.log(reported_mg_dl / true_mg_dl) / error_log_sd
    return float(ndtr(away) @ weight)


def reported_quantiles(
    true_mg_dl: Array, weight: Array, error_log_sd: float, shares: ArrayLike
) -> Array:
    """Quantiles of a measured titre: log-normal error around each true titre.

    The mixture of error curves is inverted by Newton's rule inside a bracket; the
    particles stand in for it in narrow bins that keep their mean.

    Parameters
    ----------
    true_mg_dl, weight : ndarray, shape (n,)
        True titres of the particles [mg/dL]; weights that sum to 1.
    error_log_sd : float
    shares : array_like, between 0 and 1

    Returns
    -------
    ndarray, shape of the shares [mg/dL]

    Examples
    --------
    One particle: 100 exp(1.959964 × 0.05) = 110.3, by hand.

    >>> reported_quantiles(np.array([100.0]), np.ones(1), 0.05, [0.5, 0.975]).round(1).tolist()
    [100.0, 110.3]
    """
    from scipy.special import ndtr, ndtri

    wanted = np.asarray(shares, dtype=np.float64)
    centre, mass = binned(np.log(true_mg_dl), weight)
    reach = _TAILS_LOG_SD * error_log_sd
    low = np.full(wanted.shape, centre[0] - reach)
    high = np.full(wanted.shape, centre[-1] + reach)
    mean = mass @ centre
    spread = np.sqrt(mass @ np.square(centre - mean) + error_log_sd**2)
    found = np.clip(mean + spread * ndtri(wanted), low, high)
    for _step in range(_MOST_STEPS):
        away = (found[:, None] - centre) / error_log_sd
        beyond = ndtr(away) @ mass - wanted
        low, high = np.where(beyond < 0, found, low), np.where(beyond < 0, high, found)
        slope = np.exp(-0.5 * np.square(away)) @ mass / (error_log_sd * _ROOT_OF_TWO_PI)
        step = np.divide(beyond, slope, out=np.full(wanted.shape, np.inf), where=slope > 0)
        inside = (found - step >= low) & (found - step <= high)
        nearer = np.where(inside, found - step, 0.5 * (low + high))
        moved, found = np.abs(nearer - found).max(), nearer
        if moved < _NEAR_ENOUGH:
            break
    result: Array = np.exp(found)
    return result


def binned(values: Array, weight: Array, bins: int = _BINS) -> tuple[Array, Array]:
    """Weights of shape (n,) shared between the two of some even bins next to each value.

    Returns
    -------
    tuple of ndarray, shape (bins,)
        Centres and masses that sum to 1; a single bin where all values are the same.

    Examples
    --------
    >>> centre, mass = binned(np.array([0.0, 0.25, 2.0]), np.array([0.5, 0.25, 0.25]), 3)
    >>> centre.tolist(), mass.tolist()
    ([0.0, 1.0, 2.0], [0.6875, 0.0625, 0.25])
    """
    low, high = values.min(), values.max()
    centre = np.linspace(low, high, bins)
    width = centre[1] - centre[0]
    if not width > 0:
        return centre[:1], weight.sum(keepdims=True)
    at = (values - low) / width
    left = np.minimum(at.astype(np.intp), bins - 2)
    right_share = (at - left) * weight
    mass = np.bincount(left, weight - right_share, bins)
    mass += np.bincount(left + 1, right_share, bins)
    return centre, mass / mass.sum()

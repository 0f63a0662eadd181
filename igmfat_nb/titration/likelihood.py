"""The likelihood of a titre: how probable a measured titre is, given the true one.

A titre is reported as true titre × assay error × residual error, both log-normal with
median 1 (``ASSAY_CV``, ``MISFIT_CV``; ``EVENT_MISFIT_CV`` soon after an event).
The true titre is a particle's own two-compartment course.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.courses.population import log_sd
from igmfat_nb.kinetics import Infusions
from igmfat_nb.protocol import populations, titration

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Later titres as measured, and the doses that lie behind them.

    ``time_h``, ``igm_mg_dl`` and ``error_log_sd`` have shape (k,), in order of
    time, without the first titre. ``below`` (k,) tells which of ``igm_mg_dl`` are
    the assay's limit that the measurement lies below; empty where none is.
    """

    time_h: Array
    igm_mg_dl: Array
    error_log_sd: Array
    infusions: Infusions
    below: NDArray[np.bool] = field(default_factory=lambda: np.empty(0, dtype=np.bool))

    def before(self, last: int) -> "Evidence":
        """The titres before ``last``."""
        titres = (self.time_h[:last], self.igm_mg_dl[:last], self.error_log_sd[:last])
        return Evidence(*titres, self.infusions, self.below[:last])

    def is_limit(self, k: int) -> bool:
        """Whether titre ``k`` is only a limit."""
        return bool(self.below.any() and self.below[k])

    def log_likelihood(self, true_mg_dl: Array, first: int, last: int) -> Array:
        """Log-likelihood of titres ``first`` to ``last`` − 1, given true ones (k, n): (n,).

        −½ Σ (ln(measured / true) / s)²: log-normal with median 1, without its constant.
        Of a titre below the assay's limit ln Φ(ln(limit / true) / s), the chance of
        measuring less (left-censored: Beal 2001, method M3, doi 10.1023/A:1012299115260).

        Examples
        --------
        As measured, and a true titre one standard deviation of the logarithm away.

        >>> at_24_h = np.array([24.0]), np.array([71.0]), np.array([0.07])
        >>> true_mg_dl = 71.0 * np.exp([[0.0, 0.07]])
        >>> log_likelihood = Evidence(*at_24_h, Infusions.none()).log_likelihood(true_mg_dl, 0, 1)
        >>> (log_likelihood.round(9) + 0.0).tolist()
        [0.0, -0.5]

        Below 71: half of what is measured of a true 71 lies there, ln 0.5.

        >>> below = Evidence(*at_24_h, Infusions.none(), np.array([True]))
        >>> below.log_likelihood(np.array([[71.0]]), 0, 1).round(4).tolist()
        [-0.6931]
        """
        some = slice(first, last)
        away = np.log(self.igm_mg_dl[some, None] / true_mg_dl[some])
        scaled = away / self.error_log_sd[some, None]
        if not self.below.any():
            result: Array = -0.5 * np.einsum("kn,kn->n", scaled, scaled)
            return result
        from scipy.special import log_ndtr

        below = self.below[some]
        number = scaled[~below]
        result = -0.5 * np.einsum("kn,kn->n", number, number)
        result += log_ndtr(scaled[below]).sum(axis=0)
        return result


def measurement_log_sd(time_h: float, event_times_h: Sequence[float]) -> float:
    """Log-SD of a measured titre around the true one: assay, residual error, an event.

    √(ln(1 + 0.05²) + ln(1 + 0.05²)); within 24 h of events the second term is
    ln(1 + 0.20²) for each (``ASSAY_CV``, ``MISFIT_CV``, ``EVENT_MISFIT_CV``, assumed).

    Parameters
    ----------
    time_h : float
        When the titre was drawn [h].
    event_times_h : sequence of float
        When something happened that the kinetics do not describe [h].

    Examples
    --------
    >>> round(measurement_log_sd(48.0, []), 5), round(measurement_log_sd(48.0, [30.0]), 4)
    (0.07067, 0.2042)
    """
    recent = [
        event_h
        for event_h in event_times_h
        if 0 <= resolved_h(time_h - event_h) < titration.EVENT_HOURS.value
    ]
    assay = log_sd(populations.ASSAY_CV.value) ** 2
    if not recent:
        return math.sqrt(assay + log_sd(titration.MISFIT_CV.value) ** 2)
    return math.sqrt(assay + len(recent) * log_sd(titration.EVENT_MISFIT_CV.value) ** 2)

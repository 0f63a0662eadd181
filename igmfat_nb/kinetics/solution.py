"""The closed form over one stretch of time.

With exponents −α and −β (α ≥ β ≥ 0) the matrix exponential is written in
Putzer's form, exp(M d) = E I + D (M + β I), where E = exp(−β d) and D is the
divided difference (exp(−β d) − exp(−α d)) / (α − β). Written with ``expm1``
it needs no special case for equal exponents, and integrating it again and
again gives the answer to a constant and to a rising input:

    E_k = ∫ E_{k−1},  D_k = ∫ D_{k−1} = (E_k − D_{k−1}) / α.
"""

from dataclasses import dataclass
from math import factorial

import numpy as np

from igmfat_nb.kinetics.model import Array, Kinetics

_SERIES_BELOW = 0.5  # |z| under which φ is summed instead of divided
_SERIES_TERMS = 16  # 0.5**16 / 17! is below rounding


@dataclass(frozen=True, slots=True)
class Exponents:
    """The two exponents of n patients and the entries of M + β I, each of shape (n,)."""

    alpha: Array
    beta: Array
    k10: Array
    k12: Array
    k21: Array
    corner: Array  # β − k10 − k12

    @classmethod
    def of(cls, kinetics: Kinetics, n: int) -> "Exponents":
        """Find the exponents; β = k10 k21 / α keeps its digits when elimination is slow."""
        k10, k12, k21 = (
            np.ascontiguousarray(np.broadcast_to(np.asarray(k, dtype=np.float64), (n,)))
            for k in (kinetics.k10_per_h, kinetics.k12_per_h, kinetics.k21_per_h)
        )
        gap = np.sqrt((k10 + k12 - k21) ** 2 + 4.0 * k12 * k21)
        alpha = 0.5 * (k10 + k12 + k21 + gap)
        beta = _quotient(k10 * k21, alpha, np.zeros(n))
        return cls(alpha, beta, k10, k12, k21, beta - k10 - k12)

    def at(self, index: slice | np.ndarray[tuple[int], np.dtype[np.intp]]) -> "Exponents":
        """Return the same for some of the patients."""
        return Exponents(
            self.alpha[index],
            self.beta[index],
            self.k10[index],
            self.k12[index],
            self.k21[index],
            self.corner[index],
        )


def chain(exponents: Exponents, duration_h: Array | float, order: int) -> list[tuple[Array, Array]]:
    """Return (E_k, D_k) for k = 0 … ``order`` over a duration, each of shape (n,)."""
    alpha, beta = exponents.alpha, exponents.beta
    d = np.broadcast_to(np.asarray(duration_h, dtype=np.float64), alpha.shape)
    decay = np.exp(-beta * d)
    spread = alpha - beta
    divided = decay * _quotient(-np.expm1(-spread * d), spread, d)
    links = [(decay, divided)]
    for k in range(1, order + 1):
        e_k = d**k * _phi(k, -beta * d)
        limit = d ** (k + 1) / factorial(k + 1)
        links.append((e_k, _quotient(e_k - links[-1][1], alpha, limit)))
    return links


def plasma_and_tissue(exponents: Exponents, link: tuple[Array, Array]) -> tuple[Array, Array]:
    """Response of both compartments to a unit entering plasma, for one link of the chain."""
    e_k, d_k = link
    return e_k + d_k * exponents.corner, d_k * exponents.k12


def transition(
    exponents: Exponents, link: tuple[Array, Array]
) -> tuple[Array, Array, Array, Array]:
    """Matrix (p11, p12, p21, p22) that carries amounts over the duration of a link."""
    e_k, d_k = link
    p11, p21 = plasma_and_tissue(exponents, link)
    return p11, d_k * exponents.k21, p21, e_k + d_k * (exponents.beta - exponents.k21)


def _phi(k: int, z: Array) -> Array:
    """φ_k(z) = Σ z^j / (j + k)!, which is (e^z − 1 − … ) / z^k, for z ≤ 0."""
    if k == 1:
        return _quotient(np.expm1(z), z, np.ones_like(z))
    divided = _quotient(_phi(k - 1, z) - 1.0 / factorial(k - 1), z, np.ones_like(z))
    small = np.abs(z) < _SERIES_BELOW
    if not small.any():
        return divided
    series = np.zeros_like(z)
    for j in reversed(range(_SERIES_TERMS)):
        series = series * z + 1.0 / factorial(j + k)
    return np.where(small, series, divided)


def _quotient(numerator: Array, denominator: Array, limit: Array) -> Array:
    """Divide; where the denominator is 0, the limit."""
    result = np.array(np.broadcast_to(limit, np.shape(numerator)), dtype=np.float64)
    np.divide(numerator, denominator, out=result, where=denominator != 0)
    return result

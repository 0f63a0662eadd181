"""The closed form over one stretch of time.

With exponents −α and −β (α ≥ β ≥ 0) the matrix exponential is written in
Putzer's form, exp(M d) = F I + D (M + α I), where F = exp(−α d) and D is the
divided difference (exp(−β d) − exp(−α d)) / (α − β). M + α I has no negative
entry, so nothing cancels. Integrating k times answers a constant (k = 1) and
a rising input (k = 2):

    F_k = d^k φ_k(−α d),  D_k = d^(k+1) φ_k[−α d, −β d] (divided difference).

Where α d is small both are summed as power series, so that tiny rates and
equal exponents lose no digits; elsewhere D_k = (E_k − D_{k−1}) / α with
E_k = d^k φ_k(−β d). Each patient's way depends on that patient alone, so
blocks of patients give the same bits.
"""

from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.kinetics.model import Array, Kinetics

Link = tuple[Array, Array]

_SUMMED_BELOW = 0.25  # α d under which the two-variable series serves
_SUMMED_TERMS = 13  # 0.25**13 / 14! is below rounding
_SERIES_BELOW = 0.5  # |z| under which φ is summed instead of divided
_SERIES_TERMS = 16  # 0.5**16 / 17! is below rounding


@dataclass(frozen=True, slots=True)
class Exponents:
    """The two exponents of n patients and the entries of M + α I, each of shape (n,)."""

    alpha: Array
    beta: Array
    gap: Array  # α − β
    k10: Array
    k12: Array
    k21: Array
    stay: Array  # α − k10 − k12 = k21 − β
    stay_out: Array  # α − k21

    @classmethod
    def of(cls, kinetics: Kinetics, n: int) -> "Exponents":
        """Find the exponents; small differences come from (α − k21)(k21 − β) = k12 k21."""
        k10, k12, k21 = (
            np.ascontiguousarray(np.broadcast_to(np.asarray(k, dtype=np.float64), (n,)))
            for k in (kinetics.k10_per_h, kinetics.k12_per_h, kinetics.k21_per_h)
        )
        excess = k10 + k12 - k21
        exchange = k12 * k21
        gap = np.sqrt(excess**2 + 4.0 * exchange)
        larger = 0.5 * (np.abs(excess) + gap)
        smaller = _quotient(exchange, larger, np.zeros(n))
        stay_out = np.where(excess >= 0, larger, smaller)
        stay = np.where(excess >= 0, smaller, larger)
        alpha = k21 + stay_out
        beta = _quotient(k10 * k21, alpha, np.zeros(n))
        return cls(alpha, beta, gap, k10, k12, k21, stay, stay_out)

    def some(self, index: NDArray[np.intp]) -> "Exponents":
        """Return those of some of the patients."""
        return Exponents(*(getattr(self, name)[index] for name in self.__slots__))


def chain(exponents: Exponents, duration_h: Array | float, order: int) -> list[Link]:
    """Integrals of the two exponentials: (F_k, D_k) for k = 0 … ``order``; see the module.

    Parameters
    ----------
    exponents : Exponents
        Of n patients.
    duration_h : float or ndarray, shape (n,)
        0 or above [h].
    order : int
        0 carries amounts on; 1 answers a constant input, 2 a rising one.

    Returns
    -------
    list of (ndarray, ndarray)
        Each of shape (n,).

    Examples
    --------
    Of α = 0.05/h and β = 0 after 20 h: F₀ = 1/e and F₁ = (1 − 1/e) / 0.05.

    >>> exponents = Exponents.of(Kinetics(1.0, 0.05, 0.0, 0.0, 1.0), 1)
    >>> [round(float(f_k[0]), 4) for f_k, _d_k in chain(exponents, 20.0, 1)]
    [0.3679, 12.6424]
    """
    d = np.broadcast_to(np.asarray(duration_h, dtype=np.float64), exponents.alpha.shape)
    alpha, beta, gap = exponents.alpha, exponents.beta, exponents.gap
    small = alpha * d < _SUMMED_BELOW
    if small.all():
        return _summed(alpha, beta, d, order)
    if not small.any():
        return _divided(alpha, beta, gap, d, order)
    links = [(np.empty_like(alpha), np.empty_like(alpha)) for _k in range(order + 1)]
    large = ~small
    parts = (
        (small, _summed(alpha[small], beta[small], d[small], order)),
        (large, _divided(alpha[large], beta[large], gap[large], d[large], order)),
    )
    for where, part in parts:
        for link, values in zip(links, part, strict=True):
            link[0][where], link[1][where] = values
    return links


def plasma_and_tissue(exponents: Exponents, link: Link) -> Link:
    """Response of both compartments to a unit entering plasma, for one link of the chain."""
    f_k, d_k = link
    return f_k + d_k * exponents.stay, d_k * exponents.k12


def transition(exponents: Exponents, link: Link) -> tuple[Array, Array, Array, Array]:
    """Matrix (p11, p12, p21, p22) that carries amounts over the duration of a link."""
    f_k, d_k = link
    p11, p21 = plasma_and_tissue(exponents, link)
    return p11, d_k * exponents.k21, p21, f_k + d_k * exponents.stay_out


def _summed(alpha: Array, beta: Array, d: Array, order: int) -> list[Link]:
    """Sum both series at once: Horner's rule for φ_k and for its divided difference."""
    a, b = alpha * -d, beta * -d
    links = []
    for k in range(order + 1):
        f_k = np.full(a.shape, 1.0 / factorial(_SUMMED_TERMS + k))
        d_k = np.zeros(a.shape)
        for j in reversed(range(_SUMMED_TERMS)):
            d_k *= b
            d_k += f_k
            f_k *= a
            f_k += 1.0 / factorial(j + k)
        if k:
            f_k *= d**k
        d_k *= d ** (k + 1)
        links.append((f_k, d_k))
    return links


def _divided(alpha: Array, beta: Array, gap: Array, d: Array, order: int) -> list[Link]:
    """Divide; α d is large enough for that."""
    a, b = alpha * -d, beta * -d
    phi_a, phi_b = np.exp(a), np.exp(b)
    slow = _quotient(phi_b - phi_a, gap, d)
    near = gap * d < _SERIES_BELOW  # the two exponentials would cancel
    if near.any():
        some = gap[near], d[near]
        slow[near] = phi_b[near] * _quotient(-np.expm1(-some[0] * some[1]), *some)
    links = [(phi_a, slow)]
    for k in range(1, order + 1):
        power = d if k == 1 else d**k
        phi_a, phi_b = _phi(k, a, phi_a), _phi(k, b, phi_b)
        slow = (power * phi_b - slow) / alpha
        links.append((power * phi_a, slow))
    return links


def _phi(k: int, z: Array, before: Array) -> Array:
    """φ_k(z) = Σ z^j / (j + k)!, which is (e^z − 1 − … ) / z^k, for z ≤ 0, from φ_{k−1}."""
    divided = _quotient(before - 1.0 / factorial(k - 1), z, np.ones_like(z))
    small = z > -_SERIES_BELOW
    if small.any():
        divided[small] = _phi_of_small(k, z[small])
    return divided


def _phi_of_small(k: int, z: Array) -> Array:
    """The same where the division would lose digits."""
    if k == 1:
        return _quotient(np.expm1(z), z, np.ones_like(z))
    series = np.zeros_like(z)
    for j in reversed(range(_SERIES_TERMS)):
        series = series * z + 1.0 / factorial(j + k)
    return series


def _quotient(numerator: Array, denominator: Array, limit: Array) -> Array:
    """Divide; where the denominator is 0, the limit."""
    result = np.array(np.broadcast_to(limit, np.shape(numerator)), dtype=np.float64)
    np.divide(numerator, denominator, out=result, where=denominator != 0)
    return result

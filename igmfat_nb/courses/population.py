"""From a patient to kinetics: the named scenarios, the endogenous synthesis, the spread.

Everything here rests on ``protocol.populations``; the scenarios and the
shapes of the spread are assumptions of this software.
"""

import math
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from igmfat_nb.kinetics import Kinetics, Synthesis, holding_synthesis_mg_per_h
from igmfat_nb.kinetics.solution import Exponents, chain, plasma_and_tissue
from igmfat_nb.protocol import populations
from igmfat_nb.protocol.constants import RECOVERY
from igmfat_nb.protocol.provenance import Sourced
from igmfat_nb.units import HOURS_PER_DAY, ML_PER_DL

#: One clearance, or all of them by their weights: ``courses.clearance``.
Scenario = Literal["native", "intermediate", "fast", "averaged"]
CLEARANCE: dict[Scenario, Sourced[float]] = {
    "native": populations.CLEARANCE_NATIVE,
    "intermediate": populations.CLEARANCE_INTERMEDIATE,
    "fast": populations.CLEARANCE_FAST,
}
SCENARIOS: tuple[Scenario, ...] = ("native", "intermediate", "fast")
SynthesisMode = populations.SynthesisMode
#: The clearance of every patient's course unless told otherwise; a virtual trial states its own.
USUAL_SCENARIO: Scenario = "averaged"
SYNTHESIS_MODES: tuple[SynthesisMode, ...] = ("baseline", "recovering", "none")
#: What every answer assumes unless told otherwise. Source: ``SYNTHESIS``, assumed.
USUAL_SYNTHESIS: SynthesisMode = populations.SYNTHESIS.value


@dataclass(frozen=True, slots=True)
class VirtualPatients:
    """Virtual patients as deviations from the patient entered; each field of shape (n,)."""

    volume_factor: NDArray[np.float64]
    clearance_factor: NDArray[np.float64]
    recovery: NDArray[np.float64]
    exchange_half_time_days: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.volume_factor)

    def after_patient(self, recovery: float) -> "VirtualPatients":
        """The same with the patient as entered before them, who deviates in nothing."""
        first = 1.0, 1.0, recovery, populations.EXCHANGE_HALF_TIME.value
        return VirtualPatients(
            *(
                np.append(x, getattr(self, part.name))
                for x, part in zip(first, fields(self), strict=True)
            )
        )


def draw_virtual_patients(
    rng: np.random.Generator,
    n: int,
    *,
    recovery: float = RECOVERY.value,
    clearance_cv: float = populations.CLEARANCE_CV.value,
    volume_cv: float = populations.CENTRAL_VOLUME_CV.value,
) -> VirtualPatients:
    """Draw ``n`` virtual patients: one block of uniforms, one row a patient.

    Row ``i`` depends on the generator and on ``i`` only, so a larger draw from
    the same seed begins with the smaller one. Central volume and clearance are
    log-normal with median 1, recovery a truncated normal scaled to
    ``recovery``, the exchange half-time log-uniform; all assumed
    (``CENTRAL_VOLUME_CV``, ``CLEARANCE_CV``, ``RECOVERY_SD``,
    ``EXCHANGE_HALF_TIME_RANGE``).

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
    recovery : float
        Of the dose rule: what recoveries vary around.

    Returns
    -------
    VirtualPatients
        Each field of shape (n,).

    Examples
    --------
    >>> few, many = (draw_virtual_patients(np.random.default_rng(9), n) for n in (2, 5))
    >>> bool(np.all(few.clearance_factor == many.clearance_factor[:2])), len(many)
    (True, 5)
    """
    return virtual_patients_of(
        rng.random((n, 4)), recovery=recovery, clearance_cv=clearance_cv, volume_cv=volume_cv
    )


def virtual_patients_of(
    uniform: NDArray[np.float64],
    *,
    recovery: float = RECOVERY.value,
    clearance_cv: float = populations.CLEARANCE_CV.value,
    volume_cv: float = populations.CENTRAL_VOLUME_CV.value,
) -> VirtualPatients:
    """The virtual patients at given places of the unit cube; see ``draw_virtual_patients``.

    Parameters
    ----------
    uniform : ndarray, shape (n, 4)
        Above 0 and below 1: volume, clearance, recovery, exchange.
    recovery : float

    Returns
    -------
    VirtualPatients
        Each field of shape (n,).

    Examples
    --------
    In the middle: medians of 1, and √(0.5 × 2) = 1 day.

    >>> middle = virtual_patients_of(np.full((1, 4), 0.5))
    >>> [float(x[0]) for x in (middle.volume_factor, middle.exchange_half_time_days)]
    [1.0, 1.0]
    """
    from scipy.special import ndtri

    low, high = populations.RECOVERY_LIMITS.value
    short, long = populations.EXCHANGE_HALF_TIME_RANGE.value
    usual = RECOVERY.value
    drawn = _truncated_normal(uniform[:, 2], usual, populations.RECOVERY_SD.value, low, high)
    return VirtualPatients(
        volume_factor=np.exp(log_sd(volume_cv) * ndtri(uniform[:, 0])),
        clearance_factor=np.exp(log_sd(clearance_cv) * ndtri(uniform[:, 1])),
        recovery=drawn * (recovery / usual),
        exchange_half_time_days=short * (long / short) ** uniform[:, 3],
    )


def log_sd(cv: float) -> float:
    """Standard deviation of the logarithm of a log-normal with a coefficient of variation.

    σ = √ln(1 + CV²), whose median is the typical value.

    Parameters
    ----------
    cv : float
        0 or above, a fraction.

    Examples
    --------
    >>> round(log_sd(0.5), 4)  # √ln 1.25 = √0.22314, by hand
    0.4724
    """
    return math.sqrt(math.log1p(cv**2))


def pooled_half_life_days(clearance_factor: float) -> float:
    """Half-life [days] if plasma and tissue were always in balance: ln 2 × Vss / CL.

    The mean turnover time, Vss / CL, times ln 2. No curve falls so: see ``half_lives``.

    Parameters
    ----------
    clearance_factor : float
        Multiple of healthy clearance, above 0.

    Examples
    --------
    ln 2 ÷ (0.82 × 0.166 a day) = 5.09 days, Barth's 5.1 of health; 1.7 times as fast 3.0.

    >>> [round(pooled_half_life_days(factor), 1) for factor in (1.0, 1.7, 7.3)]
    [5.1, 3.0, 0.7]
    """
    fractional = populations.NATIVE_FRACTIONAL_CLEARANCE.value * clearance_factor
    return math.log(2) / (populations.INTRAVASCULAR_SHARE.value * fractional)


@dataclass(frozen=True, slots=True)
class HalfLives:
    """How fast what an infusion added to the titre halves, as the curve shows it.

    ``first_day_h`` is ln 2 × 24 h over the fall of its logarithm in the first day [h];
    ``terminal_days`` how long it takes in the end, ln 2 / β [days].
    """

    first_day_h: float
    terminal_days: float


def half_lives(clearance_factor: float) -> HalfLives:
    """Half-lives on the curve at a multiple of healthy clearance, exchange as usual.

    Parameters
    ----------
    clearance_factor : float
        Above 0.

    Examples
    --------
    With the matrix exponential in SciPy (``test_half_lives_are_those_of_the_curve``): 45 h over
    the first day and 3.3 days in the end, in the intermediate scenario.

    >>> found = half_lives(1.7)
    >>> round(found.first_day_h), round(found.terminal_days, 1)
    (45, 3.3)
    """
    kinetics = kinetics_of(1.0, clearance_factor=clearance_factor, recovery=1.0)
    exponents = Exponents.of(kinetics, 1)
    left = plasma_and_tissue(exponents, chain(exponents, HOURS_PER_DAY, 0)[0])[0]
    return HalfLives(
        first_day_h=math.log(2) * HOURS_PER_DAY / -math.log(float(left[0])),
        terminal_days=math.log(2) / float(exponents.beta[0]) / HOURS_PER_DAY,
    )


def kinetics_of(
    plasma_volume_ml: ArrayLike,
    *,
    clearance_factor: ArrayLike,
    recovery: ArrayLike,
    exchange_half_time_days: ArrayLike = populations.EXCHANGE_HALF_TIME.value,
    intravascular_share: ArrayLike = populations.INTRAVASCULAR_SHARE.value,
) -> Kinetics:
    """Kinetics with plasma as central volume; arrays broadcast to (n,).

    Parameters
    ----------
    plasma_volume_ml : array_like
        [mL], above 0.
    clearance_factor : array_like
        Multiplies healthy plasma clearance (``NATIVE_FRACTIONAL_CLEARANCE``, 0.166 a day).
    recovery : array_like
        Share of the IgM given that reaches plasma.
    exchange_half_time_days : array_like
        ln 2 / (k₁₂ + k₂₁).
    intravascular_share : array_like
        k₂₁ of it, from which the tissue compartment follows: Vss = V1 / 0.82.

    Examples
    --------
    By hand: 0.166 ÷ 24 h; and k₁₂ : k₂₁ = 0.18 : 0.82 of ln 2 ÷ 24 h.

    >>> healthy = kinetics_of(3756.3, clearance_factor=1.0, recovery=0.9)
    >>> round(float(healthy.v1_dl), 3), round(float(healthy.k10_per_h), 6)
    (37.563, 0.006917)
    >>> round(float(healthy.k12_per_h), 6), round(float(healthy.k21_per_h), 6)
    (0.005199, 0.023683)
    """
    share = np.asarray(intravascular_share, dtype=np.float64)
    per_day = populations.NATIVE_FRACTIONAL_CLEARANCE.value
    exchange_per_h = math.log(2) / (np.asarray(exchange_half_time_days) * HOURS_PER_DAY)
    return Kinetics(
        v1_dl=np.asarray(plasma_volume_ml, dtype=np.float64) / ML_PER_DL,
        k10_per_h=per_day * np.asarray(clearance_factor, dtype=np.float64) / HOURS_PER_DAY,
        k12_per_h=(1.0 - share) * exchange_per_h,
        k21_per_h=share * exchange_per_h,
        recovery=np.asarray(recovery, dtype=np.float64),
    )


def healthy_synthesis_mg_per_h(weight_kg: ArrayLike) -> NDArray[np.float64]:
    """Synthesis in health [mg/h]: 6.9 mg/kg/day × weight. Source: ``NATIVE_SYNTHESIS``.

    Parameters
    ----------
    weight_kg : array_like, shape (n,) or scalar
        Actual body weight [kg].

    Examples
    --------
    >>> float(healthy_synthesis_mg_per_h(80.0))  # 552 mg a day, by hand
    23.0
    """
    per_day = np.asarray(weight_kg, dtype=np.float64) * populations.NATIVE_SYNTHESIS.value
    return per_day / HOURS_PER_DAY


def synthesis_of(
    mode: SynthesisMode,
    titre_mg_dl: ArrayLike,
    kinetics: Kinetics,
    weight_kg: ArrayLike,
) -> Synthesis:
    """Endogenous synthesis, assumed: holding the first titre, rising from there, or none.

    *recovering* rises over ``SYNTHESIS_RISE`` (72 to 168 h) to healthy synthesis; where
    holding the first titre already takes more than that, it stays: it never falls.

    Parameters
    ----------
    mode : {"baseline", "recovering", "none"}
    titre_mg_dl : array_like, shape (n,) or scalar
        First true titre [mg/dL].
    kinetics : Kinetics
        Of n patients.
    weight_kg : array_like, shape (n,) or scalar
        Actual body weight [kg].

    Returns
    -------
    Synthesis
        Rates of shape (n,) [mg/h].

    Examples
    --------
    By hand: 0.166 × 1.7 a day × 37.563 dL × 38 mg/dL ÷ 24 h = 16.784 mg/h now, 23 in health.

    >>> kinetics = kinetics_of(3756.3, clearance_factor=1.7, recovery=0.9)
    >>> rising = synthesis_of("recovering", 38.0, kinetics, 80.0)
    >>> round(float(rising.start_mg_per_h[0]), 3), float(rising.late_mg_per_h[0])
    (16.784, 23.0)
    """
    if mode == "none":
        return Synthesis.constant(0.0)
    holding = holding_synthesis_mg_per_h(titre_mg_dl, kinetics)
    if mode == "baseline":
        return Synthesis.constant(holding)
    start_h, end_h = populations.SYNTHESIS_RISE.value
    late = np.maximum(holding, healthy_synthesis_mg_per_h(weight_kg))
    return Synthesis(holding, late, start_h, end_h)


def _truncated_normal(
    uniform: NDArray[np.float64], mean: float, sd: float, low: float, high: float
) -> NDArray[np.float64]:
    from scipy.special import ndtr, ndtri

    below, above = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    drawn: NDArray[np.float64] = mean + sd * ndtri(below + uniform * (above - below))
    return drawn

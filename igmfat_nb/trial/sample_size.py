"""How many patients a comparison of two proportions takes, by four usual formulas.

The trial's own assumptions could not be read. Which round assumptions give
its 356 patients is reconstruction, not the protocol.
"""

import itertools
import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal, get_args

from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.constants import SAMPLE_SIZE

Method = Literal["unpooled", "pooled", "pooled-cc", "arcsine"]
METHODS: tuple[Method, ...] = ("unpooled", "pooled", "pooled-cc", "arcsine")
DropoutRule = Literal["divide", "multiply"]
_ARMS = 2
_SHARES = (0.05, 0.10, 0.15, 0.20)
_LOSSES: tuple[tuple[float, DropoutRule], ...] = (
    (0.0, "divide"),
    *((share, rule) for share in _SHARES for rule in get_args(DropoutRule)),
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two proportions to tell apart, two-sided, with equal arms."""

    control: float
    treated: float
    power: float = 0.8
    alpha: float = 0.05
    method: Method = "unpooled"

    def __post_init__(self) -> None:
        for name, value in (
            (_("The control proportion"), self.control),
            (_("The treated proportion"), self.treated),
            (_("The power"), self.power),
            (_("Alpha"), self.alpha),
        ):
            if not 0 < value < 1:
                message = _("{name} is {value}; expected a number between 0 and 1.")
                raise ImplausibleInput(message.format(name=name, value=number_text(value, 6)))
        if self.control == self.treated:
            raise ImplausibleInput(_("Two equal proportions cannot be told apart."))
        if self.power <= self.alpha / 2:
            raise ImplausibleInput(_("The power must be above half of alpha."))


def patients_per_arm(comparison: Comparison) -> int:
    """Patients in each arm, rounded up, before drop-out."""
    exact = exact_patients_per_arm(comparison)
    return math.ceil(exact - 1e-9)  # 160.0000000001 by arithmetic is 160


def exact_patients_per_arm(comparison: Comparison) -> float:
    """Patients in each arm as the formula gives them.

    unpooled: (z₁₋α/₂ + z₁₋β)² (p₁q₁ + p₂q₂) / (p₁ − p₂)²; pooled: the variance
    under the null is that of the mean proportion; pooled-cc: with the
    continuity correction of Fleiss; arcsine: 2 (z₁₋α/₂ + z₁₋β)² / h² with
    h = 2 arcsin √p₁ − 2 arcsin √p₂.
    """
    p, q = comparison.control, comparison.treated
    z_alpha = NormalDist().inv_cdf(1 - comparison.alpha / 2)
    z_beta = NormalDist().inv_cdf(comparison.power)
    variance = p * (1 - p) + q * (1 - q)
    if comparison.method == "unpooled":
        return (z_alpha + z_beta) ** 2 * variance / (p - q) ** 2
    if comparison.method == "arcsine":
        h = 2 * math.asin(math.sqrt(p)) - 2 * math.asin(math.sqrt(q))
        return 2 * (z_alpha + z_beta) ** 2 / h**2
    mean = (p + q) / 2
    under_null = z_alpha * math.sqrt(2 * mean * (1 - mean))
    pooled = (under_null + z_beta * math.sqrt(variance)) ** 2 / (p - q) ** 2
    if comparison.method == "pooled":
        return pooled
    return pooled / 4 * (1 + math.sqrt(1 + 4 / (pooled * abs(p - q)))) ** 2


def with_dropout(per_arm: int, dropout: float, rule: DropoutRule) -> float:
    """Patients to enrol in each arm so that ``per_arm`` remain, unrounded.

    *divide*: n / (1 − dropout); *multiply*: n × (1 + dropout), which is too few
    for large drop-out but often seen.
    """
    if not 0 <= dropout < 1:
        message = _("The drop-out is {value}; expected 0 or more and below 1.")
        raise ImplausibleInput(message.format(value=number_text(dropout, 6)))
    return per_arm / (1 - dropout) if rule == "divide" else per_arm * (1 + dropout)


def total(per_arm: int, dropout: float, rule: DropoutRule) -> int:
    """Both arms, drop-out applied to each and rounded to the nearest patient."""
    return _ARMS * math.floor(with_dropout(per_arm, dropout, rule) + 0.5)


def total_rounded_up(per_arm: int, dropout: float, rule: DropoutRule) -> int:
    """Both arms, drop-out applied to each and rounded up."""
    return _ARMS * math.ceil(with_dropout(per_arm, dropout, rule) - 1e-9)


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """Assumptions that give a stated number of patients; nobody says they were the trial's."""

    comparison: Comparison
    dropout: float
    rule: DropoutRule
    per_arm: int


def reconstructions(patients: int = SAMPLE_SIZE.value) -> list[Reconstruction]:
    """Round assumptions that give ``patients`` in all, two-sided 5 %, power 80 %.

    Mortalities in steps of 5 % with 0 to 20 % drop-out, and in whole per cent
    without drop-out; 30 to 60 % in the standard arm, 5 to 20 % fewer in the other.
    """
    found = []
    for percent, fewer, method in itertools.product(range(30, 61), range(5, 21), METHODS):
        comparison = Comparison(percent / 100, (percent - fewer) / 100, method=method)
        per_arm = patients_per_arm(comparison)
        is_round = percent % 5 == fewer % 5 == 0
        for lost, rule in _LOSSES if is_round else _LOSSES[:1]:
            if total(per_arm, lost, rule) == patients:
                found.append(Reconstruction(comparison, lost, rule, per_arm))
    return found


def detectable(comparison: Comparison, patients: int = SAMPLE_SIZE.value) -> float | None:
    """Treated proportion that ``patients`` in two equal arms can tell from the control.

    On the same side of the control as ``comparison.treated``, by the same
    method, all patients analysed; None when there is none on that side.
    """
    from scipy.optimize import brentq

    per_arm = patients / _ARMS

    def surplus(treated: float) -> float:
        wanted = Comparison(
            comparison.control, treated, comparison.power, comparison.alpha, comparison.method
        )
        return math.log(exact_patients_per_arm(wanted) / per_arm)

    edge = 1e-9 if comparison.treated < comparison.control else 1 - 1e-9
    near = comparison.control + math.copysign(1e-6, comparison.treated - comparison.control)
    if surplus(edge) > 0 or surplus(near) < 0:
        return None
    return float(brentq(surplus, edge, near, xtol=1e-12))

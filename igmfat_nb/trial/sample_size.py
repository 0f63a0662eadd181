"""How many patients a comparison of two proportions takes, by four usual formulas.

What is promised: so many patients, after drop-out, reach the power by the
formula asked for. So every number is rounded up, arm by arm, and where so few
are needed that no formula holds, the tables are enumerated. The trial's own
assumptions could not be read. Which round assumptions give its 356 patients is
reconstruction, not the protocol.
"""

import itertools
import math
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Literal, get_args

from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.constants import SAMPLE_SIZE

Method = Literal["unpooled", "pooled", "pooled-cc", "arcsine"]
METHODS: tuple[Method, ...] = ("unpooled", "pooled", "pooled-cc", "arcsine")
DropoutRule = Literal["divide", "multiply"]
RoundingRule = Literal["up", "nearest"]
_ARMS = 2
_SHARES = (0.05, 0.10, 0.15, 0.20)
_LOSSES: tuple[tuple[float, DropoutRule], ...] = (
    (0.0, "divide"),
    *((share, rule) for share in _SHARES for rule in get_args(DropoutRule)),
)
_ROUNDING = 1e-9  # 160.0000000001 by arithmetic is 160
_FEWEST_EXPECTED = 5  # in each cell of the table, or the chi-square does not hold (Cochran 1954)
_MOST = 10**9
_TAIL = 1e-10  # of a binomial: what enumeration leaves out
_MOST_TABLES = 2_000_000
_LARGEST_LOG = 700.0
_LARGEST_Z = 7.0  # a power of 1 - 10⁻¹²


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
            raise ImplausibleInput(
                _("The two proportions are equal; no sample size can detect a difference.")
            )
        if self.power <= self.alpha / 2:
            raise ImplausibleInput(_("The power must be above half of alpha."))


def patients_per_arm(comparison: Comparison) -> int:
    """Patients in each arm, before drop-out, that reach the power.

    The formula's, rounded up. Where a cell of the table expects fewer than
    five, not fewer than the enumerated power asks for.

    Raises
    ------
    ImplausibleInput
        If it takes more than a thousand million.

    Examples
    --------
    By hand: (1.95996 + 0.84162)² × (0.45 × 0.55 + 0.3 × 0.7) ÷ 0.15² = 159.6.

    >>> patients_per_arm(Comparison(0.45, 0.30))
    160
    """
    formula = exact_patients_per_arm(comparison)
    if not formula <= _MOST:
        message = _("Detecting this difference would take more than {most} patients per arm.")
        raise ImplausibleInput(message.format(most=number_text(_MOST)))
    return _enough(comparison, math.ceil(formula - _ROUNDING))


def _enough(comparison: Comparison, per_arm: int) -> int:
    """``per_arm``, or as many more as the exact power takes where they are very few."""
    mean = (comparison.control + comparison.treated) / 2
    if per_arm * min(mean, 1 - mean) >= _FEWEST_EXPECTED:
        return per_arm
    per_arm = max(per_arm, 1)
    while (power := exact_power(comparison, per_arm)) is not None and power < comparison.power:
        per_arm += max(1, per_arm // 100)
    return per_arm


def exact_power(comparison: Comparison, per_arm: int) -> float | None:
    """Chance to find the difference, on its side, by enumerating both binomials.

    Of the chi-square test, for ``pooled-cc`` with its continuity correction.
    None where the tables are too many to be enumerated.

    Examples
    --------
    >>> round(exact_power(Comparison(0.45, 0.30), 160), 3)  # enumerated beside the package
    0.794
    """
    from igmfat_nb.trial.analysis import exact_rejection_rates
    from igmfat_nb.trial.design import Analysis

    shares = comparison.control, comparison.treated
    spreads = [math.sqrt(per_arm * share * (1 - share)) for share in shares]
    if math.prod(14 * spread + 30 for spread in spreads) > _MOST_TABLES:
        return None
    corrected = comparison.method == "pooled-cc"
    test = Analysis(
        test="chi-square-corrected" if corrected else "chi-square", alpha=comparison.alpha
    )
    fewer, more = exact_rejection_rates(test, per_arm, *shares, tail=_TAIL)
    return fewer if comparison.treated < comparison.control else more


def power_by_formula(comparison: Comparison, per_arm: float) -> float:
    """Power that ``per_arm`` patients in each arm have by the comparison's formula.

    Its own ``power`` is not used.

    Examples
    --------
    The formula turned round. By hand, 178 an arm: 0.15 √178 ÷ √0.4575 − 1.95996 = 0.9988, and
    Φ(0.9988) = 84.1 %.

    >>> round(power_by_formula(Comparison(0.45, 0.30), 178), 3)
    0.841
    """
    from scipy.optimize import brentq

    def surplus(z_beta: float) -> float:
        power = NormalDist().cdf(z_beta)
        return _by_formula(replace(comparison, power=power), comparison.treated) / per_arm - 1

    least = NormalDist().inv_cdf(comparison.alpha / 2) + 1e-6
    if surplus(least) > 0:
        return comparison.alpha / 2
    if surplus(_LARGEST_Z) < 0:
        return 1.0
    return NormalDist().cdf(brentq(surplus, least, _LARGEST_Z, xtol=1e-9))


def exact_patients_per_arm(comparison: Comparison) -> float:
    """Patients in each arm as the formula gives them.

    unpooled: (z₁₋α/₂ + z₁₋β)² (p₁q₁ + p₂q₂) / (p₁ − p₂)²; pooled: the variance
    under the null is that of the mean proportion; pooled-cc: with the
    continuity correction of Fleiss; arcsine: 2 (z₁₋α/₂ + z₁₋β)² / h² with
    h = 2 arcsin √p₁ − 2 arcsin √p₂. Infinite where the proportions are too
    near each other for arithmetic.

    Examples
    --------
    By hand: 7.8489 × 0.4575 ÷ 0.0225; pooled (1.95996 √(2 × 0.375 × 0.625) + 0.84162 √0.4575)²
    ÷ 0.0225.

    >>> round(exact_patients_per_arm(Comparison(0.45, 0.30)), 1)
    159.6
    >>> round(exact_patients_per_arm(Comparison(0.45, 0.30, method="pooled")), 1)
    162.3
    """
    return _by_formula(comparison, comparison.treated)


def _by_formula(comparison: Comparison, q: float) -> float:
    """The same with ``q`` in the treated arm, which may be none or all."""
    p = comparison.control
    z_alpha = _upper_z(comparison.alpha / 2)
    z_beta = NormalDist().inv_cdf(comparison.power)
    variance = p * (1 - p) + q * (1 - q)
    if comparison.method == "unpooled":
        return _divided((z_alpha + z_beta) ** 2 * variance, (p - q) ** 2)
    if comparison.method == "arcsine":
        h = 2 * math.asin(math.sqrt(p)) - 2 * math.asin(math.sqrt(q))
        return _divided(2 * (z_alpha + z_beta) ** 2, h**2)
    mean = (p + q) / 2
    under_null = z_alpha * math.sqrt(2 * mean * (1 - mean))
    pooled = _divided((under_null + z_beta * math.sqrt(variance)) ** 2, (p - q) ** 2)
    if comparison.method == "pooled":
        return pooled
    return (math.sqrt(pooled) + math.sqrt(pooled + 4 / abs(p - q))) ** 2 / 4


def _upper_z(tail: float) -> float:
    """Return the normal quantile with this much above it: −Φ⁻¹(tail), which 1 − tail rounds off."""
    return -NormalDist().inv_cdf(tail) if tail > 0 else math.inf


def _divided(top: float, bottom: float) -> float:
    return top / bottom if bottom > 0 else math.inf


def with_dropout(per_arm: int, dropout: float, rule: DropoutRule) -> float:
    """Patients to enrol in each arm so that ``per_arm`` remain, unrounded.

    *divide*: n / (1 − dropout); *multiply*: n × (1 + dropout), which leaves too
    few, but is often seen.

    Raises
    ------
    ImplausibleInput
        If ``dropout`` is not a fraction from 0 to below 1.

    Examples
    --------
    >>> round(with_dropout(160, 0.1, "divide"), 2), round(with_dropout(160, 0.1, "multiply"), 2)
    (177.78, 176.0)
    """
    _refuse_dropout(dropout)
    return per_arm / (1 - dropout) if rule == "divide" else per_arm * (1 + dropout)


def _refuse_dropout(dropout: float) -> None:
    if not 0 <= dropout < 1:
        message = _("The drop-out is {value}; expected 0 or more and below 1.")
        raise ImplausibleInput(message.format(value=number_text(dropout, 6)))


def enrolled_per_arm(per_arm: int, dropout: float, rule: DropoutRule) -> int:
    """Patients to enrol in each arm, rounded up: a patient fewer breaks the promise.

    Examples
    --------
    >>> enrolled_per_arm(160, 0.1, "divide"), enrolled_per_arm(160, 0.0, "divide")
    (178, 160)
    """
    return math.ceil(with_dropout(per_arm, dropout, rule) - _ROUNDING)


def total(per_arm: int, dropout: float, rule: DropoutRule) -> int:
    """Both arms, drop-out applied to each and rounded up.

    Examples
    --------
    >>> total(160, 0.1, "divide")  # 2 × 178
    356
    """
    return _ARMS * enrolled_per_arm(per_arm, dropout, rule)


def total_to_nearest(per_arm: int, dropout: float, rule: DropoutRule) -> int:
    """Both arms, each rounded to the nearest patient: to explain a number, not to plan.

    Examples
    --------
    >>> total_to_nearest(160, 0.05, "divide"), total(160, 0.05, "divide")  # 168.42 an arm
    (336, 338)
    """
    return _ARMS * math.floor(with_dropout(per_arm, dropout, rule) + 0.5)


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """Assumptions that give a stated number of patients; nobody says they were the trial's."""

    comparison: Comparison
    dropout: float
    rule: DropoutRule
    per_arm: int
    rounding: RoundingRule


def reconstructions(patients: int = SAMPLE_SIZE.value) -> list[Reconstruction]:
    """Round assumptions that give ``patients`` in all, two-sided 5 %, power 80 %.

    Mortalities in steps of 5 % with 0 to 20 % drop-out, and in whole per cent
    without drop-out; 30 to 60 % in the standard arm, 5 to 20 % fewer in the
    other. An arm with its drop-out is rounded up, or to the nearest patient.
    """
    found = []
    for percent, fewer, method in itertools.product(range(30, 61), range(5, 21), METHODS):
        comparison = Comparison(percent / 100, (percent - fewer) / 100, method=method)
        per_arm = patients_per_arm(comparison)
        is_round = percent % 5 == fewer % 5 == 0
        for lost, rule in _LOSSES if is_round else _LOSSES[:1]:
            if total(per_arm, lost, rule) == patients:
                found.append(Reconstruction(comparison, lost, rule, per_arm, "up"))
            elif total_to_nearest(per_arm, lost, rule) == patients:
                found.append(Reconstruction(comparison, lost, rule, per_arm, "nearest"))
    return found


def detectable(
    comparison: Comparison, patients: int = SAMPLE_SIZE.value, dropout: float = 0.0
) -> float | None:
    """Treated proportion that ``patients`` in two equal arms can tell from the control.

    On the same side of the control as ``comparison.treated``, by the same
    formula, from the patients that drop-out leaves; None when there is none
    on that side.

    Examples
    --------
    The formula turned round: 160 an arm tell 45 from 30 %; two patients tell nothing.

    >>> round(detectable(Comparison(0.45, 0.30), 320), 2)
    0.3
    >>> detectable(Comparison(0.45, 0.30), 2) is None
    True
    """
    from scipy.optimize import brentq

    _refuse_dropout(dropout)
    per_arm = patients / _ARMS * (1 - dropout)
    control = comparison.control
    end = 0.0 if comparison.treated < control else 1.0

    def surplus(way: float) -> float:
        """Patients needed over those there are, on a logarithmic scale; ``way`` is from the end."""
        needed = _by_formula(comparison, end + way * (control - end)) / per_arm
        return min(math.log(needed), _LARGEST_LOG) if needed > 0 else -_LARGEST_LOG

    far, near = 1e-9, 1 - 1e-9
    if surplus(far) > 0 or surplus(near) < 0:
        return None
    return end + float(brentq(surplus, far, near, xtol=1e-12)) * (control - end)

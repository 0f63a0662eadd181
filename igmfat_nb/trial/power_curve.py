"""How the power grows with the patients: enumerated, for an effect and for parts of it.

The final test alone, with arms of equal size and nobody lost; interim looks cost
a little of it, which only a run shows.
"""

import itertools
from dataclasses import dataclass
from functools import lru_cache

from igmfat_nb.protocol.constants import SAMPLE_SIZE
from igmfat_nb.trial.analysis import exact_rejection_rates
from igmfat_nb.trial.design import Analysis

_TAIL = 1e-7  # of a binomial: what enumeration leaves out
_STEPS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class PowerCurve:
    """Chances of a rejection for numbers of patients; ``benefit`` and ``harm`` of the second arm.

    All three of the same length; ``patients`` are those of both arms.
    """

    control: float
    treated: float
    patients: tuple[int, ...]
    benefit: tuple[float, ...]
    harm: tuple[float, ...]

    @property
    def asked(self) -> tuple[float, ...]:
        """Chance to find what is there: fewer deaths or more; where nothing is, either."""
        if self.treated == self.control:
            return tuple(one + other for one, other in zip(self.benefit, self.harm, strict=True))
        return self.benefit if self.treated < self.control else self.harm

    def reaching(self, power: float) -> int | None:
        """Patients from which on the curve lies at this power, between its points linearly.

        Examples
        --------
        By hand: half way between 0.7 with 200 and 0.9 with 300.

        >>> curve = PowerCurve(0.45, 0.30, (100, 200, 300), (0.4, 0.7, 0.9), (0.0, 0.0, 0.0))
        >>> curve.reaching(0.8), curve.reaching(0.95)
        (250, None)
        """
        pairs = list(zip(self.patients, self.asked, strict=True))
        for (low, below), (high, above) in itertools.pairwise(pairs):
            if below < power <= above:
                return round(low + (power - below) / (above - below) * (high - low))
        return None


@lru_cache(maxsize=64)  # kept: a page asks again with each change elsewhere
def power_curves(
    analysis: Analysis, control: float, treated: float, patients: int = SAMPLE_SIZE.value
) -> tuple[PowerCurve, ...]:
    """The whole difference, two thirds and a third of it, and none: from a quarter to twice.

    None at all for Fisher's test, whose tables take too long.

    Parameters
    ----------
    control, treated : float
        Shares of deaths in the first and the second arm.
    patients : int
        Of the design, both arms together; among the points of each curve.
    """
    if analysis.test == "fisher":
        return ()
    numbers = tuple(sorted({max(4, 2 * round(step * patients / 2)) for step in _STEPS}))
    parts = (1.0, 2 / 3, 1 / 3, 0.0) if control != treated else (0.0,)
    curves = []
    for part in parts:
        share = control + part * (treated - control)
        rates = [exact_rejection_rates(analysis, n // 2, control, share, _TAIL) for n in numbers]
        benefit, harm = zip(*rates, strict=True)
        curves.append(PowerCurve(control, share, numbers, benefit, harm))
    return tuple(curves)

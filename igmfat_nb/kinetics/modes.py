"""The two exponentials of each patient, worked out once for all answers about them."""

from dataclasses import dataclass

import numpy as np

from igmfat_nb.kinetics.model import Array, Kinetics

Flags = np.ndarray[tuple[int], np.dtype[np.bool]]

# Within these the parts keep 10 digits and more of the whole.
_LEAST_GAP = 1e-2  # (α − β) / α
_LEAST_BETA_PER_H = 1e-4
_LEAST_RETURN = 1e-2  # k21 / (α − β)
_LEAST_LEAVING = 1e-3  # k12 / k21
_DECAYS_KEPT = 8  # infusions mostly start at the same distance from the next row


@dataclass(frozen=True, slots=True, eq=False)
class Modes:
    """Both exponents and what of a unit in plasma goes with each, shape (2, n).

    ``settled`` is what a constant input of 1 mg/dL/h comes to, ``lag`` how far it stays
    behind an input that rises by 1 mg/dL/h²; ``total`` and ``total_lag``, of shape (n,),
    are both parts together. For patients not ``separated`` they may be no numbers.
    """

    exponent: Array
    share: Array
    returned: Array  # k21 / (α − β), shape (n,)
    separated: Flags
    settled: Array
    lag: Array
    total: Array
    total_lag: Array
    _decays: dict[float, Array]

    @classmethod
    def of(cls, kinetics: Kinetics, n: int) -> "Modes":
        """Those of n patients, worked out once for all answers about the same kinetics."""
        known: Modes | None = kinetics.kept.get(n)
        if known is None:
            known = kinetics.kept[n] = cls._worked(kinetics, n)
        return known

    @classmethod
    def _worked(cls, kinetics: Kinetics, n: int) -> "Modes":
        """Find them, and for whom they are far enough apart to be used."""
        k10, k12, k21 = (
            np.ascontiguousarray(np.broadcast_to(np.asarray(k, dtype=np.float64), (n,)))
            for k in (kinetics.k10_per_h, kinetics.k12_per_h, kinetics.k21_per_h)
        )
        gap = np.sqrt((k10 + k12 - k21) ** 2 + 4.0 * k12 * k21)
        alpha = 0.5 * (k10 + k12 + k21 + gap)
        with np.errstate(divide="ignore", invalid="ignore"):
            beta = k10 * k21 / alpha
            slow_share = (k21 - beta) / gap
            returned = k21 / gap
            exponent, share = np.stack([alpha, beta]), np.stack([1.0 - slow_share, slow_share])
            settled = share / exponent
            lag = settled / exponent
            total, total_lag = settled[0] + settled[1], lag[0] + lag[1]
        separated = (gap >= _LEAST_GAP * alpha) & (beta >= _LEAST_BETA_PER_H)
        separated &= (returned >= _LEAST_RETURN) & (k12 >= _LEAST_LEAVING * k21)
        return cls(exponent, share, returned, separated, settled, lag, total, total_lag, {})

    def decay(self, hours: float) -> Array:
        """What is left of the parts after some hours, the same for all; shape (2, n)."""
        if hours not in self._decays:
            if len(self._decays) >= _DECAYS_KEPT:
                self._decays.clear()
            self._decays[hours] = np.exp(self.exponent * -hours)
        return self._decays[hours]

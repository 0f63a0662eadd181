"""What one more infusion adds to the titre at one later time.

The kinetics are linear: an infusion adds the same whatever else goes in. For
a constant rate it is the difference of two responses to a rate that goes on,
so that trying many volumes costs one exponential each, and no march.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.kinetics.model import Array, Kinetics
from igmfat_nb.kinetics.solution import Exponents, chain, plasma_and_tissue

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class InfusionEffect:
    """For n patients and one time, ``after_h`` hours after the infusion starts."""

    after_h: float
    exponents: Exponents
    share_per_dl: Array  # recovery over central volume, shape (n,)
    unending: Array  # of a unit rate that never stops, shape (n,)

    @classmethod
    def of(cls, kinetics: Kinetics, n: int, after_h: float) -> "InfusionEffect":
        """Prepare it; with ``after_h`` at or below 0 no infusion adds anything."""
        exponents, hours = Exponents.of(kinetics, n), max(after_h, 0.0)
        share = np.asarray(kinetics.recovery, dtype=np.float64) / kinetics.v1_dl
        share_per_dl = np.ascontiguousarray(np.broadcast_to(share, (n,)))
        return cls(hours, exponents, share_per_dl, _response(exponents, hours))

    def titre_mg_dl(
        self, igm_mg_per_h: float, duration_h: float, index: Rows | None = None
    ) -> Array:
        """Titre added [mg/dL] by a rate that runs for some hours, of all or of some patients.

        What runs on beyond ``after_h`` adds nothing more.
        """
        left_h = max(self.after_h - duration_h, 0.0)
        if index is None:
            added = self.unending - _response(self.exponents, left_h)
            return added * self.share_per_dl * igm_mg_per_h
        added = self.unending[index] - _response(self.exponents.some(index), left_h)
        return added * self.share_per_dl[index] * igm_mg_per_h


def _response(exponents: Exponents, hours: float) -> Array:
    """Amount in plasma [mg] of a rate of 1 mg/h that has run for some hours, shape (n,)."""
    return plasma_and_tissue(exponents, chain(exponents, hours, 1)[1])[0]

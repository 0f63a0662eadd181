"""What one more infusion adds to the titre at one later time.

The kinetics are linear: an infusion adds the same whatever else goes in. For
a constant rate it is the difference of two responses to a rate that goes on,
so that trying many volumes costs two exponentials each, and no stepping.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.kinetics.model import Array, Kinetics
from igmfat_nb.kinetics.modes import Modes
from igmfat_nb.kinetics.solution import Exponents, chain, plasma_and_tissue

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class InfusionEffect:
    """What one infusion adds for n patients at one time, ``after_h`` hours after it starts.

    ``settled`` is what a unit rate comes to in each of the two parts, ``ended``
    what is left of it when the rate has stopped at once, both of shape (2, n).
    ``close`` are the patients whose exponents are too close for that.

    Examples
    --------
    Without elimination and exchange 10 mg/h over 3 h, of which 0.9 reach plasma, are 27 mg
    in 2 dL. Linear: twice the rate adds twice as much.

    >>> kept = Kinetics(v1_dl=2.0, k10_per_h=0.0, k12_per_h=0.0, k21_per_h=0.0, recovery=0.9)
    >>> effect = InfusionEffect.of(kept, 1, after_h=24.0)
    >>> effect.titre_mg_dl(10.0, 3.0).round(9).tolist(), effect.titre_mg_dl(20.0, 3.0).tolist()
    ([13.5], [27.0])
    """

    after_h: float
    exponent: Array
    settled: Array
    ended: Array
    share_per_dl: Array  # recovery over central volume, shape (n,)
    close: Rows
    close_exponents: Exponents

    @classmethod
    def of(cls, kinetics: Kinetics, n: int, after_h: float) -> "InfusionEffect":
        """Prepare it; with ``after_h`` at or below 0 no infusion adds anything."""
        modes, hours = Modes.of(kinetics, n), max(after_h, 0.0)
        close = np.flatnonzero(~modes.separated)
        share = np.asarray(kinetics.recovery, dtype=np.float64) / kinetics.v1_dl
        return cls(
            hours,
            modes.exponent,
            modes.settled,
            modes.decay(hours),
            np.ascontiguousarray(np.broadcast_to(share, (n,))),
            close,
            Exponents.of(kinetics, n).some(close),
        )

    def titre_mg_dl(
        self, igm_mg_per_h: float, duration_h: float, index: Rows | None = None
    ) -> Array:
        """Titre added [mg/dL] by a rate that runs for some hours, of all or of some patients.

        What runs on beyond ``after_h`` adds nothing more.
        """
        left_h = max(self.after_h - duration_h, 0.0)
        some = slice(None) if index is None else index
        parts = self.exponent[:, some] * -left_h
        np.exp(parts, out=parts)
        parts -= self.ended[:, some]
        parts *= self.settled[:, some]
        added: Array = parts[0] + parts[1]
        if len(self.close):
            self._add_close(added, left_h, index)
        added *= self.share_per_dl[some]
        added *= igm_mg_per_h
        return added

    def _add_close(self, added: Array, left_h: float, index: Rows | None) -> None:
        """Put in those whose two parts would cancel, by the closed form."""
        response = _response(self.close_exponents, self.after_h)
        response -= _response(self.close_exponents, left_h)
        if index is None:
            added[self.close] = response
        else:
            _both, to, of = np.intersect1d(index, self.close, True, return_indices=True)
            added[to] = response[of]


def _response(exponents: Exponents, hours: float) -> Array:
    """Amount in plasma [mg] of a rate of 1 mg/h that has run for some hours, shape (n,)."""
    return plasma_and_tissue(exponents, chain(exponents, hours, 1)[1])[0]

"""Titres along rising times while infusions are still being decided.

A dose worked from a titre changes the titres after it: they are filled up to
the sample, the dose is given, and so on. No hour is gone through twice.
"""

from dataclasses import dataclass

import numpy as np

from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.kinetics.grid import columns_of
from igmfat_nb.kinetics.model import Array, Infusions, Kinetics, State, Synthesis, patients
from igmfat_nb.kinetics.modes import Modes
from igmfat_nb.kinetics.recurrence import Recurrence, rows_at
from igmfat_nb.kinetics.stepwise import Rows, Stepper
from igmfat_nb.language import _


class Progress:
    """n patients going through rising times, infusions decided on the way.

    Parameters
    ----------
    time_h : ndarray, shape (t,)
        Rising; ``state`` holds at the first of them.
    state : State
        Amounts, shape (n,), which hold what went in before.

    Attributes
    ----------
    titre_mg_dl : ndarray, shape (t, n)
        Good for ten digits; filled up to the row that was asked for last.
    """

    def __init__(
        self, time_h: Array, state: State, kinetics: Kinetics, synthesis: Synthesis
    ) -> None:
        none = Infusions.none()
        self._rows, self._n = rows_at(time_h), patients(state, kinetics, synthesis, none)
        self._lengths_h, self._row = self._rows.lengths_h, 0
        self.titre_mg_dl = np.empty((len(time_h), self._n))
        np.divide(state.plasma_mg, kinetics.v1_dl, out=self.titre_mg_dl[0])
        well = Modes.of(kinetics, self._n).separated
        case = state, kinetics, synthesis, none
        groups = ((True, np.flatnonzero(well)), (False, np.flatnonzero(~well)))
        self._parts = [self._part(fast, index, *case) for fast, index in groups if len(index)]

    def give(self, infusions: Infusions) -> None:
        """Add infusions that start now or later; an earlier one is refused (ImplausibleInput)."""
        now_h = float(self._rows.hours[self._row])
        if np.any(np.asarray(infusions.start_h) < now_h):
            message = _("An infusion cannot start before {now} h, which has passed.")
            raise ImplausibleInput(message.format(now=now_h))
        for part in self._parts:
            whole = isinstance(part.index, slice)
            part.way.add(infusions if whole else infusions.part(part.index, self._n))

    def go_to(self, row: int) -> Array:
        """Fill the titres up to a row; return those of the row, shape (n,)."""
        for part in self._parts:
            part.go(self._row, row, self._lengths_h, self.titre_mg_dl)
        self._row = max(self._row, row)
        reached: Array = self.titre_mg_dl[row]
        return reached

    def _part(
        self,
        fast: bool,
        index: Rows,
        state: State,
        kinetics: Kinetics,
        synthesis: Synthesis,
        none: Infusions,
    ) -> "_Part":
        """Some patients on the way that suits them: see ``grid``."""
        case = columns_of(index, self._n, state, kinetics, synthesis, none)
        rows, titres = self._rows, np.empty((1, len(index)))
        way: Recurrence | Stepper
        if fast:
            way = Recurrence(rows, titres, *case, Modes.of(case[1], len(index)))
        else:
            way = Stepper(rows.hours, *case, rows.from_h, titres=True)
        return _Part(slice(None) if len(index) == self._n else index, way)


@dataclass(frozen=True, slots=True)
class _Part:
    """Some of the patients, and how they go on."""

    index: slice | Rows
    way: Recurrence | Stepper

    def go(self, row: int, to: int, lengths_h: list[float], titres: Array) -> None:
        """Fill the rows after one, up to another."""
        whole = isinstance(self.index, slice)
        own = titres if whole else np.empty((to + 1, titres[0, self.index].size))
        if isinstance(self.way, Recurrence):
            self.way.go(row, to, lengths_h, own)
        else:
            for now in range(row + 1, to + 1):
                self.way.step(now, lengths_h[now - 1], own[now])
        if not whole:
            titres[row + 1 : to + 1, self.index] = own[row + 1 :]

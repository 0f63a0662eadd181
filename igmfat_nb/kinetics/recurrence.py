"""Titres from row to row of an even grid: two exponentials above a moving balance.

    titre = y_α + y_β + c,   y_α and y_β shrinking by a constant factor every step,

where c is where the titre would settle (or the line it would follow) under the
input of the moment. Three passes over a row give the next one; a change of the
input is worked once, and the exponentials of all changes at once.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from igmfat_nb.kinetics.march import Rows
from igmfat_nb.kinetics.model import Array, Infusions, Kinetics, State, Synthesis

Flags = np.ndarray[tuple[int], np.dtype[np.bool]]
Effect = tuple[Array, Array, Array]  # on the fast part, the slow part, the balance

# Within these the parts keep 10 digits and more of the whole.
_LEAST_GAP = 1e-2  # (α − β) / α
_LEAST_BETA_PER_H = 1e-4
_LEAST_RETURN = 1e-2  # k21 / (α − β)
_LEAST_LEAVING = 1e-3  # k12 / k21
_AT_A_TIME = 8192  # infusions × patients


@dataclass(frozen=True, slots=True)
class Modes:
    """Both exponents and what of a unit in plasma goes with each, shape (2, n)."""

    exponent: Array
    share: Array
    returned: Array  # k21 / (α − β), shape (n,)
    separated: Flags

    @classmethod
    def of(cls, kinetics: Kinetics, n: int) -> "Modes":
        """Find them for n patients, and for whom they are far enough apart to be used."""
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
        separated = (gap >= _LEAST_GAP * alpha) & (beta >= _LEAST_BETA_PER_H)
        separated &= (returned >= _LEAST_RETURN) & (k12 >= _LEAST_LEAVING * k21)
        exponent, share = np.stack([alpha, beta]), np.stack([1.0 - slow_share, slow_share])
        return cls(exponent, share, returned, separated)


class Recurrence:
    """The recurrence over the rows of one block of n patients, in mg/dL throughout."""

    def __init__(
        self,
        from_h: float,
        step_h: float,
        titres: Array,
        state: State,
        kinetics: Kinetics,
        synthesis: Synthesis,
        infusions: Infusions,
        modes: Modes,
    ) -> None:
        self.from_h, self.step_h, self.titres, self.modes = from_h, step_h, titres, modes
        self.steps, self.n = len(titres) - 1, titres.shape[1]
        self.end_h = from_h + self.steps * step_h
        self.v1_dl = np.broadcast_to(np.asarray(kinetics.v1_dl, dtype=np.float64), (self.n,))
        self.settled = modes.share / modes.exponent  # of a constant input of 1 mg/dL/h
        self.lag = self.settled / modes.exponent  # behind an input that rises by 1 mg/dL/h²
        self.total, self.total_lag = self.settled.sum(axis=0), self.lag.sum(axis=0)
        self.whole: dict[int, list[tuple[Array, Array, Array | None]]] = defaultdict(list)
        self.own: dict[int, list[tuple[Rows, Array, Array, Array]]] = defaultdict(list)
        self.slope: Array | None = None
        rate = self._synthesis(synthesis) + self._infusions(infusions, kinetics.recovery)
        self._begin(state, rate)

    def run(self) -> State:
        """Fill every row; return the amounts at the last one."""
        parts, balance, factor = self.parts, self.balance, self.factor
        fast, slow = parts
        titres = self.titres
        np.divide(self.plasma_mg, self.v1_dl, out=titres[0])
        for row in range(1, self.steps + 1):
            np.multiply(parts, factor, out=parts)
            if self.slope is not None:
                balance += self.slope * (self.total * self.step_h)
            for jump, shift, slope in self.whole.get(row, ()):
                parts += jump
                balance += shift
                if slope is not None:
                    self.slope = slope if self.slope is None else self.slope + slope
            for who, to_fast, to_slow, shift in self.own.get(row, ()):
                np.add.at(fast, who, to_fast)
                np.add.at(slow, who, to_slow)
                np.add.at(balance, who, shift)
            titre = titres[row]
            np.add(fast, slow, out=titre)
            np.add(titre, balance, out=titre)
        return self._state() if self.steps else State(self.plasma_mg, self.tissue_mg)

    def _begin(self, state: State, rate: Array) -> None:
        self.plasma_mg, self.tissue_mg = state.plasma_mg, state.tissue_mg
        plasma, returned = state.plasma_mg / self.v1_dl, self.modes.returned
        tissue = state.tissue_mg / self.v1_dl * returned
        self.parts = self.modes.share * plasma
        self.parts[0] -= tissue
        self.parts[1] += tissue
        self.parts -= self.settled * rate
        self.balance = self.total * rate
        if self.slope is not None:
            self.parts += self.lag * self.slope
            self.balance -= self.total_lag * self.slope
        self.factor = np.exp(-self.modes.exponent * self.step_h)

    def _state(self) -> State:
        """Tissue from what the fast part lacks of its share of plasma."""
        plasma = self.parts[0] + self.parts[1] + self.balance
        slope = np.zeros(self.n) if self.slope is None else self.slope
        rate = (self.balance + slope * self.total_lag) / self.total
        fast = self.parts[0] + self.settled[0] * rate - self.lag[0] * slope
        tissue = (self.modes.share[0] * plasma - fast) / self.modes.returned
        return State(plasma * self.v1_dl, tissue * self.v1_dl)

    def _synthesis(self, synthesis: Synthesis) -> Array:
        """Return the rate at ``from_h``; note the slope and where it changes."""
        slope: Array = synthesis.slope_mg_per_h2() / self.v1_dl
        start_h, end_h = synthesis.rise_start_h, synthesis.rise_end_h
        rate: Array = np.asarray(synthesis.start_mg_per_h, dtype=np.float64) / self.v1_dl
        # Asked of the rise and not of its size, so that a block decides as the whole does.
        if start_h >= self.end_h or end_h <= start_h:
            return rate
        if start_h <= self.from_h < end_h:
            self.slope = slope
        for sign, moment_h in ((1.0, start_h), (-1.0, end_h)):
            if self.from_h < moment_h < self.end_h:
                self._bend(moment_h, sign * slope)
        rate += slope * (min(max(self.from_h, start_h), end_h) - start_h)
        return rate

    def _bend(self, moment_h: float, slope: Array) -> None:
        row, left_h = self._next_rows(moment_h)
        jump = slope * self.lag * np.exp(-self.modes.exponent * left_h)
        shift = slope * (self.total * left_h - self.total_lag)
        self.whole[int(row)].append((jump, shift, slope))

    def _infusions(self, infusions: Infusions, recovery: Array | float) -> Array:
        """Return the rate of what runs at ``from_h``; note what starts and ends later.

        A few infusions at a time: small arrays are had again and again from the
        same memory, large ones from the operating system, which takes longer.
        """
        columns = infusions.columns()
        # By the shape given and not by the values: a block decides as the whole does.
        starts_alike = np.ndim(infusions.start_h) == 1
        ends_alike = starts_alike and np.ndim(infusions.duration_h) == 1
        share = np.asarray(recovery, dtype=np.float64) / self.v1_dl
        running = np.zeros(self.n)
        size = max(1, _AT_A_TIME // self.n)
        for first in range(0, len(columns[0]), size):
            start, mass, duration = (column[first : first + size] for column in columns)
            end = start + duration
            # Infusions that are over or not reached cost nothing more.
            due = (end.max(axis=1) >= self.from_h) & (start.min(axis=1) < self.end_h)
            if not due.any():
                continue
            start, mass, duration, end = (field[due] for field in (start, mass, duration, end))
            entering = mass * share
            bolus = duration == 0
            over = bolus | (end <= self.from_h)
            rate = np.where(over, 0.0, entering / np.where(bolus, 1.0, duration))
            ahead = start >= self.from_h
            changes = [
                (starts_alike, start, self._turn(np.where(ahead, rate, 0.0))),
                (ends_alike, end, self._turn(-rate)),
            ]
            if bolus.any():
                at_once = np.where(ahead & bolus, entering, 0.0)
                changes.append((starts_alike, start, self._boost(at_once)))
            self._for_all([(moment, effect) for alike, moment, effect in changes if alike])
            self._for_each([(moment, effect) for alike, moment, effect in changes if not alike])
            for part in np.where(ahead, 0.0, rate):
                running += part
        return running

    def _turn(self, change: Array) -> Effect:
        """A change of rate: the balance jumps, the parts take up the difference."""
        fast, slow = self.settled
        return -(fast * change), -(slow * change), self.total * change

    def _boost(self, at_once: Array) -> Effect:
        """A bolus goes to the parts and leaves the balance as it is."""
        fast, slow = self.modes.share
        return fast * at_once, slow * at_once, np.zeros_like(at_once)

    def _for_all(self, changes: list[tuple[Array, Effect]]) -> None:
        """Schedule changes at moments that all patients share: whole rows."""
        for k in range(len(changes[0][0]) if changes else 0):
            for moment_h, (fast, slow, shift) in changes:
                if self.from_h <= moment_h[k, 0] < self.end_h:
                    row, left_h = self._next_rows(moment_h[k, 0])
                    jump = np.exp(-self.modes.exponent * left_h)
                    jump *= (fast[k], slow[k])
                    self.whole[int(row)].append((jump, shift[k], None))

    def _for_each(self, changes: list[tuple[Array, Effect]]) -> None:
        """Schedule changes at each patient's own moments, sorted by the row they fall in."""
        if not changes:
            return
        fast, slow, shift = (
            np.stack(part, axis=1) for part in zip(*(e for _m, e in changes), strict=True)
        )
        moment_h = np.stack([np.broadcast_to(m, shift[:, 0].shape) for m, _e in changes], axis=1)
        rows, left_h = self._next_rows(moment_h)
        rows[(moment_h < self.from_h) | (moment_h >= self.end_h)] = self.steps + 1
        alpha, beta = self.modes.exponent
        fast *= np.exp(-alpha * left_h)
        slow *= np.exp(-beta * left_h)
        # Rows mostly fit in 16 bits, for which the stable sort is a fast radix sort.
        small = self.steps < np.iinfo(np.int16).max - 1
        key = rows.ravel().astype(np.int16 if small else np.int64)
        order = np.argsort(key, kind="stable")
        sorted_rows = key[order]
        who = order if len(order) == self.n else order % self.n
        effect = [part.ravel()[order] for part in (fast, slow, shift)]
        cuts = [0, *(np.flatnonzero(np.diff(sorted_rows)) + 1).tolist(), len(order)]
        for first, last in pairwise(cuts):
            row = int(sorted_rows[first])
            if row <= self.steps:
                some = slice(first, last)
                self.own[row].append((who[some], effect[0][some], effect[1][some], effect[2][some]))

    def _next_rows(self, moment_h: ArrayLike) -> tuple[Rows, Array]:
        """Row of the first time after each moment, and the hours left until then."""
        moment_h = np.asarray(moment_h, dtype=np.float64)
        passed = np.floor((moment_h - self.from_h) / self.step_h)
        passed += self.from_h + (passed + 1) * self.step_h <= moment_h  # rounding of the quotient
        passed -= self.from_h + passed * self.step_h > moment_h
        left_h = self.from_h + (passed + 1) * self.step_h - moment_h
        return np.clip(passed + 1, -1, self.steps + 1).astype(np.intp), left_h

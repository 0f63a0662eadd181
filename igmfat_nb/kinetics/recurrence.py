"""Titres from row to row of sorted times: two exponentials above a moving balance.

    titre = y_α + y_β + c,   y_α and y_β shrinking by a constant factor every step,

where c is where the titre would settle (or the line it would follow) under the
input of the moment. Three passes over a row give the next one; a change of the
input is worked once, and the exponentials of all changes at once. On an even
grid the factor is the same for every row.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.kinetics.model import Array, Infusions, Kinetics, State, Synthesis
from igmfat_nb.kinetics.modes import Modes
from igmfat_nb.kinetics.stepwise import Rows

_Infusion = tuple[Array, Array, Array, Array]  # start, mass, duration, end

_MOST_SHORT = int(np.iinfo(np.int16).max) - 1
_UP_DOWN = np.add.at, np.subtract.at
_DOWN_UP = np.subtract.at, np.add.at


@dataclass(frozen=True, slots=True)
class EvenTimes:
    """Rows every ``step_h`` hours from ``from_h`` on, which is row 0."""

    from_h: float
    step_h: float
    steps: int

    @property
    def hours(self) -> Array:
        """When each row is, shape (steps + 1,)."""
        return self.from_h + np.arange(self.steps + 1, dtype=np.float64) * self.step_h

    @property
    def lengths_h(self) -> list[float]:
        """From each row to the next."""
        return [self.step_h] * self.steps

    def next_rows(self, moment_h: Array) -> tuple[Rows, Array]:
        """Row of the first time after each moment, and the hours left until then.

        Moments outside get row 0 or the one after the last.
        """
        row = (moment_h - self.from_h) / self.step_h
        np.floor(row, out=row)
        row += 1
        left_h = row * self.step_h
        left_h += self.from_h
        left_h -= moment_h
        if left_h.min() <= 0 or left_h.max() >= self.step_h:  # by rounding of the quotient
            row += self.from_h + row * self.step_h <= moment_h
            row -= self.from_h + (row - 1) * self.step_h > moment_h
            left_h = self.from_h + row * self.step_h - moment_h
        if row.min() < 0 or row.max() > self.steps:
            np.maximum(row, 0, out=row)
            np.minimum(row, self.steps + 1, out=row)
        return _short(row, self.steps), left_h


@dataclass(frozen=True, slots=True)
class AnyTimes:
    """Rows at rising times of any distance; the first is row 0."""

    hours: Array

    @property
    def from_h(self) -> float:
        """When row 0 is."""
        return float(self.hours[0])

    @property
    def steps(self) -> int:
        """Rows after row 0."""
        return len(self.hours) - 1

    @property
    def lengths_h(self) -> list[float]:
        """From each row to the next."""
        lengths: list[float] = np.diff(self.hours).tolist()
        return lengths

    def next_rows(self, moment_h: Array) -> tuple[Rows, Array]:
        """Row of the first time after each moment, and the hours left until then.

        Moments outside get row 0 or the one after the last.
        """
        row = np.searchsorted(self.hours, moment_h, side="right")
        left_h: Array = self.hours[np.minimum(row, self.steps)] - moment_h
        return _short(row, self.steps), left_h


def rows_at(time_h: Array) -> EvenTimes | AnyTimes:
    """Rows at rising times: even where they are multiples of the first step from 0 h on."""
    steps = len(time_h) - 1
    if steps > 0 and np.array_equal(time_h, np.arange(steps + 1) * time_h[1]):
        return EvenTimes(0.0, float(time_h[1]), steps)
    return AnyTimes(time_h)


def _alike(infusions: Infusions) -> tuple[bool, bool]:
    """Whether infusions start, and end, at the same hours in all patients.

    By the shape given and not by the values: a block decides as the whole does.
    """
    starts_alike = np.ndim(infusions.start_h) == 1
    return starts_alike, starts_alike and np.ndim(infusions.duration_h) == 1


def _short(row: NDArray[Any], steps: int) -> Rows:
    """Rows mostly fit in 16 bits, for which the stable sort is a fast radix sort."""
    return row.astype(np.int16 if steps < _MOST_SHORT else np.int64)


class Recurrence:
    """The recurrence over the rows of one block of n patients, in mg/dL throughout."""

    def __init__(
        self,
        rows: EvenTimes | AnyTimes,
        titres: Array,
        state: State,
        kinetics: Kinetics,
        synthesis: Synthesis,
        infusions: Infusions,
        modes: Modes,
    ) -> None:
        self.rows, self.titres, self.modes = rows, titres, modes
        self.steps, self.n = rows.steps, titres.shape[1]
        self.from_h, self.end_h = rows.from_h, float(rows.hours[-1])
        self.v1_dl = np.broadcast_to(np.asarray(kinetics.v1_dl, dtype=np.float64), (self.n,))
        self.whole: dict[int, list[tuple[Array, Array, Array | None]]] = defaultdict(list)
        self.own: dict[int, list[tuple[bool, Rows, Array, Array]]] = defaultdict(list)
        self.slope: Array | None = None
        self.work = np.empty_like(modes.exponent)
        self.ahead: dict[int, list[_Infusion]] = defaultdict(list)
        rate = self._synthesis(synthesis) + self._infusions(infusions, kinetics.recovery)
        self._begin(state, rate)

    def run(self) -> State:
        """Fill every row; return the amounts at the last one."""
        np.divide(self.plasma_mg, self.v1_dl, out=self.titres[0])
        self.go(0, self.steps, self.rows.lengths_h, self.titres)
        return self._state() if self.steps else State(self.plasma_mg, self.tissue_mg)

    def go(self, row: int, to: int, lengths_h: Sequence[float], titres: Array) -> None:
        """Go on from a row to another, ``lengths_h`` apart; fill the later rows of ``titres``."""
        fast, slow = self.parts
        multiply, add, ahead, whole, own = np.multiply, np.add, self.ahead, self.whole, self.own
        for now in range(row + 1, to + 1):
            length_h, titre = lengths_h[now - 1], titres[now]
            multiply(self.parts, self.modes.decay(length_h), out=self.parts)
            if self.slope is not None:
                self.balance += self.slope * (self.modes.total * length_h)
            if now in ahead or now in whole or now in own:
                self._change(now)
            add(fast, slow, out=titre)
            add(titre, self.balance, out=titre)

    def add(self, infusions: Infusions) -> None:
        """Take in infusions that start where it stands or later."""
        alike = _alike(infusions)
        for start_h, mass_mg, duration_h in zip(*infusions.columns(), strict=True):
            self._note((start_h, mass_mg, duration_h, start_h + duration_h), alike)

    def _change(self, row: int) -> None:
        """Let in what begins or ends between the row before and this one."""
        for infusion in self.ahead.pop(row, ()):
            self._note(infusion, self.alike)
        for jump, shift, slope in self.whole.pop(row, ()):
            self.parts += jump
            self.balance += shift
            if slope is not None:
                self.slope = slope if self.slope is None else self.slope + slope
        for up, who, effect, shift in self.own.pop(row, ()):
            to_parts, to_balance = _DOWN_UP if up else _UP_DOWN
            to_parts(self.parts[0], who, effect[0][who])
            to_parts(self.parts[1], who, effect[1][who])
            to_balance(self.balance, who, shift[who])

    def _begin(self, state: State, rate: Array) -> None:
        self.plasma_mg, self.tissue_mg = state.plasma_mg, state.tissue_mg
        plasma, returned = state.plasma_mg / self.v1_dl, self.modes.returned
        tissue = state.tissue_mg / self.v1_dl * returned
        self.parts = self.modes.share * plasma
        self.parts[0] -= tissue
        self.parts[1] += tissue
        self.parts -= self.modes.settled * rate
        self.balance = self.modes.total * rate
        if self.slope is not None:
            self.parts += self.modes.lag * self.slope
            self.balance -= self.modes.total_lag * self.slope

    def _state(self) -> State:
        """Tissue from what the fast part lacks of its share of plasma."""
        plasma = self.parts[0] + self.parts[1] + self.balance
        slope = np.zeros(self.n) if self.slope is None else self.slope
        rate = (self.balance + slope * self.modes.total_lag) / self.modes.total
        fast = self.parts[0] + self.modes.settled[0] * rate - self.modes.lag[0] * slope
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
        (row,), (left_h,) = self.rows.next_rows(np.array([moment_h]))
        jump = slope * self.modes.lag * self.modes.decay(float(left_h))
        shift = slope * (self.modes.total * left_h - self.modes.total_lag)
        self.whole[int(row)].append((jump, shift, slope))

    def _infusions(self, infusions: Infusions, recovery: Array | float) -> Array:
        """Return the rate of what runs at ``from_h``; put off the others to their first row.

        Worked when they are reached and not before, few arrays are in use at a time:
        they stay in the cache, and in memory that need not be asked for again.
        """
        self.alike = _alike(infusions)
        self.share = np.asarray(recovery, dtype=np.float64) / self.v1_dl
        running = np.zeros(self.n)
        reached = []
        for start_h, mass_mg, duration_h in zip(*infusions.columns(), strict=True):
            end_h = start_h + duration_h
            # Infusions that are over or not reached cost nothing more.
            if end_h.max() >= self.from_h and start_h.min() < self.end_h:
                reached.append((start_h, mass_mg, duration_h, end_h))
                begun = (start_h < self.from_h) & (end_h > self.from_h)
                if begun.any():
                    rate = mass_mg * self.share / np.where(begun, duration_h, 1.0)
                    running += np.where(begun, rate, 0.0)
        if reached:
            # None before an earlier one: their effects on a patient add up in one order.
            first, _left_h = self.rows.next_rows(
                np.array([start_h.min() for start_h, *_ in reached])
            )
            rows = np.minimum.accumulate(first[::-1])[::-1]
            for row, infusion in zip(rows.tolist(), reached, strict=True):
                self.ahead[max(row, 1)].append(infusion)
        return running

    def _note(self, infusion: _Infusion, alike: tuple[bool, bool]) -> None:
        """Note at which rows an infusion starts and ends, and what it does there."""
        start_h, mass_mg, duration_h, end_h = infusion
        starts_alike, ends_alike = alike
        rate, bolus = mass_mg * self.share, duration_h == 0
        if bolus.any():
            if np.any(bolus & (mass_mg > 0)):
                # A bolus goes to the parts and leaves the balance as it is.
                at_once = self.modes.share * np.where(bolus, rate, 0.0)
                self._schedule(starts_alike, start_h, at_once, np.zeros(self.n), up=False)
            rate, duration_h = np.where(bolus, 0.0, rate), np.where(bolus, 1.0, duration_h)
        rate /= duration_h
        if (over := end_h <= self.from_h).any():
            rate = np.where(over, 0.0, rate)
        # A rate comes and goes: the balance jumps, the parts take up the difference.
        taken, shift = np.multiply(self.modes.settled, rate, out=self.work), self.modes.total * rate
        self._schedule(starts_alike, start_h, taken, shift, up=True)
        self._schedule(ends_alike, end_h, taken, shift, up=False)

    def _schedule(
        self, alike: bool, moment_h: Array, effect: Array, shift: Array, *, up: bool
    ) -> None:
        """Note what a change at a moment does at its row: ``up`` is shift up and parts down."""
        row, left_h = self.rows.next_rows(moment_h)
        if alike:
            if 0 < row[0] <= self.steps:
                jump = self.modes.decay(float(left_h[0])) * effect
                self.whole[int(row[0])].append(
                    (np.negative(jump, out=jump), shift, None) if up else (jump, -shift, None)
                )
            return
        left = self.modes.exponent * -left_h
        np.exp(left, out=left)
        left *= effect
        self._for_each(row, left, shift, up=up)

    def _for_each(self, rows: Rows, effect: Array, shift: Array, *, up: bool) -> None:
        """Schedule changes at each patient's own moment, sorted by the row they fall in."""
        rows = np.broadcast_to(rows, (self.n,))
        who = np.argsort(rows, kind="stable")
        ends = np.cumsum(np.bincount(rows, minlength=self.steps + 1))
        edges = pairwise(ends[: self.steps + 1].tolist())
        for row, (first, last) in enumerate(edges, start=1):
            if first < last:
                self.own[row].append((up, who[first:last], effect, shift))

"""Amounts on their way through sorted times: exact steps from one to the next.

Inside a step the input is a constant rate plus a constant slope. Where an
infusion starts or ends inside it, the change of rate is added for the part of
the step that is left: an exact correction, worked once for each infusion and
patient, whatever the number of steps. An infusion that lies within one step
adds its amounts only, so that no duration is too short to keep its mass.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from igmfat_nb.kinetics.model import Array, Infusions, Kinetics, State, Synthesis, patients
from igmfat_nb.kinetics.solution import (
    Exponents,
    Link,
    chain,
    plasma_and_tissue,
    transition,
)

Rows = np.ndarray[tuple[int], np.dtype[np.intp]]
_ALL = slice(None)
_STRETCHES_KEPT = 8
# Shorter, and what is left of the beginning and of the end of an infusion would cancel.
_LEAST_DIFFERENCE_H = 0.02


@dataclass(slots=True)
class _Change:
    """At one row: amounts to add to some patients, and their new rate and slope from there."""

    index: slice | Rows
    plasma: Array
    tissue: Array
    rate: Array | None
    slope: Array | None = None


@dataclass(slots=True)
class _Stretch:
    """What a step of one length needs, each of shape (n,)."""

    matrix: tuple[Array, Array, Array, Array]
    constant: tuple[Array, Array]
    rising: tuple[Array, Array] | None


class Stepper:
    """n patients going through sorted times; ``plasma`` and ``tissue`` are amounts × ``scale``.

    With ``titres`` the scale is 1 / V1, so that plasma is the titre itself and
    a row of the answer needs no division of its own.
    """

    def __init__(
        self,
        times: Array,
        state: State,
        kinetics: Kinetics,
        synthesis: Synthesis,
        infusions: Infusions,
        from_h: float,
        *,
        titres: bool = False,
    ) -> None:
        self.n = patients(state, kinetics, synthesis, infusions)
        self.times, self.at_h = times, from_h
        self.end_h = float(times[-1]) if len(times) else from_h
        self.exponents = Exponents.of(kinetics, self.n)
        self.scale = self._spread(1.0 / np.asarray(kinetics.v1_dl)) if titres else 1.0
        self.plasma = self._spread(state.plasma_mg) * self.scale
        self.tissue = self._spread(state.tissue_mg) * self.scale
        self.rate, self.slope = np.zeros(self.n), np.zeros(self.n)
        self.rises, self.sloping = False, False
        self._part = np.empty(self.n)
        self._input = (np.empty(self.n), np.empty(self.n))  # of the rate, over the last stretch
        self._last: _Stretch | None = None
        self._changes: dict[int, list[_Change]] = defaultdict(list)
        self._stretches: dict[float, _Stretch] = {}
        self._responses: dict[float, Link] = {}
        self._add_synthesis(synthesis)
        self._share = self._spread(kinetics.recovery) * self.scale
        self.add(infusions)

    def add(self, infusions: Infusions) -> None:
        """Take in infusions; once under way, only those that start where it stands or later."""
        # By the shape given and not by the values: a block decides as the whole does.
        alike = np.ndim(infusions.start_h) == np.ndim(infusions.duration_h) == 1
        for start_h, mass_mg, duration_h in infusions.rows(self.n):
            if alike and duration_h[0] >= _LEAST_DIFFERENCE_H:
                self._add_alike(float(start_h[0]), mass_mg * self._share, float(duration_h[0]))
            else:
                self._add_infusion(start_h, mass_mg * self._share, duration_h)

    def step(self, row: int, length_h: float, out: Array) -> None:
        """Go on to ``times[row]``, ``length_h`` further, and leave the plasma in ``out``."""
        if length_h > 0:
            self._move(self._stretch(length_h), length_h, out)
            for change in self._changes.pop(row, ()):
                self._apply(change)
        else:
            out[:] = self.plasma
        self.plasma = out

    def state(self) -> State:
        """Amounts [mg] where the stepper stands."""
        return State(self.plasma / self.scale, self.tissue / self.scale)

    def _spread(self, value: Array | float) -> Array:
        return np.broadcast_to(np.asarray(value, dtype=np.float64), (self.n,))

    def _move(self, stretch: _Stretch, length_h: float, out: Array) -> None:
        if stretch is not self._last:
            self._last = stretch
            for response, to in zip(stretch.constant, self._input, strict=True):
                np.multiply(response, self.rate, out=to)
        p11, p12, p21, p22 = stretch.matrix
        tissue, part = self.tissue, self._part
        np.multiply(p11, self.plasma, out=out)
        np.multiply(p12, tissue, out=part)
        out += part
        out += self._input[0]
        tissue *= p22
        np.multiply(p21, self.plasma, out=part)
        tissue += part
        tissue += self._input[1]
        if self.sloping and stretch.rising is not None:
            out += stretch.rising[0] * self.slope
            tissue += stretch.rising[1] * self.slope
            self.rate += self.slope * length_h
            self._last = None
        self.plasma = out

    def _apply(self, change: _Change) -> None:
        self.plasma[change.index] += change.plasma
        self.tissue[change.index] += change.tissue
        if change.rate is not None:
            self.rate[change.index] += change.rate
            self._last = None
        if change.slope is not None:
            self.slope += change.slope
            self.sloping = bool(self.slope.any())

    def _stretch(self, length_h: float) -> _Stretch:
        known = self._stretches.get(length_h)
        if known is not None:
            return known
        links = chain(self.exponents, length_h, 2 if self.rises else 1)
        stretch = _Stretch(
            transition(self.exponents, links[0]),
            plasma_and_tissue(self.exponents, links[1]),
            plasma_and_tissue(self.exponents, links[2]) if self.rises else None,
        )
        if len(self._stretches) >= _STRETCHES_KEPT:  # memory, when every time is its own
            self._stretches.clear()
        self._stretches[length_h] = stretch
        return stretch

    def _add_synthesis(self, synthesis: Synthesis) -> None:
        slope = self._spread(synthesis.slope_mg_per_h2()) * self.scale
        start_h, end_h = synthesis.rise_start_h, synthesis.rise_end_h
        self.rate += self._spread(synthesis.start_mg_per_h) * self.scale
        if not slope.any() or start_h >= self.end_h:
            return
        self.rises = True
        self.rate += slope * (min(max(self.at_h, start_h), end_h) - start_h)
        if start_h <= self.at_h < end_h:
            self.slope += slope
            self.sloping = True
        for sign, moment_h in ((1.0, start_h), (-1.0, end_h)):
            if self.at_h < moment_h < self.end_h:
                row = int(np.searchsorted(self.times, moment_h, side="right"))
                self._bend(row, sign * slope, float(self.times[row] - moment_h))

    def _bend(self, row: int, slope: Array, left_h: float) -> None:
        """Change the slope of the input ``left_h`` before the time of a row."""
        plasma, tissue = plasma_and_tissue(self.exponents, chain(self.exponents, left_h, 2)[2])
        change = _Change(_ALL, plasma * slope, tissue * slope, slope * left_h, slope)
        self._changes[row].append(change)

    def _add_infusion(self, start_h: Array, mass: Array, duration_h: Array) -> None:
        end_h = start_h + duration_h
        first, last = self._rows_after(start_h), self._rows_after(end_h)
        given = (mass > 0) & (start_h < self.end_h)
        under_way = given & (start_h < self.at_h) & (end_h > self.at_h)
        later = given & (start_h >= self.at_h)
        within = later & (first == last)
        spanning = later & (first != last)
        if within.any():
            self._add_within(first, last, within, end_h, mass, duration_h)
        running = spanning | under_way
        if not running.any():
            return
        rate = np.divide(mass, duration_h, out=np.zeros(self.n), where=running)
        if under_way.any():
            self.rate += np.where(under_way, rate, 0.0)
        self._turn(first, spanning, start_h, rate)
        self._turn(last, running & (end_h < self.end_h), end_h, -rate)

    def _turn(self, rows: Rows, where: np.ndarray, moment_h: Array, rate: Array) -> None:
        """Change the rate of some patients at a moment before the time of their row."""
        if not where.any():
            return
        left_h = self._left_h(rows, where, moment_h)
        if left_h[0] > 0 and np.all(left_h == left_h[0]):
            plasma, tissue = self._response(float(left_h[0]))  # all start at once
        else:
            links = chain(self.exponents, left_h, 1)
            plasma, tissue = plasma_and_tissue(self.exponents, links[1])
        self._schedule(rows, where, (plasma * rate, tissue * rate), rate)

    def _response(self, left_h: float) -> Link:
        """What a unit rate leaves after some hours; kept, as doses recur at the same hours."""
        known = self._responses.get(left_h)
        if known is None:
            links = chain(self.exponents, left_h, 1)
            known = plasma_and_tissue(self.exponents, links[1])
            if len(self._responses) >= _STRETCHES_KEPT:
                self._responses.clear()
            self._responses[left_h] = known
        return known

    def _add_alike(self, start_h: float, mass: Array, duration_h: float) -> None:
        """Add an infusion that runs at the same hours in all patients: two changes of rate."""
        end_h = start_h + duration_h
        if start_h >= self.end_h or end_h <= self.at_h:
            return
        rate = mass / duration_h
        turns = [(start_h, rate), (end_h, -rate)]
        if start_h < self.at_h:
            self.rate += rate
            del turns[0]
        for moment_h, change in turns:
            if moment_h < self.end_h:
                self._turn_alike(moment_h, change)

    def _turn_alike(self, moment_h: float, rate: Array) -> None:
        """Change the rate of all at a moment before the time of a row."""
        row = int(np.searchsorted(self.times, moment_h, side="right"))
        plasma, tissue = self._response(float(self.times[row]) - moment_h)
        self._changes[row].append(_Change(_ALL, plasma * rate, tissue * rate, rate))

    def _add_within(
        self, rows: Rows, last: Rows, within: np.ndarray, end_h: Array, mass: Array, length_h: Array
    ) -> None:
        """Add infusions that start and end before the same time; a bolus is the shortest."""
        length_h = np.where(within, length_h, 0.0)
        runs = length_h > 0
        links = chain(self.exponents, length_h, 1)
        share, tissue = plasma_and_tissue(self.exponents, links[1])
        plasma = np.divide(share, length_h, out=np.ones(self.n), where=runs) * mass
        tissue = np.divide(tissue, length_h, out=np.zeros(self.n), where=runs) * mass
        after = chain(self.exponents, self._left_h(last, within, end_h), 0)
        p11, p12, p21, p22 = transition(self.exponents, after[0])
        amounts = (p11 * plasma + p12 * tissue, p21 * plasma + p22 * tissue)
        self._schedule(rows, within, amounts, None)

    def _left_h(self, rows: Rows, where: np.ndarray, moment_h: Array) -> Array:
        """Time from each moment to the time of its row; 0 for the others."""
        reached = np.where(where, rows, 0)
        return np.where(where, self.times[reached] - moment_h, 0.0)

    def _schedule(
        self,
        rows: Rows,
        where: np.ndarray,
        amounts: tuple[Array, Array],
        rate: Array | None,
    ) -> None:
        """Note what happens to whom at which row."""
        plasma, tissue = amounts
        for row, index in _by_row(rows, where):
            self._changes[row].append(
                _Change(
                    index,
                    plasma[index],
                    tissue[index],
                    None if rate is None else rate[index],
                )
            )

    def _rows_after(self, moment_h: Array) -> Rows:
        """Row of the first time after each moment."""
        if np.all(moment_h == moment_h[0]):  # one search serves all
            return np.full(self.n, np.searchsorted(self.times, moment_h[0], side="right"))
        return np.searchsorted(self.times, moment_h, side="right")


def _by_row(rows: Rows, where: np.ndarray) -> list[tuple[int, slice | Rows]]:
    """Patients by the row in which their change falls."""
    if where.all() and rows.min() == rows.max():
        return [(int(rows[0]), _ALL)]
    chosen = np.flatnonzero(where)
    # Rows fit in 16 or 32 bits, for which the stable sort is a fast radix sort.
    key = rows[chosen].astype(np.int16 if rows.max() < np.iinfo(np.int16).max else np.int32)
    chosen = chosen[np.argsort(key, kind="stable")]
    edges = [0, *(np.flatnonzero(np.diff(rows[chosen])) + 1), len(chosen)]
    return [(int(rows[chosen[i]]), chosen[i:j]) for i, j in pairwise(edges)]

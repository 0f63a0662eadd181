"""Amounts and titres at any times: exact steps from one time to the next.

Inside a step the input is a constant rate plus a constant slope. Where an
infusion starts or ends inside it, the change of rate is added for the part of
the step that is left: an exact correction, worked once for each infusion and
patient, whatever the number of steps.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.kinetics.model import Array, Infusions, Kinetics, State, Synthesis
from igmfat_nb.kinetics.solution import Exponents, chain, plasma_and_tissue, transition
from igmfat_nb.language import _

Index = slice | np.ndarray[tuple[int], np.dtype[np.intp]]
_ALL = slice(None)
_STRETCHES_KEPT = 8


def amounts_at(
    time_h: ArrayLike,
    state: State,
    kinetics: Kinetics,
    synthesis: Synthesis,
    infusions: Infusions,
    *,
    from_h: float = 0.0,
) -> State:
    """Amounts at any times, in any order.

    Parameters
    ----------
    time_h : array_like, shape (t,)
        Hours, ``from_h`` or later.
    state : State
        Amounts at ``from_h``, shape (n,), which hold what went in before. Of an
        infusion that runs at ``from_h`` only the rest is added.

    Returns
    -------
    State
        Of shape (t, n). A bolus shows from the next later time on.

    Raises
    ------
    ImplausibleInput
        If a time is before ``from_h``.
    """
    times, order = _sorted_times(time_h, from_h)
    march = _March(times, state, kinetics, synthesis, infusions, from_h)
    plasma, tissue = np.empty((len(times), march.n)), np.empty((len(times), march.n))
    for row in range(len(times)):
        march.step(row)
        plasma[row], tissue[row] = march.plasma, march.tissue
    return State(plasma[order], tissue[order])


def titre_at(
    time_h: ArrayLike,
    state: State,
    kinetics: Kinetics,
    synthesis: Synthesis,
    infusions: Infusions,
    *,
    from_h: float = 0.0,
) -> Array:
    """Titres [mg/dL] at any times, shape (t, n); see ``amounts_at``."""
    times, order = _sorted_times(time_h, from_h)
    titres, _state = _titres(times, state, kinetics, synthesis, infusions, from_h, None)
    return titres[order]


def titre_on_grid(
    step_h: float,
    steps: int,
    state: State,
    kinetics: Kinetics,
    synthesis: Synthesis,
    infusions: Infusions,
    *,
    from_h: float = 0.0,
    out: Array | None = None,
) -> Array:
    """Titres [mg/dL] every ``step_h`` hours from ``from_h``, both ends, shape (steps + 1, n)."""
    return course_on_grid(
        step_h, steps, state, kinetics, synthesis, infusions, from_h=from_h, out=out
    )[0]


def course_on_grid(
    step_h: float,
    steps: int,
    state: State,
    kinetics: Kinetics,
    synthesis: Synthesis,
    infusions: Infusions,
    *,
    from_h: float = 0.0,
    out: Array | None = None,
) -> tuple[Array, State]:
    """Titres as ``titre_on_grid``, and the amounts at the end for going on from there."""
    if steps < 0 or (steps and not step_h > 0):
        raise ImplausibleInput(_("A grid needs a step above 0 and no negative number of steps."))
    times: Array = from_h + np.arange(steps + 1, dtype=np.float64) * float(step_h)
    return _titres(times, state, kinetics, synthesis, infusions, from_h, out)


def advance(
    state: State,
    kinetics: Kinetics,
    synthesis: Synthesis,
    infusions: Infusions,
    *,
    from_h: float,
    to_h: float,
) -> State:
    """Amounts at ``to_h`` from those at ``from_h``, shape (n,): one step, no grid."""
    times, _order = _sorted_times(to_h, from_h)
    march = _March(times, state, kinetics, synthesis, infusions, from_h)
    march.step(0)
    return State(march.plasma, march.tissue)


def eliminated_mg(
    time_h: ArrayLike,
    state: State,
    kinetics: Kinetics,
    synthesis: Synthesis,
    infusions: Infusions,
    *,
    from_h: float = 0.0,
) -> Array:
    """What was eliminated since ``from_h`` [mg], shape (t, n): k10 × the integral of A1."""
    times, order = _sorted_times(time_h, from_h)
    march = _March(times, state, kinetics, synthesis, infusions, from_h, integrate=True)
    lost = np.empty((len(times), march.n))
    for row in range(len(times)):
        march.step(row)
        lost[row] = march.exposure * march.exponents.k10
    return lost[order]


def _sorted_times(
    time_h: ArrayLike, from_h: float
) -> tuple[Array, np.ndarray[tuple[int], np.dtype[np.intp]]]:
    times, order = np.unique(
        np.atleast_1d(np.asarray(time_h, dtype=np.float64)), return_inverse=True
    )
    if not np.all((times >= from_h) & (times < np.inf)):
        message = _("Every time must be finite and not before {start} h.")
        raise ImplausibleInput(message.format(start=from_h))
    return times, order.ravel()


def _titres(
    times: Array,
    state: State,
    kinetics: Kinetics,
    synthesis: Synthesis,
    infusions: Infusions,
    from_h: float,
    out: Array | None,
) -> tuple[Array, State]:
    march = _March(times, state, kinetics, synthesis, infusions, from_h)
    titres = np.empty((len(times), march.n)) if out is None else out
    v1_dl = np.broadcast_to(np.asarray(kinetics.v1_dl, dtype=np.float64), (march.n,))
    for row in range(len(times)):
        march.step(row)
        np.divide(march.plasma, v1_dl, out=titres[row])
    return titres, State(march.plasma, march.tissue)


@dataclass(slots=True)
class _Change:
    """At one row: amounts to add to some patients, and their new rate and slope from there."""

    index: Index
    plasma: Array
    tissue: Array
    exposure: Array | float
    rate: Array | float
    slope: Array | float = 0.0


@dataclass(slots=True)
class _Stretch:
    """What a step of one length needs, each of shape (n,)."""

    matrix: tuple[Array, Array, Array, Array]
    constant: tuple[Array, Array]
    rising: tuple[Array, Array] | None
    integrals: tuple[Array, ...] = field(default=())


class _March:
    """Amounts of n patients on their way through sorted times."""

    def __init__(
        self,
        times: Array,
        state: State,
        kinetics: Kinetics,
        synthesis: Synthesis,
        infusions: Infusions,
        from_h: float,
        *,
        integrate: bool = False,
    ) -> None:
        self.times, self.at_h, self.integrate = times, from_h, integrate
        rows = (kinetics.v1_dl, kinetics.k10_per_h, kinetics.k12_per_h, kinetics.k21_per_h)
        shapes = [np.shape(x) for x in (*rows, kinetics.recovery, state.plasma_mg)]
        shapes += [np.shape(synthesis.start_mg_per_h), np.shape(infusions.igm_mg)[1:]]
        shapes += [np.shape(infusions.start_h)[1:], np.shape(infusions.duration_h)[1:]]
        self.n = _patients(shapes)
        self.exponents = Exponents.of(kinetics, self.n)
        self.plasma = np.array(np.broadcast_to(state.plasma_mg, (self.n,)), dtype=np.float64)
        self.tissue = np.array(np.broadcast_to(state.tissue_mg, (self.n,)), dtype=np.float64)
        self.exposure = np.zeros(self.n)
        self.rate, self.slope = np.zeros(self.n), np.zeros(self.n)
        self.rises = False
        self._spare = (np.empty(self.n), np.empty(self.n))
        self._changes: dict[int, list[_Change]] = defaultdict(list)
        self._stretches: dict[float, _Stretch] = {}
        self._add_synthesis(synthesis)
        recovery = np.broadcast_to(np.asarray(kinetics.recovery, dtype=np.float64), (self.n,))
        for start_h, mass_mg, duration_h in infusions.rows(self.n):
            self._add_infusion(start_h, mass_mg * recovery, duration_h)

    def step(self, row: int) -> None:
        """Go on to ``times[row]``."""
        length_h = float(self.times[row] - self.at_h)
        if length_h > 0:
            self._move(self._stretch(length_h), length_h)
            for change in self._changes.pop(row, ()):
                self.plasma[change.index] += change.plasma
                self.tissue[change.index] += change.tissue
                self.rate[change.index] += change.rate
                if self.rises:
                    self.slope[change.index] += change.slope
                if self.integrate:
                    self.exposure[change.index] += change.exposure
        self.at_h = float(self.times[row])

    def _move(self, stretch: _Stretch, length_h: float) -> None:
        p11, p12, p21, p22 = stretch.matrix
        to_plasma, to_tissue = stretch.constant
        if self.integrate:
            self._integrate(stretch)
        plasma, part = self._spare
        tissue = self.tissue
        np.multiply(p11, self.plasma, out=plasma)
        np.add(plasma, np.multiply(p12, tissue, out=part), out=plasma)
        np.add(plasma, np.multiply(to_plasma, self.rate, out=part), out=plasma)
        np.multiply(p22, tissue, out=tissue)
        np.add(tissue, np.multiply(p21, self.plasma, out=part), out=tissue)
        np.add(tissue, np.multiply(to_tissue, self.rate, out=part), out=tissue)
        if stretch.rising is not None:
            plasma += stretch.rising[0] * self.slope
            tissue += stretch.rising[1] * self.slope
            self.rate += self.slope * length_h
        self._spare = (self.plasma, part)
        self.plasma = plasma

    def _integrate(self, stretch: _Stretch) -> None:
        from_plasma, from_tissue, from_rate, from_slope = stretch.integrals
        self.exposure += from_plasma * self.plasma + from_tissue * self.tissue
        self.exposure += from_rate * self.rate + from_slope * self.slope

    def _stretch(self, length_h: float) -> _Stretch:
        known = self._stretches.get(length_h)
        if known is not None:
            return known
        order = 3 if self.integrate else 2 if self.rises else 1
        links = chain(self.exponents, length_h, order)
        stretch = _Stretch(
            transition(self.exponents, links[0]),
            plasma_and_tissue(self.exponents, links[1]),
            plasma_and_tissue(self.exponents, links[2]) if self.rises else None,
        )
        if self.integrate:
            stretch.integrals = (
                *transition(self.exponents, links[1])[:2],
                plasma_and_tissue(self.exponents, links[2])[0],
                plasma_and_tissue(self.exponents, links[3])[0],
            )
        # A grid has one length; its rounded multiples differ in the last bit, so keep a few.
        if len(self._stretches) > _STRETCHES_KEPT:
            self._stretches.clear()
        self._stretches[length_h] = stretch
        return stretch

    def _add_synthesis(self, synthesis: Synthesis) -> None:
        slope = np.broadcast_to(synthesis.slope_mg_per_h2(), (self.n,))
        start_h, end_h = synthesis.rise_start_h, synthesis.rise_end_h
        self.rate += synthesis.start_mg_per_h
        if not slope.any() or start_h >= self.times[-1]:
            return
        self.rises = True
        self.rate += slope * (min(max(self.at_h, start_h), end_h) - start_h)
        if start_h <= self.at_h < end_h:
            self.slope += slope
        for sign, moment_h in ((1.0, start_h), (-1.0, end_h)):
            row = self._row_of(moment_h)
            if row is not None:
                self._bend(row, sign * slope, float(self.times[row] - moment_h))

    def _bend(self, row: int, slope: Array, left_h: float) -> None:
        """Change the slope of the input ``left_h`` before the time of a row."""
        links = chain(self.exponents, left_h, 3 if self.integrate else 2)
        plasma, tissue = plasma_and_tissue(self.exponents, links[2])
        exposure: Array | float = 0.0
        if self.integrate:
            exposure = plasma_and_tissue(self.exponents, links[3])[0] * slope
        change = _Change(_ALL, plasma * slope, tissue * slope, exposure, slope * left_h, slope)
        self._changes[row].append(change)

    def _add_infusion(self, start_h: Array, mass_mg: Array, duration_h: Array) -> None:
        end_h = start_h + duration_h
        bolus = (duration_h == 0) & (mass_mg > 0)
        if bolus.any():
            self._schedule(start_h, np.where(bolus, mass_mg, 0.0), 0)
        runs = (duration_h > 0) & (mass_mg > 0) & (end_h > self.at_h)
        if not runs.any():
            return
        rate = np.divide(mass_mg, duration_h, out=np.zeros(self.n), where=runs)
        under_way = runs & (start_h < self.at_h)
        self.rate += np.where(under_way, rate, 0.0)
        self._schedule(start_h, np.where(under_way, 0.0, rate), 1)
        self._schedule(end_h, -rate, 1)

    def _schedule(self, moment_h: Array, amount: Array, order: int) -> None:
        """Let a bolus (order 0, mg) or a change of rate (order 1, mg/h) happen at its moment."""
        inside = (amount != 0) & (moment_h >= self.at_h) & (moment_h < self.times[-1])
        if not inside.any():
            return
        rows = self._rows_after(moment_h)
        chosen, cuts = _by_row(rows, inside)
        left_h = self.times[rows[chosen]] - moment_h[chosen]
        plasma, tissue, exposure = self._response(chosen, left_h, order)
        size = amount[chosen]
        plasma, tissue, exposure = plasma * size, tissue * size, exposure * size
        rate = size if order else np.zeros_like(size)
        for part in cuts:
            index = chosen if isinstance(chosen, slice) else chosen[part]
            row = int(rows[index][0])
            self._changes[row].append(
                _Change(index, plasma[part], tissue[part], exposure[part], rate[part])
            )

    def _rows_after(self, moment_h: Array) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """Row of the first time after each moment."""
        if np.all(moment_h == moment_h[0]):  # one search serves all
            return np.full(self.n, np.searchsorted(self.times, moment_h[0], side="right"))
        return np.searchsorted(self.times, moment_h, side="right")

    def _response(self, chosen: Index, left_h: Array, order: int) -> tuple[Array, Array, Array]:
        """Amounts and exposure that a unit leaves after the rest of its step."""
        alike = order == 1 and isinstance(chosen, slice) and np.all(left_h == left_h[0])
        if alike and not self.integrate:  # every patient's infusion starts at once
            return *self._stretch(float(left_h[0])).constant, np.zeros(self.n)
        some = self.exponents.at(chosen)
        links = chain(some, left_h, order + 1 if self.integrate else order)
        plasma, tissue = plasma_and_tissue(some, links[order])
        if not self.integrate:
            return plasma, tissue, np.zeros_like(plasma)
        return plasma, tissue, plasma_and_tissue(some, links[order + 1])[0]

    def _row_of(self, moment_h: float) -> int | None:
        """Row of the first time after a moment, or None when it is over or not reached."""
        if not self.at_h < moment_h < self.times[-1]:
            return None
        return int(np.searchsorted(self.times, moment_h, side="right"))


def _by_row(
    rows: np.ndarray[tuple[int], np.dtype[np.intp]],
    inside: np.ndarray[tuple[int], np.dtype[np.bool]],
) -> tuple[Index, list[slice]]:
    """Order the patients by the row in which their change falls; one slice for each row."""
    if inside.all() and rows.min() == rows.max():
        return _ALL, [_ALL]
    chosen = np.flatnonzero(inside)
    # Rows fit in 16 or 32 bits, for which the stable sort is a fast radix sort.
    key = rows[chosen].astype(np.int16 if rows.max() < np.iinfo(np.int16).max else np.int32)
    chosen = chosen[np.argsort(key, kind="stable")]
    edges = [0, *(np.flatnonzero(np.diff(rows[chosen])) + 1), len(chosen)]
    return chosen, [slice(first, last) for first, last in pairwise(edges)]


def _patients(shapes: list[tuple[int, ...]]) -> int:
    try:
        shape = np.broadcast_shapes((1,), *shapes)
    except ValueError:
        raise ImplausibleInput(_("The patients' arrays differ in length.")) from None
    if len(shape) != 1:
        raise ImplausibleInput(_("Patients stand in one dimension, shape (n,)."))
    return int(shape[0])

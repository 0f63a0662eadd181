"""What the kinetics engine costs beside general peers, and how far each is from the truth.

python benchmarks/kinetics.py [--patients 10000]

One problem for all: n patients, 7 daily infusions that start at the same hour
and last as long as each patient's dose takes, titres every hour for a week.
Peers that are too slow for all patients run on a sample, and the row says so.
The bound is the time to fill the array of answers, measured in the same run.
A further peer is one more function in ``PEERS``.
"""

import argparse
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import mpmath
import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from igmfat_nb.kinetics import (
    Infusions,
    Kinetics,
    State,
    Synthesis,
    course_on_grid,
    titre_at,
    titre_on_grid,
)

Array = NDArray[np.float64]
HOURS = 168
DAYS = 7
CHECKED = 8  # patients compared with mpmath


@dataclass(frozen=True)
class Problem:
    state: State
    kinetics: Kinetics
    synthesis: Synthesis
    infusions: Infusions

    @property
    def case(self) -> tuple[State, Kinetics, Synthesis, Infusions]:
        return self.state, self.kinetics, self.synthesis, self.infusions

    @property
    def n(self) -> int:
        return len(self.state.plasma_mg)

    def first(self, n: int) -> "Problem":
        """The same for the first n patients."""
        return Problem(
            State(self.state.plasma_mg[:n], self.state.tissue_mg[:n]),
            Kinetics(*(getattr(self.kinetics, k)[:n] for k in Kinetics.__dataclass_fields__)),
            Synthesis.constant(self.synthesis.start_mg_per_h[:n]),
            Infusions(
                self.infusions.start_h,
                self.infusions.igm_mg[:, :n],
                self.infusions.duration_h[:, :n],
            ),
        )

    def segments(self, patient: int) -> tuple[Array, Array]:
        """Every hour and every start and end, and the input [mg/h] from each to the next."""
        start = np.asarray(self.infusions.start_h)
        end = start + self.infusions.duration_h[:, patient]
        cuts = np.unique(np.concatenate([np.arange(HOURS + 1.0), start, end[end < HOURS]]))
        rate = self.infusions.igm_mg[:, patient] / self.infusions.duration_h[:, patient]
        middle = 0.5 * (cuts[:-1, None] + cuts[1:, None])
        runs = (middle > start) & (middle < end)
        running = self.kinetics.recovery[patient] * (runs * rate).sum(axis=1)
        return cuts, running + self.synthesis.start_mg_per_h[patient]


def problem(n: int) -> Problem:
    """Made-up patients, as far apart as the model's own; seeded."""
    rng = np.random.default_rng(20210)
    kinetics = Kinetics(
        *rng.uniform([20, 0.003, 0.001, 0.005, 0.6], [60, 0.08, 0.03, 0.08, 1], (n, 5)).T.copy()
    )
    return Problem(
        State(rng.uniform(800, 2400, n), rng.uniform(100, 600, n)),
        kinetics,
        Synthesis.constant(rng.uniform(0, 15, n)),
        Infusions(
            np.arange(DAYS) * 24.0 + 2.0,
            rng.uniform(500, 4000, (DAYS, n)),
            rng.uniform(4, 20, (DAYS, n)),
        ),
    )


def truth(p: Problem, patient: int) -> Array:
    """Titres by mpmath's matrix exponential in 30 digits, from one change to the next."""
    with mpmath.workdps(30):
        matrix = _augmented(p, patient)
        cuts, rates = p.segments(patient)
        x = mpmath.matrix([float(p.state.plasma_mg[patient]), float(p.state.tissue_mg[patient]), 0])
        found, steps = [x[0]], {}
        for start, end, rate in zip(cuts, cuts[1:], rates, strict=False):
            length = mpmath.mpf(float(end)) - mpmath.mpf(float(start))
            if length not in steps:
                steps[length] = mpmath.expm(mpmath.matrix(matrix.tolist()) * length)
            x[2] = mpmath.mpf(float(rate))
            x = steps[length] * x
            if end == int(end):
                found.append(x[0])
        return np.array([float(a / mpmath.mpf(float(p.kinetics.v1_dl[patient]))) for a in found])


def _augmented(p: Problem, patient: int) -> Array:
    k10, k12, k21 = (
        getattr(p.kinetics, k)[patient] for k in ("k10_per_h", "k12_per_h", "k21_per_h")
    )
    return np.array([[-k10 - k12, k21, 1.0], [k12, -k21, 0.0], [0.0, 0.0, 0.0]])


def by_grid(p: Problem) -> Array:
    return titre_on_grid(1.0, HOURS, *p.case)


def by_grid_in_place(p: Problem, out: Array) -> Array:
    return titre_on_grid(1.0, HOURS, *p.case, out=out)


def day_by_day(p: Problem) -> Array:
    state, rows = p.state, np.empty((HOURS + 1, p.n))
    for day in range(DAYS):
        part = rows[24 * day : 24 * day + 25]
        _titres, state = course_on_grid(1.0, 24, state, *p.case[1:], from_h=24.0 * day, out=part)
    return rows


def at_any_times(p: Problem) -> Array:
    return titre_at(np.arange(HOURS + 1.0), *p.case)


def by_expm(p: Problem) -> Array:
    """One batched matrix exponential a patient, over the lengths of its segments, each once."""
    titres = np.empty((HOURS + 1, p.n))
    for patient in range(p.n):
        cuts, rates = p.segments(patient)
        lengths, which = np.unique(np.diff(cuts), return_inverse=True)
        steps = expm(_augmented(p, patient) * lengths[:, None, None])[which]
        x = np.array([p.state.plasma_mg[patient], p.state.tissue_mg[patient], 0.0])
        titres[0, patient] = x[0]
        for end, rate, step in zip(cuts[1:], rates, steps, strict=True):
            x[2] = rate
            x = step @ x
            if end == int(end):
                titres[int(end), patient] = x[0]
    return titres / p.kinetics.v1_dl


def by_solve_ivp(p: Problem) -> Array:
    """LSODA from one change of the input to the next, relative tolerance 1e-9."""
    titres = np.empty((HOURS + 1, p.n))
    for patient in range(p.n):
        matrix = _augmented(p, patient)[:2, :2]
        cuts, rates = p.segments(patient)
        turns = [0, *(np.flatnonzero(np.diff(rates)) + 1), len(rates)]
        x = np.array([p.state.plasma_mg[patient], p.state.tissue_mg[patient]])
        titres[0, patient] = x[0]
        for first, last in pairwise(turns):
            times, entering = cuts[first : last + 1], np.array([rates[first], 0.0])
            path = solve_ivp(
                lambda _t, a, m=matrix, e=entering: m @ a + e,
                (times[0], times[-1]), x, "LSODA", times, rtol=1e-9, atol=1e-9,
                jac=lambda _t, _a, m=matrix: m,
            ).y  # fmt: skip
            x = path[:, -1]
            for end, plasma in zip(times[1:], path[0, 1:], strict=True):
                if end == int(end):
                    titres[int(end), patient] = plasma
    return titres / p.kinetics.v1_dl


# Name, function, patients it runs on at most, repeats.
PEERS: list[tuple[str, Callable[[Problem], Array], int, int]] = [
    ("ours, even grid", by_grid, 10**9, 25),
    ("ours, day by day (7 calls)", day_by_day, 10**9, 25),
    ("ours, any times", at_any_times, 10**9, 7),
    ("SciPy expm, batched", by_expm, 200, 1),
    ("SciPy solve_ivp, LSODA 1e-9", by_solve_ivp, 30, 1),
]


@dataclass(frozen=True)
class Spent:
    """Median and least time [s]; on a busy machine only the least is comparable."""

    median_s: float
    least_s: float

    def times(self, factor: float) -> "Spent":
        return Spent(self.median_s * factor, self.least_s * factor)


def time_of(work: Callable[[], object], repeats: int) -> Spent:
    """Measure, after one call to warm up (none for what runs once)."""
    if repeats > 1:
        work()
    spent = []
    for _repeat in range(repeats):
        begun = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begun)
    return Spent(float(np.median(spent)), min(spent))


def worst_error(titres: Array, expected: Array) -> float:
    return float(np.max(np.abs(titres[:, : expected.shape[1]] / expected - 1.0)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=10_000)
    p = problem(parser.parse_args().patients)
    expected = np.array([truth(p, patient) for patient in range(min(CHECKED, p.n))]).T
    out = np.empty((HOURS + 1, p.n))
    bound = time_of(lambda: out.fill(1.0), 101)
    print(
        f"{p.n:,} patients x {DAYS} infusions x {HOURS + 1} hours; NumPy {np.__version__}, ", end=""
    )
    print(
        f"Python {platform.python_version()}; largest relative error, {expected.shape[1]} patients,"
    )
    print("against mpmath; x bound and x ours: least time over the least of the bound and of ours.")
    print(f"{'':32}{'median':>15}{'least':>15}{'error':>10}{'x bound':>11}{'x ours':>10}  note")
    ours = time_of(lambda: by_grid_in_place(p, out), 51)
    print(_row("filling the array (bound)", bound, None, bound, ours))
    new = time_of(lambda: np.full((HOURS + 1, p.n), 1.0), 51)
    print(_row("filling a new array", new, None, bound, ours))
    print(_row("ours, even grid, given array", ours, worst_error(out, expected), bound, ours))
    for name, work, most, repeats in PEERS:
        some = p if p.n <= most else p.first(most)
        spent = time_of(lambda work=work, some=some: work(some), repeats).times(p.n / some.n)
        note = "" if some.n == p.n else f"extrapolated from {some.n} patients"
        print(_row(name, spent, worst_error(work(some), expected), bound, ours, note))
    one = p.first(1)
    spent = time_of(lambda: by_grid(one), 201)
    print(_row("ours, one patient, one call", spent, worst_error(by_grid(one), expected[:, :1])))


def _row(
    name: str,
    spent: Spent,
    error: float | None,
    bound: Spent | None = None,
    ours: Spent | None = None,
    note: str = "",
) -> str:
    times = [f"{s * 1e3:12,.3f} ms" for s in (spent.median_s, spent.least_s)]
    ratios = [
        "" if other is None else f"{spent.least_s / other.least_s:,.1f}" for other in (bound, ours)
    ]
    shown = "" if error is None else f"{error:.1e}"
    return (
        f"{name:32}{times[0]}{times[1]}{shown:>10}{ratios[0]:>11}{ratios[1]:>10}  {note}".rstrip()
    )


if __name__ == "__main__":
    main()

"""How far each assumption moves an answer: alone, screened, and all together.

A model here is a function from values to named results; ``known`` says what is explored.
Sobol indices and Morris screening are SALib's, on the unit cube of the distributions.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.protocol.exploration import Explored
from igmfat_nb.sensitivity.values import Values, base_value, ends_of, value_text, values_at

Array = NDArray[np.float64]
#: From values of shape (n,) to results of shape (n,), by name.
Model = Callable[[Values], Mapping[str, Array]]
Told = Callable[[int], object]
_LEVELS = 4
_RESAMPLES = 200
_CONFIDENCE = 0.95
#: Below this share of the mean an output does not vary: rounding, not an answer.
_STILL = 1e-9


@dataclass(frozen=True, slots=True)
class Bar:
    """One assumption alone: what was tried of it, and each output there.

    ``results`` has for each output a value for each of ``tried``, and ``base`` the output
    where nothing is changed.
    """

    explored: Explored
    tried: tuple[float, ...]
    results: dict[str, tuple[float, ...]]
    base: dict[str, float]

    def swing(self, output: str) -> float:
        """From the least to the most of an output, the base included."""
        found = (*self.results[output], self.base[output])
        return max(found) - min(found)


def tried_text(bar: Bar) -> str:
    """What was tried of an assumption, in words."""
    return "; ".join(value_text(bar.explored, value) for value in bar.tried)


@dataclass(frozen=True, slots=True)
class Index:
    """Sobol indices of one assumption for one output, with the half-width of 95 % intervals.

    ``first`` is the share of the variance that it explains alone, ``total`` together with
    the others.
    """

    explored: Explored
    first: float
    first_half_width: float
    total: float
    total_half_width: float


@dataclass(frozen=True, slots=True)
class Screened:
    """Morris: mean size of an elementary effect of one assumption, and its spread."""

    explored: Explored
    size: float
    half_width: float
    spread: float


def one_at_a_time(
    model: Model,
    known: Sequence[Explored],
    base: Mapping[str, float],
    *,
    tried: Mapping[str, Sequence[float]] | None = None,
) -> list[Bar]:
    """Each assumption alone at the ends of its range, or at stated values.

    Parameters
    ----------
    base : mapping
        What the others stay at; every one of ``known``.
    tried : mapping, optional
        Values by name; only these are then explored.
    """
    chosen = [one for one in known if tried is None or one.name in tried]
    ends = {
        one.name: list(ends_of(one, base[one.name]) if tried is None else tried[one.name])
        for one in chosen
    }
    rows = [dict(base)]
    rows += [dict(base) | {name: value} for name, values in ends.items() for value in values]
    found = model({one.name: np.array([row[one.name] for row in rows]) for one in known})
    at_base = {output: float(column[0]) for output, column in found.items()}
    bars, place = [], 1
    for one in chosen:
        part = slice(place, place + len(ends[one.name]))
        results = {output: tuple(column[part].tolist()) for output, column in found.items()}
        bars.append(Bar(one, tuple(ends[one.name]), results, at_base))
        place = part.stop
    return bars


def bases(known: Sequence[Explored], changed: Mapping[str, float]) -> dict[str, float]:
    """The base of all, with some of it changed."""
    return {one.name: changed.get(one.name, base_value(one)) for one in known}


def sobol(
    model: Model,
    known: Sequence[Explored],
    *,
    draws: int,
    seed: int,
    fixed: Mapping[str, float] | None = None,
    done: Told = lambda _count: None,
    at_once: int = 4096,
) -> dict[str, list[Index] | None]:
    """First-order and total indices of every output; None where it does not vary.

    Saltelli's scheme: ``draws`` × (assumptions + 2) evaluations.

    Parameters
    ----------
    draws : int
        Base size of Sobol's sequence, a power of two.
    seed : int
    fixed : mapping, optional
        What is not explored, at its value.
    done : callable
        Told how many more evaluations are done.
    """
    from SALib.analyze import sobol as analyse
    from SALib.sample import sobol as sample

    problem = _problem(known)
    points = sample.sample(problem, draws, calc_second_order=False, seed=seed)
    found = _evaluated(model, known, points, fixed or {}, done, at_once)
    indices: dict[str, list[Index] | None] = {}
    for output, column in found.items():
        if not _varies(column):
            indices[output] = None
            continue
        told = analyse.analyze(
            problem,
            column,
            calc_second_order=False,
            num_resamples=_RESAMPLES,
            conf_level=_CONFIDENCE,
            seed=seed,
        )
        rows = (told[name] for name in ("S1", "S1_conf", "ST", "ST_conf"))
        columns = zip(known, *rows, strict=True)
        indices[output] = [Index(one, *map(float, numbers)) for one, *numbers in columns]
    return indices


def morris(
    model: Model,
    known: Sequence[Explored],
    *,
    trajectories: int,
    seed: int,
) -> dict[str, list[Screened] | None]:
    """Elementary effects of every output: ``trajectories`` × (assumptions + 1) evaluations."""
    from SALib.analyze import morris as analyse
    from SALib.sample import morris as sample

    problem = _problem(known)
    points = sample.sample(problem, trajectories, num_levels=_LEVELS, seed=seed)
    found = model(values_at(known, points))
    screened: dict[str, list[Screened] | None] = {}
    for output, column in found.items():
        if not _varies(column):
            screened[output] = None
            continue
        told = analyse.analyze(problem, points, column, num_levels=_LEVELS, seed=seed)
        rows = (told[name] for name in ("mu_star", "mu_star_conf", "sigma"))
        columns = zip(known, *rows, strict=True)
        screened[output] = [Screened(one, *map(float, numbers)) for one, *numbers in columns]
    return screened


def strongest(screened: Sequence[Screened], most: int) -> list[Explored]:
    """The assumptions with the largest effects, in the order in which they are known."""
    sizes = sorted((one.size for one in screened), reverse=True)
    least = sizes[min(most, len(sizes)) - 1]
    return [one.explored for one in screened if one.size >= least][:most]


def _problem(known: Sequence[Explored]) -> dict[str, Any]:
    names = [one.name for one in known]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def _evaluated(
    model: Model,
    known: Sequence[Explored],
    points: Array,
    fixed: Mapping[str, float],
    done: Told,
    at_once: int,
) -> dict[str, Array]:
    parts = []
    for start, stop in _pieces(len(points), at_once):
        some = points[start:stop]
        values = values_at(known, some) | {
            name: np.full(len(some), value) for name, value in fixed.items()
        }
        parts.append(model(values))
        done(len(some))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _pieces(count: int, at_once: int) -> Iterator[tuple[int, int]]:
    for start in range(0, count, at_once):
        yield start, min(start + at_once, count)


def _varies(column: Array) -> bool:
    return bool(np.ptp(column) > _STILL * max(1.0, float(np.abs(column).max())))

"""A whole study: tornado, screening, Sobol indices and what is worth measuring, of one model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.protocol import exploration
from igmfat_nb.protocol.exploration import Explored
from igmfat_nb.sensitivity.indices import (
    Bar,
    Index,
    Screened,
    bases,
    morris,
    one_at_a_time,
    sobol,
    strongest,
)
from igmfat_nb.sensitivity.patient_model import OUTPUTS, PatientModel
from igmfat_nb.sensitivity.trial_model import TrialModel
from igmfat_nb.sensitivity.value import Decision, decision
from igmfat_nb.sensitivity.values import (
    Values,
    ends_of,
    explored_of,
    readings,
    values_at,
)

Array = NDArray[np.float64]
Told = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Priced:
    """What is worth measuring at one price, in the utility's unit; names of the decisions."""

    price: float | None
    choices: tuple[str, ...]
    decision: Decision


@dataclass(frozen=True, slots=True)
class Study:
    """What an answer depends on.

    Attributes
    ----------
    base : dict
        Where everything stands while one thing is changed.
    bars : list of Bar
        Each assumption alone.
    screened : dict or None
        Morris, by output; None where nothing was screened.
    indices : dict
        Sobol, by output; None for an output that does not vary. Empty where not asked for.
    worth : list of Priced
        Empty where not asked for.
    """

    kind: exploration.Model
    outputs: tuple[str, ...]
    base: dict[str, float]
    bars: list[Bar]
    screened: dict[str, list[Screened] | None] | None
    indices: dict[str, list[Index] | None]
    worth: list[Priced]

    def ranked(self, output: str) -> list[Bar]:
        """The bars of an output, the widest first; without those that do not move it."""
        moved = [bar for bar in self.bars if bar.swing(output) > 0]
        return sorted(moved, key=lambda bar: -bar.swing(output))


def patient_results(model: PatientModel, values: Values) -> Mapping[str, Array]:
    """A patient's week as a model of its assumptions."""
    found = model.outcomes(values)
    return {name: getattr(found, name) for name in OUTPUTS}


def patient_evaluations(draws: int) -> int:
    """How many weeks a patient's study works out, beside the tornado."""
    known = len(explored_of("patient"))
    return draws * (known + 2) + exploration.DRAWS_VALUE.value[0] * len(readings())


def patient_study(
    model: PatientModel,
    *,
    draws: int,
    seed: int,
    prices: Sequence[float],
    changed: Mapping[str, float] | None = None,
    tried: Mapping[str, Sequence[float]] | None = None,
    done: Told = lambda _count: None,
) -> Study:
    """Everything for one patient.

    Parameters
    ----------
    draws : int
        Base size of Sobol's sequence, a power of two.
    seed : int
    prices : sequence of float
        Hours at target that 100 mL must be worth.
    changed : mapping, optional
        Another base.
    tried : mapping, optional
        Values to try one at a time; then neither Sobol indices nor values of knowing.
    done : callable
        Told how many more weeks are done.
    """
    known = explored_of("patient")
    base = bases(known, model.base | dict(changed or {}))
    evaluate = partial(patient_results, model)
    bars = one_at_a_time(evaluate, known, base, tried=tried)
    if tried is not None:
        return Study("patient", OUTPUTS, base, bars, None, {}, [])
    indices = sobol(evaluate, known, draws=draws, seed=seed, done=done, at_once=2048)
    worth = _bedside_worth(model, known, prices, seed, done)
    return Study("patient", OUTPUTS, base, bars, None, indices, worth)


def _bedside_worth(
    model: PatientModel, known: Sequence[Explored], prices: Sequence[float], seed: int, done: Told
) -> list[Priced]:
    """Choose a reading: hours at target, less a price for each 100 mL."""
    uncertain = [one for one in known if one.name != "reading"]
    values = _drawn(uncertain, exploration.DRAWS_VALUE.value[0], seed)
    n = len(values["clearance"])
    hours, volume_ml = np.empty((n, len(readings()))), np.empty((n, len(readings())))
    for place in range(len(readings())):
        chosen = values | {"reading": np.full(n, float(place))}
        found = model.outcomes(chosen, chance=False)
        hours[:, place], volume_ml[:, place] = found.hours_at_target, found.total_ml
        done(n)
    names = tuple(edition.name for edition in readings())
    return [
        Priced(price, names, _decided(hours - price * volume_ml / 100, values, seed))
        for price in prices
    ]


def trial_evaluations(model: TrialModel) -> int:
    """How many trials a study of a design runs, the tornado included."""
    known = len(model.known())
    alone = 1 + sum(len(ends_of(one)) for one in model.known())
    screening = exploration.TRAJECTORIES.value * (known + 1)
    kept = min(exploration.SCREENED.value, known)
    together = exploration.DRAWS_TRIAL.value * (kept + 2) + exploration.DRAWS_VALUE.value[1]
    return alone + screening + together


def trial_study(
    model: TrialModel,
    *,
    changed: Mapping[str, float] | None = None,
    tried: Mapping[str, Sequence[float]] | None = None,
) -> Study:
    """Everything for a design: screening first, Sobol indices of what it leaves."""
    known, seed = model.known(), model.seed
    base = model.base() | dict(changed or {})
    outputs = ("contrast", "power")
    bars = one_at_a_time(model, known, base, tried=tried)
    if tried is not None:
        return Study("trial", outputs, base, bars, None, {}, [])
    screened = morris(model, known, trajectories=exploration.TRAJECTORIES.value, seed=seed)
    kept = strongest(screened["contrast"] or [], exploration.SCREENED.value)
    fixed = {one.name: base[one.name] for one in known if one not in kept}
    draws = exploration.DRAWS_TRIAL.value
    indices = sobol(model, kept, draws=draws, seed=seed, fixed=fixed)
    return Study("trial", outputs, base, bars, screened, indices, [_trial_worth(model)])


def _trial_worth(model: TrialModel) -> Priced:
    """Declare the arm with more time at target: a wrong declaration costs 1."""
    known = model.known()
    values = _drawn(known, exploration.DRAWS_VALUE.value[1], model.seed)
    more = model(values)["contrast"] > 0
    utilities = -np.stack([more, ~more], axis=1).astype(np.float64)  # of standard, of deficit
    return Priced(None, ("standard", "personalised"), _decided(utilities, values, model.seed))


def _drawn(known: Sequence[Explored], n: int, seed: int) -> dict[str, Array]:
    """Draws of all assumptions together: a scrambled Sobol sequence."""
    from scipy.stats import qmc

    return values_at(known, qmc.Sobol(len(known), rng=np.random.default_rng(seed)).random(n))


def _decided(utilities: Array, values: Values, seed: int) -> Decision:
    return decision(utilities, values, ("synthesis", "reading"), np.random.default_rng([seed, 1]))

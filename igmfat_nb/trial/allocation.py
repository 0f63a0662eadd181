"""Who gets which arm, 1:1: permuted blocks by centre, simple, or minimisation."""

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.protocol import virtual_trial
from igmfat_nb.trial.design import Allocation

Index = NDArray[np.int64]
_FAVOURED = virtual_trial.MINIMISATION_CHANCE.value


def centres_of(rng: np.random.Generator, patients: int, centres: int) -> Index:
    """Centre of each patient, uniform from 0 to ``centres`` - 1, shape (patients,).

    Examples
    --------
    >>> centres_of(np.random.default_rng(1), 3, 1).tolist()
    [0, 0, 0]
    """
    return rng.integers(0, centres, patients)


def allocate(
    rng: np.random.Generator, allocation: Allocation, centre: Index, factors: NDArray[np.bool]
) -> Index:
    """Arm (0 or 1) of each patient in the order of enrolment.

    Parameters
    ----------
    rng : numpy.random.Generator
    allocation : Allocation
        Method, and the sizes of blocks.
    centre : ndarray of int, shape (n,)
        Stratum of permuted blocks.
    factors : ndarray of bool, shape (n, f)
        Further factors that minimisation balances beside the centre.

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    A law: after every whole block both arms have as many patients.

    >>> centre, none = np.zeros(8, dtype=np.int64), np.zeros((8, 0), dtype=bool)
    >>> arms = allocate(np.random.default_rng(1), Allocation(sizes=(4,)), centre, none)
    >>> int(arms[:4].sum()), int(arms[4:].sum())
    (2, 2)
    """
    if allocation.method == "simple":
        return rng.integers(0, 2, len(centre))
    if allocation.method == "minimisation":
        return _minimised(rng, centre, factors)
    return _in_blocks(rng, allocation.sizes, centre)


def _in_blocks(rng: np.random.Generator, sizes: tuple[int, ...], centre: Index) -> Index:
    arms = np.empty(len(centre), dtype=np.int64)
    for stratum in np.unique(centre):
        places = np.flatnonzero(centre == stratum)
        sequence: list[Index] = []
        filled = 0
        while filled < len(places):
            size = sizes[0] if len(sizes) == 1 else int(rng.choice(sizes))
            sequence.append(rng.permutation(np.arange(size) % 2))
            filled += size
        arms[places] = np.concatenate(sequence)[: len(places)]
    return arms


def _minimised(rng: np.random.Generator, centre: Index, factors: NDArray[np.bool]) -> Index:
    """Pocock and Simon: the arm that lowers the sum of marginal imbalances, mostly."""
    chance = rng.random(len(centre))
    arms = np.empty(len(centre), dtype=np.int64)
    by_centre: dict[int, int] = {}
    by_factor = np.zeros((factors.shape[1], 2), dtype=np.int64)
    columns = np.arange(factors.shape[1])
    for i, (place, levels) in enumerate(zip(centre.tolist(), factors.astype(int), strict=True)):
        # Each margin holds how many more patients of this level have arm 1 than arm 0.
        surplus = by_centre.get(place, 0) + int(by_factor[columns, levels].sum())
        favoured = 0.5 if surplus == 0 else _FAVOURED if surplus < 0 else 1 - _FAVOURED
        arm = int(chance[i] < favoured)
        arms[i] = arm
        step = 1 if arm else -1
        by_centre[place] = by_centre.get(place, 0) + step
        by_factor[columns, levels] += step
    return arms

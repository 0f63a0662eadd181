"""Arrays that travel together: some of their patients, or several groups one after the other.

A value here is a frozen dataclass. Its arrays have patients last; scalars, and arrays with
one column among wider ones, hold for all patients alike. Fields that are dataclasses
themselves go along.
"""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value")
Rows = slice | NDArray[np.int64] | NDArray[np.bool]


def count(value: Any) -> int:
    """Return how many patients a value holds, at least 1: its widest field."""
    return max((_count(part) for part in _parts(value)), default=1)


def take(value: Value, rows: Rows) -> Value:
    """Return the same for some of the n patients.

    Parameters
    ----------
    value : a dataclass of arrays of shape (n,) or (t, n)
    rows : slice, or array of places or of truth values, shape (k,) or (n,)

    Examples
    --------
    >>> from igmfat_nb.kinetics import State
    >>> take(State(np.array([1.0, 2.0, 3.0]), np.zeros(3)), np.array([2, 0])).plasma_mg
    array([3., 1.])
    """
    return _some(value, rows, count(value))


def concat(values: Sequence[Value]) -> Value:
    """Return the patients of several values as one, in their order.

    A scalar that is the same in all stays one, so that hours common to all patients stay
    common; otherwise it is repeated for its patients.

    Examples
    --------
    >>> from igmfat_nb.kinetics import Synthesis
    >>> one = Synthesis(np.array([9.0]), 12.0, 0.0, 168.0)
    >>> both = concat([one, Synthesis(8.0, 7.0, 0.0, 168.0)])
    >>> both.late_mg_per_h, both.rise_end_h
    (array([12.,  7.]), 168.0)
    """
    return _one(values, [count(value) for value in values])


def _parts(value: Any) -> list[Any]:
    kind: Any = type(value)
    return [getattr(value, name) for name in _names(kind)]


@cache  # looked up once a process: a trial asks for thousands of small values
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(part.name for part in fields(kind))


def _count(part: Any) -> int:
    if isinstance(part, np.ndarray):  # most are, and it is the quickest to tell
        return part.shape[-1] if part.ndim else 1
    if is_dataclass(part):
        return count(part)
    return np.shape(part)[-1] if np.ndim(part) else 1


def _some(value: Value, rows: Rows, n: int) -> Value:
    return type(value)(*(_taken(part, rows, n) for part in _parts(value)))


def _taken(part: Any, rows: Rows, n: int) -> Any:
    if isinstance(part, np.ndarray):
        return part if not part.ndim or part.shape[-1] == 1 < n else part[..., rows]
    if is_dataclass(part):
        return _some(part, rows, n)
    alike = np.ndim(part) == 0 or (n > 1 and np.shape(part)[-1] == 1)
    return part if alike else np.asarray(part)[..., rows]


def _one(values: Sequence[Value], counts: Sequence[int]) -> Value:
    columns = zip(*(_parts(value) for value in values), strict=True)
    return type(values[0])(*(_joined(column, counts) for column in columns))


def _joined(column: Sequence[Any], counts: Sequence[int]) -> Any:
    if is_dataclass(column[0]):
        return _one(column, counts)
    if all(np.ndim(part) == 0 for part in column) and len(set(column)) == 1:
        return column[0]
    full = [
        part if np.shape(part)[-1:] == (n,) else np.broadcast_to(part, (*np.shape(part)[:-1], n))
        for part, n in zip(column, counts, strict=True)
    ]
    return np.concatenate(full, axis=-1)

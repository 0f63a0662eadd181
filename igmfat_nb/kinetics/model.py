"""What the equations need: rate constants, synthesis, infusions, amounts."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.language import _

Array = NDArray[np.float64]

_ROUNDING_MG = 1e-6  # an empty compartment may come back this far below 0 from an earlier call


class _Keeps:
    """Room beside the fields for what was worked out of them.

    It is no field: not compared, not copied, not pickled, and gone with its owner.
    """

    __slots__ = ("_kept",)
    _kept: dict[int, Any]

    @property
    def kept(self) -> dict[int, Any]:
        """By number of patients."""
        if not hasattr(self, "_kept"):
            object.__setattr__(self, "_kept", {})
        return self._kept


@dataclass(frozen=True, slots=True)
class Kinetics(_Keeps):
    """Rate constants of n patients, each a scalar or of shape (n,).

    ``v1_dl`` [dL] above 0; ``k10_per_h``, ``k12_per_h``, ``k21_per_h`` [1/h] and
    ``recovery`` (share of a dose that reaches plasma) 0 or above.

    Raises
    ------
    ImplausibleInput
        If a number is negative, infinite or missing.

    Examples
    --------
    >>> Kinetics(37.6, 0.0118, 0.0052, 0.0237, 0.9).k10_per_h
    0.0118
    >>> Kinetics(0.0, 0.0118, 0.0052, 0.0237, 0.9)
    Traceback (most recent call last):
    igmfat_nb.errors.ImplausibleInput: ...
    """

    v1_dl: Array | float
    k10_per_h: Array | float
    k12_per_h: Array | float
    k21_per_h: Array | float
    recovery: Array | float

    def __post_init__(self) -> None:
        volume = np.asarray(self.v1_dl, dtype=np.float64)
        if not np.all((volume > 0) & (volume < np.inf)):
            raise ImplausibleInput(_("The central volume must be finite and above 0."))
        for name in ("k10_per_h", "k12_per_h", "k21_per_h", "recovery"):
            check_not_negative(name, getattr(self, name))


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Endogenous synthesis: ``start_mg_per_h``, rising linearly to ``late_mg_per_h``.

    Rates are scalars or of shape (n,), the rise runs from ``rise_start_h`` to
    ``rise_end_h``; before and after it the rate is constant.

    Raises
    ------
    ImplausibleInput
        If a rate is negative, or it rises and the rise does not end after it starts.

    Examples
    --------
    From 10 to 34 mg/h within a day: 1 mg/h more each hour.

    >>> float(Synthesis(10.0, 34.0, 72.0, 96.0).slope_mg_per_h2())
    1.0
    """

    start_mg_per_h: Array | float
    late_mg_per_h: Array | float
    rise_start_h: float = 0.0
    rise_end_h: float = 0.0

    def __post_init__(self) -> None:
        check_not_negative("start_mg_per_h", self.start_mg_per_h)
        check_not_negative("late_mg_per_h", self.late_mg_per_h)
        if not (np.ndim(self.rise_start_h) == np.ndim(self.rise_end_h) == 0):
            raise ImplausibleInput(_("The synthesis rises at the same hours for all patients."))
        if not (np.isfinite(self.rise_start_h) and np.isfinite(self.rise_end_h)):
            raise ImplausibleInput(_("The rise of the synthesis needs finite hours."))
        rises = not np.array_equal(self.start_mg_per_h, self.late_mg_per_h)
        if rises and not self.rise_end_h > self.rise_start_h:
            raise ImplausibleInput(_("The rise of the synthesis must end after it starts."))

    @classmethod
    def constant(cls, rate_mg_per_h: Array | float) -> "Synthesis":
        """Return a synthesis that never changes [mg/h]; the same at every hour."""
        return cls(rate_mg_per_h, rate_mg_per_h)

    def slope_mg_per_h2(self) -> Array:
        """Return how fast it rises between ``rise_start_h`` and ``rise_end_h``."""
        rise = np.asarray(self.late_mg_per_h, dtype=np.float64) - self.start_mg_per_h
        return rise / (self.rise_end_h - self.rise_start_h or 1.0)


@dataclass(frozen=True, slots=True)
class Infusions:
    """m infusions; each field of shape (m,) for all patients alike, or (m, n).

    ``start_h`` and ``duration_h`` in hours; ``igm_mg`` [mg] is what is prepared: the engine
    multiplies it by the recovery. No mass is no infusion; no duration is a bolus. They may
    overlap.

    Examples
    --------
    >>> two = Infusions([2.0, 26.0], [2400.0, 2400.0], [12.5, 12.5])
    >>> _start_h, igm_mg, _duration_h = two.columns()
    >>> igm_mg.shape, float(igm_mg.sum())
    ((2, 1), 4800.0)
    """

    start_h: ArrayLike
    igm_mg: ArrayLike
    duration_h: ArrayLike

    def __post_init__(self) -> None:
        check_not_negative("igm_mg", self.igm_mg)
        check_not_negative("duration_h", self.duration_h)
        if not np.all(np.isfinite(np.asarray(self.start_h, dtype=np.float64))):
            raise ImplausibleInput(_("Every infusion needs a finite start."))
        counts = {np.shape(field)[0] for field in self._fields() if np.ndim(field)}
        if len(counts) != 1:  # one infusion given as three bare numbers would count as none
            raise ImplausibleInput(
                _("Infusions need fields of one length m, shape (m,) or (m, n).")
            )

    def _fields(self) -> tuple[ArrayLike, ArrayLike, ArrayLike]:
        return self.start_h, self.igm_mg, self.duration_h

    @classmethod
    def none(cls) -> "Infusions":
        """Return no infusion at all."""
        return cls(np.empty(0), np.empty(0), np.empty(0))

    def columns(self) -> tuple[Array, Array, Array]:
        """Return start, mass and duration, each of shape (m, 1) or (m, n)."""
        start, mass, duration = (
            field[:, None] if field.ndim == 1 else field
            for field in (
                np.asarray(field, dtype=np.float64)
                for field in (self.start_h, self.igm_mg, self.duration_h)
            )
        )
        return start, mass, duration

    def part(self, chosen: slice | NDArray[np.intp], n: int) -> "Infusions":
        """Return those of some of n patients."""

        def some(field: ArrayLike) -> Array:
            each = np.asarray(field, dtype=np.float64)
            return each if each.ndim < 2 or each.shape[1] == 1 < n else each[:, chosen]

        return Infusions(*(some(field) for field in self._fields()))

    def rows(self, n: int) -> list[tuple[Array, Array, Array]]:
        """Return (start, mass, duration) of each infusion, each broadcast to (n,)."""
        columns = self.columns()
        start, mass, duration = (
            np.broadcast_to(column, (column.shape[0], n)) for column in columns
        )
        return list(zip(start, mass, duration, strict=True))


@dataclass(frozen=True, slots=True)
class State:
    """Amounts [mg] in plasma and tissue, shape (n,), or (t, n) over time."""

    plasma_mg: Array
    tissue_mg: Array


def steady_state(titre_mg_dl: ArrayLike, kinetics: Kinetics) -> State:
    """Amounts at a titre that has been the same for long: A₁ = titre × V₁, A₂ = A₁ k₁₂ / k₂₁.

    Parameters
    ----------
    titre_mg_dl : array_like, shape (n,) or scalar
        0 or above [mg/dL].
    kinetics : Kinetics

    Returns
    -------
    State
        Of shape (n,) [mg].

    Raises
    ------
    ImplausibleInput
        If a number is negative, or a tissue takes up and gives nothing back.

    Examples
    --------
    By hand: 38 mg/dL × 40 dL, and 0.18 ÷ 0.82 of it in tissue.

    >>> state = steady_state(38.0, Kinetics(40.0, 0.01, 0.18, 0.82, 0.9))
    >>> float(state.plasma_mg[0]), round(float(state.tissue_mg[0]), 2)
    (1520.0, 333.66)
    """
    check_not_negative("titre_mg_dl", titre_mg_dl)
    fields = (kinetics.v1_dl, kinetics.k12_per_h, kinetics.k21_per_h, titre_mg_dl)
    n = _length([np.shape(field) for field in fields])
    v1, k12, k21, titre = (np.broadcast_to(np.asarray(x, dtype=np.float64), (n,)) for x in fields)
    if np.any((k12 > 0) & (k21 == 0)):
        raise ImplausibleInput(_("A tissue that gives nothing back is never in steady state."))
    plasma_mg = titre * v1
    filled = np.zeros(n)
    np.divide(k12, k21, out=filled, where=k21 > 0)
    return State(plasma_mg, plasma_mg * filled)


def holding_synthesis_mg_per_h(titre_mg_dl: ArrayLike, kinetics: Kinetics) -> Array:
    """Synthesis that keeps a titre where it is without treatment [mg/h]: k₁₀ × V₁ × titre.

    Parameters
    ----------
    titre_mg_dl : array_like, shape (n,) or scalar
        0 or above [mg/dL].
    kinetics : Kinetics

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> holding_synthesis_mg_per_h(38.0, Kinetics(40.0, 0.01, 0.18, 0.82, 0.9)).round(6).tolist()
    [15.2]
    """
    check_not_negative("titre_mg_dl", titre_mg_dl)
    _length([np.shape(x) for x in (kinetics.k10_per_h, kinetics.v1_dl, titre_mg_dl)])
    per_dl = np.asarray(kinetics.k10_per_h, dtype=np.float64) * kinetics.v1_dl
    return np.atleast_1d(per_dl * np.asarray(titre_mg_dl))


def patients(state: State, kinetics: Kinetics, synthesis: Synthesis, infusions: Infusions) -> int:
    """Return the number of patients n, after seeing that all fields fit each other."""
    constants = (kinetics.v1_dl, kinetics.k10_per_h, kinetics.k12_per_h, kinetics.k21_per_h)
    shares = (kinetics.recovery, synthesis.start_mg_per_h, synthesis.late_mg_per_h)
    amounts = (state.plasma_mg, state.tissue_mg)
    shapes = [np.shape(field) for field in (*constants, *shares, *amounts)]
    shapes += [np.shape(x)[1:] for x in (infusions.start_h, infusions.igm_mg, infusions.duration_h)]
    n = _length(shapes)
    for amount in amounts:
        if not np.all((np.asarray(amount) >= -_ROUNDING_MG) & (np.asarray(amount) < np.inf)):
            raise ImplausibleInput(_("Amounts must be finite numbers, 0 mg or above."))
    return n


def _length(shapes: list[tuple[int, ...]]) -> int:
    try:
        shape = np.broadcast_shapes((1,), *shapes)
    except ValueError:
        raise ImplausibleInput(_("The patients' arrays differ in length.")) from None
    if len(shape) != 1:
        raise ImplausibleInput(_("Patients stand in one dimension, shape (n,)."))
    return int(shape[0])


def check_not_negative(name: str, value: ArrayLike) -> None:
    """Refuse negative, infinite and missing numbers."""
    numbers = np.asarray(value, dtype=np.float64)
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < np.inf):  # false for NaN too
        message = _("{name} must be a finite number, 0 or above.")
        raise ImplausibleInput(message.format(name=name))

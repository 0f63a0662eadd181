"""The questions the engine answers: amounts and titres, at any times."""

import numpy as np
from numpy.typing import ArrayLike

from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.kinetics.grid import fill, titre_on_grid
from igmfat_nb.kinetics.model import Array, Infusions, Kinetics, State, Synthesis, patients
from igmfat_nb.kinetics.recurrence import AnyTimes, EvenTimes, rows_at
from igmfat_nb.kinetics.stepwise import Rows, Stepper
from igmfat_nb.language import _


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

    Examples
    --------
    By hand: 540 mg at once, of which 0.9 reach the plasma, and nothing leaves it.

    >>> from igmfat_nb.kinetics import steady_state
    >>> still = Kinetics(40.0, 0.0, 0.0, 0.0, 0.9)
    >>> empty, bolus = steady_state(0.0, still), Infusions([1.0], [540.0], [0.0])
    >>> amounts_at([0.5, 2.0], empty, still, Synthesis.constant(0.0), bolus).plasma_mg.tolist()
    [[0.0], [486.0]]
    """
    times, order = _sorted_times(time_h, from_h)
    stepper = Stepper(times, state, kinetics, synthesis, infusions, from_h)
    plasma, tissue = np.empty((len(times), stepper.n)), np.empty((len(times), stepper.n))
    for row, length_h in enumerate(np.diff(times, prepend=from_h).tolist()):
        stepper.step(row, length_h, plasma[row])
        tissue[row] = stepper.tissue
    return State(_in_order(plasma, order), _in_order(tissue, order))


def titre_at(
    time_h: ArrayLike,
    state: State,
    kinetics: Kinetics,
    synthesis: Synthesis,
    infusions: Infusions,
    *,
    from_h: float = 0.0,
) -> Array:
    """Titres [mg/dL] at any times, in any order: A₁ / V₁.

    Parameters and errors as in ``amounts_at``.

    Returns
    -------
    ndarray, shape (t, n)

    Examples
    --------
    By hand, with no exchange one compartment: 100 exp(−0.05 t) after 20 h is 100 / e; a rate
    of 1 mg/h into 1 dL comes to (1 − 1/e) / 0.05.

    >>> one = Kinetics(v1_dl=1.0, k10_per_h=0.05, k12_per_h=0.0, k21_per_h=0.0, recovery=0.9)
    >>> state, none = State(np.array([100.0]), np.zeros(1)), Infusions.none()
    >>> titre_at([0, 20], state, one, Synthesis.constant(0.0), none).round(3).tolist()
    [[100.0], [36.788]]
    >>> empty = State(np.zeros(1), np.zeros(1))
    >>> titre_at([20], empty, one, Synthesis.constant(1.0), none).round(3).tolist()
    [[12.642]]
    """
    times, order = _sorted_times(time_h, from_h)
    titres, _end = _course(times, from_h, state, kinetics, synthesis, infusions)
    return _in_order(titres, order)


def course_at(
    time_h: ArrayLike,
    state: State,
    kinetics: Kinetics,
    synthesis: Synthesis,
    infusions: Infusions,
    *,
    from_h: float = 0.0,
) -> tuple[Array, State]:
    """Titres at times that rise, (t, n), and the amounts at the last of them, (n,).

    Fast and good for ten digits of the titre; ``amounts_at`` is exact in the tissue too.
    """
    times, order = _sorted_times(time_h, from_h)
    if order is not None:
        raise ImplausibleInput(_("The times of a course must rise."))
    return _course(times, from_h, state, kinetics, synthesis, infusions)


def _course(
    times: Array,
    from_h: float,
    state: State,
    kinetics: Kinetics,
    synthesis: Synthesis,
    infusions: Infusions,
) -> tuple[Array, State]:
    starts = len(times) > 0 and times[0] == from_h
    rows = AnyTimes(times if starts else np.concatenate([[from_h], times]))
    titres = np.empty((rows.steps + 1, patients(state, kinetics, synthesis, infusions)))
    end = fill(rows, titres, state, kinetics, synthesis, infusions)
    return (titres if starts else titres[1:]), end


def titre_over(
    time_h: Array, state: State, kinetics: Kinetics, synthesis: Synthesis, infusions: Infusions
) -> Array:
    """Titres [mg/dL] at times from 0 h on, in any order; even ones are fastest.

    Parameters as in ``amounts_at``, with the amounts at 0 h.

    Returns
    -------
    ndarray, shape (t, n)

    Examples
    --------
    Without elimination a bolus of 40 mg, of which 0.9 reach plasma, adds 36 mg in 2 dL.

    >>> kept = Kinetics(v1_dl=2.0, k10_per_h=0.0, k12_per_h=0.0, k21_per_h=0.0, recovery=0.9)
    >>> state, bolus = State(np.array([100.0]), np.zeros(1)), Infusions([5.0], [40.0], [0.0])
    >>> titre_over(np.array([0.0, 4.0, 8.0]), state, kept, Synthesis.constant(0.0), bolus).tolist()
    [[50.0], [50.0], [68.0]]
    """
    if isinstance(rows := rows_at(time_h), EvenTimes):
        return titre_on_grid(rows.step_h, rows.steps, state, kinetics, synthesis, infusions)
    return titre_at(time_h, state, kinetics, synthesis, infusions)


def _check_start(from_h: float) -> None:
    if not np.isfinite(from_h):
        raise ImplausibleInput(_("The start must be a finite time."))


def _sorted_times(time_h: ArrayLike, from_h: float) -> tuple[Array, Rows | None]:
    """Return the times once each, sorted, and where each asked one is; None if they are so."""
    _check_start(from_h)
    asked = np.atleast_1d(np.asarray(time_h, dtype=np.float64))
    if asked.ndim != 1:
        raise ImplausibleInput(_("Times stand in one dimension, shape (t,)."))
    if not np.all((asked >= from_h) & (asked < np.inf)):
        message = _("Every time must be finite and not before {start} h.")
        raise ImplausibleInput(message.format(start=from_h))
    if np.all(asked[1:] > asked[:-1]):
        return asked, None
    times, order = np.unique(asked, return_inverse=True)
    return times, order.ravel()


def _in_order(rows: Array, order: Rows | None) -> Array:
    return rows if order is None else rows[order]

"""Titres at rising times: blocks of patients, the many by recurrence, the rest by steps.

Patients whose exponents lie too close together, who hardly eliminate or
exchange, or whose infusion lasts a minute, go by the general steps of
``stepper``: in the recurrence their two parts would be large and cancel. Each
patient's way depends on that patient alone.
"""

import numpy as np

from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.kinetics.model import Array, Infusions, Kinetics, State, Synthesis, patients
from igmfat_nb.kinetics.modes import Flags, Modes
from igmfat_nb.kinetics.recurrence import AnyTimes, EvenTimes, Recurrence
from igmfat_nb.kinetics.stepwise import Rows, Stepper
from igmfat_nb.language import _

# Shorter, and what the start and the end of an infusion do to the two parts would cancel.
_LEAST_DURATION_H = 0.02
_COLUMNS = 16_384  # a block's working rows stay in the cache


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
    """Titres [mg/dL] every ``step_h`` hours from ``from_h``, both ends, shape (steps + 1, n).

    The closed form between two neighbours, as a recurrence; see ``course_on_grid``.

    Examples
    --------
    By hand: without tissue and synthesis, with k₁₀ = ln 2 an hour, half is left each hour.

    >>> from igmfat_nb.kinetics import steady_state
    >>> half = Kinetics(40.0, float(np.log(2.0)), 0.0, 0.0, 0.9)
    >>> full, none = steady_state(100.0, half), Synthesis.constant(0.0)
    >>> titre_on_grid(1.0, 3, full, half, none, Infusions.none()).round(9).ravel().tolist()
    [100.0, 50.0, 25.0, 12.5]
    """
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
    """Titres as ``titre_on_grid``, and the amounts at the end for going on from there.

    Parameters
    ----------
    step_h, steps : float, int
        Distance [h] and number of steps; no step is the first row alone.
    state : State
        Amounts at ``from_h``, shape (n,), which hold what went in before.
    out : ndarray, shape (steps + 1, n), optional
        Where the titres are written, instead of a new array.

    Raises
    ------
    ImplausibleInput
        If the grid has no step, shapes do not fit, or ``out`` has another shape.
    """
    if steps < 0 or steps != int(steps) or (steps and not 0 < step_h < np.inf):
        raise ImplausibleInput(
            _("A grid needs a finite step above 0 and a whole number of steps, 0 or more.")
        )
    if not np.isfinite(from_h):
        raise ImplausibleInput(_("The start must be a finite time."))
    n = patients(state, kinetics, synthesis, infusions)
    titres = _rows_for(out, int(steps) + 1, n)
    rows = EvenTimes(float(from_h), float(step_h), int(steps))
    return titres, fill(rows, titres, state, kinetics, synthesis, infusions)


def fill(
    rows: EvenTimes | AnyTimes,
    titres: Array,
    state: State,
    kinetics: Kinetics,
    synthesis: Synthesis,
    infusions: Infusions,
) -> State:
    """Write the titres [mg/dL] of n patients at every row.

    Parameters
    ----------
    rows : EvenTimes or AnyTimes
        Row 0 is when ``state`` holds.
    titres : ndarray, shape (steps + 1, n)
        Filled in place.

    Returns
    -------
    State
        Amounts at the last row, shape (n,).
    """
    n = titres.shape[1]
    end = State(np.empty(n), np.empty(n))
    for first in range(0, n, _COLUMNS):
        part = slice(first, min(first + _COLUMNS, n))
        case = state, kinetics, synthesis, infusions
        if n > _COLUMNS:
            case = columns_of(part, n, *case)
        last = _block(rows, titres[:, part], *case)
        end.plasma_mg[part], end.tissue_mg[part] = last.plasma_mg, last.tissue_mg
    return end


def _rows_for(out: Array | None, count: int, n: int) -> Array:
    if out is None:
        return np.empty((count, n))
    if out.shape != (count, n) or out.dtype != np.float64:
        message = _("The output must be float64 of shape {wanted}; it is {shape}.")
        raise ImplausibleInput(message.format(wanted=(count, n), shape=out.shape))
    return out


def _block(
    rows: EvenTimes | AnyTimes,
    titres: Array,
    state: State,
    kinetics: Kinetics,
    synthesis: Synthesis,
    infusions: Infusions,
) -> State:
    """Fill the rows of a block of patients: the well separated fast, the others step by step."""
    n = titres.shape[1]
    modes = Modes.of(kinetics, n)
    well = modes.separated & ~_has_brief(infusions)
    if well.all():
        return Recurrence(rows, titres, state, kinetics, synthesis, infusions, modes).run()
    end = State(np.empty(n), np.empty(n))
    for fast, chosen in ((True, well), (False, ~well)):
        index = np.flatnonzero(chosen)
        if not len(index):
            continue
        case = columns_of(index, n, state, kinetics, synthesis, infusions)
        some = np.empty((len(titres), len(index)))
        if fast:
            last = Recurrence(rows, some, *case, Modes.of(case[1], len(index))).run()
        else:
            last = _stepwise(rows, some, *case)
        titres[:, index] = some
        end.plasma_mg[index], end.tissue_mg[index] = last.plasma_mg, last.tissue_mg
    return end


def _stepwise(
    rows: EvenTimes | AnyTimes,
    titres: Array,
    state: State,
    kinetics: Kinetics,
    synthesis: Synthesis,
    infusions: Infusions,
) -> State:
    stepper = Stepper(rows.hours, state, kinetics, synthesis, infusions, rows.from_h, titres=True)
    for row, length_h in enumerate([0.0, *rows.lengths_h]):
        stepper.step(row, length_h, titres[row])
    return stepper.state()


def _has_brief(infusions: Infusions) -> Flags | np.bool:
    """Whose infusions are so short that what their start and end do would cancel."""
    _start, mass, duration = infusions.columns()
    if duration.size and duration.min() >= _LEAST_DURATION_H:
        return np.bool(False)
    brief = (duration > 0) & (duration < _LEAST_DURATION_H) & (mass > 0)
    return np.any(brief, axis=0) if brief.size else np.bool(False)


def columns_of(
    part: slice | Rows,
    n: int,
    state: State,
    kinetics: Kinetics,
    synthesis: Synthesis,
    infusions: Infusions,
) -> tuple[State, Kinetics, Synthesis, Infusions]:
    """Return the same for some of the patients; shapes have been checked."""

    def some(value: object) -> Array:
        whole = np.broadcast_to(np.asarray(value, dtype=np.float64), (n,))
        return np.ascontiguousarray(whole[part])

    return (
        State(some(state.plasma_mg), some(state.tissue_mg)),
        Kinetics(
            some(kinetics.v1_dl),
            some(kinetics.k10_per_h),
            some(kinetics.k12_per_h),
            some(kinetics.k21_per_h),
            some(kinetics.recovery),
        ),
        Synthesis(
            some(synthesis.start_mg_per_h),
            some(synthesis.late_mg_per_h),
            synthesis.rise_start_h,
            synthesis.rise_end_h,
        ),
        infusions.part(part, n),
    )

"""All readings of the rule beside the standard arm, on the same virtual patients.

Patients, realised parameters and allocation are drawn once: what differs between two rows is the
reading alone (common random numbers), not the luck of a trial.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.bedside.readings import Edition
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.language import _
from igmfat_nb.trial.design import Arm, Design
from igmfat_nb.trial.endpoint import METRICS
from igmfat_nb.trial.replicate import Block, block_replicates, run_arms, summarised
from igmfat_nb.trial.runs import missing_tasks
from igmfat_nb.trial.summary import joined, result_sha256
from igmfat_nb.workers import many

Array = NDArray[np.float64]
CONTRAST = "fraction_of_time_at_target"
_OTHERS = ("volume_ml", "cost", "deaths")
_RANGE = (0.025, 0.975)


def with_reading(design: Design, edition: Edition) -> Design:
    """The design with a reading in each arm of the deficit rule.

    Raises
    ------
    ImplausibleInput
        If no arm is of that rule, or the edition states what the arm gives beside it.
    """
    if all(arm.rule != "deficit" for arm in design.arms):
        raise ImplausibleInput(_("No arm of this design doses by the rule “deficit”."))
    arms = tuple(
        Arm.model_validate(dict(arm) | {"reading": edition}) if arm.rule == "deficit" else arm
        for arm in design.arms
    )
    return design.model_copy(update={"arms": arms})


def compared_designs(design: Design, editions: Sequence[Edition]) -> list[Design]:
    """One design for each reading; the other arm is the standard one.

    Raises
    ------
    ImplausibleInput
        If the design is a grid, or its arms are not one standard and one deficit.
    """
    if design.grid:
        raise ImplausibleInput(_("A grid cannot be compared; leave it out of the design."))
    if sorted(arm.rule for arm in design.arms) != ["deficit", "standard"]:
        message = _("Readings are compared in a design with one standard and one deficit arm.")
        raise ImplausibleInput(message)
    return [with_reading(design, edition) for edition in editions]


def compared_block(designs: Sequence[Design], seed: int, first: int, count: int) -> list[Block]:
    """Some replicates, one block for each design."""
    details = run_arms(designs, seed, first, count)
    return [
        summarised(design, first, detail) for design, detail in zip(designs, details, strict=True)
    ]


def compared(
    designs: Sequence[Design],
    seed: int,
    replicates: int,
    *,
    workers: int = 1,
    done: Callable[[int], object] = lambda _count: None,
) -> list[Block]:
    """All replicates of every design, the same whatever the number of workers.

    ``done`` is told how many more replicates are done.
    """
    parts: list[list[Block]] = []
    for part in _parts(designs, seed, replicates, workers):
        parts.append(part)
        done(len(part[0].metrics))
    return [joined([part[place] for part in parts]) for place in range(len(designs))]


def _parts(
    designs: Sequence[Design], seed: int, replicates: int, workers: int
) -> Iterator[list[Block]]:
    tasks = missing_tasks(set(), replicates, block_replicates(designs[0]))
    if workers == 1:
        for first, count in tasks:
            yield compared_block(designs, seed, first, count)
        return
    calls = [(designs, seed, *task) for task in tasks]
    for _place, found in many.in_processes(compared_block, calls, workers):
        yield found()


def contrast_record(design: Design, block: Block) -> dict[str, Any]:
    """What one reading comes to, relative to the standard arm.

    ``contrast`` is the deficit arm's share of the week at target minus the standard arm's:
    mean over trials, 95 % interval of that mean (Monte Carlo), and the range that holds 95 %
    of single trials.
    """
    place = next(i for i, arm in enumerate(design.arms) if arm.rule == "deficit")
    arm = design.arms[place]
    own, standard = block.metrics[:, place], block.metrics[:, 1 - place]
    told = np.isfinite(own).all(axis=1) & np.isfinite(standard).all(axis=1)
    if not told.any():
        raise ImplausibleInput(_("In none of these trials did both arms have patients."))
    own, standard = own[told], standard[told]
    column = METRICS.index(CONTRAST)
    return {
        "reading": None if arm.reading is None else arm.reading.reading.label,
        "title": None if arm.reading is None else arm.reading.title,
        "status": None if arm.reading is None else arm.reading.status,
        "at_target": float(own[:, column].mean()),
        "standard_at_target": float(standard[:, column].mean()),
        "contrast": _spread(own[:, column] - standard[:, column]),
        **{name: float(own[:, METRICS.index(name)].mean()) for name in _OTHERS},
        "result_sha256": result_sha256(block),
    }


def _spread(values: Array) -> dict[str, float | list[float] | None]:
    mean = float(values.mean())
    error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None
    interval = None if error is None else [mean - 1.96 * error, mean + 1.96 * error]
    trials = np.quantile(values, _RANGE).tolist()
    return {"mean": mean, "se": error, "interval_95": interval, "trials_95": trials}

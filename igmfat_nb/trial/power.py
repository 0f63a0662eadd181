"""The power of a design: how often its test rejects, and for which arm.

A rejection has a direction: fewer deaths in the second arm than in the first
(benefit), or more (harm). Only benefit is what a trial asks for; its share is
the power where the arms differ. Where they do not, both together are the type
I error.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.trial.analysis import exact_rejection_rates, first_rejections, verdicts
from igmfat_nb.trial.design import Arm, Design, FixedEndpoint
from igmfat_nb.trial.replicate import Block
from igmfat_nb.trial.statistic import share_interval

_MOST_ENUMERATED = 4000
DIRECTIONS = {"benefit": 1, "harm": -1}  # of the second arm against the first


def operating_characteristics(design: Design, block: Block) -> dict[str, Any]:
    """Rejections in all, for benefit and for harm, each share with its exact 95 % interval.

    ``benefit`` holds the simulated power where the second arm is the better one, ``rejection_rate``
    the type I error where the arms do not differ. Rejected of those simulated; intervals after
    Clopper and Pearson (``statistic.share_interval``).

    Returns
    -------
    dict
        Shares from 0 to 1. ``monte_carlo_se`` is None where none or all reject: a standard error
        tells nothing there. Exact rates are None where they are not enumerated.

    Examples
    --------
    >>> from igmfat_nb.trial.design import design_of
    >>> from igmfat_nb.trial.summary import run_here
    >>> design = design_of({"patients": 356, "arms": ["standard", "deficit"]})
    >>> found = operating_characteristics(design, run_here(design, 2, 1)[0])
    >>> found["trials"], found["arms_differ"], round(found["exact_rejection_rate"], 3)
    (2, False, 0.051)
    """
    verdict = block_verdicts(design, block)
    exact = exact_rates(design)
    rejections, trials = int((verdict != 0).sum()), len(verdict)
    rate = rejections / trials
    error = float(np.sqrt(rate * (1 - rate) / trials)) if 0 < rejections < trials else None
    found: dict[str, Any] = {
        "rejections": rejections,
        "rejection_rate": rate,
        "monte_carlo_se": error,
        "exact_rejection_rate": None if exact is None else sum(exact),
        "trials": trials,
        "rejection_rate_95": share_interval(rejections, trials).tolist(),
        "arms_differ": arms_differ(design),
    }
    for place, (name, sign) in enumerate(DIRECTIONS.items()):
        count = int((verdict == sign).sum())
        found[name] = {
            "rejections": count,
            "rate": count / trials,
            "rate_95": share_interval(count, trials).tolist(),
            "exact_rate": None if exact is None else exact[place],
        }
    return found


def block_verdicts(design: Design, block: Block) -> NDArray[np.int64]:
    """What each replicate finds: 1 benefit of the second arm, -1 harm, 0 no difference."""
    deaths, patients = (np.moveaxis(field, 0, -1) for field in (block.deaths, block.patients))
    return verdicts(design.analysis, deaths, patients)


@dataclass(frozen=True, slots=True)
class Ends:
    """How trials with interim looks end: counts at each look by direction, patients on average."""

    looks: tuple[float, ...]
    benefit: tuple[int, ...]
    harm: tuple[int, ...]
    trials: int
    mean_patients: float


def ends(design: Design, block: Block) -> Ends:
    """At which interim look trials end, and how many patients they enrol until then.

    Counts are of the interim looks only; a trial that goes on to the final analysis enrols all.
    """
    deaths, patients = (np.moveaxis(field, 0, -1) for field in (block.deaths, block.patients))
    found, at = first_rejections(design.analysis, deaths, patients)
    enrolled = block.patients.sum(axis=2)[np.arange(len(at)), at]
    looks = design.analysis.looks

    def stopped(sign: int) -> tuple[int, ...]:
        return tuple(int(((at == look) & (found == sign)).sum()) for look in range(len(looks)))

    benefit, harm = (stopped(sign) for sign in DIRECTIONS.values())
    return Ends(looks, benefit, harm, len(at), float(enrolled.mean()))


def arms_differ(design: Design) -> bool:
    """Whether the chance of death differs between the arms, by what the design assumes.

    Then a rejection counts for the power; where it does not, for the type I error.
    """
    endpoint = design.endpoint
    if isinstance(endpoint, FixedEndpoint):
        return len(set(endpoint.mortality.values())) > 1
    return endpoint.log_odds_per_day_at_target != 0 and not _same_rule(*design.arms)


def _same_rule(first: Arm, second: Arm) -> bool:
    return first.model_copy(update={"name": second.name}) == second


def exact_rates(design: Design) -> tuple[float, float] | None:
    """Enumerated rates of the final test with equal arms, for benefit and for harm.

    Σ P(x) P(y) over the tables that the test rejects; the power where the arms differ. None with
    interim looks, with an effect of the exposure, or where enumeration would take too long.

    Examples
    --------
    A law: where nothing differs, both directions are rejected as often, near 0.025 each.

    >>> from igmfat_nb.trial.design import design_of
    >>> benefit, harm = exact_rates(design_of({"arms": ["standard", "deficit"]}))
    >>> round(benefit - harm, 12), 0.02 < benefit < 0.03
    (0.0, True)
    """
    endpoint = design.endpoint
    if design.analysis.looks or design.patients > _MOST_ENUMERATED:
        return None
    if isinstance(endpoint, FixedEndpoint):
        control, treated = (endpoint.mortality[arm.name] for arm in design.arms)
    elif endpoint.log_odds_per_day_at_target == 0:
        control = treated = endpoint.baseline_mortality
    else:
        return None
    return exact_rejection_rates(design.analysis, design.patients // 2, control, treated)

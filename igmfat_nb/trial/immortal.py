"""Immortal time bias: patients who "reached 100 mg/dL" lived long enough to reach it.

With no effect whatever, those who reached the target die less: the early dead
never had the time. Counting from a fixed morning on, among those alive then,
takes the bias away.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.language import _
from igmfat_nb.protocol.constants import TARGET_TITRE
from igmfat_nb.protocol.virtual_trial import LANDMARK_DAY
from igmfat_nb.trial.design import Design, FixedEndpoint
from igmfat_nb.trial.replicate import Detail
from igmfat_nb.trial.week import DAY_H

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Contrast:
    """28-day deaths among patients who reached the target and those who did not.

    Examples
    --------
    10 of 100 against 10 of 50, by hand.

    >>> Contrast("reached it by day 3", 100, 10, 50, 10).risk_ratio
    0.5
    """

    question: str
    reached: int
    reached_died: int
    not_reached: int
    not_reached_died: int

    @property
    def risk_ratio(self) -> float:
        """Risk of those who reached over that of those who did not; NaN without deaths."""
        if not (self.reached and self.not_reached and self.not_reached_died):
            return float("nan")
        other = self.not_reached_died / self.not_reached
        return self.reached_died / self.reached / other


def has_effect(design: Design) -> bool:
    """Whether death depends on the arm or on the exposure in this design."""
    endpoint = design.endpoint
    if isinstance(endpoint, FixedEndpoint):
        return len(set(endpoint.mortality.values())) > 1
    return endpoint.log_odds_per_day_at_target != 0


def without_effect(design: Design) -> Design:
    """The same trial with the first arm's chance of death for everyone, whatever the exposure."""
    endpoint = design.endpoint
    if isinstance(endpoint, FixedEndpoint):
        baseline = endpoint.mortality[design.arms[0].name]
    else:
        baseline = endpoint.baseline_mortality
    same = {arm.name: baseline for arm in design.arms}
    return design.model_copy(update={"endpoint": FixedEndpoint(model="fixed", mortality=same)})


def immortal_time(
    detail: Detail, landmark_day: int = LANDMARK_DAY.value
) -> tuple[Contrast, Contrast]:
    """The naive comparison, and the one from a landmark on."""
    igm = np.concatenate([week.igm_mg_dl for _places, week, _result in detail.arms], axis=1)
    death_h = np.concatenate([result.death_h for _places, _week, result in detail.arms])
    hours = np.arange(len(igm))[:, None]
    at_target = igm >= TARGET_TITRE.value
    ever: NDArray[np.bool] = np.any(at_target & (hours < death_h), axis=0)
    died = np.isfinite(death_h)
    naive = _contrast(_("reached the target at any time in the week"), ever, died)
    landmark_h = int(landmark_day * DAY_H)
    alive = death_h > landmark_h
    by_then: NDArray[np.bool] = np.any(at_target[: landmark_h + 1], axis=0)
    question = _("reached the target by day {day}, among patients alive then")
    question = question.format(day=landmark_day)
    return naive, _contrast(question, by_then[alive], died[alive])


@dataclass(frozen=True, slots=True)
class Life:
    """One patient's first week [h]: when the target was reached, and when death came, if they did.

    Infinite for what did not happen; ``death_h`` may lie after the week.
    """

    reached_h: float
    death_h: float


def shown_lives(detail: Detail, each: int) -> tuple[list[Life], list[Life]]:
    """Patients who died without the target, and patients who reached it, to draw one by one.

    Of either group ``each``, or as many as there are, spread evenly over those who died within the
    week (without the target) and over all (with it), in the order of their death.
    """
    igm = np.concatenate([week.igm_mg_dl for _places, week, _result in detail.arms], axis=1)
    death_h = np.concatenate([result.death_h for _places, _week, result in detail.arms])
    at_target = igm >= TARGET_TITRE.value
    first_h = np.where(at_target.any(axis=0), at_target.argmax(axis=0), np.inf)
    reached = first_h < death_h
    without = ~reached & (death_h < len(igm) - 1)
    return _spread(first_h, death_h, without, each), _spread(first_h, death_h, reached, each)


def _spread(first_h: Array, death_h: Array, among: NDArray[np.bool], each: int) -> list[Life]:
    places = np.flatnonzero(among)
    ordered = places[np.argsort(death_h[places], kind="stable")]
    ranks = (np.arange(each) + 0.5) / each * len(ordered)
    chosen = ordered[np.unique(ranks.astype(np.int64))] if len(ordered) else ordered
    return [
        Life(float(first_h[i]) if first_h[i] < death_h[i] else np.inf, float(death_h[i]))
        for i in chosen
    ]


def summed(parts: Sequence[tuple[Contrast, Contrast]]) -> tuple[Contrast, Contrast]:
    """Both contrasts over the patients of all blocks, one pair for each block."""
    naive, landmark = zip(*parts, strict=True)
    return _sum(naive), _sum(landmark)


def _sum(contrasts: Sequence[Contrast]) -> Contrast:
    return Contrast(
        contrasts[0].question,
        sum(one.reached for one in contrasts),
        sum(one.reached_died for one in contrasts),
        sum(one.not_reached for one in contrasts),
        sum(one.not_reached_died for one in contrasts),
    )


def _contrast(question: str, reached: NDArray[np.bool], died: NDArray[np.bool]) -> Contrast:
    return Contrast(
        question,
        int(reached.sum()),
        int((reached & died).sum()),
        int((~reached).sum()),
        int((~reached & died).sum()),
    )

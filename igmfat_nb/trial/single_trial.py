"""One virtual trial as its authors would see it: who took part, and what they would publish."""

from dataclasses import dataclass

import numpy as np

from igmfat_nb.trial.design import Design
from igmfat_nb.trial.estimates import Opinion, by_centre, effects, opinions
from igmfat_nb.trial.replicate import Detail, run_detail
from igmfat_nb.trial.statistic import Estimate


@dataclass(frozen=True, slots=True)
class SingleTrial:
    """The first replicate; pairs are of the first and the second arm.

    Attributes
    ----------
    excluded : dict
        First reason for exclusion → how many.
    dosed : (int, int)
        Who got at least a part of one dose.
    estimates : tuple of Estimate
        Of the second arm against the first, without and with regard to the centres.
    opinions : tuple of Opinion
        Posterior odds ratios by prior.
    """

    arms: tuple[str, str]
    screened: int
    excluded: dict[str, int]
    patients: tuple[int, int]
    dosed: tuple[int, int]
    deaths: tuple[int, int]
    estimates: tuple[Estimate, ...]
    opinions: tuple[Opinion, ...]

    @classmethod
    def of(cls, design: Design, detail: Detail) -> "SingleTrial":
        """Analyse the first replicate of a block."""
        n = design.patients
        died, second = np.zeros(n), np.zeros(n, dtype=bool)
        patients, dosed = [], []
        for number, (places, _week, result) in enumerate(detail.arms):
            here = places < n  # the first replicate's come first
            died[places[here]] = result.metrics["deaths"][here]
            second[places[here]] = number == 1
            patients.append(int(here.sum()))
            dosed.append(int((result.given_ml.sum(axis=0)[here] > 0).sum()))
        deaths = int(died[~second].sum()), int(died[second].sum())
        both, names = (patients[0], patients[1]), (design.arms[0].name, design.arms[1].name)
        enrolled = detail.enrolled[0]
        return cls(
            arms=names,
            screened=enrolled.screening.screened,
            excluded=dict(enrolled.screening.excluded),
            patients=both,
            dosed=(dosed[0], dosed[1]),
            deaths=deaths,
            estimates=(
                *effects(deaths, both, names),
                by_centre(died, second, enrolled.centre),
            ),
            opinions=tuple(opinions(deaths, both)),
        )

    @classmethod
    def simulated(cls, design: Design, seed: int) -> "SingleTrial":
        """Simulate the first replicate and analyse it."""
        return cls.of(design, run_detail(design, seed, 0, 1))

"""The bands of a course, for page and paper alike: what all titres taught, and before them."""

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.kinetics import Infusions
from igmfat_nb.titration.decision import Decision
from igmfat_nb.titration.from_case import infusions_of_case
from igmfat_nb.titration.posterior import even_band
from igmfat_nb.titration.prior import Ensemble

Array = NDArray[np.float64]
POPULATION_PARTICLES = 1250  # the first of an even sequence: enough for the band in the background


@dataclass(frozen=True, slots=True, eq=False)
class CourseBands:
    """What this patient's titres taught, over the prior.

    Attributes
    ----------
    time_h : ndarray, shape (t,)
    personal, population : dict of ndarray, shape (t,)
        p5, p25, p50, p75, p95 of the true titre [mg/dL] under the doses listed:
        after all titres known, and after the first one only.
    """

    time_h: Array
    personal: dict[str, Array]
    population: dict[str, Array]


class BandBefore:
    """The band before any later titre, kept while only later titres are corrected.

    It remembers one band, of the page or the run that owns it.
    """

    def __init__(self) -> None:
        self._of: tuple[Ensemble, list[Array]] | None = None
        self._band: dict[str, Array] = {}

    def band(self, ensemble: Ensemble, time_h: Array, infusions: Infusions) -> dict[str, Array]:
        """Band of the first particles of an ensemble under some infusions."""
        asked = [time_h, *map(np.asarray, astuple(infusions))]
        of = self._of
        if of is None or of[0] is not ensemble or not all(map(np.array_equal, of[1], asked)):
            particles = ensemble.first(POPULATION_PARTICLES)
            self._band = even_band(particles.titres_mg_dl(time_h, infusions))
            self._of = ensemble, asked
        return self._band


def course_bands(
    decision: Decision, time_h: Array, before: BandBefore | None = None
) -> CourseBands:
    """Both bands at some times [h] from the particles of the decision: nothing is learned again.

    ``before`` is what a page keeps from one answer to the next.
    """
    learning = decision.learning
    infusions = infusions_of_case(decision.situation.case.doses)
    kept = BandBefore() if before is None else before
    return CourseBands(
        time_h,
        learning.final.band(time_h, infusions),
        kept.band(learning.after[0].ensemble, time_h, infusions),
    )

"""The prior of one patient, before any later titre: particles.

A particle has five unknowns, each a standard normal coordinate so that steps and
distances mean the same in every direction: central volume, clearance,
recovery, exchange half-time (the shapes of ``population.draw_virtual_patients``), and its
true first titre. The first titre measured is one noisy look at the last:
before it, log-normal around the titres seen at shock
(``TITRE_MEDIAN_AT_SHOCK``, ``TITRE_LOG_SD_AT_SHOCK``), so that the coordinate
already holds what the first measurement tells, exactly.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from igmfat_nb.courses.clearance import EVEN_WEIGHTS, Weights, virtual_patient_kinetics
from igmfat_nb.courses.population import (
    USUAL_SCENARIO,
    USUAL_SYNTHESIS,
    Scenario,
    SynthesisMode,
    synthesis_of,
    virtual_patients_of,
)
from igmfat_nb.kinetics import (
    Infusions,
    Kinetics,
    State,
    Synthesis,
    course_at,
    steady_state,
    take,
    titre_at,
)
from igmfat_nb.protocol import populations
from igmfat_nb.protocol.constants import RECOVERY

Array = NDArray[np.float64]
_CUMULATED_POINTS = 10_001
_CUMULATED_SDS = 9.0
UNKNOWNS = ("central volume", "clearance", "recovery", "exchange half-time", "first titre")
_NEAREST_TO_CERTAIN = 1e-15  # a coordinate beyond 8 standard deviations counts as 8


@dataclass(frozen=True, slots=True)
class Ensemble:
    """n particles: their kinetics, synthesis and amounts at time zero."""

    kinetics: Kinetics
    synthesis: Synthesis
    state: State

    def first(self, count: int) -> "Ensemble":
        """The first particles only: of an even sequence they are spread as evenly."""
        return take(self, slice(count))

    def titres_mg_dl(self, time_h: ArrayLike, infusions: Infusions) -> Array:
        """True titres at some times, shape (t, n)."""
        return titre_at(time_h, self.state, self.kinetics, self.synthesis, infusions)

    def state_at(self, time_h: ArrayLike, infusions: Infusions) -> State:
        """Amounts at the last of some rising times, shape (n,)."""
        return course_at(time_h, self.state, self.kinetics, self.synthesis, infusions)[1]


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of the patient beside later titres.

    Attributes
    ----------
    plasma_volume_ml, weight_kg : float
        Centre of the central volume [mL]; weight, for healthy synthesis [kg].
    first_titre_mg_dl, first_log_sd : float
        The first titre as measured and the log-SD of its error.
    first_is_limit : bool
        Whether ``first_titre_mg_dl`` is the assay's limit, which the measurement lies below.
    recovery : float
        Centre of the recovery.
    scenario, synthesis
        Kinetics scenario and endogenous synthesis.
    weights : tuple of float
        Of native, intermediate and fast; for the scenario ``averaged``.
    free : tuple of bool
        Which of ``UNKNOWNS`` are unknown; the others stay at their median.
    """

    plasma_volume_ml: float
    weight_kg: float
    first_titre_mg_dl: float
    first_log_sd: float
    recovery: float = RECOVERY.value
    scenario: Scenario = USUAL_SCENARIO
    synthesis: SynthesisMode = USUAL_SYNTHESIS
    weights: Weights = EVEN_WEIGHTS
    free: tuple[bool, ...] = (True,) * len(UNKNOWNS)
    first_is_limit: bool = False

    def ensemble(self, particles: Array) -> Ensemble:
        """Return the particles at standard normal coordinates, shape (n, 5)."""
        from scipy.special import ndtr

        used = particles * np.array(self.free)
        uniform = np.clip(ndtr(used[:, :4]), _NEAREST_TO_CERTAIN, 1.0 - _NEAREST_TO_CERTAIN)
        kinetics = virtual_patient_kinetics(
            virtual_patients_of(uniform, recovery=self.recovery),
            self.plasma_volume_ml,
            self.scenario,
            self.weights,
        )
        first_mg_dl = np.exp(self.first_logs(used[:, 4]))
        synthesis = synthesis_of(self.synthesis, first_mg_dl, kinetics, self.weight_kg)
        return Ensemble(kinetics, synthesis, steady_state(first_mg_dl, kinetics))

    def first_logs(self, coordinate: Array) -> Array:
        """Log of the true first titre at standard normal coordinates, shape (n,)."""
        if self.first_is_limit:
            return _below_limit_logs(self.first_titre_mg_dl, self.first_log_sd, coordinate)
        centre, spread = self.first_titre_log()
        logs: Array = centre + spread * coordinate
        return logs

    def first_titre_log(self) -> tuple[float, float]:
        """Mean and SD of the log of the true first titre, given the first measurement.

        Precisions add up: 1/0.64² around 60 mg/dL (``TITRE_MEDIAN_AT_SHOCK``, assumed) and
        1/s² around the measurement.

        Examples
        --------
        As good as the prior, 0.64: the geometric mean of 60 and 15, with an SD of 0.64 / √2.

        >>> mean, sd = Prior(3756.3, 80.0, 15.0, 0.64).first_titre_log()
        >>> round(math.exp(mean), 9), round(sd, 4)
        (30.0, 0.4525)
        """
        before = 1.0 / populations.TITRE_LOG_SD_AT_SHOCK.value**2
        measured = 1.0 / self.first_log_sd**2
        centre = before * math.log(populations.TITRE_MEDIAN_AT_SHOCK.value)
        centre += measured * math.log(self.first_titre_mg_dl)
        return centre / (before + measured), 1.0 / math.sqrt(before + measured)


def _below_limit_logs(limit_mg_dl: float, log_sd: float, coordinate: Array) -> Array:
    """Log of the true first titre where it was measured below a limit.

    Its density is that of titres at shock × the chance of measuring below the limit; the
    cumulated density is inverted on an even grid, so that the coordinate stays standard normal.
    """
    from scipy.special import log_ndtr, ndtr

    centre = math.log(populations.TITRE_MEDIAN_AT_SHOCK.value)
    spread, limit = populations.TITRE_LOG_SD_AT_SHOCK.value, math.log(limit_mg_dl)
    # Below the limit the normal alone decides; above it the error's tail does.
    most = min(centre + _CUMULATED_SDS * spread, limit + _CUMULATED_SDS * log_sd)
    ends = (min(centre, limit) - _CUMULATED_SDS * spread, most)
    log_true = np.linspace(*ends, _CUMULATED_POINTS)
    log_density = -0.5 * np.square((log_true - centre) / spread)
    log_density += log_ndtr((limit - log_true) / log_sd)
    density = np.exp(log_density - log_density.max())
    reached = np.append(0.0, np.cumsum(0.5 * (density[1:] + density[:-1])))
    logs: Array = np.interp(ndtr(coordinate), reached / reached[-1], log_true)
    return logs


def first_particles(prior: Prior, rng: np.random.Generator, n: int) -> tuple[Array, Ensemble]:
    """Coordinates of n particles before any later titre, (n, 5), read only; and the particles.

    The coordinates are standard normal and evenly spread: a shifted Kronecker sequence with
    the generalised golden ratio fills the unit cube more evenly than chance, which lowers the
    error of every quantile; a larger draw from the same seed begins with the smaller one.
    The last two answers are kept for this process and handed out again: read them, change them
    never.
    """
    return _first_particles(prior, tuple(rng.random(len(UNKNOWNS)).tolist()), n)


# Kept: a page asks about the same patient again and again while later titres are corrected.
@lru_cache(maxsize=2)
def _first_particles(prior: Prior, shift: tuple[float, ...], n: int) -> tuple[Array, Ensemble]:
    particles = _particles(shift, n)
    return particles, prior.ensemble(particles)


@lru_cache(maxsize=2)  # kept for the same; read only
def _particles(shift: tuple[float, ...], n: int) -> Array:
    from scipy.special import ndtri

    dimensions = len(shift)
    ratio = 2.0
    for _step in range(64):
        ratio = (1.0 + ratio) ** (1.0 / (dimensions + 1))
    strides = ratio ** -np.arange(1.0, dimensions + 1)
    uniform = (np.array(shift) + np.arange(1, n + 1)[:, None] * strides) % 1.0
    particles: Array = ndtri(np.clip(uniform, _NEAREST_TO_CERTAIN, 1.0 - _NEAREST_TO_CERTAIN))
    particles.flags.writeable = False  # it is handed out again
    return particles

"""What a score is worked out under: the clearance that is judged, the target, the seed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from igmfat_nb.courses.clearance import EVEN_WEIGHTS, Weights
from igmfat_nb.courses.population import SCENARIOS, USUAL_SYNTHESIS, Scenario, SynthesisMode
from igmfat_nb.protocol import constants, scoring

#: Under each of these a titre is predicted.
SCORED: tuple[Scenario, ...] = (*SCENARIOS, "averaged")


@dataclass(frozen=True, slots=True)
class Settings:
    """The model under test.

    Attributes
    ----------
    scenario : str
        The clearance that the verdict is about, one of ``SCORED``.
    weights : tuple of float
        Of native, intermediate and fast before any later titre; of ``averaged``.
    synthesis, target_mg_dl
        As elsewhere.
    scenarios : sequence of str
        Under which titres are predicted; ``scenario`` is one of them.
    seed, particles : int
    whole : bool
        With predictions from no titre at all, and whole courses simulated.
    """

    scenario: Scenario = "intermediate"
    weights: Weights = EVEN_WEIGHTS
    synthesis: SynthesisMode = USUAL_SYNTHESIS
    target_mg_dl: float = constants.TARGET_TITRE.value
    scenarios: Sequence[Scenario] = SCORED
    seed: int = 1
    particles: int = scoring.SCORE_PARTICLES.value
    whole: bool = True

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self) | {"weights": list(self.weights), "scenarios": list(self.scenarios)}

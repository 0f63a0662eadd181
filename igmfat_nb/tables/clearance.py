"""What each scenario of clearance weighs, as records and as lines to read."""

from collections.abc import Mapping
from typing import Any

from igmfat_nb.courses.clearance import Weights, weights_text
from igmfat_nb.courses.population import SCENARIOS
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.language import _
from igmfat_nb.titration import Posterior, weights_after


def posterior_record(posterior: Posterior, assumptions: Assumptions) -> dict[str, Any]:
    """How it was worked out; the clearance assumed, and of an average each scenario's weight."""
    return {
        "twins": len(posterior.weight),
        "effective_sample_size": posterior.effective_sample_size,
        "path": posterior.path,
        "scenario": assumptions.scenario,
        "scenario_weights": weights_record(weights_after(posterior, assumptions)),
    }


def weights_record(weights: Weights | None) -> dict[str, float] | None:
    """Weights by scenario; null where one scenario was picked by hand."""
    return None if weights is None else dict(zip(SCENARIOS, weights, strict=True))


def scenario_results(posterior: Posterior, assumptions: Assumptions) -> dict[str, float]:
    """Named results: the weights after the titres; none where one scenario was picked by hand."""
    found = weights_record(weights_after(posterior, assumptions)) or {}
    return {f"{name}_weight": weight for name, weight in found.items()}


def weights_line(posterior: Posterior, assumptions: Assumptions) -> list[str]:
    """The weights to read, one line; none where one scenario was picked by hand."""
    weights = weights_after(posterior, assumptions)
    if weights is None:
        return []
    line = _("clearance, weighed by the titres: {weights} (before them: {prior})")
    prior = weights_text(assumptions.weights)
    return [line.format(weights=weights_text(weights), prior=prior)]


def kept_weights_line(record: Mapping[str, Any]) -> list[str]:
    """The same of a record's posterior."""
    found = record["posterior"]["scenario_weights"]
    if not found:
        return []
    native, intermediate, fast = (found[name] for name in SCENARIOS)
    weights = weights_text((native, intermediate, fast))
    return [_("clearance, weighed by the titres: {weights}").format(weights=weights)]

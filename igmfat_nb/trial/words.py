"""A design in a reader's words: its arms, its deaths, what a file says beyond the usual."""

from typing import Any

from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.trial.design import Design, ExposureEndpoint, FixedEndpoint, design_of

_ARMS = {
    "standard": mark("standard"),
    "deficit": mark("personalised"),
    "forecast": mark("forecast"),
}


#: A formula of the sample size as the field calls it.
METHOD_WORDS = {
    "unpooled": mark("unpooled"),
    "pooled": mark("pooled"),
    "pooled-cc": mark("pooled, continuity corrected"),
    "arcsine": mark("arcsine"),
}


def arm_word(name: str) -> str:
    """An arm as the field calls it; one from a file keeps its own name.

    >>> arm_word("deficit"), arm_word("half_dose")
    ('personalised', 'half_dose')
    """
    return _(_ARMS[name]) if name in _ARMS else name


def arm_words(design: Design) -> tuple[str, str]:
    """Both arms."""
    return arm_word(design.arms[0].name), arm_word(design.arms[1].name)


def percent(share: float, decimals: int = 1) -> str:
    """A share in per cent, without the sign.

    >>> percent(0.375), percent(0.45)
    ('37.5', '45')
    """
    return number_text(100 * share, decimals)


def set_mortality(design: Design) -> tuple[float, float] | None:
    """Shares of deaths that the design sets for both arms; None where exposure decides."""
    endpoint = design.endpoint
    if not isinstance(endpoint, FixedEndpoint):
        return None
    return endpoint.mortality[design.arms[0].name], endpoint.mortality[design.arms[1].name]


def deaths_text(design: Design) -> str:
    """What the design assumes of death, in short: a change in per cent, or log odds a day."""
    if isinstance(design.endpoint, ExposureEndpoint):
        line = _("{effect} log odds a day at target")
        return line.format(effect=number_text(design.endpoint.log_odds_per_day_at_target, 3))
    shares = design.endpoint.mortality
    first, second = (percent(shares[arm.name]) for arm in design.arms)
    return f"{first} → {second}\N{NO-BREAK SPACE}%"


def beyond(document: dict[str, Any], shown: frozenset[str]) -> list[str]:
    """Choices of a design document, as the file names them, that differ from the usual ones.

    Parameters
    ----------
    shown : set of str
        Places that a page shows anyway, such as ``truth.scenario``.
    """
    usual = design_of({"arms": ["standard", "deficit"]}).model_dump(mode="json")
    found = []
    for place, value in _flat(document):
        if place in shown or place.startswith(("arms", "endpoint", "grid")):
            continue
        if value != dict(_flat(usual)).get(place):
            shown_value = ", ".join(map(str, value)) if isinstance(value, list) else value
            found.append(f"{place} {shown_value}")
    return found


def _flat(document: dict[str, Any], above: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for name, value in document.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{above}{name}.")
        else:
            pairs.append((f"{above}{name}", value))
    return pairs

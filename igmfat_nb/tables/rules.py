"""The three rules of the next dose by name."""

from igmfat_nb.language import _, mark
from igmfat_nb.titration import Decision, Rule

RULE_NAMES: dict[Rule, str] = {
    "standard": mark("standard (the trial's arm)"),
    "deficit": mark("deficit (assumption of this software)"),
    "forecast": mark("forecast (our proposal, not the trial's rule)"),
}


def rule_name(rule: Rule, decision: Decision) -> str:
    """A rule as it is shown, with whose it is; the deficit rule is whose its reading is."""
    if rule == "deficit" and decision.assumptions.rule.reading.status == "published":
        return _("deficit (published)")
    return _(RULE_NAMES[rule])

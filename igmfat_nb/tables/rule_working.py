"""How each rule reached its volume, in words: each formula with the numbers in it."""

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import PersonalisedSteps, StandardSteps
from igmfat_nb.bedside.working import personalised_working, rounding_line, standard_working
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.titration import Decision, Forecast, Rule, RuleDose

#: Of a titre below the assay's limit: what it may be at least, and at most.
END_NAMES = ("at_0", "at_limit")


def rule_working(decision: Decision, rule: Rule) -> list[str]:
    """How a rule reached its volume: each formula with the numbers in it."""
    if rule == "standard":
        return _standard_lines(decision)
    if rule == "deficit":
        return _deficit_lines(decision)
    return _forecast_lines(decision)


def _standard_lines(decision: Decision) -> list[str]:
    seen, answer = decision.situation, decision.standard
    if not isinstance(answer.steps, StandardSteps):
        return [seen.contraindicated() or _("the three days of the standard arm are over")]
    given = _("{rule} − {given} of today's dose already given = {left} (not below 0)")
    rule = decision.assumptions.rule
    return standard_working(answer.steps, rule) + _given_lines(answer, given, rule)


def _deficit_lines(decision: Decision) -> list[str]:
    answer = decision.deficit
    if decision.stop:
        return [decision.stop]
    if answer.ends is not None:
        return _end_lines(decision, answer.ends)
    if not isinstance(answer.steps, PersonalisedSteps):
        return [_("no titre today")]
    return _balance_lines(decision, answer, answer.steps)


def _end_lines(decision: Decision, ends: tuple[RuleDose, RuleDose]) -> list[str]:
    """Both ends of what a titre below the limit may be; the rule needs a number."""
    line = _(
        "The titre is {titre} mg/dL, below the assay's limit; the rule needs a number. The dose"
        " is shown at 0 and at the limit."
    )
    lines = [line.format(titre=decision.situation.titres[-1].text())]
    for name, end in zip((_("at 0:"), _("at the limit:")), ends, strict=True):
        if isinstance(end.steps, PersonalisedSteps):
            lines += [name, *_balance_lines(decision, end, end.steps)]
    return lines


def _balance_lines(decision: Decision, answer: RuleDose, steps: PersonalisedSteps) -> list[str]:
    given = _(
        "{rule} − {given} given since the titre or still being infused = {left} (not below 0)"
    )
    rule = decision.assumptions.rule
    lines = personalised_working(steps, decision.situation.patient, rule)
    return lines + _given_lines(answer, given, rule)


def _given_lines(answer: RuleDose, line: str, rule: DoseRule) -> list[str]:
    """What of a rule's volume was given already, and what is left of it."""
    if not answer.given_ml or answer.rule_ml is None or answer.dose is None:
        return []
    left_ml = max(answer.rule_ml - answer.given_ml, 0.0)
    parts = (quantity_text(ml, "mL", 1) for ml in (answer.rule_ml, answer.given_ml, left_ml))
    subtraction = line.format(**dict(zip(("rule", "given", "left"), parts, strict=True)))
    return [subtraction, *rounding_line(left_ml, answer.dose.volume_ml, rule)]


def _forecast_lines(decision: Decision) -> list[str]:
    seen, answer = decision.situation, decision.forecast
    proposal = _("our proposal, not the trial's rule")
    if decision.stop:
        return [proposal, decision.stop]
    aim = _(
        "smallest volume with a probability of at least {chance} % of {target} or above at {time} h"
    )
    target = quantity_text(decision.assumptions.rule.target_mg_dl, "mg/dL", 1)
    lines = [
        proposal,
        aim.format(
            chance=percent_text(answer.probability),
            target=target,
            time=number_text(seen.sample_h, 2),
        ),
        _("probability without a dose: {chance} %").format(
            chance=percent_text(decision.chance_without_dose)
        ),
    ]
    return lines + _volume_lines(decision, answer)


def _volume_lines(decision: Decision, answer: Forecast) -> list[str]:
    volume_ml, chance = answer.rule_ml or 0.0, answer.chance or 0.0
    line = _("{volume} from {start} h at the maximum labelled rate: {chance} %")
    start = number_text(decision.situation.start_h, 2)
    tried = [(volume_ml, chance)]
    if answer.chance_of_one_less is not None and not answer.limited_by:
        tried.insert(0, (volume_ml - answer.step_ml, answer.chance_of_one_less))
    lines = [
        line.format(
            volume=quantity_text(ml, "mL"),
            start=start,
            chance=_percent_beside(share, answer.probability),
        )
        for ml, share in tried
        if ml > 0
    ] or [_("no dose needed")]
    if answer.limited_by:
        limit = _(
            "At the maximum labelled rate at most {largest} can be given before then, so the"
            " requested probability is not reached."
        )
        lines.append(limit.format(largest=quantity_text(answer.largest_ml, "mL")))
    beside = _(
        "relative to the standard dose: {multiple}; 95th percentile of the peak: {peak};"
        " cumulative dose: {total}"
    )
    lines.append(
        beside.format(
            multiple=number_text(answer.multiple_of_standard, 2),
            peak=quantity_text(answer.peak_p95_mg_dl, "mg/dL"),
            total=quantity_text(answer.cumulative_ml_per_kg, "mL/kg", 1),
        )
    )
    return lines


def percent_text(share: float) -> str:
    """Write a share in per cent, with one decimal."""
    return number_text(100 * share, 1)


def _percent_beside(share: float, asked: float) -> str:
    """A chance in per cent; one that is rounded up to what was asked for is said to be below it."""
    rounded_up = share < asked and percent_text(share) == percent_text(asked)
    return f"< {percent_text(asked)}" if rounded_up else percent_text(share)

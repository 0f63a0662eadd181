"""One patient's course as records (for JSON) and as lines to read."""

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import PersonalisedSteps, StandardSteps
from igmfat_nb.bedside.eligibility import not_cleared_sentences
from igmfat_nb.bedside.working import (
    personalised_working,
    reading_line,
    rounding_line,
    standard_working,
)
from igmfat_nb.case import Case, deviations
from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.language import _, mark
from igmfat_nb.notation import NOTICE, number_text, quantity_text, text_table
from igmfat_nb.protocol import titration
from igmfat_nb.tables.clearance import kept_weights_line, posterior_record, weights_line
from igmfat_nb.tables.rules import rule_name
from igmfat_nb.titration import (
    RULES,
    Decision,
    Forecast,
    Posterior,
    Prediction,
    Rule,
    RuleDose,
)
from igmfat_nb.titration.posterior import Path
from igmfat_nb.units import HOURS_PER_DAY

Array = NDArray[np.float64]
METHOD_NAMES: dict[Path, str] = {
    "importance": mark("importance sampling"),
    "rejuvenated": mark("resample-move"),
}


def next_record(decision: Decision) -> dict[str, Any]:
    """The document that ``igmfat next --json`` prints, without the version."""
    posterior = decision.learning.final
    return {
        "subject": decision.situation.case.subject,
        "at_h": decision.situation.at_h,
        "stop": decision.stop,
        "reading": asdict(decision.assumptions.rule.reading),
        "posterior": posterior_record(posterior, decision.assumptions)
        | {"titre_now_mg_dl": decision.titre_now_mg_dl},
        "rules": {rule: rule_record(decision, rule) for rule in RULES},
        "chance_without_dose": decision.chance_without_dose,
        "sample_times": [
            {"time_h": one.time_h, "expected_width": one.expected_width_mg_dl}
            for one in decision.sample_times
        ],
        "next_sample_h": decision.next_sample_h,
        "planned_sample_h": decision.situation.sample_h,
        "probability": decision.forecast.probability,
        "flags": [flag_record(one) for one in decision.outlying],
        "deviations": decision.deviations,
        "warnings": decision.warnings,
    }


def rule_record(decision: Decision, rule: Rule) -> dict[str, Any]:
    """One rule's dose; null where it has no titre to go by."""
    answer: RuleDose = getattr(decision, rule)
    record: dict[str, Any] = {
        "volume_ml": answer.dose.volume_ml if answer.dose else None,
        "rate_ml_h": answer.dose.rate_ml_h if answer.dose else None,
        "duration_h": answer.dose.duration_h if answer.dose else None,
        "chance": answer.chance,
        "working": rule_working(decision, rule),
    }
    if isinstance(answer, Forecast):
        record |= {
            "limited_by": answer.limited_by,
            "multiple_of_standard": answer.multiple_of_standard,
            "peak_p95_mg_dl": answer.peak_p95_mg_dl,
            "cumulative_ml_per_kg": answer.cumulative_ml_per_kg,
        }
    return record


def flag_record(prediction: Prediction) -> dict[str, Any]:
    """An outlying titre, with what to ask about it."""
    return {
        "time_h": prediction.time_h,
        "titre_mg_dl": prediction.igm_mg_dl,
        "interval_99": [prediction.low_mg_dl, prediction.high_mg_dl],
        "sentence": flag_sentence(prediction),
    }


def flag_sentence(prediction: Prediction) -> str:
    """Say what was measured, what was predicted, and which slips to rule out."""
    message = _(
        "The titre of {titre} at {time} h is outside the {share} % prediction interval"
        " ({low} to {high}) from earlier titres. It was not excluded. Please check: unit,"
        " sample drawn during an infusion, an infusion not entered, transfusion, another"
        " laboratory."
    )
    return message.format(
        titre=quantity_text(prediction.igm_mg_dl, "mg/dL", 1),
        time=number_text(prediction.time_h, 2),
        low=number_text(prediction.low_mg_dl, 1),
        high=quantity_text(prediction.high_mg_dl, "mg/dL", 1),
        share=number_text(100 * titration.SURPRISE_SHARE.value, 1),
    )


def rule_working(decision: Decision, rule: Rule) -> list[str]:
    """How a rule reached its volume: each formula with the numbers in it."""
    if rule == "standard":
        return _standard_lines(decision)
    if rule == "deficit":
        return _deficit_lines(decision)
    return _forecast_lines(decision)


def next_lines(decision: Decision) -> list[str]:
    """The same answer to read."""
    seen, now = decision.situation, decision.titre_now_mg_dl
    lines = [_(NOTICE), "", *decision.warnings, *decision.deviations]
    lines += [flag_sentence(one) for one in decision.outlying]
    if decision.stop:
        lines.append(decision.stop)
    message = _("{subject} at {at} h: IgM {median} (90 % interval {low} to {high})")
    lines += [
        "",
        message.format(
            subject=seen.case.subject,
            at=number_text(seen.at_h, 2),
            median=quantity_text(now["p50"], "mg/dL", 1),
            low=number_text(now["p5"], 1),
            high=quantity_text(now["p95"], "mg/dL", 1),
        ),
        _posterior_line(decision.learning.final),
        *weights_line(decision.learning.final, decision.assumptions),
        "",
        _rule_table(decision),
    ]
    for rule in RULES:
        lines += ["", rule_name(rule, decision)]
        if rule == "deficit":
            lines += [f"  {reading_line(decision.assumptions.rule)}"]
        lines += [f"  {line}" for line in rule_working(decision, rule)]
    return [*lines, "", _sample_table(decision)]


def curve_record(
    case: Case,
    posterior: Posterior,
    time_h: Array,
    band: dict[str, Array],
    until_h: float | None,
    assumptions: Assumptions,
) -> dict[str, Any]:
    """The document that ``igmfat curve CASE --json`` prints, without the version."""
    return {
        "subject": case.subject,
        "until_h": until_h,
        "posterior": posterior_record(posterior, assumptions),
        "time_h": time_h.tolist(),
        "igm_mg_dl": band["p50"].tolist(),
        "quantiles": {name: row.tolist() for name, row in band.items()},
        "deviations": deviations(case),
        "warnings": case_warnings(case),
    }


def curve_lines(record: dict[str, Any]) -> list[str]:
    """The patient's own curve at whole days, to read."""
    header = (_("day"), _("IgM, mg/dL"), _("90 % interval from"), _("to"))
    columns = (record["time_h"], *(record["quantiles"][name] for name in ("p50", "p5", "p95")))
    rows = [
        (number_text(time_h / HOURS_PER_DAY), *(number_text(titre, 1) for titre in titres))
        for time_h, *titres in zip(*columns, strict=True)
        if resolved_h(time_h) % HOURS_PER_DAY == 0
    ]
    heading = [_(NOTICE), "", record["subject"], *record["warnings"], *kept_weights_line(record)]
    return [*heading, "", text_table(header, rows)]


def validation_record(case: Case) -> dict[str, Any]:
    """The document that ``igmfat validate --json`` prints, without the version."""
    return {
        "subject": case.subject,
        "valid": True,
        "arm": case.arm,
        "titres": len(case.titres),
        "doses": len(case.doses),
        "events": len(case.events),
        "deviations": deviations(case),
        "warnings": case_warnings(case),
    }


def validation_lines(record: dict[str, Any]) -> list[str]:
    """Say that a case is valid, and what is worth a look."""
    message = _("{subject} is a valid case: titres {titres}, doses {doses}, events {events}.")
    return [message.format(**record), *record["deviations"], *record["warnings"]]


def case_warnings(case: Case) -> list[str]:
    """Rare values of a case, and contraindications nobody answered."""
    rare = case.patient(case.last_result_h).warnings()
    return [*rare, *not_cleared_sentences(case.criteria)]


def _standard_lines(decision: Decision) -> list[str]:
    seen, answer = decision.situation, decision.standard
    if not isinstance(answer.steps, StandardSteps):
        return [seen.contraindicated() or _("the three days of the standard arm are over")]
    given = _("{rule} − {given} of today's dose already given = {left} (not below 0)")
    rule = decision.assumptions.rule
    return standard_working(answer.steps, rule) + _given_lines(answer, given, rule)


def _deficit_lines(decision: Decision) -> list[str]:
    seen, answer = decision.situation, decision.deficit
    if decision.stop:
        return [decision.stop]
    if not isinstance(answer.steps, PersonalisedSteps):
        return [_("no titre today")]
    given = _(
        "{rule} − {given} given since the titre or still being infused = {left} (not below 0)"
    )
    rule = decision.assumptions.rule
    lines = personalised_working(answer.steps, seen.patient, rule)
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
            chance=_percent(answer.probability),
            target=target,
            time=number_text(seen.sample_h, 2),
        ),
        _("probability without a dose: {chance} %").format(
            chance=_percent(decision.chance_without_dose)
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


def _posterior_line(posterior: Posterior) -> str:
    line = _("effective sample size {size} of {particles}; method: {method}")
    return line.format(
        size=number_text(posterior.effective_sample_size),
        particles=number_text(len(posterior.weight)),
        method=_(METHOD_NAMES[posterior.path]),
    )


def _rule_table(decision: Decision) -> str:
    time = number_text(decision.situation.sample_h, 2)
    header = (_("rule"), _("volume"), _("probability at {time} h").format(time=time))
    rows = [(_("no dose"), quantity_text(0, "mL"), f"{_percent(decision.chance_without_dose)} %")]
    for rule in RULES:
        answer: RuleDose = getattr(decision, rule)
        if answer.dose is None or answer.chance is None:
            rows.append((rule, _("no titre today"), ""))
            continue
        volume = quantity_text(answer.dose.volume_ml, "mL", 1)
        rows.append((rule, volume, f"{_percent(answer.chance)} %"))
    return text_table(header, rows)


def _sample_table(decision: Decision) -> str:
    header = (_("sample at"), _("expected width of the 90 % interval two days after the decision"))
    best, best_h = _("{time} (most informative)"), decision.next_sample_h
    rows = []
    for one in decision.sample_times:
        line = best if one.time_h == best_h else "{time}"
        time, width = quantity_text(one.time_h, "h", 2), one.expected_width_mg_dl
        rows.append((line.format(time=time), quantity_text(width, "mg/dL", 1)))
    return text_table(header, rows)


def _percent(share: float) -> str:
    return number_text(100 * share, 1)


def _percent_beside(share: float, asked: float) -> str:
    """A chance in per cent; one that is rounded up to what was asked for is said to be below it."""
    rounded_up = share < asked and _percent(share) == _percent(asked)
    return f"< {_percent(asked)}" if rounded_up else _percent(share)

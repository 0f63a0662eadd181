"""One patient's course as records (for JSON) and as lines to read."""

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.bedside.eligibility import not_cleared_sentences
from igmfat_nb.bedside.working import reading_line
from igmfat_nb.case import Case, deviations
from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.language import _, mark
from igmfat_nb.notation import NOTICE, number_text, quantity_text, text_table
from igmfat_nb.protocol import titration
from igmfat_nb.tables.clearance import kept_weights_line, posterior_record, weights_line
from igmfat_nb.tables.rule_working import END_NAMES, percent_text, rule_working
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
from igmfat_nb.titration.aside import SetAside
from igmfat_nb.titration.due_words import HOURS, due_lines, due_title, no_number_words
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
    if answer.ends is not None:
        record |= {
            "limit_mg_dl": decision.situation.titres[-1].reported_mg_dl,
            **{name: _end_record(end) for name, end in zip(END_NAMES, answer.ends, strict=True)},
        }
    if isinstance(answer, Forecast):
        record |= {
            "limited_by": answer.limited_by,
            "multiple_of_standard": answer.multiple_of_standard,
            "peak_p95_mg_dl": answer.peak_p95_mg_dl,
            "cumulative_ml_per_kg": answer.cumulative_ml_per_kg,
        }
    return record


def _end_record(end: RuleDose) -> dict[str, Any]:
    """What the rule would give at one end of what a titre below the limit may be."""
    return {
        "volume_ml": end.dose.volume_ml if end.dose else None,
        "rate_ml_h": end.dose.rate_ml_h if end.dose else None,
        "duration_h": end.dose.duration_h if end.dose else None,
        "chance": end.chance,
    }


def flag_record(prediction: Prediction) -> dict[str, Any]:
    """An outlying titre, with what to ask about it."""
    return {
        "time_h": prediction.time_h,
        "titre_mg_dl": None if prediction.is_limit else prediction.igm_mg_dl,
        **({"titre_below_mg_dl": prediction.igm_mg_dl} if prediction.is_limit else {}),
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
        titre=("<" if prediction.is_limit else "")
        + quantity_text(prediction.igm_mg_dl, "mg/dL", 1),
        time=number_text(prediction.time_h, 2),
        low=number_text(prediction.low_mg_dl, 1),
        high=quantity_text(prediction.high_mg_dl, "mg/dL", 1),
        share=number_text(100 * titration.SURPRISE_SHARE.value, 1),
    )


def next_lines(decision: Decision, aside: SetAside | None) -> list[str]:
    """The same answer to read, with what is due as the patient's page says it."""
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
        due_title(decision, aside, HOURS),
        *(f"  {line}" for line in due_lines(decision, aside, HOURS)),
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
    rare = case.body(case.last_result_h).warnings()
    return [*rare, *not_cleared_sentences(case.criteria)]


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
    rows = [
        (_("no dose"), quantity_text(0, "mL"), f"{percent_text(decision.chance_without_dose)} %")
    ]
    for rule in RULES:
        answer: RuleDose = getattr(decision, rule)
        if answer.dose is None or answer.chance is None:
            rows.append((_(rule), no_number_words(answer), ""))
            continue
        volume = quantity_text(answer.dose.volume_ml, "mL", 1)
        rows.append((_(rule), volume, f"{percent_text(answer.chance)} %"))
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

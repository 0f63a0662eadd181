"""Results by name, units in the names: what a run of a notebook hands to a program.

Values are numbers, texts, truth values or None. Doses are named like the
columns of ``igmfat cohort``; titres ``ARM_igm_dayD`` are in mg/dL.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from igmfat_nb.bedside.answer import BedsideAnswer
from igmfat_nb.bedside.dosing import ARMS
from igmfat_nb.bedside.eligibility import Eligibility
from igmfat_nb.courses.comparison import Comparison, whole_day_titres
from igmfat_nb.tables.doses import arm_records
from igmfat_nb.tables.rule_working import END_NAMES
from igmfat_nb.titration import RULES, Decision, RuleDose

if TYPE_CHECKING:
    from igmfat_nb.titration.calibration import Calibration
    from igmfat_nb.trial.summary import Scenario

#: Metrics of a trial whose own name does not say its unit.
_METRIC_NAMES = {
    "overshoot": "overshoot_mg_dl",
    "vials_opened": "vials_opened_count",
    "cost": "cost_eur",
    "deaths": "mortality_share",
    "fraction_of_time_at_target": "time_at_target_share",
}


def eligibility_results(judged: Eligibility) -> dict[str, Any]:
    """The verdict, which criteria are not met or missing, and every single answer."""
    answers = {f"criterion_{line.statement.code}": line.answer for line in judged.lines}
    codes = {
        "not_met": ", ".join(line.statement.code for line in judged.barring),
        "missing": ", ".join(line.statement.code for line in judged.missing),
    }
    return {"verdict": judged.verdict, **codes, **answers}


def dose_results(answer: BedsideAnswer) -> dict[str, Any]:
    """First dose of each arm by the names of ``igmfat dose``, the arm in front."""
    named: dict[str, Any] = {}
    for arm, record in (arm_records(answer) or {}).items():
        vials = record.pop("vials")
        named |= {f"{arm}_{name}": value for name, value in record.items()}
        named |= {f"{arm}_vials_{size}_ml": count for size, count in vials.items()}
    return named


def titre_results(comparison: Comparison | None) -> dict[str, Any]:
    """Predicted titres at whole days [mg/dL], and what each arm adds up to."""
    if comparison is None:
        return {}
    named: dict[str, Any] = {}
    for day, titres in enumerate(whole_day_titres(comparison)):
        names = (f"{arm}_igm_day{day}" for arm in ("untreated", *ARMS))
        named |= dict(zip(names, titres, strict=True))
    for arm in ARMS:
        course = comparison.arms[arm].course
        target = comparison.assumptions.rule.target_mg_dl
        named[f"{arm}_total_volume_ml"] = float(course.volume_ml.sum())
        named[f"{arm}_hours_at_target"] = float(course.hours_at_target(target)[0])
    return named


def decision_results(decision: Decision) -> dict[str, Any]:
    """The next dose of a course by each rule; ``chance`` is of the target at the next sample."""
    now, seen = decision.titre_now_mg_dl, decision.situation
    named: dict[str, Any] = {
        "subject": seen.case.subject,
        "decision_at_h": seen.at_h,
        "planned_sample_h": seen.sample_h,
        "most_telling_sample_h": decision.next_sample_h,
        "stop": decision.stop,
        "surprising_titres_count": len(decision.outlying),
        **{f"igm_now_mg_dl_{name}": value for name, value in now.items()},
        "no_dose_chance": decision.chance_without_dose,
    }
    for rule in RULES:
        answer: RuleDose = getattr(decision, rule)
        named[f"{rule}_volume_ml"] = answer.dose.volume_ml if answer.dose else None
        named[f"{rule}_duration_h"] = answer.dose.duration_h if answer.dose else None
        named[f"{rule}_chance"] = answer.chance
        for name, end in zip(END_NAMES, answer.ends or (), strict=False):
            named[f"{rule}_volume_ml_{name}"] = end.dose.volume_ml if end.dose else None
    return named | {"forecast_limited_by": decision.forecast.limited_by}


def calibration_results(calibration: "Calibration") -> dict[str, Any]:
    """How many patients were simulated, and how often the 90 % interval held."""
    return {
        "calibration_patients_count": len(calibration.ranks),
        "interval_90_held_share": float(calibration.covered.mean()),
    }


def trial_results(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Means over trials by arm, their difference, screening, and how often the test rejects."""
    screening, test = answer["screening"], answer["operating"]
    first, second = answer["arms"]
    named: dict[str, Any] = {
        "screened_patients": screening["screened"],
        "enrolled_patients": screening["enrolled"],
        "rejection_rate": test["rejection_rate"],
        "rejection_rate_monte_carlo_se": test["monte_carlo_se"],
        "exact_rejection_rate": test["exact_rejection_rate"],
        "arms_differ": test["arms_differ"],
    }
    for name in ("benefit", "harm"):
        part = test[name]
        named[f"{name}_rate"] = part["rate"]
        named[f"{name}_rate_low_95"], named[f"{name}_rate_high_95"] = part["rate_95"]
    parts = {**answer["arms"], f"{second}_minus_{first}": test["difference"]}
    for part, metrics in parts.items():
        for metric, values in metrics.items():
            named[f"{part}_{_METRIC_NAMES.get(metric, metric)}"] = values["mean"]
    return named


def grid_results(family: "Sequence[Scenario]") -> dict[str, Any]:
    """How often the test rejects in each scenario of a grid, numbered from 1."""
    named: dict[str, Any] = {}
    for number, one in enumerate(family, start=1):
        named[f"scenario{number}"] = one.name
        test = one.answer["operating"]
        named[f"scenario{number}_rejection_rate"] = test["rejection_rate"]
        for name in ("benefit", "harm"):
            named[f"scenario{number}_{name}_rate"] = test[name]["rate"]
    return named


def sample_size_results(control: float, treated: float, dropout: float) -> dict[str, Any]:
    """Patients in each arm, in all with drop-out, and what 356 less it can detect, by method."""
    from igmfat_nb.trial.sample_size import (
        METHODS,
        Comparison,
        detectable,
        patients_per_arm,
        total,
    )

    named: dict[str, Any] = {}
    for method in METHODS:
        asked, name = Comparison(control, treated, method=method), method.replace("-", "_")
        per_arm = patients_per_arm(asked)
        named[f"{name}_per_arm_patients"] = per_arm
        named[f"{name}_total_patients"] = total(per_arm, dropout, "divide")
        named[f"{name}_detectable_share"] = detectable(asked, dropout=dropout)
    return named

"""Outcomes of a page as named results: what a notebook run without a screen hands out."""

from typing import Any

from igmfat_nb.bedside.patient import bmi
from igmfat_nb.tables.named_results import (
    decision_results,
    dose_results,
    eligibility_results,
    titre_results,
)
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.explorer.outcome import Outcome


def patient_results(outcome: Outcome) -> dict[str, Any]:
    """What was typed, as read; the verdict; every criterion; what was refused."""
    found = outcome.findings
    named: dict[str, Any] = {
        "refused": _refused(outcome.refused),
        "igm_mg_dl": found.igm_mg_dl,
        "bmi_kg_m2": None,
        "repeat_crosses_limit_share": outcome.crossing,
    }
    if found.weight_kg is not None and found.height_cm is not None:
        named["bmi_kg_m2"] = bmi(found.weight_kg, found.height_cm)
    return named | (eligibility_results(outcome.eligibility) if outcome.eligibility else {})


def explorer_results(outcome: Outcome) -> dict[str, Any]:
    """Verdict, both doses, titres at whole days; or why there is none."""
    named: dict[str, Any] = {
        "verdict": outcome.eligibility.verdict if outcome.eligibility else None,
        "refused": _refused(outcome.refused),
        "no_dose_because": outcome.blank or None,
    }
    answer = outcome.answer
    if answer is None or answer.arms is None:
        return named
    named["igm_mg_dl"] = outcome.findings.igm_mg_dl
    named["plasma_volume_ml"] = answer.patient.plasma_volume_ml
    named |= dose_results(answer)
    return named | titre_results(outcome.comparison)


def course_results(model: CourseModel) -> dict[str, Any]:
    """The next dose of a course by each rule; or why there is none."""
    outcome = model.outcome
    if outcome.answer is None:
        return {"no_dose_because": outcome.waiting, "refused": _refused(outcome.refused)}
    return decision_results(outcome.answer.decision)


def _refused(refused: dict[str, str]) -> str | None:
    return " ".join(refused.values()) or None

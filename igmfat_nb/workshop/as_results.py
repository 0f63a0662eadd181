"""A lesson as named results: what an analyst or another course gets of it without a screen."""

from typing import Any

from igmfat_nb.workshop.lessons import lesson_named
from igmfat_nb.workshop.question import AnyQuestion, ChoiceQuestion

#: A unit as it ends a name.
_UNIT_NAMES = {"%": "percent", "kg/m²": "kg_m2"}


def lesson_results(key: str, *, solutions: bool = False) -> dict[str, Any]:
    """Title, minutes and questions; for a trainer the answers, each with its tolerance.

    An answer is named after its question, its unit last: ``answer_51_balance_ml`` and
    ``answer_51_balance_ml_tolerance``. A choice is the key of the right option.
    """
    lesson = lesson_named(key)
    named: dict[str, Any] = {
        "lesson": lesson.key,
        "title": lesson.title,
        "duration_min": lesson.minutes,
        "questions_count": len(lesson.questions),
        "cases": ", ".join(dict.fromkeys(one.case_name for one in lesson.questions)),
    }
    for question in lesson.questions if solutions else ():
        named |= _answer(question)
    return named


def _answer(question: AnyQuestion) -> dict[str, Any]:
    name = f"answer_{question.key.replace('-', '_')}"
    if isinstance(question, ChoiceQuestion):
        return {name: question.expected}
    name = f"{name}_{unit_name(question.unit)}"
    return {name: question.expected, f"{name}_tolerance": question.tolerance}


def unit_name(unit: str) -> str:
    """A unit as it ends a name: mL/kg is ``ml_kg``."""
    return _UNIT_NAMES.get(unit, unit.lower().replace("/", "_"))

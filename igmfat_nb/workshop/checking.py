"""Is an answer right, and if not, why? Pure: no widget, no clock, no state."""

import math
import re
from dataclasses import dataclass
from typing import Literal

from igmfat_nb.case import Case
from igmfat_nb.errors import IgmFatError
from igmfat_nb.language import _, mark, ngettext
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.units import parse_number
from igmfat_nb.workshop.question import AnyQuestion, ChoiceQuestion, NumberQuestion

Verdict = Literal["right", "unit", "wrong", "unreadable"]
VERDICTS: tuple[Verdict, ...] = ("right", "unit", "wrong", "unreadable")
VERDICT_WORDS: dict[Verdict, str] = {
    "right": mark("right"),
    "unit": mark("wrong unit"),
    "wrong": mark("wrong"),
    "unreadable": mark("could not be read"),
}
LONGEST_ANSWER = 80
NO_BREAK = "\N{NO-BREAK SPACE}"

#: Other units of the same quantity: how many of them one of the question's unit is.
OTHER_UNITS: dict[str, dict[str, float]] = {
    "mg/dL": {"g/L": 0.01, "mg/L": 10.0},
    "mL": {"dL": 0.01, "L": 0.001},
    "g": {"mg": 1000.0},
    "h": {"min": 60.0, "days": 1 / 24},
    "days": {"h": 24.0},
    "mL/h": {"mL/min": 1 / 60, "L/h": 0.001},
    "mL/kg": {"L/kg": 0.001},
    "%": {"a fraction": 0.01},
}
#: What people write for a unit.
SPELLINGS = {
    "mg/dl": "mg/dL",
    "mg%": "mg/dL",
    "g/l": "g/L",
    "mg/l": "mg/L",
    "ml": "mL",
    "dl": "dL",
    "l": "L",
    "ml/h": "mL/h",
    "ml/hr": "mL/h",
    "ml/min": "mL/min",
    "l/h": "L/h",
    "ml/kg": "mL/kg",
    "l/kg": "L/kg",
    "g": "g",
    "mg": "mg",
    "h": "h",
    "hr": "h",
    "hours": "h",
    "hour": "h",
    "min": "min",
    "minutes": "min",
    "d": "days",
    "day": "days",
    "days": "days",
    "kg/m2": "kg/m²",
    "kg/m²": "kg/m²",
    "%": "%",
    "percent": "%",
    "pp": "%",
    "percentagepoints": "%",
    "patients": "patients",
    "trials": "trials",
}
_ANSWER = re.compile(r"\s*(?P<number>[+\-\d.,eE]*\d[.,]?)\s*(?P<unit>[^\d\s].*?)?\s*")


@dataclass(frozen=True, slots=True)
class Feedback:
    """A verdict and its reason.

    Attributes
    ----------
    sentence : str
        Verdict and reason in words.
    error : str
        Short key of what went wrong, or empty.
    why : str
        The reason alone, where a headline says the verdict.
    """

    verdict: Verdict
    sentence: str
    error: str = ""
    why: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the answer counts."""
        return self.verdict == "right"


def check(question: AnyQuestion, text: str) -> Feedback:
    """Judge an answer as typed.

    Parameters
    ----------
    question : NumberQuestion or ChoiceQuestion
    text : str
        A number with or without its unit, or the key of an option.
    """
    if len(text) > LONGEST_ANSWER:
        return _unreadable(_("The answer is too long to be one number or choice."))
    if isinstance(question, ChoiceQuestion):
        return _check_choice(question, text.strip())
    try:
        return _check_number(question, text)
    except IgmFatError as error:
        return _unreadable(str(error))


def tolerance_text(question: NumberQuestion) -> str:
    """Say how near is near enough."""
    unit = "percentage points" if question.unit == "%" else question.unit
    reach = _counted(number_text(question.tolerance, 3), question.tolerance, unit)
    return _("right within ± {tolerance}").format(tolerance=reach)


def expected_text(question: AnyQuestion) -> str:
    """Write the package's answer."""
    if isinstance(question, NumberQuestion):
        return quantity_text(question.expected, _(question.unit), question.decimals)
    key = question.expected
    return next(_(option.text) for option in question.options if option.key == key)


def _right(question: AnyQuestion) -> Feedback:
    reason = _(question.reason)
    return Feedback("right", _("Right. {reason}").format(reason=reason), why=reason)


def _unreadable(sentence: str) -> Feedback:
    return Feedback("unreadable", sentence, mark("unreadable"))


def _check_choice(question: ChoiceQuestion, key: str) -> Feedback:
    chosen = next((option for option in question.options if option.key == key), None)
    if chosen is None:
        return _unreadable(_("Choose one of the answers first."))
    if key == question.expected:
        return _right(question)
    reason = _(chosen.reason)
    why = reason[:1].upper() + reason[1:]
    return Feedback("wrong", _("Not this one: {reason}").format(reason=reason), key, why)


def _check_number(question: NumberQuestion, text: str) -> Feedback:
    value, unit = _number_and_unit(text)
    others = OTHER_UNITS.get(question.unit, {})
    if unit and unit != question.unit and unit not in others:
        message = _("“{unit}” is no unit of this answer; it is asked in {expected}.")
        return _unreadable(message.format(unit=unit, expected=_(question.unit)))
    case, truth = question.case, question.expected
    if unit in others:
        if _near(value / others[unit], truth, question.tolerance):
            return _unit_slip(question, unit)
        value = value / others[unit]
    elif _near(value, truth, question.tolerance):
        return _right(question)
    elif not unit:
        for other, factor in others.items():
            if _near(value / factor, truth, question.tolerance):
                return _unit_slip(question, other)
    return _explained(question, case, value, truth)


def _unit_slip(question: NumberQuestion, unit: str) -> Feedback:
    factor = OTHER_UNITS[question.unit][unit]
    if factor >= 1:
        rate = f"1 {question.unit} = {quantity_text(factor, unit, 4)}"
    else:
        rate = f"1 {unit} = {quantity_text(1 / factor, question.unit, 4)}"
    if unit == "a fraction":
        rate = _("0.25 is 25 %")
    message = _(
        "That is {unit}. The number is right, its unit is not: it is asked in {asked}; {rate}."
    )
    sentence = message.format(unit=_(unit), asked=_(question.unit), rate=rate)
    return Feedback("unit", sentence, unit)


def _explained(question: NumberQuestion, case: Case, value: float, truth: float) -> Feedback:
    """Name the slip that leads to this number; else say which way it is off and the rule."""
    for slip in question.slips:
        if _near(value, slip.value(case), question.tolerance):
            return Feedback("wrong", _(slip.sentence), slip.key)
    if _digits_are_right(value, truth, question.tolerance):
        sentence = _("The digits are right, the decimal point is not. {reason}")
        return Feedback("wrong", sentence.format(reason=_(question.reason)), mark("decimal point"))
    too_high = value > truth
    way = _("Too high: {value}. {reason}") if too_high else _("Too low: {value}. {reason}")
    number = number_text(value, max(question.decimals, 2))
    shown = _counted(number, value, question.unit)
    sentence = way.format(value=shown, reason=_(question.reason))
    return Feedback("wrong", sentence, mark("too high") if too_high else mark("too low"))


def _number_and_unit(text: str) -> tuple[float, str]:
    found = _ANSWER.fullmatch(text)
    if found is None:
        return parse_number(text, _("The answer")), ""
    typed = (found["unit"] or "").strip()
    spelled = SPELLINGS.get(typed.lower().replace(" ", ""), typed)
    return parse_number(found["number"], _("The answer")), spelled


def _near(value: float, truth: float, tolerance: float) -> bool:
    return abs(value - truth) <= tolerance * (1 + 1e-9)


def _digits_are_right(value: float, truth: float, tolerance: float) -> bool:
    if value <= 0 or truth <= 0:
        return False
    power = round(math.log10(value / truth))
    return power != 0 and _near(value / 10.0**power, truth, tolerance)


def answer_text(question: AnyQuestion, text: str) -> str:
    """Write an answer as its reader knows it: an option by its words."""
    if isinstance(question, ChoiceQuestion):
        return next((_(o.text) for o in question.options if o.key == text.strip()), text)
    return text.strip()


def given_text(question: AnyQuestion, text: str) -> str:
    """Write an answer as a headline says it: a number with its unit, an option in quotes."""
    if isinstance(question, ChoiceQuestion):
        return _("“{answer}”").format(answer=answer_text(question, text))
    try:
        value, unit = _number_and_unit(text)
    except IgmFatError:
        return text.strip()
    if unit:
        return text.strip()
    return _counted(text.strip(), value, question.unit).replace(" ", NO_BREAK, 1)


def _counted(number: str, value: float, unit: str) -> str:
    """A number with its unit; a unit that is a word agrees with it."""
    count = 1 if value == 1 else 2
    words = {
        "patients": ngettext("{n} patient", "{n} patients", count),
        "trials": ngettext("{n} trial", "{n} trials", count),
        "days": ngettext("{n} day", "{n} days", count),
        "percentage points": ngettext("{n} percentage point", "{n} percentage points", count),
    }
    return words[unit].format(n=number) if unit in words else f"{number} {_(unit)}"


def error_text(question: AnyQuestion, key: str) -> str:
    """Write what went wrong as its reader knows it: an option by its words."""
    return answer_text(question, key) if isinstance(question, ChoiceQuestion) else _(key)


def answer_number(question: AnyQuestion, text: str) -> float | None:
    """The number of an answer in the question's unit, or None where there is none."""
    if not isinstance(question, NumberQuestion) or len(text) > LONGEST_ANSWER:
        return None
    try:
        value, unit = _number_and_unit(text)
    except IgmFatError:
        return None
    return value / OTHER_UNITS.get(question.unit, {}).get(unit, 1.0)


def option_texts(question: AnyQuestion) -> list[str]:
    """The choices in words, the right one marked; none for a number."""
    if not isinstance(question, ChoiceQuestion):
        return []
    right = question.expected
    return [_(o.text) if o.key != right else f"✓ {_(o.text)}" for o in question.options]


def slip_sentences(question: AnyQuestion) -> dict[str, str]:
    """What to say to each mistake, by the words that name it."""
    if isinstance(question, NumberQuestion):
        return {_(slip.key): _(slip.sentence) for slip in question.slips}
    return {_(option.text): _(option.reason) for option in question.options if option.reason}

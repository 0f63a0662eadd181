"""Would the protocol include this patient? Statements paired with predicates.

Three answers: yes (does not bar enrolment), no, unknown. A missing value is
never taken for "no", and an exclusion is never inferred from one: today's
creatinine is not known chronic dysfunction.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from igmfat_nb.bedside.patient import Body, Patient, bmi
from igmfat_nb.errors import ImplausibleInput, UnreadableInput
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol import criteria
from igmfat_nb.protocol.constants import ENROLMENT_AGE, ENROLMENT_TITRE, MAXIMUM_BMI
from igmfat_nb.protocol.criteria import Statement
from igmfat_nb.protocol.populations import ASSAY_CV

Answer = Literal["yes", "no", "unknown"]
ANSWERS: tuple[Answer, ...] = ("yes", "no", "unknown")
Verdict = Literal["eligible", "not eligible", "cannot tell"]
VERDICT_WORDS: dict[Verdict, str] = {
    "eligible": mark("eligible"),
    "not eligible": mark("not eligible"),
    "cannot tell": mark("cannot tell"),
}
ANSWER_WORDS: dict[Answer, str] = {
    "yes": mark("yes"),
    "no": mark("no"),
    "unknown": mark("unknown"),
}

QUESTIONS: dict[str, Statement] = {
    statement.code: statement for statement in criteria.CRITERIA + criteria.CONTRAINDICATIONS
}


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known of a patient; None while it is missing or was refused."""

    age_years: float | None = None
    height_cm: float | None = None
    weight_kg: float | None = None
    igm_mg_dl: float | None = None
    igm_below_mg_dl: float | None = None  # the assay's limit that the titre lies below

    @classmethod
    def of(cls, patient: Body, igm_below_mg_dl: float | None = None) -> "Findings":
        """Return the findings of a patient, or of a body and a titre below a limit."""
        igm_mg_dl = patient.igm_mg_dl if isinstance(patient, Patient) else None
        body = (patient.age_years, patient.height_cm, patient.weight_kg)
        return cls(*body, igm_mg_dl, igm_below_mg_dl)


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion answered, with the reason for the answer."""

    statement: Statement
    answer: Answer
    reason: str


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The verdict and every line behind it."""

    verdict: Verdict
    lines: tuple[CriterionResult, ...]

    @property
    def barring(self) -> tuple[CriterionResult, ...]:
        """Lines answered no."""
        return tuple(line for line in self.lines if line.answer == "no")

    @property
    def missing(self) -> tuple[CriterionResult, ...]:
        """Lines not answered."""
        return tuple(line for line in self.lines if line.answer == "unknown")


def parse_answers(pairs: Mapping[str, str]) -> dict[str, Answer]:
    """Check typed answers by code; refuse an unknown code or word with a sentence.

    Parameters
    ----------
    pairs : mapping
        Code of a criterion or contraindication (``QUESTIONS``) to yes, no or unknown.

    Raises
    ------
    UnreadableInput
        If a code or a word is not known.

    Examples
    --------
    >>> parse_answers({"septic_shock": "yes"})
    {'septic_shock': 'yes'}
    """
    checked: dict[str, Answer] = {}
    for code, word in pairs.items():
        if code not in QUESTIONS:
            message = _("“{code}” is not a criterion; the codes are {codes}.")
            raise UnreadableInput(message.format(code=code, codes=", ".join(QUESTIONS)))
        answer = next((known for known in ANSWERS if known == word), None)
        if answer is None:
            message = _("The answer to {code} is “{word}”; expected yes, no or unknown.")
            raise UnreadableInput(message.format(code=code, word=word))
        checked[code] = answer
    return checked


def assess(findings: Findings, answers: Mapping[str, Answer]) -> Eligibility:
    """Answer every criterion of the trial and give the verdict.

    Raises
    ------
    ImplausibleInput
        If an answer contradicts what the age, the body or the titre says, or another answer.

    Examples
    --------
    A titre of 60 is not below 60; without the other answers nobody can tell.

    >>> assess(Findings(64.0, 175.0, 80.0, 60.0), {}).verdict
    'not eligible'
    >>> found = assess(Findings(64.0, 175.0, 80.0, 38.0), {})
    >>> found.verdict, [line.statement.code for line in found.barring]
    ('cannot tell', [])
    """
    _check_agreement(answers)
    lines = tuple(_judge(statement, findings, answers) for statement in criteria.CRITERIA)
    found = {line.answer for line in lines}
    verdict: Verdict = "eligible"
    if "no" in found:
        verdict = "not eligible"
    elif "unknown" in found:
        verdict = "cannot tell"
    return Eligibility(verdict, lines)


def chance_of_crossing(titre_mg_dl: float) -> float:
    """How often a repeat measurement would fall on the other side of the enrolment limit.

    Normal difference of two measurements; its standard deviation is √2 × the assay CV
    (5 %, ``ASSAY_CV``, assumed) × the titre.

    Parameters
    ----------
    titre_mg_dl : float
        As measured, above 0 [mg/dL].

    Returns
    -------
    float
        A probability, at most one half.

    Examples
    --------
    At the limit one half; at 56 mg/dL the limit is 4 ÷ (√2 × 2.8) = 1.0102 SD away, with
    15.6 % beyond (normal table).

    >>> chance_of_crossing(60.0), round(chance_of_crossing(56.0), 3)
    (0.5, 0.156)
    """
    sd_of_difference_mg_dl = math.sqrt(2) * ASSAY_CV.value * titre_mg_dl
    distance = abs(ENROLMENT_TITRE.value - titre_mg_dl) / sd_of_difference_mg_dl
    return 0.5 * math.erfc(distance / math.sqrt(2))


def stop_sentence(answers: Mapping[str, Answer]) -> str | None:
    """Why the label forbids the product for this patient, or None.

    Source: section 4.3 of the summary of product characteristics (``criteria.CONTRAINDICATIONS``).

    Examples
    --------
    >>> stop_sentence({}) is None, stop_sentence({criteria.HYPERSENSITIVITY.code: "yes"})[:8]
    (True, 'No dose:')
    """
    present = [s for s in criteria.CONTRAINDICATIONS if answers.get(s.code) == "yes"]
    if not present:
        return None
    reasons = "; ".join(_(statement.wording) for statement in present)
    return _("No dose: the label contraindicates the product ({reasons}).").format(reasons=reasons)


def not_cleared(answers: Mapping[str, Answer]) -> tuple[Statement, ...]:
    """Contraindications of the label that nobody has answered; unknown is not no.

    Examples
    --------
    >>> len(not_cleared({})), len(not_cleared({criteria.HYPERSENSITIVITY.code: "no"}))
    (2, 1)
    """
    return tuple(
        statement
        for statement in criteria.CONTRAINDICATIONS
        if answers.get(statement.code, "unknown") == "unknown"
    )


def not_cleared_sentences(answers: Mapping[str, Answer]) -> list[str]:
    """One sentence for each contraindication of the label that nobody has answered."""
    message = _("Contraindication not answered: {question}.")
    return [message.format(question=_(one.wording)) for one in not_cleared(answers)]


#: Criterion, contraindication, and the answers that cannot both be right. An IgA deficiency
#: without antibodies is a contraindication and meets the criterion: no contradiction.
_CONTRADICTIONS: tuple[tuple[Statement, Statement, Answer], ...] = (
    (criteria.TOLERATES_PRODUCT, criteria.HYPERSENSITIVITY, "yes"),
    (criteria.TOLERATES_PRODUCT, criteria.HYPERSENSITIVITY, "no"),
    (criteria.NO_IGA_DEFICIENCY, criteria.IGA_DEFICIENCY, "no"),
)


def _check_agreement(answers: Mapping[str, Answer]) -> None:
    """Refuse a criterion and a contraindication that cannot both be answered so."""
    for criterion, contraindication, answer in _CONTRADICTIONS:
        if answers.get(criterion.code) == answers.get(contraindication.code) == answer:
            message = _(
                "“{criterion}” and “{contraindication}” are both answered {answer}; these answers"
                " contradict each other."
            )
            raise ImplausibleInput(
                message.format(
                    criterion=_(criterion.wording),
                    contraindication=_(contraindication.wording),
                    answer=_(answer),
                )
            )


def _judge(
    statement: Statement, findings: Findings, answers: Mapping[str, Answer]
) -> CriterionResult:
    answered: Answer = answers.get(statement.code, "unknown")
    measured = MEASURED[statement.code](findings) if statement.code in MEASURED else None
    if measured is None:
        reason = _("not answered") if answered == "unknown" else _("as answered")
        return CriterionResult(statement, answered, reason)
    holds, reason = measured
    found: Answer = "yes" if holds else "no"
    if answered not in ("unknown", found):
        message = _("“{criterion}” is answered {answer}, but {reason}.")
        wording, answer = _(statement.wording), _(ANSWER_WORDS[answered])
        raise ImplausibleInput(message.format(criterion=wording, answer=answer, reason=reason))
    return CriterionResult(statement, found, reason)


def _adult(findings: Findings) -> tuple[bool, str] | None:
    if findings.age_years is None:
        return None
    enrolled = findings.age_years > ENROLMENT_AGE.value
    reason = _("the age is {age} years")
    if not enrolled:
        reason = _("the age is {age} years, and the trial enrols patients older than {limit}")
    limit = number_text(ENROLMENT_AGE.value)
    return enrolled, reason.format(age=number_text(findings.age_years, 1), limit=limit)


def _low_titre(findings: Findings) -> tuple[bool, str] | None:
    limit_mg_dl = findings.igm_below_mg_dl
    if limit_mg_dl is not None and limit_mg_dl <= ENROLMENT_TITRE.value:
        reason = _("IgM is below {limit}")
        return True, reason.format(limit=quantity_text(limit_mg_dl, "mg/dL", 2))
    if findings.igm_mg_dl is None:
        return None
    reason = _("IgM is {titre}").format(titre=quantity_text(findings.igm_mg_dl, "mg/dL", 2))
    return findings.igm_mg_dl < ENROLMENT_TITRE.value, reason


def _bmi_limit(findings: Findings) -> tuple[bool, str] | None:
    if findings.weight_kg is None or findings.height_cm is None:
        return None
    value = bmi(findings.weight_kg, findings.height_cm)
    met = value <= MAXIMUM_BMI.value
    # One decimal, and as many more as it takes to stand on its side of the limit.
    decimals = next((d for d in range(1, 9) if (round(value, d) <= MAXIMUM_BMI.value) == met), 9)
    reason = _("the BMI is {bmi}").format(bmi=quantity_text(value, "kg/m²", decimals))
    return met, reason


MEASURED: dict[str, Callable[[Findings], tuple[bool, str] | None]] = {
    criteria.ADULT.code: _adult,
    criteria.LOW_TITRE.code: _low_titre,
    criteria.BMI_LIMIT.code: _bmi_limit,
}

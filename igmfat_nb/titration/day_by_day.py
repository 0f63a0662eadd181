"""The course day by day: what each titre taught, what each rule would have given, what was."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.case import Case, CaseTitre
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.protocol import titration
from igmfat_nb.titration.decision import Decision
from igmfat_nb.titration.from_case import case_assumptions, infusions_of_case, learn_course
from igmfat_nb.titration.likelihood import measurement_log_sd
from igmfat_nb.titration.next_dose import (
    Outlook,
    RuleDose,
    deficit_rule,
    forecast_dose,
    standard_rule,
)
from igmfat_nb.titration.posterior import Learning
from igmfat_nb.titration.search import check_probability
from igmfat_nb.titration.situation import Situation, situation
from igmfat_nb.titration.weighted import reported_quantiles

Array = NDArray[np.float64]
_SHARES = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One titre of the course, seen when its result came.

    Attributes
    ----------
    titre : CaseTitre
    decision_h : float
        When its result was known; the rules answer for this time, exactly as
        ``decide`` does.
    stop : str or None
        Why the deficit and forecast rules give nothing more.
    standard, deficit, forecast : RuleDose
    given_ml : float
        What was given from this draw to the next.
    next_h : float
        The next draw, or the next planned sample after the last one.
    predicted_mg_dl : tuple of float
        5, 50 and 95 % point of the titre that would be measured then, under
        the doses listed.
    chance : float
        Of a true titre at or above the target then.
    """

    titre: CaseTitre
    decision_h: float
    stop: str | None
    standard: RuleDose
    deficit: RuleDose
    forecast: RuleDose
    given_ml: float
    next_h: float
    predicted_mg_dl: tuple[float, float, float]
    chance: float


def course_rows(
    case: Case,
    *,
    probability: float = titration.TARGET_CHANCE.value,
    seed: int = 1,
    assumptions: Assumptions | None = None,
    decided: Decision | None = None,
) -> tuple[CourseRow, ...]:
    """One row for each titre, in order of drawing.

    ``assumptions`` are the usual ones, with the reading of the case, where they are left out.
    ``decided`` is a decision with all results and doses, the same chance, seed and
    assumptions: what it learned and answered is not worked out again.
    """
    check_probability(probability)
    if assumptions is None:
        assumptions = case_assumptions(case)
    if decided is None:
        patient = case.body(case.last_result_h)
        whole = learn_course(
            case, case.titres, case.doses, patient, seed=seed, assumptions=assumptions
        )
    else:
        whole = decided.learning
    rows = []
    for index, titre in enumerate(case.titres):
        seen = situation(case, titre.known_h)
        learned = _learned(seen, whole, seed, assumptions)
        same = decided is not None and decided.situation == seen
        answers = decided if decided and same else _answers(seen, learned, probability, assumptions)
        rows.append(_row(index, learned, answers))
    return tuple(rows)


@dataclass(frozen=True, slots=True, eq=False)
class _Answers:
    """What each rule gives, as ``Decision`` has it too."""

    outlook: Outlook
    standard: RuleDose
    deficit: RuleDose
    forecast: RuleDose


def _answers(
    seen: Situation, learned: Learning, probability: float, assumptions: Assumptions
) -> _Answers:
    outlook = Outlook.of(seen, learned.final, assumptions.rule.target_mg_dl)
    return _Answers(
        outlook,
        standard_rule(outlook, assumptions),
        deficit_rule(outlook, assumptions),
        forecast_dose(outlook, probability, assumptions.rule.rounding),
    )


def _learned(seen: Situation, whole: Learning, seed: int, assumptions: Assumptions) -> Learning:
    """What was known then: the first steps of the whole learning, unless body or order differ."""
    case, known = seen.case, len(seen.titres)
    believed = case.body(case.last_result_h)
    same_body = believed.plasma_volume_ml == seen.patient.plasma_volume_ml
    same_body = same_body and believed.weight_kg == seen.patient.weight_kg
    if same_body and seen.titres == case.titres[:known]:
        return Learning(whole.after[:known], whole.predictions[:known])
    return learn_course(
        case, seen.titres, seen.doses, seen.patient, seed=seed, assumptions=assumptions
    )


def _row(index: int, learned: Learning, answers: _Answers | Decision) -> CourseRow:
    outlook, forecast = answers.outlook, answers.forecast
    seen = outlook.situation
    case, titre = seen.case, seen.case.titres[index]
    following = case.titres[index + 1 : index + 2]
    next_h = following[0].time_h if following else seen.sample_h
    end_h = following[0].time_h if following else float("inf")
    given = [dose.volume_ml for dose in case.doses if titre.time_h <= dose.start_h < end_h]
    predicted_mg_dl, true_mg_dl = _predicted(outlook, learned, next_h)
    return CourseRow(
        titre=titre,
        decision_h=seen.at_h,
        stop=seen.stop(),
        standard=answers.standard,
        deficit=answers.deficit,
        forecast=RuleDose(forecast.rule_ml, forecast.given_ml, forecast.dose, forecast.chance),
        given_ml=float(sum(given)),
        next_h=next_h,
        predicted_mg_dl=predicted_mg_dl,
        chance=learned.final.chance(true_mg_dl, outlook.target_mg_dl),
    )


def _predicted(
    outlook: Outlook, learned: Learning, next_h: float
) -> tuple[tuple[float, float, float], Array]:
    """5, 50, 95 % point of the titre measured at the next draw; the true titres then."""
    case, known = outlook.situation.case, len(learned.after)
    learning_went_on = len(learned.predictions) == known
    if learning_went_on and learned.predictions[-1].time_h == next_h:
        prediction = learned.predictions[-1]  # what the next titre was then compared with
        return prediction.interval_90_mg_dl, prediction.true_mg_dl
    posterior, true_mg_dl = learned.final, outlook.undosed_mg_dl
    later = any(dose not in outlook.situation.doses for dose in case.doses)
    if later or next_h != outlook.situation.sample_h:
        infusions = infusions_of_case(case.doses)
        true_mg_dl = posterior.ensemble.titres_mg_dl([next_h], infusions)[0]
    error = measurement_log_sd(next_h, [event.time_h for event in case.events])
    low, middle, high = reported_quantiles(true_mg_dl, posterior.weight, error, _SHARES).tolist()
    return (low, middle, high), true_mg_dl

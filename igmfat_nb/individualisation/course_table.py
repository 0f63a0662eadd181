"""The course day by day: what each titre taught, what each rule would have given, what was."""

from dataclasses import dataclass

from igmfat_nb.case import Case, CaseTitre
from igmfat_nb.course import Assumptions
from igmfat_nb.individualisation.course import (
    CASE_ASSUMPTIONS,
    infusions_of_case,
    learn_course,
)
from igmfat_nb.individualisation.model import measurement_log_sd
from igmfat_nb.individualisation.next_dose import (
    Forecast,
    Outlook,
    RuleDose,
    check_probability,
    deficit_rule,
    forecast_rule,
    standard_rule,
)
from igmfat_nb.individualisation.posterior import Learning, Posterior
from igmfat_nb.individualisation.situation import Situation, situation
from igmfat_nb.individualisation.weighted import reported_quantiles
from igmfat_nb.protocol import titration

_INTERVAL = (0.05, 0.5, 0.95)


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
    standard, deficit, forecast : RuleDose, RuleDose, Forecast
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
    forecast: Forecast
    given_ml: float
    next_h: float
    predicted_mg_dl: tuple[float, float, float]
    chance: float


def course_rows(
    case: Case,
    *,
    probability: float = titration.TARGET_CHANCE.value,
    seed: int = 1,
    assumptions: Assumptions = CASE_ASSUMPTIONS,
    learning: Learning | None = None,
) -> tuple[CourseRow, ...]:
    """One row for each titre, in order of drawing.

    ``learning`` saves learning again what a decision at the last result already
    learned from all titres, with the same seed and assumptions.
    """
    check_probability(probability)
    patient = case.patient(case.last_result_h)
    whole = learning or learn_course(
        case, case.titres, case.doses, patient, seed=seed, assumptions=assumptions
    )
    rows = []
    for index in range(len(case.titres)):
        seen = situation(case, case.titres[index].known_h)
        posterior = _posterior(seen, whole, seed, assumptions)
        rows.append(_row(seen, index, posterior, probability, assumptions))
    return tuple(rows)


def _posterior(seen: Situation, whole: Learning, seed: int, assumptions: Assumptions) -> Posterior:
    """What was known then: a step of the whole learning, unless body or order differ."""
    case, known = seen.case, len(seen.titres)
    believed = case.patient(case.last_result_h)
    same_body = believed.plasma_volume_ml == seen.patient.plasma_volume_ml
    same_body = same_body and believed.weight_kg == seen.patient.weight_kg
    if same_body and seen.titres == case.titres[:known]:
        return whole.after[known - 1]
    learning = learn_course(
        case, seen.titres, seen.doses, seen.patient, seed=seed, assumptions=assumptions
    )
    return learning.final


def _row(
    seen: Situation,
    index: int,
    posterior: Posterior,
    probability: float,
    assumptions: Assumptions,
) -> CourseRow:
    case, titre = seen.case, seen.case.titres[index]
    following = case.titres[index + 1 : index + 2]
    next_h = following[0].time_h if following else seen.sample_h
    end_h = following[0].time_h if following else float("inf")
    given = [dose.volume_ml for dose in case.doses if titre.time_h <= dose.start_h < end_h]
    true_mg_dl = posterior.ensemble.titres_mg_dl([next_h], infusions_of_case(case.doses))[0]
    error = measurement_log_sd(next_h, [event.time_h for event in case.events])
    low, middle, high = reported_quantiles(true_mg_dl, posterior.weight, error, _INTERVAL)
    outlook = Outlook.of(seen, posterior, assumptions.rule.target_mg_dl)
    return CourseRow(
        titre=titre,
        decision_h=seen.at_h,
        stop=seen.stop(),
        standard=standard_rule(outlook, assumptions),
        deficit=deficit_rule(outlook, assumptions),
        forecast=forecast_rule(outlook, probability),
        given_ml=float(sum(given)),
        next_h=next_h,
        predicted_mg_dl=(float(low), float(middle), float(high)),
        chance=posterior.chance(true_mg_dl, assumptions.rule.target_mg_dl),
    )

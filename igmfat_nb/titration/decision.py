"""Everything that one decision needs, from one case at one time."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.bedside.eligibility import not_cleared_sentences
from igmfat_nb.case import Case, deviations
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.language import _
from igmfat_nb.protocol import titration
from igmfat_nb.titration.from_case import case_assumptions, learn_course
from igmfat_nb.titration.next_dose import (
    Forecast,
    Outlook,
    RuleDose,
    deficit_rule,
    forecast_rule,
    standard_rule,
)
from igmfat_nb.titration.next_sample import SampleTime, best_sample, sample_times
from igmfat_nb.titration.posterior import Learning, Prediction
from igmfat_nb.titration.search import check_probability
from igmfat_nb.titration.situation import Situation, situation

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Decision:
    """The answer to "what next?" at one time of a course.

    Attributes
    ----------
    situation, learning, outlook
        What is known; what its titres teach; the posterior from here on.
    standard, deficit, forecast : RuleDose, RuleDose, Forecast
        The three rules side by side.
    titre_now_mg_dl : dict
        p5, p50, p95 of the true titre at the decision.
    chance_without_dose : float
    sample_times : tuple of SampleTime
        Worked out when it is first asked for.
    outlying : tuple of Prediction
        Titres outside their own prediction interval: kept, and asked about.
    deviations, warnings : list of str
    """

    situation: Situation
    assumptions: Assumptions
    learning: Learning
    outlook: Outlook
    standard: RuleDose
    deficit: RuleDose
    forecast: Forecast
    titre_now_mg_dl: dict[str, float]
    chance_without_dose: float
    outlying: tuple[Prediction, ...]
    deviations: list[str]
    warnings: list[str]

    @property
    def stop(self) -> str | None:
        """Why the deficit and forecast rules give nothing more, or None."""
        return self.situation.stop()

    @cached_property
    def sample_times(self) -> tuple[SampleTime, ...]:
        """Every candidate for the next sample."""
        return sample_times(self.outlook)

    @property
    def next_sample_h(self) -> float:
        """When the next sample would tell most [h]."""
        return best_sample(self.sample_times).time_h


def decide(
    case: Case,
    *,
    at_h: float | None = None,
    probability: float = titration.TARGET_CHANCE.value,
    seed: int = 1,
    sample_after_h: float | None = None,
    assumptions: Assumptions | None = None,
) -> Decision:
    """Work out the next dose of a case by every rule.

    Parameters
    ----------
    case : Case
    at_h : float, optional
        The decision; by default the case's present hour, the last one entered.
        Results, doses and events after it play no part.
    probability : float
        Chance of being at the target that the forecast rule aims at.
    seed : int
        Of the particles.
    sample_after_h : float, optional
        The next planned sample after the decision; ``NEXT_SAMPLE`` by default.
    assumptions : Assumptions, optional
        The usual ones, with the reading of the case, by default.

    Raises
    ------
    IgmFatError
        With one sentence, if the time, the chance or the seed is not believable.

    Examples
    --------
    Day 2 of 80 kg with 84 mg/dL after 431 mL: by the mass balance 431 mL × 16 / 62.

    >>> from igmfat_nb.case.reading import new_case
    >>> body = {"sex": "male", "age_years": 60, "height_cm": 175, "weight_kg": 80}
    >>> body |= {"haematocrit": 0.3, "vasopressor_stopped_h": None}
    >>> titres = [{"time_h": 0, "igm_mg_dl": 38}, {"time_h": 24, "igm_mg_dl": 84}]
    >>> doses = [{"start_h": 2, "volume_ml": 431, "duration_h": 13.5}]
    >>> case = new_case(subject="A-1", **body, titres=titres, doses=doses)
    >>> today = decide(case)
    >>> today.situation.at_h, today.standard.rule_ml, today.deficit.rule_ml
    (24.0, 400.0, 111.0)
    """
    check_probability(probability)
    if assumptions is None:
        assumptions = case_assumptions(case)
    seen = situation(case, at_h, sample_after_h=sample_after_h)
    learning = learn_course(
        case, seen.titres, seen.doses, seen.patient, seed=seed, assumptions=assumptions
    )
    outlook = Outlook.of(seen, learning.final, assumptions.rule.target_mg_dl)
    standard = standard_rule(outlook, assumptions)
    deficit = deficit_rule(outlook, assumptions)
    forecast = forecast_rule(outlook, probability, assumptions.rule.rounding)
    now = learning.final.quantiles(outlook.titres_mg_dl([seen.at_h]), (0.05, 0.5, 0.95))[0]
    return Decision(
        situation=seen,
        assumptions=assumptions,
        learning=learning,
        outlook=outlook,
        standard=standard,
        deficit=deficit,
        forecast=forecast,
        titre_now_mg_dl=dict(zip(("p5", "p50", "p95"), now.tolist(), strict=True)),
        chance_without_dose=outlook.chance(),
        outlying=tuple(one for one in learning.predictions if one.outlying),
        deviations=deviations(case, assumptions.rule, until_h=seen.at_h),
        warnings=[*seen.warnings(), *_dose_warnings(seen, standard, deficit)],
    )


def _dose_warnings(seen: Situation, standard: RuleDose, deficit: RuleDose) -> list[str]:
    """Contraindications nobody answered, and doses that take more than a day."""
    found = not_cleared_sentences(seen.case.criteria)
    for name, rule in ((_("Standard rule"), standard), (_("Deficit rule"), deficit)):
        answers = [rule, *(rule.ends or ())]
        said = [one.dose.label_rate_warning() for one in answers if one.dose]
        if sentence := next(filter(None, said), None):
            found.append(_("{rule}: {sentence}").format(rule=name, sentence=sentence))
    return found

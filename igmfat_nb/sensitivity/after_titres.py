"""What the next dose of a case with later titres depends on, given what those titres taught."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.case import Case
from igmfat_nb.courses.as_given import GivenDose, infusions_of
from igmfat_nb.courses.clearance import typical_multiple
from igmfat_nb.courses.population import CLEARANCE, SCENARIOS, SYNTHESIS_MODES
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.protocol import constants
from igmfat_nb.protocol.exploration import EXPLORED, Explored
from igmfat_nb.sensitivity.indices import Bar, bases
from igmfat_nb.sensitivity.study import Study
from igmfat_nb.sensitivity.values import ends_of, readings
from igmfat_nb.titration import Decision, decide
from igmfat_nb.units import HOURS_PER_DAY

DAY_7_H = constants.PERSONALISED_MAX_DAYS.value * HOURS_PER_DAY
DOSE, CHANCE, DAY_7 = "dose_now_ml", "next_titre_chance", "day_7_no_more_mg_dl"
#: What the update by titres knows of: an assumption, and the assumptions with a value of it.
_CHANGES: dict[str, Callable[[Assumptions, float], Assumptions]] = {
    "reading": lambda base, place: replace(base, rule=_read_as(base.rule, int(place))),
    "clearance": lambda base, factor: replace(
        base, scenario=next(one for one in SCENARIOS if CLEARANCE[one].value == factor)
    ),
    "synthesis": lambda base, place: replace(base, synthesis=SYNTHESIS_MODES[int(place)]),
    "recovery": lambda base, share: replace(
        base,
        rule=replace(
            base.rule,
            recovery=share,
            own_recovery=base.rule.divides_by if base.rule.is_balance else None,
        ),
    ),
    "rule_recovery": lambda base, share: replace(
        base, rule=replace(base.rule, own_recovery=share) if base.rule.is_balance else base.rule
    ),
    "maintenance": lambda base, per_kg: replace(
        base, rule=replace(base.rule, maintenance_ml_per_kg=per_kg)
    ),
}


@dataclass(frozen=True, slots=True)
class AfterTitres:
    """The hour of the decision [h], and one assumption at a time there."""

    at_h: float
    study: Study


def after_titres(case: Case, rule: DoseRule, *, seed: int = 1) -> AfterTitres:
    """One assumption at a time, at the case's present hour.

    The personalised dose that is due now; the titre on day 7 if no further dose follows (left
    out once day 7 is over); the chance of the target at the next titre. Clearance is tried as
    each scenario, since the titres then say more of it than any range.

    Parameters
    ----------
    case : Case
    rule : DoseRule
        The reading that is asked about.
    seed : int
        Of the particles, the same throughout.
    """
    usual = Assumptions(rule=rule)
    known = [_explored(name) for name in _CHANGES]
    place = [one.label for one in readings()].index(rule.reading.label) if _is_ours(rule) else 0
    clearance = typical_multiple(usual.scenario, usual.weights)
    base = bases(known, {"reading": float(place), "clearance": clearance})

    def found(assumptions: Assumptions) -> dict[str, float]:
        return _outputs(decide(case, seed=seed, assumptions=assumptions))

    at_base = found(usual)
    bars = []
    for one in known:
        tried = _tried(one, base[one.name])
        results = [found(_CHANGES[one.name](usual, value)) for value in tried]
        columns = {name: tuple(row[name] for row in results) for name in at_base}
        bars.append(Bar(one, tuple(tried), columns, at_base))
    study = Study("patient", tuple(at_base), base, bars, None, {}, [])
    return AfterTitres(case.present_h, study)


def _outputs(decision: Decision) -> dict[str, float]:
    """Dose [mL], chance, titre [mg/dL]; no dose is 0 mL."""
    dose = decision.deficit.dose
    volume_ml = dose.volume_ml if dose else 0.0
    chance = decision.deficit.chance if dose else None
    outputs = {
        DOSE: volume_ml,
        CHANCE: decision.chance_without_dose if chance is None else chance,
    }
    seen = decision.situation
    if seen.at_h < DAY_7_H:
        given = [one.given() for one in seen.doses]
        if dose and volume_ml:
            given.append(GivenDose(seen.start_h, volume_ml, dose.duration_h))
        band = decision.learning.final.band(np.array([DAY_7_H]), infusions_of(given))
        outputs[DAY_7] = float(band["p50"][0])
    return outputs


def _tried(one: Explored, base: float) -> list[float]:
    if one.name == "clearance":
        return [CLEARANCE[scenario].value for scenario in SCENARIOS]
    return ends_of(one, base)


def _explored(name: str) -> Explored:
    return next(one for one in EXPLORED if one.name == name)


def _is_ours(rule: DoseRule) -> bool:
    return rule.reading.label in [one.label for one in readings()]


def _read_as(rule: DoseRule, place: int) -> DoseRule:
    return readings()[place].rule(rounding=rule.rounding)

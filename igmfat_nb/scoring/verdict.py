"""What the checks found, in sentences that a clinician understands."""

import math

import numpy as np
import pandas as pd

from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import scoring
from igmfat_nb.scoring.checks import Check, Checks, log_odds
from igmfat_nb.scoring.folder import ScoredFolder
from igmfat_nb.scoring.measures import Measure, with_intervals
from igmfat_nb.scoring.table import forecasts

SCENARIO_WORDS = {
    "native": mark("the native clearance"),
    "intermediate": mark("the intermediate clearance"),
    "fast": mark("the fast clearance"),
    "averaged": mark("the averaged clearance"),
}
_MOST_ODDS = 1000.0
_MOST_NAMES = 5


def verdict(scored: ScoredFolder, table: pd.DataFrame, checks: Checks) -> list[str]:
    """The verdict in one or two sentences first, then what else is to be looked at."""
    scenario = scored.settings.scenario
    rows = forecasts(table, scenario)
    patients = rows["subject"].nunique()
    lines = _units(checks["units"])
    if patients < scoring.LEAST_PATIENTS.value:
        message = _("Patients with a titre to predict: {n}, too few to tell.")
        return [*lines, message.format(n=number_text(patients))]
    rng = np.random.default_rng(scored.settings.seed)
    held = with_intervals(rows, resamples=scoring.RESAMPLES.value, rng=rng)["coverage_90"]
    if checks["clearance"].failed:
        lines.append(_another_fits(scenario, patients, held, rows, checks["clearance"]))
    elif any(check.failed for name, check in checks.items() if name not in ("units", "patients")):
        lines.append(_does_not_predict(scenario, patients, held))
    else:
        lines.append(_predicts(scenario, patients, held, scored, table))
    return [*lines, *_patients(checks["patients"]), *_others(checks)]


def _predicts(
    scenario: str, patients: int, held: Measure, scored: ScoredFolder, table: pd.DataFrame
) -> str:
    message = _(
        "With {n} patients, titres follow {scenario}: 90 % intervals held {held}. {compared}"
    )
    return message.format(
        n=number_text(patients),
        scenario=_(SCENARIO_WORDS[scenario]),
        held=held_text(held),
        compared=_compared(scenario, scored, table),
    )


def _compared(scenario: str, scored: ScoredFolder, table: pd.DataFrame) -> str:
    """How much better it predicts than the next best, or that patients are too few to tell."""
    others = [name for name in scored.settings.scenarios if name != scenario]
    if not others:
        return ""
    odds = {name: log_odds(table, scenario, name)[0] for name in others}
    nearest = min(odds, key=lambda name: odds[name])
    named = {"odds": odds_text(abs(odds[nearest])), "other": _(SCENARIO_WORDS[nearest])}
    if odds[nearest] >= math.log(scoring.TELLING_ODDS.value):
        return _("The odds over {other}, the next best, are {odds}.").format(**named)
    return _("They are too few to tell it from {other} (odds {odds}).").format(**named)


def _another_fits(
    scenario: str, patients: int, held: Measure, rows: pd.DataFrame, check: Check
) -> str:
    above = float((rows["pit"] - 0.5).mean()) > 0
    message = (
        _("With {n} patients, titres fall more slowly than {scenario} predicts: {held}. {better}")
        if above
        else _("With {n} patients, titres fall faster than {scenario} predicts: {held}. {better}")
    )
    better = _("{other} fits better; with these patients the odds are {odds}.")
    return message.format(
        n=number_text(patients),
        scenario=_(SCENARIO_WORDS[scenario]),
        held=_("90 % intervals held {share}").format(share=held_text(held)),
        better=_capital(
            better.format(other=_(SCENARIO_WORDS[check.who[0]]), odds=odds_text(check.value))
        ),
    )


def _does_not_predict(scenario: str, patients: int, held: Measure) -> str:
    message = _(
        "With {n} patients, {scenario} does not predict titres: 90 % intervals held {held}."
    )
    return message.format(
        n=number_text(patients), scenario=_(SCENARIO_WORDS[scenario]), held=held_text(held)
    )


def _units(check: Check) -> list[str]:
    if not check.failed:
        return []
    message = _("Titres of centre {centres} look as if they were in g/L: check the unit first.")
    return [message.format(centres=", ".join(check.who[:_MOST_NAMES]))]


def _patients(check: Check) -> list[str]:
    if not check.failed:
        return []
    message = _(
        "{who} does not fit while the others do: check doses not entered, the unit, and samples"
        " exchanged."
    )
    return [message.format(who=", ".join(check.who[:_MOST_NAMES]))]


def _others(checks: Checks) -> list[str]:
    """What else failed, each with what to look for; a wrong clearance explains most of it."""
    if checks["clearance"].failed and not checks["drift"].failed:
        return []
    lines = []
    if checks["drift"].failed:
        lines.append(
            _("Measured titres rise above what was predicted as the course goes on: assay drift?")
            if checks["drift"].value > 0
            else _("Measured titres fall below what was predicted as the course goes on.")
        )
    if checks["bias"].failed and not checks["clearance"].failed:
        lines.append(
            _("Doses raise titres more than assumed: an assay that reads high, small volumes?")
            if checks["bias"].value > 0
            else _("Doses raise titres less than assumed: an assay that reads low, less given?")
        )
    if checks["spread"].failed and not checks["clearance"].failed:
        lines.append(
            _("Titres stray more than the assay and residual error assumed.")
            if checks["spread"].value > 1
            else _("Titres stray less than the assay and residual error assumed.")
        )
    return lines


def held_text(held: Measure) -> str:
    """A share with its 95 % interval, as 71 % (55 to 84)."""
    value, low, high = (number_text(100 * one) for one in (held.value, held.low, held.high))
    return _("{share} % ({low} to {high})").format(share=value, low=low, high=high)


def odds_text(log_odds_: float) -> str:
    """Odds to one, from their logarithm.

    Examples
    --------
    >>> odds_text(math.log(40)), odds_text(12.0)
    ('40 to 1', 'more than 1,000 to 1')
    """
    if log_odds_ > math.log(_MOST_ODDS):
        return _("more than {most} to 1").format(most=number_text(_MOST_ODDS))
    decimals = 0 if log_odds_ > math.log(3) else 1
    return _("{odds} to 1").format(odds=number_text(math.exp(log_odds_), decimals))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""What could be wrong with the model, or with what was written down: six checks.

Each asks one question of the forecasts of one scenario. Where the model is right the places
of measured titres among their predictions (PIT, read as standard normal) are independent and
standard normal, from titre to titre too and whatever doses followed. So a stated chance of a
false alarm can be shared among the checks (``FALSE_ALARM``).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from igmfat_nb.protocol import scoring
from igmfat_nb.scoring.folder import ScoredFolder
from igmfat_nb.scoring.table import forecasts

Array = NDArray[np.float64]
Name = Literal["units", "patients", "clearance", "drift", "bias", "spread"]
CHECKS: tuple[Name, ...] = ("units", "patients", "clearance", "drift", "bias", "spread")
ALARM = scoring.FALSE_ALARM.value / len(CHECKS)
_FAR = 8.0  # a place beyond 8 standard deviations counts as 8
_LATE = 4  # titres known: what could be learned of a patient has been
_FEW = 0.1  # of the patients: more that do not fit are no exceptions
_A_HUNDREDTH = 0.1  # of what was predicted: below it a unit is to be suspected


@dataclass(frozen=True, slots=True)
class Check:
    """The answer to one question.

    Attributes
    ----------
    failed : bool
        Whether chance alone would do this less often than ``ALARM``.
    p : float
        That chance; NaN where too few can be asked.
    value : float
        What was found: log odds, a mean place, a variance, patients or files.
    who : sequence of str
        Patients, files or centres, worst first; for ``clearance`` the scenario that fits better.
    """

    name: Name
    failed: bool
    p: float
    value: float
    who: Sequence[str] = field(default=())


def run_checks(scored: ScoredFolder, table: pd.DataFrame) -> dict[Name, Check]:
    """Ask every question of the scenario that the settings judge.

    Parameters
    ----------
    scored : ScoredFolder
    table : DataFrame
        ``prediction_table(scored)``.
    """
    scenario = scored.settings.scenario
    rows = with_places(forecasts(table, scenario))
    units = _units(scored, rows)
    usable = rows[~rows["centre"].isin(units.who)]
    patients = _patients(usable)
    fitting = usable[~usable["subject"].isin(patients.who)] if patients.failed else usable
    found = {
        "units": units,
        "patients": patients,
        "clearance": _clearance(scored, table, set(fitting["subject"])),
        "drift": _drift(fitting),
        "bias": _bias(scored, set(fitting["subject"])),
        "spread": _spread(fitting),
    }
    return {name: found[name] for name in CHECKS}


def with_places(rows: pd.DataFrame) -> pd.DataFrame:
    """The same with ``place``: the standard normal quantile of the PIT."""
    from scipy.special import ndtri

    return rows.assign(place=np.clip(ndtri(rows["pit"].to_numpy(dtype=float)), -_FAR, _FAR))


def log_odds(
    table: pd.DataFrame, better: str, other: str, subjects: set[str] | None = None
) -> tuple[float, Array]:
    """Log odds of one scenario over another by all forecasts, and each patient's part of them."""
    totals = []
    for name in (better, other):
        rows = forecasts(table, name)
        own = rows if subjects is None else rows[rows["subject"].isin(subjects)]
        totals.append(own.groupby("subject", sort=True)["log_score"].sum())
    parts: Array = (totals[0] - totals[1]).to_numpy(dtype=float)
    return float(parts.sum()), parts


def _units(scored: ScoredFolder, rows: pd.DataFrame) -> Check:
    """Titres that were refused, and centres that report a small part of what was predicted."""
    refused = {one.centre for one in scored.refused if one.titre}
    ratio = rows.assign(ratio=rows["measured"] / rows["p50"]).groupby("centre")["ratio"].median()
    small = {str(centre) for centre, value in ratio.items() if value < _A_HUNDREDTH}
    centres = sorted(refused | small)
    files = sum(one.titre for one in scored.refused)
    return Check("units", bool(centres), 0.0 if centres else 1.0, float(files), centres)


def _patients(rows: pd.DataFrame) -> Check:
    """Patients who do not fit although most do: chi-square of each, Bonferroni over all."""
    from scipy import stats

    by = rows.groupby("subject", sort=True)["place"]
    if not len(by):
        return Check("patients", failed=False, p=math.nan, value=0.0)
    square, count = by.apply(lambda place: float((place**2).sum())), by.size()
    p = pd.Series(stats.chi2.sf(square, count), index=square.index) * len(square)
    odd = p[p < ALARM].sort_values()
    few = 0 < len(odd) <= max(1, _FEW * len(p))
    who = [str(subject) for subject in odd.index] if few else []
    return Check("patients", bool(few), min(float(p.min()), 1.0), float(len(odd)), who)


def _clearance(scored: ScoredFolder, table: pd.DataFrame, subjects: set[str]) -> Check:
    """Whether another scenario predicted better: by the odds, which mislead no oftener than p."""
    own = scored.settings.scenario
    odds = {
        name: log_odds(table, name, own, subjects)[0]
        for name in scored.settings.scenarios
        if name != own
    }
    if not odds or not subjects:
        return Check("clearance", failed=False, p=math.nan, value=0.0)
    best = max(odds, key=lambda name: odds[name])
    p = min(1.0, len(odds) * math.exp(min(-odds[best], 0.0)))
    return Check("clearance", p < ALARM, p, odds[best], (best,))


def _drift(rows: pd.DataFrame) -> Check:
    """Whether forecasts late in a course are off on average: something moves with time."""
    late = rows[rows["known"] >= _LATE]
    means = late.groupby("subject", sort=True)["place"].mean().to_numpy(dtype=float)
    return _mean_is_zero("drift", means)


def _bias(scored: ScoredFolder, subjects: set[str]) -> Check:
    """Whether doses raise the titre more, or less, than assumed: the mean place of the response.

    An assay that reads a constant share high raises every titre, the first one too: a smaller
    volume does the same, so it shows in the volumes and not in the forecasts.
    """
    places = [
        case["place"]["response"][-1][0] for case in scored.cases if case["subject"] in subjects
    ]
    return _mean_is_zero("bias", np.array(places, dtype=np.float64))


def _mean_is_zero(name: Name, values: Array) -> Check:
    from scipy import stats

    if len(values) < 2 or not np.ptp(values) > 0:
        return Check(name, failed=False, p=math.nan, value=math.nan)
    p = float(stats.ttest_1samp(values, 0.0).pvalue)
    return Check(name, p < ALARM, p, float(values.mean()))


def _spread(rows: pd.DataFrame) -> Check:
    """Whether measured titres stray more, or less, than predicted: variance of the places."""
    from scipy import stats

    places = rows["place"].to_numpy(dtype=float)
    n = len(places)
    if n < 2:
        return Check("spread", failed=False, p=math.nan, value=math.nan)
    square = float(places @ places)
    below = float(stats.chi2.cdf(square, n))
    p = 2.0 * min(below, float(stats.chi2.sf(square, n)))
    return Check("spread", p < ALARM, p, square / n)


Checks = Mapping[Name, Check]

"""Visual predictive check: percentiles of measured titres beside those of simulated ones.

Each patient is simulated after the first titre, with the doses given. Where doses followed
from titres this is an approximation: a simulated patient would have had others. The
prediction-corrected check (Bergstrand 2011) takes out what is due to different doses and
bodies: a titre × median of the typical titres of that day ÷ the patient's own typical titre.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from igmfat_nb.scoring.folder import ScoredFolder
from igmfat_nb.scoring.table import forecasts

Array = NDArray[np.float64]
PERCENTILES = (5, 50, 95)
LEAST_OF_A_DAY = 3  # titres: fewer have no percentiles


@dataclass(frozen=True, slots=True)
class PredictiveCheck:
    """By day, shape (d,) or (d, 3) for the percentiles.

    ``low`` and ``high`` are the 95 % interval of each percentile over simulated folders. Shares
    ``below`` are of titres below the assay's limit, NaN on days without such a limit.
    """

    day: Array
    n: NDArray[np.int64]
    measured: Array
    low: Array
    high: Array
    below: Array
    below_low: Array
    below_high: Array


def predictive_check(
    scored: ScoredFolder, table: pd.DataFrame, *, corrected: bool
) -> PredictiveCheck:
    """Compare day by day; ``corrected`` for what is due to doses and bodies."""
    rows = forecasts(table, scored.settings.scenario)
    simulated = {case["subject"]: np.array(case["simulated"], dtype=float) for case in scored.cases}
    typical = {case["subject"]: np.array(case["typical"], dtype=float) for case in scored.cases}
    found: list[tuple[Any, ...]] = []
    for day, of_day in rows.groupby("day", sort=True):
        if len(of_day) < LEAST_OF_A_DAY:
            continue
        where = list(zip(of_day["subject"], of_day["titre"] - 1, strict=True))
        own = np.array([typical[subject][titre] for subject, titre in where])
        drawn = np.stack([simulated[subject][titre] for subject, titre in where])
        factor = np.median(own) / own if corrected else np.ones(len(own))
        found.append((float(str(day)), *_of_day(of_day, drawn, factor)))
    columns: list[Any] = list(zip(*found, strict=True)) or [()] * 8
    return PredictiveCheck(*(np.array(column) for column in columns))


def _of_day(rows: pd.DataFrame, drawn: Array, factor: Array) -> tuple[Any, ...]:
    """Percentiles of one day; titres below a limit lie under all numbers, simulated ones too."""
    below = rows["below"].to_numpy(dtype=bool)
    measured = rows["measured"].to_numpy(dtype=float)
    limit = measured[below].max() if below.any() else -np.inf
    shown = np.where(below, 0.0, measured * factor)
    under = drawn < limit
    scaled = np.where(under, 0.0, drawn * factor[:, None])
    again = np.percentile(scaled, PERCENTILES, axis=0)
    low, high = np.percentile(again, (2.5, 97.5), axis=1)
    share = below.mean() if below.any() else np.nan
    ends = np.percentile(under.mean(axis=0), (2.5, 97.5)) if below.any() else (np.nan, np.nan)
    return len(rows), np.percentile(shown, PERCENTILES), low, high, share, ends[0], ends[1]

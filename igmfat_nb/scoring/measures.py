"""How predictions did, summed up: names and definitions as in mipdeval where it has them.

``rmse``, ``nrmse``, ``mpe`` (the bias: measured minus predicted, over measured), ``mape`` and
``accuracy`` are mipdeval's (InsightRX), the point prediction being the median. Titres below
the assay's limit have no number: they count in coverage, PIT, log score and the chance only.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
WITHIN = (0.15, 0.30)
#: Each measure, and its unit.
MEASURES: Mapping[str, str] = {
    "mpe": "%",
    "rmse": "mg/dL",
    "nrmse": "%",
    "mape": "%",
    "accuracy_15": "%",
    "accuracy_30": "%",
    "coverage_50": "%",
    "coverage_90": "%",
    "crps": "mg/dL",
    "log_score": "",
}
_INTERVALS = {"coverage_50": ("p25", "p75"), "coverage_90": ("p5", "p95")}


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its 95 % interval by resampling patients; ``low`` is NaN of one patient."""

    value: float
    low: float
    high: float


def measures(rows: pd.DataFrame) -> dict[str, float]:
    """Every measure of some predictions, as fractions, mg/dL or logarithms; NaN where none can be.

    Parameters
    ----------
    rows : DataFrame
        ``measured``, ``below``, ``p5`` … ``p95``, ``crps``, ``log_score``, ``subject``.
    """
    sums = _sums(rows)
    return {name: float(value[0]) for name, value in _of_sums(sums.sum(axis=0)[None]).items()}


def with_intervals(
    rows: pd.DataFrame, *, resamples: int, rng: np.random.Generator
) -> dict[str, Measure]:
    """The same with 95 % intervals: patients are drawn anew, all their titres with them."""
    sums = _sums(rows)
    n = len(sums)
    own = _of_sums(sums.sum(axis=0)[None])
    if n < 2:
        return {name: Measure(float(value[0]), np.nan, np.nan) for name, value in own.items()}
    drawn = rng.multinomial(n, np.full(n, 1.0 / n), size=resamples)
    again = _of_sums(drawn @ sums)
    found = {}
    for name, value in own.items():
        spread = again[name][np.isfinite(again[name])]
        low, high = np.quantile(spread, (0.025, 0.975)) if len(spread) else (np.nan, np.nan)
        found[name] = Measure(float(value[0]), float(low), float(high))
    return found


def calibration(rows: pd.DataFrame, target_mg_dl: float, bins: int = 10) -> pd.DataFrame:
    """Chance of a measured titre at the target beside what came, by tenths of the predictions.

    Returns
    -------
    DataFrame
        ``n``, mean ``chance``, ``reached`` share; a row for each of at most ``bins`` parts of
        the predictions in the order of their chance. A titre below a limit at or under the
        target has not reached it; one below a higher limit tells nothing and is left out.
    """
    unknown = rows["below"] & (rows["measured"] > target_mg_dl)
    told = rows[~unknown].sort_values("chance", kind="stable")
    reached = (told["measured"] >= target_mg_dl) & ~told["below"]
    parts = [part for part in np.array_split(np.arange(len(told)), bins) if len(part)]
    return pd.DataFrame(
        [
            {
                "n": len(part),
                "chance": float(told["chance"].iloc[part].mean()),
                "reached": float(reached.iloc[part].mean()),
            }
            for part in parts
        ],
        columns=["n", "chance", "reached"],
    )


def pit_counts(rows: pd.DataFrame, bins: int = 10) -> NDArray[np.int64]:
    """Histogram of the predicted share below each measured titre, in even bins from 0 to 1."""
    counts, _edges = np.histogram(rows["pit"].to_numpy(dtype=float), bins=bins, range=(0.0, 1.0))
    return counts.astype(np.int64)


def _sums(rows: pd.DataFrame) -> Array:
    """By patient, what all measures are made of, shape (patients, columns)."""
    number = ~rows["below"].to_numpy(dtype=bool)
    measured = rows["measured"].to_numpy(dtype=float)
    predicted = rows["p50"].to_numpy(dtype=float)
    away, ratio = measured - predicted, predicted / measured
    parts = {
        "n": np.ones(len(rows)),
        "numbers": number,
        "square": number * away**2,
        "measured": number * measured,
        "error": number * away / measured,
        "absolute": number * np.abs(away) / measured,
        "crps": np.where(number, rows["crps"].to_numpy(dtype=float), 0.0),
        "log": rows["log_score"].to_numpy(dtype=float),
    }
    for share in WITHIN:
        parts[_within_name(share)] = number & (ratio > 1.0 - share) & (ratio < 1.0 + share)
    for name, (low, high) in _INTERVALS.items():
        parts[name] = _held(rows, low, high)
    table = pd.DataFrame(parts, dtype=float)
    table["subject"] = rows["subject"].to_numpy()
    grouped: Array = table.groupby("subject", sort=True).sum().to_numpy(dtype=float)
    return grouped


def _held(rows: pd.DataFrame, low: str, high: str) -> Array:
    """Whether the interval held; of a titre below a limit by its place drawn below the limit."""
    measured, below = rows["measured"], rows["below"].to_numpy(dtype=bool)
    inside = (rows[low] <= measured) & (measured <= rows[high])
    held: Array = np.where(below, rows["pit"].between(*_shares(low, high)), inside).astype(float)
    return held


def _shares(low: str, high: str) -> tuple[float, float]:
    return float(low[1:]) / 100, float(high[1:]) / 100


def _within_name(share: float) -> str:
    return f"accuracy_{round(100 * share)}"


def _of_sums(sums: Array) -> dict[str, Array]:
    """Measures of sums over patients, shape (resamples, columns)."""
    names = ["n", "numbers", "square", "measured", "error", "absolute", "crps", "log"]
    names += [_within_name(share) for share in WITHIN] + list(_INTERVALS)
    part = dict(zip(names, sums.T, strict=True))
    with np.errstate(invalid="ignore", divide="ignore"):
        rmse = np.sqrt(part["square"] / part["numbers"])
        found = {
            "mpe": part["error"] / part["numbers"],
            "rmse": rmse,
            "nrmse": rmse / (part["measured"] / part["numbers"]),
            "mape": part["absolute"] / part["numbers"],
        }
        found |= {name: part[name] / part["numbers"] for name in names if name[:8] == "accuracy"}
        found |= {name: part[name] / part["n"] for name in _INTERVALS}
        found |= {"crps": part["crps"] / part["numbers"], "log_score": part["log"] / part["n"]}
    return found

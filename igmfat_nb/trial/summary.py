"""What replicates add up to: arms, screening, how often the test rejects."""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.trial.design import Design, design_of, scenarios
from igmfat_nb.trial.endpoint import METRICS
from igmfat_nb.trial.metrics import METRIC_TEXT
from igmfat_nb.trial.power import DIRECTIONS, operating_characteristics
from igmfat_nb.trial.replicate import Block, Detail, run_block
from igmfat_nb.trial.screening import REASONS
from igmfat_nb.units import whole

Array = NDArray[np.float64]
_TAILS = {"p5": 0.05, "p50": 0.5, "p95": 0.95}
FIELDS = ("metrics", "deaths", "patients", "screened", "excluded", "truly_above")


def joined(blocks: list[Block]) -> Block:
    """Put blocks together in the order of their replicates."""
    ordered = sorted(blocks, key=lambda block: block.first)
    rows = (np.concatenate([getattr(block, name) for block in ordered]) for name in FIELDS)
    return Block(ordered[0].first, *rows)


def first_replicates(block: Block, count: int) -> Block:
    """Return the first replicates only."""
    return Block(block.first, *(getattr(block, name)[:count] for name in FIELDS))


def summary(design: Design, block: Block) -> dict[str, Any]:
    """Screening, arms and operating characteristics over all replicates of a block."""
    replicates = len(block.metrics)
    return {
        "screening": {
            "screened": int(block.screened.sum()),
            "excluded": dict(zip(REASONS, block.excluded.sum(axis=0).tolist(), strict=True)),
            "enrolled": replicates * design.patients,
            "enrolled_truly_above_limit": int(block.truly_above.sum()),
        },
        "arms": {
            arm.name: _by_metric(block.metrics[:, number]) for number, arm in enumerate(design.arms)
        },
        "metrics": {
            name: {"label": one.label, "unit": one.stored_unit, "meaning": one.meaning}
            for name, one in METRIC_TEXT.items()
        },
        "operating": operating_characteristics(design, block) | {"difference": differences(block)},
        "result_sha256": result_sha256(block),
    }


def run_here(design: Design, replicates: int, seed: int) -> tuple[Block, dict[str, Any]]:
    """Run a few replicates in this process and sum them up."""
    replicates, seed = whole(replicates, "replicates"), whole(seed, "seed")
    block = run_block(design, seed, 0, replicates)
    return block, summary(design, block)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario of a grid: what was changed, and what came out."""

    fields: dict[str, Any]
    design: Design
    block: Block
    answer: dict[str, Any]

    @property
    def name(self) -> str:
        """The changed fields in short, for a legend."""
        texts = {
            key.split(".")[-1]: number_text(value, 6) if type(value) in (int, float) else str(value)
            for key, value in self.fields.items()
        }
        return ", ".join(f"{key} {text}" for key, text in texts.items())


def run_grid_here(
    design: Design, grid: dict[str, list[Any]], replicates: int, seed: int
) -> list[Scenario]:
    """Run every scenario of the design's own grid, or of this one, in this process."""
    document = design.model_dump(mode="json") | {"grid": design.grid or grid}
    return [
        Scenario(fields, part, *run_here(part, replicates, seed))
        for fields, part in scenarios(design_of(document))
    ]


def result_sha256(block: Block) -> str:
    """Hash of the numbers of all replicates, in order."""
    digest = hashlib.sha256()
    for name in FIELDS:
        array = np.ascontiguousarray(getattr(block, name))
        digest.update(array.astype("<f8" if array.dtype.kind == "f" else "<i8").tobytes())
    return digest.hexdigest()


def titre_bands(*details: Detail) -> list[Array]:
    """p5, p50 and p95 over an arm's patients of the true titre, hour by hour, as if alive.

    Over the patients of all blocks given. Each arm's array has shape (3, hours) [mg/dL].
    """
    bands = []
    for number in (0, 1):
        titres = [detail.arms[number][1].igm_mg_dl for detail in details]
        bands.append(_row_quantiles(np.concatenate(titres, axis=1)))
    return bands


def _row_quantiles(values: Array) -> Array:
    """``_TAILS`` of each row, shape (3, rows), to the last bit those of ``np.quantile``.

    Rows are sorted, which takes half as long as picking six ranks out of them.
    """
    values.sort(axis=1)
    found = []
    for share in _TAILS.values():
        place = share * (values.shape[1] - 1)
        below = int(place)
        found.append(np.quantile(values[:, below : below + 2], place - below, axis=1))
    return np.stack(found)


def tidy_rows(
    number: int, fields: dict[str, Any], answer: dict[str, Any], replicates: int
) -> list[dict[str, Any]]:
    """One row for scenario × arm × metric, with its unit and Monte-Carlo standard error.

    Shares of trials have an exact 95 % interval.
    """
    base = {"scenario": number} | {name: str(value) for name, value in fields.items()}
    rows = [
        base
        | {"arm": arm, "metric": metric, "value": values["mean"], "monte_carlo_se": values["se"]}
        | {"unit": METRIC_TEXT[metric].stored_unit}
        for arm, metrics in answer["arms"].items()
        for metric, values in metrics.items()
    ]
    rows += [base | {"arm": ""} | row for row in _rate_rows(answer["operating"])]
    blank = {"low_95": math.nan, "high_95": math.nan}
    return [blank | _numbers(row) | {"replicates": replicates} for row in rows]


def _rate_rows(test: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Rejections in all, for benefit and for harm of the second arm, each with its interval."""
    error = {"monte_carlo_se": test["monte_carlo_se"], "unit": "share"}
    low, high = test["rejection_rate_95"]
    rate = {"metric": "rejection_rate", "value": test["rejection_rate"]}
    yield rate | error | {"low_95": low, "high_95": high}
    for name in DIRECTIONS:
        part = test[name]
        low, high = part["rate_95"]
        rate = {"metric": f"{name}_rate", "value": part["rate"], "monte_carlo_se": None}
        yield rate | {"unit": "share", "low_95": low, "high_95": high}


def _numbers(row: dict[str, Any]) -> dict[str, Any]:
    """The row for a table, in which an empty number is NaN."""
    return {name: math.nan if value is None else value for name, value in row.items()}


def differences(block: Block) -> dict[str, dict[str, float | None]]:
    """Second arm minus first, by metric: spread over replicates and error of the mean."""
    return _by_metric(block.metrics[:, 1] - block.metrics[:, 0])


def _by_metric(values: Array) -> dict[str, dict[str, float | None]]:
    """Mean, standard error and quantiles over replicates; values of shape (r, metrics).

    A replicate whose arm had no patients (possible in tiny trials) tells nothing.
    One replicate has no standard error: it is None.
    """
    told = values[np.isfinite(values).all(axis=1)]
    if not len(told):
        raise ImplausibleInput(_("In none of these trials did both arms have patients."))
    rows = {"mean": told.mean(axis=0)}
    rows |= {name: np.quantile(told, share, axis=0) for name, share in _TAILS.items()}
    found: dict[str, dict[str, float | None]] = {
        metric: {name: float(row[column]) for name, row in rows.items()}
        for column, metric in enumerate(METRICS)
    }
    errors = told.std(axis=0, ddof=1) / np.sqrt(len(told)) if len(told) > 1 else None
    for column, metric in enumerate(METRICS):
        found[metric]["se"] = None if errors is None else float(errors[column])
    return found

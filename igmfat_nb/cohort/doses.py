"""The table of doses: both arms of every patient, and the titres to expect."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import (
    ARMS,
    Arm,
    PersonalisedSteps,
    personalised_steps,
    standard_volume_ml,
)
from igmfat_nb.bedside.infusion import label_rate_ml_h, vial_counts
from igmfat_nb.courses.shared_patients import (
    QUANTILES,
    Cohort,
    SharedPatients,
    projected_quantiles,
)
from igmfat_nb.protocol import constants, product
from igmfat_nb.units import MG_PER_G

Array = NDArray[np.float64]
ROWS_AT_ONCE = 2048  # times 100 virtual patients: the working arrays stay in the cache


def dose_table(
    patients: pd.DataFrame, shared: SharedPatients, rule: DoseRule, *, threads: int = 1
) -> pd.DataFrame:
    """Doses of today and predicted titres, one row a patient; the same for any ``threads``.

    Columns: subject; for each arm the keys of ``igmfat dose`` with the arm as
    prefix (vials by size: ``standard_vials_100_ml``); then
    ``ARM_igm_dayD_p5``, ``_p50`` and ``_p95``: the true titre [mg/dL] D × 24 h
    after the first one, over the shared virtual patients.

    Examples
    --------
    >>> from igmfat_nb.bedside.dose_rule import DoseRule
    >>> body = {"weight_kg": [80.0], "plasma_volume_ml": [3750.0]}
    >>> patients = pd.DataFrame({"subject": ["A"], **body, "igm_mg_dl": [38.0]})
    >>> shared = SharedPatients.draw(np.random.default_rng(1), 50, "intermediate", DoseRule())
    >>> row = dose_table(patients, shared, DoseRule()).iloc[0]
    >>> float(row.standard_volume_ml), float(row.personalised_volume_ml)
    (400.0, 431.0)
    """
    cohort = Cohort(
        patients["weight_kg"].to_numpy(),
        patients["plasma_volume_ml"].to_numpy(),
        patients["igm_mg_dl"].to_numpy(),
    )
    columns: dict[str, object] = {"subject": patients["subject"].to_numpy()}
    standard_ml = standard_volume_ml(cohort.weight_kg, rule.rounding)
    steps = personalised_steps(
        cohort.igm_mg_dl,
        weight_kg=cohort.weight_kg,
        plasma_volume_ml=cohort.plasma_volume_ml,
        rule=rule,
    )
    days = constants.STANDARD_DAYS.value, constants.PERSONALISED_MAX_DAYS.value
    for arm, volume_ml, longest in zip(ARMS, (standard_ml, steps.volume_ml), days, strict=True):
        columns |= {
            f"{arm}_{name}": column
            for name, column in _dose_columns(volume_ml, cohort.weight_kg, longest).items()
        }
    columns |= {f"personalised_{k}": v for k, v in _rule_columns(steps, rule).items()}
    columns |= _titre_columns(cohort, shared, rule, threads)
    return pd.DataFrame(columns)


def _dose_columns(volume_ml: Array, weight_kg: Array, days: int) -> dict[str, object]:
    given = volume_ml > 0
    rate_ml_h = np.where(given, label_rate_ml_h(weight_kg), 0.0)
    vials = vial_counts(volume_ml)
    opened_ml = sum(size * count for size, count in vials.items())
    return {
        "dose_protein_mg": volume_ml * product.PROTEIN.value,
        "dose_protein_mg_per_kg": volume_ml * product.PROTEIN.value / weight_kg,
        "dose_igm_mg": volume_ml * product.IGM.value,
        "volume_ml": volume_ml,
        "volume_ml_per_kg": volume_ml / weight_kg,
        "rate_ml_h": rate_ml_h,
        "duration_h": np.divide(volume_ml, rate_ml_h, out=np.zeros_like(volume_ml), where=given),
        **{f"vials_{size}_ml": count for size, count in vials.items()},
        "discarded_ml": np.maximum(opened_ml - volume_ml, 0.0),
        "glucose_g": volume_ml * product.GLUCOSE.value / MG_PER_G,
        "sodium_mmol": volume_ml * product.SODIUM.value,
        "days": np.full(len(volume_ml), days),
    }


def _rule_columns(steps: PersonalisedSteps, rule: DoseRule) -> dict[str, Array]:
    """The parts of our rule; empty where a coefficient or a ladder stands for the balance."""
    n = len(steps.weight_kg)
    volume_ml = steps.distribution_ml
    return {
        "deficit_mg_dl": steps.deficit_mg_dl,
        "distribution_volume_ml": np.full(n, np.nan) if volume_ml is None else volume_ml,
        "recovery": np.full(n, np.nan if volume_ml is None else rule.divides_by),
    }


def _titre_columns(
    cohort: Cohort, shared: SharedPatients, rule: DoseRule, threads: int
) -> dict[str, Array]:
    starts = range(0, len(cohort.weight_kg), ROWS_AT_ONCE)

    def project(start: int) -> dict[Arm, Array]:
        return projected_quantiles(cohort.part(slice(start, start + ROWS_AT_ONCE)), shared, rule)

    with ThreadPoolExecutor(threads) as pool:  # NumPy works outside the interpreter lock
        parts = list(pool.map(project, starts))
    columns = {}
    for arm in ARMS:
        quantiles = np.concatenate([part[arm] for part in parts] or [np.empty((7, 3, 0))], axis=2)
        for day, row in enumerate(quantiles, start=1):
            for name, values in zip(QUANTILES, row, strict=True):
                columns[f"{arm}_igm_day{day}_{name}"] = values
    return columns

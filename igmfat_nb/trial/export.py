"""Every patient of a run as tables: simulated again from the saved design and seed."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from igmfat_nb.language import _, mark
from igmfat_nb.protocol import constants
from igmfat_nb.trial.replicate import Detail, block_replicates, run_detail
from igmfat_nb.trial.runs import Run
from igmfat_nb.trial.week import DAY_H, DAYS

PATIENT_COLUMNS = {
    "replicate": mark("Index of the virtual trial, from 0."),
    "patient": mark("Place in the order of enrolment, from 1."),
    "centre": mark("Centre, from 1."),
    "arm": mark("Arm by its name in the design."),
    "sex": mark("female or male."),
    "age_years": mark("Age."),
    "height_cm": mark("Height."),
    "weight_kg": mark("Actual body weight."),
    "haematocrit": mark("Venous haematocrit, fraction."),
    "true_igm_mg_dl": mark("True IgM at screening."),
    "measured_igm_mg_dl": mark("Measured IgM at screening, which decided enrolment."),
    "vasopressor_h": mark("When vasopressors would stop, hours since the first titre."),
    "stop_reason": mark("Why dosing ended: days over, vasopressors stopped, or death."),
    "death_day": mark("Day of death within 28 days, as a fraction; empty for survivors."),
    "volume_ml": mark("Cumulative volume; of an infusion running at death, the volume until then."),
    "wasted_ml": mark("Discarded volume, including the rest of an infusion ended by death."),
    "hours_at_target_as_if_alive": mark(
        "Hours at or above 100 mg/dL in the first 168 h, as if alive."
    ),
    "hours_at_target": mark(
        "The same until death; divided by 168 h, or by the hours lived if fewer, it is"
        " the patient's fraction_of_time_at_target."
    ),
}
DAY_COLUMNS = {
    "replicate": mark("Index of the virtual trial, from 0."),
    "patient": mark("Place in the order of enrolment, from 1."),
    "centre": mark("Centre, from 1."),
    "arm": mark("Arm by its name in the design."),
    "study_day": mark("1 to 7; a label, not a duration."),
    "true_igm_mg_dl": mark("True IgM that morning; empty after death."),
    "measured_igm_mg_dl": mark("Measured IgM that morning; empty when not drawn and after death."),
    "volume_ml": mark(
        "Volume given of that day's dose; of a dose ended by death, the volume until then."
    ),
    "infusion_start_h": mark(
        "Start of the infusion, hours since the first titre; empty without a dose."
    ),
}


def data_dictionary() -> pd.DataFrame:
    """What each column of both tables means."""
    rows = [("patients", name, _(meaning)) for name, meaning in PATIENT_COLUMNS.items()]
    rows += [("patient_days", name, _(meaning)) for name, meaning in DAY_COLUMNS.items()]
    return pd.DataFrame(rows, columns=["table", "column", "meaning"])


def exported(run: Run, replicates: int) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Patients and patient-days, a block of replicates at a time."""
    size = block_replicates(run.design)
    for first in range(0, replicates, size):
        detail = run_detail(run.design, run.seed, first, min(size, replicates - first))
        yield _tables(run, first, detail)


def _tables(run: Run, first: int, detail: Detail) -> tuple[pd.DataFrame, pd.DataFrame]:
    patients, days = [], []
    for number, (places, week, result) in enumerate(detail.arms):
        base = _identity(run, first, detail, places, run.design.arms[number].name)
        death_h = result.death_h
        patients.append(
            base.assign(
                **_bodies(detail, places),
                stop_reason=_stop_reason(run, number, detail, places, death_h),
                death_day=np.where(np.isfinite(death_h), death_h / DAY_H, np.nan),
                volume_ml=result.given_ml.sum(axis=0),
                wasted_ml=result.metrics["wasted_ml"],
                hours_at_target_as_if_alive=result.days_at_target_as_if_alive * DAY_H,
                hours_at_target=result.hours_at_target,
            )
        )
        for day in range(DAYS):
            alive = death_h > day * DAY_H
            given_ml = result.given_ml[day]
            days.append(
                base.assign(
                    study_day=day + 1,
                    true_igm_mg_dl=np.where(alive, week.igm_mg_dl[day * int(DAY_H)], np.nan),
                    measured_igm_mg_dl=np.where(alive, week.measured_mg_dl[day], np.nan),
                    volume_ml=given_ml,
                    infusion_start_h=np.where(given_ml > 0, week.start_h[day], np.nan),
                )
            )
    order = ["replicate", "patient"]
    table = pd.concat(patients).sort_values(order, ignore_index=True)[list(PATIENT_COLUMNS)]
    daily = pd.concat(days).sort_values([*order, "study_day"], ignore_index=True)
    return table, daily[list(DAY_COLUMNS)]


def _identity(
    run: Run,
    first: int,
    detail: Detail,
    places: np.ndarray[tuple[int], np.dtype[np.int64]],
    arm: str,
) -> pd.DataFrame:
    n = run.design.patients
    centre = np.concatenate([one.centre for one in detail.enrolled])[places]
    return pd.DataFrame(
        {
            "replicate": first + places // n,
            "patient": places % n + 1,
            "centre": centre + 1,
            "arm": arm,
        }
    )


def _bodies(
    detail: Detail, places: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> dict[str, np.ndarray[tuple[int], np.dtype[np.generic]]]:
    def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.generic]]:
        return np.concatenate([getattr(one.patients, name) for one in detail.enrolled])[places]

    names = ("age_years", "height_cm", "weight_kg", "haematocrit", "true_igm_mg_dl")
    bodies = {name: column(name) for name in (*names, "measured_igm_mg_dl", "vasopressor_h")}
    return {"sex": np.where(column("male"), "male", "female")} | bodies


def _stop_reason(
    run: Run,
    number: int,
    detail: Detail,
    places: np.ndarray[tuple[int], np.dtype[np.int64]],
    death_h: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    arm = run.design.arms[number]
    standard = arm.rule == "standard"
    last_h = (constants.STANDARD_DAYS.value if standard else arm.most_days) * DAY_H
    stops_h = np.concatenate([one.patients.vasopressor_h for one in detail.enrolled])[places]
    if standard:
        stops_h = np.full(len(places), np.inf)
    reason = np.where(stops_h < last_h, "vasopressors stopped", "days over")
    return np.where(death_h < np.minimum(stops_h, last_h), "death", reason)

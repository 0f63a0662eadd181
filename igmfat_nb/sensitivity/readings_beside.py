"""Readings side by side for one patient, and what the answer depends on most, in a few lines."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from igmfat_nb.bedside.dose_rule import Reading
from igmfat_nb.language import _
from igmfat_nb.sensitivity.indices import Bar, bases, one_at_a_time, tried_text
from igmfat_nb.sensitivity.patient_model import PatientModel
from igmfat_nb.sensitivity.values import Array, Values, explored_of
from igmfat_nb.sensitivity.words import output_text, output_title

VOLUME = "total_ml"  # what the few lines are of: it takes no chance, and moves with everything


@dataclass(frozen=True, slots=True)
class ReadingWeek:
    """One reading for one patient: volumes [mL], highest titre [mg/dL], hours at the target."""

    reading: Reading
    first_dose_ml: float
    total_ml: float
    peak_mg_dl: float
    hours_at_target: float


def weeks_by_reading(
    model: PatientModel, assumed: Mapping[str, float] | None = None
) -> list[ReadingWeek]:
    """The week of the patient as entered under every reading, the default first.

    Parameters
    ----------
    model : PatientModel
    assumed : mapping, optional
        Other bases than the usual ones, such as of the clearance, by their names.
    """
    known, rules = explored_of("patient"), model.rules()
    values = {
        name: np.full(len(rules), value)
        for name, value in bases(known, model.base | dict(assumed or {})).items()
    }
    values["reading"] = np.arange(len(rules), dtype=np.float64)
    found = model.outcomes(values, chance=False)
    return [
        ReadingWeek(
            rule.reading,
            float(found.first_dose_ml[place]),
            float(found.total_ml[place]),
            float(found.peak_mg_dl[place]),
            float(found.hours_at_target[place]),
        )
        for place, rule in enumerate(rules)
    ]


def strongest(
    model: PatientModel, assumed: Mapping[str, float] | None = None, most: int = 3
) -> list[Bar]:
    """The assumptions that move this patient's volume of the week most, the strongest first.

    Parameters
    ----------
    model : PatientModel
    assumed : mapping, optional
        Other bases than the usual ones.
    most : int
    """

    def quick(values: Values) -> dict[str, Array]:
        return {VOLUME: model.outcomes(values, chance=False).total_ml}

    known = explored_of("patient")
    bars = one_at_a_time(quick, known, bases(known, model.base | dict(assumed or {})))
    return sorted(bars, key=lambda bar: -bar.swing(VOLUME))[:most]


def strongest_lines(model: PatientModel, most: int = 3) -> list[str]:
    """The same in words, a line each."""
    line = _("{title} ({tried}): {output} {low} to {high}")
    return [
        line.format(
            title=_(bar.explored.title),
            tried=tried_text(bar),
            output=output_title(VOLUME),
            low=output_text(VOLUME, min(bar.results[VOLUME])),
            high=output_text(VOLUME, max(bar.results[VOLUME])),
        )
        for bar in strongest(model, most=most)
    ]

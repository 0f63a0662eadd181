"""Readings side by side for one patient, and what the answer hangs on most, in a few lines."""

from dataclasses import dataclass

import numpy as np

from igmfat_nb.bedside.dose_rule import Reading
from igmfat_nb.language import _
from igmfat_nb.sensitivity.indices import bases, one_at_a_time
from igmfat_nb.sensitivity.patient_model import PatientModel
from igmfat_nb.sensitivity.study import tried_text
from igmfat_nb.sensitivity.values import Array, Values, explored_of
from igmfat_nb.sensitivity.words import output_text, output_title

_OUTPUT = "total_ml"  # of the page's few lines: it takes no chance, and moves with everything


@dataclass(frozen=True, slots=True)
class ReadingWeek:
    """One reading for one patient: volumes [mL], highest titre [mg/dL], hours at the target."""

    reading: Reading
    first_dose_ml: float
    total_ml: float
    peak_mg_dl: float
    hours_at_target: float


def weeks_by_reading(model: PatientModel, clearance: float | None = None) -> list[ReadingWeek]:
    """The week of the patient as entered under every reading, the default first.

    Parameters
    ----------
    model : PatientModel
    clearance : float, optional
        Multiple of healthy clearance; the intermediate one where it is left out.
    """
    known, rules = explored_of("patient"), model.rules()
    base = bases(known, {} if clearance is None else {"clearance": clearance})
    values = {name: np.full(len(rules), value) for name, value in base.items()}
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


def strongest_lines(model: PatientModel, most: int = 3) -> list[str]:
    """The assumptions that move this patient's volume of the week most, a line each."""

    def quick(values: Values) -> dict[str, Array]:
        found = model.outcomes(values, chance=False)
        return {_OUTPUT: found.total_ml}

    known = explored_of("patient")
    bars = one_at_a_time(quick, known, bases(known, {}))
    ranked = sorted(bars, key=lambda bar: -bar.swing(_OUTPUT))[:most]
    line = _("{title} ({tried}): {output} {low} to {high}")
    return [
        line.format(
            title=_(bar.explored.title),
            tried=tried_text(bar),
            output=output_title(_OUTPUT),
            low=output_text(_OUTPUT, min(bar.results[_OUTPUT])),
            high=output_text(_OUTPUT, max(bar.results[_OUTPUT])),
        )
        for bar in ranked
    ]

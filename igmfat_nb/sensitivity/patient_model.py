"""One patient's week under the personalised arm, for many sets of assumptions at once.

A column is a set of assumptions. The patient is dosed daily on the titres of that course, from
the first titre on, vasopressors running; what the doses believe and what is true are apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import personalised_steps
from igmfat_nb.bedside.infusion import label_rate_ml_h, rounded_volume_ml
from igmfat_nb.bedside.patient import Patient
from igmfat_nb.bedside.plasma_volume import plasma_volume_ml
from igmfat_nb.courses.assay import reported_titre_mg_dl
from igmfat_nb.courses.clearance import typical_multiple
from igmfat_nb.courses.hours import hours_at_or_above
from igmfat_nb.courses.population import (
    USUAL_SCENARIO,
    SynthesisMode,
    kinetics_of,
    synthesis_of,
)
from igmfat_nb.kinetics import (
    Infusions,
    Kinetics,
    Synthesis,
    course_on_grid,
    holding_synthesis_mg_per_h,
    steady_state,
)
from igmfat_nb.protocol import constants, exploration
from igmfat_nb.sensitivity.next_titre import chance_at_next_titre
from igmfat_nb.sensitivity.values import Values, options_of, readings

Array = NDArray[np.float64]
DAYS = constants.PERSONALISED_MAX_DAYS.value
DAY_H = int(constants.SAMPLING_INTERVAL.value)
OUTPUTS = ("first_dose_ml", "total_ml", "day_7_mg_dl", "hours_at_target", "next_titre_chance")
_MOST_COLUMNS = 8192  # times 169 hours: what is worked on at once


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What a week comes to, each of shape (n,): volumes [mL], titre [mg/dL], hours, a chance.

    ``next_titre_chance`` is that of a true titre at the target a day after the first one, over
    virtual patients with these assumptions; ``peak_mg_dl`` the highest hourly titre.
    """

    first_dose_ml: Array
    total_ml: Array
    day_7_mg_dl: Array
    hours_at_target: Array
    peak_mg_dl: Array
    next_titre_chance: Array | None = None


@dataclass(frozen=True, slots=True)
class PatientModel:
    """A patient and what the doses believe beside what is explored.

    Attributes
    ----------
    patient : Patient
    rule : DoseRule, optional
        What is asked about; left out, the default reading.
    """

    patient: Patient
    rule: DoseRule = field(default_factory=DoseRule)

    def outcomes(self, values: Values, *, chance: bool = True) -> Outcomes:
        """The week for every column of ``values``.

        Parameters
        ----------
        values : mapping
            Every explored number of the model "patient", each of shape (n,).
        chance : bool
            Whether the chance at the next titre is asked for; it costs as much as the rest.
        """
        n = len(next(iter(values.values())))
        parts = [
            self._outcomes({k: v[start : start + _MOST_COLUMNS] for k, v in values.items()}, chance)
            for start in range(0, n, _MOST_COLUMNS)
        ]
        names = [name for name in Outcomes.__dataclass_fields__ if chance or name != OUTPUTS[-1]]
        joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
        return Outcomes(**joined)

    def _outcomes(self, values: Values, chance: bool) -> Outcomes:
        patient, target = self.patient, self.rule.target_mg_dl
        n = len(values["reading"])
        believed_ml = self._plasma_ml(values)
        kinetics = _kinetics(values, believed_ml)
        synthesis = _synthesis(values, patient, kinetics)
        igm = np.empty((DAYS * DAY_H + 1, n))
        state = steady_state(np.full(n, patient.igm_mg_dl), kinetics)
        rate_ml_h = label_rate_ml_h(patient.weight_kg)
        volumes, running = [], []
        titre: Array = np.full(n, patient.igm_mg_dl)
        for day in range(DAYS):
            at_h = float(day * DAY_H)
            volume = self._volume_ml(values, titre, believed_ml)
            volumes.append(volume)
            running.append((at_h + values["delay"], volume, volume / rate_ml_h))
            running = [row for row in running if np.any(row[0] + row[2] > at_h)]
            starts, given, hours = (np.stack(rows) for rows in zip(*running, strict=True))
            infusions = Infusions(starts, given * values["igm_content"], hours)
            rows = igm[day * DAY_H : (day + 1) * DAY_H + 1]
            _titres, state = course_on_grid(
                1.0, DAY_H, state, kinetics, synthesis, infusions, from_h=at_h, out=rows
            )
            titre = reported_titre_mg_dl(rows[-1])
        chances = None
        if chance:
            makes = {"makes": (synthesis_mode(values) != "none").astype(np.float64)}
            seen = dict(values) | makes
            chances = chance_at_next_titre(patient, seen, kinetics, volumes[0], target)
        hours_h = np.arange(len(igm), dtype=np.float64)
        return Outcomes(
            first_dose_ml=volumes[0],
            total_ml=np.sum(volumes, axis=0),
            day_7_mg_dl=igm[-1].copy(),
            hours_at_target=hours_at_or_above(hours_h, igm, target),
            peak_mg_dl=igm.max(axis=0),
            next_titre_chance=chances,
        )

    def _plasma_ml(self, values: Values) -> Array:
        patient = self.patient
        haematocrit = patient.haematocrit * values["haematocrit"]
        return plasma_volume_ml(
            patient.sex == "male", patient.height_cm, patient.weight_kg, haematocrit
        )

    def _volume_ml(self, values: Values, titre_mg_dl: Array, believed_ml: Array) -> Array:
        """Today's dose of every column by its reading [mL]."""
        volume = np.empty(len(titre_mg_dl))
        for place, rule in enumerate(self.rules()):
            some = np.flatnonzero(values["reading"] == place)
            if not some.size:
                continue
            own = rule.own_recovery
            divides_by = values["rule_recovery"][some] if own is None else None
            steps = personalised_steps(
                titre_mg_dl[some],
                weight_kg=self.patient.weight_kg,
                plasma_volume_ml=believed_ml[some],
                rule=rule,
                divides_by=divides_by,
            )
            kept_ml = values["maintenance"][some] * self.patient.weight_kg
            kept_ml = rounded_volume_ml(kept_ml, rule.rounding)
            volume[some] = np.where(steps.due, steps.volume_ml, kept_ml)
        return volume

    @property
    def base(self) -> dict[str, float]:
        """The reading that is asked about and the clearance a course usually assumes, as bases."""
        labels = [edition.label for edition in readings()]
        own = self.rule.reading.label
        return {
            "reading": float(labels.index(own)) if own in labels else 0.0,
            "clearance": typical_multiple(USUAL_SCENARIO),
        }

    def rules(self) -> Sequence[DoseRule]:
        """The rule of every reading; the one that is asked about in its own place.

        One that is no edition of the package stands in the place of the default.
        """
        rules = [edition.rule(rounding=self.rule.rounding) for edition in readings()]
        rules[int(self.base["reading"])] = self.rule
        return rules


def _kinetics(values: Values, believed_ml: Array) -> Kinetics:
    return kinetics_of(
        believed_ml * values["volume"],
        clearance_factor=values["clearance"],
        recovery=values["recovery"],
        exchange_half_time_days=values["exchange"],
        intravascular_share=values["intravascular"],
    )


def synthesis_mode(values: Values) -> NDArray[np.str_]:
    """The mode of synthesis of every column."""
    known = next(one for one in exploration.EXPLORED if one.name == "synthesis")
    return np.array(options_of(known))[values["synthesis"].astype(np.intp)]


def _synthesis(values: Values, patient: Patient, kinetics: Kinetics) -> Synthesis:
    """Synthesis of every column: the rates of its own mode."""
    modes = synthesis_mode(values)
    holding = holding_synthesis_mg_per_h(patient.igm_mg_dl, kinetics)
    mode: SynthesisMode = "recovering"
    rising = synthesis_of(mode, patient.igm_mg_dl, kinetics, patient.weight_kg)
    start = np.where(modes == "none", 0.0, holding)
    late = np.where(modes == "recovering", rising.late_mg_per_h, start)
    return Synthesis(start, late, rising.rise_start_h, rising.rise_end_h)

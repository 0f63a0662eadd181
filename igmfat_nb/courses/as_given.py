"""A course under doses as given, whatever any rule says."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.bedside.patient import Patient
from igmfat_nb.courses.clearance import virtual_patient_kinetics
from igmfat_nb.courses.hours import resolved_h
from igmfat_nb.courses.population import (
    draw_virtual_patients,
    synthesis_of,
)
from igmfat_nb.courses.simulated import BAND_PATIENTS, Assumptions, Course, patient_kinetics
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.kinetics import Infusions, steady_state, titre_over
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import product


@dataclass(frozen=True, slots=True)
class GivenDose:
    """An infusion as given: any positive volume and duration; hours to ``HOUR_DECIMALS``.

    Attributes
    ----------
    start_h, volume_ml, duration_h : float
        Hours since the first titre, 0 or later; [mL]; [h].

    Raises
    ------
    ImplausibleInput
        If there can be no such infusion.

    Examples
    --------
    >>> GivenDose(2.0, 0.0, 12.5)
    Traceback (most recent call last):
    igmfat_nb.errors.ImplausibleInput: ...
    """

    start_h: float
    volume_ml: float
    duration_h: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "start_h", resolved_h(self.start_h))
        object.__setattr__(self, "duration_h", resolved_h(self.duration_h))
        if not 0 <= self.start_h < math.inf:
            message = _("A dose starts at {start} h; expected 0 h (the first titre) or later.")
            raise ImplausibleInput(message.format(start=number_text(self.start_h, 2)))
        igm_mg = self.volume_ml * product.IGM.value
        if not (0 < igm_mg < math.inf and 0 < self.duration_h < math.inf):
            message = _("A dose is {volume} mL over {hours} h; both must be above 0 and finite.")
            volume, hours = number_text(self.volume_ml, 3), number_text(self.duration_h, 3)
            raise ImplausibleInput(message.format(volume=volume, hours=hours))


def given_course(
    patient: Patient,
    doses: Sequence[GivenDose],
    assumptions: Assumptions,
    time_h: NDArray[np.float64],
    *,
    rng: np.random.Generator | None = None,
    virtual_patients: int = BAND_PATIENTS,
) -> Course:
    """Course under doses as given, whatever any rule says.

    Parameters
    ----------
    patient : Patient
    doses : sequence of GivenDose
    assumptions : Assumptions
        Scenario and synthesis; of the dose rule the recovery.
    time_h : ndarray, shape (t,)
        Hours since the first titre.
    rng : numpy.random.Generator, optional
        With it the course is of virtual patients like this one.
    virtual_patients : int
        How many then.

    Returns
    -------
    Course
        With true titres of shape (t, 1), or (t, virtual_patients).

    Examples
    --------
    A law: with constant synthesis and no dose the first titre stays.

    >>> body = {"sex": "male", "age_years": 64.0, "height_cm": 175.0, "weight_kg": 80.0}
    >>> patient = Patient(**body, haematocrit=0.30, igm_mg_dl=38.0)
    >>> held = Assumptions(synthesis="baseline")
    >>> given_course(patient, [], held, np.array([0.0, 72.0])).igm_mg_dl.round(9).tolist()
    [[38.0], [38.0]]
    """
    kinetics, synthesis = patient_kinetics(patient, assumptions)
    if rng is not None:
        drawn = draw_virtual_patients(rng, virtual_patients, recovery=assumptions.rule.recovery)
        kinetics = virtual_patient_kinetics(
            drawn, patient.plasma_volume_ml, assumptions.scenario, assumptions.weights
        )
        mode = assumptions.synthesis
        synthesis = synthesis_of(mode, patient.igm_mg_dl, kinetics, patient.weight_kg)
    infusions = infusions_of(doses)
    state = steady_state(patient.igm_mg_dl, kinetics)
    igm = titre_over(time_h, state, kinetics, synthesis, infusions)
    none = np.empty((0, igm.shape[1]))
    return Course("none", np.empty(0), none, none, infusions, time_h, igm)


def infusions_of(doses: Sequence[GivenDose]) -> Infusions:
    """The IgM that doses bring [mg], 6 mg in a mL, as infusions of shape (m,).

    Examples
    --------
    >>> infusions_of([GivenDose(2.0, 400.0, 12.5)]).igm_mg.tolist()
    [2400.0]
    """
    if not doses:
        return Infusions.none()
    volume_ml = np.array([dose.volume_ml for dose in doses])
    return Infusions(
        start_h=np.array([dose.start_h for dose in doses]),
        igm_mg=volume_ml * product.IGM.value,
        duration_h=np.array([dose.duration_h for dose in doses]),
    )

"""IgM over time: two compartments, in closed form, many patients at once.

``model`` says what a patient, a synthesis and an infusion are; ``solution``
holds the closed form over one time step; ``stepwise`` strings steps together
for ``answers`` at any times; ``modes``, ``grid`` and ``recurrence`` are the fast way to
titres on an even grid, ``progress`` decides infusions on the way, ``effect``
tells what one more infusion adds.
Pure mathematics: no product, no scenario, no patient.

    dA1/dt = synthesis + recovery × infusions − (k10 + k12) A1 + k21 A2
    dA2/dt = k12 A1 − k21 A2

A1 [mg] is plasma, A2 [mg] the tissue; the titre is A1 / V1. Arrays are
float64, time first: (t, n) for t times and n patients; all-scalar input is
one patient, n = 1.
"""

from igmfat_nb.kinetics.answers import (
    amounts_at,
    course_at,
    titre_at,
    titre_over,
)
from igmfat_nb.kinetics.effect import InfusionEffect
from igmfat_nb.kinetics.grid import columns_of, course_on_grid, titre_on_grid
from igmfat_nb.kinetics.model import (
    Infusions,
    Kinetics,
    State,
    Synthesis,
    holding_synthesis_mg_per_h,
    steady_state,
)
from igmfat_nb.kinetics.patient_axis import concat, take
from igmfat_nb.kinetics.progress import Progress

__all__ = [
    "InfusionEffect",
    "Infusions",
    "Kinetics",
    "Progress",
    "State",
    "Synthesis",
    "amounts_at",
    "columns_of",
    "concat",
    "course_at",
    "course_on_grid",
    "holding_synthesis_mg_per_h",
    "steady_state",
    "take",
    "titre_at",
    "titre_on_grid",
    "titre_over",
]

"""From a case to what its titres teach."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.bedside.patient import Body
from igmfat_nb.case import Case, CaseDose, CaseTitre
from igmfat_nb.courses.as_given import infusions_of
from igmfat_nb.courses.clearance import Weights
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.errors import ImplausibleInput, MissingInput
from igmfat_nb.kinetics import Infusions
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import titration
from igmfat_nb.titration.likelihood import Evidence, measurement_log_sd
from igmfat_nb.titration.posterior import Learning, Posterior, learn
from igmfat_nb.titration.prior import Prior

Array = NDArray[np.float64]
#: Of a case, as of a patient typed in.
CASE_ASSUMPTIONS = Assumptions()


def case_assumptions(case: Case) -> Assumptions:
    """The usual assumptions, with the reading that the case names."""
    return replace(CASE_ASSUMPTIONS, rule=case.rule())


def learn_course(
    case: Case,
    titres: Sequence[CaseTitre],
    doses: Sequence[CaseDose],
    patient: Body,
    *,
    seed: int,
    assumptions: Assumptions = CASE_ASSUMPTIONS,
    n_particles: int = titration.TWINS.value,
    floor: float = titration.EFFECTIVE_SAMPLE_FLOOR.value,
) -> Learning:
    """Take some titres and doses of a case in, one titre after the other.

    ``patient`` carries the weight and plasma volume to believe. The seed makes
    a generator of this answer only: it is the same in whatever order or company
    cases are asked about.

    Raises
    ------
    ImplausibleInput
        When the seed is negative.

    Examples
    --------
    A titre that the dose before it explains, and one that it does not.

    >>> from igmfat_nb.case.reading import new_case
    >>> body = {"sex": "male", "age_years": 60, "height_cm": 175, "weight_kg": 80}
    >>> body |= {"haematocrit": 0.3, "vasopressor_stopped_h": None}
    >>> for later_mg_dl in (84, 171):
    ...     titres = [{"time_h": 0, "igm_mg_dl": 38}, {"time_h": 24, "igm_mg_dl": later_mg_dl}]
    ...     doses = [{"start_h": 2, "volume_ml": 431, "duration_h": 13.5}]
    ...     case = new_case(subject="A-1", **body, titres=titres, doses=doses)
    ...     patient = case.patient(at_h=0.0)
    ...     learning = learn_course(case, case.titres, case.doses, patient, seed=1)
    ...     print(learning.predictions[0].outlying)
    False
    True
    """
    times_of_events = [event.time_h for event in case.events]
    errors = [measurement_log_sd(titre.time_h, times_of_events) for titre in titres]
    prior = Prior(
        plasma_volume_ml=patient.plasma_volume_ml,
        weight_kg=patient.weight_kg,
        first_titre_mg_dl=titres[0].reported_mg_dl,
        first_log_sd=errors[0],
        recovery=assumptions.rule.recovery,
        scenario=assumptions.scenario,
        synthesis=assumptions.synthesis,
        weights=assumptions.weights,
        first_is_limit=titres[0].is_limit,
    )
    evidence = Evidence(
        time_h=np.array([titre.time_h for titre in titres[1:]]),
        igm_mg_dl=np.array([titre.reported_mg_dl for titre in titres[1:]]),
        error_log_sd=np.array(errors[1:]),
        infusions=infusions_of_case(doses),
        below=np.array([titre.is_limit for titre in titres[1:]], dtype=np.bool),
    )
    return learn(prior, evidence, rng=generator(seed), n_particles=n_particles, floor=floor)


def personal_band(
    case: Case,
    time_h: Array,
    *,
    seed: int,
    until_h: float = math.inf,
    assumptions: Assumptions = CASE_ASSUMPTIONS,
) -> tuple[Posterior, dict[str, Array]]:
    """Posterior after the titres drawn by ``until_h``, and its band under all listed doses.

    The band holds p5, p25, p50, p75, p95 of the true titre, each of shape (t,).
    """
    titres = case.titres_drawn(until_h)
    if not titres:
        message = _("No titre was drawn by {until} h; the first is at 0 h.")
        raise MissingInput(message.format(until=number_text(until_h, 2)))
    patient = case.body_after(titres)
    learning = learn_course(case, titres, case.doses, patient, seed=seed, assumptions=assumptions)
    return learning.final, learning.final.band(time_h, infusions_of_case(case.doses))


def weights_after(posterior: Posterior, assumptions: Assumptions) -> Weights | None:
    """What each scenario weighs after some titres; None where one was picked by hand."""
    averaged = assumptions.scenario == "averaged"
    return posterior.scenario_weights(assumptions.weights) if averaged else None


def infusions_of_case(doses: Sequence[CaseDose]) -> Infusions:
    """The IgM that listed doses bring."""
    return infusions_of([dose.given() for dose in doses])


def generator(seed: int) -> np.random.Generator:
    """The generator of a seed; a negative one is refused."""
    if seed < 0:
        raise ImplausibleInput(_("The seed is {seed}; expected 0 or more.").format(seed=seed))
    return np.random.default_rng(seed)

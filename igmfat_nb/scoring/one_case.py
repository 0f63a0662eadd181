"""One case: every titre as each scenario predicted it from the titres before it."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.case import Case, CaseTitre
from igmfat_nb.courses.population import Scenario
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.protocol import populations, scoring, titration
from igmfat_nb.scoring.densities import crps, log_density
from igmfat_nb.scoring.doses import predicted_doses
from igmfat_nb.scoring.npde import decorrelated
from igmfat_nb.scoring.settings import Settings
from igmfat_nb.titration import Learning, learn_course, measurement_log_sd
from igmfat_nb.titration.from_case import infusions_of_case
from igmfat_nb.titration.prior import Ensemble, Prior, first_particles
from igmfat_nb.titration.weighted import reported_quantiles, reported_share
from igmfat_nb.units import HOURS_PER_DAY

Array = NDArray[np.float64]
Record = dict[str, Any]
SHARES = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
_TELLS_NOTHING = 1e9  # a log-SD so wide that a first measurement tells nothing
#: Of the particles, as at the bedside: below it they are resampled and moved.
_FLOOR = titration.EFFECTIVE_SAMPLE_FLOOR.value / titration.TWINS.value
_A_PRIORI_PARTICLES = 500  # evenly spread; nothing is learned from them


def score_case(case: Case, settings: Settings) -> Record:
    """Everything that one case says about the model, as plain numbers.

    Returns
    -------
    dict
        ``subject``; ``rows``, one for each prediction (scenario, titres known before it, the
        prediction and how it did); ``weights`` of the scenarios after each titre; ``place`` of
        the patient among all; ``npde`` and ``simulated`` titres for whole
        courses under the scenario judged.
    """
    rng = np.random.default_rng([settings.seed, *case.subject.encode()])
    ranks = rng.random(len(case.titres))  # where in its share a titre below the limit falls
    rows: list[Record] = []
    judged: Learning | None = None
    weights: list[list[float]] = []
    for scenario in settings.scenarios:
        learning = _learned(case, scenario, settings)
        rows += _forecasts(case, learning, scenario, settings, ranks)
        if settings.whole:
            rows += _a_priori(case, scenario, settings, ranks)
        if scenario == "averaged":
            weights = [list(one.scenario_weights(settings.weights)) for one in learning.after]
        if scenario == settings.scenario:
            judged = learning
    if judged is None:
        raise ValueError(settings.scenario)
    found: Record = {
        "subject": case.subject,
        "arm": case.arm or "",
        "first_mg_dl": case.titres[0].reported_mg_dl,
        "rows": rows,
        "weights": weights,
        "place": _places(judged),
        "doses": predicted_doses(case),
    }
    return found | _whole_course(case, judged, rng) if settings.whole else found


def _assumptions(scenario: Scenario, settings: Settings) -> Assumptions:
    assumed = Assumptions(scenario, settings.synthesis, weights=settings.weights)
    return replace(assumed, rule=replace(assumed.rule, target_mg_dl=settings.target_mg_dl))


def _learned(case: Case, scenario: Scenario, settings: Settings) -> Learning:
    """What the titres taught, one after the other; the body as it was at the first titre."""
    return learn_course(
        case,
        case.titres,
        case.doses,
        case.body_after(case.titres[:1]),
        seed=settings.seed,
        assumptions=_assumptions(scenario, settings),
        n_particles=settings.particles,
        floor=_FLOOR * settings.particles,
    )


def _forecasts(
    case: Case, learning: Learning, scenario: Scenario, settings: Settings, ranks: Array
) -> Iterator[Record]:
    """Each titre but the first, from all titres before it."""
    for place, one in enumerate(learning.predictions, start=1):
        scored = _scored(
            one.true_mg_dl,
            one.before.weight,
            one.error_log_sd,
            case.titres[place],
            settings.target_mg_dl,
            float(ranks[place]),
        )
        yield _where(case, place, scenario, known=place) | scored


def _a_priori(case: Case, scenario: Scenario, settings: Settings, ranks: Array) -> Iterator[Record]:
    """Every titre from none: the population, the body and the doses alone."""
    body = case.body_after(case.titres[:1])
    prior = Prior(
        plasma_volume_ml=body.plasma_volume_ml,
        weight_kg=body.weight_kg,
        first_titre_mg_dl=populations.TITRE_MEDIAN_AT_SHOCK.value,
        first_log_sd=_TELLS_NOTHING,
        scenario=scenario,
        synthesis=settings.synthesis,
        weights=settings.weights,
    )
    rng = np.random.default_rng(settings.seed)
    _coordinates, ensemble = first_particles(prior, rng, _A_PRIORI_PARTICLES)
    times_h = np.array([titre.time_h for titre in case.titres])
    true_mg_dl = ensemble.titres_mg_dl(times_h, infusions_of_case(case.doses))
    weight = np.full(_A_PRIORI_PARTICLES, 1.0 / _A_PRIORI_PARTICLES)
    for place, titre in enumerate(case.titres):
        error = _error(case, titre)
        scored = _scored(
            true_mg_dl[place], weight, error, titre, settings.target_mg_dl, float(ranks[place])
        )
        yield _where(case, place, scenario, known=0) | scored


def _error(case: Case, titre: CaseTitre) -> float:
    return measurement_log_sd(titre.time_h, [event.time_h for event in case.events])


def _where(case: Case, place: int, scenario: str, *, known: int) -> Record:
    titre = case.titres[place]
    return {
        "scenario": scenario,
        "titre": place,
        "known": known,
        "time_h": titre.time_h,
        "day": round(titre.time_h / HOURS_PER_DAY),
        "event": _error(case, titre) > measurement_log_sd(titre.time_h, []),
        "measured": titre.reported_mg_dl,
        "below": titre.is_limit,
    }


def _scored(
    true_mg_dl: Array,
    weight: Array,
    error: float,
    titre: CaseTitre,
    target_mg_dl: float,
    rank: float,
) -> Record:
    """How a prediction did; of a titre below the assay's limit only what a limit can say."""
    measured = titre.reported_mg_dl
    points = reported_quantiles(true_mg_dl, weight, error, list(SHARES.values())).tolist()
    share = min(reported_share(true_mg_dl, weight, error, measured), 1.0)  # but for rounding
    found: Record = dict(zip(SHARES, points, strict=True))
    found["chance"] = 1.0 - reported_share(true_mg_dl, weight, error, target_mg_dl)
    if titre.is_limit:
        below = max(share, np.finfo(float).tiny)
        return found | {"pit": rank * share, "log_score": math.log(below), "crps": None}
    density = log_density(true_mg_dl, weight, error, measured)
    return found | {
        "pit": share,
        "log_score": density,
        "crps": crps(true_mg_dl, weight, error, measured),
    }


def _places(learning: Learning) -> dict[str, list[list[float]]]:
    """Mean place of three parameters among all patients after each titre, and its variance.

    In standard deviations of the posterior after the first titre: ``response`` is how far
    a mg given raises the titre (recovery over central volume), ``volume`` the central volume,
    ``clearance`` the fractional rate.
    """
    before = _parameters(learning.after[0].ensemble)
    found: dict[str, list[list[float]]] = {name: [] for name in before}
    for after in learning.after:
        for name, logs in _parameters(after.ensemble).items():
            place = (logs - before[name].mean()) / before[name].std()
            mean = float(place @ after.weight)
            found[name].append([mean, float(np.square(place - mean) @ after.weight)])
    return found


def _parameters(ensemble: Ensemble) -> dict[str, Array]:
    kinetics = ensemble.kinetics
    volume: Array = np.log(np.asarray(kinetics.v1_dl))
    response: Array = np.log(np.asarray(kinetics.recovery)) - volume
    clearance: Array = np.log(np.asarray(kinetics.k10_per_h))
    return {"response": response, "volume": volume, "clearance": clearance}


def _whole_course(case: Case, learning: Learning, rng: np.random.Generator) -> Record:
    """Simulated courses after the first titre alone, under the doses as given."""
    later = case.titres[1:]
    if not later:
        return {"npde": [], "simulated": [], "typical": []}
    ensemble = learning.after[0].ensemble.first(scoring.DECORRELATION_COURSES.value)
    logs = _simulated_logs(case, ensemble, rng)
    shown = scoring.SIMULATED_COURSES.value
    known = [one for one, titre in enumerate(later) if not titre.is_limit]
    measured = np.log([later[one].reported_mg_dl for one in known])
    return {
        "npde": decorrelated(measured, logs[known]).tolist() if known else [],
        "npde_titre": [one + 1 for one in known],
        "simulated": np.exp(logs[:, :shown]).round(2).tolist(),
        "typical": np.exp(np.median(logs, axis=1)).round(3).tolist(),
    }


def _simulated_logs(case: Case, ensemble: Ensemble, rng: np.random.Generator) -> Array:
    later = case.titres[1:]
    times_h = np.array([titre.time_h for titre in later])
    true_mg_dl = ensemble.titres_mg_dl(times_h, infusions_of_case(case.doses))
    errors = np.array([_error(case, titre) for titre in later])
    logs: Array = np.log(true_mg_dl) + errors[:, None] * rng.standard_normal(true_mg_dl.shape)
    return logs

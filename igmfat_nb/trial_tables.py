"""Virtual trials as text: what the arms give, what the test says, what traps there are."""

import math
from typing import Any

from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.tables import NOTICE, text_table
from igmfat_nb.trial.design import Design
from igmfat_nb.trial.endpoint import METRICS
from igmfat_nb.trial.estimates import by_centre, effects, opinions
from igmfat_nb.trial.immortal import immortal_time
from igmfat_nb.trial.replicate import Detail, run_detail
from igmfat_nb.trial.sample_size import METHODS, Comparison, detectable, patients_per_arm, total


def trial_lines(answer: dict[str, Any]) -> list[str]:
    """The summary of a run to read, with what is assumed."""
    screening, test = answer["screening"], answer["operating"]
    header = [_("metric"), *answer["arms"]]
    rows = [
        [
            metric,
            *(
                f"{number_text(arm[metric]['mean'], 3)} "
                f"({number_text(arm[metric]['p5'], 3)} to {number_text(arm[metric]['p95'], 3)})"
                for arm in answer["arms"].values()
            ),
        ]
        for metric in METRICS
    ]
    rate = _("Rejected in {rate} % of trials (Monte-Carlo standard error {se} %).")
    return [
        NOTICE,
        "",
        _("{screened} screened, {enrolled} enrolled over all replicates.").format(
            screened=number_text(screening["screened"]), enrolled=number_text(screening["enrolled"])
        ),
        text_table(header, rows),
        rate.format(
            rate=number_text(100 * test["rejection_rate"], 2),
            se=number_text(100 * test["monte_carlo_se"], 2),
        ),
        _("The exposure's effect on death is an assumption of the design; zero by default."),
    ]


def single_trial_text(design: Design, seed: int) -> str:
    """The first replicate analysed as one trial: effects, by centre, three prior opinions."""
    detail = run_detail(design, seed, 0, 1)
    deaths, patients = _counts(detail)
    rows = [
        (estimate.name, estimate.method, *_interval(estimate.value, estimate.low, estimate.high))
        for estimate in [*effects(deaths, patients), by_centre(*_by_patient(design, detail))]
    ]
    rows += [
        (
            _("odds ratio"),
            _("Bayes, {prior} prior; chance of benefit {chance} %").format(
                prior=one.prior, chance=number_text(100 * one.chance_of_benefit, 1)
            ),
            *_interval(one.value, one.low, one.high),
        )
        for one in opinions(deaths, patients)
    ]
    died = _("{first}: {a} of {n} died; {second}: {b} of {m} died").format(
        first=design.arms[0].name, a=deaths[0], n=patients[0],
        second=design.arms[1].name, b=deaths[1], m=patients[1],
    )  # fmt: skip
    header = (_("effect"), _("method"), _("value"), _("95 % interval"))
    return died + "\n" + text_table(header, rows)


def immortal_time_text(design: Design, seed: int, replicates: int) -> str:
    """Deaths of those who reached the target and those who did not, naively and from a landmark."""
    contrasts = immortal_time(run_detail(design, seed, 0, replicates))
    rows = [
        (
            _(contrast.question),
            f"{contrast.reached_died}/{contrast.reached}",
            f"{contrast.not_reached_died}/{contrast.not_reached}",
            number_text(contrast.risk_ratio, 2),
        )
        for contrast in contrasts
    ]
    return text_table((_("who"), _("reached"), _("did not"), _("risk ratio")), rows)


def sample_size_text(control: float, treated: float, dropout: float) -> str:
    """Sample sizes by every method: reconstruction, not the protocol."""
    rows = []
    for method in METHODS:
        comparison = Comparison(control, treated, method=method)
        per_arm, share = patients_per_arm(comparison), detectable(comparison)
        rows.append(
            (
                method,
                number_text(per_arm),
                number_text(total(per_arm, dropout, "divide")),
                "–" if share is None else f"{number_text(100 * share, 1)} %",
            )
        )
    header = (_("method"), _("per arm"), _("total with drop-out"), _("356 can detect"))
    return text_table(header, rows)


def _interval(value: float, low: float, high: float) -> tuple[str, str]:
    """A dash for what could not be estimated."""
    shown = "–" if math.isnan(value) else number_text(value, 3)
    if math.isnan(low) or math.isinf(high):
        return shown, "–"
    text = _("{low} to {high}")
    return shown, text.format(low=number_text(low, 3), high=number_text(high, 3))


def _counts(detail: Detail) -> tuple[tuple[int, int], tuple[int, int]]:
    deaths = tuple(int(result.metrics["deaths"].sum()) for _p, _w, result in detail.arms)
    patients = tuple(len(places) for places, _w, _r in detail.arms)
    return (deaths[0], deaths[1]), (patients[0], patients[1])


def _by_patient(design: Design, detail: Detail) -> tuple[Any, Any, Any]:
    import numpy as np

    died, second = np.zeros(design.patients), np.zeros(design.patients, dtype=bool)
    for number, (places, _week, result) in enumerate(detail.arms):
        died[places] = result.metrics["deaths"]
        second[places] = number == 1
    return died, second, detail.enrolled[0].centre

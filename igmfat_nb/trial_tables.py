"""Virtual trials as text: what the arms give, what the test says, what traps there are."""

from collections.abc import Sequence
from typing import Any

from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.tables import NOTICE, text_table
from igmfat_nb.trial.design import Design
from igmfat_nb.trial.endpoint import METRICS
from igmfat_nb.trial.estimates import by_centre, effects, opinions
from igmfat_nb.trial.immortal import immortal_time, without_effect
from igmfat_nb.trial.replicate import Detail, run_detail
from igmfat_nb.trial.sample_size import (
    METHODS,
    Comparison,
    DropoutRule,
    detectable,
    exact_power,
    patients_per_arm,
    reconstructions,
    total,
)
from igmfat_nb.trial.statistic import Estimate
from igmfat_nb.trial.summary import Scenario

_LARGE = 10  # from here on one decimal says enough


def trial_lines(answer: dict[str, Any]) -> list[str]:
    """The summary of a run to read, with what is assumed."""
    screening, test = answer["screening"], answer["operating"]
    first, second = answer["arms"]
    gap = _("{second} minus {first}").format(second=second, first=first)
    columns = [*answer["arms"].values(), test["difference"]]
    rows = [[metric, *(_spread(column[metric]) for column in columns)] for metric in METRICS]
    rate = _("Rejected in {rate} % of trials (Monte-Carlo standard error {se} %).")
    return [
        NOTICE,
        "",
        _("{screened} screened, {enrolled} enrolled over all replicates.").format(
            screened=number_text(screening["screened"]), enrolled=number_text(screening["enrolled"])
        ),
        text_table([_("metric"), first, second, gap], rows),
        _("Mean over trials (5 to 95 % of trials)."),
        rate.format(
            rate=number_text(100 * test["rejection_rate"], 2),
            se=number_text(100 * test["monte_carlo_se"], 2),
        ),
        _("The exposure's effect on death is an assumption of the design; zero by default."),
    ]


def grid_text(family: Sequence[Scenario]) -> str:
    """Operating characteristics over a grid, each with its Monte-Carlo standard error."""
    arms = [arm.name for arm in family[0].design.arms]
    header = [_("scenario"), _("rejects [%]")]
    header += [_("{arm} [EUR]").format(arm=arm) for arm in arms]
    header += [_("{arm} [mL]").format(arm=arm) for arm in arms]
    rows = []
    for one in family:
        test = one.answer["operating"]
        cells = [_with_error(100 * test["rejection_rate"], 100 * test["monte_carlo_se"], 1)]
        for metric in ("cost", "volume_ml"):
            means = [one.answer["arms"][arm][metric] for arm in arms]
            cells += [_with_error(mean["mean"], mean["se"], 0) for mean in means]
        rows.append([one.name, *cells])
    note = _("EUR and mL a patient; ± Monte-Carlo standard error over {n} trials of each scenario")
    return text_table(header, rows) + "\n" + note.format(n=len(family[0].block.metrics))


def single_trial_text(design: Design, seed: int) -> str:
    """The first replicate analysed as one trial: effects, by centre, three prior opinions."""
    detail = run_detail(design, seed, 0, 1)
    deaths, patients = _counts(detail)
    arms = design.arms[0].name, design.arms[1].name
    found = [*effects(deaths, patients, arms), by_centre(*_by_patient(design, detail))]
    rows = [(_(one.name), _(one.method), *_told(one)) for one in found]
    for opinion in opinions(deaths, patients):
        method = _("Bayes, {prior} prior").format(prior=_(opinion.prior))
        if not opinion.odds_ratio.reason:
            chance = _("; chance of benefit {chance} %")
            method += chance.format(chance=number_text(100 * opinion.chance_of_benefit, 1))
        rows.append((_("odds ratio"), method, *_told(opinion.odds_ratio)))
    died = _("{first}: {a} of {n} died; {second}: {b} of {m} died").format(
        first=design.arms[0].name, a=deaths[0], n=patients[0],
        second=design.arms[1].name, b=deaths[1], m=patients[1],
    )  # fmt: skip
    header = (_("effect"), _("method"), _("value"), _("95 % interval"))
    return died + "\n" + text_table(header, rows)


def immortal_time_text(design: Design, seed: int, replicates: int) -> str:
    """Deaths by the target reached or not, under zero effect: naively and from a landmark."""
    plain = without_effect(design)
    contrasts = immortal_time(run_detail(plain, seed, 0, replicates))
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
    rows = [
        sample_size_row(Comparison(control, treated, method=method), dropout, "divide")
        for method in METHODS
    ]
    header = (
        _("method"), _("per arm"), _("exact power"), _("total with drop-out"), _("356 can detect"),
    )  # fmt: skip
    return text_table(header, rows)


def sample_size_row(comparison: Comparison, dropout: float, rule: DropoutRule) -> tuple[str, ...]:
    """Method, patients per arm and their power, the total, and what 356 can detect."""
    per_arm = patients_per_arm(comparison)
    power, share = exact_power(comparison, per_arm), detectable(comparison, dropout=dropout)
    return (
        comparison.method,
        number_text(per_arm),
        "–" if power is None else f"{number_text(100 * power, 1)} %",
        number_text(total(per_arm, dropout, rule)),
        "–" if share is None else f"{number_text(100 * share, 1)} %",
    )


def reconstruction_text() -> str:
    """Which round assumptions give the trial's 356: reconstruction, not the protocol."""
    header = (
        _("standard"), _("personalised"), _("method"), _("per arm"), _("drop-out"), _("rule"),
        _("rounded"),
    )  # fmt: skip
    return text_table(header, reconstruction_rows())


def reconstruction_rows() -> list[tuple[str, ...]]:
    """Both mortalities, method, patients per arm, drop-out, its rule and rounding, as text."""
    return [
        (
            f"{number_text(100 * one.comparison.control)} %",
            f"{number_text(100 * one.comparison.treated)} %",
            one.comparison.method,
            number_text(one.per_arm),
            f"{number_text(100 * one.dropout)} %",
            {"divide": "n ÷ (1 − d)", "multiply": "n × (1 + d)"}[one.rule] if one.dropout else "–",
            {"up": _("up"), "nearest": _("to the nearest")}[one.rounding],
        )
        for one in reconstructions()
    ]


def _spread(values: dict[str, float]) -> str:
    decimals = 3 if abs(values["mean"]) < _LARGE else 1
    mean, low, high = (number_text(values[name], decimals) for name in ("mean", "p5", "p95"))
    return _("{mean} ({low} to {high})").format(mean=mean, low=low, high=high)


def _with_error(value: float, error: float, decimals: int) -> str:
    return f"{number_text(value, decimals)} ± {number_text(error, decimals + 1)}"


def _told(one: Estimate) -> tuple[str, str]:
    """Value and interval, or a dash and the reason why there is none."""
    if one.reason:
        return "–", one.reason
    low, high = (number_text(bound, 3) for bound in (one.low, one.high))
    return number_text(one.value, 3), _("{low} to {high}").format(low=low, high=high)


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

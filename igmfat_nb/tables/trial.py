"""Virtual trials as text: what the arms give, what the test says, what traps there are."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from igmfat_nb.bedside.readings import DEFAULT
from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE, number_text, text_table
from igmfat_nb.trial.design import Design
from igmfat_nb.trial.endpoint import METRICS
from igmfat_nb.trial.immortal import immortal_time, without_effect
from igmfat_nb.trial.metrics import METRIC_TEXT
from igmfat_nb.trial.power import DIRECTIONS
from igmfat_nb.trial.replicate import run_detail
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
from igmfat_nb.trial.single_trial import SingleTrial
from igmfat_nb.trial.statistic import Estimate, share_text
from igmfat_nb.trial.summary import Scenario


def trial_lines(answer: dict[str, Any]) -> list[str]:
    """The summary of a run to read, with what is assumed."""
    screening, test = answer["screening"], answer["operating"]
    first, second = answer["arms"]
    gap = _("{second} minus {first}").format(second=second, first=first)
    columns = [*answer["arms"].values(), test["difference"]]
    rows = [
        [_metric_label(metric), *(_spread(column[metric], metric) for column in columns)]
        for metric in METRICS
    ]
    return [
        _(NOTICE),
        "",
        _("{screened} screened, {enrolled} enrolled over all replicates.").format(
            screened=number_text(screening["screened"]), enrolled=number_text(screening["enrolled"])
        ),
        *_reading_sentences(answer),
        text_table([_("metric"), first, second, gap], rows),
        _("Mean over trials (5th to 95th percentile)."),
        *(f"{_(one.label)}: {_(one.meaning)}." for one in METRIC_TEXT.values()),
        *operating_sentences(answer),
        _(
            "The effect of exposure on death is an assumption of the design; by default there"
            " is none."
        ),
    ]


def _reading_sentences(answer: dict[str, Any]) -> list[str]:
    """Which reading an arm doses by, where it is not the default."""
    line = _("{arm} doses by the reading {name}, assumption of this software: {title}.")
    known = _("{arm} doses by the reading {name}, published ({source}): {title}.")
    return [
        (known if one["status"] == "published" else line).format(
            arm=arm,
            name=f"{one['name']}/{one['version']}",
            title=_(one["title"]),
            source=one["source"],
        )
        for arm, one in answer.get("readings", {}).items()
        if one is not None and one["name"] != DEFAULT
    ]


def arm_readings(design: Design) -> dict[str, dict[str, Any] | None]:
    """The reading that each arm doses by; None where the rule has none."""
    return {
        arm.name: asdict(arm.dose_rule(design.belief).reading) if arm.rule == "deficit" else None
        for arm in design.arms
    }


def operating_sentences(answer: dict[str, Any]) -> list[str]:
    """Power and its opposite, or the type I error; each share with its exact 95 % interval."""
    first, second = answer["arms"]
    test = answer["operating"]
    counts = {name: test[name]["rejections"] for name in DIRECTIONS}
    texts = {name: share_text(count, test["trials"]) for name, count in counts.items()}
    texts |= {"all": share_text(test["rejections"], test["trials"])}
    texts |= {"first": first, "second": second, "n": number_text(test["trials"])}
    if test["arms_differ"]:
        lines = [
            _("Power to find fewer deaths in {second} than in {first}: {benefit} of {n} trials."),
            _("At the same level, {harm} of {n} trials find more deaths in {second}."),
        ]
    else:
        lines = [
            _("Type I error (the arms do not differ in this design): {all} of {n} trials."),
            _("{benefit} find fewer deaths in {second}, {harm} find more."),
        ]
    return [line.format(**texts) for line in lines] + _exact_sentences(test, second)


def _exact_sentences(test: dict[str, Any], second: str) -> list[str]:
    if test["exact_rejection_rate"] is None:
        return []
    parts = {name: test[name]["exact_rate"] for name in DIRECTIONS}
    parts |= {"all": test["exact_rejection_rate"]}
    line = _("By enumeration, with arms of equal size: type I error {all} %.")
    if test["arms_differ"]:
        line = _(
            "By enumeration, with arms of equal size: power {benefit} %; more deaths in"
            " {second} are found in {harm} %."
        )
    shown = {name: number_text(100 * rate, 2) for name, rate in parts.items()}
    return [line.format(second=second, **shown)]


def grid_text(family: Sequence[Scenario]) -> str:
    """Operating characteristics over a grid: rejections by direction, cost and volume."""
    arms = [arm.name for arm in family[0].design.arms]
    header = [
        _("scenario"),
        _("arms differ"),
        _("fewer deaths in {arm}").format(arm=arms[1]),
        _("more deaths in {arm}").format(arm=arms[1]),
    ]
    header += [_("{arm} [EUR]").format(arm=arm) for arm in arms]
    header += [_("{arm} [mL]").format(arm=arm) for arm in arms]
    rows = []
    for one in family:
        test = one.answer["operating"]
        cells = [_("yes") if test["arms_differ"] else _("no")]
        cells += [share_text(test[name]["rejections"], test["trials"]) for name in DIRECTIONS]
        for metric in ("cost", "volume_ml"):
            means = [one.answer["arms"][arm][metric] for arm in arms]
            cells += [_with_error(mean["mean"], mean["se"], 0) for mean in means]
        rows.append([one.name, *cells])
    notes = (
        _(
            "Share of trials that find fewer or more deaths in {arm}, with the exact 95 % interval."
        ).format(arm=arms[1]),
        _(
            "Where the arms differ, “fewer” is the power; where they do not, both together"
            " are the type I error."
        ),
        _(
            "EUR and mL per patient; ± Monte Carlo standard error over {n} trials of each scenario"
        ).format(n=len(family[0].block.metrics)),
    )
    return "\n".join([text_table(header, rows), *notes])


def single_trial_text(design: Design, seed: int) -> str:
    """The first replicate analysed as one trial: effects, by centre, three prior opinions."""
    single = SingleTrial.simulated(design, seed)
    rows = [(_(one.name), _(one.method), *_told(one)) for one in single.estimates]
    for opinion in single.opinions:
        method = _("Bayes, {prior} prior; probability of benefit {probability} %")
        if opinion.odds_ratio.reason:
            method = _("Bayes, {prior} prior")
        method = method.format(
            prior=_(opinion.prior), probability=number_text(100 * opinion.chance_of_benefit, 1)
        )
        rows.append((_("odds ratio"), method, *_told(opinion.odds_ratio)))
    (a, b), (n, m) = single.deaths, single.patients
    died = _("{first}: {a} of {n} died; {second}: {b} of {m} died").format(
        first=single.arms[0], a=a, n=n, second=single.arms[1], b=b, m=m
    )
    header = (_("effect"), _("method"), _("value"), _("95 % interval"))
    return died + "\n" + text_table(header, rows)


def immortal_time_text(design: Design, seed: int, replicates: int) -> str:
    """Deaths by the target reached or not, under zero effect: naively and from a landmark."""
    plain = without_effect(design)
    contrasts = immortal_time(run_detail(plain, seed, 0, replicates))
    rows = [
        (
            contrast.question,
            f"{contrast.reached_died}/{contrast.reached}",
            f"{contrast.not_reached_died}/{contrast.not_reached}",
            "–" if math.isnan(contrast.risk_ratio) else number_text(contrast.risk_ratio, 2),
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
        _("method"), _("per arm"), _("exact power"), _("total with drop-out"),
        _("detectable with 356"),
    )  # fmt: skip
    return text_table(header, rows)


def sample_size_row(comparison: Comparison, dropout: float, rule: DropoutRule) -> tuple[str, ...]:
    """Method, patients per arm and their power, the total, and what 356 can detect."""
    per_arm = patients_per_arm(comparison)
    power, share = exact_power(comparison, per_arm), detectable(comparison, dropout=dropout)
    return (
        comparison.method,
        number_text(per_arm),
        "–" if power is None else f"{number_text(100 * power, 1, padded=True)} %",
        number_text(total(per_arm, dropout, rule)),
        "–" if share is None else f"{number_text(100 * share, 1, padded=True)} %",
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


def _metric_label(metric: str) -> str:
    one = METRIC_TEXT[metric]
    return f"{_(one.label)} [{_(one.unit)}]"


def _spread(values: dict[str, float], metric: str) -> str:
    one = METRIC_TEXT[metric]
    mean, low, high = (
        number_text(one.factor * values[name], one.decimals) for name in ("mean", "p5", "p95")
    )
    return _("{mean} ({low} to {high})").format(mean=mean, low=low, high=high)


def _with_error(value: float, error: float | None, decimals: int) -> str:
    """A mean with its standard error; one trial alone has none."""
    shown = "–" if error is None else number_text(error, decimals + 1)
    return f"{number_text(value, decimals)} ± {shown}"


def _told(one: Estimate) -> tuple[str, str]:
    """Value and interval, or a dash and the reason why there is none."""
    if one.reason:
        return "–", one.reason
    low, high = (number_text(bound, 3) for bound in (one.low, one.high))
    return number_text(one.value, 3), _("{low} to {high}").format(low=low, high=high)

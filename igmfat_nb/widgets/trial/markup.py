"""Results of a virtual trial as HTML values, from one template: every inserted text is escaped."""

import math
from collections.abc import Sequence
from pathlib import Path

from igmfat_nb.figures.trial import REASON
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import virtual_trial
from igmfat_nb.trial.endpoint import METRICS
from igmfat_nb.trial.immortal import Contrast, Life
from igmfat_nb.trial.metrics import METRIC_TEXT
from igmfat_nb.trial.power import Ends, exact_rates
from igmfat_nb.trial.power_curve import PowerCurve
from igmfat_nb.trial.score_interval import risk_ratio_interval
from igmfat_nb.trial.single_trial import SingleTrial
from igmfat_nb.trial.words import arm_word, arm_words, deaths_text, percent
from igmfat_nb.units import HOURS_PER_DAY
from igmfat_nb.widgets.parts.html_template import Parts
from igmfat_nb.widgets.trial.run import Finished
from igmfat_nb.widgets.trial.strip import Row, forest_table
from igmfat_nb.widgets.trial.verdict import doubted_effect, exact_null_rates, share_cells, verdict

part = Parts(Path(__file__).parent / "parts.html.j2")
_ARM_CSS = ("ig-std", "ig-per")
_WEEK_H = 168
Cell = tuple[str, str, bool]  # value, interval beside it, whether it stands out
NumberRow = tuple[str, str, list[Cell]]  # label, what it is beside it, a cell for each column


def arms_head(title: str, arms: Sequence[str], beside: str = "") -> str:
    """Header of a card with a figure: its title, the arms in their colours, what else is drawn."""
    return part("arms_head", title, list(zip(_ARM_CSS, arms, strict=False)), beside)


def verdict_card(finished: Finished) -> str:
    """The first sentence, the type I error, what was run."""
    sentence, lines = verdict(finished)
    below = _("{n} trials of {patients} patients, seed {seed}").format(
        n=number_text(finished.trials), patients=number_text(finished.design.patients),
        seed=finished.seed,
    )  # fmt: skip
    if finished.seconds is not None:
        below += ", " + _("{seconds} s").format(seconds=number_text(finished.seconds + 0.5))
    if finished.folder:
        below += ", " + _("from {folder}").format(folder=finished.folder)
    return part("verdict", sentence, lines, f"{below}.")


def how_often(finished: Finished) -> str:
    """Operating characteristics: with the effect, and of the same patients without."""
    test, second = finished.answer["operating"], arm_words(finished.design)[1]
    sides = [(test, finished.ends)]
    heads = [(_("In {n} trials").format(n=number_text(finished.trials)), "")]
    heads.append(
        (deaths_text(finished.design), "ig-per") if test["arms_differ"] else (_("no effect"), "")
    )
    if finished.null is not None:
        sides.append((finished.null.answer, finished.null.ends))
        heads.append((_("no effect"), ""))

    def cells(name: str, *strong: bool) -> list[Cell]:
        found = []
        for (side, _ends), stands_out in zip(sides, strong, strict=False):
            count = side["rejections"] if name == "all" else side[name]["rejections"]
            found.append((*share_cells(count, side["trials"]), stands_out))
        return found

    differ = test["arms_differ"]
    fewer = _("Fewer deaths in {arm}").format(arm=second)
    more = _("More deaths in {arm}").format(arm=second)
    rows: list[NumberRow] = [
        (fewer, _("power") if differ else "", cells("benefit", differ, False)),
        (more, _("harm") if differ else "", cells("harm", False, False)),
        (_("Either"), _("type I error, where there is no effect"), cells("all", not differ, True)),
        *_end_rows([ends for _side, ends in sides], finished.design.patients),
    ]
    notes = [_("Share of trials that find it, with the exact 95 % Monte Carlo interval.")]
    return part("numbers", heads, rows, notes + _exact_notes(finished), "", "ig-often")


def _end_rows(sides: Sequence[Ends], patients: int) -> list[NumberRow]:
    """How many stop at each interim look, and the patients until then; nothing without looks."""
    rows: list[NumberRow] = []
    for place, look in enumerate(sides[0].looks):
        label = _("Stops at {share} % of patients").format(share=percent(look, 0))
        counts = [side.benefit[place] + side.harm[place] for side in sides]
        cells = [(*share_cells(count, side.trials), False)
                 for count, side in zip(counts, sides, strict=True)]  # fmt: skip
        rows.append((label, _("difference shown"), cells))
    if rows:
        means: list[Cell] = [(number_text(side.mean_patients), "", False) for side in sides]
        label = _("Patients, on average")
        rows.append((label, _("of {n}").format(n=number_text(patients)), means))
    return rows


def _exact_notes(finished: Finished) -> list[str]:
    exact, null = exact_rates(finished.design), exact_null_rates(finished.design)
    if null is None:
        return []
    if exact is None or not finished.answer["operating"]["arms_differ"]:
        line = _("Enumerated, arms of equal size: type I error {null} %.")
        return [line.format(null=percent(sum(null)))]
    line = _(
        "Enumerated, arms of equal size: power {benefit} %, harm {harm} %, type I error {null} %."
    )
    shown = {"benefit": exact[0], "harm": exact[1], "null": sum(null)}
    return [line.format(**{name: percent(rate) for name, rate in shown.items()})]


def doses_table(finished: Finished) -> str:
    """What each arm gives, and the difference: a row for each metric; the doubt below it."""
    arms = finished.answer["arms"]
    columns = [*arms.values(), finished.answer["operating"]["difference"]]
    rows: list[NumberRow] = []
    for metric in METRICS:
        one = METRIC_TEXT[metric]
        unit = "" if one.unit == "vials" else f", {one.unit}"
        cells = [_spread(column[metric], one.factor, one.decimals) for column in columns]
        rows.append((f"{_(one.label)}{unit}", "", cells))
    heads = [(_("A patient, mean"), ""), *zip(arm_words(finished.design), _ARM_CSS, strict=True)]
    heads.append((_("difference"), ""))
    notes = [_("Mean over trials; beside it 90 % of trials. Difference: second minus first arm.")]
    meanings = [f"{_(one.label)}: {_(one.meaning)}." for one in METRIC_TEXT.values()]
    folded = part("folded", _("What is counted"), part("definitions", meanings))
    amber = doubted_effect(finished)
    return part("numbers", heads, rows, notes, amber, "ig-arms") + folded


def _spread(values: dict[str, float], factor: float, decimals: int) -> Cell:
    mean, low, high = (
        number_text(factor * values[name], decimals, padded=True) for name in ("mean", "p5", "p95")
    )
    between = _("{low} to {high}") if "\N{MINUS SIGN}" in low + high else "{low}–{high}"
    return mean, between.format(low=low, high=high), False


def flow(single: SingleTrial) -> str:
    """CONSORT flow of one trial: screened, excluded by first reason, randomised, analysed."""
    reasons = sorted(single.excluded.items(), key=lambda item: -item[1])
    arms = []
    for place, (css, name) in enumerate(zip(_ARM_CSS, single.arms, strict=True)):
        patients, dosed, died = (
            pair[place] for pair in (single.patients, single.dosed, single.deaths)
        )
        lines = [
            _("{n} got a dose").format(n=number_text(dosed)),
            _("{n} analysed, nobody lost").format(n=number_text(patients)),
        ]
        share = f", {percent(died / patients, 0)}\N{NO-BREAK SPACE}%" if patients else ""
        last = _("{n} died by day 28").format(n=number_text(died)) + share
        title = f"{_capital(arm_word(name))} {number_text(patients)}"
        arms.append((css, title, lines, last))
    excluded = sum(single.excluded.values())
    return part(
        "flow",
        _("Screened {n}").format(n=number_text(single.screened)),
        _("Excluded {n}").format(n=number_text(excluded)),
        [(number_text(n), _(REASON[name])) for name, n in reasons if n],
        _("Randomised {n}").format(n=number_text(sum(single.patients))),
        arms,
    )


def forest(single: SingleTrial) -> str:
    """What one trial would say: each ratio with its interval, and the difference in a sentence."""
    second = arm_word(single.arms[1])
    rows = [
        Row(_capital(_(one.name)), _(one.method), one, "")
        for one in single.estimates
        if one.name != "risk difference"
    ]
    for opinion in single.opinions:
        chance = _chance(opinion.chance_of_benefit)
        label = _("Odds ratio, {prior} prior").format(prior=_(opinion.prior))
        rows.append(Row(label, chance, opinion.odds_ratio, "ig-own"))
    favours = tuple(_("favours {arm}").format(arm=arm_word(name)) for name in reversed(single.arms))
    return part("sentence", _difference(single, second)) + forest_table(rows, favours)


def _chance(benefit: float) -> str:
    """A chance of benefit; one near none or all is no more than that."""
    if math.isnan(benefit):
        return ""
    shown = percent(min(max(benefit, 0.01), 0.99), 0)
    sign = "> " if benefit > 0.99 else "< " if benefit < 0.01 else ""
    return _("{share} % probability of benefit").format(share=f"{sign}{shown}")


def _difference(single: SingleTrial, second: str) -> str:
    one = next(one for one in single.estimates if one.name == "risk difference")
    if one.reason:
        return one.reason
    value, low, high = (100 * bound for bound in (one.value, one.low, one.high))
    if value > 0:
        line = _("{points} points more deaths in {second}; 95 % interval {low} to {high}.")
    else:
        value, low, high = -value, -high, -low
        line = _("{points} points fewer deaths in {second}; 95 % interval {low} to {high}.")
    return line.format(
        points=number_text(value), second=second, low=number_text(low), high=number_text(high)
    )


def trap(finished: Finished) -> str:
    """Immortal time bias as a picture: some patients, both contrasts, the counts folded."""
    naive, fair = finished.trap
    rows = [_contrast_row(naive, "ig-bad"), _contrast_row(fair, "ig-good")]
    right = forest_table(rows, ()) + part(
        "folded", _("The figure as a table"), _trap_table(finished)
    )
    day = virtual_trial.LANDMARK_DAY.value
    note = _("Start the clock on day {day}, with those alive then, and the difference is gone.")
    return part("sentence", _trap_sentence(naive)) + part(
        "split", _lives(finished.lives), right, note.format(day=day)
    )


def _trap_sentence(naive: Contrast) -> str:
    why = _(
        "Nothing helps here. The early dead never had the time: in the yellow stretch nobody who is"
        " later counted as “reached” can die."
    )
    ratio = naive.risk_ratio
    if math.isnan(ratio) or ratio >= 1:
        return why
    line = _("Patients who “reached 100 mg/dL” seem to die {share} % less.")
    return f"{line.format(share=percent(1 - ratio, 0))} {why}"


def _contrast_row(one: Contrast, css: str) -> Row:
    from igmfat_nb.trial.statistic import blank, estimate

    counts = (one.reached_died, one.reached), (one.not_reached_died, one.not_reached)
    name, method = _("risk ratio"), "Miettinen-Nurminen"
    if math.isnan(one.risk_ratio) or not one.reached_died:
        told = blank(name, method, _("too few deaths"))
    else:
        told = estimate(name, method, one.risk_ratio, *risk_ratio_interval(*counts))
    return Row(_capital(one.question), "", told, css)


def _lives(lives: tuple[list[Life], list[Life]]) -> str:
    titles = (_("never reached 100 mg/dL"), _("reached 100 mg/dL"))
    groups = [
        (css, title, [_life(one) for one in group])
        for css, title, group in zip(("ig-non", "ig-own"), titles, lives, strict=True)
    ]
    days = [(round(100 * day / 7, 2), str(day)) for day in range(8)]
    label = _(
        "Single patients of the first trials, a line each: those who died before they reached the"
        " target, and those who reached it and could not die until then."
    )
    return part("lives", groups, days, _("days since the first titre"), label)


def _life(one: Life) -> tuple[float, float, bool]:
    """Where the target was reached and where the line ends [% of the week]; whether by death."""
    reached = 0.0 if math.isinf(one.reached_h) else 100 * one.reached_h / _WEEK_H
    return round(reached, 2), round(100 * min(one.death_h / _WEEK_H, 1.0), 2), one.death_h < _WEEK_H


def _trap_table(finished: Finished) -> str:
    rows: list[NumberRow] = []
    for contrast in finished.trap:
        cells: list[Cell] = []
        for died, n in (
            (contrast.reached_died, contrast.reached),
            (contrast.not_reached_died, contrast.not_reached),
        ):
            share = f"{percent(died / n)}\N{NO-BREAK SPACE}%" if n else "–"
            cells.append((share, f"{number_text(died)}/{number_text(n)}", False))
        rows.append((_(contrast.question), "", cells))
    heads = [(_("deaths by day 28"), ""), (_("reached"), ""), (_("did not"), "")]
    return part("numbers", heads, rows, [], "", "ig-arms")


def titre_sentence(finished: Finished) -> str:
    """Time at target of both arms, in words."""
    arms = finished.answer["arms"]
    line = _("At 100 mg/dL or above: {first} {a} % of the time alive in the week, {second} {b} %.")
    shares = [arm["fraction_of_time_at_target"]["mean"] for arm in arms.values()]
    first, second = arm_words(finished.design)
    return part(
        "sentence",
        line.format(first=first, a=percent(shares[0], 0), second=second, b=percent(shares[1], 0)),
    )


def titre_table(finished: Finished) -> str:
    """The titres of the figure, morning by morning."""
    heads = [(_("day"), ""), *zip(arm_words(finished.design), _ARM_CSS, strict=True)]
    rows: list[NumberRow] = []
    for day in range(8):
        hour = int(day * HOURS_PER_DAY)
        cells: list[Cell] = []
        for low, middle, high in finished.bands:
            ends = "–".join(number_text(float(band[hour])) for band in (low, high))
            cells.append((number_text(float(middle[hour])), ends, False))
        rows.append((str(day), "", cells))
    notes = [_("Median serum IgM in mg/dL, 5 to 95 % of patients, as if alive.")]
    return part("folded", _("The figure as a table"), part("numbers", heads, rows, notes, "", ""))


def curve_table(curves: Sequence[PowerCurve]) -> str:
    """The curves of the figure in numbers."""
    if not curves:
        return ""
    heads = [(_("patients"), "")]
    heads += [(f"{percent(one.control)} → {percent(one.treated)} %", "") for one in curves]
    rows: list[NumberRow] = [
        (number_text(n), "", [(percent(one.asked[place]), "", False) for one in curves])
        for place, n in enumerate(curves[0].patients)
    ]
    notes = [_("Share of trials in per cent that find it.")]
    return part("folded", _("The figure as a table"), part("numbers", heads, rows, notes, "", ""))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

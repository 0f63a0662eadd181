"""The answer of a virtual trial in one sentence, and what must be said beside it."""

from typing import Any

from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.virtual_trial import USUAL_POWER
from igmfat_nb.trial.design import Design, ExposureEndpoint
from igmfat_nb.trial.power import arms_differ, exact_rates
from igmfat_nb.trial.power_curve import PowerCurve, power_curves
from igmfat_nb.trial.sample_size import Comparison, power_by_formula
from igmfat_nb.trial.statistic import share_interval, short_decimals
from igmfat_nb.trial.words import arm_words, percent, set_mortality
from igmfat_nb.widgets.trial.run import Finished

Line = tuple[str, str]  # what stands out, and the rest


def share_cells(count: int, of: int) -> tuple[str, str]:
    """A share of trials with its sign, and its exact 95 % interval beside it.

    >>> share_cells(766, 1000)[1], share_cells(0, 1000)[1]
    ('74–79', '0–0.3')
    """
    share = 100 * count / of
    low, high = (100 * float(bound) for bound in share_interval(count, of))
    decimals = short_decimals(share)
    ends = "–".join(number_text(bound, decimals) for bound in (low, high))
    return f"{number_text(share, decimals)}\N{NO-BREAK SPACE}%", ends


def verdict(finished: Finished) -> tuple[str, list[Line]]:
    """The first sentence, and the lines below it.

    Power for the side asked for, fewer deaths in the second arm; where the arms do not differ the
    type I error; where more deaths are found, harm by its name.
    """
    test = finished.answer["operating"]
    if not test["arms_differ"]:
        return _type_i_sentence(finished), _doubtful(finished)
    benefit, harm = (test[name]["rejections"] for name in ("benefit", "harm"))
    named = _harm_sentence if harm > benefit else _power_sentence
    lines: list[Line] = []
    if harm > benefit:
        power, _interval = share_cells(benefit, finished.trials)
        lines.append((_("Power {share}.").format(share=power), _("Fewer deaths are not there.")))
    elif (share := benefit / finished.trials) < USUAL_POWER.value:
        line = _("Short of the usual {usual} %.")
        if share > USUAL_POWER.value - 0.005:  # what rounds to it
            line = _("Just short of the usual {usual} %.")
        lines.append(("", line.format(usual=percent(USUAL_POWER.value))))
    return named(finished), [*lines, *_null_line(finished), *_doubtful(finished)]


def _power_sentence(finished: Finished) -> str:
    count, n = finished.answer["operating"]["benefit"]["rejections"], finished.trials
    shares = set_mortality(finished.design)
    texts = {
        "share": share_cells(count, n)[0], "count": number_text(count), "n": number_text(n),
        "second": arm_words(finished.design)[1],
    }  # fmt: skip
    if shares is None:
        line = _("Power {share}: {count} of {n} virtual trials find fewer deaths in {second}.")
        return line.format(**texts)
    line = _("Power {share}: {count} of {n} virtual trials tell {a} % from {b} % deaths apart.")
    a, b = (percent(share) for share in shares)
    return line.format(a=a, b=b, **texts)


def _harm_sentence(finished: Finished) -> str:
    count, n = finished.answer["operating"]["harm"]["rejections"], finished.trials
    line = _("Harm: {share} find more deaths in {second}, {count} of {n} virtual trials.")
    return line.format(
        share=share_cells(count, n)[0], count=number_text(count), n=number_text(n),
        second=arm_words(finished.design)[1],
    )  # fmt: skip


def _type_i_sentence(finished: Finished) -> str:
    count, n = finished.answer["operating"]["rejections"], finished.trials
    line = _(
        "Type I error {share}: {count} of {n} virtual trials find a difference that is not there."
    )
    return line.format(share=share_cells(count, n)[0], count=number_text(count), n=number_text(n))


def _null_line(finished: Finished) -> list[Line]:
    """The type I error: of the same patients without effect, or enumerated for a saved run."""
    if finished.null is not None:
        test = finished.null.answer
        bold = _("Type I error {share}:").format(
            share=share_cells(test["rejections"], test["trials"])[0]
        )
        line = _("of the same patients without any effect, {count} of {n} find one.")
        counts = {"count": test["rejections"], "n": test["trials"]}
        return [(bold, line.format(**{name: number_text(n) for name, n in counts.items()}))]
    rates = exact_null_rates(finished.design)
    if rates is None:
        return [("", _("The folder holds this side only; run the design for its type I error."))]
    bold = _("Type I error {share} %,").format(share=percent(sum(rates)))
    return [(bold, _("enumerated: the folder holds this side only."))]


def exact_null_rates(design: Design) -> tuple[float, float] | None:
    """Enumerated rejections without effect; None where they cannot be enumerated."""
    from igmfat_nb.trial.immortal import without_effect

    return exact_rates(without_effect(design))


def _doubtful(finished: Finished) -> list[Line]:
    if not finished.cancelled:
        return []
    line = _("Cancelled: these are the {n} trials that were done.")
    return [("", line.format(n=number_text(finished.trials)))]


def at_target(answer: dict[str, Any]) -> tuple[float, float]:
    """Mean share of the week at target in the first and the second arm."""
    first, second = (arm["fraction_of_time_at_target"]["mean"] for arm in answer["arms"].values())
    return first, second


def doubted_effect(finished: Finished) -> str:
    """The assumed effect against what the arms reach: empty where nothing speaks against it.

    An arm that is assumed to save lives though it is at target for less than half of the week, or
    for less of it than the other arm, does so by no titre.
    """
    design = finished.design
    if not arms_differ(design):
        return ""
    words, shares = arm_words(design), at_target(finished.answer)
    reached = _("{second} is at target {b} % of the week, {first} {a} %.").format(
        first=words[0], second=words[1], a=percent(shares[0], 0), b=percent(shares[1], 0)
    )
    deaths = set_mortality(design)
    if deaths is None:
        return _by_exposure(design, words, shares, reached)
    better = int(deaths[1] < deaths[0])
    points = percent(abs(deaths[0] - deaths[1]))
    if shares[better] < shares[1 - better]:
        line = _("{reached} Under our rule, {points} points fewer deaths could not come from the"
                 " titre.")  # fmt: skip
    elif shares[better] < 0.5:
        line = _("{reached} So {points} points fewer deaths are assumed of an arm that is rarely at"
                 " target.")  # fmt: skip
    else:
        return ""
    return _capital(line.format(reached=reached, points=points))


def _by_exposure(
    design: Design, words: tuple[str, str], shares: tuple[float, float], reached: str
) -> str:
    if not isinstance(design.endpoint, ExposureEndpoint):
        return ""
    longer = int(shares[1] > shares[0])
    helps = design.endpoint.log_odds_per_day_at_target < 0
    line = _("{reached} The effect acts by the days at target, so it favours {arm}.")
    return _capital(line.format(reached=reached, arm=words[longer if helps else 1 - longer]))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def by_formula(design: Design) -> tuple[str, list[Line]]:
    """What the design answers before anything is run."""
    shares = set_mortality(design)
    n = number_text(design.patients)
    if shares is None:
        sentence = _(
            "Deaths by time at target have no formula: a run shows what {n} patients tell."
        )
        line = _(
            "Without any effect a test at {alpha} % finds a difference in {alpha} % of trials."
        )
        return sentence.format(n=n), [("", line.format(alpha=percent(design.analysis.alpha)))]
    a, b = (percent(share) for share in shares)
    alpha = percent(design.analysis.alpha)
    looks = (
        _("Interim looks cost some of it: a run shows how much.") if design.analysis.looks else ""
    )
    if shares[0] == shares[1]:
        sentence = _("{a} % deaths in both arms: any difference found is a type I error.")
        line = _("Two-sided {alpha} %. {looks}")
        return sentence.format(a=a), [("", line.format(alpha=alpha, looks="").strip())]
    comparison = Comparison(*shares, alpha=design.analysis.alpha)
    power = power_by_formula(comparison, design.patients / 2)
    sentence = _("By formula, {n} patients give {power} % power.")
    line = _("{a} against {b} % deaths, nobody lost, two-sided {alpha} %.{exact} {looks}")
    text = line.format(a=a, b=b, alpha=alpha, exact=_exact_text(design, shares), looks=looks)
    return sentence.format(n=n, power=percent(power, 0)), [("", text.strip())]


def _exact_text(design: Design, shares: tuple[float, float]) -> str:
    curves = curves_of(design, shares)
    if not curves:
        return ""
    whole = curves[0]
    rate = whole.asked[whole.patients.index(2 * round(design.patients / 2))]
    text = " " + _("Enumerated exactly: {rate} %.").format(rate=percent(rate))
    enough = whole.reaching(USUAL_POWER.value)
    if enough:
        line = _("{usual} % takes about {n} patients.")
        text += " " + line.format(usual=percent(USUAL_POWER.value), n=_about(enough))
    return text


def _about(patients: int) -> str:
    """To the nearest ten: the curve lies between enumerated points, and steps."""
    return number_text(10 * round(patients / 10))


def curves_of(design: Design, shares: tuple[float, float]) -> tuple[PowerCurve, ...]:
    """Power over the number of patients at these shares of deaths, without interim looks."""
    return power_curves(design.analysis.model_copy(update={"looks": ()}), *shares, design.patients)


def curve_sentence(curves: tuple[PowerCurve, ...]) -> str:
    """How many patients the usual power takes, for the whole effect and for two thirds of it."""
    usual = percent(USUAL_POWER.value)
    if len(curves) < 2:
        return _("Without effect the type I error stays the same, however many patients.")
    texts = []
    for curve in curves[:2]:
        change = f"{percent(curve.control)} → {percent(curve.treated)}"
        enough = curve.reaching(USUAL_POWER.value)
        if enough is None:
            beyond = number_text(curve.patients[-1])
            few = curve.asked[0] >= USUAL_POWER.value
            fewer, more = _("under {n} for {change}"), _("over {n} for {change}")
            n = number_text(curve.patients[0]) if few else beyond
            texts.append((fewer if few else more).format(n=n, change=change))
        else:
            texts.append(_("about {n} for {change}").format(n=_about(enough), change=change))
    line = _("{usual} % power takes {first}, {second}.")
    if curves[0].treated > curves[0].control:
        line = _("To find the harm in {usual} % of trials takes {first}, {second}.")
    return line.format(usual=usual, first=texts[0], second=texts[1])

"""Pictures of lesson 52."""

from igmfat_nb.case import Case
from igmfat_nb.courses.population import CLEARANCE, pooled_half_life_days
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import constants, populations
from igmfat_nb.units import HOURS_PER_DAY
from igmfat_nb.workshop.drawing import Axis, Dot, Line, Picture, Shape, Word, bar, limit
from igmfat_nb.workshop.lessons.pictures import (
    axis,
    bell,
    curve,
    normal,
    tail,
    target_level,
)
from igmfat_nb.workshop.lessons.titration_working import (
    DAY_4_H,
    assay_reach,
    doses_h,
    half_life,
    interval_of,
    second_day,
    share_lost,
    titres_of,
)

AIM = constants.TARGET_TITRE.value
Titre = tuple[float, float]  # h, mg/dL


def _days(last: int, title: str = "") -> Axis:
    ticks = tuple((HOURS_PER_DAY * day, number_text(HOURS_PER_DAY * day)) for day in range(last))
    return Axis(
        -5, HOURS_PER_DAY * (last - 1) + 14, ticks, title or _("Hours since the first titre")
    )


def morning(case: Case, *, solved: bool) -> Picture:
    """Titres of two mornings; solved, today's deficit and its dose."""
    titres, volume_ml = titres_of(case)[:2], second_day(case).volume_ml
    x, y = _days(2), axis(0, 120, 20, _("IgM, mg/dL"))
    at, titre = titres[-1]
    shapes: list[Shape] = list(target_level(x))
    for time, value in titres:
        shapes.append(Dot(time, value))
        shapes.append(Word(number_text(value), time, value, right=9, up=-16, bold=True))
    if solved:
        shapes.append(bar(at - 0.7, at + 0.7, titre, AIM, "per", 0.5))
        shapes.append(Dot(at, titre))
        told = _("{n} mg/dL missing: {volume} mL").format(
            n=number_text(AIM - titre), volume=number_text(volume_ml)
        )
        shapes.append(Word(told, at, titre, "per", "end", right=-10, up=-4, bold=True))
    return Picture(_("Her titres of the first two mornings and the target"), x, y, shapes)


def stop(case: Case, *, solved: bool) -> Picture:
    """Vasopressors and doses over time; solved, what the arm gives afterwards."""
    asked_h, stopped_h = DAY_4_H, case.vasopressor_stopped_h or 0.0
    x, y = _days(5, _("Hours since the first titre")), Axis(0, 3)
    shapes: list[Shape] = [
        bar(0, stopped_h, 2.1, 2.5, "non", 0.6),
        Word(_("noradrenaline"), 0, 2.5, "soft", up=6),
        Word(
            _("stopped, {time} h").format(time=number_text(stopped_h)),
            stopped_h,
            2.1,
            "ink",
            "end",
            up=-16,
        ),
        Word(_("doses, personalised arm"), 0, 1.4, "per", up=6),
        *limit(asked_h, y, _("day 4")),
    ]
    shapes += [bar(at, at + 4, 0.8, 1.3, "per", 0.8) for at in doses_h(case)]
    if solved:
        shapes.append(Word(_("nothing more"), asked_h, 1, "ink", right=8, up=0, bold=True))
    else:
        shapes.append(Word("?", asked_h, 1, "ink", right=10, up=0, bold=True))
    return Picture(_("Her noradrenaline and her doses over time"), x, y, shapes)


def rise(case: Case, *, solved: bool) -> Picture:
    """The rise that the dose was given for beside the rise that was seen."""
    first, second = (titre for _time, titre in titres_of(case)[:2])
    lost_percent = share_lost(case)
    x, y = Axis(0, 3), axis(0, 120, 20, _("IgM, mg/dL"))
    shapes: list[Shape] = list(target_level(x))
    for at, top, name in ((0.3, AIM, _("expected")), (1.4, second, _("seen"))):
        shapes.append(bar(at, at + 0.7, 0, first, "ink", 0.6))
        shapes.append(bar(at, at + 0.7, first, top, "per", 0.45))
        shapes.append(Word(number_text(top), at + 0.35, top, "ink", "middle", bold=True, up=-16))
        shapes.append(Word(name, at + 0.35, 0, "soft", "middle", up=-17))
    shapes.append(Word(number_text(first), 0.65, first, "ink", "middle", up=-16))
    if solved:
        shapes.append(bar(1.4, 2.1, second, AIM, "red", 0.3))
        told = _("{share} % lost").format(share=number_text(lost_percent))
        shapes.append(Word(told, 2.15, (second + AIM) / 2, "red", bold=True, up=-4))
    return Picture(_("Expected and seen titre the morning after the first dose"), x, y, shapes)


def decay(case: Case, *, solved: bool) -> Picture:
    """What is left of the IgM over days; solved, under fast clearance too."""
    healthy_days, fast_days = pooled_half_life_days(CLEARANCE["native"].value), half_life(case)
    x, y = axis(0, 8, 2, _("Days")), axis(0, 100, 50, _("Left, %"))
    half = 50.0
    shapes: list[Shape] = [
        Line(curve(lambda day: 100 * 0.5 ** (day / healthy_days), 0, 8), "non"),
        Word(_("healthy"), 6, 100 * 0.5 ** (6 / healthy_days), "non", up=10, bold=True),
    ]
    if solved:
        shapes.append(Line(curve(lambda day: 100 * 0.5 ** (day / fast_days), 0, 8), "own"))
        shapes.append(Dot(fast_days, half, "own"))
        told = _("fast: half after {days} days").format(days=number_text(fast_days, 2))
        shapes.append(Word(told, fast_days, half, "own", right=12, up=-20, bold=True))
    return Picture(_("IgM left over time without any dose"), x, y, shapes)


def outlier(case: Case, *, solved: bool) -> Picture:
    """Titres of three mornings; solved, where the last was to be expected."""
    titres, interval = titres_of(case), interval_of(case) if solved else None
    x, y = _days(3), axis(0, 200, 50, _("IgM, mg/dL"))
    shapes: list[Shape] = list(target_level(x))
    if solved and interval is not None:
        at = titres[-1][0]
        low, high = interval
        shapes.append(bar(at - 1.5, at + 1.5, low, high, "own", 0.35))
        told = _("99 % predicted: {low} to {high}").format(
            low=number_text(low), high=number_text(high)
        )
        shapes.append(Word(told, at, low, "own", "end", right=4, up=-18, bold=True))
    last = len(titres) - 1
    for number, (time, value) in enumerate(titres):
        colour = "red" if solved and number == last else "ink"
        shapes.append(Dot(time, value, "red" if colour == "red" else "ink"))
        shapes.append(Word(number_text(value), time, value, right=9, up=-4, bold=True))
    return Picture(_("His titres of three mornings and the target"), x, y, shapes)


def assay(case: Case, *, solved: bool) -> Picture:
    """Measurements of one true titre; solved, where 95 % of them fall."""
    cv, reach = populations.ASSAY_CV.value, assay_reach(case)
    sd = cv * AIM

    def shapes(_x: Axis, y: Axis) -> list[Shape]:
        drawn: list[Shape] = list(limit(AIM, y, _("true {titre}").format(titre=number_text(AIM))))
        told = _("SD {sd}").format(sd=number_text(sd, 1))
        drawn.append(Word(told, AIM - sd, normal(sd, sd), "own", "end", right=-8))
        if solved:
            drawn.insert(0, tail(AIM, sd, AIM - reach, AIM + reach, "own"))
            said = _("95 % within ± {reach}").format(reach=number_text(reach, 1))
            drawn.append(Word(said, AIM, 0, "ink", "middle", bold=True, up=14))
        return drawn

    says = _("Measurements of one true titre")
    return bell(says, _("Measured IgM, mg/dL"), AIM, sd, shapes)

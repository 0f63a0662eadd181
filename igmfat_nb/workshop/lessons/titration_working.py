"""Worked solutions of lesson 52, with the numbers of its cases."""

from functools import lru_cache

from igmfat_nb.bedside.answer import personalised_arm
from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import personalised_dose
from igmfat_nb.bedside.infusion import Dose
from igmfat_nb.case import Case
from igmfat_nb.courses.population import CLEARANCE, half_lives, pooled_half_life_days
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol import constants, populations, product
from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.titration import Prediction, decide, situation
from igmfat_nb.units import HOURS_PER_DAY, ML_PER_DL

RULE = DoseRule()
DAY_4_H = constants.STANDARD_DAYS.value * HOURS_PER_DAY
REACH_95 = 1.96  # standard deviations of a normal that hold 95 %


def second_day(case: Case) -> Dose:
    """The dose of the second morning, under our rule."""
    patient = case.patient(case.titres[1].time_h)
    return personalised_dose(patient.igm_mg_dl, patient, RULE)


def second_day_working(case: Case) -> list[str]:
    """Steps from the second titre to its dose."""
    patient = case.patient(case.titres[1].time_h)
    return list(personalised_arm(patient.igm_mg_dl, patient, RULE).working)


def _first_rise_mg_dl(case: Case) -> float:
    """What the balance expects of the first dose, all of it in plasma at once."""
    igm_mg = case.doses[0].volume_ml * product.IGM.value * RULE.recovery
    return igm_mg / (case.patient().plasma_volume_ml / ML_PER_DL)


def share_lost(case: Case) -> float:
    """Share of the expected rise that the next morning does not show [%]."""
    seen = case.titres[1].measured_mg_dl - case.titres[0].measured_mg_dl
    return 100 * (1 - seen / _first_rise_mg_dl(case))


def lost_working(case: Case) -> list[str]:
    """Steps from both rises to the share lost."""
    rise, first, second = _first_rise_mg_dl(case), *(t.measured_mg_dl for t in case.titres[:2])
    return [
        _("expected rise: {rise} mg/dL (the dose fills the deficit)").format(
            rise=number_text(rise, 1)
        ),
        _("seen the next morning: {second} − {first} = {seen} mg/dL").format(
            second=number_text(second), first=number_text(first), seen=number_text(second - first)
        ),
        _("lost: 1 − {seen} ÷ {rise} = {lost} %").format(
            seen=number_text(second - first),
            rise=number_text(rise, 1),
            lost=number_text(share_lost(case)),
        ),
    ]


def half_life(_case: Case) -> float:
    """Half-life under fast clearance, both pools in balance [days]."""
    return pooled_half_life_days(CLEARANCE["fast"].value)


def half_life_working(case: Case) -> list[str]:
    """Steps from healthy clearance to that half-life."""
    factor, share = CLEARANCE["fast"].value, populations.INTRAVASCULAR_SHARE.value
    per_day = populations.NATIVE_FRACTIONAL_CLEARANCE.value
    return [
        _("cleared from plasma: {healthy} × {factor} = {plasma} per day").format(
            healthy=number_text(per_day, 3),
            factor=number_text(factor, 1),
            plasma=number_text(per_day * factor, 2),
        ),
        _("of the whole pool: {share} × {plasma} = {pool} per day").format(
            share=number_text(share, 2),
            plasma=number_text(per_day * factor, 2),
            pool=number_text(share * per_day * factor, 2),
        ),
        _("ln 2 ÷ that = {half_life}").format(
            half_life=quantity_text(half_life(case), _("days"), 2)
        ),
        _(
            "Plasma and tissue are not in balance at once: on the curve the half-life is {hours} h"
            " over the first day and {days} days in the end."
        ).format(
            hours=number_text(half_lives(factor).first_day_h),
            days=number_text(half_lives(factor).terminal_days, 1),
        ),
    ]


def after_stop(case: Case) -> str:
    """What the arm gives once vasopressors have stopped."""
    return "nothing" if situation(case, DAY_4_H).stop() else "deficit"


def stop_working(case: Case) -> list[str]:
    """Why it stops."""
    return [situation(case, DAY_4_H).stop() or ""]


@lru_cache  # kept: a class of thirty asks the same of the same case
def _outlying_of(name: str) -> tuple[Prediction, ...]:
    return decide(teaching_case(name).case).outlying


def _outlying(case: Case) -> tuple[Prediction, ...]:
    return _outlying_of(case.subject)


def what_to_do(case: Case) -> str:
    """What is done with a titre outside its prediction interval."""
    return "again" if _outlying(case) else "believe"


def outlier_working(case: Case) -> list[str]:
    """The titre and its prediction interval."""
    line = _("{titre} at {time} h; its 99 % prediction interval was {low} to {high} mg/dL")
    return [
        line.format(
            titre=quantity_text(one.igm_mg_dl, "mg/dL"),
            time=number_text(one.time_h),
            low=number_text(one.low_mg_dl),
            high=number_text(one.high_mg_dl),
        )
        for one in _outlying(case)
    ]


def assay_reach(_case: Case) -> float:
    """Half the width that holds 95 % of measurements [mg/dL]."""
    return REACH_95 * populations.ASSAY_CV.value * constants.TARGET_TITRE.value


def assay_working(case: Case) -> list[str]:
    """Steps to that width."""
    return [
        _("{reach} × {cv} × {aim} mg/dL = ± {half_width} mg/dL").format(
            reach=number_text(REACH_95, 2),
            cv=number_text(populations.ASSAY_CV.value, 2),
            aim=number_text(constants.TARGET_TITRE.value),
            half_width=number_text(assay_reach(case), 1),
        )
    ]


def titres_of(case: Case) -> list[tuple[float, float]]:
    """Times [h] and titres [mg/dL]."""
    return [(one.time_h, one.measured_mg_dl) for one in case.titres]


def doses_h(case: Case) -> list[float]:
    """When each dose began [h]."""
    return [one.start_h for one in case.doses]


def interval_of(case: Case) -> tuple[float, float] | None:
    """The 99 % prediction interval of the outlying titre [mg/dL]."""
    found = _outlying(case)
    return (found[0].low_mg_dl, found[0].high_mg_dl) if found else None

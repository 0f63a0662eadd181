"""Lesson 52: what does a titre teach, and what comes next."""

from functools import lru_cache

from igmfat_nb.bedside.answer import personalised_arm
from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import personalised_dose
from igmfat_nb.bedside.infusion import Dose
from igmfat_nb.case import Case
from igmfat_nb.courses.population import CLEARANCE, half_lives, pooled_half_life_days
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol import constants, populations, product
from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.titration import Prediction, decide, situation
from igmfat_nb.units import HOURS_PER_DAY, ML_PER_DL
from igmfat_nb.workshop.question import ChoiceQuestion, Lesson, NumberQuestion, Option, Slip

RULE = DoseRule()
DAY_4_H = constants.STANDARD_DAYS.value * HOURS_PER_DAY
REACH_95 = 1.96  # standard deviations of a normal that hold 95 %


def _second_day(case: Case) -> Dose:
    patient = case.patient(case.titres[1].time_h)
    return personalised_dose(patient.igm_mg_dl, patient, RULE)


def _second_day_working(case: Case) -> list[str]:
    patient = case.patient(case.titres[1].time_h)
    return list(personalised_arm(patient.igm_mg_dl, patient, RULE).working)


def _first_rise_mg_dl(case: Case) -> float:
    """What the balance expects of the first dose, all of it in plasma at once."""
    igm_mg = case.doses[0].volume_ml * product.IGM.value * RULE.recovery
    return igm_mg / (case.patient().plasma_volume_ml / ML_PER_DL)


def _share_lost(case: Case) -> float:
    """Share of the expected rise that the next morning does not show [%]."""
    seen = case.titres[1].measured_mg_dl - case.titres[0].measured_mg_dl
    return 100 * (1 - seen / _first_rise_mg_dl(case))


def _lost_working(case: Case) -> list[str]:
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
            lost=number_text(_share_lost(case)),
        ),
    ]


def _half_life(_case: Case) -> float:
    return pooled_half_life_days(CLEARANCE["fast"].value)


def _half_life_working(case: Case) -> list[str]:
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
            half_life=quantity_text(_half_life(case), _("days"), 2)
        ),
        _(
            "Plasma and tissue are not in balance at once: on the curve the half-life is {hours} h"
            " over the first day and {days} days in the end."
        ).format(
            hours=number_text(half_lives(factor).first_day_h),
            days=number_text(half_lives(factor).terminal_days, 1),
        ),
    ]


def _after_stop(case: Case) -> str:
    return "nothing" if situation(case, DAY_4_H).stop() else "deficit"


def _stop_working(case: Case) -> list[str]:
    return [situation(case, DAY_4_H).stop() or ""]


@lru_cache
def _outlying_of(name: str) -> tuple[Prediction, ...]:
    return decide(teaching_case(name).case).outlying


def _outlying(case: Case) -> tuple[Prediction, ...]:
    """Kept: a class of thirty asks the same of the same case."""
    return _outlying_of(case.subject)


def _what_to_do(case: Case) -> str:
    return "again" if _outlying(case) else "believe"


def _outlier_working(case: Case) -> list[str]:
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


def _assay_reach(_case: Case) -> float:
    return REACH_95 * populations.ASSAY_CV.value * constants.TARGET_TITRE.value


def _assay_working(case: Case) -> list[str]:
    return [
        _("{reach} × {cv} × {aim} mg/dL = ± {half_width} mg/dL").format(
            reach=number_text(REACH_95, 2),
            cv=number_text(populations.ASSAY_CV.value, 2),
            aim=number_text(constants.TARGET_TITRE.value),
            half_width=number_text(_assay_reach(case), 1),
        )
    ]


TITRATION = Lesson(
    key="52",
    title=mark("What does a titre teach?"),
    aim=mark(
        "You can work out the next dose from a measured titre, say when the personalised arm ends,"
        " tell fast clearance from a wrong sample, and say how sure a titre is."
    ),
    minutes=30,
    questions=(
        NumberQuestion(
            key="52-second",
            case_name="vasopressors-stop-day-3",
            explorer="course",
            prompt=mark(
                "On the second morning her titre was 86 mg/dL; her plasma volume is 27.8 dL. What"
                " does our balance give on day 2 (target 100 mg/dL, recovery 0.9, 6 mg/mL)?"
            ),
            unit="mL",
            truth=lambda case: _second_day(case).volume_ml,
            tolerance=2.0,
            reason=mark("Only today's deficit counts: target minus this morning's titre."),
            slips=(
                Slip(
                    mark("yesterday's dose"),
                    lambda case: case.doses[0].volume_ml,
                    mark("That is yesterday's dose; the rule goes by this morning's titre."),
                ),
                Slip(
                    mark("no recovery"),
                    lambda case: _second_day(case).volume_ml * RULE.recovery,
                    mark("Recovery is missing: divide by 0.9."),
                ),
            ),
            hints=(
                mark("Deficit 14 mg/dL. What is that in mg of IgM?"),
                mark("14 × 27.8 ÷ 0.9 mg, at 6 mg in each mL."),
            ),
            working=_second_day_working,
        ),
        ChoiceQuestion(
            key="52-stop",
            case_name="vasopressors-stop-day-3",
            explorer="course",
            prompt=mark("What does the personalised arm give on the morning of day 4, at 72 h?"),
            options=(
                Option("nothing", mark("Nothing more"), ""),
                Option(
                    "deficit",
                    mark("What fills the deficit, until day 7"),
                    mark("seven days are the most; it ends when vasoactive drugs stop."),
                ),
                Option(
                    "standard",
                    mark("The standard dose"),
                    mark("a patient stays in the arm; and the standard arm ends after three days."),
                ),
            ),
            truth=_after_stop,
            reason=mark(
                "It doses until vasoactive drugs stop, at most seven days; hers stopped at 62 h."
            ),
            hints=(
                mark("Two things end the personalised arm. Which came first?"),
                mark("Noradrenaline stopped at 62 h; day 4 begins at 72 h."),
            ),
            working=_stop_working,
        ),
        NumberQuestion(
            key="52-lost",
            case_name="fast-clearance",
            explorer="course",
            prompt=mark(
                "The first dose was to raise his titre from 31 to 100 mg/dL. What"
                " share of that rise"
                " is missing the next morning, in per cent?"
            ),
            unit="%",
            truth=_share_lost,
            tolerance=2.0,
            reason=mark(
                "Seen rise over expected rise; what is missing was cleared or left plasma."
            ),
            slips=(
                Slip(
                    mark("what is left"),
                    lambda case: 100 - _share_lost(case),
                    mark("That is the share that is still there; the missing one is asked."),
                ),
                Slip(
                    mark("of the titre"),
                    lambda case: 100 - case.titres[1].measured_mg_dl,
                    mark("That counts from 100 mg/dL; the rise was only 69 mg/dL."),
                ),
            ),
            hints=(
                mark("Expected: 69 mg/dL. Seen: 63 − 31."),
                mark("32 of 69 mg/dL are there. Which share is not?"),
            ),
            working=_lost_working,
        ),
        NumberQuestion(
            key="52-half-life",
            case_name="fast-clearance",
            explorer="course",
            prompt=mark(
                "Healthy people clear 0.166 of their plasma IgM a day, and 82 % of all IgM is in"
                " plasma. Under the scenario “fast” clearance is 7.3 times as high. Which half-life"
                " follows, in days, if plasma and tissue are always in balance?"
            ),
            unit=mark("days"),
            truth=_half_life,
            tolerance=0.03,
            decimals=2,
            reason=mark("ln 2 over the share of the whole pool that is cleared each day."),
            slips=(
                Slip(
                    mark("without tissue"),
                    lambda case: _half_life(case) * populations.INTRAVASCULAR_SHARE.value,
                    mark(
                        "That is plasma alone; tissue refills it. Of the whole pool only"
                        " 0.82 × as much is cleared a day, so it lasts longer."
                    ),
                ),
                Slip(
                    mark("healthy"),
                    lambda _case: pooled_half_life_days(CLEARANCE["native"].value),
                    mark("That is the healthy half-life; here clearance is 7.3 times as high."),
                ),
            ),
            hints=(
                mark("Of all IgM, 0.166 × 0.82 is cleared a day in health."),
                mark("ln 2 = 0.693, over 0.166 × 0.82 × 7.3."),
            ),
            working=_half_life_working,
        ),
        ChoiceQuestion(
            key="52-surprise",
            case_name="surprising-titre",
            explorer="course",
            prompt=mark("What do you do with the 171 mg/dL?"),
            options=(
                Option(
                    "believe",
                    mark("Dose on it: he is above the target, so nothing today"),
                    mark("it lies far outside what this patient's course can explain."),
                ),
                Option(
                    "drop",
                    mark("Strike it out and go by yesterday's titre"),
                    mark("a number is never dropped silently; it may be right."),
                ),
                Option("again", mark("Keep it, ask how it was drawn, and draw again"), ""),
            ),
            truth=_what_to_do,
            reason=mark(
                "It lies outside its prediction interval: kept, flagged and asked about. A sample"
                " drawn during an infusion shows the infusion."
            ),
            hints=(
                mark("Could the last dose, 104 mL, have raised him to 171 mg/dL?"),
                mark("104 mL bring 624 mg of IgM to 40 dL: at most 16 mg/dL."),
            ),
            working=_outlier_working,
        ),
        NumberQuestion(
            key="52-assay",
            case_name="plain-eligible",
            explorer="course",
            prompt=mark(
                "A true titre of 100 mg/dL, an assay with CV 5 %: within ± how many"
                " mg/dL do 95 % of"
                " measurements fall?"
            ),
            unit="mg/dL",
            truth=_assay_reach,
            tolerance=0.5,
            decimals=1,
            reason=mark("1.96 standard deviations of a normal; one is 5 % of 100."),
            slips=(
                Slip(
                    mark("one SD"),
                    lambda _case: populations.ASSAY_CV.value * constants.TARGET_TITRE.value,
                    mark("That is one standard deviation: it holds 68 %, not 95 %."),
                ),
                Slip(
                    mark("whole width"),
                    lambda case: 2 * _assay_reach(case),
                    mark("That is the whole width of the interval; half of it is asked."),
                ),
            ),
            hints=(
                mark("The CV is the standard deviation over the mean."),
                mark("1.96 × 5 mg/dL."),
            ),
            working=_assay_working,
        ),
    ),
    take_home=(
        mark("The next dose goes by this morning's titre, not by yesterday's dose."),
        mark("Vasoactive drugs stop: the personalised arm stops. The standard arm does not ask."),
        mark("With fast clearance, today's deficit dose never keeps the target until tomorrow."),
        mark("A surprising titre is kept and asked about. Every titre is a measurement."),
    ),
)

"""Lesson 52: what does a titre teach, and what comes next."""

from igmfat_nb.courses.population import CLEARANCE, pooled_half_life_days
from igmfat_nb.language import mark
from igmfat_nb.protocol import constants, populations
from igmfat_nb.workshop.lessons import titration_pictures as pictures
from igmfat_nb.workshop.lessons.titration_working import (
    RULE,
    after_stop,
    assay_reach,
    assay_working,
    half_life,
    half_life_working,
    lost_working,
    outlier_working,
    second_day,
    second_day_working,
    share_lost,
    stop_working,
    what_to_do,
)
from igmfat_nb.workshop.question import ChoiceQuestion, Lesson, NumberQuestion, Option, Slip

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
            title=mark("The second morning"),
            case_name="vasopressors-stop-day-3",
            explorer="course",
            prompt=mark(
                "On the second morning her titre was 86 mg/dL; her plasma volume is 27.8 dL. What"
                " does our balance give on day 2 (target 100 mg/dL, recovery 0.9, 6 mg/mL)?"
            ),
            unit="mL",
            truth=lambda case: second_day(case).volume_ml,
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
                    lambda case: second_day(case).volume_ml * RULE.recovery,
                    mark("Recovery is missing: divide by 0.9."),
                ),
            ),
            hints=(
                mark("Deficit 14 mg/dL. What is that in mg of IgM?"),
                mark("14 × 27.8 ÷ 0.9 mg, at 6 mg in each mL."),
            ),
            working=second_day_working,
            point=mark("Each morning has its own deficit: yesterday is in it already."),
            figure=pictures.morning,
        ),
        ChoiceQuestion(
            key="52-stop",
            title=mark("When the arm ends"),
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
            truth=after_stop,
            reason=mark(
                "It doses until vasoactive drugs stop, at most seven days; hers stopped at 62 h."
            ),
            hints=(
                mark("Two things end the personalised arm. Which came first?"),
                mark("Noradrenaline stopped at 62 h; day 4 begins at 72 h."),
            ),
            working=stop_working,
            point=mark("The standard arm gives its three days whatever the vasopressors do."),
            figure=pictures.stop,
        ),
        NumberQuestion(
            key="52-lost",
            title=mark("A titre that does not hold"),
            case_name="fast-clearance",
            explorer="course",
            prompt=mark(
                "The first dose was to raise his titre from 31 to 100 mg/dL. What"
                " share of that rise"
                " is missing the next morning, in per cent?"
            ),
            unit="%",
            truth=share_lost,
            tolerance=2.0,
            reason=mark(
                "Seen rise over expected rise; what is missing was cleared or left plasma."
            ),
            slips=(
                Slip(
                    mark("what is left"),
                    lambda case: 100 - share_lost(case),
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
            working=lost_working,
            point=mark(
                "A rule that fills the deficit of the morning says nothing of what is lost by"
                " the next."
            ),
            figure=pictures.rise,
        ),
        NumberQuestion(
            key="52-half-life",
            title=mark("How fast it leaves"),
            case_name="fast-clearance",
            explorer="course",
            prompt=mark(
                "Healthy people clear 0.166 of their plasma IgM a day, and 82 % of all IgM is in"
                " plasma. Under the scenario “fast” clearance is 7.3 times as high. Which half-life"
                " follows, in days, if plasma and tissue are always in balance?"
            ),
            unit=mark("days"),
            truth=half_life,
            tolerance=0.03,
            decimals=2,
            reason=mark("ln 2 over the share of the whole pool that is cleared each day."),
            slips=(
                Slip(
                    mark("without tissue"),
                    lambda case: half_life(case) * populations.INTRAVASCULAR_SHARE.value,
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
            working=half_life_working,
            point=mark(
                "Half of a dose is gone before the next morning: then daily filling cannot hold"
                " the target."
            ),
            figure=pictures.decay,
        ),
        ChoiceQuestion(
            key="52-surprise",
            title=mark("An outlying titre"),
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
            truth=what_to_do,
            reason=mark(
                "It lies outside its prediction interval: kept, flagged and asked about. A sample"
                " drawn during an infusion shows the infusion."
            ),
            hints=(
                mark("Could the last dose, 104 mL, have raised him to 171 mg/dL?"),
                mark("104 mL bring 624 mg of IgM to 40 dL: at most 16 mg/dL."),
            ),
            working=outlier_working,
            point=mark("The number stays in the record; what it means is decided after asking."),
            figure=pictures.outlier,
        ),
        NumberQuestion(
            key="52-assay",
            title=mark("How sure a titre is"),
            case_name="plain-eligible",
            explorer="course",
            prompt=mark(
                "A true titre of 100 mg/dL, an assay with CV 5 %: within ± how many"
                " mg/dL do 95 % of"
                " measurements fall?"
            ),
            unit="mg/dL",
            truth=assay_reach,
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
                    lambda case: 2 * assay_reach(case),
                    mark("That is the whole width of the interval; half of it is asked."),
                ),
            ),
            hints=(
                mark("The CV is the standard deviation over the mean."),
                mark("1.96 × 5 mg/dL."),
            ),
            working=assay_working,
            point=mark("A titre two points off the target may be the target."),
            figure=pictures.assay,
            about_patient=False,
        ),
    ),
    take_home=(
        mark("The next dose goes by this morning's titre, not by yesterday's dose."),
        mark("Vasoactive drugs stop: the personalised arm stops. The standard arm does not ask."),
        mark("With fast clearance, today's deficit dose never keeps the target until tomorrow."),
        mark("An outlying titre is kept and asked about. Every titre is a measurement."),
    ),
)

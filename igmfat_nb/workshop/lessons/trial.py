"""Lesson 53: what can a trial show."""

from igmfat_nb.bedside.eligibility import chance_of_crossing
from igmfat_nb.case import Case
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import constants
from igmfat_nb.protocol.populations import MORTALITY_28_DAYS
from igmfat_nb.trial.sample_size import Comparison, detectable, patients_per_arm
from igmfat_nb.workshop.question import ChoiceQuestion, Lesson, NumberQuestion, Option, Slip

CONTROL, TREATED = MORTALITY_28_DAYS.value, 0.25  # the second is the exercise's
TRIALS = 1000
PLAN = Comparison(CONTROL, TREATED)


def _per_arm(_case: Case) -> float:
    return float(patients_per_arm(PLAN))


def _per_arm_working(case: Case) -> list[str]:
    variance = CONTROL * (1 - CONTROL) + TREATED * (1 - TREATED)
    return [
        _("variances: {p1} × {q1} + {p2} × {q2} = {variance}").format(
            p1=number_text(CONTROL, 3),
            q1=number_text(1 - CONTROL, 3),
            p2=number_text(TREATED, 3),
            q2=number_text(1 - TREATED, 3),
            variance=number_text(variance, 3),
        ),
        _("(1.96 + 0.84)² × {variance} ÷ {difference}² = {n} in each arm, rounded up").format(
            variance=number_text(variance, 3),
            difference=number_text(CONTROL - TREATED, 3),
            n=number_text(_per_arm(case)),
        ),
    ]


def _smallest_effect(_case: Case) -> float:
    treated = detectable(PLAN)
    return 100 * (CONTROL - (treated if treated is not None else CONTROL))


def _effect_working(case: Case) -> list[str]:
    return [
        _("{n} in each arm, power 80 %, two-sided 5 %").format(
            n=number_text(constants.SAMPLE_SIZE.value / 2)
        ),
        _("from {control} %, the smallest fall it can tell is {fall} percentage points").format(
            control=number_text(100 * CONTROL, 1), fall=number_text(_smallest_effect(case), 1)
        ),
    ]


def _false_alarms(_case: Case) -> float:
    return PLAN.alpha * TRIALS


def _alarms_working(case: Case) -> list[str]:
    return [
        _("{trials} × {alpha} = {alarms} trials").format(
            trials=number_text(TRIALS),
            alpha=number_text(PLAN.alpha, 2),
            alarms=number_text(_false_alarms(case)),
        )
    ]


def _strategies(_case: Case) -> str:
    return "strategies"


def _strategies_working(_case: Case) -> list[str]:
    return [
        _(
            "standard arm: 5 mL/kg on three days; personalised arm: by the titre, until"
            " vasopressors stop"
        ),
        _("no arm without IgM: its effect against none cannot be seen"),
    ]


def _time_bias(_case: Case) -> str:
    return "time"


def _time_working(_case: Case) -> list[str]:
    return [
        _("to reach the target takes a day or two; who dies on day 1 never reaches it"),
        _("so “reached” contains survivors by construction, also when the effect is zero"),
        _(
            "remedy: compare arms as randomised, or count from a fixed morning among those"
            " alive then"
        ),
    ]


def _chance_enters(case: Case) -> str:
    return "above" if chance_of_crossing(case.titres[0].measured_mg_dl) > 0 else "all"


def _chance_working(case: Case) -> list[str]:
    share = 100 * chance_of_crossing(case.titres[0].measured_mg_dl)
    return [
        _("measured {titre} mg/dL: a repeat crosses the limit in {share} %").format(
            titre=number_text(case.titres[0].measured_mg_dl), share=number_text(share)
        ),
        _("selected for low measurements, the group's true titres are a little higher"),
    ]


TRIAL = Lesson(
    key="53",
    title=mark("What can a trial show?"),
    aim=mark(
        "You can say how many patients a question takes, what 356 patients can and cannot tell,"
        " and see three traps: chance findings, immortal time, and regression to the mean."
    ),
    minutes=25,
    questions=(
        NumberQuestion(
            key="53-size",
            case_name="plain-eligible",
            explorer="sample size",
            prompt=mark(
                "Patients like him: 28-day mortality 36.7 % in one arm, and 25 % hoped for in the"
                " other. How many patients in each arm for a power of 80 % (two-sided 5 %, normal"
                " approximation, unpooled variance)?"
            ),
            unit=mark("patients"),
            truth=_per_arm,
            tolerance=4.0,
            reason=mark(
                "(1.96 + 0.84)² × the sum of both variances p(1 − p) over the difference²."
            ),
            slips=(
                Slip(
                    mark("both arms"),
                    lambda case: 2 * _per_arm(case),
                    mark("That is both arms together; one is asked."),
                ),
                Slip(
                    mark("one variance"),
                    lambda _case: (
                        (1.96 + 0.8416) ** 2 * CONTROL * (1 - CONTROL) / (CONTROL - TREATED) ** 2
                    ),
                    mark("Only the control arm's variance is in it; add the other arm's."),
                ),
            ),
            hints=(
                mark("n = (z₁ + z₂)² × [p₁(1 − p₁) + p₂(1 − p₂)] ÷ (p₁ − p₂)²."),
                mark("z₁ = 1.96, z₂ = 0.84; variances 0.232 + 0.188; difference 0.117."),
            ),
            working=_per_arm_working,
        ),
        NumberQuestion(
            key="53-effect",
            case_name="plain-eligible",
            explorer="sample size",
            prompt=mark(
                "The trial has 356 patients in two equal arms. With 36.7 % mortality"
                " in one arm, what"
                " is the smallest fall in the other that it can tell with a power of 80 %, in"
                " percentage points (%)?"
            ),
            unit="%",
            truth=_smallest_effect,
            tolerance=1.0,
            decimals=1,
            reason=mark("A smaller true difference is missed more often than one time in five."),
            slips=(
                Slip(
                    mark("mortality for difference"),
                    lambda case: 100 * CONTROL - _smallest_effect(case),
                    mark("That is the treated arm's mortality; the difference is asked."),
                ),
            ),
            hints=(
                mark("Solve the formula of the last question for the difference, with n = 178."),
                mark("2.8 × √(0.42 ÷ 178) is a good start."),
            ),
            working=_effect_working,
        ),
        NumberQuestion(
            key="53-alarms",
            case_name="plain-eligible",
            explorer="trial",
            prompt=mark(
                "Suppose the arms do not differ at all. Of 1,000 such trials, how many find"
                " p < 0.05, on average?"
            ),
            unit=mark("trials"),
            truth=_false_alarms,
            tolerance=2.0,
            reason=mark("That is what 5 % means: chance findings, half of them in favour."),
            slips=(
                Slip(
                    mark("none"),
                    lambda _case: 0.0,
                    mark("Without any effect p is below 0.05 in 5 % of trials all the same."),
                ),
                Slip(
                    mark("one-sided"),
                    lambda case: _false_alarms(case) / 2,
                    mark("Half: only those in favour of one arm. Both sides are asked."),
                ),
            ),
            hints=(
                mark("What is the definition of the significance level?"),
                mark("5 % of 1,000."),
            ),
            working=_alarms_working,
        ),
        ChoiceQuestion(
            key="53-question",
            case_name="plain-eligible",
            explorer="trial",
            prompt=mark("What does this trial compare?"),
            options=(
                Option(
                    "none",
                    mark("IgM-enriched immunoglobulin against none"),
                    mark("both arms get the product; there is no arm without it."),
                ),
                Option("strategies", mark("Two ways to dose the same product"), ""),
                Option(
                    "titres",
                    mark("Patients who reach 100 mg/dL against those who do not"),
                    mark("nobody is randomised to reach a titre; arms are randomised."),
                ),
            ),
            truth=_strategies,
            reason=mark(
                "Standard against titre-based dosing. It cannot show that IgM saves lives."
            ),
            hints=(
                mark("What does a patient in either arm get?"),
                mark("Both arms get the same product; only the dose differs."),
            ),
            working=_strategies_working,
        ),
        ChoiceQuestion(
            key="53-immortal",
            case_name="fast-clearance",
            explorer="trial",
            prompt=mark(
                "In a cohort, patients whose titre reached 100 mg/dL died less often"
                " than those whose"
                " titre did not. What follows?"
            ),
            options=(
                Option(
                    "effect",
                    mark("Reaching 100 mg/dL saves lives"),
                    mark(
                        "the early dead had no time to reach it; that alone makes the difference."
                    ),
                ),
                Option(
                    "dose",
                    mark("Doses should be raised until all reach it"),
                    mark("the comparison is not one of doses: it sorts patients by survival time."),
                ),
                Option("time", mark("Nothing yet: who dies early cannot reach it"), ""),
            ),
            truth=_time_bias,
            reason=mark(
                "Immortal time: reaching the target needs days alive. Compare arms, or landmarks."
            ),
            hints=(
                mark("When is a patient put into the group “reached”?"),
                mark("A patient who dies on day 1: which group?"),
            ),
            working=_time_working,
        ),
        ChoiceQuestion(
            key="53-regression",
            case_name="just-below-60",
            explorer="trial",
            prompt=mark(
                "Patients enter with a measured IgM below 60 mg/dL. What is true of"
                " the group's true"
                " titres, before any treatment?"
            ),
            options=(
                Option(
                    "all",
                    mark("All are below 60 mg/dL"),
                    mark("a measured 58 mg/dL can be a true 61: some are above."),
                ),
                Option(
                    "lower",
                    mark("On average they are lower than measured"),
                    mark("it is the other way round: low errors helped them in."),
                ),
                Option("above", mark("A few are above, and a repeat rises a little by itself"), ""),
            ),
            truth=_chance_enters,
            reason=mark("Regression to the mean: whoever is selected by a low measurement rises."),
            hints=(
                mark("A measurement is truth plus error. Whom does a limit select?"),
                mark("Low errors get over the line more easily than high ones."),
            ),
            working=_chance_working,
        ),
    ),
    take_home=(
        mark("356 patients tell about 14 percentage points; smaller effects stay in the fog."),
        mark("One in twenty trials of nothing is significant."),
        mark("The trial compares two ways to dose. Clinical effects here are zero unless stated."),
        mark("Never compare those who reached a titre with those who did not."),
    ),
)

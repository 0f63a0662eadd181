"""Lesson 53: what can a trial show."""

from igmfat_nb.language import mark
from igmfat_nb.workshop.lessons import trial_pictures as pictures
from igmfat_nb.workshop.lessons.trial_working import (
    CONTROL,
    TREATED,
    alarms_working,
    chance_enters,
    chance_working,
    effect_working,
    false_alarms,
    per_arm,
    per_arm_working,
    smallest_effect,
    strategies,
    strategies_working,
    time_bias,
    time_working,
)
from igmfat_nb.workshop.question import ChoiceQuestion, Lesson, NumberQuestion, Option, Slip

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
            title=mark("How many patients"),
            case_name="plain-eligible",
            explorer="sample size",
            prompt=mark(
                "Patients like him: 28-day mortality 36.7 % in one arm, and 25 % hoped for in the"
                " other. How many patients in each arm for a power of 80 % (two-sided 5 %, normal"
                " approximation, unpooled variance)?"
            ),
            unit=mark("patients"),
            truth=per_arm,
            tolerance=4.0,
            reason=mark(
                "(1.96 + 0.84)² × the sum of both variances p(1 − p) over the difference²."
            ),
            slips=(
                Slip(
                    mark("both arms"),
                    lambda case: 2 * per_arm(case),
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
            working=per_arm_working,
            point=mark(
                "The size follows from the difference hoped for: half the difference takes about"
                " four times the patients."
            ),
            figure=pictures.sizes,
        ),
        NumberQuestion(
            key="53-effect",
            title=mark("What 356 patients can tell"),
            case_name="plain-eligible",
            explorer="sample size",
            prompt=mark(
                "The trial has 356 patients in two equal arms. With 36.7 % mortality"
                " in one arm, what"
                " is the smallest fall in the other that it can tell with a power of 80 %, in"
                " percentage points (%)?"
            ),
            unit="%",
            truth=smallest_effect,
            tolerance=1.0,
            decimals=1,
            reason=mark("A smaller true difference is missed more often than one time in five."),
            slips=(
                Slip(
                    mark("mortality for difference"),
                    lambda case: 100 * CONTROL - smallest_effect(case),
                    mark("That is the treated arm's mortality; the difference is asked."),
                ),
            ),
            hints=(
                mark("Solve the formula of the last question for the difference, with n = 178."),
                mark("2.8 × √(0.42 ÷ 178) is a good start."),
            ),
            working=effect_working,
            point=mark(
                "No significant difference is not no difference: a smaller one is mostly missed."
            ),
            figure=pictures.falls,
            about_patient=False,
        ),
        NumberQuestion(
            key="53-alarms",
            title=mark("Chance findings"),
            case_name="plain-eligible",
            explorer="trial",
            prompt=mark(
                "Suppose the arms do not differ at all. Of 1,000 such trials, how many find"
                " p < 0.05, on average?"
            ),
            unit=mark("trials"),
            truth=false_alarms,
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
                    lambda case: false_alarms(case) / 2,
                    mark("Half: only those in favour of one arm. Both sides are asked."),
                ),
            ),
            hints=(
                mark("What is the definition of the significance level?"),
                mark("5 % of 1,000."),
            ),
            working=alarms_working,
            point=mark("Where nothing differs every p value is as likely as any other."),
            figure=pictures.p_values,
            about_patient=False,
        ),
        ChoiceQuestion(
            key="53-question",
            title=mark("What is compared"),
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
            truth=strategies,
            reason=mark(
                "Standard against titre-based dosing. It cannot show that IgM saves lives."
            ),
            hints=(
                mark("What does a patient in either arm get?"),
                mark("Both arms get the same product; only the dose differs."),
            ),
            working=strategies_working,
            point=mark("A trial answers the question that its arms ask, and no other."),
            figure=pictures.two_strategies,
            about_patient=False,
        ),
        ChoiceQuestion(
            key="53-immortal",
            title=mark("Who reached the target"),
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
            truth=time_bias,
            reason=mark(
                "Immortal time: reaching the target needs days alive. Compare arms, or landmarks."
            ),
            hints=(
                mark("When is a patient put into the group “reached”?"),
                mark("A patient who dies on day 1: which group?"),
            ),
            working=time_working,
            point=mark(
                "The groups were made by what happened after the start: compare what was"
                " randomised."
            ),
            figure=pictures.stays,
            about_patient=False,
        ),
        ChoiceQuestion(
            key="53-regression",
            title=mark("Chosen by a low measurement"),
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
            truth=chance_enters,
            reason=mark("Regression to the mean: whoever is selected by a low measurement rises."),
            hints=(
                mark("A measurement is truth plus error. Whom does a limit select?"),
                mark("Low errors get over the line more easily than high ones."),
            ),
            working=chance_working,
            point=mark("Without a comparison group this rise looks like an effect of treatment."),
            figure=pictures.selected,
        ),
    ),
    take_home=(
        mark("356 patients tell about 14 percentage points; smaller effects stay in the fog."),
        mark("One in twenty trials of nothing is significant."),
        mark("The trial compares two ways to dose. Clinical effects here are zero unless stated."),
        mark("Never compare those who reached a titre with those who did not."),
    ),
)

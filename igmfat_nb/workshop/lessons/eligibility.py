"""Lesson 50: would the protocol include this patient, and why."""

from igmfat_nb.language import mark
from igmfat_nb.units import CM_PER_M
from igmfat_nb.workshop.lessons import eligibility_pictures as pictures
from igmfat_nb.workshop.lessons.eligibility_working import (
    VERDICTS,
    bmi_of,
    bmi_working,
    crossing,
    crossing_working,
    first_titre,
    stop_working,
    titre_working,
    verdict,
    verdict_working,
    what_stops,
)
from igmfat_nb.workshop.question import ChoiceQuestion, Lesson, NumberQuestion, Option, Slip

ELIGIBILITY = Lesson(
    key="50",
    title=mark("Who is eligible?"),
    aim=mark(
        "You can say of a patient whether the protocol would include them, name the criterion that"
        " decides, and say how sure a titre near the limit is."
    ),
    minutes=25,
    questions=(
        ChoiceQuestion(
            key="50-plain",
            title=mark("A man with pneumonia"),
            case_name="plain-eligible",
            prompt=mark("Would the protocol include this patient?"),
            options=VERDICTS,
            truth=verdict,
            reason=mark("All inclusion criteria hold and no exclusion criterion does."),
            hints=(
                mark("Three inclusion criteria: age, septic shock for less than 24 h, IgM."),
                mark("IgM must be strictly below 60 mg/dL; his is 38 mg/dL."),
            ),
            working=verdict_working,
            point=mark(
                "All three inclusion criteria hold: age, shock for less than 24 h, IgM below"
                " 60 mg/dL."
            ),
            figure=pictures.below_the_limit,
        ),
        NumberQuestion(
            key="50-unit",
            title=mark("A laboratory that reports g/L"),
            case_name="titre-in-g-per-l",
            prompt=mark("What is his IgM in the protocol's unit, mg/dL?"),
            unit="mg/dL",
            truth=first_titre,
            tolerance=0.5,
            reason=mark("1 g/L is 100 mg/dL; the protocol counts in mg/dL."),
            slips=(
                Slip(
                    mark("divided by 10"),
                    lambda case: first_titre(case) / 10,
                    mark("A litre has ten decilitres, but a gram has 1,000 milligrams: × 100."),
                ),
            ),
            hints=(
                mark("A gram is 1,000 mg, and a litre is 10 dL."),
                mark("1 g/L = 1,000 mg / 10 dL = 100 mg/dL."),
            ),
            working=titre_working,
            point=mark(
                "A titre is never guessed from its size: typed as 0.42 mg/dL it is refused."
            ),
            figure=pictures.two_units,
        ),
        ChoiceQuestion(
            key="50-above",
            title=mark("Two points above the limit"),
            case_name="just-above-60",
            prompt=mark("Would the protocol include this patient?"),
            options=(
                Option(
                    "eligible",
                    mark("Eligible"),
                    mark("60 mg/dL is a strict limit: 62 is not below it."),
                ),
                Option("not eligible", mark("Not eligible"), ""),
                Option(
                    "cannot tell",
                    mark("Cannot tell yet: measure again until it is clear"),
                    mark(
                        "the measured titre decides. Repeating it until it fits would select"
                        " patients by chance."
                    ),
                ),
            ),
            truth=verdict,
            reason=mark("IgM must be strictly below 60 mg/dL when it was drawn."),
            hints=(
                mark("Compare the titre with the inclusion criterion."),
                mark("Is 62 mg/dL below 60 mg/dL?"),
            ),
            working=verdict_working,
            point=mark(
                "Measuring again until the number fits is not screening; it selects by chance."
            ),
            figure=pictures.above_the_limit,
        ),
        NumberQuestion(
            key="50-crossing",
            title=mark("Two points below the limit"),
            case_name="just-below-60",
            prompt=mark(
                "Her titre is measured again, with an assay of CV 5 %. How often, about, does the"
                " repeat fall on the other side of the limit?"
            ),
            unit="%",
            truth=crossing,
            tolerance=6.0,
            reason=mark(
                "Both measurements err: the difference has √2 times the SD of one, and the limit"
                " is only half of that away."
            ),
            slips=(
                Slip(
                    mark("never"),
                    lambda _case: 0.0,
                    mark("A titre is a measurement: 58 mg/dL ± 3 reaches across the limit."),
                ),
                Slip(
                    mark("half"),
                    lambda _case: 50.0,
                    mark("Half would be right only exactly at the limit; 58 is a little away."),
                ),
            ),
            hints=(
                mark("The SD of one measurement is 5 % of 58, about 3 mg/dL."),
                mark("A difference of two has SD √2 × 2.9 = 4.1; 2 mg/dL is 0.5 SD. Normal tail?"),
            ),
            working=crossing_working,
            point=mark(
                "A limit is sharp, a titre is not. The first measured titre decides; do not"
                " repeat to choose."
            ),
            figure=pictures.repeat,
        ),
        NumberQuestion(
            key="50-bmi",
            title=mark("A body mass index above 40"),
            case_name="bmi-above-40",
            prompt=mark("What is his body mass index?"),
            unit="kg/m²",
            truth=bmi_of,
            tolerance=0.2,
            decimals=1,
            reason=mark("Weight in kg divided by the square of the height in metres."),
            slips=(
                Slip(
                    mark("not squared"),
                    lambda case: case.weight_kg / (case.height_cm / CM_PER_M),
                    mark("The height was not squared."),
                ),
                Slip(
                    mark("height over weight"),
                    lambda case: (case.height_cm / CM_PER_M) ** 2 / case.weight_kg,
                    mark("That is height² over weight; it is the other way round."),
                ),
            ),
            hints=(
                mark("kg/m²: the unit is the formula."),
                mark("125 divided by 1.70 × 1.70."),
            ),
            working=bmi_working,
            point=mark("The trial excludes above 40 kg/m²; his index decides, whatever his titre."),
            figure=pictures.height_and_weight,
        ),
        ChoiceQuestion(
            key="50-iga",
            title=mark("A known IgA deficiency"),
            case_name="iga-deficiency",
            prompt=mark("What holds for the product in this patient?"),
            options=(
                Option(
                    "dose",
                    mark("It can be given outside the trial at the standard dose"),
                    mark("the label's contraindication does not depend on a trial."),
                ),
                Option(
                    "slow",
                    mark("It can be given slowly, with premedication"),
                    mark("the label knows no such exception for IgA deficiency with antibodies."),
                ),
                Option("label", mark("No dose: the label contraindicates it"), ""),
            ),
            truth=what_stops,
            reason=mark(
                "The product contains IgA. The label's contraindications are asked apart from the"
                " trial's criteria, and yes to one stops both doses."
            ),
            hints=(
                mark("Look at what the product contains besides IgM."),
                mark("6 mg/mL of it is IgA; anaphylaxis is possible."),
            ),
            working=stop_working,
            point=mark(
                "The trial excludes her as well, but the stop of the label comes first and"
                " stands alone."
            ),
            figure=pictures.what_one_ml_holds,
        ),
        ChoiceQuestion(
            key="50-missing",
            title=mark("A form half filled in"),
            case_name="answers-missing",
            prompt=mark("Would the protocol include this patient now?"),
            options=(
                Option(
                    "eligible",
                    mark("Eligible: nothing speaks against it"),
                    mark("an answer that is missing is not an answer that helps."),
                ),
                Option(
                    "not eligible",
                    mark("Not eligible: not everything is answered"),
                    mark("unknown is not no; nothing bars him so far."),
                ),
                Option("cannot tell", mark("Cannot tell yet"), ""),
            ),
            truth=verdict,
            reason=mark("Unknown is neither yes nor no; the missing answers are listed."),
            hints=(
                mark("Which questions of the form does the story leave open?"),
                mark("Cause of shock, earlier immunoglobulin, consent: unknown."),
            ),
            working=verdict_working,
            point=mark("An open question is asked, not answered by guessing."),
            figure=pictures.form,
        ),
    ),
    take_home=(
        mark("The measured titre decides: strictly below 60 mg/dL."),
        mark("Near the limit a repeat often falls on the other side; do not repeat to choose."),
        mark("Unknown is not no. Ask the label's contraindications first and apart."),
        mark("g/L × 100 = mg/dL. Always write the unit."),
    ),
)

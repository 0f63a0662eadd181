"""Lesson 51: how does each arm dose."""

from igmfat_nb.bedside.infusion import label_rate_ml_h
from igmfat_nb.language import mark
from igmfat_nb.protocol import constants, product
from igmfat_nb.units import MG_PER_G
from igmfat_nb.workshop.lessons import dosing_pictures as pictures
from igmfat_nb.workshop.lessons.dosing_working import (
    RULE,
    both_lines,
    day_lines,
    hours_lines,
    larger_arm,
    personalised_lines,
    personalised_today,
    protein_lines,
    rate_lines,
    standard_lines,
    standard_today,
)
from igmfat_nb.workshop.lessons.mistakes import balance_ml, refill_ml
from igmfat_nb.workshop.question import ChoiceQuestion, Lesson, NumberQuestion, Option, Slip

DOSING = Lesson(
    key="51",
    title=mark("How does each arm dose?"),
    aim=mark(
        "You can work out today's dose of both arms by hand, with its rate and duration, and say"
        " which part is the trial's, which the label's, and which an assumption of this software."
    ),
    minutes=30,
    questions=(
        NumberQuestion(
            key="51-protein",
            title=mark("Protein of the standard dose"),
            case_name="plain-eligible",
            prompt=mark("Standard arm: how much protein does he get today, in grams?"),
            unit="g",
            truth=lambda case: standard_today(case).protein_mg / MG_PER_G,
            tolerance=0.1,
            decimals=1,
            reason=mark("The trial gives 250 mg of protein per kg of actual weight and day."),
            slips=(
                Slip(
                    mark("three days"),
                    lambda case: (
                        standard_today(case).protein_mg / MG_PER_G * constants.STANDARD_DAYS.value
                    ),
                    mark("That is the whole course of three days; today's dose is asked."),
                ),
                Slip(
                    mark("IgM for protein"),
                    lambda case: standard_today(case).igm_mg / MG_PER_G,
                    mark("That is the IgM in the dose; the dose is stated as protein."),
                ),
            ),
            hints=(
                mark("250 mg/kg a day, by actual weight."),
                mark("250 mg/kg × 80 kg is in milligrams; a gram is 1,000 mg."),
            ),
            working=protein_lines,
            point=mark("The standard dose follows actual weight alone; the titre plays no part."),
            figure=pictures.protein,
        ),
        NumberQuestion(
            key="51-volume",
            title=mark("From protein to volume"),
            case_name="plain-eligible",
            prompt=mark("How many millilitres of the product is that?"),
            unit="mL",
            truth=lambda case: standard_today(case).volume_ml,
            tolerance=1.0,
            reason=mark("The product holds 50 mg of protein in each mL."),
            slips=(
                Slip(
                    mark("strength of IgM"),
                    lambda case: standard_today(case).protein_mg / product.IGM.value,
                    mark("6 mg/mL is the IgM in it; the dose is protein, 50 mg/mL."),
                ),
                Slip(
                    mark("three days"),
                    lambda case: standard_today(case).volume_ml * constants.STANDARD_DAYS.value,
                    mark("That is the whole course of three days; today's dose is asked."),
                ),
            ),
            hints=(
                mark("Divide the protein by what one mL holds."),
                mark("20,000 mg ÷ 50 mg/mL."),
            ),
            working=standard_lines,
            point=mark("Always say which: a dose in mg is protein, not IgM."),
            figure=pictures.volume,
        ),
        NumberQuestion(
            key="51-rate",
            title=mark("How fast it runs"),
            case_name="plain-eligible",
            prompt=mark("At the label rate, how fast does it run, in mL/h?"),
            unit="mL/h",
            truth=lambda case: standard_today(case).rate_ml_h,
            tolerance=0.5,
            decimals=1,
            reason=mark(
                "The label gives 0.4 mL per kg and hour; the trial's rate could not be read."
            ),
            slips=(
                Slip(
                    mark("not times weight"),
                    lambda _case: product.LABEL_RATE.value,
                    mark("That is the rate for each kilogram; it is not yet times his weight."),
                ),
                Slip(
                    mark("over 24 h"),
                    lambda case: standard_today(case).volume_ml / 24,
                    mark("That spreads the dose over a day; the label states a rate per kilogram."),
                ),
            ),
            hints=(
                mark("The label's rate is per kilogram and hour."),
                mark("0.4 mL/kg/h × 80 kg."),
            ),
            working=rate_lines,
            point=mark("A rate per kilogram is not a rate: multiply it by the weight."),
            figure=pictures.rate,
        ),
        NumberQuestion(
            key="51-hours",
            title=mark("How long it runs"),
            case_name="plain-eligible",
            prompt=mark("How long does the standard dose run?"),
            unit="h",
            truth=lambda case: standard_today(case).duration_h,
            tolerance=0.2,
            decimals=1,
            reason=mark("Volume divided by rate; in every standard dose 5 mL/kg ÷ 0.4 mL/kg/h."),
            slips=(
                Slip(
                    mark("the other way round"),
                    lambda case: standard_today(case).rate_ml_h / standard_today(case).volume_ml,
                    mark("That is rate ÷ volume; it is the other way round."),
                ),
            ),
            hints=(mark("Volume ÷ rate."), mark("400 mL ÷ 32 mL/h.")),
            working=hours_lines,
            point=mark("Weight cancels out: every standard dose at the label rate runs as long."),
            figure=pictures.infusion,
        ),
        NumberQuestion(
            key="51-balance",
            title=mark("The personalised dose"),
            case_name="plain-eligible",
            prompt=mark(
                "Personalised arm, by the mass balance that this software assumes: his plasma"
                " volume is 37.6 dL (Nadler), the target 100 mg/dL, recovery 0.9, and the product"
                " contains 6 mg of IgM in each mL. How many mL today?"
            ),
            unit="mL",
            truth=lambda case: personalised_today(case).volume_ml,
            tolerance=3.0,
            reason=mark(
                "Deficit × plasma volume ÷ recovery ÷ 6 mg/mL. The trial's own equation is in no"
                " text that could be read."
            ),
            slips=(
                Slip(
                    mark("no recovery"),
                    lambda case: balance_ml(case, recovery=1.0),
                    mark(
                        "Recovery is missing: of what is given, 0.9 is found in"
                        " plasma; divide by it."
                    ),
                ),
                Slip(
                    mark("times recovery"),
                    lambda case: balance_ml(case, recovery=1 / RULE.recovery),
                    mark("Multiplied by recovery; more must be given, so divide by it."),
                ),
                Slip(
                    mark("strength of protein"),
                    lambda case: balance_ml(case, strength=product.PROTEIN.value),
                    mark("50 mg/mL is all protein; the deficit is of IgM, 6 mg/mL."),
                ),
                Slip(
                    mark("titre for deficit"),
                    refill_ml,
                    mark("That is a dose for the titre itself; the deficit is target − titre."),
                ),
            ),
            hints=(
                mark(
                    "Deficit = target − titre, in mg/dL. Times plasma volume in dL gives mg of IgM."
                ),
                mark("62 mg/dL × 37.6 dL ÷ 0.9 = 2,588 mg of IgM."),
            ),
            working=personalised_lines,
            point=mark(
                "For him the two arms differ little on the first day; the titre, not the weight,"
                " leads this dose."
            ),
            figure=pictures.deficit,
        ),
        ChoiceQuestion(
            key="51-obesity",
            title=mark("A heavy patient"),
            case_name="obesity",
            prompt=mark("Which arm gives him more today?"),
            options=(
                Option("standard", mark("The standard arm"), ""),
                Option(
                    "personalised",
                    mark("The personalised arm"),
                    mark("plasma volume grows much slower than weight; 5 mL/kg does not."),
                ),
            ),
            truth=larger_arm,
            reason=mark(
                "The standard dose is 5 mL for every kilogram of actual weight; plasma volume per"
                " kilogram falls as weight rises."
            ),
            hints=(
                mark("What does each arm's volume grow with?"),
                mark("Standard: 118 kg × 5 mL/kg. Balance: 60 mg/dL × 42.8 dL ÷ 0.9 ÷ 6 mg/mL."),
            ),
            working=both_lines,
            point=mark(
                "The heavier the patient, the further the standard dose runs ahead of plasma"
                " volume."
            ),
            figure=pictures.both_arms,
        ),
        NumberQuestion(
            key="51-low",
            title=mark("Hardly any IgM"),
            case_name="very-low-titre",
            prompt=mark(
                "Plasma volume 39.2 dL. How many mL per kg of body weight does our"
                " personalised rule"
                " give today?"
            ),
            unit="mL/kg",
            truth=lambda case: personalised_today(case).volume_ml_per_kg,
            tolerance=0.1,
            decimals=2,
            reason=mark("The whole volume of the balance divided by his weight."),
            slips=(
                Slip(
                    mark("standard dose"),
                    lambda case: standard_today(case).volume_ml_per_kg,
                    mark("5 mL/kg is the standard arm, whatever the titre."),
                ),
                Slip(
                    mark("not per kilogram"),
                    lambda case: personalised_today(case).volume_ml,
                    mark("That is the volume; divide it by his weight."),
                ),
            ),
            hints=(
                mark("First the volume by the balance, then per kilogram."),
                mark("88 × 39.2 ÷ 0.9 ÷ 6 mL, over 78 kg."),
            ),
            working=personalised_lines,
            point=mark("The arms part on the first day where the deficit is large."),
            figure=pictures.per_kilogram,
        ),
        NumberQuestion(
            key="51-day",
            title=mark("More than a day can hold"),
            case_name="beyond-a-day",
            prompt=mark(
                "At the label rate, what is the largest volume that fits into 24 h for him?"
            ),
            unit="mL",
            truth=lambda case: personalised_today(case).largest_volume_24_h_ml,
            tolerance=5.0,
            reason=mark("0.4 mL/kg/h × 24 h is 9.6 mL/kg; times his weight."),
            slips=(
                Slip(
                    mark("the rule's dose"),
                    lambda case: personalised_today(case).volume_ml,
                    mark(
                        "That is what the rule asks for; at the label rate it takes"
                        " longer than a day."
                    ),
                ),
                Slip(
                    mark("one hour"),
                    lambda case: float(label_rate_ml_h(case.weight_kg)),
                    mark("That is one hour's volume; a day has 24."),
                ),
            ),
            hints=(
                mark("Rate first, then 24 hours of it."),
                mark("0.4 × 52 = 20.8 mL/h."),
            ),
            working=day_lines,
            point=mark(
                "The software says that the dose does not fit and cuts nothing: what to do is a"
                " decision."
            ),
            figure=pictures.one_day,
        ),
    ),
    take_home=(
        mark("Standard: 250 mg/kg = 5 mL/kg on three days; the dose is protein, not IgM."),
        mark(
            "Personalised: target, daily dose and end are the trial's; the equation here is ours."
        ),
        mark("Weight determines the standard dose, titre and plasma volume the personalised one."),
        mark(
            "The maximum labelled rate limits a day to 9.6 mL/kg. The software warns and does"
            " not reduce the dose."
        ),
    ),
)

"""Lesson 50: would the protocol include this patient, and why."""

from igmfat_nb.bedside.eligibility import (
    CriterionResult,
    Findings,
    assess,
    chance_of_crossing,
    stop_sentence,
)
from igmfat_nb.bedside.patient import bmi
from igmfat_nb.case import Case
from igmfat_nb.language import _, mark
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.constants import ENROLMENT_TITRE, MAXIMUM_BMI
from igmfat_nb.protocol.populations import ASSAY_CV
from igmfat_nb.units import CM_PER_M, MG_DL_PER_G_L
from igmfat_nb.workshop.question import ChoiceQuestion, Lesson, NumberQuestion, Option, Slip

INCLUSION = "Inclusion"  # where the register says it


def _verdict(case: Case) -> str:
    return assess(Findings.of(case.patient()), case.criteria).verdict


def _verdict_working(case: Case) -> list[str]:
    found = assess(Findings.of(case.patient()), case.criteria)
    deciding = [*found.barring, *found.missing] or [
        line for line in found.lines if line.statement.locator == INCLUSION
    ]
    verdict = next(option.text for option in VERDICTS if option.key == found.verdict)
    return [*map(_criterion_line, deciding), _("verdict: {verdict}").format(verdict=_(verdict))]


def _criterion_line(line: CriterionResult) -> str:
    return _("{criterion}: {answer} ({reason})").format(
        criterion=_(line.statement.wording), answer=_(line.answer), reason=line.reason
    )


def _bmi(case: Case) -> float:
    return bmi(case.weight_kg, case.height_cm)


def _bmi_working(case: Case) -> list[str]:
    return [
        _("{weight} kg ÷ ({height} m)² = {bmi} kg/m²").format(
            weight=number_text(case.weight_kg),
            height=number_text(case.height_cm / CM_PER_M, 2),
            bmi=number_text(_bmi(case), 1),
        ),
        _("excluded above {limit} kg/m²").format(limit=number_text(MAXIMUM_BMI.value)),
    ]


def _titre(case: Case) -> float:
    return float(case.titres[0].measured_mg_dl)


def _titre_working(case: Case) -> list[str]:
    return [
        _("{grams} g/L × {factor} = {titre} mg/dL").format(
            grams=number_text(_titre(case) / MG_DL_PER_G_L, 2),
            factor=number_text(MG_DL_PER_G_L),
            titre=number_text(_titre(case), 1),
        )
    ]


def _crossing(case: Case) -> float:
    return 100 * chance_of_crossing(_titre(case))


def _crossing_working(case: Case) -> list[str]:
    titre, limit, cv = _titre(case), ENROLMENT_TITRE.value, ASSAY_CV.value
    sd = 2**0.5 * cv * titre
    return [
        _("SD of a difference of two measurements: √2 × {cv} × {titre} = {sd} mg/dL").format(
            cv=number_text(cv, 2), titre=number_text(titre), sd=number_text(sd, 1)
        ),
        _("distance to the limit: {distance} mg/dL = {share} SD").format(
            distance=number_text(limit - titre), share=number_text((limit - titre) / sd, 2)
        ),
        _("normal tail beyond it: {tail} %").format(tail=number_text(_crossing(case))),
    ]


def _what_stops(case: Case) -> str:
    return "label" if stop_sentence(case.criteria) else "dose"


def _stop_working(case: Case) -> list[str]:
    return [stop_sentence(case.criteria) or ""]


VERDICTS = (
    Option(
        "eligible",
        mark("Eligible"),
        mark("go through the criteria once more; one of them is not answered with yes."),
    ),
    Option(
        "not eligible",
        mark("Not eligible"),
        mark("no criterion is answered in a way that bars this patient."),
    ),
    Option(
        "cannot tell",
        mark("Cannot tell yet"),
        mark("all that is needed for a verdict is known; nothing decisive is open."),
    ),
)

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
            case_name="plain-eligible",
            prompt=mark("Would the protocol include this patient?"),
            options=VERDICTS,
            truth=_verdict,
            reason=mark("All inclusion criteria hold and no exclusion criterion does."),
            hints=(
                mark("Three inclusion criteria: age, septic shock for less than 24 h, IgM."),
                mark("IgM must be strictly below 60 mg/dL; his is 38 mg/dL."),
            ),
            working=_verdict_working,
        ),
        NumberQuestion(
            key="50-unit",
            case_name="titre-in-g-per-l",
            prompt=mark("What is his IgM in the protocol's unit, mg/dL?"),
            unit="mg/dL",
            truth=_titre,
            tolerance=0.5,
            reason=mark("1 g/L is 100 mg/dL; the protocol counts in mg/dL."),
            slips=(
                Slip(
                    mark("divided by 10"),
                    lambda case: _titre(case) / 10,
                    mark("A litre has ten decilitres, but a gram has 1,000 milligrams: × 100."),
                ),
            ),
            hints=(
                mark("A gram is 1,000 mg, and a litre is 10 dL."),
                mark("1 g/L = 1,000 mg / 10 dL = 100 mg/dL."),
            ),
            working=_titre_working,
        ),
        ChoiceQuestion(
            key="50-above",
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
            truth=_verdict,
            reason=mark("IgM must be strictly below 60 mg/dL when it was drawn."),
            hints=(
                mark("Compare the titre with the inclusion criterion."),
                mark("Is 62 mg/dL below 60 mg/dL?"),
            ),
            working=_verdict_working,
        ),
        NumberQuestion(
            key="50-crossing",
            case_name="just-below-60",
            prompt=mark(
                "Suppose her titre is measured a second time, with an assay of CV 5 %. How often,"
                " about, does the repeat fall on the other side of the limit, in per cent?"
            ),
            unit="%",
            truth=_crossing,
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
            working=_crossing_working,
        ),
        NumberQuestion(
            key="50-bmi",
            case_name="bmi-above-40",
            prompt=mark("What is his body mass index?"),
            unit="kg/m²",
            truth=_bmi,
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
            working=_bmi_working,
        ),
        ChoiceQuestion(
            key="50-iga",
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
            truth=_what_stops,
            reason=mark(
                "The product contains IgA. The label's contraindications are asked apart from the"
                " trial's criteria, and yes to one stops both doses."
            ),
            hints=(
                mark("Look at what the product contains besides IgM."),
                mark("6 mg/mL of it is IgA; anaphylaxis is possible."),
            ),
            working=_stop_working,
        ),
        ChoiceQuestion(
            key="50-missing",
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
            truth=_verdict,
            reason=mark("Unknown is neither yes nor no; the missing answers are listed."),
            hints=(
                mark("Which questions of the form does the story leave open?"),
                mark("Cause of shock, earlier immunoglobulin, consent: unknown."),
            ),
            working=_verdict_working,
        ),
    ),
    take_home=(
        mark("The measured titre decides: strictly below 60 mg/dL."),
        mark("Near the limit a repeat often falls on the other side; do not repeat to choose."),
        mark("Unknown is not no. Ask the label's contraindications first and apart."),
        mark("g/L × 100 = mg/dL. Always write the unit."),
    ),
)

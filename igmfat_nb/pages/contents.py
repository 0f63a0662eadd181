"""Every page by what people do: behind navigation, tab titles, the start page and the tests."""

from dataclasses import dataclass

from igmfat_nb.language import mark

PATIENT, TRIAL, TEACH = "patient", "trial", "teach"
REPORTS, EVIDENCE = "reports", "evidence"

#: Groups in the order of the navigation.
GROUPS = {
    PATIENT: mark("Patient"),
    TRIAL: mark("Trial"),
    TEACH: mark("Teach"),
    REPORTS: mark("Reports"),
    EVIDENCE: mark("Evidence"),
}
START, HELP = "00_start_here", "02_glossary"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the contents.

    Attributes
    ----------
    notebook : str
        Name of the notebook, without its ending.
    group : str
        Key of ``GROUPS``.
    title : str
        What the page is called: in the navigation, on its tab, in the list of notebook 00.
    about : str
        A few words beside the title.
    then : str
        The notebook that a reader goes on to.
    section : str
        Part of the page, where the line leads there.
    in_class : bool
        Whether a workshop's participants are led there.
    """

    notebook: str
    group: str
    title: str
    about: str = ""
    then: str = START
    section: str = ""
    in_class: bool = False


#: A new page is a line here; its place is its place in the navigation.
PAGES = (
    Entry(
        "40_dashboard",
        PATIENT,
        mark("First dose"),
        mark("both arms"),
        "21_individualised_dosing",
        in_class=True,
    ),
    Entry(
        "21_individualised_dosing",
        PATIENT,
        mark("Follow the course"),
        mark("titre by titre"),
        "90_patient_report",
        in_class=True,
    ),
    Entry("10_eligibility", PATIENT, mark("Eligibility"), mark("every criterion"), "40_dashboard"),
    Entry("20_titre_kinetics", PATIENT, mark("Kinetics"), mark("two weeks"), "40_dashboard"),
    Entry(
        "11_dose_calculator",
        PATIENT,
        mark("Dose calculator"),
        mark("with its working"),
        "40_dashboard",
    ),
    Entry(
        "30_trial_simulation",
        TRIAL,
        mark("Simulate a trial"),
        mark("power, dose, cost"),
        "91_trial_report",
        in_class=True,
    ),
    Entry(
        "30_trial_simulation",
        TRIAL,
        mark("Sample size"),
        mark("four formulas"),
        section="Sample-size",
        in_class=True,
    ),
    Entry(
        "50_workshop_eligibility",
        TEACH,
        mark("1 Who is eligible?"),
        mark("7 questions, 25 min"),
        then="51_workshop_dosing",
        in_class=True,
    ),
    Entry(
        "51_workshop_dosing",
        TEACH,
        mark("2 How does each arm dose?"),
        mark("8 questions, 30 min"),
        then="52_workshop_titration",
        in_class=True,
    ),
    Entry(
        "52_workshop_titration",
        TEACH,
        mark("3 What does a titre teach?"),
        mark("6 questions, 30 min"),
        then="53_workshop_trial",
        in_class=True,
    ),
    Entry(
        "53_workshop_trial",
        TEACH,
        mark("4 What can a trial show?"),
        mark("6 questions, 25 min"),
        in_class=True,
    ),
    Entry(
        "90_patient_report", REPORTS, mark("Patient report"), mark("one document"), "40_dashboard"
    ),
    Entry(
        "92_cohort_report",
        REPORTS,
        mark("Cohort report"),
        mark("a table of patients"),
        "40_dashboard",
    ),
    Entry(
        "93_model_check", REPORTS, mark("Model check"), mark("a folder of cases"), "40_dashboard"
    ),
    Entry(
        "23_bring_your_courses",
        REPORTS,
        mark("Bring your courses"),
        mark("a ward's table"),
        "93_model_check",
    ),
    Entry(
        "91_trial_report", REPORTS, mark("Trial report"), mark("one design"), "30_trial_simulation"
    ),
    Entry(
        "12_from_python",
        REPORTS,
        mark("From Python"),
        mark("one line a question"),
        "01_protocol_card",
    ),
    Entry(
        "01_protocol_card",
        EVIDENCE,
        mark("Protocol card"),
        mark("every number, its source"),
        HELP,
        in_class=True,
    ),
    Entry(
        "31_what_matters",
        EVIDENCE,
        mark("What matters"),
        mark("readings, assumptions"),
        "01_protocol_card",
    ),
    Entry(HELP, EVIDENCE, mark("Glossary"), mark("one word for one idea"), in_class=True),
)


def entry_of(notebook: str) -> Entry | None:
    """The line of a notebook, the whole page before its parts; None for one that is not listed."""
    lines = [one for one in PAGES if one.notebook == notebook]
    return next((one for one in lines if not one.section), None)

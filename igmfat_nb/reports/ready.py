"""Imported by the fork server: the example's report made once, so that all share what it needed."""

from igmfat_nb.reports.patient import PatientReport
from igmfat_nb.reports.section import Figure, Section


def make_once() -> None:
    """Compile the templates, read the readings, draw the first pictures."""
    report = PatientReport.of_file("", scenario="averaged", synthesis="recovering", seed=1)
    parts: list[Section | Figure] = [
        report.heading(),
        report.due(),
        report.working_in_brief(),
        report.personal_curve(),
        report.course_so_far(),
        report.rules_and_plan(),
        report.doses(),
        report.first_dose_worked(),
        report.curve_heading(),
        report.curve(),
        report.curve_values(),
        report.eligibility_lines(),
        report.said_and_assumed(),
        report.sources(),
        report.run_record(""),
    ]
    for part in parts:
        part._repr_mimebundle_()
    report.as_text()
    report.results()


make_once()

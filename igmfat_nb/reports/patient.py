"""The patient report: one case in, everything a reader needs to follow the numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from igmfat_nb.bedside.answer import BedsideAnswer, bedside_answer
from igmfat_nb.bedside.dosing import ARMS
from igmfat_nb.bedside.eligibility import Eligibility
from igmfat_nb.bedside.patient import Body, Patient
from igmfat_nb.case import MOST_BYTES, Case, read_case
from igmfat_nb.courses.comparison import Comparison, compare_arms
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.figures.as_text import figure_text
from igmfat_nb.figures.two_arms import course_figure
from igmfat_nb.files import read_whole, sha256
from igmfat_nb.language import _
from igmfat_nb.notation import NOTICE, in_signs, text_table
from igmfat_nb.reports import course_sections, front_page
from igmfat_nb.reports import patient_sections as sections
from igmfat_nb.reports.choices import (
    rule_of_reading,
    scenario_named,
    synthesis_named,
    weights_named,
    weights_shown,
)
from igmfat_nb.reports.run_record import run_record_section
from igmfat_nb.reports.section import Figure, Section, paragraph, split
from igmfat_nb.tables.clearance import scenario_results
from igmfat_nb.tables.day_plan import curve_text, plan_text
from igmfat_nb.tables.doses import arm_records
from igmfat_nb.tables.named_results import dose_results, titre_results
from igmfat_nb.titration import Decision, decide
from igmfat_nb.titration.aside import SetAside, set_aside
from igmfat_nb.units import given_text, whole

if TYPE_CHECKING:
    from igmfat_nb.widgets.parts.case_link import CaseLink

#: Heights of the figures: what else a page holds leaves them this much.
FIRST_PAGE_PX, SECOND_PAGE_PX = 250, 300
EXAMPLE = Path(__file__).parent / "example_case.json"


@dataclass(frozen=True)
class PatientReport:
    """One case under stated assumptions; every part of the document is one of its methods.

    A figure is made once, shown as a picture and said in words.
    """

    case: Case
    patient: Body
    assumptions: Assumptions
    seed: int
    inputs: Mapping[str, str]
    answer: BedsideAnswer
    comparison: Comparison | None
    decision: Decision | None

    @classmethod
    def of_file(
        cls,
        case_file: str,
        *,
        scenario: str,
        synthesis: str,
        seed: int,
        scenario_weights: str = "",
        reading: str = "",
    ) -> "PatientReport":
        """Read a case file; an empty name means the example that comes with the package.

        Without a reading that of the case holds.

        Raises
        ------
        IgmFatError
            One sentence, if the case is not valid or an assumption is unknown.
        """
        case_file, seed = given_text(case_file, "case_file"), whole(seed, "seed")
        path = Path(case_file) if case_file else EXAMPLE
        content = read_whole(path, MOST_BYTES)
        case = read_case(content)
        weights = weights_named(given_text(scenario_weights, "scenario_weights"), scenario)
        assumptions = Assumptions(
            scenario_named(scenario),
            synthesis_named(synthesis),
            rule_of_reading(reading) if given_text(reading, "reading") else case.rule(),
            weights=weights,
        )
        return cls.of(case, assumptions, seed, {path.name: sha256(content)})

    @classmethod
    def of(
        cls, case: Case, assumptions: Assumptions, seed: int, inputs: Mapping[str, str]
    ) -> "PatientReport":
        """Work everything out once; a contraindicated patient gets no dose and no course."""
        patient, limit_mg_dl = case.body(), case.findings().igm_below_mg_dl
        answer = bedside_answer(
            patient, assumptions.rule, case.criteria, igm_below_mg_dl=limit_mg_dl
        )
        stopped, comparison = answer.stopped, None
        if isinstance(patient, Patient) and not stopped:
            comparison = compare_arms(patient, assumptions, seed=seed)
        decision = None if stopped else decide(case, seed=seed, assumptions=assumptions)
        return cls(case, patient, assumptions, seed, inputs, answer, comparison, decision)

    @property
    def stopped(self) -> str | None:
        """The label's contraindication that stops both doses."""
        return self.answer.stopped

    @property
    def no_course(self) -> str | None:
        """Why neither arm's course is shown: contraindicated, or no titre that is a number."""
        if self.stopped or isinstance(self.patient, Patient):
            return self.stopped
        return sections.below_limit_sentence(self.case)

    @property
    def eligibility(self) -> Eligibility:
        """Verdict and criteria at the first titre."""
        return self.answer.eligibility

    def heading(self) -> Section:
        """Who and when, by pseudonym; what this is not for; what to know before a dose."""
        at_h = self.decision.situation.at_h if self.decision else self.case.titres[-1].known_h
        html = paragraph(_(NOTICE), "ig-notice")
        html += front_page.identity(self.case, self.patient, at_h)
        return Section("", html + front_page.alarms(self.decision, self.answer))

    def to_the_patient(self) -> "Section | CaseLink":
        """Lead on to the patient's page with this case, or to the case file in a document."""
        return front_page.to_the_patient(self.case)

    def due(self) -> Section:
        """The dose that is due, or why none is."""
        return front_page.due(self.decision, self._aside, self.stopped)

    @cached_property
    def _aside(self) -> SetAside | None:
        return set_aside(self.decision, seed=self.seed) if self.decision else None

    def working_in_brief(self) -> Section:
        """How the dose above was worked out."""
        return front_page.working_in_brief(self.decision)

    def personal_curve(self) -> Section | Figure:
        """The patient's own curve as the titres taught it, over what the first alone predicted."""
        return self._personal_curve

    @cached_property
    def _personal_curve(self) -> Section | Figure:
        if self.decision is None:
            return Section("", Markup())
        figure = course_sections.personal_figure_of(self.decision)
        figure.update_layout(height=FIRST_PAGE_PX)
        return Figure(figure, _("Serum IgM, estimated from the measured titres."))

    def course_so_far(self) -> Section:
        """What the case itself records, beside what was predicted and what each rule gave."""
        return front_page.course_table(self.case, self.assumptions, self.decision, self.seed)

    def rules_and_plan(self) -> Section:
        """The next dose by three rules with its chance; the plan of both arms day by day."""
        rules = course_sections.rules(self.decision, self.stopped)
        plan = sections.plan(self.comparison, self.no_course)
        html = split(rules, plan, "ig-wide-second") + course_sections.rules_named(self.decision)
        return Section("", html + sections.body(self.patient), new_page=True)

    def doses(self) -> Section:
        """Both arms' first dose, and what each arm adds up to in two weeks."""
        return sections.doses(self.answer, self.comparison)

    def first_dose_worked(self) -> Section:
        """The formula of both arms' first dose, worked; paper has that of the dose due."""
        return sections.first_dose_worked(self.answer)

    def curve_heading(self) -> Section:
        """What the figure below shows."""
        return sections.curve(self.comparison, self.no_course)

    def curve(self) -> Section | Figure:
        """Serum IgM over two weeks under both arms and untreated."""
        return self._curve

    @cached_property
    def _curve(self) -> Section | Figure:
        if self.comparison is None:
            return Section("", Markup())
        figure = course_figure(self.comparison)
        figure.update_layout(height=SECOND_PAGE_PX)
        return Figure(figure, _("Serum IgM over two weeks, both arms."))

    def curve_values(self) -> Section:
        """The curve's values at whole days."""
        return sections.curve_values(self.comparison)

    def eligibility_lines(self) -> Section:
        """The verdict, criterion by criterion."""
        return sections.eligibility(self.eligibility, self.case)

    def said_and_assumed(self) -> Section:
        """What the trial says, apart from what this software assumes."""
        return sections.said_and_assumed(self.assumptions)

    def sources(self) -> Section:
        """The documents that the numbers rest on."""
        return sections.sources()

    def run_record(self, made_on: str) -> Section:
        """Version, parameters, seed, SHA-256 of the inputs, date."""
        parameters = {
            "case_file": next(iter(self.inputs)),
            "scenario": self.assumptions.scenario,
            "scenario_weights": weights_shown(self.assumptions),
            "synthesis": self.assumptions.synthesis,
            "reading": self.assumptions.rule.reading.label,
            "seed": self.seed,
        }
        return run_record_section(parameters, self.inputs, made_on)

    def as_text(self) -> str:
        """Doses, day plan and curve as plain text: what the stored notebook is compared by."""
        records = arm_records(self.answer)
        if self.comparison is None or records is None:
            return self.no_course or ""
        rows = [
            (name, *(in_signs(f"{records[arm][name]:.2f}") for arm in ARMS))
            for name, value in records["standard"].items()
            if isinstance(value, float)
        ]
        dose_text = text_table((_("first dose"), *ARMS), rows)
        return "\n\n".join([dose_text, plan_text(self.comparison), curve_text(self.comparison)])

    def figures_as_text(self) -> str:
        """Data of both figures; of a contraindicated patient, who has none, the sentence."""
        parts = (self.curve(), self.personal_curve())
        figures = [part.figure for part in parts if isinstance(part, Figure)]
        return figure_text(*figures) or self.stopped or ""

    def results(self) -> dict[str, Any]:
        """Named results: verdict, doses as in a cohort's columns, titres at whole days."""
        named: dict[str, Any] = {
            "subject": self.case.subject,
            "verdict": self.eligibility.verdict,
            "stopped": self.stopped,
            "igm_mg_dl": self.case.findings().igm_mg_dl,
            "igm_below_mg_dl": self.case.findings().igm_below_mg_dl,
            "plasma_volume_ml": self.patient.plasma_volume_ml,
            "reading": self.assumptions.rule.reading.label,
            "reading_status": self.assumptions.rule.reading.status,
        }
        if self.decision is not None:
            posterior = self.decision.learning.final
            named |= scenario_results(posterior, self.decision.assumptions)
        named |= dose_results(self.answer)
        return named | titre_results(self.comparison)

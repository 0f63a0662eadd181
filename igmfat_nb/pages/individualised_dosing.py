"""Notebook 21: one patient followed through the week, and the check of the posterior."""

from dataclasses import dataclass
from typing import Any, Self

import ipywidgets as ipw

from igmfat_nb.pages.as_results import course_results
from igmfat_nb.pages.to_report import with_report
from igmfat_nb.reports.section import Figure
from igmfat_nb.tables.named_results import calibration_results
from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.titration.calibration import Calibration, calibrate
from igmfat_nb.widgets.course.as_text import course_answer_text
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.parts.figure import figures_text
from igmfat_nb.widgets.parts.moment import local_time
from igmfat_nb.widgets.workspace.model import COURSE, Workspace
from igmfat_nb.widgets.workspace.view import workspace_view

#: The synthetic course whose third titre lies outside its prediction interval.
EXAMPLE = "surprising-titre"


@dataclass(frozen=True, slots=True)
class IndividualisedDosing:
    """A course with its measured titres, and the next dose by each rule."""

    model: CourseModel

    @classmethod
    def of(cls, *, case_path: str, probability: float, seed: int) -> Self:
        """Return the page that opens with a case file; an empty path means no patient yet.

        Parameters
        ----------
        case_path : str
            A case file (``igmfat case``), or empty.
        probability : float
            Of reaching the target, that the forecast rule asks for; more than 0, less than 1.
        seed : int
            Of the virtual patients, 0 or more.

        Raises
        ------
        IgmFatError
            One sentence, if the file is no case or a parameter is implausible.
        """
        return cls(CourseModel.of_file(case_path, probability=probability, seed=seed))

    @classmethod
    def example(cls) -> Self:
        """Return the page of the synthetic course, which is the same at every run."""
        return cls(CourseModel(teaching_case(EXAMPLE).case, seed=1))

    def view(self) -> ipw.VBox:
        """Build this notebook's page: the patient's page, opened at its second step."""
        explorer = ExplorerModel(with_course=False, clock=local_time)
        return with_report(workspace_view(Workspace(explorer, self.model, step=COURSE)))

    def next_dose_text(self) -> str:
        """The next dose by each rule with its working, and the course day by day."""
        return course_answer_text(self.model)

    def figures_text(self) -> str:
        """The data of the page's figures, in place of a picture."""
        return figures_text(self.view())

    def results(self) -> dict[str, Any]:
        """Named results: the next dose by each rule; or why there is none."""
        return course_results(self.model)


@dataclass(frozen=True, slots=True)
class CalibrationCheck:
    """Simulated patients, and where the truth of each falls in its own posterior."""

    calibration: Calibration

    @classmethod
    def of(cls, *, patients: int, seed: int) -> Self:
        """Simulate so many patients, 20 or more, and learn from the titres of each."""
        return cls(calibrate(range(patients), seed=seed))

    def text(self) -> str:
        """How evenly the ranks fall, and how often the intervals hold the titre."""
        from igmfat_nb.tables.calibration import calibration_text

        return calibration_text(self.calibration)

    def figure(self) -> Figure:
        """Ranks of the truth, beside what chance alone gives."""
        from igmfat_nb.figures.titration import calibration_figure

        return Figure(calibration_figure(self.calibration), "Ranks of the truth in its posterior")

    def figure_text(self) -> str:
        """The data of the figure, in place of a picture."""
        from igmfat_nb.figures.as_text import figure_text

        return figure_text(self.figure().figure)

    def results(self) -> dict[str, Any]:
        """Named results of the check."""
        return calibration_results(self.calibration)

"""Notebook 40: one patient, the first dose and the course, two steps of one page."""

import ipywidgets as ipw

from igmfat_nb.pages.patient_page import PatientPage
from igmfat_nb.pages.to_report import with_report
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.workspace.model import Workspace
from igmfat_nb.widgets.workspace.view import workspace_view


class Dashboard(PatientPage):
    """One patient: both doses, the curve and the plan; then the course day by day."""

    def view(self) -> ipw.VBox:
        """Build the whole page on the patient."""
        return with_report(workspace_view(Workspace(self.model, CourseModel(active=False))))

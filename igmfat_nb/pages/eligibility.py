"""Notebook 10: whether the protocol would include this patient, criterion by criterion."""

from typing import Any, ClassVar

import ipywidgets as ipw

from igmfat_nb.pages.as_results import patient_results
from igmfat_nb.pages.patient_page import PatientPage
from igmfat_nb.widgets.explorer.eligibility_panel import eligibility_panel
from igmfat_nb.widgets.explorer.patient_panel import patient_panel
from igmfat_nb.widgets.parts.page import column


class EligibilityPage(PatientPage):
    """The patient and every criterion."""

    with_course: ClassVar[bool] = False
    with_clock: ClassVar[bool] = False

    def view(self) -> ipw.VBox:
        """The patient beside all criteria, unfolded."""
        return column(patient_panel(self.model), eligibility_panel(self.model, all_open=True))

    def results(self) -> dict[str, Any]:
        """Named results: what was read, the verdict, every criterion, what was refused."""
        return patient_results(self.model.outcome)

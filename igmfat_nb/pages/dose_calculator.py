"""Notebook 11: what each arm would give today, with the working."""

from typing import ClassVar

import ipywidgets as ipw

from igmfat_nb.pages.patient_page import PatientPage
from igmfat_nb.widgets.explorer.dose_cards import dose_cards
from igmfat_nb.widgets.explorer.page import calculated_line
from igmfat_nb.widgets.explorer.patient_panel import contraindication_panel, patient_panel
from igmfat_nb.widgets.explorer.rule_panel import rule_panel
from igmfat_nb.widgets.parts.page import column


class DoseCalculator(PatientPage):
    """The patient, both doses of today, and the rule behind the personalised one."""

    with_course: ClassVar[bool] = False

    def view(self) -> ipw.VBox:
        """The patient, the contraindications, both doses, the rule."""
        return column(
            patient_panel(self.model),
            contraindication_panel(self.model),
            dose_cards(self.model),
            rule_panel(self.model),
            calculated_line(self.model),
        )

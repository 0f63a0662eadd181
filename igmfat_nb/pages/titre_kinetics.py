"""Notebook 20: serum IgM over two weeks, in both arms and without treatment."""

import ipywidgets as ipw

from igmfat_nb.pages.patient_page import PatientPage
from igmfat_nb.widgets.explorer.curve_panel import curve_panel
from igmfat_nb.widgets.explorer.kinetics_panel import kinetics_panel
from igmfat_nb.widgets.explorer.page import calculated_line
from igmfat_nb.widgets.explorer.patient_panel import patient_panel
from igmfat_nb.widgets.explorer.plan_panel import plan_panel
from igmfat_nb.widgets.parts.page import column


class TitreKinetics(PatientPage):
    """The patient, the assumed kinetics, the curve of both arms, the day plan."""

    def view(self) -> ipw.VBox:
        """The patient, the assumptions, the curve, the plan."""
        return column(
            patient_panel(self.model),
            kinetics_panel(self.model),
            curve_panel(self.model),
            plan_panel(self.model),
            calculated_line(self.model),
        )

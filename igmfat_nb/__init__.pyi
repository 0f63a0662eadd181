"""Types of what ``__init__.py`` loads at first use."""

from igmfat_nb.api.calls import cohort_doses as cohort_doses
from igmfat_nb.api.calls import curve as curve
from igmfat_nb.api.calls import design as design
from igmfat_nb.api.calls import doses as doses
from igmfat_nb.api.calls import eligibility as eligibility
from igmfat_nb.api.calls import figure as figure
from igmfat_nb.api.calls import next_dose as next_dose
from igmfat_nb.api.calls import patient as patient
from igmfat_nb.api.calls import read_case as read_case
from igmfat_nb.api.calls import sample_size as sample_size
from igmfat_nb.api.calls import sources as sources
from igmfat_nb.api.calls import table as table
from igmfat_nb.api.calls import teaching_case as teaching_case
from igmfat_nb.api.calls import virtual_trial as virtual_trial
from igmfat_nb.bedside.dose_rule import DoseRule as DoseRule
from igmfat_nb.case import new_case as new_case
from igmfat_nb.courses.simulated import Assumptions as Assumptions
from igmfat_nb.errors import IgmFatError as IgmFatError

__version__: str

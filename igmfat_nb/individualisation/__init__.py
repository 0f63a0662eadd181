"""What measured titres teach about one patient, and the next dose they call for.

From a case: ``decide(case)`` gives the next dose by every rule, and
``personal_band(case, time_h)`` the patient's own curve, ``course_rows(case)``
the table day by day. Beneath: ``model``
(virtual twins and their likelihood), ``posterior`` and ``rejuvenation``
(weights, and new twins where too few are left), ``situation`` (what is known
at a decision), ``next_dose`` and ``next_sample``.
"""

from igmfat_nb.individualisation.course import CASE_ASSUMPTIONS, learn_course, personal_band
from igmfat_nb.individualisation.course_table import CourseRow, course_rows
from igmfat_nb.individualisation.decision import Decision, decide
from igmfat_nb.individualisation.model import (
    Ensemble,
    Evidence,
    Prior,
    measurement_log_sd,
    places_in_space,
)
from igmfat_nb.individualisation.next_dose import (
    RULES,
    Forecast,
    Outlook,
    Rule,
    RuleDose,
)
from igmfat_nb.individualisation.next_sample import SampleTime
from igmfat_nb.individualisation.posterior import Learning, Posterior, Prediction, learn
from igmfat_nb.individualisation.search import smallest_volume_ml
from igmfat_nb.individualisation.situation import Situation, situation

__all__ = [
    "CASE_ASSUMPTIONS",
    "RULES",
    "CourseRow",
    "Decision",
    "Ensemble",
    "Evidence",
    "Forecast",
    "Learning",
    "Outlook",
    "Posterior",
    "Prediction",
    "Prior",
    "Rule",
    "RuleDose",
    "SampleTime",
    "Situation",
    "course_rows",
    "decide",
    "learn",
    "learn_course",
    "measurement_log_sd",
    "personal_band",
    "places_in_space",
    "situation",
    "smallest_volume_ml",
]

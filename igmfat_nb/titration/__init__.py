"""What measured titres teach about one patient, and the next dose they call for.

From a case: ``decide(case)`` gives the next dose by every rule, and
``personal_band(case, time_h)`` the patient's own curve, ``course_rows(case)``
the table day by day. Beneath: ``prior``
(particles), ``likelihood`` (of a titre), ``posterior`` and ``resample_move``
(weights, and resample-move where too few are left), ``situation`` (what is known
at a decision), ``next_dose`` and ``next_sample``.
"""

from igmfat_nb.titration.day_by_day import CourseRow, course_rows
from igmfat_nb.titration.decision import Decision, decide
from igmfat_nb.titration.from_case import (
    CASE_ASSUMPTIONS,
    learn_course,
    personal_band,
    weights_after,
)
from igmfat_nb.titration.likelihood import Evidence, measurement_log_sd
from igmfat_nb.titration.next_dose import RULES, Forecast, Outlook, Rule, RuleDose
from igmfat_nb.titration.next_sample import SampleTime
from igmfat_nb.titration.posterior import Learning, Posterior, Prediction, learn
from igmfat_nb.titration.prior import Ensemble, Prior
from igmfat_nb.titration.search import smallest_volume_ml
from igmfat_nb.titration.situation import Situation, situation

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
    "situation",
    "smallest_volume_ml",
    "weights_after",
]

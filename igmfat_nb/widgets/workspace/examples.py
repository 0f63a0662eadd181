"""Synthetic patients to start from, at choice; each answers every criterion of the screening."""

from functools import lru_cache

from igmfat_nb.case import Case, read_case
from igmfat_nb.language import mark
from igmfat_nb.teaching_cases import teaching_case

#: Name, as the menu calls it, and the teaching case it is; the late result is written here.
EXAMPLES: dict[str, tuple[str, str]] = {
    "eligible": (mark("Eligible, first titre 38 mg/dL"), "plain-eligible"),
    "not eligible": (mark("Not eligible, BMI above 40"), "bmi-above-40"),
    "surprising": (mark("A titre that surprises on day 3"), "surprising-titre"),
    "late": (mark("A result that came a day late"), ""),
    "obese": (mark("Obese, 118 kg"), "obesity"),
}
ELIGIBLE = "eligible"


@lru_cache
def example_case(name: str) -> Case:
    """The case of one example; each is the same at every call.

    Raises
    ------
    KeyError
        If there is no such example.
    """
    _title, of = EXAMPLES[name]
    return teaching_case(of).case if of else read_case(_LATE)


_LATE = """{
  "schema": "igmfat-case/1",
  "subject": "SIM-LATE",
  "sex": "female", "age_years": 61, "height_cm": 168, "weight_kg": 70, "haematocrit": 0.3,
  "arm": "personalised",
  "criteria": {
    "septic_shock": "yes", "cause_certain": "yes", "no_hypersensitivity": "yes",
    "no_prior_immunoglobulin": "yes", "no_iga_deficiency": "yes", "not_pregnant": "yes",
    "full_treatment": "yes", "neutrophils": "yes", "survivable_disease": "yes",
    "no_chronic_renal_dysfunction": "yes", "no_other_trial": "yes", "consent": "yes",
    "contraindication_hypersensitivity": "no", "contraindication_iga_deficiency": "no"
  },
  "titres": [
    {"time_h": 0, "igm_mg_dl": 36},
    {"time_h": 24, "igm_mg_dl": 84, "result_h": 49},
    {"time_h": 48, "igm_mg_dl": 88, "result_h": 51}
  ],
  "doses": [
    {"start_h": 2, "volume_ml": 347, "duration_h": 12.4},
    {"start_h": 27, "volume_ml": 150, "duration_h": 5.4}
  ],
  "vasopressor_stopped_h": null
}
"""

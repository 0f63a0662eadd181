"""Every number of the lessons and of the cases' stories, worked out again without the package.

Formulas and constants are typed here again from the papers, the label and the register
(250 mg/kg, 50 and 6 mg/mL, 0.4 mL/kg/h, Nadler, 0.166 a day, …); of the package only the texts
are read. A number in a sentence that is worked out nowhere here fails the test.
"""

from math import asin, log, sqrt

import numpy as np
import pytest
from lessons_by_hand import (
    DAY,
    DEATHS,
    LOW,
    PLAIN,
    STOPS,
    Z,
    balance_ml,
    crossing_percent,
    detectable_fall,
    missing_percent,
    plasma_dl,
)
from scipy.stats import norm

from igmfat_nb.workshop.checking import expected_text
from igmfat_nb.workshop.lessons import QUESTIONS
from igmfat_nb.workshop.question import NumberQuestion

ANSWERS = {
    "50-unit": (0.42 * 1000 / 10, "42 mg/dL"),
    "50-crossing": (crossing_percent(), "31 %"),
    "50-bmi": (125 / 1.7**2, "43.3 kg/m²"),
    "51-protein": (250 * 80 / 1000, "20 g"),
    "51-volume": (250 * 80 / 50, "400 mL"),
    "51-rate": (0.4 * 80, "32 mL/h"),
    "51-hours": (400 / 32, "12.5 h"),
    "51-balance": (round(balance_ml(PLAIN, 38)), "431 mL"),
    "51-low": (round(balance_ml(LOW, 12)) / 78, "8.21 mL/kg"),
    "51-day": (0.4 * 24 * 52, "499 mL"),
    "52-second": (round(balance_ml(STOPS, 86)), "72 mL"),
    "52-lost": (missing_percent(), "54 %"),
    "52-half-life": (log(2) / (0.82 * 0.166 * 7.3), "0.7 days"),
    "52-assay": (norm.ppf(0.975) * 0.05 * 100, "9.8 mg/dL"),
    "53-size": (np.ceil(Z**2 * (DEATHS * (1 - DEATHS) + 0.25 * 0.75) / 0.117**2), "241 patients"),
    "53-effect": (detectable_fall(), "13.5 %"),
    "53-alarms": (0.05 * 1000, "50 trials"),
}


def test_every_question_with_a_number_is_worked_out_here():
    asked = {key for key, one in QUESTIONS.items() if isinstance(one, NumberQuestion)}

    assert set(ANSWERS) == asked


@pytest.mark.parametrize("key", list(ANSWERS))
def test_the_expected_answer_is_the_one_worked_out_here(key):
    """Much nearer than the tolerance, which forgives a participant and not us."""
    value, written = ANSWERS[key]

    assert QUESTIONS[key].expected == pytest.approx(value, rel=2e-4)
    assert expected_text(QUESTIONS[key]) == written


def test_another_formula_of_sample_size_agrees_with_what_is_taught():
    """The arcsine transform, which shares nothing with the formula asked for, is near it."""
    h = 2 * asin(sqrt(DEATHS)) - 2 * asin(sqrt(0.25))

    assert ANSWERS["53-size"][0] == pytest.approx(2 * Z**2 / h**2, rel=0.02)


#: What each mistake that a lesson names leads to.
SLIPS = {
    "50-unit": {"divided by 10": 42 / 10},
    "50-crossing": {"never": 0, "half": 50},
    "50-bmi": {"not squared": 125 / 1.7, "height over weight": 1.7**2 / 125},
    "51-protein": {"three days": 3 * 20, "IgM for protein": 400 * 6 / 1000},
    "51-volume": {"strength of IgM": 20_000 / 6, "three days": 3 * 400},
    "51-rate": {"not times weight": 0.4, "over 24 h": 400 / 24},
    "51-hours": {"the other way round": 32 / 400},
    "51-balance": {
        "no recovery": 62 * plasma_dl(PLAIN) / 6,
        "times recovery": 62 * plasma_dl(PLAIN) * 0.9 / 6,
        "strength of protein": 62 * plasma_dl(PLAIN) / 0.9 / 50,
        "titre for deficit": 38 * plasma_dl(PLAIN) / 0.9 / 6,
    },
    "51-low": {"standard dose": 5, "not per kilogram": 640},
    "51-day": {"the rule's dose": 666, "one hour": 0.4 * 52},
    "52-second": {"yesterday's dose": 329, "no recovery": 72 * 0.9},
    "52-lost": {"what is left": 100 - missing_percent(), "of the titre": 100 - 63},
    "52-half-life": {
        "without tissue": log(2) / (0.166 * 7.3),
        "healthy": log(2) / (0.82 * 0.166),
    },
    "52-assay": {"one SD": 0.05 * 100, "whole width": 2 * 1.96 * 0.05 * 100},
    "53-size": {
        "both arms": 2 * 241,
        "one variance": Z**2 * DEATHS * (1 - DEATHS) / 0.117**2,
    },
    "53-effect": {"mortality for difference": 100 * DEATHS - detectable_fall()},
    "53-alarms": {"none": 0, "one-sided": 50 / 2},
}


@pytest.mark.parametrize("key", list(SLIPS))
def test_each_named_mistake_leads_to_the_number_worked_out_here(key):
    found = {slip.key: slip.value(QUESTIONS[key].case) for slip in QUESTIONS[key].slips}

    assert found == pytest.approx(SLIPS[key], rel=2e-4)


def test_no_mistake_of_a_lesson_is_left_out_here():
    assert set(SLIPS) == set(ANSWERS)
    assert round(balance_ml(LOW, 12)) == 640
    assert round(balance_ml(DAY, 6)) == 666
    assert round(balance_ml(STOPS, 36)) == 329

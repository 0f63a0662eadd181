"""Every number in a lesson's sentences, stories and handouts, worked out here."""

import re
from math import log, sqrt

import numpy as np
import pytest
from lessons_by_hand import (
    DAY,
    DEATHS,
    FAST,
    HEAVY,
    LOW,
    ODD,
    PLAIN,
    STOPS,
    balance_ml,
    crossing_percent,
    detectable_fall,
    litres,
    plasma_dl,
    told,
)
from scipy.linalg import expm
from scipy.stats import norm

from igmfat_nb.workshop.lessons import LESSONS, QUESTIONS
from igmfat_nb.workshop.patient_line import patient_line
from igmfat_nb.workshop.question import ChoiceQuestion

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def rates_a_day(times):
    """Plasma and tissue: 0.166 × times a day cleared, exchange half-time a day, 82 % in plasma."""
    exchange = log(2)
    leaves, returns = 0.18 * exchange, 0.82 * exchange
    return np.array([[-0.166 * times - leaves, returns], [leaves, -returns]])


def hours_over_the_first_day(times):
    return 24 * log(2) / -log(expm(rates_a_day(times))[0, 0])


def days_in_the_end(times):
    return log(2) / -np.linalg.eigvals(rates_a_day(times)).real.max()


# ── What each sentence of a lesson may say, beside what the case itself holds ──

#: The aim, recovery, IgM in each mL, and 1 of “1 − recovery” or “1 g”: of every lesson.
SOURCES = {"100", "0.9", "6", "1"}


def balance_numbers(case, titre):
    """Every number in a worked balance of this patient."""
    deficit, dl = 100 - titre, plasma_dl(case)
    exact = balance_ml(case, titre)
    return {
        *(told(deficit), told(dl, 2), told(dl, 1), litres(case), told(case["haematocrit"], 2)),
        *(told(deficit * dl / 0.9), told(exact, 1), told(exact), told(titre)),
        told(round(exact) / case["weight_kg"], 2),
    }


def standard_numbers(case):
    """Every number in a worked standard dose of this patient."""
    w = case["weight_kg"]
    return {told(w), told(250 * w), told(250 * w / 1000, 1), told(5 * w), "5"}


ODD_DL = plasma_dl(ODD)
VARIANCES = told(DEATHS * (1 - DEATHS), 3), told(0.25 * 0.75, 3)
STANDARD = {"250", "50", "3", "2", "1,000"}  # mg/kg, mg/mL, days 1 to 3, mg in a g
SAYS = {
    "50-plain": {"64", "38", "18", "24", "60"},
    "50-unit": {"0.42", "42", "10", "1,000"},
    "50-above": {"62", "60"},
    "50-crossing": {
        *("5", "58", "0.05", told(sqrt(2) * 0.05 * 58, 1), told(0.05 * 58, 1), "0.5", "31", "2"),
        "3",  # “± 3”
        told(2 / (sqrt(2) * 0.05 * 58), 2),
    },
    "50-bmi": {"125", "1.7", "1.70", "40", told(125 / 1.7**2, 1)},
    "50-iga": set(),
    "50-missing": set(),
    "51-protein": standard_numbers(PLAIN) - {"400", "5"} | STANDARD,
    "51-volume": standard_numbers(PLAIN) | STANDARD,
    "51-rate": {"0.4", "80", told(0.4 * 80)},
    "51-hours": {"5", "0.4", "400", "32", "12.5"},
    "51-balance": balance_numbers(PLAIN, 38) | {"50"},
    "51-obesity": standard_numbers(HEAVY) | balance_numbers(HEAVY, 40) | STANDARD,
    "51-low": balance_numbers(LOW, 12) | {"5", "78"},
    "51-day": {
        *("0.4", "24", "9.6", "52", told(0.4 * 52, 1), told(9.6 * 52, 1), told(9.6 * 52)),
        *(told(balance_ml(DAY, 6)), told(round(balance_ml(DAY, 6)) / (0.4 * 52))),
    },
    "52-second": balance_numbers(STOPS, 86) | {"2"},
    "52-stop": {"62", "72", "4", "7"},
    "52-lost": {"31", "63", "32", told(69), told(504 * 5.4 / plasma_dl(FAST), 1), "54"},
    "52-half-life": {
        *("0.166", "82", "0.82", "7.3", told(0.166 * 7.3, 2), told(0.82 * 0.166 * 7.3, 2)),
        *(told(log(2), 3), "0.7", "2"),  # ln 2
        *(told(hours_over_the_first_day(7.3)), told(days_in_the_end(7.3), 1)),
    },
    "52-surprise": {
        *("171", "48", "99", "53", "110", "104", told(104 * 6), told(ODD_DL)),
        told(104 * 6 / ODD_DL),
    },
    "52-assay": {"5", "0.05", "95", told(norm.ppf(0.975), 2), "68", told(1.96 * 5, 1)},
    "53-size": {
        *("28", "36.7", "25", "80", "5", "0.367", "0.633", "0.25", "0.75", "0.117", "1.96"),
        *(told(norm.ppf(0.8), 2), told(0.232311 + 0.1875, 2), "241", *VARIANCES),
    },
    "53-effect": {"356", "178", "36.7", "80", "5", "2.8", "0.42", told(detectable_fall(), 1)},
    "53-alarms": {"5", "0.05", "50", "1,000"},
    "53-question": {"5"},
    "53-immortal": {"100"},
    "53-regression": {"58", "60", "61", told(crossing_percent())},
}


#: What a figure says beside that: titres of the case, contents of a mL by the label (38 mg of IgG,
#: 6 of IgM, 6 of IgA), 12 questions of the form and 3 measured criteria, a scale in g/L.
IN_A_FIGURE = {
    "50-unit": {"0", "0.2", "0.4", "0.6", "0.8"},
    "50-crossing": {"60"},
    "50-iga": {"38"},
    "50-missing": {"15", "3"},
    "52-second": {"36"},
    "52-surprise": {"34", "86"},
}


def said_by(question):
    """Everything that a reader of this question may see, but its case's story."""
    yield from (question.prompt, question.reason, question.point, *question.hints)
    for solved in (False, True):  # what can be read in its figure, numbers at the axes apart
        yield from question.figure(question.case, solved=solved).words
    yield from question.working(question.case)
    if isinstance(question, ChoiceQuestion):
        for option in question.options:
            yield from (option.text, option.reason)
    else:
        yield from (slip.sentence for slip in question.slips)


@pytest.mark.parametrize("key", list(QUESTIONS))
def test_every_number_in_a_lesson_is_worked_out_here(key):
    allowed = SAYS[key] | SOURCES | IN_A_FIGURE.get(key, set())

    for sentence in said_by(QUESTIONS[key]):
        assert not set(NUMBER.findall(sentence)) - allowed, sentence


@pytest.mark.parametrize("key", list(QUESTIONS))
def test_a_patients_line_says_no_number_that_the_story_does_not(key):
    question = QUESTIONS[key]
    story = question.teaching_case.vignette
    mornings = {"3", "7"}  # titres counted

    line = " ".join(patient_line(question))

    assert set(NUMBER.findall(line)) <= set(NUMBER.findall(story.replace("0.30", "0.3"))) | mornings


def test_what_is_taken_home_holds_no_other_number():
    lines = " ".join(line for lesson in LESSONS for line in lesson.take_home)

    # 13.5 percentage points at 36.7 %, 14.4 at 50 %: about 14
    assert set(NUMBER.findall(lines)) <= {"60", "100", "250", "5", "9.6", "356", "14", "0"}
    assert 13 < detectable_fall() < 15

"""Three answers, never one turned into another."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igmfat_nb.bedside.eligibility import (
    QUESTIONS,
    Findings,
    assess,
    chance_of_crossing,
    not_cleared,
    parse_answers,
    stop_sentence,
)
from igmfat_nb.errors import ImplausibleInput, UnreadableInput
from igmfat_nb.protocol import criteria

PLAIN = Findings(age_years=64.0, height_cm=175.0, weight_kg=80.0, igm_mg_dl=38.0)
ASKED = [s.code for s in criteria.CRITERIA if s.code not in ("adult", "low_igm", "bmi")]
ALL_YES = dict.fromkeys(ASKED, "yes")


def answer_of(eligibility, code):
    return next(line.answer for line in eligibility.lines if line.statement.code == code)


def test_the_protocol_has_three_inclusion_and_twelve_exclusion_rows():
    assert (len(criteria.INCLUSION), len(criteria.EXCLUSION)) == (3, 12)


def test_a_plain_patient_with_every_question_answered_is_eligible():
    assert assess(PLAIN, ALL_YES).verdict == "eligible"


@pytest.mark.parametrize("code", ASKED)
def test_one_no_bars_enrolment_and_is_named(code):
    eligibility = assess(PLAIN, ALL_YES | {code: "no"})

    assert eligibility.verdict == "not eligible"
    assert [line.statement.code for line in eligibility.barring] == [code]


@pytest.mark.parametrize("code", ASKED)
def test_an_unanswered_question_leaves_the_verdict_open(code):
    eligibility = assess(PLAIN, ALL_YES | {code: "unknown"})

    assert eligibility.verdict == "cannot tell"
    assert [line.statement.code for line in eligibility.missing] == [code]


def test_nothing_known_is_unknown_and_never_no():
    eligibility = assess(Findings(), {})

    assert {line.answer for line in eligibility.lines} == {"unknown"}
    assert eligibility.verdict == "cannot tell"


@pytest.mark.parametrize(
    ("findings", "code", "answer"),
    [
        (Findings(age_years=18.0), "adult", "no"),
        (Findings(age_years=18.1), "adult", "yes"),
        (Findings(igm_mg_dl=60.0), "low_igm", "no"),
        (Findings(igm_mg_dl=59.9), "low_igm", "yes"),
        (Findings(height_cm=100.0, weight_kg=40.0), "bmi", "yes"),
        (Findings(height_cm=100.0, weight_kg=40.1), "bmi", "no"),
        (Findings(weight_kg=300.0), "bmi", "unknown"),
    ],
)
def test_limits_fall_on_the_side_the_register_gives_them(findings, code, answer):
    assert answer_of(assess(findings, {}), code) == answer


def test_an_answer_that_contradicts_the_data_is_refused():
    sentence = "“Serum IgM below 60 mg/dL” is answered no, but IgM is 38 mg/dL"

    with pytest.raises(ImplausibleInput, match=sentence):
        assess(PLAIN, {"low_igm": "no"})


def test_an_answer_stands_in_for_data_that_are_missing():
    assert answer_of(assess(Findings(), {"adult": "yes"}), "adult") == "yes"


@given(st.dictionaries(st.sampled_from(ASKED), st.sampled_from(["yes", "no", "unknown"])))
def test_the_verdict_follows_from_the_answers_alone(answers):
    full = dict.fromkeys(ASKED, "unknown") | answers

    verdict = assess(PLAIN, answers).verdict

    by_severity = {"no": "not eligible", "unknown": "cannot tell", "yes": "eligible"}
    worst = next(answer for answer in by_severity if answer in full.values())
    assert verdict == by_severity[worst]


@pytest.mark.parametrize("titre", [38.0, 55.0, 57.0, 60.0, 63.0, 66.0])
def test_the_chance_of_crossing_is_the_normal_tail_of_two_measurements(titre):
    from mpmath import mp, ncdf

    expected = ncdf(-abs(60 - titre) / (mp.sqrt(2) * mp.mpf("0.05") * titre))

    assert chance_of_crossing(titre) == pytest.approx(float(expected), rel=1e-9)


def test_at_the_limit_a_repeat_is_a_coin_toss():
    assert math.isclose(chance_of_crossing(60.0), 0.5)


@pytest.mark.parametrize("statement", criteria.CONTRAINDICATIONS, ids=lambda s: s.code)
def test_a_contraindication_stops_the_dose_and_says_which(statement):
    sentence = stop_sentence({statement.code: "yes"})

    assert sentence is not None
    assert statement.wording in sentence


@pytest.mark.parametrize("answers", [{}, {"contraindication_iga_deficiency": "no"}])
def test_an_unanswered_contraindication_stops_nothing_but_is_not_cleared(answers):
    assert stop_sentence(answers) is None
    assert "contraindication_hypersensitivity" in [s.code for s in not_cleared(answers)]


def test_answering_no_clears_a_contraindication():
    assert not_cleared(dict.fromkeys([s.code for s in criteria.CONTRAINDICATIONS], "no")) == ()


@pytest.mark.parametrize(
    ("pairs", "words"),
    [({"xyz": "yes"}, "not a criterion"), ({"consent": "maybe"}, "expected yes")],
)
def test_an_unknown_code_or_word_is_refused(pairs, words):
    with pytest.raises(UnreadableInput, match=words):
        parse_answers(pairs)


def test_every_question_has_its_own_code():
    assert len(QUESTIONS) == len(criteria.CRITERIA) + len(criteria.CONTRAINDICATIONS)


@pytest.mark.parametrize("height_cm", range(100, 251))
def test_a_bmi_of_exactly_40_does_not_bar_enrolment_at_any_height(height_cm):
    weight_kg = height_cm * height_cm / 250  # 40 kg/m², by hand

    at = assess(Findings(height_cm=float(height_cm), weight_kg=weight_kg), {})
    above = assess(Findings(height_cm=float(height_cm), weight_kg=weight_kg + 0.01), {})

    assert (answer_of(at, "bmi"), answer_of(above, "bmi")) == ("yes", "no")


@pytest.mark.parametrize(
    ("weight_kg", "said"),
    # At 200 cm the BMI is a quarter of the weight: by hand.
    [(160.0, "40 kg/m²"), (104.48, "26.1 kg/m²"), (160.08, "40.02 kg/m²"), (159.92, "40 kg/m²")],
)
def test_a_bmi_is_written_to_one_decimal_unless_that_hides_its_side_of_the_limit(weight_kg, said):
    judged = assess(Findings(weight_kg=weight_kg, height_cm=200.0), {})

    (line,) = [line for line in judged.lines if line.statement.code == "bmi"]

    assert line.reason == f"the BMI is {said}"
    assert line.answer == ("no" if weight_kg > 160 else "yes")

"""The workshop's lessons, answers, records and class picture, all without a browser."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igmfat_nb.errors import MissingInput
from igmfat_nb.workshop import lessons
from igmfat_nb.workshop.checking import (
    VERDICTS,
    answer_number,
    check,
    given_text,
    tolerance_text,
)
from igmfat_nb.workshop.lessons import LESSONS, QUESTIONS, lesson_named
from igmfat_nb.workshop.question import ChoiceQuestion, NumberQuestion

NUMBERS = [one.key for one in QUESTIONS.values() if isinstance(one, NumberQuestion)]
CHOICES = [one.key for one in QUESTIONS.values() if isinstance(one, ChoiceQuestion)]
# By hand, from the label, the register and the abstract; not from the package.
BY_HAND = {
    "50-plain": "eligible",
    "50-unit": "42",
    "50-above": "not eligible",
    "50-crossing": "31",
    "50-bmi": "43.25",
    "50-iga": "label",
    "50-missing": "cannot tell",
    "51-protein": "20",
    "51-volume": "400",
    "51-rate": "32",
    "51-hours": "12.5",
    "51-balance": "431",
    "51-obesity": "standard",
    "51-low": "8.2",
    "51-day": "499.2",
    "52-second": "72",
    "52-stop": "nothing",
    "52-lost": "53.6",
    "52-half-life": "0.70",
    "52-surprise": "again",
    "52-assay": "9.8",
    "53-size": "241",
    "53-effect": "13.5",
    "53-alarms": "50",
    "53-question": "strategies",
    "53-immortal": "time",
    "53-regression": "above",
}


@pytest.mark.parametrize("key", list(QUESTIONS))
def test_the_answer_worked_out_by_hand_is_right(key):
    found = check(QUESTIONS[key], BY_HAND[key])

    assert found.is_right, found.sentence


@pytest.mark.parametrize("key", list(QUESTIONS))
def test_a_question_has_two_hints_a_working_and_a_reason(key):
    question = QUESTIONS[key]

    assert len(question.hints) == 2
    assert all(question.hints)
    assert [line for line in question.working(question.case) if line]
    assert question.reason


@pytest.mark.parametrize("key", NUMBERS)
def test_every_slip_is_named_with_its_own_sentence(key):
    question = QUESTIONS[key]

    for slip in question.slips:
        value = slip.value(question.case)
        found = check(question, f"{value:.6f}")
        assert found.verdict == "wrong"
        assert found.error == slip.key
        assert found.sentence == slip.sentence


@pytest.mark.parametrize("key", CHOICES)
def test_every_wrong_choice_has_its_reason(key):
    question = QUESTIONS[key]

    for option in question.options:
        found = check(question, option.key)
        if option.key == question.expected:
            assert found.is_right
        else:
            assert option.reason
            assert option.reason in found.sentence


@pytest.mark.parametrize(
    ("key", "typed", "unit"),
    [
        ("50-unit", "0.42", "g/L"),
        ("50-unit", "0,42 g/l", "g/L"),
        ("51-protein", "20000", "mg"),
        ("51-protein", "20000 mg", "mg"),
        ("51-volume", "0.4 L", "L"),
        ("51-hours", "750 min", "min"),
        ("52-half-life", "16.8 h", "h"),
        ("53-effect", "0.135", "a fraction"),
    ],
)
def test_a_unit_slip_is_recognised_and_named(key, typed, unit):
    found = check(QUESTIONS[key], typed)

    assert found.verdict == "unit"
    assert found.error == unit
    assert found.sentence.startswith(f"That is {unit}.")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("399", "Right"),
        ("402", "Too high"),
        ("100 mL", "Too low"),
        ("40", "decimal point"),
        ("4000", "decimal point"),
        ("400 kg", "no unit of this answer"),
        ("four hundred", "expected one number"),
        ("", "missing"),
        ("1,200", "could mean"),
        ("4" * 81, "too long"),
    ],
)
def test_a_wrong_volume_gets_a_reason(typed, says):
    found = check(QUESTIONS["51-volume"], typed)

    assert says in found.sentence


@pytest.mark.parametrize("typed", ["13.5 pp", "13,5 percentage points", "13.5 %"])
def test_percentage_points_may_be_written_as_people_do(typed):
    assert check(QUESTIONS["53-effect"], typed).is_right


def test_near_enough_for_a_percentage_is_said_in_points_and_not_in_per_cent_of_it():
    assert tolerance_text(QUESTIONS["50-crossing"]) == "right within ± 6 percentage points"
    assert tolerance_text(QUESTIONS["53-effect"]) == "right within ± 1 percentage point"


def test_one_patient_is_no_patients():
    question = QUESTIONS["53-size"]
    assert given_text(question, "1") == "1\N{NO-BREAK SPACE}patient"
    assert given_text(question, "2") == "2\N{NO-BREAK SPACE}patients"
    assert check(question, "1").sentence.startswith("Too low: 1 patient. ")


def test_no_choice_is_no_wrong_answer():
    assert check(QUESTIONS["50-plain"], "").verdict == "unreadable"


@given(key=st.sampled_from(list(QUESTIONS)), typed=st.text(max_size=100))
def test_whatever_is_typed_gets_a_verdict_and_a_sentence(key, typed):
    found = check(QUESTIONS[key], typed)

    assert found.verdict in VERDICTS
    assert found.sentence


@given(key=st.sampled_from(NUMBERS), off=st.floats(-1, 1))
def test_within_the_stated_tolerance_is_right_and_beyond_is_not(key, off):
    question = QUESTIONS[key]

    inside = check(question, f"{question.expected + off * 0.99 * question.tolerance:.9f}")
    outside = check(question, f"{question.expected + 1.01 * question.tolerance:.9f}")

    assert inside.is_right
    assert not outside.is_right


def test_an_answer_as_a_number_is_in_the_unit_of_the_question():
    assert answer_number(QUESTIONS["50-unit"], "0.42 g/L") == pytest.approx(42)
    assert answer_number(QUESTIONS["50-unit"], "?") is None
    assert answer_number(QUESTIONS["50-plain"], "eligible") is None


def spoken_unmarked(tree):
    """Texts with a space in them that stand neither in ``_()`` nor in ``mark()``."""
    if isinstance(tree, ast.Call) and getattr(tree.func, "id", "") in ("_", "mark"):
        return
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str) and " " in tree.value:
        yield tree.value
    children = list(ast.iter_child_nodes(tree))
    if isinstance(tree, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(tree):
        children.remove(tree.body[0])
    for child in children:
        yield from spoken_unmarked(child)


#: What no sentence is: keys of verdicts and of an explorer, what stands between words.
KEYS = {" ", ", ", "not eligible", "cannot tell", "sample size"}


def test_every_sentence_of_a_lesson_is_marked_for_translation():
    for path in Path(lessons.__file__).parent.glob("*.py"):
        found = set(spoken_unmarked(ast.parse(path.read_text(encoding="utf-8"))))
        assert found <= KEYS, path.name


def test_an_unknown_lesson_is_refused():
    with pytest.raises(MissingInput, match="50, 51, 52, 53"):
        lesson_named("54")


def test_every_lesson_takes_twenty_to_thirty_minutes():
    assert {20 <= lesson.minutes <= 30 for lesson in LESSONS} == {True}

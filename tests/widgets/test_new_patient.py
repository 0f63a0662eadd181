"""A new patient carries nothing of the old one; doses of another hour are none of today."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from igmfat_nb.bedside.eligibility import Findings, assess
from igmfat_nb.bedside.patient import TypedPatient
from igmfat_nb.case import case_text, read_case
from igmfat_nb.case.typed import TypedCase, typed_case
from igmfat_nb.cli import main
from igmfat_nb.errors import ImplausibleInput
from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.explorer.model import SYNTHETIC_PATIENT, ExplorerModel
from igmfat_nb.widgets.workspace.model import Workspace

OLD = teaching_case("surprising-titre").case  # titres at 0, 24 and 48 h: 34, 86 and 171 mg/dL
WOMAN = TypedPatient(
    sex="female", age_years="71", height_cm="160", weight_kg="55",
    haematocrit="0.28", igm="30", igm_unit="mg/dL",
)  # fmt: skip


@pytest.fixture
def page():
    explorer, course = ExplorerModel(), CourseModel()
    Workspace(explorer, course).open_file("old.json", case_text(OLD).encode())
    return explorer, course


def type_in(explorer, typed):
    for name in ("sex", "age_years", "height_cm", "weight_kg", "haematocrit", "igm", "igm_unit"):
        setattr(explorer, name, getattr(typed, name))


def test_a_cleared_page_carries_nothing_of_the_old_patient(page):
    explorer, course = page
    course.at_h_text = "30"

    explorer.fill(TypedPatient())
    type_in(explorer, WOMAN)

    first = replace(TypedCase().titres[0], igm="30")
    body = {name: getattr(WOMAN, name) for name in ("sex", "age_years", "height_cm", "weight_kg")}
    assert course.typed == TypedCase(**body, haematocrit="0.28", titres=(first,))
    assert (course.at_h_text, course.message, course.opened) == ("", "", None)
    assert OLD.subject not in course.kept
    assert course.file_text is None  # no pseudonym yet: nothing to save under the old one
    assert not course.can_undo  # also not by undo, now that something of her is typed
    assert explorer.outcome.arms["standard"].dose.volume_ml == 275  # 5 mL/kg × 55 kg


def test_a_name_in_the_place_of_the_pseudonym_is_refused_before_anything_else_is_typed():
    course = CourseModel()

    course.change("subject", "Anna Rossi")

    assert course.reading.refused == {
        "subject": "The pseudonym is “Anna Rossi”; expected 1 to 32 letters, digits and hyphens,"
        " and no name."
    }
    course.change("subject", "SIM-1")
    assert course.reading.refused == {}


def test_a_patient_filled_in_replaces_the_old_course_and_can_be_undone(page):
    explorer, course = page

    explorer.fill(SYNTHETIC_PATIENT)
    assert course.typed.subject == ""
    assert len(course.typed.titres) == 1
    assert course.typed.doses == ()

    course.undo()
    assert course.typed == typed_case(OLD)
    assert explorer.age_years == course.typed.age_years
    assert explorer.outcome.arms is None  # the old course goes on after its first titre


def test_an_edit_of_the_body_stays_with_its_patient(page):
    explorer, course = page

    explorer.weight_kg = "90"

    assert course.typed.subject == OLD.subject
    assert course.typed.weight_kg == "90"
    assert len(course.typed.titres) == 3


def test_a_course_that_goes_on_shows_no_dose_of_its_first_hour(page):
    explorer, course = page

    assert explorer.outcome.arms is None
    assert explorer.outcome.comparison is None
    assert explorer.outcome.blank.startswith("The course goes on")
    assert explorer.outcome.waiting == explorer.outcome.blank
    # What is due at 48 h with 171 mg/dL: 250 mg/kg × 88 kg ÷ 50 mg/mL, and nothing more.
    decision = course.outcome.answer.decision
    doses = [decision.standard, decision.deficit, decision.forecast]
    assert decision.situation.at_h == 48
    assert [one.dose.volume_ml for one in doses] == [440, 0, 0]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("titres", {"time_h": "24"}),
        ("doses", {"start_h": "2"}),
        ("events", {"time_h": "5"}),
    ],
)
def test_whatever_is_typed_of_later_hours_takes_the_first_doses_away(name, row):
    explorer, course = ExplorerModel(), CourseModel()
    Workspace(explorer, course)
    explorer.fill(SYNTHETIC_PATIENT)
    assert explorer.outcome.arms

    course.add_row(name, **row)
    assert explorer.outcome.arms is None
    course.undo()
    assert explorer.outcome.arms


def test_the_hour_asked_for_stays_with_its_patient():
    course = CourseModel(OLD)
    course.at_h_text = "30"

    course.open_file(case_text(teaching_case("fast-clearance").case))
    assert course.at_h_text == ""
    course.at_h_text = "100"
    course.undo()

    assert course.typed == typed_case(OLD)
    assert course.outcome.answer.decision.situation.at_h == 30


def test_what_a_browser_kept_is_not_asked_at_the_hour_of_another_course():
    course = CourseModel()
    course.at_h_text = "500"

    course.restore(CourseModel(OLD).kept)

    assert course.outcome.answer.decision.situation.at_h == 48


# One question, one answer.

CONTRADICTIONS = [
    ({"no_hypersensitivity": "yes", "contraindication_hypersensitivity": "yes"}, "yes"),
    ({"no_hypersensitivity": "no", "contraindication_hypersensitivity": "no"}, "no"),
    ({"no_iga_deficiency": "no", "contraindication_iga_deficiency": "no"}, "no"),
]


def answered(answers):
    """The case with these answers alone."""
    return read_case(json.dumps(json.loads(case_text(OLD)) | {"criteria": answers}))


@pytest.mark.parametrize(("answers", "word"), CONTRADICTIONS)
def test_answers_that_contradict_each_other_are_refused_everywhere(answers, word, tmp_path):
    sentence = f"are both answered {word}; these answers contradict each other."
    with pytest.raises(ImplausibleInput, match=sentence):
        assess(Findings(), answers)
    with pytest.raises(ImplausibleInput, match=sentence):
        answered(answers)

    options = [part for pair in answers.items() for part in ("--answer", "=".join(pair))]
    body = [
        "--sex",
        "male",
        "--age",
        "60",
        "--height-cm",
        "175",
        "--weight-kg",
        "80",
        "--haematocrit",
        "0.30",
        "--igm",
        "38",
        "--igm-unit",
        "mg/dL",
    ]
    for command in ("dose", "eligible"):
        run = CliRunner().invoke(main, [command, *body, *options])
        assert run.exit_code == 2
        assert sentence in run.stderr
    explorer = ExplorerModel.of(SYNTHETIC_PATIENT, answers)
    assert explorer.outcome.arms is explorer.outcome.eligibility is None
    assert sentence in explorer.outcome.refused["answers"]


def test_an_iga_deficiency_without_antibodies_is_no_contradiction():
    answers = {"no_iga_deficiency": "yes", "contraindication_iga_deficiency": "yes"}

    assert assess(Findings(), answers).verdict == "cannot tell"
    assert answered(answers).criteria == answers


# The band is printed.


def test_the_band_is_printed_beside_the_curve():
    body = [
        "--sex",
        "male",
        "--age",
        "60",
        "--height-cm",
        "175",
        "--weight-kg",
        "80",
        "--haematocrit",
        "0.30",
        "--igm",
        "38",
        "--igm-unit",
        "mg/dL",
        "--arm",
        "standard",
        "--hours",
        "48",
        "--step-h",
        "0.3",
    ]

    plain = CliRunner().invoke(main, ["curve", *body]).stdout.splitlines()
    band = CliRunner().invoke(main, ["curve", *body, "--band"]).stdout.splitlines()

    assert [line.split()[0] for line in plain[-3:]] == ["0", "1", "2"]  # 160 × 0.3 is a whole day
    assert plain[-1].split() == band[-1].split()[:2]
    low, high = float(band[-1].split()[3]), float(band[-1].split()[4])
    assert low < float(band[-1].split()[2]) < high
    assert "90 % interval from" in "\n".join(band)
    assert "90 % interval from" not in "\n".join(plain)

"""The page of a course without a browser: typed rows, one outcome, every step undone."""

import math

import pytest

from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.workspace.chances import chances_markup
from igmfat_nb.widgets.workspace.days import days_markup
from igmfat_nb.widgets.workspace.due_panel import due_markup
from igmfat_nb.widgets.workspace.model import Workspace

BODY = {
    "subject": "SIM-001",
    "sex": "male",
    "age_years": "64",
    "height_cm": "175",
    "weight_kg": "80",
    "haematocrit": "30 %",
}


@pytest.fixture(autouse=True)
def few_particles(monkeypatch):
    """A tenth of the virtual patients: the page is under test, not the posterior."""
    from igmfat_nb.titration import from_case as course

    monkeypatch.setitem(course.learn_course.__kwdefaults__, "n_particles", 500)


@pytest.fixture
def model():
    """A patient with a first titre of 38 mg/dL."""
    course = CourseModel()
    for name, text in BODY.items():
        course.change(name, text)
    course.change_row("titres", 0, "igm", "38")
    return course


def volume(course, rule):
    return getattr(course.outcome.answer.decision, rule).dose.volume_ml


def add(course, name, **texts):
    course.add_row(name, **texts)


def test_an_empty_page_says_what_it_waits_for_and_shows_no_number():
    course = CourseModel()

    assert course.outcome.answer is None
    assert course.outcome.waiting == (
        "Waiting for the pseudonym, the sex, the age, the height, the weight, the haematocrit"
        " and the first titre."
    )
    assert course.outcome.refused == {}
    assert (course.kept, course.file_text, course.can_undo) == ("", None, False)


def test_the_first_titre_brings_the_doses_of_the_sketch(model):
    # 250 mg/kg x 80 kg / 50 mg/mL = 400 mL; the deficit dose is the one the dashboard shows
    assert volume(model, "standard") == 400
    assert volume(model, "deficit") == 431


def test_a_refused_row_has_its_own_sentence_and_clears_every_result(model):
    add(model, "titres", time_h="24", igm="0.8")

    assert list(model.outcome.refused) == ["titres.1"]
    assert model.outcome.refused["titres.1"].startswith("Serum IgM is 0.8 mg/dL; expected 1 to")
    assert model.outcome.answer is None
    assert model.rows is None
    assert model.file_text is None
    work = Workspace(ExplorerModel(with_course=False), model, step="course")
    for shown in (chances_markup(work), due_markup(work, model.outcome), days_markup(work)):
        assert "mL" not in shown
        assert "400" not in shown


def test_two_refused_rows_each_say_why(model):
    add(model, "titres", time_h="soon", igm="80")
    add(model, "doses", start_h="2", volume_ml="431", duration_h="810")
    add(model, "events", time_h="3", kind="flood")

    assert model.outcome.refused["titres.1"].startswith("Time is “soon”")
    assert model.outcome.refused["doses.0"].startswith("Duration is 810 h")
    assert model.outcome.refused["events.0"].startswith("The kind of event is “flood”")


def test_an_event_without_a_kind_is_missing_one(model):
    add(model, "events", time_h="3")

    assert model.outcome.refused == {"events.0": "The kind of event is missing; choose one."}


def test_an_empty_row_waits_without_a_complaint(model):
    model.add_row("titres")
    model.add_row("doses")

    assert model.outcome.refused == {}
    assert model.outcome.answer is not None
    assert len(model.outcome.case.titres) == 1


def test_rows_fall_into_the_order_of_their_times(model):
    add(model, "titres", time_h="48", igm="88")
    add(model, "titres", time_h="24", igm="79")

    assert [row.time_h for row in model.typed.titres] == ["0", "24", "48"]
    assert model.outcome.refused == {}


def test_a_time_given_twice_is_refused_at_its_row(model):
    add(model, "titres", time_h="24", igm="79")
    add(model, "titres", time_h="24", igm="80")

    assert model.outcome.refused == {
        "titres.2": "Time is 24 h, not after 24 h.",
    }


def test_overlapping_doses_are_refused_at_the_later_one_whatever_empty_rows_stand_between(model):
    add(model, "doses", start_h="2", volume_ml="400", duration_h="12.5")
    add(model, "doses", start_h="10", volume_ml="100", duration_h="4")
    model.add_row("doses")

    assert model.outcome.refused == {
        "doses.1": "This dose starts at 10 h, before the one before ends at 14.5 h."
    }


def test_a_name_is_refused_at_the_pseudonym(model):
    model.change("subject", "Jane Doe")

    assert list(model.outcome.refused) == ["subject"]


def test_correcting_an_early_titre_changes_the_answer_of_today(model):
    add(model, "doses", start_h="2", volume_ml="431", duration_h="13.5")
    add(model, "titres", time_h="24", igm="79")
    add(model, "titres", time_h="48", igm="70")
    before = volume(model, "forecast")

    model.change_row("titres", 1, "igm", "95")

    assert volume(model, "forecast") != before
    assert model.rows[1].titre.igm_mg_dl == 95


def test_undo_goes_back_step_by_step_to_the_same_file(model):
    steps = [model.file_text]
    add(model, "titres", time_h="24", igm="79")
    steps.append(model.file_text)
    add(model, "doses", start_h="2", volume_ml="431", duration_h="13.5")
    model.remove_row("titres", 1)

    model.undo()
    model.undo()
    assert model.file_text == steps[1]
    model.undo()
    assert model.file_text == steps[0]


def test_vasopressors_that_stopped_stop_deficit_and_forecast_but_not_the_standard_arm(model):
    add(model, "titres", time_h="24", igm="60")
    model.change("vasopressor_stopped_h", "20")

    work = Workspace(ExplorerModel(with_course=False), model, step="course")
    assert "Vasopressors stopped at hour 20" in due_markup(work, model.outcome)
    assert [volume(model, rule) for rule in ("standard", "deficit", "forecast")] == [400, 0, 0]
    model.change("vasopressor_stopped_h", "minutes")
    assert list(model.outcome.refused) == ["vasopressor_stopped_h"]


def test_a_contraindication_stops_every_rule(model):
    model.answer("contraindication_iga_deficiency", "yes")

    assert [volume(model, rule) for rule in ("standard", "deficit", "forecast")] == [0, 0, 0]
    assert "IgA deficiency" in model.outcome.answer.decision.stop


def test_the_decision_time_is_read_like_anything_typed(model):
    model.at_h_text = "10"
    assert model.outcome.answer.decision.situation.at_h == 10
    model.at_h_text = "ten"
    assert model.outcome.refused["at_h"].startswith("The decision time is “ten”")
    assert model.outcome.answer is None
    model.at_h_text = "9000"
    assert list(model.outcome.refused) == ["at_h"]


@pytest.mark.parametrize("probability", [0.0, 1.0, -1.0, math.nan, math.inf])
def test_a_chance_that_no_slider_gives_is_refused(model, probability):
    model.probability = probability

    assert model.outcome.answer is None
    assert model.outcome.refused["at_h"].startswith("The probability is")


def test_a_clearance_that_no_button_gives_is_refused(model):
    model.scenario = "instant"

    assert model.outcome.answer is None
    assert model.outcome.refused == {"scenario": "“instant” is no clearance."}


def test_a_fault_leaves_no_old_result(model, monkeypatch):
    from igmfat_nb.widgets.course import model as course_model

    monkeypatch.setattr(course_model, "course_outcome", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        model.change_row("titres", 0, "igm", "39")

    assert model.outcome.answer is None
    assert model.outcome.waiting.startswith("This could not be calculated")

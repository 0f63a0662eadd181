"""A course opened, saved, kept by the browser, shown as a figure and as text."""

import json
from datetime import datetime

import numpy as np
import pytest
from ipywidgets import HTML

from igmfat_nb.case import case_text
from igmfat_nb.case.typed import kept_text, typed_case, typed_kept
from igmfat_nb.errors import UnreadableInput
from igmfat_nb.figures.titration import CourseCurve, personal_figure
from igmfat_nb.teaching_cases import case_names, teaching_case
from igmfat_nb.titration import personal_band
from igmfat_nb.widgets.course.as_text import course_answer_text
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.course.outcome import curve_times_h
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.workspace.alarms import course_alarms
from igmfat_nb.widgets.workspace.chances import details_panel
from igmfat_nb.widgets.workspace.desk import case_desk
from igmfat_nb.widgets.workspace.model import Workspace
from igmfat_nb.widgets.workspace.view import workspace_view
from igmfat_nb.widgets.workspace.words import percent

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


def add(course, name, **texts):
    course.add_row(name, **texts)


@pytest.mark.parametrize("name", case_names())
def test_an_opened_case_is_saved_byte_for_byte_and_reads_as_typed(name):
    text = case_text(teaching_case(name).case)
    course = CourseModel()

    course.open_file(text)
    assert course.file_text == text

    retyped = CourseModel()
    retyped.restore(kept_text(course.typed, None))
    assert retyped.outcome.case.model_dump() == course.outcome.case.model_dump()


def test_the_decision_time_of_one_course_is_not_carried_into_the_next(model):
    model.at_h_text = "10"

    model.open_file(case_text(teaching_case("surprising-titre").case))

    assert model.outcome.answer.decision.situation.at_h == 48


def test_a_file_that_is_no_case_leaves_the_course_and_says_why(model):
    before = model.typed

    model.open_file(b'{"schema": "igmfat-case/9"}')

    expected = "schema is “igmfat-case/9”; this software reads “igmfat-case/1” or “igmfat-case/2”."
    assert model.message == expected
    assert model.typed == before
    model.open_file(b"\xff\xfe")
    assert model.message == "The case is not a UTF-8 text file."
    model.change("notes", "a new step")
    assert model.message == ""


def test_what_the_browser_kept_comes_back_with_its_slips(model):
    add(model, "titres", time_h="24", igm="0.8")
    reloaded = CourseModel()

    reloaded.restore(model.kept, "2026-11-23 14:05")

    assert reloaded.typed == model.typed
    assert reloaded.outcome.refused == model.outcome.refused
    assert reloaded.changed_at == "2026-11-23 14:05"


def test_an_opened_file_survives_the_browser_byte_for_byte():
    text = case_text(teaching_case("surprising-titre").case).replace('"male"', ' "male"')
    course, reloaded = CourseModel(), CourseModel()
    course.open_file(text)

    reloaded.restore(course.kept)

    assert reloaded.file_text == text


def test_what_was_kept_before_a_titre_had_a_unit_is_in_that_of_a_file():
    kept = json.loads(kept_text(typed_case(teaching_case("surprising-titre").case), None))
    for row in kept["typed"]["titres"]:
        row["igm_mg_dl"] = row.pop("igm")
        del row["igm_unit"]
    course = CourseModel()

    course.restore(json.dumps(kept))

    assert [titre.igm_mg_dl for titre in course.outcome.case.titres] == [34, 86, 171]


KEPT = json.loads(kept_text(typed_case(teaching_case("surprising-titre").case), None))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"typed": 1, "file": null}',
        json.dumps(KEPT | {"file": 1}),
        json.dumps({"typed": KEPT["typed"] | {"titres": [{"time_h": 0}]}, "file": None}),
        json.dumps({"typed": KEPT["typed"] | {"titres": [{"day": "0"}]}, "file": None}),
        json.dumps({"typed": KEPT["typed"] | {"doses": [{}] * 101}, "file": None}),
        json.dumps({"typed": KEPT["typed"] | {"weight_kg": 80}, "file": None}),
        "[" * 5000,
        " " * 1_000_001,
    ],
)
def test_a_kept_course_that_was_tampered_with_is_left_alone(text):
    course = CourseModel()

    course.restore(text)

    assert course.message.startswith("What this browser kept is not a course")
    assert course.typed.is_empty()
    with pytest.raises(UnreadableInput):
        typed_kept(text)


def test_forgetting_empties_the_page_and_its_history(model):
    model.forget()

    assert model.typed.is_empty()
    assert (model.can_undo, model.kept, model.changed_at) == (False, "", "")


def test_a_clock_given_dates_every_change():
    course = CourseModel(clock=lambda: datetime(2026, 11, 23, 14, 5, 59))
    assert course.changed_at == ""

    course.change("subject", "SIM-2")

    assert course.changed_at == "2026-11-23 14:05"


def test_a_list_takes_a_hundred_rows_and_no_more():
    model = CourseModel(active=False)
    for _row in range(101):
        model.add_row("events")

    assert len(model.typed.events) == 100


def test_a_page_opens_with_a_case_file(tmp_path):
    path = tmp_path / "case.json"
    path.write_text(case_text(teaching_case("surprising-titre").case))

    assert CourseModel.of_file(str(path)).typed.subject == "surprising-titre"
    assert CourseModel.of_file("").typed.is_empty()
    with pytest.raises(UnreadableInput, match=r"The case file “none\.json” cannot be read\."):
        CourseModel.of_file(str(tmp_path / "none.json"))


def test_the_curve_of_the_page_is_the_curve_of_the_command_line(model):
    add(model, "doses", start_h="2", volume_ml="431", duration_h="13.5")
    add(model, "titres", time_h="24", igm="79")
    answer = model.outcome.answer

    _posterior, band = personal_band(answer.case, answer.curve.time_h, seed=1)

    assert np.allclose(answer.curve.personal["p50"], band["p50"])
    assert {2.0, 15.5} <= set(curve_times_h(answer.case, 24).tolist())


def test_the_figure_shows_points_doses_events_and_flags():
    answer = CourseModel(teaching_case("surprising-titre").case).outcome.answer
    shown = CourseCurve(
        case=answer.case,
        at_h=48,
        time_h=answer.curve.time_h,
        personal=answer.curve.personal,
        population=answer.curve.population,
        outlying_h=[48],
    )

    figure = personal_figure(shown)

    points = next(trace for trace in figure.data if trace.name == "Measured")
    assert list(points.y) == [34, 86, 171]
    assert list(points.marker.symbol) == ["circle", "circle", "diamond-open"]
    bars = next(trace for trace in figure.data if trace.type == "bar")
    assert (list(bars.y), bars.yaxis) == ([491, 104], "y2")
    words = [word.strip() for trace in figure.data[-2:] for word in trace.text]
    assert {"target 100", "today", "Doses, mL"} <= set(words)
    assert (figure.layout.title.text, figure.layout.annotations) == ("IgM, mg/dL", ())


def test_a_surprising_titre_is_an_alarm_that_says_what_was_predicted():
    outcome = CourseModel(teaching_case("surprising-titre").case).outcome

    (alarm, *_rest) = course_alarms(outcome)

    assert (alarm.severity, alarm.at_h) == ("critical", 48)
    assert alarm.sentence.startswith("171 mg/dL is far above the ")


def test_a_deviation_is_named(model):
    model.change("arm", "standard")
    add(model, "doses", start_h="2", volume_ml="300", duration_h="13")
    add(model, "titres", time_h="24", igm="60")

    said = [one.sentence for one in course_alarms(model.outcome)]
    assert "Dose 1, started at 2 h, was 300 mL; the standard arm gives 400 mL." in said


def test_the_label_rate_is_said_where_it_limits_the_forecast(model):
    work = Workspace(ExplorerModel(with_course=False), model, step="course")
    model.change_row("titres", 0, "igm", "10")
    model.probability = 0.99

    assert "At the maximum labelled rate at most 768 mL" in _all_html(details_panel(work))


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.0, "< 1 %"), (0.004, "< 1 %"), (0.5, "50 %"), (0.996, "> 99 %"), (1.0, "> 99 %")],
)
def test_no_chance_is_called_impossible_or_certain(share, shown):
    assert percent(share) == shown


def desk_of(course):
    return case_desk(Workspace(ExplorerModel(with_course=False), course))


def test_everything_typed_is_escaped(model):
    model.change("subject", "<b>x")
    work = Workspace(ExplorerModel(with_course=False), model, step="course")

    page = workspace_view(work)

    assert "<b>x" not in _all_html(page)
    assert "<b>&lt;b&gt;x</b>" in _all_html(page)
    assert work.course.file_text is None


def test_a_message_that_is_no_file_is_not_heard(model):
    desk, answers = desk_of(model), []
    before = model.typed

    wrong = ("open", {"opened": 1}, {"opened": "a.json"}, {"forget": "yes"}, {"example": "none"})
    for message in (*wrong, {"new": 1}):
        desk._handle_custom_msg(message, [])
    assert model.typed == before

    content = case_text(teaching_case("surprising-titre").case).encode()
    desk._handle_custom_msg({"opened": "a.json"}, [memoryview(content)])
    assert model.typed.subject == "surprising-titre"
    desk.send = answers.append
    desk._handle_custom_msg({"save": True}, [])
    assert answers[0]["name"] == desk.file_name == "surprising-titre.json"
    assert answers[0]["save"] == desk.file == content.decode()
    desk._handle_custom_msg({"replacing": True}, [])
    model.change("weight_kg", "90")
    desk._handle_custom_msg({"replacing": True}, [])
    assert answers[1:] == [{"unsaved": False}, {"unsaved": True}]
    assert json.loads(desk.file)["weight_kg"] == 90
    model.change("weight_kg", "ninety")
    assert (desk.file, desk.needs) == ("", "It cannot be saved while an input is refused.")
    desk._handle_custom_msg({"forget": True}, [])
    assert model.typed.is_empty()


def test_a_kept_course_is_restored_on_an_empty_page_only(model):
    fresh = CourseModel()
    desk, other = desk_of(fresh), desk_of(model)
    kept = kept_text(typed_case(teaching_case("surprising-titre").case), None)

    desk.found = other.found = kept

    assert json.loads(fresh.file_text)["subject"] == "surprising-titre"
    assert json.loads(model.file_text)["subject"] == "SIM-001"


def test_the_text_of_a_page_waits_or_answers(model):
    assert "Waiting for the pseudonym" in course_answer_text(CourseModel())
    text = course_answer_text(model)
    assert "400 mL" in text
    assert "431 mL" in text


def _all_html(widget):
    own = widget.value if isinstance(widget, HTML) else ""
    own = own.replace("\xa0", " ")
    return own + "".join(_all_html(child) for child in getattr(widget, "children", ()))

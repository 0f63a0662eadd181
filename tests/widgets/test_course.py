"""The page of a course without a browser: typed rows, one outcome, every step undone."""

import json
import math
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets import HTML, Button, Dropdown, FloatSlider, Text, ToggleButtons

from igmfat_nb.bedside.dosing import DoseRule
from igmfat_nb.bedside.patient import TypedPatient
from igmfat_nb.case import case_text, read_case
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.errors import IgmFatError, UnreadableInput
from igmfat_nb.figures.titration import CourseCurve, personal_figure
from igmfat_nb.pages.dashboard import followed_dashboard, one_patient
from igmfat_nb.teaching_cases import case_names, teaching_case
from igmfat_nb.titration import personal_band
from igmfat_nb.widgets.course.answers_markup import (
    course_table,
    gauge,
    notices,
    percent,
    rule_card,
    sample_table,
)
from igmfat_nb.widgets.course.as_text import course_answer_text
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.course.outcome import curve_times_h
from igmfat_nb.widgets.course.page import case_storage, course_page
from igmfat_nb.widgets.course.typed import TypedTitre, course_kept, kept_text, typed_case
from igmfat_nb.widgets.explorer.model import SYNTHETIC_PATIENT, ExplorerModel
from igmfat_nb.widgets.parts.figure import FigureView

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
    course.change_row("titres", 0, "igm_mg_dl", "38")
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
    add(model, "titres", time_h="24", igm_mg_dl="0.8")

    assert list(model.outcome.refused) == ["titres.1"]
    assert model.outcome.refused["titres.1"].startswith("Serum IgM is 0.8 mg/dL; expected 1 to")
    assert model.outcome.answer is None
    assert model.rows is None
    assert model.file_text is None
    samples = sample_table(model.outcome, model.rows)
    for shown in (gauge(model.outcome), samples, notices(model.outcome)):
        assert "mL" not in shown
    assert "400" not in rule_card(model.outcome, "standard")
    assert "Nothing to show yet" in course_table(model.outcome, model.rows)


def test_two_refused_rows_each_say_why(model):
    add(model, "titres", time_h="soon", igm_mg_dl="80")
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
    add(model, "titres", time_h="48", igm_mg_dl="88")
    add(model, "titres", time_h="24", igm_mg_dl="79")

    assert [row.time_h for row in model.typed.titres] == ["0", "24", "48"]
    assert model.outcome.refused == {}


def test_a_time_given_twice_is_refused_at_its_row(model):
    add(model, "titres", time_h="24", igm_mg_dl="79")
    add(model, "titres", time_h="24", igm_mg_dl="80")

    assert model.outcome.refused == {
        "titres.2": "titres[2].time_h is 24 h, not after 24 h.",
    }


def test_overlapping_doses_are_refused_at_the_later_one_whatever_empty_rows_stand_between(model):
    add(model, "doses", start_h="2", volume_ml="400", duration_h="12.5")
    add(model, "doses", start_h="10", volume_ml="100", duration_h="4")
    model.add_row("doses")

    assert list(model.outcome.refused) == ["doses.1"]


def test_a_name_is_refused_at_the_pseudonym(model):
    model.change("subject", "Jane Doe")

    assert list(model.outcome.refused) == ["subject"]


def test_correcting_an_early_titre_changes_the_answer_of_today(model):
    add(model, "doses", start_h="2", volume_ml="431", duration_h="13.5")
    add(model, "titres", time_h="24", igm_mg_dl="79")
    add(model, "titres", time_h="48", igm_mg_dl="70")
    before = volume(model, "forecast")

    model.change_row("titres", 1, "igm_mg_dl", "95")

    assert volume(model, "forecast") != before
    assert model.rows[1].titre.igm_mg_dl == 95


def test_undo_goes_back_step_by_step_to_the_same_file(model):
    steps = [model.file_text]
    add(model, "titres", time_h="24", igm_mg_dl="79")
    steps.append(model.file_text)
    add(model, "doses", start_h="2", volume_ml="431", duration_h="13.5")
    model.remove_row("titres", 1)

    model.undo()
    model.undo()
    assert model.file_text == steps[1]
    model.undo()
    assert model.file_text == steps[0]


def test_vasopressors_that_stopped_stop_deficit_and_forecast_but_not_the_standard_arm(model):
    add(model, "titres", time_h="24", igm_mg_dl="60")
    model.change("vasopressor_stopped_h", "20")

    assert "Vasopressors stopped at 20 h" in notices(model.outcome)
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
        model.change_row("titres", 0, "igm_mg_dl", "39")

    assert model.outcome.answer is None
    assert model.outcome.waiting.startswith("This could not be calculated")


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

    assert model.message == "schema is “igmfat-case/9”; this software reads “igmfat-case/1”."
    assert model.typed == before
    model.open_file(b"\xff\xfe")
    assert model.message == "The case is not a UTF-8 text file."
    model.change("notes", "a new step")
    assert model.message == ""


def test_what_the_browser_kept_comes_back_with_its_slips(model):
    add(model, "titres", time_h="24", igm_mg_dl="0.8")
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
        course_kept(text)


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
    add(model, "titres", time_h="24", igm_mg_dl="79")
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

    points = next(trace for trace in figure.data if trace.mode == "markers")
    assert list(points.y) == [34, 86, 171]
    assert list(points.marker.symbol) == ["circle", "circle", "diamond-open"]
    bars = next(trace for trace in figure.data if trace.type == "bar")
    assert (list(bars.y), bars.yaxis) == ([491, 104], "y2")
    words = [word.strip() for trace in figure.data[-2:] for word in trace.text]
    assert {"target 100", "today", "Doses, mL"} <= set(words)
    assert (figure.layout.title.text, figure.layout.annotations) == ("IgM, mg/dL", ())


def test_a_surprising_titre_is_flagged_and_asked_about():
    outcome = CourseModel(teaching_case("surprising-titre").case).outcome

    assert "unit, a sample drawn during an infusion" in notices(outcome)


def test_a_deviation_is_named(model):
    model.change("arm", "standard")
    add(model, "doses", start_h="2", volume_ml="300", duration_h="13")
    add(model, "titres", time_h="24", igm_mg_dl="60")

    assert "Dose 1, begun at 2 h, brought 300 mL; the standard arm gives 400 mL." in notices(
        model.outcome
    )


def test_the_label_rate_is_said_where_it_limits_the_forecast(model):
    model.change_row("titres", 0, "igm_mg_dl", "10")
    model.probability = 0.99

    assert "Limited by the label rate: no more than 768 mL" in rule_card(model.outcome, "forecast")


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.0, "< 1 %"), (0.004, "< 1 %"), (0.5, "50 %"), (0.996, "> 99 %"), (1.0, "> 99 %")],
)
def test_no_chance_is_called_impossible_or_certain(share, shown):
    assert percent(share) == shown


def test_everything_typed_is_escaped(model):
    model.change("subject", "<b>x")
    storage = case_storage(model)

    page = course_page(model)

    assert "<b>x" not in _all_html(page)
    assert "<b>&lt;b&gt;x</b>" in _all_html(page)
    assert storage.file_text == ""


def test_a_message_that_is_no_file_is_not_heard(model):
    storage = case_storage(model)
    before = model.typed

    for message in ("open", {"opened": 1}, {"opened": "a.json"}, {"forget": "yes"}):
        storage._handle_custom_msg(message, [])
    assert model.typed == before

    content = case_text(teaching_case("surprising-titre").case).encode()
    storage._handle_custom_msg({"opened": "a.json"}, [memoryview(content)])
    assert model.typed.subject == "surprising-titre"
    assert storage.file_name == "surprising-titre.json"
    storage._handle_custom_msg({"forget": True}, [])
    assert model.typed.is_empty()


def test_a_kept_course_is_restored_on_an_empty_page_only(model):
    storage, other = case_storage(CourseModel()), case_storage(model)
    kept = kept_text(typed_case(teaching_case("surprising-titre").case), None)

    storage.found = other.found = kept

    assert json.loads(storage.file_text)["subject"] == "surprising-titre"
    assert json.loads(other.file_text)["subject"] == "SIM-001"


def test_the_text_of_a_page_waits_or_answers(model):
    assert "Waiting for the pseudonym" in course_answer_text(CourseModel())
    text = course_answer_text(model)
    assert "400 mL" in text
    assert "431 mL" in text


class TestDashboard:
    @pytest.fixture
    def explorer(self):
        return ExplorerModel(with_course=False)

    def test_the_patient_typed_in_the_dashboard_is_the_patient_of_the_course(self, explorer):
        course = CourseModel(active=False)
        followed_dashboard(explorer, course)

        explorer.fill(replace(SYNTHETIC_PATIENT, igm="0.38", igm_unit="g/L"))
        course.change("subject", "SIM-1")

        assert course.outcome.case.titres[0].igm_mg_dl == 38
        assert explorer.igm == "0.38"
        assert course.outcome.answer is None  # nobody looks
        course.active = True
        assert volume(course, "deficit") == explorer.outcome.arms["personalised"].dose.volume_ml

    def test_an_opened_case_fills_the_dashboard_in(self, explorer):
        course = CourseModel(active=False)
        one_patient(explorer, course)
        text = case_text(teaching_case("surprising-titre").case)

        course.open_file(text)

        assert (explorer.weight_kg, explorer.igm, explorer.igm_unit) == ("88", "34", "mg/dL")
        assert explorer.answers["contraindication_iga_deficiency"] == "no"
        assert course.file_text == text

    def test_a_slip_in_the_dashboard_clears_the_course(self, explorer):
        course = CourseModel(teaching_case("surprising-titre").case)
        one_patient(explorer, course)

        explorer.weight_kg = "880"

        assert list(course.outcome.refused) == ["weight_kg"]
        assert course.outcome.answer is None

    def test_the_parts_of_the_rule_are_those_of_the_dashboard(self, explorer):
        course = CourseModel(teaching_case("surprising-titre").case)
        one_patient(explorer, course)

        explorer.recovery = "0.8"
        assert course.outcome.answer.decision.assumptions == Assumptions(
            synthesis="recovering", rule=DoseRule(recovery=0.8)
        )
        explorer.recovery = "8"
        assert course.outcome.answer is None
        assert course.outcome.waiting.startswith("No dose and no curve while a part of the rule")

    def test_a_cleared_patient_is_a_cleared_body(self, explorer):
        course = CourseModel(teaching_case("surprising-titre").case)
        one_patient(explorer, course)

        explorer.fill(TypedPatient())

        assert (course.typed.weight_kg, course.outcome.answer) == ("", None)


class TestWidgets:
    """The page's own widgets, set as a browser would set them."""

    @pytest.fixture
    def course(self):
        return CourseModel(teaching_case("surprising-titre").case)

    @pytest.fixture
    def page(self, course):
        return course_page(course)

    def test_the_page_shows_doses_chances_samples_and_days(self, course, page):
        shown = _all_html(page)

        # 250 mg/kg x 88 kg / 50 mg/mL = 440 mL; 491 and 104 mL were given, says the file
        for words in ("440 <small>mL at 48 h", "0 <small>mL at 48 h", "Nothing to show yet"):
            assert (words in shown) == (words != "Nothing to show yet")
        for words in ("6 h on", "24 h on", "<td>491</td>", "<td>104</td>", "Deficit rule"):
            assert words in shown
        assert "assumption of this software" in shown
        assert "Our proposal, not the trial&#x27;s rule." in shown
        assert course_table(course.outcome, None) != course_table(course.outcome, course.rows)

    def test_the_curve_follows_what_is_typed_and_goes_with_it(self, course, page):
        figure = next(one for one in _all(page) if isinstance(one, FigureView))

        def measured():
            return json.loads(figure.figure)["data"][5]["y"]

        assert measured() == [34, 86, 171]

        course.change_row("titres", 2, "igm_mg_dl", "90")
        assert measured() == [34, 86, 90]
        course.change_row("titres", 2, "igm_mg_dl", "0.9")
        assert measured() == json.loads(figure.figure)["data"][4]["y"] == []

    def test_typing_into_a_row_changes_the_course(self, course, page):
        titre = _texts(page, "IgM, mg/dL")[2]

        titre.value = "0,9"
        assert "Serum IgM is 0.9 mg/dL" in _all_html(page)
        titre.value = "92"
        assert course.outcome.case.titres[2].igm_mg_dl == 92

    def test_rows_come_and_go_by_their_buttons(self, course, page):
        _button(page, "Add event").click()
        _texts(page, "Time, h")[0].value = "30"
        assert "The kind of event is missing" in _all_html(page)
        next(one for one in _all(page) if isinstance(one, Dropdown)).value = "red cells"
        assert course.outcome.case.events[0].kind == "red cells"

        before = course.file_text
        _button(page, "×").click()
        assert course.outcome.case.events == ()
        _button(page, "Undo").click()
        assert course.file_text == before

    def test_fields_of_the_patient_and_of_the_question_are_read(self, course, page):
        _texts(page, "Weight, actual")[0].value = "90"
        assert volume(course, "standard") == 450  # 250 mg/kg x 90 kg / 50 mg/mL
        _texts(page, "Vasopressors stopped")[0].value = "40"
        assert course.outcome.answer.decision.stop is not None
        _texts(page, "Decision at")[0].value = "39"
        assert course.outcome.answer.decision.situation.at_h == 39
        slider = next(one for one in _all(page) if isinstance(one, FloatSlider))
        slider.value = 0.95
        assert course.outcome.answer.decision.forecast.probability == 0.95

    def test_switches_choose_sex_arm_clearance_and_answers(self, course, page):
        switches = {one.description: one for one in _all(page) if isinstance(one, ToggleButtons)}
        switches["Sex"].value = "female"
        switches["Arm, for deviations"].value = "standard"
        switches["Assumed clearance, before any titre"].value = "fast"
        switches[""].value = "unknown"  # the last contraindication

        assert (course.typed.sex, course.typed.arm, course.scenario) == (
            "female",
            "standard",
            "fast",
        )
        assert "Not cleared: IgA deficiency" in _all_html(page)

    def test_the_example_opens_on_an_empty_page_and_can_be_undone(self):
        course = CourseModel()
        page = course_page(course)

        _button(page, "Open a synthetic course").click()
        assert course.typed.subject == "surprising-titre"
        course.undo()
        assert course.typed.is_empty()

    def test_the_course_of_the_dashboard_is_drawn_when_it_is_opened(self):
        course = CourseModel(active=False)
        course.open_file(case_text(teaching_case("plain-eligible").case))
        page = followed_dashboard(ExplorerModel(with_course=False), course)
        assert _texts(page, "IgM, mg/dL") == []

        fold = next(one for one in _all(page) if "Follow this patient" in _description(one))
        fold.value = True

        assert len(_texts(page, "IgM, mg/dL")) == 1
        assert "mL at 0 h" in _all_html(page)

    def test_a_course_that_goes_on_is_drawn_at_once_with_the_doses_of_now(self):
        course = CourseModel(active=False)
        page = followed_dashboard(ExplorerModel(with_course=False), course)
        assert _texts(page, "IgM, mg/dL") == []

        course.open_file(case_text(teaching_case("surprising-titre").case))

        assert len(_texts(page, "IgM, mg/dL")) == 3
        assert "440 <small>mL at 48 h" in _all_html(page)
        assert "440 <small>mL today" not in _all_html(page)
        assert "491 <small>mL today" not in _all_html(page)

    def test_a_vasopressor_free_case_says_no_titre_today_where_the_last_is_old(self, course, page):
        course.at_h_text = "90"

        assert "no titre today" in _all_html(page)


def test_nothing_is_undone_or_removed_where_there_is_nothing():
    course = CourseModel()

    course.undo()
    course.remove_row("doses", 3)

    assert course.typed.is_empty()


TEXTS = st.one_of(
    st.sampled_from(["", "0", "24", "38", "12,5", "1,234", "1e400", "-3", "nan", "NaN mg"]),
    st.text(max_size=12),
)


@settings(max_examples=40)
@given(
    rows=st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=3),
    weight=TEXTS,
    stopped=TEXTS,
)
def test_any_typed_text_gives_an_answer_or_a_sentence_never_both(rows, weight, stopped):
    course = CourseModel(teaching_case("plain-eligible").case, active=False)
    typed = course.typed
    titres = [TypedTitre(*row) for row in rows]
    course.take_body(
        replace(typed, weight_kg=weight, vasopressor_stopped_h=stopped).with_rows(
            "titres", [*typed.titres, *titres]
        )
    )

    outcome = course.outcome
    assert (outcome.case is None) == bool(outcome.refused or outcome.missing)
    if outcome.case is not None:
        assert read_case(course.file_text).model_dump() == outcome.case.model_dump()
    assert all(isinstance(sentence, str) and sentence for sentence in outcome.refused.values())


def test_the_model_is_refused_a_field_it_does_not_have(model):
    with pytest.raises(KeyError):
        model.change("outcome", "x")


def test_the_script_of_the_storage_names_no_host():
    script = (
        Path(__file__).parents[2] / "igmfat_nb" / "widgets" / "parts" / "case_storage.js"
    ).read_text()

    assert "http" not in script
    assert "fetch(" not in script


def test_a_refused_case_of_a_notebook_is_one_sentence(tmp_path):
    path = tmp_path / "case.json"
    path.write_text("{}")

    with pytest.raises(IgmFatError, match="schema is missing"):
        CourseModel.of_file(str(path))


def _all_html(widget):
    own = widget.value if isinstance(widget, HTML) else ""
    return own + "".join(_all_html(child) for child in getattr(widget, "children", ()))


def _all(widget):
    return [widget, *(one for child in getattr(widget, "children", ()) for one in _all(child))]


def _description(widget):
    return getattr(widget, "description", "")


def _texts(page, label):
    return [one for one in _all(page) if isinstance(one, Text) and one.description == label]


def _button(page, label):
    return next(one for one in _all(page) if isinstance(one, Button) and one.description == label)

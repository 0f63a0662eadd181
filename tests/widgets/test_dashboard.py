"""The dashboard with a course in it, and the widgets of a course's page."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets import HTML, Button, Dropdown, FloatSlider, Text, ToggleButtons

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.patient import TypedPatient
from igmfat_nb.case import case_text, read_case
from igmfat_nb.case.typed import TypedTitre
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.pages.dashboard import followed_dashboard, one_patient
from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.widgets.course.answers_markup import (
    course_table,
)
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.course.page import course_page
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
    course.change_row("titres", 0, "igm", "38")
    return course


def volume(course, rule):
    return getattr(course.outcome.answer.decision, rule).dose.volume_ml


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

    def test_there_is_one_patient_as_typed_in_the_unit_it_was_typed_in(self, explorer):
        course = CourseModel(active=False)
        page = followed_dashboard(explorer, course)
        explorer.fill(replace(SYNTHETIC_PATIENT, igm="0,38", igm_unit="g/L"))
        course.active = True
        fold = next(one for one in _all(page) if "Follow this patient" in _description(one))
        fold.value = True

        assert explorer.patient is course
        assert [one.value for one in _texts(page, "IgM, g/L")] == ["0,38"]  # the row, as typed
        course.change("subject", "SIM-1")
        course.add_row("titres", time_h="24", igm="85", igm_unit="mg/dL")
        later = next(one for one in _all(page) if "ig-own-unit" in getattr(one, "_dom_classes", ()))
        assert [one.value for one in _texts(later, "IgM, mg/dL")] == ["85"]  # its label in sight
        assert [titre.igm_mg_dl for titre in course.outcome.case.titres] == [38, 85]
        course.undo()
        course.add_row("titres", time_h="24", igm="0.85")  # in the unit of the row above
        assert [one.value for one in _texts(page, "IgM, g/L")] == ["0,38", "0.85"]
        assert not any("ig-own-unit" in getattr(one, "_dom_classes", ()) for one in _all(page))
        explorer.igm = "0,4"
        assert course.outcome.case.titres[0].igm_mg_dl == 40

    def test_a_titre_without_its_unit_is_refused_at_both_places(self, explorer):
        course = CourseModel(active=False)
        one_patient(explorer, course)

        explorer.fill(replace(SYNTHETIC_PATIENT, igm_unit=""))

        assert explorer.outcome.refused["igm_unit"] == course.outcome.refused["titres.0"]
        assert "choose mg/dL or g/L" in course.outcome.refused["titres.0"]

    def test_an_emptied_page_has_no_unit_until_somebody_chooses_one(self, explorer):
        course = CourseModel(active=False)
        one_patient(explorer, course)
        explorer.fill(SYNTHETIC_PATIENT)

        course.forget()

        assert (explorer.igm_unit, course.typed.is_empty()) == ("", True)
        explorer.igm_unit = "g/L"
        assert (explorer.igm_unit, course.typed.is_empty(), course.kept) == ("g/L", True, "")

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

        course.change_row("titres", 2, "igm", "90")
        assert measured() == [34, 86, 90]
        course.change_row("titres", 2, "igm", "0.9")
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
        switches["Allocated arm"].value = "standard"
        switches["Assumed clearance, before any titre"].value = "fast"
        switches[""].value = "unknown"  # the last contraindication

        assert (course.typed.sex, course.typed.arm, course.scenario) == (
            "female",
            "standard",
            "fast",
        )
        assert "Contraindication not answered: IgA deficiency" in _all_html(page)

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
    course.take(
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

"""One patient, one page: nothing of two patients is mixed, nothing that was typed is lost."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workspace_page import Page, few_particles  # noqa: F401 - a fixture

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.patient import TypedPatient
from igmfat_nb.case import case_text, read_case
from igmfat_nb.case.typed import TypedTitre
from igmfat_nb.courses.simulated import Assumptions
from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.explorer.model import SYNTHETIC_PATIENT, ExplorerModel
from igmfat_nb.widgets.workspace.examples import EXAMPLES
from igmfat_nb.widgets.workspace.model import COURSE, FIRST, Workspace

OLD = teaching_case("surprising-titre").case  # 34, 86 and 171 mg/dL at 0, 24 and 48 h
pytestmark = pytest.mark.usefixtures("few_particles")


@pytest.fixture
def work():
    return Workspace(ExplorerModel(with_course=False), CourseModel(active=False))


def opened(work, case=OLD):
    work.open_file("old.json", case_text(case).encode())
    return work


def volume(course, rule):
    return getattr(course.outcome.answer.decision, rule).dose.volume_ml


def test_both_steps_have_one_patient_as_typed_in_the_unit_it_was_typed_in(work):
    work.explorer.fill(replace(SYNTHETIC_PATIENT, igm="0,38", igm_unit="g/L"))
    work.course.change("subject", "SIM-1")

    assert work.explorer.patient is work.course
    assert work.course.outcome.case.titres[0].igm_mg_dl == 38
    assert work.explorer.igm == "0,38"
    work.course.add_row("titres", time_h="24", igm="0.85")  # in the unit of the row above
    assert [titre.igm_mg_dl for titre in work.course.outcome.case.titres] == [38, 85]
    work.explorer.igm = "0,4"
    assert work.course.outcome.case.titres[0].igm_mg_dl == 40


def test_only_the_step_that_is_open_is_computed(work):
    work.explorer.fill(SYNTHETIC_PATIENT)
    work.course.change("subject", "SIM-1")
    assert (work.step, work.course.outcome.answer) == (FIRST, None)
    assert work.explorer.outcome.comparison

    work.step = COURSE

    assert work.explorer.outcome.comparison is None
    # 250 mg/kg × 80 kg ÷ 50 mg/mL; the mass balance by hand is in test_dosing
    assert [volume(work.course, rule) for rule in ("standard", "deficit")] == [400, 431]


def test_a_case_opens_at_its_present_state(work):
    opened(work)

    assert (work.step, work.now_h) == (COURSE, 48)
    assert volume(work.course, "standard") == 440  # 250 mg/kg × 88 kg ÷ 50 mg/mL
    page = Page(work)
    assert "Dose of day 3, from hour 48" in page.text
    assert "491 mL today" not in page.text


def test_a_titre_without_its_unit_is_refused_at_both_places(work):
    work.explorer.fill(replace(SYNTHETIC_PATIENT, igm_unit=""))

    refused = work.course.outcome.refused["titres.0"]
    assert work.explorer.outcome.refused["igm_unit"] == refused
    assert "choose mg/dL or g/L" in refused


def test_an_emptied_page_has_no_unit_until_somebody_chooses_one(work):
    work.explorer.fill(SYNTHETIC_PATIENT)

    work.forget()

    assert (work.explorer.igm_unit, work.course.typed.is_empty()) == ("", True)
    work.explorer.igm_unit = "g/L"
    assert work.course.typed.is_empty()
    assert work.course.kept == ""


def test_a_slip_in_the_body_clears_the_course(work):
    opened(work)

    work.explorer.weight_kg = "880"

    assert list(work.course.outcome.refused) == ["weight_kg"]
    assert work.course.outcome.answer is None


def test_doses_plan_and_chances_rest_on_one_set_of_assumptions(work):
    opened(work)

    work.explorer.recovery, work.explorer.scenario = "0.8", "fast"
    assert work.course.outcome.answer.decision.assumptions == Assumptions(
        synthesis="recovering", scenario="fast", rule=DoseRule(recovery=0.8)
    )
    work.explorer.recovery = "8"
    assert work.course.outcome.answer is None
    assert work.course.outcome.waiting.startswith("No dose and no curve while a part of the rule")


@pytest.mark.parametrize("leave", ["new", "open", "example"])
def test_another_patient_replaces_all_of_the_one_before_and_undo_brings_it_back(work, leave):
    opened(work)
    work.course.at_h_text = "30"
    before = work.course.typed

    if leave == "new":
        work.new_patient()
    elif leave == "open":
        opened(work, teaching_case("plain-eligible").case)
    else:
        work.open_example("obesity")

    subject = {"new": "", "open": "plain-eligible", "example": "obesity"}[leave]
    assert (work.course.typed.subject, work.course.typed.doses) == (subject, ())
    assert (work.course.at_h_text, work.step) == ("", FIRST)
    assert OLD.subject not in work.course.kept
    work.undo()
    assert (work.course.typed, work.course.at_h_text) == (before, "30")
    work.redo()
    assert work.course.typed.subject == subject


def test_a_new_patient_who_was_begun_carries_nothing_also_not_by_undo_or_redo(work):
    opened(work)
    work.new_patient()
    work.undo()
    work.redo()

    work.explorer.weight_kg = "55"

    assert not work.course.can_undo
    assert not work.course.can_redo
    assert OLD.subject not in work.course.kept


def test_a_refused_file_changes_nothing_and_says_which_file_and_who_is_open(work):
    opened(work)
    before = (work.course.typed, work.course.file_text, work.course.can_undo)
    wrong = case_text(OLD).replace('"age_years": 57', '"age_years": "sixty"')

    work.open_file("mrsa-04.json", wrong.encode())

    assert (work.course.typed, work.course.file_text, work.course.can_undo) == before
    said = Page(work).text
    assert "mrsa-04.json was not opened." in said
    assert "age_years is “sixty”" in said or "age_years" in said
    assert "surprising-titre is still here, unchanged." in said
    work.course.change("subject", "B-2")
    assert "mrsa-04.json" not in Page(work).text


def test_what_is_typed_is_unsaved_until_it_is_saved_or_is_as_it_was_opened(work):
    assert not work.unsaved
    opened(work)
    assert not work.unsaved
    work.explorer.weight_kg = "90"
    assert work.unsaved
    work.explorer.weight_kg = "88"
    assert not work.unsaved
    work.course.change("subject", "B-2")
    work.saved()
    assert not work.unsaved


def test_what_a_tab_kept_is_in_no_file_yet(work):
    other = opened(Workspace(ExplorerModel(with_course=False), CourseModel(active=False)))

    work.restore(other.course.kept)

    assert work.unsaved
    assert work.step == COURSE


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_every_example_answers_the_whole_screening(work, name):
    work.open_example(name)

    verdict = work.explorer.outcome.eligibility.verdict
    assert verdict == ("not eligible" if name == "just-above-60" else "eligible")
    assert work.explorer.outcome.eligibility.missing == ()
    assert work.step == (COURSE if name in ("surprising-titre", "late-result") else FIRST)


TEXTS = st.one_of(
    st.sampled_from(["", "0", "24", "38", "12,5", "1,234", "1e400", "-3", "nan", "NaN mg"]),
    st.text(max_size=12),
)


@settings(max_examples=40)
@given(rows=st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=3), weight=TEXTS, stopped=TEXTS)
def test_any_typed_text_gives_an_answer_or_a_sentence_never_both(rows, weight, stopped):
    course = CourseModel(teaching_case("plain-eligible").case, active=False)
    titres = [*course.typed.titres, *(TypedTitre(*row) for row in rows)]
    typed = replace(course.typed, weight_kg=weight, vasopressor_stopped_h=stopped)
    course.take(typed.with_rows("titres", titres))

    outcome = course.outcome
    assert (outcome.case is None) == bool(outcome.refused or outcome.missing)
    if outcome.case is not None:
        assert read_case(course.file_text).model_dump() == outcome.case.model_dump()
    assert all(isinstance(sentence, str) and sentence for sentence in outcome.refused.values())


def test_nothing_is_undone_or_removed_where_there_is_nothing(work):
    work.undo()
    work.course.remove_row("doses", 3)

    assert work.course.typed.is_empty()


def test_the_model_is_refused_a_field_it_does_not_have(work):
    with pytest.raises(KeyError):
        work.course.change("outcome", "x")


def test_a_cleared_body_is_a_cleared_patient(work):
    opened(work)

    work.explorer.fill(TypedPatient())

    assert (work.course.typed.weight_kg, work.course.outcome.answer) == ("", None)

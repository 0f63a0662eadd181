"""The form of a course: what is refused is not entered, and says why at its field."""

import ipywidgets as ipw
import pytest
from workspace_page import Page, few_particles, parts  # noqa: F401 - a fixture

from igmfat_nb.case import case_text
from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.workspace.alarms import course_alarms
from igmfat_nb.widgets.workspace.alarms_panel import answer_for
from igmfat_nb.widgets.workspace.draft import Draft
from igmfat_nb.widgets.workspace.model import Workspace

OLD = teaching_case("surprising-titre").case  # 34, 86 and 171 mg/dL at 0, 24 and 48 h
pytestmark = pytest.mark.usefixtures("few_particles")


@pytest.fixture
def work():
    found = Workspace(ExplorerModel(with_course=False), CourseModel(active=False))
    found.open_file("old.json", case_text(OLD).encode())
    return found


@pytest.fixture
def draft(work):
    return Draft(work)


def fill(draft, name, **texts):
    draft.begin(name)
    for part, text in texts.items():
        draft.followed_time(name, part).enter(text)


def errors(draft, name):
    parts = ("time_h", "start_h", "igm", "volume_ml", "duration_h", "result_h", "kind", "")
    said = {part: draft.followed(name, part).refused() for part in parts}
    return {part: sentence for part, sentence in said.items() if sentence}


def test_a_new_row_comes_with_the_likely_next_hour_and_the_unit_before(draft):
    assert draft.text("titres", "time_h") == "72"
    assert draft.text("titres", "igm_unit") == "mg/dL"


@pytest.mark.parametrize(
    ("name", "texts", "field", "sentence"),
    [
        ("titres", {"igm": "0.8"}, "igm", "Serum IgM is 0.8 mg/dL"),
        ("titres", {"igm": "90", "time_h": "minutes"}, "time_h", "expected"),
        ("titres", {"igm": "90", "result_h": "70"}, "result_h", "before its draw"),
        ("doses", {"start_h": "50", "volume_ml": "100"}, "duration_h", "missing"),
        ("events", {"time_h": "30", "kind": ""}, "", "Nothing is entered yet."),
    ],
)
def test_what_is_refused_is_not_entered_and_says_so_at_its_field(
    work, draft, name, texts, field, sentence
):
    before = work.course.typed
    fill(draft, name, **texts)

    assert not draft.add()

    (found,) = errors(draft, name).items()
    assert (found[0], sentence in found[1]) == (field, True)
    assert work.course.typed == before
    assert work.course.outcome.answer  # the doses of what was entered stay


def test_a_dose_between_two_others_falls_into_its_place(work, draft):
    fill(draft, "doses", start_h="20", volume_ml="50", duration_h="2")

    assert draft.add()
    assert [dose.start_h for dose in work.course.reading.case.doses] == [2, 20, 26]


def test_a_row_is_corrected_in_place_and_a_slip_clears_the_answer(work, draft):
    draft.correct("titres", 1)
    draft.followed("titres", "igm").enter("8.6.1")

    assert work.course.outcome.answer is None
    assert list(errors(draft, "titres")) == ["igm"]
    draft.followed("titres", "igm").enter("0.9")
    draft.followed("titres", "igm_unit").enter("g/L")
    assert work.course.reading.case.titres[1].igm_mg_dl == 90
    assert errors(draft, "titres") == {}


def test_a_removed_row_comes_back_by_undo_and_the_next_one_has_the_keyboard(work, draft):
    before = work.course.typed
    draft.correct("doses", 0)
    draft.remove()

    assert len(work.course.typed.doses) == 1
    assert work.focus == ".ig-entry-doses-0"
    work.undo()
    assert work.course.typed == before


def test_times_are_typed_as_charted_and_stored_as_hours(work, draft):
    work.set_zero("2026-03-28 08:30")
    work.course.zone = "Europe/Rome"
    work.set_zero("2026-03-28 08:30")

    fill(draft, "titres", time_h="day 4 08:30", igm="95")
    assert draft.add()

    # the clocks go forward in the night to the 29th: three days by the clock are 71 hours
    assert work.course.reading.case.titres[-1].time_h == 71
    assert "Tue 31 Mar" in Page(work).text
    fill(draft, "events", time_h="10:00", kind="red cells")
    assert draft.add()
    assert work.course.reading.case.events[-1].time_h == 72.5
    assert '"time_h": 71' in work.course.file_text
    assert "08:30" not in work.course.file_text
    assert "08:30" not in work.course.kept

    fill(draft, "titres", time_h="08:30", igm="95")  # as the last one: the next such hour is meant
    assert draft.add()
    assert work.course.reading.case.titres[-1].time_h == 95


def test_a_corrected_hour_zero_keeps_what_was_typed_by_the_clock(work, draft):
    work.set_zero("06:30")
    fill(draft, "titres", time_h="day 4 06:30", igm="95")
    assert draft.add()

    work.set_zero("07:30")

    titres = work.course.reading.case.titres
    assert [titre.time_h for titre in titres] == [0, 24, 48, 71]  # hours of the file stay hours
    assert work.course.zero_refused == ""
    work.set_zero("half past six")
    assert "half past six" in work.course.zero_refused


def test_an_hour_zero_after_what_was_typed_by_the_clock_moves_it_before_and_refuses_it(work, draft):
    work.set_zero("06:30")
    fill(draft, "events", time_h="day 1 08:00", kind="red cells")
    assert draft.add()
    assert work.course.reading.case.events[-1].time_h == 1.5

    work.set_zero("09:30")  # the event was an hour and a half before it

    assert work.course.typed.events[-1].time_h == "-1.5"
    assert work.course.reading.case is None
    work.set_zero("07:30")  # corrected again: nothing that was typed is lost
    assert work.course.reading.case.events[-1].time_h == 0.5


def test_now_is_the_readers_clock_where_the_date_of_hour_zero_is_known(work):
    work.reader_clock("2026-11-25 09:04", "Europe/Rome")
    assert work.now_h == 48  # the last hour entered
    work.set_zero("2026-11-23 06:30")

    assert work.now_h == pytest.approx(50 + 34 / 60)
    work.course.at_h_text = "49"
    assert work.now_h == 49
    work.course.at_h_text = ""
    work.reader_clock("2026-11-24 09:04", "Europe/Rome")  # before the last hour entered
    assert work.now_h == 48
    work.reader_clock("no clock", "Nowhere/At all")
    assert work.now_h == 48


def test_a_first_dose_of_an_old_titre_is_not_due_now():
    work = Workspace(ExplorerModel(), CourseModel(active=False))
    work.open_example("plain-eligible")
    assert "Due now Dose of day 1" in Page(work).text

    work.reader_clock("2026-11-25 08:30", "Europe/Rome")
    work.set_zero("2026-11-23 06:30")

    assert "The titre is 50 h old; what is due now is under" in Page(work).text
    assert "Due now" not in Page(work).text


def test_a_titre_set_aside_goes_into_the_notes_and_leaves_now_where_it_is(work, draft):
    titre = work.course.outcome.answer.aside.titre
    assert titre.igm_mg_dl == 171

    answer_for(work, draft, titre, "set aside")

    case = work.course.reading.case
    assert [one.igm_mg_dl for one in case.titres] == [34, 86]
    assert "titre at 48 h: 171 mg/dL set aside" in case.notes
    assert work.now_h == 48
    assert work.course.outcome.answer.decision.deficit.dose is None  # no titre of today
    assert "171" in Page(work).text
    work.undo()
    assert len(work.course.reading.case.titres) == 3


def test_a_titre_kept_as_right_is_asked_about_no_more(work, draft):
    answer_for(work, draft, work.course.outcome.answer.aside.titre, "keep")

    assert work.course.outcome.answer.aside is None
    assert [one.severity for one in course_alarms(work.course.outcome)][:1] != ["critical"]
    assert len(work.course.reading.case.titres) == 3


def test_a_missing_dose_and_a_slip_open_the_form(work, draft):
    titre = work.course.outcome.answer.aside.titre
    answer_for(work, draft, titre, "missing dose")
    assert (draft.name, draft.index) == ("doses", None)
    answer_for(work, draft, titre, "correct")
    assert (draft.name, draft.index, draft.text("titres", "igm")) == ("titres", 2, "171")


def test_both_doses_of_a_titre_below_the_limit_are_shown(work, draft):
    draft.correct("titres", 2)
    draft.followed("titres", "igm").enter("<18")

    # mass balance by hand at 18 and at 0: 82 and 100 mg/dL × plasma volume ÷ 0.9 ÷ 6
    plasma_dl = work.course.reading.case.body(48).plasma_volume_ml / 100
    at_limit, at_0 = (round(deficit * plasma_dl / 0.9 / 6) for deficit in (82, 100))
    assert f"{at_limit}–{at_0}" in Page(work).text
    assert '"igm_below_mg_dl": 18' in work.course.file_text


def test_the_first_dose_of_a_titre_below_the_limit_is_shown_at_both_ends():
    work = Workspace(ExplorerModel(), CourseModel(active=False))
    work.open_example("plain-eligible")
    work.explorer.igm = "<18"

    # by hand: 82 and 100 mg/dL × 37.563 dL ÷ 0.9 ÷ 6
    assert "570–696" in Page(work).text
    assert "400 mL today" in Page(work).text
    assert work.explorer.outcome.eligibility.verdict == "eligible"
    assert work.explorer.outcome.refused == {}


def test_a_row_typed_for_one_patient_is_asked_about_and_never_the_next_ones(work, draft):
    assert not work.unsaved
    draft.enter("titres", "igm", "60")
    assert work.unsaved  # so that New patient asks

    work.new_patient()

    assert draft.text("titres", "igm") == ""
    assert not work.unsaved
    draft.enter("titres", "igm", "50")
    work.undo()  # back to the patient before
    assert work.course.typed.subject == OLD.subject
    assert (draft.text("titres", "igm"), draft.text("titres", "time_h")) == ("", "72")


def test_a_row_that_is_entered_or_corrected_stands_no_longer_in_the_form(work, draft):
    fill(draft, "titres", igm="90")
    assert work.in_form
    draft.add()
    assert not work.in_form
    draft.correct("titres", 1)
    assert not work.in_form


def test_an_hour_that_was_typed_stays_when_the_clock_goes_on(work, draft):
    work.set_zero("2026-11-23 06:30")
    work.reader_clock("2026-11-25 09:00", "")
    draft.enter("titres", "time_h", "70")

    work.reader_clock("2026-11-25 09:01", "")

    assert draft.text("titres", "time_h") == "70"
    draft.begin("titres")
    work.course.remove_row("titres", 2)
    assert draft.text("titres", "time_h") == "48"  # what nobody typed follows the course


def test_an_answer_that_was_chosen_stays_when_the_clock_goes_on(work):
    work.set_zero("2026-11-23 06:30")
    work.reader_clock("2026-11-25 09:00", "")
    page = Page(work)
    radio = next(one for one in parts(page.view) if isinstance(one, ipw.RadioButtons))
    radio.value = "keep"

    work.reader_clock("2026-11-25 09:01", "")

    assert radio.value == "keep"
    page.press("Record the answer")
    assert "kept as right" in page.text
    assert radio.value is None

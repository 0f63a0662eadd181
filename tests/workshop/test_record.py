"""What one participant did: attempts, hints, solutions, minutes, and what is kept of them."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igmfat_nb.workshop.lessons import lesson_named
from igmfat_nb.workshop.model import LessonModel
from igmfat_nb.workshop.summary import summary_html
from igmfat_nb.workshop.trainer_link import TrainerLink

SAVED_AT = "2026-11-23T14:00:00+00:00"


def played(lesson="51", answers=(("51-protein", "20"),), seat="ab" * 16):
    model = LessonModel(lesson_named(lesson), seat=seat, clock=lambda: 0.0)
    for key, text in answers:
        model.submit(key, text)
    return model


# ── What a participant did ──


def test_attempts_hints_and_solutions_are_noted():
    model = played(answers=[("51-protein", "20000"), ("51-protein", "20")])
    model.hint("51-protein")
    model.show_solution("51-protein")

    done = model.answer("51-protein")

    assert [one.verdict for one in done.attempts] == ["unit", "right"]
    assert (done.hints, done.solution) == (1, True)
    assert model.done.right == 1


def test_hints_end_at_two():
    model = played(answers=[])
    for _time in range(3):
        model.hint("51-protein")

    assert model.answer("51-protein").hints == 2


def test_a_solution_is_held_back_until_it_is_released():
    model = played(answers=[])
    model.released = False

    model.show_solution("51-protein")

    assert not model.answer("51-protein").solution


def test_nothing_typed_is_no_attempt():
    model = played(answers=[("51-protein", " ")])

    assert model.answer("51-protein").attempts == []


def test_a_long_pause_is_a_break_and_not_work():
    now = SimpleNamespace(s=0.0)
    model = LessonModel(lesson_named("51"), clock=lambda: now.s)
    now.s = 60
    model.submit("51-protein", "1")
    now.s = 60 + 7200
    model.submit("51-protein", "2")

    assert model.done.seconds == 60 + 600


def test_waiting_for_the_first_visitor_is_no_work():
    now = SimpleNamespace(s=0.0)
    model = LessonModel(lesson_named("51"), clock=lambda: now.s)  # a warm kernel
    now.s = 500
    model.shelf = {"seat": "ab" * 16}  # its page is opened
    now.s = 530
    model.shelf = {"seat": "ab" * 16, "50": "{}"}  # another tab did something
    now.s = 560
    model.submit("51-protein", "1")

    assert model.done.seconds == 60


def test_a_page_loaded_again_finds_the_same_answers():
    before = played(answers=[("51-protein", "20000")])
    shelf = {"seat": before.record.seat, "51": before.memory}

    after = LessonModel(lesson_named("51"))
    after.shelf = shelf

    assert after.record == before.record
    assert after.feedback("51-protein").verdict == "unit"


@given(text=st.text(max_size=60))
def test_a_memory_that_cannot_be_read_is_as_if_it_were_not_there(text):
    model = LessonModel(lesson_named("51"), seat="ab" * 16)

    model.shelf = {"seat": text, "51": text, text: text}

    assert model.record.seat == "ab" * 16
    assert model.record.lessons == {}


def test_only_answers_of_this_visit_are_told_to_the_trainer():
    before = played(answers=[("51-protein", "20000")])
    after = LessonModel(lesson_named("51"))
    link = TrainerLink(after)

    after.shelf = {"seat": before.record.seat, "51": before.memory}
    restored = dict(link.attempt)
    after.submit("51-protein", "20")

    assert restored == {}
    assert link.attempt == {"question": "51-protein", "text": "20", "number": 2}


def test_in_class_solutions_wait_for_the_trainer():
    model = LessonModel(lesson_named("51"))
    link = TrainerLink(model)
    held_back = model.released

    link.released = ["51"]

    assert not held_back
    assert model.released


def test_what_another_tab_did_joins_and_does_not_replace_this_page():
    model = played(answers=[("51-protein", "20")])
    other = played("50", [("50-plain", "eligible")])

    model.shelf = {"seat": model.record.seat, "50": other.memory, "51": ""}

    assert model.done.right == 1
    assert model.record.lessons["50"].right == 1


def test_forgetting_leaves_nothing():
    model = played()
    asked = []
    model.on_forget(lambda: asked.append(True))

    model.forget()

    assert model.done.answers == {}
    assert asked == [True]


def test_a_question_of_another_lesson_is_refused():
    with pytest.raises(KeyError):
        played(answers=[("50-plain", "eligible")])


def test_the_summary_page_shows_answers_attempts_and_time_and_escapes():
    model = played(answers=[("51-protein", "<b>"), ("51-protein", "20")])

    page = summary_html(model.record, SAVED_AT)

    assert "&lt;b&gt;" in page
    assert "A man with pneumonia" in page  # its case, as the lesson calls it
    assert "saved 2026-11-23 at 14:00 UTC" in page
    assert "minutes" in page
    assert "http" not in page
    assert "No question was answered" in summary_html(played(answers=[]).record, SAVED_AT)

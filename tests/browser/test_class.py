"""A class and its trainer in a real browser: opting in late and out again, seats that are freed."""

from pathlib import Path

import pytest

from tests.browser.test_workshop import answer, entered, question, started


@pytest.fixture
def a_class():
    server, opened = started("workshop", "serve", "--seats", "4")
    yield opened
    server.terminate()
    assert server.wait(120) == 0


@pytest.fixture
def one_seat():
    server, opened = started("workshop", "serve", "--seats", "1")
    yield opened
    server.terminate()
    assert server.wait(120) == 0


def test_who_opts_in_late_shows_all_answers_and_who_opts_out_none(visitor, a_class):
    trainer = a_class["trainer"]

    def state():
        return visitor.context.request.get(trainer + "state").json()

    def attempts(key):
        return next(one["attempts"] for one in state()["questions"] if one["question"] == key)

    before, protein = state()["opted_in"], attempts("51-protein")
    page = visitor.open(a_class["join_address"], wait_for="#code")
    entered(page)
    for number in range(1, 5):
        answer(question(page, 1), str(300 + number))
        question(page, 1).get_by_text(f"Too high: {300 + number}").wait_for()
    page.reload()
    question(page, 8).wait_for()
    answer(question(page, 1), "20")
    question(page, 1).get_by_text("Right.").wait_for()
    assert state()["opted_in"] == before

    box = page.get_by_label("Show my answers to the trainer")
    box.check()
    until(page, lambda: attempts("51-protein") == protein + 5)
    assert state()["opted_in"] == before + 1
    name = visitor.context.request.get(trainer + "class.html").text()
    assert f"Participants: {before + 1}." in name

    page.reload()
    question(page, 8).wait_for()
    until(page, box.is_checked)  # the server knows it
    page.wait_for_timeout(6000)
    assert attempts("51-protein") == protein + 5  # told once
    box.uncheck()
    until(page, lambda: state()["opted_in"] == before)
    assert attempts("51-protein") == protein


def until(page, holds):
    for _look in range(1500):
        if holds():
            return
        page.wait_for_timeout(200)
    raise AssertionError("it never held")


def test_a_trainer_frees_a_seat_and_who_waits_for_one_goes_on_alone(visitor, browser, one_seat):
    first = visitor.open(one_seat["join_address"], wait_for="#code")
    entered(first)
    answer(question(first, 2), "999")
    question(first, 2).get_by_text("Too high: 999").wait_for()
    with browser.new_context() as elsewhere:
        other = type(visitor)(elsewhere)
        waits = other.open(one_seat["join_address"], wait_for="#code")
        waits.get_by_role("button", name="Join").click()
        waits.get_by_role("link", name="How does each arm dose?").click()
        waits.get_by_text("All seats are taken.").wait_for()

        trainer = visitor.open(one_seat["trainer"], wait_for="#seats")
        trainer.get_by_text("0 of 1 seats are free.").wait_for()
        trainer.get_by_role("cell", name="51_workshop_dosing").wait_for()
        trainer.get_by_role("button", name="Free this seat").click()

        question(waits, 8).wait_for()
        ended = first.get_by_role("alert").get_by_text("This session has ended.")
        ended.wait_for()
        assert [said for said in other.complaints if "503" not in said] == []
        waits.close(run_before_unload=False)
    with first.expect_download() as download:
        first.get_by_role("button", name="Save what was entered").click()
    assert "Your answer: 999" in Path(download.value.path()).read_text(encoding="utf-8")
    first.get_by_role("button", name="Reload").click()
    question(first, 8).wait_for()  # a new seat, and the answers of the browser
    assert question(first, 2).get_by_label("Your answer").input_value() == "999"

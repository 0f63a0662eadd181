"""A class and its trainer in a real browser: opting in late and out again, seats that are freed."""

from pathlib import Path

import pytest

from tests.browser.test_workshop import answer, at_question, entered, started


@pytest.fixture(scope="module")
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


@pytest.mark.full
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
        answer(at_question(page, 1), str(300 + number))
        page.get_by_text(f"Too high: {300 + number}").wait_for()
    page.reload()
    page.locator(".ig-quest .ig-title").wait_for()
    answer(at_question(page, 1), "20")
    page.get_by_text("20 g is right").wait_for()
    assert state()["opted_in"] == before

    box = page.get_by_label("Show my answers to the trainer")
    box.check()
    until(page, lambda: attempts("51-protein") == protein + 5)
    assert state()["opted_in"] == before + 1
    name = visitor.context.request.get(trainer + "class.html").text()
    assert f"Participants: {before + 1}." in name

    page.reload()
    page.locator(".ig-quest .ig-title").wait_for()
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
    answer(at_question(first, 2), "999")
    first.get_by_text("Too high: 999").wait_for()
    with browser.new_context() as elsewhere:
        other = type(visitor)(elsewhere)
        waits = other.open(one_seat["join_address"], wait_for="#code")
        waits.get_by_role("button", name="Join").click()
        waits.get_by_role("link", name="How does each arm dose?").click()
        waits.get_by_text("All seats are taken.").wait_for()

        trainer = visitor.open(one_seat["trainer"], wait_for="#seats")
        trainer.get_by_text("0 of 1 seats are free.").wait_for()
        trainer.locator("#seats summary").click()
        trainer.get_by_role("cell", name="51_workshop_dosing").wait_for()
        trainer.get_by_role("button", name="Free this seat").click()

        waits.locator(".ig-quest .ig-title").wait_for()
        ended = first.get_by_role("alert").get_by_text("This session has ended.")
        ended.wait_for()
        assert [said for said in other.complaints if "503" not in said] == []
        waits.close(run_before_unload=False)
    with first.expect_download() as download:
        first.get_by_role("button", name="Save what was entered").click()
    assert "Your answer: 999" in Path(download.value.path()).read_text(encoding="utf-8")
    first.get_by_role("button", name="Reload").click()
    first.get_by_text("Too high: 999").wait_for()  # a new seat, and the answers of the browser
    assert first.get_by_label("Your answer").input_value() == "999"


def test_a_trainer_sees_a_square_a_seat_and_releases_one_solution(visitor, a_class):
    trainer = visitor.open(a_class["trainer"], wait_for="#release")
    page = visitor.open(a_class["join_address"], wait_for="#code")
    entered(page)
    page.get_by_label("Show my answers to the trainer").check()
    answer(at_question(page, 1), "60")
    page.get_by_text("whole course of three days").wait_for()

    row = trainer.locator("tr[data-question='51-protein']")
    row.locator(".ig-seat[data-sign='wrong']", has_text="✕").wait_for()
    row.get_by_role("img", name="1 not yet").wait_for()
    trainer.get_by_text("Commonest slip: three days (1). That is the whole course").wait_for()
    release = trainer.get_by_role("button", name="Release solution 1").first
    release.click()
    row.get_by_text("released").wait_for()
    page.get_by_role("button", name="Worked solution", exact=True).click()
    page.get_by_text("Answer: 20 g").wait_for()
    at_question(page, 2)
    page.get_by_role("button", name="Worked solution when your trainer releases it").wait_for()
    answer(at_question(page, 1), "20")
    page.get_by_text("20 g is right").wait_for()
    row.locator(".ig-seat[data-sign='later']", has_text="✓").wait_for()
    row.get_by_role("button", name="Hold back solution 1").click()
    page.get_by_text("Answer: 20 g").wait_for(state="detached")
    for width in (320, 400):
        trainer.set_viewport_size({"width": width, "height": 800})
        assert trainer.evaluate("document.documentElement.scrollWidth") == width
    assert visitor.complaints == []

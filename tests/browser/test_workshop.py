"""Lesson 51 played by a participant, and a class with its trainer, in a real browser."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from lesson_steps import at_question
from polling import until

from igmfat_nb.cli.workshop import workshop
from igmfat_nb.server.processes import kernels_below
from igmfat_nb.workshop.lessons import lesson_named
from igmfat_nb.workshop.model import LessonModel
from igmfat_nb.workshop.record import summary_json


def started(*words):
    command = [sys.executable, "-m", "igmfat_nb", *words, "--json"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    return server, json.loads(server.stdout.readline())


@pytest.fixture
def lesson_51(page_of):
    return page_of("51_workshop_dosing")


@pytest.fixture(scope="module")
def class_of_four():
    server, opened = started("workshop", "serve", "--seats", "4")
    yield opened
    server.terminate()
    assert server.wait(120) == 0


def answer(card, text):
    card.get_by_label("Your answer").fill(text)
    card.get_by_role("button", name="Check").click()


def saved(page, tmp_path, name):
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Save summary ({name})").click()
    path = tmp_path / f"played.{name.lower()}"
    download.value.save_as(path)
    return path


def test_a_participant_plays_lesson_51_and_the_class_is_collected(visitor, lesson_51, tmp_path):
    page = visitor.open(lesson_51, wait_for=".ig-quest .ig-title")
    first = at_question(page, 1)

    answer(first, "20000")
    first.get_by_text("That is mg.").wait_for()
    answer(first, "60")
    first.get_by_text("whole course of three days").wait_for()
    first.get_by_role("button", name="Hint 1 of 2").click()
    first.get_by_text("250 mg/kg a day, by actual weight").wait_for()
    answer(first, "20")
    first.get_by_text("20 g is right,").wait_for()
    page.get_by_role("button", name="Question 1, Protein of the standard dose, answered").wait_for()
    first.get_by_role("button", name="Next question").click()
    page.get_by_role("heading", name="From protein to volume").wait_for()
    sixth = at_question(page, 6)
    sixth.get_by_label("The personalised arm").check()
    sixth.get_by_role("button", name="Check").click()
    sixth.get_by_text("Plasma volume grows much slower").wait_for()
    played = saved(page, tmp_path, "JSON")
    as_page = saved(page, tmp_path, "HTML").read_text(encoding="utf-8")

    others = [other_participant(tmp_path, number) for number in range(4)]
    run = CliRunner().invoke(workshop, ["collect", str(played), *others, "--json"])
    found = json.loads(run.output)
    protein = next(one for one in found["questions"] if one["question"] == "51-protein")
    assert found["participants"] == 5
    assert found["left_out"] == []
    assert protein["attempts"] == 3 + 4
    assert protein["share_correct"] == pytest.approx(3 / 5)
    assert "20000" in as_page
    assert visitor.complaints == []


def other_participant(folder, number):
    model = LessonModel(lesson_named("51"), seat=f"{number}" * 32)
    model.submit("51-protein", "20" if number % 2 else "25")
    path = Path(folder) / f"other{number}.json"
    path.write_text(summary_json(model.record, "2026-11-23T14:00:00+00:00"), encoding="utf-8")
    return str(path)


def test_answers_are_still_there_after_a_reload_and_gone_when_forgotten(visitor, lesson_51):
    page = visitor.open(lesson_51, wait_for=".ig-quest .ig-title")
    answer(at_question(page, 2), "999")
    page.get_by_text("Too high").wait_for()
    until(page, "Object.values(localStorage).some((kept) => kept.includes('999'))")

    page.reload()
    page.get_by_text("Too high").wait_for()  # where one was

    assert page.get_by_label("Your answer").input_value() == "999"
    page.get_by_role("button", name="Forget my answers").click()
    page.get_by_text("Too high").wait_for(state="detached")
    page.reload()
    at_question(page, 2)
    page.wait_for_timeout(1000)
    assert page.get_by_text("Too high").count() == 0


def test_the_patient_of_a_question_can_be_explored(visitor, lesson_51):
    page = visitor.open(lesson_51, wait_for=".ig-quest .ig-title")

    first = at_question(page, 1)
    explore = page.get_by_role("button", name="Explore this patient freely")
    assert explore.count() == 0  # it shows what is asked
    answer(first, "60")
    first.get_by_text("whole course of three days").wait_for()
    explore.click()

    page.locator(".ig-big", has_text="431").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize(
    "width",
    [320, pytest.param(400, marks=pytest.mark.full), pytest.param(1280, marks=pytest.mark.full)],
)
def test_every_question_of_a_lesson_fits_its_window(visitor, page_of, width):
    lesson_50 = page_of("50_workshop_eligibility")
    page = visitor.open(lesson_50, width=width, wait_for=".ig-quest .ig-title")

    for number in range(1, 8):
        card = at_question(page, number)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        choices = card.locator("label:has(input[type=radio])")
        assert choices.evaluate_all(
            "all => all.every((one) => one.scrollHeight <= one.clientHeight)"
        )


def test_a_class_joins_opts_in_and_gets_its_solutions(visitor, class_of_four):
    trainer = visitor.open(class_of_four["trainer"], wait_for="text=0 joined")
    page = visitor.open(class_of_four["address"] + "51_workshop_dosing.ipynb", wait_for="#code")

    page.fill("#code", "WRONG")
    page.get_by_role("button", name="Join").click()
    page.get_by_text("not the code of this workshop").wait_for()
    page.fill("#code", class_of_four["code"].lower())
    page.get_by_role("button", name="Join").click()
    page.get_by_role("link", name="How does each arm dose?").click()
    page.locator(".ig-quest .ig-title").wait_for()
    first = at_question(page, 1)
    answer(first, "60")
    first.get_by_text("three days").wait_for()
    assert first.get_by_role("button", name="Worked solution when").is_disabled()
    trainer.get_by_text("1 joined, 0 opted in").wait_for()
    page.wait_for_timeout(1000)  # what was sent in secret would be there by now
    state = page.request.get(class_of_four["trainer"] + "state").json()
    assert (state["joined"], state["opted_in"]) == (1, 0)

    page.get_by_label("Show my answers to the trainer").check()
    answer(first, "20000")
    trainer.locator("tr[data-question='51-protein']", has_text="mg (1)").wait_for()
    trainer.locator("input[data-lesson='51']").check()
    until(
        page,
        "[...document.querySelectorAll('button')]"
        ".some((b) => b.textContent === 'Worked solution' && !b.disabled)",
    )
    first.get_by_role("button", name="Worked solution").click()
    first.get_by_text("Answer: 20 g").wait_for()
    with trainer.expect_download() as download:
        trainer.get_by_role("link", name="Save the class file").click()
    assert "51-protein" in Path(download.value.path()).read_text(encoding="utf-8")
    assert visitor.complaints == []


#: The workshop's server as it is, which looks for idle seats every second, and from one SIGUSR1 to
#: the next takes eight seconds for an hour: otherwise pages may load as slowly as they like.
IMPATIENT = """
import json, os, signal
from igmfat_nb.server.folder import notebook_named
from igmfat_nb.server.launcher import serve
from igmfat_nb.server.settings import Serving
from igmfat_nb.server.workshop import WorkshopServer

class Impatient(WorkshopServer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.config.MappingKernelManager.update(cull_interval=1)
        signal.signal(signal.SIGUSR1, lambda *_: self.hurry())

    def hurry(self):
        patience_s = self.kernel_manager.cull_idle_timeout
        self.kernel_manager.cull_idle_timeout = 8 if patience_s == 3600 else 3600

    def say(self):
        print(json.dumps({"join": self.join_address, "pid": os.getpid()}), flush=True)

opened = []
def server(**kwargs):
    opened.append(Impatient(**kwargs))
    return opened[0]

serve(Serving(notebook_named("51_workshop_dosing"), seats=2), lambda _a: opened[0].say(), server)
"""
WARM_KERNELS = 4  # one for each lesson


@pytest.fixture
def impatient():
    server = subprocess.Popen([sys.executable, "-c", IMPATIENT], stdout=subprocess.PIPE, text=True)
    yield json.loads(server.stdout.readline())
    server.terminate()
    assert server.wait(120) == 0


def entered(page):
    """Join, and wait for lesson 51."""
    page.get_by_role("button", name="Join").click()
    page.get_by_role("link", name="How does each arm dose?").click()
    page.locator(".ig-quest .ig-title").wait_for()


@pytest.mark.full
def test_an_idle_seat_is_culled_says_so_and_keeps_its_answers(visitor, browser, impatient):
    def front():
        return visitor.context.request.get(impatient["join"]).text()

    idle = visitor.open(impatient["join"], wait_for="#code")
    entered(idle)
    answer(at_question(idle, 2), "999")
    idle.get_by_text("Too high: 999").wait_for()
    with browser.new_context() as elsewhere:  # in one browser two tabs tell each other news
        active = type(visitor)(elsewhere).open(impatient["join"], wait_for="#code")
        entered(active)
        assert "0 of 2 seats are free" in front()
        refused = visitor.context.request.get(idle.url)
        assert refused.status == 503
        assert "All seats are taken." in refused.text()
        answer(at_question(active, 1), "300")
        active.get_by_text("Too high: 300").wait_for()

        os.kill(impatient["pid"], signal.SIGUSR1)
        ended = idle.get_by_role("alert").get_by_text("This session has ended.")
        tries = 0
        while not ended.count():
            tries += 1
            assert tries < 100
            answer(at_question(active, 1), f"{300 + tries}")
            active.get_by_text(f"Too high: {300 + tries}").wait_for()
            active.wait_for_timeout(500)

        answer(at_question(active, 1), "20")
        active.get_by_text("20 g is right").wait_for()
        assert active.get_by_role("alert").count() == 0
        assert "1 of 2 seats are free" in front()
        os.kill(impatient["pid"], signal.SIGUSR1)
    assert len(kernels_below(impatient["pid"])) >= WARM_KERNELS
    idle.get_by_role("button", name="Reload").click()
    idle.locator(".ig-quest .ig-title").wait_for()
    idle.get_by_text("Too high: 999").wait_for()
    assert idle.get_by_label("Your answer").input_value() == "999"

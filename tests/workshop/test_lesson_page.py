"""A lesson's page in this process."""

import re
from html import unescape

import ipywidgets as ipw
import pytest

from igmfat_nb.server.folder import notebooks_folder
from igmfat_nb.widgets.parts.browser_shelf import BrowserShelf
from igmfat_nb.widgets.parts.download import DownloadButton
from igmfat_nb.widgets.workspace.desk import CaseDesk
from igmfat_nb.workshop import markup, panel, stage
from igmfat_nb.workshop.as_text import lesson_text
from igmfat_nb.workshop.lessons import LESSONS, QUESTIONS, lesson_named
from igmfat_nb.workshop.model import LessonModel
from igmfat_nb.workshop.trainer_link import TrainerLink
from igmfat_nb.workshop.walk import Walk


def played(lesson="51", answers=(("51-protein", "20"),), seat="ab" * 16):
    model = LessonModel(lesson_named(lesson), seat=seat, clock=lambda: 0.0)
    for key, text in answers:
        model.submit(key, text)
    return model


# ── The page, in this process ──


def widgets_in(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from widgets_in(child)


def page_at(key, answers=()):
    """The page of a lesson at a question, and its model."""
    model = LessonModel(lesson_named(key.partition("-")[0]))
    page = panel.lesson_panel(model.lesson, model)
    model.walk(model.lesson.questions.index(QUESTIONS[key]))
    for text in answers:
        model.type_in(key, text)
        pressed(page, "Check")
    return page, model


def described(page):
    return {getattr(one, "description", ""): one for one in widgets_in(page)}


def pressed(page, name):
    next(one for text, one in described(page).items() if text.startswith(name)).click()


def shown(page):
    values = (one.value for one in widgets_in(page) if isinstance(one, ipw.HTML))
    return " ".join(values).replace("\xa0", " ")


def test_a_lesson_page_checks_hints_solves_and_explores(monkeypatch):
    monkeypatch.setenv("IGMFAT_WORKSHOP", "1")
    assert any(isinstance(one, TrainerLink) for one in widgets_in(panel.lesson_page("51")))
    page, _model = page_at("51-protein")

    assert described(page)["Worked solution after one try"].disabled
    described(page)["Your answer"].value = "20000"
    pressed(page, "Check")
    pressed(page, "Hint 1 of 2")
    pressed(page, "Worked solution")
    fold = next(one for text, one in described(page).items() if "Explore" in text)
    fold.value = True

    said = shown(page)
    assert "That is mg." in said
    assert "Hint 1" in said
    assert "Answer: 20 g" in said
    assert "431" in said  # the explorer's personalised dose of this patient


def test_check_becomes_next_once_it_is_right_and_check_again_when_it_is_changed():
    page, model = page_at("51-protein", ["21"])
    assert "21 g is not right." in shown(page)
    assert "Check again" in described(page)

    described(page)["Your answer"].value = "20"
    assert "is not right" not in shown(page)  # said of another answer
    pressed(page, "Check again")
    assert "20 g is right," in shown(page)
    assert "at the second try." in shown(page)
    assert "Answer: 20 g" in shown(page)
    described(page)["Your answer"].value = "22"
    assert "Next question →" not in described(page)
    described(page)["Your answer"].value = "20"
    pressed(page, "Next question")

    assert model.at == 1
    assert "From protein to volume" in shown(page)
    assert "is right" not in shown(page)


def test_an_answer_that_cannot_be_read_is_refused_below_its_field_and_kept():
    page, model = page_at("51-protein", ["twenty"])

    assert "expected one number" in shown(page)
    assert "is not right" not in shown(page)
    assert model.typed("51-protein") == "twenty"
    assert described(page)["Worked solution after one try"].disabled  # it was no try
    described(page)["Your answer"].value = "20"
    assert "expected one number" not in shown(page)


def test_what_was_typed_is_still_there_after_walking_away():
    page, model = page_at("51-protein")
    described(page)["Your answer"].value = "19"
    model.walk(1)
    assert described(page)["Your answer"].value == ""

    model.walk(0)

    assert described(page)["Your answer"].value == "19"


def test_a_trainer_holds_solutions_back_and_releases_one_question():
    page, model = page_at("51-protein", ["20"])
    model.released = False
    assert "Answer: 20 g" not in shown(page)
    assert described(page)["Worked solution when your trainer releases it"].disabled

    model.released_questions = ["51-volume"]
    assert "Answer: 20 g" not in shown(page)
    model.released_questions = ["51-volume", "51-protein"]

    assert "Answer: 20 g" in shown(page)


def test_no_figure_is_drawn_before_its_question_is_shown(monkeypatch):
    drawn = []
    draw = markup.figure
    monkeypatch.setattr(
        markup, "figure", lambda one, **how: drawn.append(one.key) or draw(one, **how)
    )
    stage._figure.cache_clear()

    _page, model = page_at("53-size")
    model.walk(2)

    assert drawn == ["53-size", "53-alarms"]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.key)
def test_a_lesson_ends_with_what_is_open_and_where_to_go_on(lesson):
    model = LessonModel(lesson)
    page = panel.lesson_panel(lesson, model)
    model.submit(lesson.questions[0].key, str(lesson.questions[0].expected))

    model.walk(len(lesson.questions))

    onward = re.search(r'href="(\w+\.ipynb)"', shown(page))[1]
    assert (notebooks_folder() / onward).is_file()
    assert "questions 2, 3" in shown(page)
    assert all(line in unescape(shown(page)) for line in lesson.take_home)


def test_the_steps_say_where_one_is_and_what_was_right(monkeypatch):
    page, model = page_at("50-plain", ["eligible"])
    walk = next(one for one in widgets_in(page) if isinstance(one, Walk))
    model.submit("50-unit", "4.2")

    names = [step["name"] for step in walk.steps]
    walk.at = 1  # as the browser sets it

    assert names[0] == "Question 1, A man with pneumonia, answered right"
    assert names[1] == "Question 2, A laboratory that reports g/L, not right yet"
    assert names[2] == "Question 3, Two points above the limit"
    assert model.at == 1
    assert walk.heading["question"] == "50-unit"
    walk.at = 99  # as no browser does
    assert (model.at, walk.at) == (7, 7)


def test_a_lesson_goes_on_where_it_was_left():
    before = played("50", [("50-plain", "eligible"), ("50-unit", "42"), ("50-above", "eligible")])
    model = LessonModel(lesson_named("50"))
    model.shelf = {}  # as the page begins

    model.shelf = {"seat": before.record.seat, "50": before.memory}
    assert model.at == 2  # not right yet
    model.walk(0)
    model.shelf = {**model.shelf, "51": ""}

    assert model.at == 0


def explored(key):
    """The widgets that open below a question."""
    page, _model = page_at(key, ["believe" if key == "52-surprise" else "1"])
    fold = next(one for text, one in described(page).items() if "Explore" in text)
    fold.value = True
    return fold.description, list(widgets_in(page))


def test_a_question_about_a_course_opens_the_course_page_with_its_titres():
    label, widgets = explored("52-surprise")

    shown = " ".join(one.value for one in widgets if isinstance(one, ipw.HTML))
    entered = [one.description for one in widgets if isinstance(one, ipw.Button)]
    assert "course" in label
    for titre in ("34 mg/dL", "86 mg/dL", "171 mg/dL"):  # as the story tells them
        assert any(words.endswith(titre) for words in entered)
    assert "far above" in shown
    desk = next(one for one in widgets if isinstance(one, CaseDesk))
    assert desk.key == ""  # a course of one's own in this browser stays as it is


def test_a_question_about_a_trial_opens_a_trial_that_runs_small():
    label, widgets = explored("53-alarms")

    typed = {one.description: one.value for one in widgets if isinstance(one, ipw.Text)}
    assert "trial" in label
    assert typed["Patients"] == "356"
    assert int(typed["Trials"]) <= 50
    assert typed["Log odds per day at target"] == "0"


def test_a_question_about_a_size_opens_the_sample_size_with_its_numbers():
    label, widgets = explored("53-size")

    shown = " ".join(one.value for one in widgets if isinstance(one, ipw.HTML))
    typed = {one.description: one.value for one in widgets if isinstance(one, ipw.Text)}
    assert "sample size" in label
    assert (typed["Deaths, standard"], typed["Deaths, personalised"]) == ("36.7", "25")
    # (1.959964 + 0.841621)² (0.232311 + 0.1875) / 0.117² = 240.71, rounded up
    assert "<td>241</td>" in shown


def test_a_choice_is_put_back_after_a_reload():
    before = played("50", [("50-plain", "cannot tell")])
    model = LessonModel(lesson_named("50"))
    page = panel.lesson_panel(model.lesson, model)

    model.shelf = {"seat": before.record.seat, "50": before.memory}
    model.walk(0)

    radio = next(one for one in widgets_in(page) if isinstance(one, ipw.RadioButtons))
    assert radio.value == "cannot tell"


def test_saved_files_and_forgetting_on_the_page(monkeypatch):
    monkeypatch.delenv("IGMFAT_WORKSHOP", raising=False)
    page = panel.lesson_page("50")
    buttons = [one for one in widgets_in(page) if isinstance(one, DownloadButton)]
    shelf = next(one for one in widgets_in(page) if isinstance(one, BrowserShelf))
    sent = []
    monkeypatch.setattr(DownloadButton, "send", lambda _self, message: sent.append(message))
    monkeypatch.setattr(BrowserShelf, "send", lambda _self, message: sent.append(message))

    for button in buttons:
        button._answer(button, {"ask": "content"}, [])
        button._answer(button, {"ask": "else"}, [])
    forget = next(
        one for one in widgets_in(page) if getattr(one, "description", "") == "Forget my answers"
    )
    forget.click()

    assert [one.get("type") for one in sent] == ["text/html", "application/json", None]
    assert sent[-1] == {"forget": True}
    assert shelf.value == ""


def test_a_lesson_as_text_holds_solutions_for_a_trainer_only():
    plain, solved = lesson_text("51"), lesson_text("51", solutions=True)

    assert "Answer:" not in plain
    assert solved.count("Answer:") == len(lesson_named("51").questions)

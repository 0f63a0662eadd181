"""A lesson's page in this process."""

import ipywidgets as ipw

from igmfat_nb.widgets.parts.browser_shelf import BrowserShelf
from igmfat_nb.widgets.parts.download import DownloadButton
from igmfat_nb.widgets.workspace.desk import CaseDesk
from igmfat_nb.workshop import panel
from igmfat_nb.workshop.as_text import lesson_text
from igmfat_nb.workshop.lessons import QUESTIONS, lesson_named
from igmfat_nb.workshop.model import LessonModel
from igmfat_nb.workshop.trainer_link import TrainerLink


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


def test_a_lesson_page_checks_hints_solves_and_explores(monkeypatch):
    monkeypatch.setenv("IGMFAT_WORKSHOP", "1")
    assert any(isinstance(one, TrainerLink) for one in widgets_in(panel.lesson_page("51")))
    model = LessonModel(lesson_named("51"))
    card = list(panel.lesson_panel(model.lesson, model).children[1].children)[1]
    parts = {getattr(one, "description", ""): one for one in widgets_in(card)}

    parts["Your answer"].value = "20000"
    parts["Check"].click()
    parts["Hint 1 of 2"].click()
    parts["Worked solution"].click()
    fold = next(one for one in parts.values() if "Explore" in getattr(one, "description", ""))
    fold.value = True

    shown = " ".join(one.value for one in widgets_in(card) if isinstance(one, ipw.HTML))
    assert "That is mg." in shown
    assert "Hint 1" in shown
    assert "Answer: 20 g" in shown
    assert "431" in shown  # the explorer's personalised dose of this patient


def explored(key):
    """The widgets that open below a question."""
    question = QUESTIONS[key]
    lesson = lesson_named(key.partition("-")[0])
    place = lesson.questions.index(question) + 1
    card = list(panel.lesson_panel(lesson).children[1].children)[place]
    fold = next(one for one in widgets_in(card) if isinstance(one, ipw.ToggleButton))
    fold.value = True
    return fold.description, list(widgets_in(card))


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
    assert int(typed["Replicates"]) <= 50
    assert typed["Effect on log odds of death"] == "0"


def test_a_question_about_a_size_opens_the_sample_size_with_its_numbers():
    label, widgets = explored("53-size")

    shown = " ".join(one.value for one in widgets if isinstance(one, ipw.HTML))
    typed = {one.description: one.value for one in widgets if isinstance(one, ipw.Text)}
    assert "sample size" in label
    assert (typed["Deaths, standard arm"], typed["Deaths, personalised"]) == ("0.367", "0.25")
    # (1.959964 + 0.841621)² (0.232311 + 0.1875) / 0.117² = 240.71, rounded up
    assert "<td>241</td>" in shown


def test_a_choice_is_put_back_after_a_reload():
    before = played("50", [("50-plain", "cannot tell")])
    model = LessonModel(lesson_named("50"))
    page = panel.lesson_panel(model.lesson, model)

    model.shelf = {"seat": before.record.seat, "50": before.memory}

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

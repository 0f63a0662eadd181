"""The workshop's lessons, answers, records and class picture, all without a browser."""

import ast
import json
from pathlib import Path
from types import SimpleNamespace

import ipywidgets as ipw
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from igmfat_nb.cli.workshop import workshop
from igmfat_nb.errors import MissingInput
from igmfat_nb.widgets.parts.browser_shelf import BrowserShelf
from igmfat_nb.widgets.parts.case_storage import BrowserStorage
from igmfat_nb.widgets.parts.download import DownloadButton
from igmfat_nb.workshop import lessons, panel
from igmfat_nb.workshop.as_text import lesson_text
from igmfat_nb.workshop.checking import (
    VERDICTS,
    answer_number,
    check,
    expected_text,
    tolerance_text,
)
from igmfat_nb.workshop.class_page import class_html
from igmfat_nb.workshop.collect import collect
from igmfat_nb.workshop.lessons import LESSONS, QUESTIONS, lesson_named
from igmfat_nb.workshop.model import LessonModel
from igmfat_nb.workshop.paper import lesson_paper
from igmfat_nb.workshop.question import ChoiceQuestion, NumberQuestion
from igmfat_nb.workshop.record import NotOurs, digest_of, read_summary, summary_json
from igmfat_nb.workshop.summary import summary_html
from igmfat_nb.workshop.trainer_link import TrainerLink

SAVED_AT = "2026-11-23T14:00:00+00:00"
NUMBERS = [one.key for one in QUESTIONS.values() if isinstance(one, NumberQuestion)]
CHOICES = [one.key for one in QUESTIONS.values() if isinstance(one, ChoiceQuestion)]

# By hand, from the label, the register and the abstract; not from the package.
BY_HAND = {
    "50-plain": "eligible",
    "50-unit": "42",
    "50-above": "not eligible",
    "50-crossing": "31",
    "50-bmi": "43.25",
    "50-iga": "label",
    "50-missing": "cannot tell",
    "51-protein": "20",
    "51-volume": "400",
    "51-rate": "32",
    "51-hours": "12.5",
    "51-balance": "431",
    "51-obesity": "standard",
    "51-low": "8.2",
    "51-day": "499.2",
    "52-second": "72",
    "52-stop": "nothing",
    "52-lost": "53.6",
    "52-half-life": "0.70",
    "52-surprise": "again",
    "52-assay": "9.8",
    "53-size": "241",
    "53-effect": "13.5",
    "53-alarms": "50",
    "53-question": "strategies",
    "53-immortal": "time",
    "53-regression": "above",
}


def played(lesson="51", answers=(("51-protein", "20"),), seat="ab" * 16):
    model = LessonModel(lesson_named(lesson), seat=seat, clock=lambda: 0.0)
    for key, text in answers:
        model.submit(key, text)
    return model


def write(path, record, saved_at=SAVED_AT):
    path.write_text(summary_json(record, saved_at), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("key", list(QUESTIONS))
def test_the_answer_worked_out_by_hand_is_right(key):
    found = check(QUESTIONS[key], BY_HAND[key])

    assert found.is_right, found.sentence


@pytest.mark.parametrize("key", list(QUESTIONS))
def test_a_question_has_two_hints_a_working_and_a_reason(key):
    question = QUESTIONS[key]

    assert len(question.hints) == 2
    assert all(question.hints)
    assert [line for line in question.working(question.case) if line]
    assert question.reason


@pytest.mark.parametrize("key", NUMBERS)
def test_every_slip_is_named_with_its_own_sentence(key):
    question = QUESTIONS[key]

    for slip in question.slips:
        value = slip.value(question.case)
        found = check(question, f"{value:.6f}")
        assert found.verdict == "wrong"
        assert found.error == slip.key
        assert found.sentence == slip.sentence


@pytest.mark.parametrize("key", CHOICES)
def test_every_wrong_choice_has_its_reason(key):
    question = QUESTIONS[key]

    for option in question.options:
        found = check(question, option.key)
        if option.key == question.expected:
            assert found.is_right
        else:
            assert option.reason
            assert option.reason in found.sentence


@pytest.mark.parametrize(
    ("key", "typed", "unit"),
    [
        ("50-unit", "0.42", "g/L"),
        ("50-unit", "0,42 g/l", "g/L"),
        ("51-protein", "20000", "mg"),
        ("51-protein", "20000 mg", "mg"),
        ("51-volume", "0.4 L", "L"),
        ("51-hours", "750 min", "min"),
        ("52-half-life", "16.8 h", "h"),
        ("53-effect", "0.135", "a fraction"),
    ],
)
def test_a_unit_slip_is_recognised_and_named(key, typed, unit):
    found = check(QUESTIONS[key], typed)

    assert found.verdict == "unit"
    assert found.error == unit
    assert found.sentence.startswith(f"That is {unit}.")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("399", "Right"),
        ("402", "Too high"),
        ("100 mL", "Too low"),
        ("40", "decimal point"),
        ("4000", "decimal point"),
        ("400 kg", "no unit of this answer"),
        ("four hundred", "expected one number"),
        ("", "missing"),
        ("1,200", "could mean"),
        ("4" * 81, "too long"),
    ],
)
def test_a_wrong_volume_gets_a_reason(typed, says):
    found = check(QUESTIONS["51-volume"], typed)

    assert says in found.sentence


@pytest.mark.parametrize("typed", ["13.5 pp", "13,5 percentage points", "13.5 %"])
def test_percentage_points_may_be_written_as_people_do(typed):
    assert check(QUESTIONS["53-effect"], typed).is_right


def test_near_enough_for_a_percentage_is_said_in_points_and_not_in_per_cent_of_it():
    assert tolerance_text(QUESTIONS["50-crossing"]) == "right within ± 6 percentage points"


def test_no_choice_is_no_wrong_answer():
    assert check(QUESTIONS["50-plain"], "").verdict == "unreadable"


@given(key=st.sampled_from(list(QUESTIONS)), typed=st.text(max_size=100))
def test_whatever_is_typed_gets_a_verdict_and_a_sentence(key, typed):
    found = check(QUESTIONS[key], typed)

    assert found.verdict in VERDICTS
    assert found.sentence


@given(key=st.sampled_from(NUMBERS), off=st.floats(-1, 1))
def test_within_the_stated_tolerance_is_right_and_beyond_is_not(key, off):
    question = QUESTIONS[key]

    inside = check(question, f"{question.expected + off * 0.99 * question.tolerance:.9f}")
    outside = check(question, f"{question.expected + 1.01 * question.tolerance:.9f}")

    assert inside.is_right
    assert not outside.is_right


def test_an_answer_as_a_number_is_in_the_unit_of_the_question():
    assert answer_number(QUESTIONS["50-unit"], "0.42 g/L") == pytest.approx(42)
    assert answer_number(QUESTIONS["50-unit"], "?") is None
    assert answer_number(QUESTIONS["50-plain"], "eligible") is None


def spoken_unmarked(tree):
    """Texts with a space in them that stand neither in ``_()`` nor in ``mark()``."""
    if isinstance(tree, ast.Call) and getattr(tree.func, "id", "") in ("_", "mark"):
        return
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str) and " " in tree.value:
        yield tree.value
    children = list(ast.iter_child_nodes(tree))
    if isinstance(tree, ast.Module | ast.FunctionDef) and ast.get_docstring(tree):
        children.remove(tree.body[0])
    for child in children:
        yield from spoken_unmarked(child)


#: What no sentence is: keys of verdicts and of an explorer, and a comma between keys.
KEYS = {", ", "not eligible", "cannot tell", "sample size"}


def test_every_sentence_of_a_lesson_is_marked_for_translation():
    for path in Path(lessons.__file__).parent.glob("*.py"):
        found = set(spoken_unmarked(ast.parse(path.read_text(encoding="utf-8"))))
        assert found <= KEYS, path.name


def test_an_unknown_lesson_is_refused():
    with pytest.raises(MissingInput, match="50, 51, 52, 53"):
        lesson_named("54")


def test_every_lesson_takes_twenty_to_thirty_minutes():
    assert {20 <= lesson.minutes <= 30 for lesson in LESSONS} == {True}


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


# ── The class ──


def test_a_summary_reads_back():
    model = played()

    again = read_summary(summary_json(model.record, SAVED_AT).encode())

    assert again.record == model.record
    assert again.cases == {"51-protein": "plain-eligible"}


def edited(change):
    document = json.loads(summary_json(played().record, SAVED_AT))
    change(document)
    return document


def cheat(document):
    attempt = document["record"]["lessons"]["51"]["answers"]["51-protein"]["attempts"][0]
    attempt["text"] = "999"


def cheat_and_sign(document):
    cheat(document)
    document["digest"] = digest_of(document)


def misplace(document):
    lesson = document["record"]["lessons"].pop("51")
    document["record"]["lessons"]["59"] = lesson
    document["digest"] = digest_of(document)


def add_a_field(document):
    document["record"]["name"] = "Ann"
    document["digest"] = digest_of(document)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (cheat, "edited by hand"),
        (cheat_and_sign, "the verdict on 51-protein is not ours"),
        (misplace, "there is no question"),
        (add_a_field, "record.name is not what this software writes"),
        (lambda d: d.update(version="0.0.1"), "from version 0.0.1"),
        (lambda d: d.update(schema="igmfat-case/1"), "not a summary"),
    ],
)
def test_a_file_that_does_not_count_says_why(change, reason):
    with pytest.raises(NotOurs, match=reason):
        read_summary(json.dumps(edited(change)).encode())


@pytest.mark.parametrize("content", [b"", b"[]", b"nonsense", b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_not_ours_at_all_says_so(content):
    with pytest.raises(NotOurs, match="not a summary"):
        read_summary(content)


def test_a_file_that_is_far_too_large_is_not_read():
    with pytest.raises(NotOurs, match="too large"):
        read_summary(b" " * 2_000_001)


def test_of_two_files_of_one_seat_the_later_counts(tmp_path):
    early = write(tmp_path / "a.json", played(answers=[("51-protein", "1")]).record)
    late = write(tmp_path / "b.json", played().record, "2026-11-23T15:00:00+00:00")

    for order in ([early, late], [late, early]):
        picture = collect(order)
        assert picture.participants == 1
        assert [one.file for one in picture.left_out] == [early]
        assert picture.questions[7].right == 1


def test_the_class_picture_counts_by_hand(tmp_path):
    answers = {
        "1": [("51-protein", "20000"), ("51-protein", "20")],
        "2": [("51-protein", "20")],
        "3": [("51-protein", "60")],
        "4": [("51-protein", "what?")],
    }
    files = [
        write(tmp_path / f"{name}.json", played(answers=done, seat=name * 32).record)
        for name, done in answers.items()
    ]
    (tmp_path / "bad.json").write_text("{}")
    out = tmp_path / "class.html"
    words = ["collect", *files, str(tmp_path / "bad.json"), "--out", str(out), "--json"]

    run = CliRunner().invoke(workshop, words)

    found = json.loads(run.output)
    protein = next(one for one in found["questions"] if one["question"] == "51-protein")
    assert run.exit_code == 0
    assert found["participants"] == 4
    assert [one["file"] for one in found["left_out"]] == [str(tmp_path / "bad.json")]
    assert protein["participants"] == 3
    assert protein["attempts"] == 4
    assert protein["share_correct"] == pytest.approx(2 / 3)
    assert protein["share_correct_at_once"] == pytest.approx(1 / 3)
    assert protein["errors"] == {"mg": 1, "three days": 1}
    page = out.read_text(encoding="utf-8")
    assert "<svg" in page
    assert "bad.json" in page
    assert "http" not in page


def test_no_valid_file_at_all_is_an_answer_that_failed(tmp_path):
    run = CliRunner().invoke(workshop, ["collect", str(tmp_path / "none.json"), "--json"])

    found = json.loads(run.stdout)
    assert run.exit_code == 2
    assert "1 of 1 files cannot be read" in run.stderr
    assert found["participants"] == 0
    assert len(found["left_out"]) == 1
    assert {one["share_correct"] for one in found["questions"]} == {None}
    assert "No question was answered" in class_html(collect([]))


def test_the_class_is_told_in_words(tmp_path):
    name = write(tmp_path / "a.json", played("50", [("50-plain", "eligible")]).record)

    run = CliRunner().invoke(workshop, ["collect", name, str(tmp_path / "x")])

    assert "50-plain: 1 attempts, 100 % right at once" in run.output
    assert "Left out" in run.output


def test_a_class_picture_that_cannot_be_written_is_one_sentence(tmp_path):
    run = CliRunner().invoke(workshop, ["collect", "--out", str(tmp_path)])

    assert run.exit_code == 2
    assert "cannot be written" in run.output


@pytest.mark.parametrize("key", [lesson.key for lesson in LESSONS])
def test_a_participants_paper_holds_no_solution(key):
    plain, with_key = (
        lesson_paper(key, solutions=solved)._repr_html_() for solved in (False, True)
    )

    assert "ig-solution" not in plain
    assert with_key.count("ig-solution") == len(lesson_named(key).questions)
    for question in lesson_named(key).questions:
        if isinstance(question, NumberQuestion):
            assert f"Answer: {expected_text(question)}" in with_key


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
    typed = [one.value for one in widgets if isinstance(one, ipw.Text)]
    assert "course" in label
    assert {"34", "86", "171"} <= set(typed)  # as the story tells them
    assert "outside" in shown
    storage = next(one for one in widgets if isinstance(one, BrowserStorage))
    assert storage.key == ""  # a course of one's own in this browser stays as it is


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

"""A lesson as a page: cards of questions, progress, what to take home."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

import ipywidgets as ipw
import traitlets as tl

from igmfat_nb.language import _
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import layout_when
from igmfat_nb.widgets.parts.browser_shelf import BrowserShelf
from igmfat_nb.widgets.parts.controls import card, html, with_classes
from igmfat_nb.widgets.parts.download import DownloadButton, SavedFile
from igmfat_nb.widgets.parts.markup import head, paragraph
from igmfat_nb.widgets.parts.page import page_of
from igmfat_nb.workshop import markup
from igmfat_nb.workshop.explorers import explorer_label, explorer_of
from igmfat_nb.workshop.lessons import lesson_named
from igmfat_nb.workshop.model import LessonModel
from igmfat_nb.workshop.question import AnyQuestion, ChoiceQuestion, Lesson
from igmfat_nb.workshop.record import HINTS, summary_json
from igmfat_nb.workshop.summary import summary_html
from igmfat_nb.workshop.trainer_link import TrainerLink

SHELF = "igmfat-workshop"
#: Set by our workshop server for its kernels: a trainer may hold solutions back.
IN_CLASS = "IGMFAT_WORKSHOP"


def lesson_page(key: str) -> ipw.VBox:
    """The page of a lesson by its key, with memory, downloads and, in class, the trainer's link."""
    model = LessonModel(lesson_named(key))
    parts = [*_lesson_cards(model), _summary_card(model)]
    hidden: list[ipw.Widget] = [_shelf(model)]
    if os.environ.get(IN_CLASS):
        link = TrainerLink(model)
        parts.insert(1, card([html(value=markup.class_note()), link]))
    column = with_classes(lean.VBox([*parts, *hidden]), "ig-column")
    return page_of(column)


def lesson_panel(lesson: Lesson, model: LessonModel | None = None) -> ipw.VBox:
    """The lesson alone: nothing is remembered beyond this kernel."""
    model = LessonModel(lesson) if model is None else model
    return page_of(with_classes(lean.VBox(_lesson_cards(model)), "ig-column"))


def _lesson_cards(model: LessonModel) -> list[ipw.Widget]:
    lesson = model.lesson
    questions = [_question_card(model, number) for number in range(len(lesson.questions))]
    return [
        card([html(value=markup.intro(lesson)), _progress(model)]),
        *questions,
        card([html(value=markup.take_home(lesson))]),
    ]


def _progress(model: LessonModel) -> ipw.VBox:
    everything = len(model.lesson.questions)
    bar = ipw.IntProgress(min=0, max=everything, layout={"width": "100%"})
    said = html()

    def show(_change: object = None) -> None:
        bar.value = min(model.done.right, everything)
        text = _("{right} of {all} answered right").format(right=bar.value, all=everything)
        said.value = f'<p class="ig-note" role="status">{escape(text)}</p>'

    model.observe(show, "record")
    show()
    return lean.VBox([bar, said])


def _question_card(model: LessonModel, number: int) -> ipw.VBox:
    question = model.lesson.questions[number]
    answer, typed, restore = _answer_field(question)
    check = with_classes(lean.Button(description=_("Check")), "ig-btn-main")
    told, hints, solution = html(), html(), html()

    def submit(_button: object) -> None:
        told.value = markup.feedback(model.submit(question.key, typed()))

    def show(_change: object = None) -> None:
        done = model.answer(question.key)
        hints.value = markup.hints(question, done.hints)
        opened = done.solution and model.released
        solution.value = markup.solution(model.lesson, question) if opened else ""
        if not told.value or not done.attempts:
            told.value = markup.feedback(model.feedback(question.key))
            restore(done.attempts[-1].text if done.attempts else "")

    check.on_click(submit)
    model.observe(show, ["record", "released"])
    show()
    buttons = with_classes(lean.Box([check, *_help_buttons(model, question)]), "ig-buttons")
    return card(
        [
            html(value=markup.heading(model.lesson, number)),
            html(value=markup.prompt(question)),
            answer,
            buttons,
            told,
            hints,
            solution,
            _explore(model, question),
        ]
    )


def _answer_field(
    question: AnyQuestion,
) -> tuple[ipw.Widget, Callable[[], str], Callable[[str], None]]:
    """The box for an answer, what stands in it, and how to put an earlier answer back."""
    if isinstance(question, ChoiceQuestion):
        choices = [(_(option.text), option.key) for option in question.options]
        radio = with_classes(ipw.RadioButtons(options=choices, value=None), "ig-radio")
        keys = {option.key for option in question.options}

        def choose(key: str) -> None:
            radio.value = key if key in keys else None

        return radio, lambda: str(radio.value or ""), choose
    text = lean.Text(description=_("Your answer"))
    unit = html("ig-unit", value=escape(_(question.unit)))
    field = with_classes(lean.VBox([text, unit]), "ig-field")

    def write(typed: str) -> None:
        if not (typed and text.value):  # never over what is being typed
            text.value = typed

    return field, lambda: str(text.value), write


def _help_buttons(model: LessonModel, question: AnyQuestion) -> list[ipw.Widget]:
    hint = with_classes(lean.Button(), "ig-btn")
    solve = with_classes(lean.Button(description=_("Worked solution")), "ig-btn")

    def show(_change: object = None) -> None:
        shown = model.answer(question.key).hints
        hint.description = _("Hint {number} of {all}").format(
            number=min(shown + 1, HINTS), all=HINTS
        )
        hint.disabled = shown >= HINTS
        solve.disabled = not model.released or model.answer(question.key).solution
        solve.tooltip = "" if model.released else _("Your trainer has not released it yet.")

    hint.on_click(lambda _button: model.hint(question.key))
    solve.on_click(lambda _button: model.show_solution(question.key))
    model.observe(show, ["record", "released"])
    show()
    return [hint, solve]


def _explore(model: LessonModel, question: AnyQuestion) -> ipw.VBox:
    """The explorer with this question's case: after an answer, since it shows the right one."""
    button = with_classes(lean.ToggleButton(value=False), "ig-btn-link", "ig-fold-button")
    place = with_classes(lean.VBox([]), "ig-explore")

    def name(_change: object = None) -> None:
        done = model.answer(question.key)
        button.disabled = not (done.attempts or done.solution or button.value)
        sign = "▾" if button.value else "▸"
        label = _("{what} (after your answer)") if button.disabled else "{what}"
        button.description = f"{sign} {label.format(what=explorer_label(question))}"

    def show(_change: object = None) -> None:
        name()
        place.layout = layout_when(shown=button.value)
        if button.value and not place.children:
            place.children = (html(value=paragraph("ig-note", _("Preparing the explorer …"))),)
            place.children = (explorer_of(question),)

    button.observe(show, "value")
    model.observe(name, "record")
    show()
    return with_classes(lean.VBox([button, place]), "ig-stack", "ig-noprint")


def _summary_card(model: LessonModel) -> ipw.VBox:
    note = _(
        "Your summary holds your answers of every lesson in this browser, without a name. Hand the"
        " JSON file to your trainer if you like."
    )
    forget = with_classes(lean.Button(description=_("Forget my answers")), "ig-btn")
    forget.on_click(lambda _button: model.forget())
    buttons = with_classes(
        lean.Box(
            [
                DownloadButton(_("Save summary (HTML)"), lambda: _html_file(model)),
                DownloadButton(_("Save summary (JSON)"), lambda: _json_file(model)),
                forget,
            ]
        ),
        "ig-buttons",
    )
    title = head(_("Your summary"))
    return card([html(value=title + paragraph("ig-note", note)), buttons])


def _json_file(model: LessonModel) -> SavedFile:
    name = f"igmfat-summary-{model.record.seat[:6]}.json"
    return name, "application/json", summary_json(model.record, _now())


def _html_file(model: LessonModel) -> SavedFile:
    name = f"igmfat-summary-{model.record.seat[:6]}.html"
    return name, "text/html", summary_html(model.record, _now())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _shelf(model: LessonModel) -> BrowserShelf:
    shelf = BrowserShelf(prefix=SHELF, name=model.lesson.key, once={"seat": model.record.seat})
    tl.dlink((shelf, "shelf"), (model, "shelf"))
    tl.dlink((model, "memory"), (shelf, "value"))
    model.on_forget(shelf.forget)
    return shelf

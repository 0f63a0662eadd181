"""The one question that is shown: its patient, its answer, what was said of it, its figure."""

import json
from collections.abc import Callable
from functools import lru_cache

import ipywidgets as ipw
from markupsafe import Markup

from igmfat_nb.language import _
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import layout_when
from igmfat_nb.widgets.parts.batched_updates import one_batch
from igmfat_nb.widgets.parts.controls import card, html, with_classes
from igmfat_nb.widgets.parts.field import Followed, radio_field, text_field
from igmfat_nb.widgets.parts.markup import paragraph
from igmfat_nb.widgets.parts.turn import Along
from igmfat_nb.workshop import markup
from igmfat_nb.workshop.explorers import explorer_label, explorer_of
from igmfat_nb.workshop.lessons import QUESTIONS
from igmfat_nb.workshop.model import LessonModel
from igmfat_nb.workshop.question import AnyQuestion, ChoiceQuestion
from igmfat_nb.workshop.record import HINTS
from igmfat_nb.workshop.walk import Walk


class Stage:
    """The parts of the page that change with the question; none is built before it is shown."""

    def __init__(
        self, model: LessonModel, walk: Walk, following: tuple[str, str], *, in_class: bool
    ) -> None:
        self.model, self.walk = model, walk
        self._following, self._in_class = following, in_class
        self._fields: dict[str, ipw.Widget] = {}
        self._asked, self._told, self._hints = html("ig-task"), html("ig-told"), html()
        self._worked, self._figure, self._end = html(), html("ig-side"), html()
        self._place = with_classes(lean.VBox([]), "ig-place")
        self._main = with_classes(lean.Button(), "ig-btn-main")
        self._hint, self._solve = (with_classes(lean.Button(), "ig-btn-link") for _kind in "hs")
        self._explore = _Explore(model)
        help_row = with_classes(
            lean.Box([self._hint, self._solve, self._explore.button]), "ig-help"
        )
        answer = with_classes(lean.Box([self._place, self._main]), "ig-reply")
        parts = [self._asked, answer, self._told, self._hints, self._worked, help_row]
        self._ask = card([with_classes(lean.VBox(parts), "ig-stack"), self._figure], "ig-quest")
        self._last = card([self._end])
        self._drafts = Along("drafts", self.model.take_drafts)
        self._listen()
        self._show()

    @property
    def parts(self) -> list[ipw.Widget]:
        """The question, the end, and the explorer below."""
        return [self._ask, self._last, self._explore.place, self._drafts]

    def _listen(self) -> None:
        model = self.model
        self._main.on_click(lambda _button: self._act())
        self._hint.on_click(lambda _button: self._with_question(model.hint))
        self._solve.on_click(lambda _button: self._with_question(model.show_solution))
        watched = ["record", "released", "released_questions", "at", "drafts", "refusals"]
        model.observe(self._show, watched)

    def _with_question(self, act: Callable[[str], None]) -> None:
        if self.model.question is not None:
            act(self.model.question.key)

    def _act(self) -> None:
        """Check, or go on once it is right."""
        question = self.model.question
        if question is None:
            return
        if self.model.is_solved(question.key):
            self.walk.go_to(self.model.at + 1)
        else:
            with one_batch():
                self.model.submit(question.key, self.model.typed(question.key))

    def _show(self, _change: object = None) -> None:
        question = self.model.question
        with one_batch():
            self._ask.layout = layout_when(shown=question is not None)
            self._last.layout = layout_when(shown=question is None)
            if question is None:
                self._asked.value = ""
                self._end.value = markup.end(self.model, self._following, in_class=self._in_class)
            else:
                self._end.value = ""
                self._show_question(question)
            self._explore.show(question)
            self._drafts.value = json.dumps(self.model.drafts) if self.model.drafts else ""

    def _show_question(self, question: AnyQuestion) -> None:
        model, key = self.model, question.key
        done, released = model.answer(key), model.is_released(key)
        opened = released and (done.is_right or done.solution)
        self._asked.value = markup.asked(model.lesson, model.at)
        if self._place.children != (field := self._field(question),):
            self._place.children = (field,)
        self._told.value = markup.told(model, question)
        self._hints.value = markup.hints(question, done.hints)
        self._worked.value = markup.worked(question) if opened else ""
        self._figure.value = _figure(key, done.is_right or opened)
        self._name_buttons(question)

    def _name_buttons(self, question: AnyQuestion) -> None:
        model, key = self.model, question.key
        done, tried = model.answer(key), bool(model.tries(key))
        self._main.description = _("Check again") if tried else _("Check")
        if model.is_solved(key):
            last = model.at + 1 == len(model.lesson.questions)
            self._main.description = _("To the end →") if last else _("Next question →")
        number = min(done.hints + 1, HINTS)
        self._hint.description = _("Hint {number} of {all}").format(number=number, all=HINTS)
        self._hint.layout = layout_when(shown=done.hints < HINTS and not model.is_solved(key))
        shown = (done.is_right or done.solution) and model.is_released(key)
        self._solve.layout = layout_when(shown=not shown)
        self._solve.disabled = not (tried and model.is_released(key))
        self._solve.description = _("Worked solution")
        if not model.is_released(key):
            self._solve.description = _("Worked solution when your trainer releases it")
        elif not tried:
            self._solve.description = _("Worked solution after one try")

    def _field(self, question: AnyQuestion) -> ipw.Widget:
        """The field of a question; kept, so that nothing typed is lost on the way."""
        if question.key not in self._fields:
            self._fields[question.key] = _answer_field(self.model, question)
        return self._fields[question.key]


def _answer_field(model: LessonModel, question: AnyQuestion) -> ipw.Widget:
    key = question.key
    of = Followed(
        model,
        ["record", "drafts", "refusals"],
        value=lambda: model.typed(key),
        enter=lambda text: model.type_in(key, text),
        refused=lambda: str(model.refusals.get(key, "")),
        name=key,
    )
    if isinstance(question, ChoiceQuestion):
        return radio_field(of, [(_(option.text), option.key) for option in question.options])
    return text_field(of, _("Your answer"), _(question.unit))


@lru_cache(maxsize=2)  # kept, as nothing in it is the reader's
def _figure(key: str, solved: bool) -> Markup:
    """The figure of the question that is shown."""
    return markup.figure(QUESTIONS[key], solved=solved)


class _Explore:
    """The explorer with a question's case: after an answer, since it shows the right one."""

    def __init__(self, model: LessonModel) -> None:
        self.model = model
        self.button = with_classes(lean.ToggleButton(value=False), "ig-btn-link", "ig-fold-button")
        self.place = with_classes(lean.VBox([]), "ig-explore", "ig-noprint")
        self._question: AnyQuestion | None = None
        self._built: dict[str, ipw.Widget] = {}
        self.button.observe(lambda _change: self._open(), "value")

    def show(self, question: AnyQuestion | None) -> None:
        """Offer it for this question; that of the question before is closed."""
        if question is not self._question:
            self._question = question
            self.button.value = False
        tried = question is not None and bool(self.model.tries(question.key))
        self.button.layout = layout_when(shown=tried)
        if question is not None:
            self.button.description = explorer_label(question)

    def _open(self) -> None:
        question, shown = self._question, self.button.value
        self.place.layout = layout_when(shown=shown)
        if question is not None and shown:
            if question.key not in self._built:
                waits = paragraph("ig-note", _("Preparing the explorer …"))
                self.place.children = (card([html(value=waits)]),)
                self._built[question.key] = card([explorer_of(question)])
            self.place.children = (self._built[question.key],)
        self.show(question)

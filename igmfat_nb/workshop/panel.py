"""A lesson as a page: the way through it, one question at a time, and what is kept."""

import os
from datetime import UTC, datetime

import ipywidgets as ipw
import traitlets as tl

from igmfat_nb.language import _
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.browser_shelf import BrowserShelf
from igmfat_nb.widgets.parts.controls import html, with_classes
from igmfat_nb.widgets.parts.download import DownloadButton, SavedFile
from igmfat_nb.widgets.parts.markup import paragraph
from igmfat_nb.widgets.parts.page import page_of
from igmfat_nb.workshop import markup
from igmfat_nb.workshop.lessons import LESSONS, lesson_named
from igmfat_nb.workshop.model import LessonModel
from igmfat_nb.workshop.question import Lesson
from igmfat_nb.workshop.record import summary_json
from igmfat_nb.workshop.stage import Stage
from igmfat_nb.workshop.summary import summary_html
from igmfat_nb.workshop.trainer_link import TrainerLink
from igmfat_nb.workshop.walk import Walk

SHELF = "igmfat-workshop"
#: Set by our workshop server for its kernels: a trainer may hold solutions back.
IN_CLASS = "IGMFAT_WORKSHOP"
#: Notebooks of the lessons, and where to go on after the last.
NOTEBOOKS = {
    "50": "50_workshop_eligibility.ipynb",
    "51": "51_workshop_dosing.ipynb",
    "52": "52_workshop_titration.ipynb",
    "53": "53_workshop_trial.ipynb",
}
AFTERWARDS = "30_trial_simulation.ipynb"


def lesson_page(key: str) -> ipw.VBox:
    """The page of a lesson by its key, with memory, downloads and, in class, the trainer's link."""
    model = LessonModel(lesson_named(key))
    in_class = bool(os.environ.get(IN_CLASS))
    kept: list[ipw.Widget] = [_kept(model), _shelf(model)]
    if in_class:
        note = html(value=paragraph("ig-note", markup.class_note()))
        kept = [with_classes(lean.VBox([TrainerLink(model), note]), "ig-noprint"), *kept]
    return _column([*_lesson(model, in_class=in_class), *kept])


def lesson_panel(lesson: Lesson, model: LessonModel | None = None) -> ipw.VBox:
    """The lesson alone: nothing is remembered beyond this kernel."""
    return _column(_lesson(LessonModel(lesson) if model is None else model, in_class=False))


def _column(parts: list[ipw.Widget]) -> ipw.VBox:
    return page_of(with_classes(lean.VBox(parts), "ig-column", "ig-lesson"))


def _lesson(model: LessonModel, *, in_class: bool) -> list[ipw.Widget]:
    where, walk = html("ig-head"), Walk(model)
    place = LESSONS.index(model.lesson) + 1

    def show(_change: object = None) -> None:
        where.value = markup.where(model, place, len(LESSONS))

    model.observe(show, ["record", "at"])
    show()
    stage = Stage(model, walk, following(model.lesson), in_class=in_class)
    return [where, walk, *stage.parts]


def following(lesson: Lesson) -> tuple[str, str]:
    """Words and address of what comes after a lesson."""
    at = LESSONS.index(lesson) + 1
    if at == len(LESSONS):
        return _("Virtual trials: try designs of your own"), AFTERWARDS
    return _(LESSONS[at].title), NOTEBOOKS[LESSONS[at].key]


def _kept(model: LessonModel) -> ipw.Box:
    note = _("Answers stay in this browser, without a name. Nothing is graded.")
    forget = with_classes(lean.Button(description=_("Forget my answers")), "ig-btn-link")
    forget.on_click(lambda _button: model.forget())
    parts = [
        html(value=paragraph("ig-note", note)),
        DownloadButton(_("Save summary (HTML)"), lambda: _html_file(model)),
        DownloadButton(_("Save summary (JSON)"), lambda: _json_file(model)),
        forget,
    ]
    return with_classes(lean.Box(parts), "ig-kept", "ig-noprint")


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

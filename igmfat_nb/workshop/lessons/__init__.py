"""The four lessons, each as data in a module of its own."""

from igmfat_nb.errors import MissingInput
from igmfat_nb.language import _
from igmfat_nb.workshop.lessons.dosing import DOSING
from igmfat_nb.workshop.lessons.eligibility import ELIGIBILITY
from igmfat_nb.workshop.lessons.titration import TITRATION
from igmfat_nb.workshop.lessons.trial import TRIAL
from igmfat_nb.workshop.question import AnyQuestion, Lesson

LESSONS: tuple[Lesson, ...] = (ELIGIBILITY, DOSING, TITRATION, TRIAL)
QUESTIONS: dict[str, AnyQuestion] = {
    question.key: question for lesson in LESSONS for question in lesson.questions
}

__all__ = ["LESSONS", "QUESTIONS", "lesson_named", "numbered_title"]


def numbered_title(lesson: Lesson) -> str:
    """A lesson's place and title, as the navigation has them."""
    return f"{LESSONS.index(lesson) + 1} {_(lesson.title)}"


def lesson_named(key: str) -> Lesson:
    """Return the lesson of a key, or refuse with the keys there are."""
    found = next((lesson for lesson in LESSONS if lesson.key == key), None)
    if found is None:
        message = _("There is no lesson “{key}”; there are {keys}.")
        keys = ", ".join(lesson.key for lesson in LESSONS)
        raise MissingInput(message.format(key=key, keys=keys))
    return found

"""Free exploration after a question: the widgets of the other pages, its case filled in."""

from collections.abc import Callable

import ipywidgets as ipw

from igmfat_nb.language import _, mark
from igmfat_nb.teaching_cases import TeachingCase
from igmfat_nb.workshop.lessons.trial_working import CONTROL, TREATED
from igmfat_nb.workshop.question import AnyQuestion, Explorer

#: Replicates of a virtual trial at first: thirty people press Run on the same two cores.
REPLICATES = 50
LABELS: dict[Explorer, str] = {
    "patient": mark("Explore this patient freely"),
    "course": mark("Explore this course freely"),
    "trial": mark("Explore a virtual trial freely"),
    "sample size": mark("Explore the sample size freely"),
}


def explorer_label(question: AnyQuestion) -> str:
    """What the button says that opens it."""
    return _(LABELS[question.explorer])


def explorer_of(question: AnyQuestion) -> ipw.Widget:
    """Build what a question is explored with; imports wait until somebody asks."""
    builders: dict[Explorer, Callable[[TeachingCase], ipw.Widget]] = {
        "patient": _patient,
        "course": _course,
        "trial": _trial,
        "sample size": _sample_size,
    }
    return builders[question.explorer](question.teaching_case)


def _patient(found: TeachingCase) -> ipw.Widget:
    return _workspace(found, "first")


def _course(found: TeachingCase) -> ipw.Widget:
    return _workspace(found, "course")


def _workspace(found: TeachingCase, step: str) -> ipw.Widget:
    """The patient's page on this case; what the reader keeps in this browser stays as is."""
    from igmfat_nb.widgets.course.model import CourseModel
    from igmfat_nb.widgets.explorer.model import ExplorerModel
    from igmfat_nb.widgets.workspace.model import Workspace
    from igmfat_nb.widgets.workspace.view import workspace_view

    course = CourseModel(found.case, active=False)
    return workspace_view(Workspace(ExplorerModel(), course, step=step), key="")


def _trial(_found: TeachingCase) -> ipw.Widget:
    from igmfat_nb.widgets.trial.model import TrialModel
    from igmfat_nb.widgets.trial.page import trial_panel

    return trial_panel(TrialModel(replicates=str(REPLICATES), deaths="exposure"))


def _sample_size(_found: TeachingCase) -> ipw.Widget:
    from igmfat_nb.widgets.trial.sample_size_panel import sample_size_panel

    return sample_size_panel(control=CONTROL, treated=TREATED, dropout=0.0)

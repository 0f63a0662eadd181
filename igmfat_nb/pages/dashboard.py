"""The dashboard with a case in its header and the course below its day plan: one patient, once."""

import ipywidgets as ipw
import traitlets as tl

from igmfat_nb.language import _
from igmfat_nb.pages.patient_page import PatientPage
from igmfat_nb.widgets.course.fields import course_data_panel, question_panel
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.course.page import (
    case_panel,
    case_storage,
    chances_panel,
    course_statements_panel,
    days_panel,
    personal_curve_panel,
    rules_panel,
)
from igmfat_nb.widgets.course.rows import TABLES, rows_panel
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.explorer.page import dashboard
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import layout_when
from igmfat_nb.widgets.parts.case_storage import BrowserStorage
from igmfat_nb.widgets.parts.controls import card, html, with_classes
from igmfat_nb.widgets.parts.markup import head, paragraph


class Dashboard(PatientPage):
    """One patient, two doses, the curve and the plan; below them the course day by day."""

    def view(self) -> ipw.VBox:
        """Build the whole page on the patient."""
        return followed_dashboard(self.model)


def followed_dashboard(explorer: ExplorerModel, course: CourseModel | None = None) -> ipw.VBox:
    """Build the dashboard on both models; the course is drawn when somebody opens it."""
    followed = CourseModel(active=False) if course is None else course
    one_patient(explorer, followed)
    header = case_storage(followed, parts=("open", "save"))
    tick = BrowserStorage("", parts=("keep", "forget"))
    tick.on_forget(followed.forget)
    tl.link((header, "keep"), (tick, "keep"))  # the header keeps, the fold asks
    fold = _course_fold(followed, case_panel(followed, tick))
    return dashboard(explorer, actions=[header], below_plan=[fold])


def one_patient(explorer: ExplorerModel, course: CourseModel) -> None:
    """Let both models follow one patient, and one set of assumptions: the explorer's."""

    def assume(_change: object = None) -> None:
        course.assume(explorer.outcome.choices.assumptions)

    explorer.share(course)
    explorer.observe(assume, "outcome")
    assume()


def _course_fold(course: CourseModel, case: ipw.VBox) -> ipw.VBox:
    """Closed at first, and empty: a page that nobody follows a course on pays nothing for it."""
    title = _("Follow this patient day by day")
    button = with_classes(lean.ToggleButton(value=False), "ig-btn-link", "ig-fold-button")
    content = with_classes(lean.VBox([]), "ig-main")
    note = _(
        "Measured titres, doses given, and the next dose for a stated probability of"
        " reaching the target."
    )

    intro = html(value=head(_("The course")) + paragraph("ig-note", note))
    opener = card([intro, button])

    def show(is_open: bool) -> None:
        button.description = f"{'▾' if is_open else '▸'} {title}"
        (opener.remove_class if is_open else opener.add_class)("ig-noprint")
        course.active = is_open
        if is_open and not content.children:
            content.children = _course_parts(course, case)
        content.layout = layout_when(shown=is_open)

    def show_due(_change: object = None) -> None:
        if course.typed.goes_on():
            button.value = True  # where the doses of now are

    button.observe(lambda change: show(change["new"]), "value")
    show(False)
    course.observe(show_due, "typed")
    show_due()
    return with_classes(lean.VBox([opener, content]), "ig-main")


def _course_parts(course: CourseModel, case: ipw.VBox) -> tuple[ipw.Widget, ...]:
    titres, doses, events = (rows_panel(course, table) for table in TABLES)
    question = question_panel(course, with_scenario=False)
    return (
        with_classes(lean.Box([case, course_data_panel(course)]), "ig-cards"),
        with_classes(lean.Box([titres, doses]), "ig-entry"),
        with_classes(lean.Box([question, events]), "ig-cards"),
        rules_panel(course),
        personal_curve_panel(course),
        chances_panel(course),
        days_panel(course),
        course_statements_panel(),
    )

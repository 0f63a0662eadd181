"""The dashboard with a case in its header and the course below its day plan: one patient, once."""

from collections.abc import Mapping
from dataclasses import replace

import ipywidgets as ipw
import traitlets as tl

from igmfat_nb.bedside.patient import TypedPatient, read_igm_mg_dl
from igmfat_nb.errors import IgmFatError
from igmfat_nb.language import _
from igmfat_nb.pages.patient_page import PatientPage
from igmfat_nb.units import parse_igm_unit
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
from igmfat_nb.widgets.course.typed import TypedCourse, TypedTitre, typed_number
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.explorer.page import dashboard
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import layout_when
from igmfat_nb.widgets.parts.case_storage import BrowserStorage
from igmfat_nb.widgets.parts.controls import card, html, with_classes
from igmfat_nb.widgets.parts.markup import head, paragraph

_BODY = ("sex", "age_years", "height_cm", "weight_kg", "haematocrit")


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
    fold = _course_fold(explorer, followed, case_panel(followed, tick))
    return dashboard(explorer, actions=[header], below_plan=[fold])


def one_patient(explorer: ExplorerModel, course: CourseModel) -> None:
    """Keep the patient of the dashboard and the patient of the course the same."""
    busy: list[bool] = []
    seen = [explorer.patients]

    def from_course(_change: object) -> None:
        patient, past = patient_of(course.typed), _past_sentence(course.typed)
        same = patient == _in_mg_dl(explorer.typed)
        unchanged = same and dict(course.typed.criteria) == dict(explorer.answers)
        if busy or (unchanged and past == explorer.past):
            return
        busy.append(True)
        typed = explorer.typed if same else patient
        explorer.fill(typed, course.typed.criteria, past=past)
        busy.pop()
        seen[0] = explorer.patients

    def from_explorer(_change: object) -> None:
        replaced, seen[0] = explorer.patients != seen[0], explorer.patients
        if not busy:
            busy.append(True)
            before = TypedCourse() if replaced else course.typed
            typed = course_with(before, explorer.typed, explorer.answers)
            (course.begin_patient if replaced else course.take_body)(typed)
            busy.pop()
        course.assume(explorer.outcome.choices.assumptions)

    if course.typed.is_empty():
        from_explorer(None)
    else:
        from_course(None)
    course.observe(from_course, "typed")
    explorer.observe(from_explorer, "outcome")


def _past_sentence(typed: TypedCourse) -> str:
    """Why the doses at the first titre are none of today, or empty."""
    if not typed.goes_on():
        return ""
    return _(
        "This patient has data after the first titre. The doses due now, at the last hour"
        " entered, are under “Follow this patient day by day”."
    )


def patient_of(typed: TypedCourse) -> TypedPatient:
    """The patient of a course at the first titre, as the dashboard types it."""
    first = typed.titres[0] if typed.titres else TypedTitre()
    igm = first.igm_mg_dl if isinstance(first, TypedTitre) else ""
    body = {name: getattr(typed, name) for name in _BODY}
    return TypedPatient(**body, igm=igm, igm_unit="mg/dL" if igm.strip() else "")


def course_with(
    typed: TypedCourse, patient: TypedPatient, answers: Mapping[str, str]
) -> TypedCourse:
    """The course with the body, the first titre and the answers of the dashboard."""
    in_mg_dl = _in_mg_dl(patient)
    first, *later = typed.titres or (TypedTitre(time_h="0"),)
    if isinstance(first, TypedTitre):
        first = replace(first, igm_mg_dl=in_mg_dl.igm)
    body: dict[str, str] = {name: getattr(in_mg_dl, name) for name in _BODY}
    return replace(typed, **body, titres=(first, *later), criteria=dict(answers))  # type: ignore[arg-type]


def _in_mg_dl(patient: TypedPatient) -> TypedPatient:
    """A titre typed in g/L as a case writes it; one that cannot be read stays away from it."""
    try:
        unit = parse_igm_unit(patient.igm_unit)
        if unit == "mg/dL":
            return patient
        igm = typed_number(read_igm_mg_dl(patient.igm, unit))
    except IgmFatError:
        return replace(patient, igm="", igm_unit="")
    return replace(patient, igm=igm, igm_unit="mg/dL")


def _course_fold(explorer: ExplorerModel, course: CourseModel, case: ipw.VBox) -> ipw.VBox:
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

    def show_due(change: dict[str, object]) -> None:
        if change["new"]:
            button.value = True  # where the doses of now are

    button.observe(lambda change: show(change["new"]), "value")
    show(False)
    explorer.observe(show_due, "past")
    show_due({"new": explorer.past})
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

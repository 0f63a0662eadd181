"""The page of one patient's course: what was measured and given, what it taught, what is next."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import ipywidgets as ipw

from igmfat_nb.case import case_text
from igmfat_nb.figures.titration import CourseCurve, blank_personal_spec, personal_spec
from igmfat_nb.language import _
from igmfat_nb.teaching_cases import teaching_case
from igmfat_nb.titration import RULES, Rule
from igmfat_nb.widgets.course.answers_markup import (
    RULE_CLASS,
    course_table,
    gauge,
    notices,
    now_line,
    rule_card,
    sample_table,
)
from igmfat_nb.widgets.course.fields import (
    clearance_panel,
    course_patient_panel,
    question_panel,
)
from igmfat_nb.widgets.course.model import CourseModel
from igmfat_nb.widgets.course.outcome import CourseOutcome
from igmfat_nb.widgets.course.rows import TABLES, rows_panel
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.browser_keys import CASE_KEY
from igmfat_nb.widgets.parts.case_storage import PARTS, BrowserStorage
from igmfat_nb.widgets.parts.controls import card, html, row, with_classes
from igmfat_nb.widgets.parts.figure import figure_widget
from igmfat_nb.widgets.parts.markup import head, paragraph
from igmfat_nb.widgets.parts.page import page_of

EXAMPLE = "surprising-titre"


def course_page(model: CourseModel, storage: BrowserStorage | None = None) -> ipw.VBox:
    """The whole page: patient and rows to type, doses, curve, chances, the days."""
    titres, doses, events = (rows_panel(model, table) for table in TABLES)
    aside = (
        (case_panel(model, storage), 1),
        (course_patient_panel(model), 2),
        (clearance_panel(model), 7),
        (question_panel(model), 8),
        (events, 9),
    )
    rows = with_classes(lean.Box([titres, doses]), "ig-entry")
    main = (
        (rows, 3),
        (rules_panel(model), 4),
        (personal_curve_panel(model), 5),
        (chances_panel(model), 6),
        (days_panel(model), 6),
        (course_statements_panel(), 9),
    )
    sides = [_side(aside, "ig-aside"), _side(main, "ig-main")]
    return page_of(with_classes(lean.Box(sides), "ig-page"))


def case_panel(model: CourseModel, storage: BrowserStorage | None = None) -> ipw.VBox:
    """Which case is open, when it was last changed; open, save, keep, forget, undo."""
    shown, storage = html(), storage or case_storage(model)
    undo = with_classes(lean.Button(description=_("Undo")), "ig-btn", "ig-undo")
    undo.on_click(lambda _button: model.undo())
    example = with_classes(
        lean.Button(
            description=_("Open a synthetic course"),
            tooltip=_("An invented patient, to see how the page works."),
        ),
        "ig-btn",
    )
    example.on_click(lambda _button: model.open_file(case_text(teaching_case(EXAMPLE).case)))

    def show(_change: object = None) -> None:
        undo.disabled = not model.can_undo
        shown.value = _case_line(model)

    model.observe(show, ["outcome", "message", "changed_at", "can_undo"])
    show()
    note = _("Only in this browser, on this computer; the server writes no file.")
    buttons = with_classes(lean.Box([undo, example]), "ig-buttons")
    parts = [html(value=head(_("Case"))), shown, storage, buttons]
    return with_classes(card([*parts, html(value=paragraph("ig-note", note))]), "ig-case")


def case_storage(
    model: CourseModel, parts: Sequence[str] = PARTS, *, key: str = CASE_KEY
) -> BrowserStorage:
    """The browser's part: file in and out, the kept course; without a key nothing is kept."""
    storage = BrowserStorage(key, parts=parts)

    def show(_change: object = None) -> None:
        with storage.hold_sync():
            storage.value = model.kept
            storage.file_text = model.file_text or ""
            storage.file_name = f"{model.typed.subject.strip() or 'case'}.json"

    def found(change: dict[str, Any]) -> None:
        if change["new"] and model.typed.is_empty():
            model.restore(change["new"], storage.changed_at)

    def dated(change: dict[str, Any]) -> None:
        if not model.has_clock:
            model.changed_at = change["new"]

    storage.on_open(lambda _name, content: model.open_file(content))
    storage.on_forget(model.forget)
    storage.observe(found, "found")
    storage.observe(dated, "changed_at")
    model.observe(show, "outcome")
    show()
    return storage


def rules_panel(model: CourseModel) -> ipw.VBox:
    """What must be known first, then the three rules side by side."""
    said = html()
    cards = [_rule_card(model, rule) for rule in RULES]

    def show(outcome: CourseOutcome) -> None:
        said.value = notices(outcome)

    follow_course(model, show)
    return with_classes(
        lean.VBox([with_classes(said, "ig-notices"), row(*cards, css="ig-three")]), "ig-stack"
    )


def personal_curve_panel(model: CourseModel) -> ipw.VBox:
    """Show this patient's own curve; an old curve is taken away, not covered."""
    figure = figure_widget(_spec(model.outcome))
    waiting, now = html(), html()
    plot = with_classes(lean.Box([figure]), "ig-plot")

    def show(outcome: CourseOutcome) -> None:
        waiting.value, now.value = paragraph("ig-blank", outcome.waiting), now_line(outcome)
        (plot.add_class if outcome.waiting else plot.remove_class)("ig-plot-blank")
        figure.show(_spec(outcome))

    follow_course(model, show)
    title = head(
        _("Curve from the measured titres"),
        _("line: median; bands: 90 % and 50 % of this patient; grey: 90 % after the first titre"),
    )
    return card([html(value=title), waiting, plot, now])


def chances_panel(model: CourseModel) -> ipw.Box:
    """The gauge beside the next sample."""
    chances, samples = html(), html()

    def show(outcome: CourseOutcome) -> None:
        chances.value = gauge(outcome)

    def show_samples(_change: object = None) -> None:
        samples.value = sample_table(model.outcome, model.rows)

    follow_course(model, show)
    model.observe(show_samples, ["outcome", "rows"])
    show_samples()
    left = card([html(value=head(_("Probability of reaching the target"))), chances])
    right = card([html(value=head(_("Which sample next"))), samples])
    return row(left, right, css="ig-cards")


def days_panel(model: CourseModel) -> ipw.VBox:
    """The course day by day."""
    shown = html()

    def show(_change: object = None) -> None:
        shown.value = course_table(model.outcome, model.rows)

    model.observe(show, ["outcome", "rows"])
    show()
    return with_classes(card([html(value=head(_("Day by day"))), shown]), "ig-days")


def course_statements_panel() -> ipw.VBox:
    """What this page is not, and what is ours in it."""
    sentences = (
        _(
            "The deficit rule's equation is an assumption of this software: the trial"
            " publishes the target of 100 mg/dL, not the equation."
        ),
        _("The forecast rule is our proposal, not the trial's rule."),
        _(
            "The virtual patients, their clearance and recovery, and the residual error of a"
            " titre are assumptions of this software; the curve combines them with the"
            " measured titres."
        ),
    )
    lines = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return card([html(value=head(_("What is assumed")) + f'<ul class="ig-plain">{lines}</ul>')])


def follow_course(model: CourseModel, show: Callable[[CourseOutcome], None]) -> None:
    """Show the outcome now and at every change."""
    show(model.outcome)
    model.observe(lambda change: show(change["new"]), "outcome")


def _spec(outcome: CourseOutcome) -> dict[str, Any]:
    if outcome.answer is None:
        return blank_personal_spec()
    decision, curve = outcome.answer.decision, outcome.answer.curve
    return personal_spec(
        CourseCurve(
            case=outcome.answer.case,
            at_h=decision.situation.at_h,
            time_h=curve.time_h,
            personal=curve.personal,
            population=curve.population,
            outlying_h=[one.time_h for one in decision.outlying],
            target_mg_dl=decision.assumptions.rule.target_mg_dl,
        )
    )


def _rule_card(model: CourseModel, rule: Rule) -> ipw.VBox:
    shown = html()

    def show(outcome: CourseOutcome) -> None:
        shown.value = rule_card(outcome, rule)

    follow_course(model, show)
    return card([shown], RULE_CLASS[rule])


def _case_line(model: CourseModel) -> str:
    """Which case is open, when it was last changed, why the last file was not opened."""
    subject = model.typed.subject.strip()
    name = f"<b>{escape(subject)}</b>" if subject else escape(_("No case is open."))
    when = _("last changed {when}").format(when=model.changed_at) if model.changed_at else ""
    beside = f' <span class="ig-iv">{escape(when)}</span>' if subject and when else ""
    refused = model.outcome.refused.get("case", "")
    return (
        f'<p class="ig-open-case">{name}{beside}</p>'
        + paragraph("ig-stop", model.message)
        + paragraph("ig-stop", refused)
    )


def _side(cards: Any, css: str) -> ipw.VBox:
    """One column; the number is a card's place on a phone."""
    return with_classes(
        lean.VBox([with_classes(one, f"ig-order-{place}") for one, place in cards]), css
    )

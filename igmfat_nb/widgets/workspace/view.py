"""The whole page: the strip, the steps, a refused file, and the step that is open."""

import ipywidgets as ipw

from igmfat_nb.language import _, mark
from igmfat_nb.widgets.explorer.page import calculated_markup
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import layout_when
from igmfat_nb.widgets.parts.browser_keys import CASE_KEY
from igmfat_nb.widgets.parts.controls import html, with_classes
from igmfat_nb.widgets.parts.moment import moment_text
from igmfat_nb.widgets.parts.page import page_of
from igmfat_nb.widgets.parts.template import filled
from igmfat_nb.widgets.workspace.course import course_step
from igmfat_nb.widgets.workspace.desk import case_desk
from igmfat_nb.widgets.workspace.first import first_step
from igmfat_nb.widgets.workspace.model import COURSE, FIRST, Workspace
from igmfat_nb.widgets.workspace.strip import strip

BANNER = """<div class="ig-banner" role="alert"><i class="ig-sev-critical"></i><span><b>\
{{ title }}</b> \
{{ message }} {{ still }}</span></div>"""
RESTORED = """<p class="ig-restored" role="status">{{ text }}</p>"""
RESTORED_WORDS = {
    "tab": mark(
        "What was typed in this tab is back. Only this tab remembers it, until"
        " New patient or until it is closed."
    ),
    "report": mark(
        "The case of the report is open. Only this tab remembers it, until"
        " New patient or until it is closed."
    ),
}


def workspace_view(work: Workspace, *, key: str = CASE_KEY) -> ipw.VBox:
    """Build the page; only the step that is open is built.

    ``key`` is under which tab and browser keep the case; nothing is kept without one.
    """
    desk = case_desk(work, key=key)
    top = with_classes(lean.VBox([steps(work), strip(work, desk)]), "ig-sticky")
    body = with_classes(lean.VBox([]), "ig-steps-body")
    built: dict[str, ipw.Widget] = {}

    def show(_change: object = None) -> None:
        make = first_step if work.step == FIRST else course_step
        if work.step not in built:
            built[work.step] = make(work)
        if body.children != (built[work.step],):
            body.children = (built[work.step],)

    def filled_in(_change: object = None) -> None:
        (body.add_class if work.began_filled else body.remove_class)("ig-filled")

    work.observe(show, "step")
    work.observe(filled_in, "began_filled")
    show()
    filled_in()
    below = [calculated(work)] if work.explorer.has_clock else []
    page = page_of(top, banner(work), restored(work), body, *below)
    return with_classes(page, "ig-work")


def steps(work: Workspace) -> ipw.ToggleButtons:
    """The two steps of the page."""
    options = [(_("1 First dose"), FIRST), (_("2 Follow the course"), COURSE)]
    switch = with_classes(
        lean.ToggleButtons(options=options, value=work.step, description=""), "ig-steps"
    )

    def show(_change: object = None) -> None:
        switch.value = work.step

    def enter(change: dict[str, str]) -> None:
        if change["new"]:
            work.step = change["new"]

    work.observe(show, "step")
    switch.observe(enter, "value")
    return switch


def banner(work: Workspace) -> ipw.Box:
    """A refused file: its name, the sentence, and who is still open."""
    shown = html("ig-banner-text")
    another = with_classes(
        lean.Button(description=_("Open another file")), "ig-btn", "ig-open-another"
    )  # the desk's script opens it
    close = with_classes(lean.Button(description=_("Close")), "ig-btn-link")
    close.on_click(lambda _button: work.course.say(""))
    box = with_classes(lean.Box([shown, another, close]), "ig-banner-box")

    def show(_change: object = None) -> None:
        course = work.course
        box.layout = layout_when(shown=bool(course.message))
        title = _("The case was not opened.")
        if course.message_of:
            title = _("{name} was not opened.").format(name=course.message_of)
        who = course.typed.subject.strip() or _("The patient")
        still = _("{who} is still here, unchanged.").format(who=who)
        if course.typed.is_empty():
            still = _("No patient is open.")
        shown.value = (
            filled(BANNER, title=title, message=course.message, still=still)
            if course.message
            else ""
        )

    work.course.observe(show, ["message", "message_of"])
    show()
    return box


def calculated(work: Workspace) -> ipw.HTML:
    """When the doses of the step that is open were calculated; the page puts it into its footer."""
    line = html("ig-calculated")

    def show(_change: object = None) -> None:
        first, course = work.explorer.outcome.arms, work.course.outcome.answer
        now = work.explorer.now() if (first if work.step == FIRST else course) else None
        iso = now.isoformat(timespec="seconds") if now else ""
        line.value = calculated_markup(moment_text(now) if now else "", iso)

    work.explorer.observe(show, "outcome")
    work.course.observe(show, "outcome")
    work.observe(show, "step")
    show()
    return line


def restored(work: Workspace) -> ipw.HTML:
    """Say that what this tab remembered is back, or that a report brought its case."""
    shown = html()

    def show(_change: object = None) -> None:
        said = RESTORED_WORDS.get(work.restored_from, "")
        text = "" if work.course.typed.is_empty() or not said else _(said)
        shown.value = filled(RESTORED, text=text) if text else ""

    work.observe(show, "restored_from")
    work.course.observe(show, "typed")
    show()
    return shown

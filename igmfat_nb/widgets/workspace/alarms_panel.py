"""Alarms above the dose, and the question about an outlying titre."""

from dataclasses import replace

import ipywidgets as ipw

from igmfat_nb.case import CaseTitre, remarks
from igmfat_nb.case.typed import is_empty_row
from igmfat_nb.language import _, mark
from igmfat_nb.titration.aside import asked_about
from igmfat_nb.widgets.parts import plain_widgets as lean
from igmfat_nb.widgets.parts.appearance import layout_when
from igmfat_nb.widgets.parts.controls import card, html, with_classes
from igmfat_nb.widgets.parts.template import filled
from igmfat_nb.widgets.workspace.alarms import Alarm, course_alarms
from igmfat_nb.widgets.workspace.draft import Draft
from igmfat_nb.widgets.workspace.model import Workspace
from igmfat_nb.widgets.workspace.words import titre_words

SEVERITY_NAME = {"critical": mark("critical"), "check": mark("to check"), "note": mark("note")}
#: In the order in which to think of them.
ANSWERS = (
    (mark("It is right: keep it"), "keep"),
    (mark("A dose is missing here: add it"), "missing dose"),
    (mark("Drawn during an infusion or from its line: set it aside"), "set aside"),
    (mark("A slip of value or unit: correct it"), "correct"),
)
LIST = """<ul class="ig-alarm-list">{% for one in alarms %}
<li class="ig-sev-{{ one.severity }}"><i role="img" aria-label="{{ names[one.severity] }}"></i>\
<span>{{ one.sentence }}</span>{% if one.at_h is not none %}<time>{{ times.text(one.at_h) }}</time>\
{% endif %}</li>{% endfor %}</ul>"""


def alarms_panel(work: Workspace, draft: Draft) -> ipw.VBox:
    """The most severe first; the question stands below the titre that it is about."""
    listed, first = html(), html()
    question = _question(work, draft)
    box = card([first, question, listed], "ig-alarm-card")

    def show(_change: object = None) -> None:
        found = course_alarms(work.course.outcome)
        asked = _asked(work)
        top = found[:1] if asked else ()
        first.value, listed.value = _markup(work, top), _markup(work, found[len(top) :])
        question.layout = layout_when(shown=asked is not None)
        critical = any(one.severity == "critical" for one in found)
        (box.add_class if critical else box.remove_class)("ig-critical")
        box.layout = layout_when(shown=bool(found))

    work.course.observe(show, "outcome")
    work.observe(show, "times")
    show()
    return box


def _markup(work: Workspace, alarms: tuple[Alarm, ...]) -> str:
    if not alarms:
        return ""
    names = {severity: _(name) for severity, name in SEVERITY_NAME.items()}
    return filled(LIST, alarms=alarms, names=names, times=work.times)


def _asked(work: Workspace) -> CaseTitre | None:
    """The outlying titre that nobody has answered for yet."""
    answer = work.course.outcome.answer
    return asked_about(answer.decision) if answer else None


def _question(work: Workspace, draft: Draft) -> ipw.VBox:
    title = html()
    options = [(_(words), name) for words, name in ANSWERS]
    radio = with_classes(lean.RadioButtons(options=options, value=None), "ig-radio")
    record = with_classes(
        lean.Button(description=_("Record the answer"), disabled=True), "ig-btn-main"
    )

    shown: list[CaseTitre | None] = [None]

    def show(_change: object = None) -> None:
        titre = _asked(work)
        if titre == shown[0]:
            return  # what was chosen stays while the clock goes on
        shown[0], radio.value = titre, None
        if titre is None:
            return
        words = titre_words(titre)
        title.value = filled(
            '<h3 class="ig-asks">{{ t }}</h3>', t=_("What about the {titre}?").format(titre=words)
        )

    def chosen(change: dict[str, object]) -> None:
        record.disabled = change["new"] is None

    def act(_button: object) -> None:
        titre = _asked(work)
        if titre is not None and radio.value is not None:
            answer_for(work, draft, titre, str(radio.value))

    work.course.observe(show, "outcome")
    work.observe(lambda _change: setattr(radio, "value", None), "patient")
    radio.observe(chosen, "value")
    record.on_click(act)
    show()
    return with_classes(lean.VBox([title, radio, record]), "ig-asked")


def answer_for(work: Workspace, draft: Draft, titre: CaseTitre, answer: str) -> None:
    """Do what was answered about an outlying titre; undo takes it back."""
    course = work.course
    typed, case = course.typed, course.reading.case
    if case is None:
        return
    index = case.titres.index(titre)
    if answer == "keep":
        course.change_to(replace(typed, notes=remarks.kept(typed.notes, titre)))
    elif answer == "set aside":
        notes = remarks.set_aside(typed.notes, titre)
        rows = [row for place, row in enumerate(typed.titres) if place != _row_of(work, index)]
        course.change_to(replace(typed.with_rows("titres", rows), notes=notes))
    elif answer == "missing dose":
        draft.begin("doses", start_h="")
        _go(work, "doses")
    else:
        draft.correct("titres", _row_of(work, index))
        _go(work, "titres")


def _row_of(work: Workspace, index: int) -> int:
    """The row of a titre: empty rows are no titres."""
    rows = [place for place, row in enumerate(work.course.typed.titres) if not is_empty_row(row)]
    return rows[index]


def _go(work: Workspace, name: str) -> None:
    work.focus = ""
    work.focus = f".ig-record .ig-form-{name} input"

"""When the first titre was drawn, as the ward charts it: hour zero of every clock time."""

import ipywidgets as ipw

from igmfat_nb.language import _
from igmfat_nb.widgets.parts import field
from igmfat_nb.widgets.workspace.model import Workspace


def zero_field(work: Workspace) -> ipw.VBox:
    """Date and clock, or clock alone; left empty where hours do."""
    course = work.course
    followed = field.Followed(
        course,
        ["zero_text"],
        value=lambda: course.zero_text,
        enter=work.set_zero,
        refused=lambda: course.zero_refused,
        name="zero",
    )
    return field.text_field(
        followed, _("First titre drawn on, at"), hint=_("06:30 or 2026-11-23 06:30")
    )

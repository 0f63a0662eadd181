"""When the doses shown were calculated."""

import ipywidgets as ipw

from igmfat_nb.language import _
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.parts.controls import html
from igmfat_nb.widgets.parts.template import filled

#: The page says it by the reader's clock.
LINE = '<i>· </i>{{ before }}<time datetime="{{ iso }}">{{ at }}</time>{{ after }} '


def calculated_line(model: ExplorerModel) -> ipw.HTML:
    """When the doses shown were calculated; a page of ours has it in its footer, paper too."""
    line = html("ig-calculated")

    def show(_change: object = None) -> None:
        line.value = calculated_markup(model.calculated_at, model.calculated_iso)

    show()
    model.observe(show, "calculated_at")
    return line


def calculated_markup(at: str, iso: str) -> str:
    """A moment in words and as ISO 8601; nothing where there is none."""
    before, _moment, after = _("calculated {moment}").partition("{moment}")
    return filled(LINE, before=before, after=after, at=at, iso=iso) if at else ""

"""When the doses shown were calculated."""

import ipywidgets as ipw

from igmfat_nb.language import _
from igmfat_nb.widgets.explorer.model import ExplorerModel
from igmfat_nb.widgets.parts.controls import html
from igmfat_nb.widgets.parts.template import filled


def calculated_line(model: ExplorerModel) -> ipw.HTML:
    """When the doses shown were calculated; a page of ours has it in its footer, paper too."""
    line = html("ig-calculated")

    def show(_change: object = None) -> None:
        words = _("calculated {moment}").format(moment=model.calculated_at)
        line.value = filled("<i>· </i>{{ words }} ", words=words) if model.calculated_at else ""

    show()
    model.observe(show, "calculated_at")
    return line

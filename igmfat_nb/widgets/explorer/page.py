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
        before, _moment, after = _("calculated {moment}").partition("{moment}")
        moment = {"at": model.calculated_at, "iso": model.calculated_iso}
        line.value = filled(LINE, before=before, after=after, **moment) if moment["at"] else ""

    show()
    model.observe(show, "calculated_at")
    return line

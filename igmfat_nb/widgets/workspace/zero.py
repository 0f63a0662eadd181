"""When the first titre was drawn, as the ward charts it."""

import ipywidgets as ipw

from igmfat_nb.widgets.workspace.model import Workspace


def zero_fields(_work: Workspace) -> list[ipw.Widget]:
    """Date and clock of hour zero."""
    return []

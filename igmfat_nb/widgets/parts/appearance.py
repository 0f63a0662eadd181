"""Which page the widgets stand on, and the layout of what can be hidden."""

import os
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ipywidgets as ipw

#: Set by our server for its kernels; its pages link the stylesheet and have plotly's code.
SERVED = "IGMFAT_SERVED"
BY_VOILA = "voila"


def is_served() -> bool:
    """Whether this kernel works for a page of ours."""
    return os.environ.get(SERVED) == BY_VOILA


@lru_cache  # one for all widgets, kept as long as the kernel
def layout_when(*, shown: bool) -> "ipw.Layout":
    """The layout of what can be hidden; give it to a widget, change it never."""
    import ipywidgets as ipw

    return ipw.Layout(display=None if shown else "none")

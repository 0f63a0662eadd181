"""Which page the widgets stand on, and the layout of what can be hidden."""

import os
import sys
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


def spare_the_grammar() -> None:
    """Keep jsonschema from building its grammar of web addresses: two seconds of work.

    It does without one that cannot be imported, and then takes any text for an
    address. Neither our server nor a page of ours asks it about addresses.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


@lru_cache
def layout_when(*, shown: bool) -> "ipw.Layout":
    """The layout of what can be hidden; give it to a widget, change it never."""
    import ipywidgets as ipw

    return ipw.Layout(display=None if shown else "none")

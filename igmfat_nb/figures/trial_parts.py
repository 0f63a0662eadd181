"""Parts of figures of a trial or a model check as plain data: axes, lines, bands, said in full.

A template takes plotly long to apply; plain data goes to a page as it is.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.figures.style import FONT, FONT_PX, GRID, INK, SOFT
from igmfat_nb.language import signs

if TYPE_CHECKING:
    import plotly.graph_objects as go

Spec = dict[str, Any]
ARM_COLOURS = ("#0a6ebd", "#b5490f")
TINTS = ("10, 110, 189", "181, 73, 15")


def band(
    x: NDArray[Any], low: NDArray[np.float64], high: NDArray[np.float64], tint: str
) -> dict[str, Any]:
    """A filled band between two lines, without a name; ``tint`` is "r, g, b"."""
    return {
        "type": "scatter", "mode": "lines", "fill": "toself", "fillcolor": f"rgba({tint}, 0.13)",
        "x": np.concatenate([x, x[::-1]]), "y": np.concatenate([high, low[::-1]]),
        "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip


def line(
    x: NDArray[Any], y: NDArray[np.float64], *, colour: str, name: str | None = None
) -> dict[str, Any]:
    """A line; without a name it stands in no legend."""
    named = {"name": name} if name else {"showlegend": False}
    line = {"color": colour, "width": 2}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line} | named


def level(titre_mg_dl: float) -> dict[str, Any]:
    """A line across the whole figure."""
    return {
        "type": "line", "xref": "x domain", "x0": 0, "x1": 1, "y0": titre_mg_dl, "y1": titre_mg_dl,
        "line": {"color": SOFT, "dash": "dot"},
    }  # fmt: skip


def axis(title: str, **more: Any) -> dict[str, Any]:
    """An axis that fits its names and does not zoom."""
    look = {"gridcolor": GRID, "zerolinecolor": GRID, "automargin": True, "fixedrange": True}
    words = {"text": title, "standoff": 8, "font": {"size": FONT_PX, "color": SOFT}}
    return {"title": words, **look, **more}


def layout_of(
    *, height: int, x: dict[str, Any] | None = None, y: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What all figures have in common; said in full, since a template takes long to apply."""
    return {
        "height": height,
        "autosize": True,
        "font": {"family": FONT, "size": 13, "color": INK},
        "margin": {"l": 60, "r": 16, "t": 10, "b": 48},
        "separators": "".join(signs()),
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": False,
        "legend": {"orientation": "h", "y": 1.15},
        "xaxis": x or {},
        "yaxis": y or {},
    }


def figure_of(spec: Spec) -> "go.Figure":
    """A figure that stands alone, so with a legend; on the page the card's header is one."""
    import plotly.graph_objects as go

    return go.Figure(spec["data"], spec["layout"] | {"showlegend": True})


def blank_spec() -> Spec:
    """A figure without a point or an axis: what stands where there is no result."""
    hidden = {"visible": False, "fixedrange": True}
    return {"data": [], "layout": layout_of(height=300, x=hidden, y=hidden)}

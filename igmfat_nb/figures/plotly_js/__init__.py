"""plotly.js for pages and reports: with the traces we draw (scatter, bar), a quarter of the whole.

The file is plotly.js-basic-dist-min of the release that the plotly package speaks to, unchanged;
its licence (MIT) lies beside it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from igmfat_nb.language import _, current, mark

#: Name and place of the library.
PLOT_CODE = "plotly-basic.min.js"
PLOT_CODE_PATH = Path(__file__).parent / PLOT_CODE
TRACES = frozenset({"scatter", "bar", "pie"})  # what it can draw

#: No toolbar until the pointer is there, no logo, no link to a service.
CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "displayModeBar": "hover",
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
    "plotlyServerURL": "",
    "showLink": False,
    "showSendToCloud": False,
}


#: What the drawing library says on a page of ours; it has no other button than this one.
_SAVE = mark("Download plot as a PNG")


def config_in_words() -> dict[str, Any]:
    """How a drawing behaves, its button named in the reader's language."""
    code = current()
    words = {"dictionary": {_SAVE: _(_SAVE)}}
    return {**CONFIG, "locale": code, "locales": {code: words}}


def plot_code() -> str:
    """The library as text."""
    return PLOT_CODE_PATH.read_text(encoding="utf-8")


def figure_json(figure: Any) -> str:
    """A figure as JSON that plotly.js reads.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure or mapping
        A mapping has ``data`` and ``layout``; its arrays may be numpy's, and what is
        no finite number in them is a gap.

    Raises
    ------
    ValueError
        If a trace is of a kind that the library leaves out.
    """
    from plotly.utils import PlotlyJSONEncoder  # a server asks for the library alone

    return json.dumps(figure_spec(figure), cls=PlotlyJSONEncoder)


def figure_spec(figure: Any) -> dict[str, Any]:
    """A figure as plain data: ``data`` and ``layout``, their arrays as they are.

    Raises
    ------
    ValueError
        If a trace is of a kind that the library leaves out.
    """
    if isinstance(figure, Mapping):
        data, layout = figure["data"], figure["layout"]
    else:
        data = [trace.to_plotly_json() for trace in figure.data]
        layout = figure.layout.to_plotly_json()
    kinds = {trace.get("type", "scatter") for trace in data}
    if not kinds <= TRACES:
        raise ValueError(f"The drawing library has no {', '.join(sorted(kinds - TRACES))}.")
    return {"data": data, "layout": layout}

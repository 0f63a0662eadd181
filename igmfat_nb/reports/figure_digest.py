"""A figure's data as text, so that a stored notebook can be compared without its picture."""

from typing import TYPE_CHECKING, Any

import numpy as np

from igmfat_nb.tables import text_table

if TYPE_CHECKING:
    import plotly.graph_objects as go

_HEADER = (
    "trace",
    "type",
    "points",
    "x from",
    "x to",
    "x sum",
    "y from",
    "y to",
    "y most",
    "y sum",
)


def figure_text(figure: "go.Figure") -> str:
    """One line a trace: name, points, ends and sums of x and y; then the lines drawn across."""
    traces = [_trace_line(trace) for trace in figure.data]
    layout = figure.layout.to_plotly_json()
    levels = [
        (str(shape.get("type", "")), *(_number(shape.get(end)) for end in ("x0", "x1", "y0", "y1")))
        for shape in layout.get("shapes", ())
    ]
    lines = [text_table(_HEADER, traces)]
    if levels:
        lines.append(text_table(("shape", "x0", "x1", "y0", "y1"), levels))
    return "\n\n".join(lines)


def _trace_line(trace: Any) -> tuple[str, ...]:
    x, y = (_values(trace, axis) for axis in ("x", "y"))
    return (
        str(trace.name or ""),
        str(trace.type),
        str(len(x)),
        *(_number(part) for part in (*_ends(x), x.sum())),
        *(_number(part) for part in (*_ends(y), y.max(initial=-np.inf), y.sum())),
    )


def _values(trace: Any, axis: str) -> Any:
    values = trace[axis]
    return np.asarray([] if values is None else values, dtype=np.float64)


def _ends(values: Any) -> tuple[float, float]:
    return (float(values[0]), float(values[-1])) if len(values) else (np.nan, np.nan)


def _number(value: Any) -> str:
    """Two decimals: less than any reader sees, more than two machines differ by."""
    if not isinstance(value, int | float | np.floating):
        return str(value)
    return f"{value:.2f}" if np.isfinite(value) else "–"

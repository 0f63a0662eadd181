"""A figure's data as text, so that a stored notebook can be compared without its picture."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from igmfat_nb.notation import text_table

if TYPE_CHECKING:
    import plotly.graph_objects as go

#: What of a trace carries data; a trace has some of them.
_ARRAYS = ("x", "y", "base", "width", "customdata", "error_y.array", "text")
_HEADER = ("trace", "type", "of", "points", "first", "last", "least", "most", "sum")
_CORNERS = ("x0", "x1", "y0", "y1")


def figure_text(*figures: "go.Figure") -> str:
    """One line for each array of each trace; then the shapes, then the words written on it.

    Parameters
    ----------
    *figures : plotly Figure
    """
    return "\n\n".join(_one_figure(figure) for figure in figures)


def _one_figure(figure: "go.Figure") -> str:
    words = [trace for trace in figure.data if _is_words(trace)]
    drawn = [trace for trace in figure.data if not _is_words(trace)]
    traces = [line for trace in drawn for line in _trace_lines(trace)]
    layout = figure.layout.to_plotly_json()
    shapes = [
        (str(shape.get("type", "")), *(_number(shape.get(end)) for end in _CORNERS))
        for shape in layout.get("shapes", ())
    ]
    said = [*_written(words), *_annotated(layout)]
    tables = ((_HEADER, traces), (("shape", *_CORNERS), shapes), (("x", "y", "words"), said))
    return "\n\n".join(text_table(header, rows) for header, rows in tables if rows)


def _is_words(trace: Any) -> bool:
    parts = (trace.x, trace.y, trace.text) if trace.type == "scatter" else ()
    return bool(parts) and trace.mode == "text" and all(part is not None for part in parts)


def _written(traces: Sequence[Any]) -> Iterator[tuple[str, ...]]:
    """Words that are traces of their own."""
    for trace in traces:
        for x, y, text in zip(trace.x, trace.y, trace.text, strict=True):
            yield _number(x), _number(y), text.strip()


def _annotated(layout: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Words that are annotations, then the figure's title."""
    for one in layout.get("annotations", ()):
        if one.get("text"):
            yield _number(one.get("x")), _number(one.get("y")), str(one["text"])
    if title := layout.get("title", {}).get("text"):
        yield "–", "–", str(title)


def _trace_lines(trace: Any) -> Iterator[tuple[str, ...]]:
    """A trace without data keeps a line, too: that it is there says something."""
    name, kind = str(trace.name or "–"), str(trace.type)
    arrays = {of: trace[of] for of in _ARRAYS if of.split(".")[0] in trace}
    for of, array in arrays.items():
        if array is not None or of == "x":
            yield (name, kind, of, *_summed_up([] if array is None else array))


def _summed_up(array: Any) -> tuple[str, ...]:
    try:
        values = np.ravel(np.asarray(array, dtype=np.float64))
    except ValueError:  # words
        return (str(len(array)), ", ".join(str(word) for word in array), *[""] * 4)
    if not len(values):
        return ("0", *["–"] * 5)
    ends = (values[0], values[-1], values.min(), values.max(), values.sum())
    return (str(len(values)), *(_number(float(value)) for value in ends))


def _number(value: Any) -> str:
    """Six digits: more than a reader sees, fewer than two machines differ in."""
    if not isinstance(value, int | float | np.integer | np.floating):
        return "–" if value is None else str(value)
    # Plus zero: a negative nothing would be written with its sign.
    return f"{float(value) + 0.0:.6g}" if np.isfinite(value) else "–"

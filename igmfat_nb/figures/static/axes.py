"""The frame of a figure, drawn by matplotlib: panels, scales, grids, shapes, the legend."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from igmfat_nb.figures.static.frame import Frame, Spec
from igmfat_nb.figures.static.style import colour, dashes
from igmfat_nb.figures.static.ticks import label_axis, set_ticks
from igmfat_nb.figures.static.traces import bar_style, draw_traces, line_style
from igmfat_nb.figures.static.words import draw_annotation, draw_title

MARGIN_PX = {"l": 60, "r": 20, "t": 30, "b": 48}
INK, GRID = "#17232e", "#e6ebef"
GRID_LAYER, SHAPES_LAYER = 1.0, 4.0
ROOM = 0.05  # of an axis without a stated range, beyond its data
HANDLE_PX = 40.0  # of a legend's entry beside its words


def laid_out(spec: Spec, width_px: float, height_px: float) -> Any:
    """The whole figure, drawn: a matplotlib Figure of one pixel a point."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_px / 72, height_px / 72), dpi=72, facecolor="white")
    FigureCanvasSVG(figure)
    layout, traces = spec["layout"], spec["data"]
    font = {"color": INK, "size": 12.5} | dict(layout.get("font", {}))
    frame = _frame(figure, spec, width_px, height_px)
    for names, axes in frame.panels.items():
        _prepare(axes, layout, names, font)
    draw_traces(frame, traces, layout, font)
    for names, axes in frame.panels.items():
        _finish(frame, axes, layout, names, font)
    for shape in layout.get("shapes") or ():
        _draw_shape(frame, shape)
    for note in layout.get("annotations") or ():
        draw_annotation(frame, note, font)
    draw_title(frame, layout.get("title") or {}, font)
    _draw_legend(frame, traces, layout, font)
    return figure


def _frame(figure: Any, spec: Spec, width_px: float, height_px: float) -> Frame:
    """Panels where the domains of their axes put them."""
    layout = spec["layout"]
    margin = MARGIN_PX | dict(layout.get("margin", {}))
    left, bottom = margin["l"], margin["b"]
    across, up = width_px - left - margin["r"], height_px - bottom - margin["t"]
    panels = {}
    for names in _pairs(spec):
        (x0, x1), (y0, y1) = (
            layout.get(axis_key(name), {}).get("domain", (0, 1)) for name in names
        )
        box = (
            (left + across * x0) / width_px,
            (bottom + up * y0) / height_px,
            across * (x1 - x0) / width_px,
            up * (y1 - y0) / height_px,
        )
        panels[names] = figure.add_axes(box, label="-".join(names), facecolor="none")
    return Frame(figure, width_px, height_px, left, bottom, across, up, panels)


def axis_key(name: str) -> str:
    """``x2`` of a trace is ``xaxis2`` of the layout."""
    return f"{name[0]}axis{name[1:]}"


def _pairs(spec: Spec) -> list[tuple[str, str]]:
    """Axes that traces use together, the first pair always."""
    used = [(str(t.get("xaxis") or "x"), str(t.get("yaxis") or "y")) for t in spec["data"]]
    return sorted({("x", "y"), *used} if not used else set(used))


def _prepare(axes: Any, layout: Spec, names: tuple[str, str], font: Spec) -> None:
    """Scales and looks that do not depend on the data."""
    axes.margins(x=0.0, y=ROOM)
    axes.tick_params(length=0, labelsize=font["size"], labelcolor=colour(font["color"]), pad=5)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for name, axis in zip(names, (axes.xaxis, axes.yaxis), strict=True):
        if layout.get(axis_key(name), {}).get("type") == "log":
            getattr(axes, f"set_{name[0]}scale")("log")
        axis.set_visible(layout.get(axis_key(name), {}).get("visible", True))


def _finish(frame: Frame, axes: Any, layout: Spec, names: tuple[str, str], font: Spec) -> None:
    """Ranges, ticks, grid and titles once the data are there."""
    for name, other in (names, names[::-1]):
        key, axis = axis_key(name), (axes.xaxis if name[0] == "x" else axes.yaxis)
        part = layout.get(key, {})
        _set_range(axes, name[0], part)
        set_ticks(axes, axis, part, frame)
        if part.get("showgrid", True):
            axis.grid(True, color=part.get("gridcolor", GRID), linewidth=1, zorder=GRID_LAYER)
        else:
            axis.grid(False)
        _zero_line(axes, name[0], part)
        first = next(pair for pair in frame.panels if name in pair)
        anchor = part.get("anchor") or next(one for one in first if one != name)
        is_here = anchor in (other, "free")
        label_axis(axis, part, font, shown=is_here and part.get("showticklabels", True))


def _set_range(axes: Any, letter: str, part: Spec) -> None:
    set_limits = getattr(axes, f"set_{letter}lim")
    get_limits = getattr(axes, f"get_{letter}lim")
    is_log = part.get("type") == "log"
    if part.get("range") is not None:
        low, high = part["range"]
        set_limits(*((10**low, 10**high) if is_log else (low, high)))
        return
    low, high = get_limits()
    if part.get("rangemode") in ("tozero", "nonnegative") and not is_log:
        first, last = getattr(axes.dataLim, f"interval{letter}")
        if first == last == 0:  # nothing but noughts
            last = high = 1.0
        low, high = (low if first < 0 else 0.0), (high if last > 0 else 0.0)
    set_limits(*((high, low) if part.get("autorange") == "reversed" else (low, high)))


def _zero_line(axes: Any, letter: str, part: Spec) -> None:
    low, high = sorted(getattr(axes, f"get_{letter}lim")())
    hidden = not part.get("zeroline", True) or not part.get("visible", True)
    if hidden or part.get("type") == "log" or not low <= 0 <= high:
        return
    draw = axes.axvline if letter == "x" else axes.axhline
    draw(0, color=colour(part.get("zerolinecolor", GRID)), linewidth=1.5, zorder=GRID_LAYER + 0.5)


def _draw_shape(frame: Frame, shape: Spec) -> None:
    """A line or a rectangle, in the units of its axes or in shares of the plot."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    (x0, y0), (x1, y1) = (frame.point(shape, shape[f"x{end}"], shape[f"y{end}"]) for end in (0, 1))
    line = shape.get("line", {})
    width = line.get("width", 2)
    style = {
        "linewidth": width,
        "linestyle": dashes(line.get("dash"), width),
        "zorder": SHAPES_LAYER if shape.get("layer", "above") == "above" else GRID_LAYER,
        "transform": None,
    }
    tint = colour(line.get("color", INK), shape.get("opacity", 1.0))
    if shape.get("type") == "line":
        drawn: Any = Line2D([x0, x1], [y0, y1], color=tint, **style)
    else:
        face = colour(shape.get("fillcolor", "rgba(0,0,0,0)"), shape.get("opacity", 1.0))
        size = (x1 - x0, y1 - y0)
        drawn = Rectangle((x0, y0), *size, facecolor=face, edgecolor=tint, **style)
    # As plotly: a shape of the axes' units ends with its panel, one of the plot's does not.
    whole = "paper" in (shape.get("xref"), shape.get("yref"))
    axes = frame.axes_of(shape)
    axes.add_artist(drawn)
    drawn.set_clip_on(not whole)


def _draw_legend(frame: Frame, traces: Sequence[Spec], layout: Spec, font: Spec) -> None:
    named = [(number, trace) for number, trace in enumerate(traces) if _has_entry(trace)]
    if not layout.get("showlegend", len(traces) > 1) or not named:
        return
    legend = layout.get("legend", {})
    labels = [str(trace["name"]) for _number, trace in named]
    lying = legend.get("orientation", "v") == "h"
    longest = HANDLE_PX + 0.62 * font["size"] * max(map(len, labels))
    x, y = legend.get("x", 0.0 if lying else 1.02), legend.get("y", 1.02 if lying else 1.0)
    corner = "lower left" if lying and y > 1 else "upper left"
    at = frame.left_px + frame.across_px * x, frame.bottom_px + frame.up_px * min(y, 1.03)
    frame.figure.legend(
        [_handle(trace, number) for number, trace in named],
        labels,
        loc=corner,
        bbox_to_anchor=(at[0] / frame.width_px, at[1] / frame.height_px),
        ncols=int(np.clip(frame.across_px // longest, 1, len(labels))) if lying else 1,
        frameon=False,
        fontsize=font["size"],
        labelcolor=colour(font["color"])[:3],
        borderpad=0.1,
        borderaxespad=0.0,
        handlelength=2.4,
    )


def _has_entry(trace: Spec) -> bool:
    is_drawn = trace.get("visible", True) is True
    return bool(is_drawn and trace.get("name") and trace.get("showlegend", True))


def _handle(trace: Spec, number: int) -> Any:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    if trace.get("type") == "bar":
        style = bar_style(trace, number)
        face = style["facecolor"]
        return Patch(**(style | {"facecolor": face[0] if isinstance(face, list) else face}))
    if "lines" in str(trace.get("mode", "lines")):
        return Line2D([], [], **line_style(trace, number))
    return Line2D([], [], linestyle="none", marker="o", color=line_style(trace, number)["color"])

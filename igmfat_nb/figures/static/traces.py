"""Traces of a figure, drawn by matplotlib: lines, bands, points, error bars, bars."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from igmfat_nb.figures.static.style import COLOURS, as_list, colour, dashes, numbers, symbol
from igmfat_nb.figures.static.words import draw_words

if TYPE_CHECKING:
    from igmfat_nb.figures.static.frame import Frame

Spec = Mapping[str, Any]
BARS_LAYER, LINES_LAYER = 2.0, 3.0
LINE_WIDTH_PX, MARKER_PX = 2.0, 6.0
LINES = "_|"  # markers without an inside: drawn in the colour of what would fill them
FEW = 20  # points that a scatter of no stated mode marks
BAR_GAP = 0.2  # of a bar's place, plotly's default
_STEPS = {"hv": "steps-post", "vh": "steps-pre", "hvh": "steps-mid"}
_HATCHES = {"/": "///", "\\": "\\\\\\", "x": "xxx", "-": "---", "|": "|||", "+": "+++", ".": "..."}


def draw_traces(frame: "Frame", traces: Sequence[Spec], layout: Spec, font: Spec) -> None:
    """Draw every trace in its order: bars below, lines and points above them."""
    bars: dict[str, list[tuple[int, Spec]]] = {}
    for number, trace in enumerate(traces):
        if trace.get("visible", True) is not True:
            continue
        if trace.get("type", "scatter") == "bar":
            bars.setdefault(str(trace.get("yaxis", "y")), []).append((number, trace))
        elif trace.get("type", "scatter") == "scatter":
            _draw_scatter(frame, trace, number, font)
        else:
            raise ValueError(f"A static picture has no {trace['type']}.")
    for together in bars.values():
        _draw_bars(frame, together, layout)


def tint_of(trace: Spec, number: int) -> str:
    """The one colour of a trace: its line's, else its markers', else the next of the palette."""
    marker = trace.get("marker", {}).get("color")
    found = trace.get("line", {}).get("color") or (marker if isinstance(marker, str) else None)
    return str(found or COLOURS[number % len(COLOURS)])


def mode_of(trace: Spec) -> str:
    """Lines, markers, text: as stated, else by the number of points."""
    few = len(numbers(trace.get("y"))) < FEW
    return str(trace.get("mode") or ("lines+markers" if few else "lines"))


def line_style(trace: Spec, number: int) -> dict[str, Any]:
    """Colour, width and dash of a trace's line."""
    line = trace.get("line", {})
    width = line.get("width", LINE_WIDTH_PX)
    return {
        "color": colour(tint_of(trace, number), trace.get("opacity", 1.0)),
        "linewidth": width,
        "linestyle": dashes(line.get("dash"), width),
    }


def bar_style(trace: Spec, number: int) -> dict[str, Any]:
    """Face or hatching of a trace's bars."""
    marker = trace.get("marker", {})
    opacity = trace.get("opacity", 1.0)
    tint = marker.get("color") or tint_of(trace, number)
    many = not isinstance(tint, str)
    face: Any = [colour(one, opacity) for one in tint] if many else colour(tint, opacity)
    edge = marker.get("line", {})
    hatch = _HATCHES.get(str(marker.get("pattern", {}).get("shape") or ""))
    if hatch and not many:
        return {"facecolor": "none", "edgecolor": face, "linewidth": 0.0, "hatch": hatch}
    outline = {"edgecolor": colour(edge.get("color", "#444")), "linewidth": edge.get("width", 0)}
    return {"facecolor": face, **outline}


def _draw_scatter(frame: "Frame", trace: Spec, number: int, font: Spec) -> None:
    axes, mode = frame.of(trace), mode_of(trace)
    x, y = numbers(trace.get("x")), numbers(trace.get("y"))
    if not len(y):
        return
    if not len(x):
        x = np.arange(len(y), dtype=np.float64)
    layer = LINES_LAYER + 0.01 * number
    _draw_fill(axes, trace, x, y, layer)
    if "lines" in mode and trace.get("line", {}).get("width", LINE_WIDTH_PX):
        steps = _STEPS.get(trace.get("line", {}).get("shape", "linear"), "default")
        axes.plot(x, y, drawstyle=steps, zorder=layer, **line_style(trace, number))
    _draw_errors(axes, trace, number, x, y, layer)
    if "markers" in mode:
        _draw_markers(axes, trace, number, x, y, layer)
    if "text" in mode:
        draw_words(frame, trace, font)


def _draw_fill(axes: Any, trace: Spec, x: NDArray[Any], y: NDArray[Any], layer: float) -> None:
    fill = trace.get("fill", "none")
    if fill == "none":
        return
    style = {"facecolor": colour(trace.get("fillcolor", "rgba(0,0,0,0.1)")), "linewidth": 0}
    if fill == "toself":
        whole = np.isfinite(x.astype(float)) & np.isfinite(y)
        for part in np.split(np.arange(len(y)), np.flatnonzero(~whole)):
            held = part[whole[part]]
            _draw_area(axes, x[held], y[held], {**style, "zorder": layer - 0.005})
    elif fill == "tozeroy":
        axes.fill_between(x, 0, y, zorder=layer - 0.005, **style)
    else:
        raise ValueError(f"A static picture has no fill {fill}.")


def _draw_area(axes: Any, x: NDArray[Any], y: NDArray[Any], style: Spec) -> None:
    """As ``Axes.fill``, which asks each side of the area as if it were a curve for its ends."""
    from matplotlib.patches import Polygon

    area = Polygon(np.column_stack([x, y]).astype(float), closed=True, **style)
    axes.add_artist(area)
    axes.update_datalim(area.get_xy())
    axes.autoscale_view()


def _draw_errors(
    axes: Any, trace: Spec, number: int, x: NDArray[Any], y: NDArray[Any], layer: float
) -> None:
    """Error bars up and down, or left and right."""
    for name, keyword in (("error_y", "yerr"), ("error_x", "xerr")):
        bars = trace.get(name)
        if not bars or bars.get("array") is None or bars.get("visible", True) is False:
            continue
        up = numbers(bars["array"])
        down = numbers(bars["arrayminus"]) if bars.get("arrayminus") is not None else up
        axes.errorbar(
            x,
            y,
            fmt="none",
            ecolor=colour(bars.get("color") or tint_of(trace, number)),
            elinewidth=bars.get("thickness", 2),
            capsize=bars.get("width", 4),
            capthick=bars.get("thickness", 2),
            zorder=layer,
            **{keyword: np.stack([down, up])},
        )


def _draw_markers(
    axes: Any, trace: Spec, number: int, x: NDArray[Any], y: NDArray[Any], layer: float
) -> None:
    """Points, each by its own symbol, size and colour."""
    marker = trace.get("marker", {})
    edge = marker.get("line", {})
    count = len(y)
    columns = [
        as_list(marker.get("color") or tint_of(trace, number), count),
        as_list(marker.get("size", MARKER_PX), count),
        as_list(edge.get("width", 0), count),
        as_list(edge.get("color"), count),
    ]
    symbols = [symbol(name) for name in as_list(marker.get("symbol", "circle"), count)]
    for shape, is_open in dict.fromkeys(symbols):
        at = [place for place, one in enumerate(symbols) if one == (shape, is_open)]
        tints, sizes, widths, edges = ([column[place] for place in at] for column in columns)
        opacity = trace.get("opacity", 1.0) * marker.get("opacity", 1.0)
        faces = [colour(tint, opacity) for tint in tints]
        rims = faces if is_open else [colour(one or t) for one, t in zip(edges, tints, strict=True)]
        axes.scatter(
            x[at],
            y[at],
            s=[float(size) ** 2 * (0.6 if shape == "D" else 1.0) for size in sizes],
            marker=shape,
            facecolors="none" if is_open and shape not in LINES else faces,
            edgecolors=None if shape in LINES else rims,
            linewidths=[max(width, 1.5) if is_open else width for width in widths],
            zorder=layer + 0.004,
            clip_on=trace.get("cliponaxis", True),
        )


def _draw_bars(frame: "Frame", together: Sequence[tuple[int, Spec]], layout: Spec) -> None:
    """Bars that share an axis: over each other, on each other, or side by side."""
    way = layout.get("barmode", "group")
    stacked: dict[Any, float] = {}
    for place, (number, trace) in enumerate(together):
        lying = trace.get("orientation", "v") == "h"
        along, length = (numbers(trace.get(name)) for name in ("yx" if lying else "xy"))
        if not len(length):
            continue
        axes = frame.of(trace)
        middle, width = _placed(along, trace, layout)
        if way == "group":
            width = width / len(together)
            middle = middle + width * (place - (len(together) - 1) / 2)
        base = numbers(as_list(trace.get("base", 0), len(length)))
        if way in ("stack", "relative"):
            base = np.array([stacked.get(key, 0.0) for key in along.tolist()])
            stacked.update(
                zip(along.tolist(), (base + np.nan_to_num(length)).tolist(), strict=True)
            )
        style = bar_style(trace, number) | {"zorder": BARS_LAYER + 0.01 * number}
        if along.dtype.kind == "U":
            axis = axes.yaxis if lying else axes.xaxis
            axis.set_ticks(np.arange(len(along)), labels=along.tolist())
        draw = axes.barh if lying else axes.bar
        draw(middle, length, width, base, **style)


def _placed(along: NDArray[Any], trace: Spec, layout: Spec) -> tuple[NDArray[Any], NDArray[Any]]:
    """Middle and width of bars; without a width, their spacing less the gap."""
    middle = np.arange(len(along), dtype=float) if along.dtype.kind == "U" else along
    if trace.get("width") is not None:
        return middle, numbers(as_list(trace["width"], len(along)))
    apart = np.diff(np.unique(middle[np.isfinite(middle)]))
    spacing = float(apart.min()) if len(apart) else 1.0
    return middle, np.full(len(along), spacing * (1 - layout.get("bargap", BAR_GAP)))

"""What an answer depends on, as figures: tornado and Sobol indices."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from igmfat_nb.figures.readings import lying_layout
from igmfat_nb.figures.style import COLOUR
from igmfat_nb.language import _
from igmfat_nb.protocol.exploration import Explored
from igmfat_nb.sensitivity.indices import Index, tried_text
from igmfat_nb.sensitivity.study import Study
from igmfat_nb.sensitivity.words import OUTPUT, output_text, output_title, source_address, source_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_BARS = 12


def tornado_figure(study: Study, output: str, *, most: int = MOST_BARS) -> "go.Figure":
    """Each assumption alone: from the least to the most that an output becomes, widest on top.

    A bar's name leads to its source entry, which its hover text names too.
    """
    import plotly.graph_objects as go

    bars, factor = study.ranked(output)[:most], OUTPUT[output][3]
    base = factor * study.bars[0].base[output]
    rows = list(range(len(bars)))[::-1]
    x: list[float | None] = []
    y: list[int | None] = []
    ends: list[tuple[float, int, str]] = []
    for row, bar in zip(rows, bars, strict=True):
        values = [factor * value for value in bar.results[output]]
        x += [min(*values, base), max(*values, base), None]
        y += [row, row, None]
        text = _("{title}: tried {tried}; source: {source}").format(
            title=_(bar.explored.title), tried=tried_text(bar), source=source_of(bar.explored)
        )
        ends += [(value, row, text) for value in values]
    line: dict[str, Any] = {"color": COLOUR["standard"], "width": 12}
    title = output_title(output)
    names = [_linked(bar.explored) for bar in bars]
    layout = lying_layout(title, names, rows)
    shape = {"type": "line", "x0": base, "x1": base, "y0": 0, "y1": 1, "yref": "y domain"}
    layout |= {"shapes": [shape | {"line": {"color": COLOUR["personalised"], "width": 1.5}}]}
    layout["xaxis"]["zeroline"] = False
    traces = [
        {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "opacity": 0.45,
         "hoverinfo": "skip", "name": _("from the least to the most")},
        {"type": "scatter", "mode": "markers", "x": [one[0] for one in ends],
         "y": [one[1] for one in ends], "text": [one[2] for one in ends],
         "marker": {"color": COLOUR["standard"], "size": 8},
         "hovertemplate": "%{x:.4g}<br>%{text}<extra></extra>",
         "name": _("tried; line: as assumed, {base}").format(
             base=output_text(output, study.bars[0].base[output]))},
    ]  # fmt: skip
    return go.Figure(traces, layout)


def _linked(one: Explored) -> str:
    """An assumption's name; a click leads to its source entry, where it has one."""
    name = _(one.title)
    return f'<a href="{source_address(one)}">{name}</a>' if one.constant else name


def sobol_figure(rows: Sequence[Index], output: str, *, most: int = MOST_BARS) -> "go.Figure":
    """Shares of an output's variance, alone and with others, with 95 % intervals."""
    import plotly.graph_objects as go

    shown = sorted(rows, key=lambda row: -row.total)[:most]
    places = list(range(len(shown)))[::-1]
    traces = []
    for name, colour, shift, middle, width in (
        (_("alone"), COLOUR["personalised"], 0.14, "first", "first_half_width"),
        (_("with others"), COLOUR["standard"], -0.14, "total", "total_half_width"),
    ):
        bars = {"type": "data", "array": [getattr(row, width) for row in shown], "thickness": 1.5}
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": name,
                "x": [getattr(row, middle) for row in shown],
                "y": [place + shift for place in places],
                "error_x": bars | {"color": colour},
                "marker": {"color": colour, "size": 8},
                "text": [source_of(row.explored) for row in shown],
                "hovertemplate": "%{x:.2f}; %{text}<extra></extra>",
            }
        )
    title = _("Share of the variance<br>{output}").format(output=output_title(output))
    names = [_linked(row.explored) for row in shown]
    return go.Figure(traces, lying_layout(title, names, places))

"""Words of a figure, drawn by matplotlib: traces of text, annotations, arrows, the title."""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import TYPE_CHECKING, Any

from igmfat_nb.figures.static.style import as_list, colour

if TYPE_CHECKING:
    from igmfat_nb.figures.static.frame import Frame

Spec = Mapping[str, Any]
_TAG = re.compile(r"<[^>]*>")
_ACROSS = {"left": "right", "right": "left", "center": "center"}  # the word is left of its point
_UP = {"top": "bottom", "bottom": "top", "middle": "center"}
_GAP_PX = 3.0  # between lines of an annotation
WORDS_LAYER = 6


def lines_of(text: Any) -> list[tuple[str, bool]]:
    """Lines of a text, each with whether it is bold.

    >>> lines_of("<b>Standard</b><br>12 &lt; 20")
    [('Standard', True), ('12 < 20', False)]
    """
    found = []
    for line in re.split(r"<br ?/?>", str(text)):
        words = unescape(_TAG.sub("", line))
        # A space at the end of a line would be measured and not drawn.
        found.append((words.rstrip(" "), "<b>" in line))
    return found


def draw_words(frame: "Frame", trace: Spec, font: Mapping[str, Any]) -> None:
    """Words at their points: the text of a trace."""
    axes = frame.of(trace)
    if trace.get("text") is None or trace.get("x") is None:
        return
    count = len(trace["x"])
    written = {**font, **trace.get("textfont", {})}
    beside = "markers" in str(trace.get("mode", ""))
    columns = (
        as_list(trace["text"], count),
        as_list(trace.get("textposition", "middle center"), count),
        as_list(written.get("color"), count),
        as_list(written.get("size"), count),
    )
    for x, y, text, place, tint, size in zip(trace["x"], trace["y"], *columns, strict=True):
        up, across = str(place).split()
        shift = _shift(across, up, size) if beside else (0.0, 0.0)
        lines = lines_of(text)
        axes.annotate(
            "\n".join(line for line, _bold in lines),
            (x, y),
            xytext=shift,
            textcoords="offset points",
            ha=_ACROSS[across],
            va=_UP[up] if up != "middle" else "center",
            color=colour(tint)[:3],
            fontsize=size,
            fontweight="bold" if all(bold for _line, bold in lines) else "normal",
            annotation_clip=False,
            zorder=WORDS_LAYER,
        )


def draw_annotation(frame: "Frame", note: Spec, font: Mapping[str, Any]) -> None:
    """A word with its box, or an arrow."""
    if note.get("showarrow", True):
        _draw_arrow(frame, note)
    if not note.get("text"):
        return
    from matplotlib.offsetbox import AnnotationBbox, TextArea, VPacker

    style = {**font, **note.get("font", {})}
    rows: list[Any] = [
        TextArea(
            line,
            textprops={
                "color": colour(style["color"])[:3],
                "size": style["size"],
                "weight": "bold" if bold else "normal",
            },
        )
        for line, bold in lines_of(note["text"])
    ]
    align: Any = note.get("align", "center")
    packed = VPacker(children=rows, align=align, pad=0, sep=_GAP_PX)
    shift = (note.get("xshift", 0), note.get("yshift", 0))
    box = AnnotationBbox(
        packed,
        frame.in_figure(note),
        xybox=shift,
        xycoords="figure pixels",
        boxcoords="offset points",
        box_alignment=_alignment(note),
        frameon=bool(note.get("bordercolor") or note.get("bgcolor")),
        pad=note.get("borderpad", 1) / style["size"],
        bboxprops={
            "edgecolor": colour(note.get("bordercolor", "rgba(0,0,0,0)")),
            "facecolor": colour(note.get("bgcolor", "rgba(0,0,0,0)")),
            "linewidth": note.get("borderwidth", 1),
        },
        fontsize=style["size"],
        annotation_clip=False,
        zorder=WORDS_LAYER,
    )
    frame.axes_of(note).add_artist(box)


def draw_title(frame: "Frame", title: Spec | str, font: Mapping[str, Any]) -> None:
    """The figure's title where the layout puts it, by default above the middle."""
    said: Spec = {"text": title} if isinstance(title, str) else title
    if not said.get("text"):
        return
    style = {**font, **said.get("font", {})}
    pad = said.get("pad", {})
    x = frame.width_px * said.get("x", 0.5) + pad.get("l", 0)
    y = frame.height_px * said.get("y", 1.0) - pad.get("t", 8)
    across = said.get("xanchor", "center")
    lines = lines_of(said["text"])
    frame.figure.text(
        x / frame.width_px,
        y / frame.height_px,
        "\n".join(line for line, _bold in lines),
        ha=across if across != "auto" else "center",
        va="top",
        color=colour(style["color"])[:3],
        fontsize=style["size"],
        fontweight="bold" if lines[0][1] else "normal",
    )


def _draw_arrow(frame: "Frame", note: Spec) -> None:
    """From its tail to its point; a head where it has one."""
    head = frame.in_figure(note)
    tail = frame.tail_in_figure(note, head)
    frame.axes_of(note).annotate(
        "",
        head,
        tail,
        xycoords="figure pixels",
        textcoords="figure pixels",
        annotation_clip=False,
        arrowprops={
            "arrowstyle": "-|>" if note.get("arrowhead", 1) else "-",
            "color": colour(note.get("arrowcolor", "#444")),
            "linewidth": note.get("arrowwidth", 1),
            "mutation_scale": 11,
            "shrinkA": 0,
            "shrinkB": 0,
        },
        zorder=WORDS_LAYER - 1,
    )


def _shift(across: str, up: str, size: float) -> tuple[float, float]:
    """Words beside a marker leave it room."""
    sign = {"left": -1, "right": 1, "center": 0, "top": 1, "bottom": -1, "middle": 0}
    return 0.55 * size * sign[across], 0.55 * size * sign[up]


def _alignment(note: Spec) -> tuple[float, float]:
    across = {"left": 0.0, "center": 0.5, "right": 1.0}
    up = {"bottom": 0.0, "middle": 0.5, "top": 1.0}
    anchors: Sequence[tuple[str, str, dict[str, float]]] = (
        ("xanchor", "xref", across),
        ("yanchor", "yref", up),
    )
    found = []
    for anchor, ref, values in anchors:
        place = str(note.get(anchor, "auto"))
        share = note.get(ref[0], 0.5)
        if place != "auto":
            found.append(values[place])
        elif note.get(ref, ref[0]) == "paper" and not note.get("showarrow", True):
            found.append(0.0 if share < 1 / 3 else 1.0 if share > 2 / 3 else 0.5)
        else:
            found.append(0.5)
    return found[0], found[1]

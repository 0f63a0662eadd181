"""A figure as a static picture: for paper, and for whoever runs no script.

The same plain data that plotly.js draws in a browser is drawn here by
matplotlib, without a browser. The same figure gives the same bytes: identifiers
come from its content, and no date and no version is written into it.
"""

import io
import json
import re
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from typing import Any

from plotly.utils import PlotlyJSONEncoder

from igmfat_nb.figures.plotly_js import figure_spec
from igmfat_nb.language import _

WIDTH_PX = 680  # the text of an A4 page, 180 mm
HEIGHT_PX = 400
PAD_PX = 4.0  # round what stands out of the figure's own frame
#: One picture pixel is one point of matplotlib's.
PX_PER_INCH = 72.0
FONT_SIZE_PX = 12.5
#: The first comes with matplotlib and measures the words; the others are like it.
SANS = ["DejaVu Sans", "Verdana", "sans-serif"]
_HEAD = re.compile(r"^.*?<svg [^>]*?viewBox=\"([^\"]*)\"[^>]*>", re.DOTALL)
#: Names of groups, the same in every picture; words said again; rules for the whole document.
_ONLY_FOR_A_FILE = re.compile(
    r"(?<=<g) id=\"[^\"]*\"|<!--.*?-->\s*|<defs>\s*<style.*?</defs>\s*", re.DOTALL
)
_STROKES = "stroke-linejoin: round; stroke-linecap: butt"  # what those rules say
_NO_RECORD = dict.fromkeys(("Creator", "Date", "Format", "Type"))


def figure_svg(figure: Any, *, title: str, width_px: float = WIDTH_PX) -> str:
    """Draw a figure as one ``<svg>`` element that says what it shows.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure or mapping
        A mapping has ``data`` and ``layout``.
    title : str
        Its name for those who do not see it; the description is made of the
        figure's axes and names.
    width_px : float
        Width of the picture; its height is the layout's. What stands out of
        that frame, a legend for instance, makes the picture larger.

    Returns
    -------
    str
        Text stays text, in a font of the reader's machine.

    Raises
    ------
    ValueError
        If a trace is of a kind that the library leaves out.
    """
    import matplotlib as mpl

    from igmfat_nb.figures.static.axes import laid_out

    spec = figure_spec(figure)
    settings: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": _digest(spec),
        "font.family": "sans-serif",
        "font.sans-serif": SANS,
        "font.size": spec["layout"].get("font", {}).get("size", FONT_SIZE_PX),
        "lines.scale_dashes": False,
        "hatch.linewidth": 1.6,
        "text.parse_math": False,
        "axes.unicode_minus": True,
    }
    with mpl.rc_context(settings):
        drawn = laid_out(spec, width_px, spec["layout"].get("height") or HEIGHT_PX)
        return _element(_saved(drawn), title, description(spec))


def description(figure: Any) -> str:
    """What the axes count and what is drawn, in one or two sentences."""
    spec = figure_spec(figure)
    layout = spec["layout"]
    axes = [
        plain(text)
        for name in sorted(layout)
        if re.fullmatch(r"[xy]axis\d*", name)
        if (text := _title_text(layout[name]))
    ]
    corner = _title_text(layout)
    axes = [*axes, plain(corner)] if corner else axes
    names = [plain(trace["name"]) for trace in spec["data"] if _is_shown(trace)]
    said = [_("Axes: {axes}.").format(axes="; ".join(axes)) if axes else ""]
    said += [_("Shown: {names}.").format(names=", ".join(dict.fromkeys(names))) if names else ""]
    return " ".join(filter(None, said))


def plain(text: Any) -> str:
    """Words of a figure without their markup."""
    from html import unescape

    return unescape(re.sub(r"<[^>]*>", " ", str(text))).strip().replace("  ", " ")


def _title_text(part: Mapping[str, Any]) -> str:
    title = part.get("title") or {}
    return str((title if isinstance(title, str) else title.get("text")) or "")


def _is_shown(trace: Mapping[str, Any]) -> bool:
    """Whether a trace is worth naming: its data are there, and it is no band round another."""
    x = trace.get("x")
    return bool(trace.get("name")) and not trace.get("fill") and x is not None and len(x) > 0


def _digest(spec: Mapping[str, Any]) -> str:
    text = json.dumps(spec, cls=PlotlyJSONEncoder, sort_keys=True)
    return sha256(text.encode()).hexdigest()


def _saved(drawn: Any) -> str:
    """The picture as matplotlib writes it, grown to what stands out of its frame."""
    from matplotlib.transforms import Bbox

    reach = drawn.get_tightbbox().padded(PAD_PX / PX_PER_INCH)
    whole = Bbox.union([drawn.bbox_inches, reach])
    text = io.StringIO()
    drawn.savefig(text, format="svg", bbox_inches=whole, metadata=_NO_RECORD)
    return text.getvalue()


def _element(document: str, title: str, said: str) -> str:
    """One element for a page, without what only a file needs, with its name and description."""
    head = _HEAD.match(document)
    if head is None:
        raise ValueError("The picture has no view box.")
    _left, _top, width, height = head[1].split()
    name = escape(f"{title} {said}".strip(), quote=True)
    opening = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' role="img" aria-label="{name}" viewBox="{head[1]}"'
        f' width="{float(width):g}" height="{float(height):g}" style="{_STROKES}">'
        f"\n<title>{escape(title)}</title>\n<desc>{escape(said)}</desc>\n"
    )
    return opening + _ONLY_FOR_A_FILE.sub("", document[head.end() :]).strip() + "\n"

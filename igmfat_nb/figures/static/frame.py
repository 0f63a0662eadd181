"""The frame of one figure while it is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Spec = Mapping[str, Any]


@dataclass(frozen=True)
class Frame:
    """Panels by their axes, and where the whole plot stands in the figure [px]."""

    figure: Any
    width_px: float
    height_px: float
    left_px: float
    bottom_px: float
    across_px: float
    up_px: float
    panels: Mapping[tuple[str, str], Any]

    def of(self, trace: Spec) -> Any:
        """The panel on which a trace is drawn."""
        return self.panels[trace.get("xaxis") or "x", trace.get("yaxis") or "y"]

    def axes_of(self, mark: Spec) -> Any:
        """The panel that a shape or an annotation refers to, the first where it names none."""
        x, y = (str(mark.get(ref) or ref[0]).split()[0] for ref in ("xref", "yref"))
        for names, axes in self.panels.items():
            if all(mine in ("paper", theirs) for mine, theirs in zip((x, y), names, strict=True)):
                return axes
        return next(iter(self.panels.values()))

    def point(self, mark: Spec, x: float, y: float) -> tuple[float, float]:
        """A point of a shape or annotation in pixels of the figure."""
        axes = self.axes_of(mark)
        paper = (self.left_px, self.bottom_px), (self.across_px, self.up_px)
        found = []
        for place, (value, ref) in enumerate(((x, "xref"), (y, "yref"))):
            kind = str(mark.get(ref) or ref[0])
            if kind == "paper":
                found.append(paper[0][place] + paper[1][place] * value)
            elif kind.endswith(" domain"):
                found.append(axes.transAxes.transform((value, value))[place])
            else:
                scale = (axes.get_xscale(), axes.get_yscale())[place]
                at = 10**value if scale == "log" else value  # plotly gives its exponent
                found.append(axes.transData.transform((at, at))[place])
        return float(found[0]), float(found[1])

    def in_figure(self, note: Spec) -> tuple[float, float]:
        """Where an annotation stands."""
        return self.point(note, note.get("x", 0.5), note.get("y", 0.5))

    def tail_in_figure(self, note: Spec, head: tuple[float, float]) -> tuple[float, float]:
        """Where an annotation's arrow begins: in the axes' units, or so many pixels away."""
        at = self.point(note, note.get("ax", 0), note.get("ay", 0))
        x = at[0] if note.get("axref", "pixel") != "pixel" else head[0] + note.get("ax", -10)
        y = at[1] if note.get("ayref", "pixel") != "pixel" else head[1] - note.get("ay", -30)
        return x, y

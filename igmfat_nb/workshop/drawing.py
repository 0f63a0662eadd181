"""A small picture beside a question: shapes in the axes' units, drawn as one SVG element.

It needs no script and no drawing library, neither in the browser nor in the kernel
of each of thirty seats, and is the same on page, slide and paper. Its colours are
the stylesheet's, so that dark and forced colours reach it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from markupsafe import Markup

from igmfat_nb.workshop.frame import parts

WIDTH, HEIGHT = 400, 250  # px of the view box; the page scales it
TOP, RIGHT, BOTTOM, LEFT = 26, 16, 46, 14
ROOM_FOR_NUMBERS, ROOM_FOR_A_TITLE = 40, 16  # left of an upright axis, and above it
Colour = Literal["ink", "soft", "line", "std", "per", "non", "own", "ok", "red", "amber"]
COLOURS: dict[Colour, str] = {
    "ink": "var(--ig-ink,#17232e)",
    "soft": "var(--ig-soft,#52616e)",
    "line": "var(--ig-edge,#8795a1)",
    "std": "var(--ig-std,#0a6ebd)",
    "per": "var(--ig-per,#b5490f)",
    "non": "var(--ig-non,#66727d)",
    "own": "var(--ig-own,#5b3a9e)",
    "ok": "var(--ig-ok,#1a7f4b)",
    "red": "var(--ig-red,#a8201a)",
    "amber": "var(--ig-amber-ink,#7a4f00)",
}
DASHED, LONG_DASHED, DOTTED = "6 4", "9 3", "2 4"  # as SVG writes them
Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Axis:
    """From ``low`` to ``high``; marks stand at ``ticks``, each with its word."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Through points; ``dash`` as SVG writes it."""

    points: tuple[Point, ...]
    colour: Colour = "own"
    dash: str = ""
    width: float = 2.4


@dataclass(frozen=True, slots=True)
class Area:
    """Inside points."""

    points: tuple[Point, ...]
    colour: Colour = "own"
    opacity: float = 0.14


@dataclass(frozen=True, slots=True)
class Dot:
    """One value; an open one is expected and not measured."""

    x: float
    y: float
    colour: Colour = "ink"
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands, moved by ``up`` and ``right`` pixels."""

    text: str
    x: float
    y: float
    colour: Colour = "ink"
    anchor: Anchor = "start"
    bold: bool = False
    right: float = 0.0
    up: float = 0.0


Shape = Line | Area | Dot | Word


@dataclass(frozen=True, slots=True)
class Picture:
    """What a figure shows.

    Attributes
    ----------
    says : str
        What it shows, in one sentence: its name for who does not see it.
    x, y : Axis
        Without a title and ticks an upright axis takes no room.
    shapes : sequence of Line, Area, Dot or Word
        Later ones lie over earlier ones.
    """

    says: str
    x: Axis
    y: Axis
    shapes: Sequence[Shape] = field(default=())

    @property
    def words(self) -> list[str]:
        """What can be read in it besides the numbers at its axes."""
        said = [shape.text for shape in self.shapes if isinstance(shape, Word)]
        return [word for word in (self.x.title, self.y.title, *said) if word]


def bar(x0: float, x1: float, y0: float, y1: float, colour: Colour, opacity: float = 1.0) -> Area:
    """A rectangle."""
    return Area(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), colour, opacity)


def limit(x: float, y: Axis, text: str) -> tuple[Shape, ...]:
    """A dashed upright with its word above."""
    line = Line(((x, y.low), (x, y.high)), "ink", DASHED, 1.2)
    return line, Word(text, x, y.high, "ink", "middle", up=6)


def svg(picture: Picture) -> Markup:
    """The picture as one element with its name and description."""
    left = LEFT + (ROOM_FOR_NUMBERS if picture.y.ticks else 0)
    place = _Place(picture, left)
    drawn = {
        "says": picture.says,
        "words": "; ".join(picture.words),
        "width": WIDTH,
        "height": HEIGHT,
        "left": left,
        "end": WIDTH - RIGHT,
        "base": HEIGHT - BOTTOM,
        "x_title": picture.x.title,
        "y_title": picture.y.title,
        "x_ticks": [(place.x(at), text) for at, text in picture.x.ticks],
        "y_ticks": [(place.y(at), text) for at, text in picture.y.ticks],
        "shapes": [place.of(shape) for shape in picture.shapes],
        "soft": COLOURS["soft"],
        "line": COLOURS["line"],
    }
    return parts("question_picture", drawn)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where values stand in the view box."""

    picture: Picture
    left: float

    def x(self, value: float) -> str:
        axis, room = self.picture.x, WIDTH - RIGHT - self.left
        return f"{self.left + room * (value - axis.low) / (axis.high - axis.low):.1f}"

    def y(self, value: float) -> str:
        axis = self.picture.y
        top = TOP + (ROOM_FOR_A_TITLE if axis.title else 0)
        room = HEIGHT - top - BOTTOM
        return f"{top + room * (axis.high - value) / (axis.high - axis.low):.1f}"

    def of(self, shape: Shape) -> dict[str, object]:
        drawn: dict[str, object] = {"kind": type(shape).__name__, "shape": shape}
        drawn["colour"] = COLOURS[shape.colour]
        if isinstance(shape, Line | Area):
            drawn["points"] = " ".join(f"{self.x(x)},{self.y(y)}" for x, y in shape.points)
        elif isinstance(shape, Word):
            drawn["x"] = f"{float(self.x(shape.x)) + shape.right:.1f}"
            drawn["y"] = f"{float(self.y(shape.y)) - shape.up:.1f}"
        else:
            drawn["x"], drawn["y"] = self.x(shape.x), self.y(shape.y)
        return drawn

"""What several questions' pictures have in common."""

from collections.abc import Callable, Sequence
from math import ceil, exp, floor, pi, sqrt

from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol.constants import ENROLMENT_TITRE, TARGET_TITRE
from igmfat_nb.workshop.drawing import (
    DASHED,
    DOTTED,
    Area,
    Axis,
    Colour,
    Dot,
    Line,
    Picture,
    Point,
    Shape,
    Word,
    bar,
    limit,
)

STEPS = 120
BARE = Axis(0, 1)
REACH_SD, STEP = 2.8, 5  # of a bell that is drawn


def axis(low: float, high: float, step: float, title: str = "", decimals: int = 0) -> Axis:
    """From ``low`` to ``high`` with a number every ``step``."""
    count = round((high - low) / step)
    values = [low + step * number for number in range(count + 1)]
    return Axis(low, high, tuple((v, number_text(v, decimals)) for v in values), title)


def unread(of: Axis) -> Axis:
    """The same axis without numbers: they would answer the question."""
    return Axis(of.low, of.high, (), of.title)


def curve(of: Callable[[float], float], low: float, high: float) -> tuple[Point, ...]:
    """Points of a function from ``low`` to ``high``."""
    places = [low + (high - low) * number / STEPS for number in range(STEPS + 1)]
    return tuple((x, of(x)) for x in places)


def under(points: Sequence[Point], base: float = 0.0) -> tuple[Point, ...]:
    """The same points closed along a base."""
    return ((points[0][0], base), *points, (points[-1][0], base))


def bell(
    says: str,
    title: str,
    mean: float,
    sd: float,
    shapes: Callable[[Axis, Axis], Sequence[Shape]],
    widest_sd: float | None = None,
) -> Picture:
    """A normal density; the axis has room for the widest that is drawn there."""
    half = STEP * ceil(REACH_SD * (widest_sd or sd) / STEP)
    low, high = STEP * floor((mean - half) / STEP), STEP * ceil((mean + half) / STEP)
    x, y = axis(low, high, STEP, title), Axis(0, 1.12 * normal(0, sd))
    outline = curve(lambda at: normal(at - mean, sd), low, high)
    return Picture(says, x, y, (Area(under(outline)), Line(outline), *shapes(x, y)))


def normal(away: float, sd: float) -> float:
    """Density of a normal ``away`` from its mean."""
    return exp(-((away / sd) ** 2) / 2) / (sd * sqrt(2 * pi))


def tail(mean: float, sd: float, low: float, high: float, colour: Colour) -> Area:
    """The part of a bell between two values."""
    outline = curve(lambda x: normal(x - mean, sd), low, high)
    return Area(under(outline), colour, 0.45)


def titre_on_a_line(says: str, titre: float, *, low: float, high: float, step: float,
                    solved: bool, verdict: str) -> Picture:  # fmt: skip
    """A titre beside the limit of enrolment; solved, the side that is included is marked."""
    y, edge = BARE, ENROLMENT_TITRE.value
    shapes: list[Shape] = []
    if solved:
        shapes += [
            bar(low, edge, 0, 1, "ok", 0.14),
            Word(_("included"), low, 1, "ok", right=8, up=-18),
            Word(verdict, titre, 0, "ink", "middle" if titre < edge else "start", bold=True, up=40),
        ]
    shapes += limit(edge, y, _("limit {limit}").format(limit=number_text(edge)))
    shapes += [Dot(titre, 0), Word(number_text(titre), titre, 0, "ink", "middle", bold=True, up=12)]
    return Picture(says, axis(low, high, step, _("IgM, mg/dL")), y, shapes)


def by_weight(says: str, weight: float, per_kg: float, unit: str, y: Axis, answer: str, *,
              solved: bool) -> Picture:  # fmt: skip
    """What grows with weight: a line through zero; solved, this patient's point on it."""
    x = axis(0, 120, 20, _("Weight, kg"))
    shapes: list[Shape] = list(limit(weight, y, _("{n} kg").format(n=number_text(weight))))
    shapes.append(Line(((0, 0), (x.high, per_kg * x.high)), "std"))
    shapes.append(Word(unit, weight / 2, per_kg * weight / 2, "std", "end", right=-8, up=6))
    if solved:
        at = per_kg * weight
        shapes += [Line(((0, at), (weight, at)), "soft", DOTTED, 1.4), Dot(weight, at)]
        shapes.append(Word(answer, weight, at, "ink", "start", bold=True, right=9, up=-14))
    return Picture(says, x, y if solved else unread(y), shapes)


def target_level(x: Axis) -> tuple[Shape, ...]:
    """The titre to reach, with its word at the right end."""
    aim = TARGET_TITRE.value
    line = Line(((x.low, aim), (x.high, aim)), "ink", DASHED, 1.2)
    text = _("target {target}").format(target=number_text(aim))
    return line, Word(text, x.high, aim, "ink", "end", up=5)

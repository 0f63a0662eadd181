"""Pictures of lesson 53."""

from dataclasses import dataclass
from math import sqrt

from igmfat_nb.bedside.eligibility import chance_of_crossing
from igmfat_nb.case import Case
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol import product
from igmfat_nb.protocol.constants import ENROLMENT_TITRE, SAMPLE_SIZE, STANDARD_DAYS
from igmfat_nb.protocol.populations import ASSAY_CV
from igmfat_nb.trial.sample_size import Comparison, patients_per_arm
from igmfat_nb.workshop.drawing import Axis, Dot, Line, Picture, Shape, Word, bar, limit
from igmfat_nb.workshop.lessons.pictures import axis, bell, normal, tail, unread
from igmfat_nb.workshop.lessons.trial_working import (
    PLAN,
    TRIALS,
    ml_per_kg,
    per_arm,
    smallest_effect,
)

COLUMNS = 20  # of a histogram of p values
FALLS = tuple(range(7, 25))  # percentage points that are drawn


@dataclass(frozen=True, slots=True)
class Stay:
    """A drawn patient: days alive, at most 28, and the day the target was reached."""

    alive_days: float
    reached_day: float | None = None


#: Drawn to show the trap; no data.
STAYS = (Stay(0.7), Stay(1.2), Stay(2), Stay(28, 2), Stay(11, 2.5), Stay(28, 3), Stay(28, 4))


def _size_at(plan: Comparison, fall: float) -> float:
    treated = plan.control - fall / 100
    return float(patients_per_arm(Comparison(plan.control, treated, plan.power, plan.alpha)))


def sizes(case: Case, *, solved: bool) -> Picture:
    """Patients in each arm against the other arm's mortality."""
    plan, answer = PLAN, per_arm(case)
    x = axis(12, 32, 4, _("Mortality in the other arm, %"))
    y = axis(0, 800, 200, _("Patients in each arm"))
    control = 100 * plan.control
    points = tuple((control - fall, _size_at(plan, fall)) for fall in reversed(FALLS))
    points = tuple(point for point in points if point[0] >= x.low and point[1] <= y.high)
    at = 100 * plan.treated
    shapes: list[Shape] = [*limit(at, y, quantity_text(at, "%")), Line(points, "own")]
    if solved:
        shapes.append(Dot(at, answer, "own"))
        shapes.append(
            Word(number_text(answer), at, answer, "ink", "end", right=-9, up=8, bold=True)
        )
    says = _("Patients that a comparison takes, by mortality in the other arm")
    return Picture(says, x, y if solved else unread(y), shapes)


def falls(case: Case, *, solved: bool) -> Picture:
    """The smallest fall that can be told against patients in each arm."""
    plan, each, answer = PLAN, SAMPLE_SIZE.value / 2, smallest_effect(case) if solved else 0.0
    x = axis(0, 600, 100, _("Patients in each arm"))
    y = axis(0, 25, 5, _("Smallest fall, percentage points"))
    points = tuple((_size_at(plan, fall), float(fall)) for fall in reversed(FALLS))
    points = tuple(point for point in points if point[0] <= x.high)
    shapes: list[Shape] = [*limit(each, y, number_text(each)), Line(points, "own")]
    if solved:
        shapes.append(Dot(each, answer, "own"))
        told = quantity_text(answer, "%", 1)
        shapes.append(Word(told, each, answer, "ink", right=9, up=8, bold=True))
    says = _("The smallest fall in mortality that a trial can tell, by its size")
    return Picture(says, x, y if solved else unread(y), shapes)


def p_values(_case: Case, *, solved: bool) -> Picture:
    """P values of many trials of two equal arms: as many in each column."""
    trials, alpha = TRIALS, PLAN.alpha
    x, y = axis(0, 1, 0.2, _("p value"), 1), axis(0, 80, 20, _("Trials"))
    height = trials / COLUMNS
    shapes: list[Shape] = []
    for number in range(COLUMNS):
        low, high = number / COLUMNS, (number + 1) / COLUMNS
        found = solved and high <= alpha + 1e-9
        shapes.append(bar(low + 0.004, high - 0.004, 0, height, "red" if found else "non",
                          0.8 if found else 0.35))  # fmt: skip
    shapes += limit(alpha, y, number_text(alpha, 2))
    if solved:
        told = number_text(alpha * trials)
        shapes.append(Word(told, alpha, height, "red", right=7, up=8, bold=True))
    says = _("p values of {trials} trials whose arms do not differ").format(
        trials=number_text(trials)
    )
    return Picture(says, x, y if solved else unread(y), shapes)


def two_strategies(_case: Case, *, solved: bool) -> Picture:
    """What patients of both arms get, day by day."""
    personalised_ml_kg = ml_per_kg()
    x = Axis(0.4, 8, tuple((day, number_text(day)) for day in range(1, 8)), _("Day"))
    y = axis(0, 10, 2, _("Product, mL/kg"))
    shapes: list[Shape] = []
    standard = product.STANDARD_VOLUME.value
    for day in range(1, STANDARD_DAYS.value + 1):
        shapes += [bar(day - 0.32, day - 0.02, 0, standard, "std", 0.75)]
    for day, volume in enumerate(personalised_ml_kg, 1):
        shapes.append(bar(day + 0.02, day + 0.32, 0, volume, "per", 0.75))
    shapes.append(Word(_("Standard"), 0.6, 9, "std", bold=True))
    shapes.append(Word(_("Personalised, one patient"), 2.4, 9, "per", bold=True))
    if solved:
        told = _("the same product in both arms")
        shapes.append(Word(told, 4.3, 7, "ink", "middle", bold=True))
    return Picture(_("Product given day by day in both arms"), x, y, shapes)


def stays(_case: Case, *, solved: bool) -> Picture:
    """Days alive of seven drawn patients, and when the target was reached."""
    x = axis(0, 28, 7, _("Days (a sketch, no data)"))
    y = Axis(-1.4, len(STAYS))
    shapes: list[Shape] = []
    for row, stay in enumerate(STAYS):
        level, dies = len(STAYS) - 1 - row, stay.alive_days < 28
        early = dies and stay.reached_day is None
        colour = "red" if solved and early else "non"
        line = ((0.0, float(level)), (stay.alive_days, float(level)))
        shapes.append(Line(line, "red" if colour == "red" else "non", "", 5))
        if stay.reached_day is not None:
            shapes.append(Dot(stay.reached_day, level, "ok"))
        if dies:
            shapes.append(Word("✕", stay.alive_days, level, "ink", right=6, up=-4, bold=True))
    shapes.append(Dot(0.4, -1, "ok"))
    shapes.append(Word(_("target reached"), 1.2, -1, "ok", up=-4))
    shapes.append(Word(_("✕ died"), 12, -1, "ink", up=-4))
    if solved:
        told = _("died before they could reach it")
        shapes.append(Word(told, 5, len(STAYS) - 2, "red", up=-4, bold=True))
    return Picture(_("Days alive, and the day the target was reached"), x, y, shapes)


def selected(case: Case, *, solved: bool) -> Picture:
    """A repeat of one that was let in by a low measurement."""
    titre, cv = case.titres[0].measured_mg_dl, ASSAY_CV.value
    share = 100 * chance_of_crossing(titre)
    edge, sd = ENROLMENT_TITRE.value, sqrt(2) * cv * titre

    def shapes(x: Axis, y: Axis) -> list[Shape]:
        drawn: list[Shape] = [Dot(titre, 0)]
        drawn.append(Word(number_text(titre), titre, 0, "ink", "middle", bold=True, up=12))
        drawn += limit(edge, y, _("limit {limit}").format(limit=number_text(edge)))
        if solved:
            drawn.insert(0, tail(titre, sd, edge, x.high, "red"))
            said = _("{share} % above it").format(share=number_text(share))
            drawn.append(
                Word(
                    said, edge + sd / 2, normal(titre - edge - sd / 2, sd), "red", bold=True, up=10
                )
            )
        return drawn

    says = _("A repeat before any treatment, of one measured just below the limit")
    return bell(says, _("IgM of a repeat, mg/dL"), titre, sd, shapes)

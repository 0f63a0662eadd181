"""Pictures of lesson 50."""

from math import sqrt

from igmfat_nb.case import Case
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol import product
from igmfat_nb.protocol.constants import ENROLMENT_TITRE, MAXIMUM_BMI
from igmfat_nb.protocol.populations import ASSAY_CV
from igmfat_nb.units import CM_PER_M, MG_DL_PER_G_L
from igmfat_nb.workshop.drawing import (
    DASHED,
    DOTTED,
    Axis,
    Colour,
    Dot,
    Line,
    Picture,
    Shape,
    Word,
    bar,
    limit,
)
from igmfat_nb.workshop.lessons.eligibility_working import answers as answers_of
from igmfat_nb.workshop.lessons.eligibility_working import bmi_of, crossing, first_titre
from igmfat_nb.workshop.lessons.pictures import (
    BARE,
    axis,
    bell,
    curve,
    normal,
    tail,
    titre_on_a_line,
    unread,
)

LIMIT = ENROLMENT_TITRE.value
COLUMNS = 5  # of squares


def below_the_limit(case: Case, *, solved: bool) -> Picture:
    """A titre well below the limit of enrolment."""
    titre = first_titre(case)
    return titre_on_a_line(
        _("His IgM beside the limit of enrolment"),
        titre, low=0, high=120, step=20, solved=solved,
        verdict=_("{titre} is below {limit}").format(
            titre=number_text(titre), limit=number_text(LIMIT)),
    )  # fmt: skip


def above_the_limit(case: Case, *, solved: bool) -> Picture:
    """A titre just above it."""
    titre = first_titre(case)
    return titre_on_a_line(
        _("Her IgM beside the limit of enrolment"),
        titre, low=50, high=70, step=5, solved=solved,
        verdict=_("{titre} is not below {limit}").format(
            titre=number_text(titre), limit=number_text(LIMIT)),
    )  # fmt: skip


def two_units(case: Case, *, solved: bool) -> Picture:
    """One titre on a scale in g/L; solved, in mg/dL below it."""
    titre = first_titre(case)
    x = axis(0, 80, 20, _("IgM, mg/dL"))
    upper = [
        Word(number_text(value / MG_DL_PER_G_L, 1), value, 0.72, "soft", "middle", up=10)
        for value, _text in x.ticks
    ]
    grams = quantity_text(titre / MG_DL_PER_G_L, "g/L", 2)
    shapes: list[Shape] = [Line(((0, 0.72), (80, 0.72)), "line", "", 1.0), *upper]
    shapes.append(Word(_("IgM, g/L"), 0, 1, "soft", up=4))
    shapes += [Dot(titre, 0.72), Word(grams, titre, 0.72, "ink", "middle", bold=True, up=-22)]
    if solved:
        milligrams = quantity_text(titre, "mg/dL")
        shapes += [Line(((titre, 0.5), (titre, 0)), "soft", DOTTED, 1.4), Dot(titre, 0)]
        shapes.append(Word(milligrams, titre, 0, "ink", "start", bold=True, right=8, up=12))
    else:
        shapes.append(Word("?", titre, 0, "ink", "middle", bold=True, up=8))
    says = _("The same titre in grams per litre and in milligrams per decilitre")
    return Picture(says, x if solved else unread(x), BARE, shapes)


def repeat(case: Case, *, solved: bool) -> Picture:
    """Where a measurement falls; solved, where a repeat falls beside the first."""
    titre, cv, share = first_titre(case), ASSAY_CV.value, crossing(case)
    one = cv * titre
    sd = sqrt(2) * one if solved else one

    def shapes(x: Axis, y: Axis) -> list[Shape]:
        drawn = [*limit(LIMIT, y, _("limit {limit}").format(limit=number_text(LIMIT)))]
        drawn += [Dot(titre, 0), Word(number_text(titre), titre, 0, "ink", "middle", True, up=12)]
        drawn.append(_spread(titre, sd, _("SD {sd}").format(sd=number_text(sd, 1))))
        if solved:
            drawn.insert(0, tail(titre, sd, LIMIT, x.high, "red"))
            said = _("{share} %").format(share=number_text(share))
            far = LIMIT + sd
            drawn.append(Word(said, far, normal(far - titre, sd), "red", bold=True, up=8))
        else:
            drawn.append(_spread(titre, sd, _("one measurement"), up=17))
        return drawn

    title = _("IgM of a repeat, mg/dL") if solved else _("IgM, mg/dL")
    says = _("Measurements around her titre, and the limit of enrolment")
    return bell(says, title, titre, sd, shapes, widest_sd=sqrt(2) * one)


def _spread(mean: float, sd: float, text: str, up: float = 0.0) -> Word:
    return Word(text, mean - sd, normal(sd, sd), "own", "end", right=-8, up=up)


def height_and_weight(case: Case, *, solved: bool) -> Picture:
    """Height and weight of a patient; solved, the line above which the trial excludes."""
    height, weight, index = case.height_cm, case.weight_kg, bmi_of(case)
    x, y = axis(150, 200, 10, _("Height, cm")), axis(40, 160, 40, _("Weight, kg"))
    most = MAXIMUM_BMI.value
    shapes: list[Shape] = []
    if solved:
        line = curve(lambda cm: most * (cm / CM_PER_M) ** 2, 150, 200)
        shapes.append(Line(line, "red"))
        told = _("BMI {limit}").format(limit=number_text(most))
        shapes.append(Word(told, 186, most * 1.86**2, "red", "end", right=-6, up=6))
    shapes.append(Dot(height, weight))
    told = quantity_text(index, "kg/m²", 1) if solved else quantity_text(weight, "kg")
    shapes.append(Word(told, height, weight, "ink", "end", bold=True, right=-9, up=4))
    return Picture(_("His height and weight"), x, y, shapes)


def what_one_ml_holds(_case: Case, *, solved: bool) -> Picture:
    """Immunoglobulins in each mL of the product."""
    contents: list[tuple[str, float, Colour]] = [
        ("IgG", product.IGG.value, "non"),
        ("IgM", product.IGM.value, "own"),
    ]
    contents.append(("IgA", product.IGA.value, "red"))
    x, at = axis(0, 50, 10, _("mg of protein in each mL")), 0.0
    shapes: list[Shape] = []
    for number, (name, mg, colour) in enumerate(contents):
        known = solved or name != "IgA"
        shapes.append(bar(at, at + mg, 0.15, 0.6, colour if known else "line", 0.55))
        said = _("{name}, {mg} mg").format(name=name, mg=number_text(mg))
        text = said if known else "?"
        shapes.append(Word(text, at + mg / 2, 0.6, "ink", "middle", bold=solved and name == "IgA",
                           up=8 + 20 * (number == 1)))  # fmt: skip
        at += mg
    return Picture(_("What each mL of the product contains"), x, BARE, shapes)


def form(case: Case, *, solved: bool) -> Picture:
    """A square a question of the form: answered, or open."""
    answers = answers_of(case)
    shapes: list[Shape] = []
    rows = -(-len(answers) // COLUMNS)
    for number, answer in enumerate(sorted(answers, key=lambda one: one == "unknown")):
        x0, y0 = number % COLUMNS, rows - 1 - number // COLUMNS
        box = ((x0, y0), (x0 + 0.8, y0), (x0 + 0.8, y0 + 0.8), (x0, y0 + 0.8), (x0, y0))
        is_open = answer == "unknown"
        if not is_open:
            shapes.append(bar(x0, x0 + 0.8, y0, y0 + 0.8, "ok", 0.3))
        shapes.append(Line(box, "red" if is_open and solved else "line", DASHED if is_open else ""))
        sign = "?" if is_open else "✓"
        shapes.append(Word(sign, x0 + 0.4, y0 + 0.3, "ink", "middle", bold=is_open and solved))
    count = sum(answer == "unknown" for answer in answers)
    title = _("{n} of {all} questions of the form are open").format(n=count, all=len(answers))
    return Picture(
        _("Which questions of the screening form are answered"),
        Axis(0, COLUMNS, (), title if solved else ""), Axis(0, rows), shapes,
    )  # fmt: skip

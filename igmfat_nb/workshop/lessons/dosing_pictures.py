"""Pictures of lesson 51."""

from igmfat_nb.case import Case
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text
from igmfat_nb.protocol import constants, product
from igmfat_nb.units import MG_PER_G
from igmfat_nb.workshop.drawing import (
    DASHED,
    DOTTED,
    LONG_DASHED,
    Axis,
    Dot,
    Line,
    Picture,
    Shape,
    Word,
    bar,
    limit,
)
from igmfat_nb.workshop.lessons.dosing_working import (
    ml_per_kg_of,
    personalised_ml_of,
    personalised_today,
    standard_ml,
    standard_today,
)
from igmfat_nb.workshop.lessons.pictures import (
    BARE,
    axis,
    by_weight,
    curve,
    target_level,
)

VIAL_ML = 100.0  # the largest, as a picture's unit
DAY_H = 24.0


def protein(case: Case, *, solved: bool) -> Picture:
    """Protein a day against weight."""
    weight, grams = case.weight_kg, standard_today(case).protein_mg / MG_PER_G
    per_kg = constants.STANDARD_DOSE.value
    return by_weight(
        _("Protein of one standard dose, by weight"), weight, per_kg / MG_PER_G,
        _("{dose} mg/kg").format(dose=number_text(per_kg)), axis(0, 30, 10, _("Protein, g")),
        quantity_text(grams, "g", 1), solved=solved,
    )  # fmt: skip


def rate(case: Case, *, solved: bool) -> Picture:
    """Rate of the label against weight."""
    weight, ml_h = case.weight_kg, standard_today(case).rate_ml_h
    per_kg = product.LABEL_RATE.value
    return by_weight(
        _("The label's rate, by weight"), weight, per_kg,
        _("{rate} mL/kg/h").format(rate=number_text(per_kg, 1)), axis(0, 50, 10, _("Rate, mL/h")),
        quantity_text(ml_h, "mL/h", 1), solved=solved,
    )  # fmt: skip


def volume(case: Case, *, solved: bool) -> Picture:
    """What one mL holds; solved, the vials that the dose fills."""
    volume_ml = standard_today(case).volume_ml
    if not solved:
        igm, all_of_it = product.IGM.value, product.PROTEIN.value
        shapes: list[Shape] = [
            bar(0, igm, 0.2, 0.6, "own", 0.6),
            bar(igm, all_of_it, 0.2, 0.6, "non", 0.35),
            Word(_("IgM"), igm / 2, 0.6, "own", "middle", up=8),
            Word(_("other protein"), (igm + all_of_it) / 2, 0.6, "soft", "middle", up=8),
        ]
        return Picture(
            _("What each mL of the product contains"),
            axis(0, 50, 10, _("mg of protein in each mL")), BARE, shapes,
        )  # fmt: skip
    count = volume_ml / VIAL_ML
    shapes = []
    for number in range(round(count)):
        shapes.append(bar(number + 0.1, number + 0.9, 0.15, 0.75, "std", 0.45))
        text = quantity_text(VIAL_ML, "mL")
        shapes.append(Word(text, number + 0.5, 0.4, "ink", "middle"))
    told = quantity_text(volume_ml, "mL")
    shapes.append(Word(told, count / 2, 0.75, "ink", "middle", bold=True, up=12))
    return Picture(_("The dose in vials"), Axis(0, count), BARE, shapes)


def infusion(case: Case, *, solved: bool) -> Picture:
    """What has run in against time; solved, until the whole dose is in."""
    dose = standard_today(case)
    volume_ml, ml_h, hours = dose.volume_ml, dose.rate_ml_h, dose.duration_h
    x, y = axis(0, 16, 4, _("Hours")), axis(0, 500, 100, _("Infused, mL"))
    until = hours if solved else 1.0
    shapes: list[Shape] = [
        Line(((0, volume_ml), (16, volume_ml)), "ink", DASHED, 1.2),
        Word(quantity_text(volume_ml, "mL"), 16, volume_ml, "ink", "end", up=6),
        Line(((0, 0), (until, ml_h * until)), "std"),
        Dot(until, ml_h * until, "std"),
    ]
    told = quantity_text(hours, "h", 1) if solved else quantity_text(ml_h, "mL/h", 1)
    shapes.append(
        Word(told, until, ml_h * until, "ink", "start", bold=solved, right=9, up=-16 * solved)
    )
    return Picture(_("Volume infused over time at the label rate"), x, y, shapes)


def deficit(case: Case, *, solved: bool) -> Picture:
    """A titre and what is missing to the target; solved, what that comes to."""
    titre, volume_ml = case.patient().igm_mg_dl, personalised_today(case).volume_ml
    aim = constants.TARGET_TITRE.value
    x, y = Axis(0, 3), axis(0, 120, 20, _("IgM, mg/dL"))
    shapes: list[Shape] = [
        bar(0.25, 0.95, 0, titre, "ink", 0.75),
        bar(0.25, 0.95, titre, aim, "per", 0.3),
        *target_level(x),
        Word(number_text(titre), 0.6, titre / 2, "ink", "middle", bold=True, up=-4),
        Word(_("deficit"), 1.05, (titre + aim) / 2, "per", up=-4 + 20 * solved),
    ]
    if solved:
        middle = (titre + aim) / 2
        missing = _("{deficit} mg/dL").format(deficit=number_text(aim - titre))
        shapes.append(Word(missing, 1.05, middle, "per", bold=True, up=0))
        shapes.append(Word(quantity_text(volume_ml, "mL"), 1.05, middle, "ink", bold=True, up=-20))
    return Picture(_("His IgM and what is missing to the target"), x, y, shapes)


def both_arms(case: Case, *, solved: bool) -> Picture:
    """Volumes against weight, all else of this patient unchanged."""
    weight, standard, personalised = case.weight_kg, standard_ml, personalised_ml_of(case)
    x, y = axis(50, 130, 20, _("Weight, kg (height and titre his)")), axis(0, 700, 100, "mL")
    shapes: list[Shape] = list(limit(weight, y, _("{n} kg").format(n=number_text(weight))))
    shapes.append(Line(curve(standard, 50, 130), "std"))
    shapes.append(Word(_("Standard"), 95, standard(95), "std", "end", True, right=-8, up=6))
    if solved:
        shapes.append(Line(curve(personalised, 50, 130), "per", LONG_DASHED))
        shapes.append(Word(_("Personalised"), 130, personalised(130), "per", "end", True, up=-20))
        for arm, colour, up in ((standard, "std", 6), (personalised, "per", -18)):
            shapes.append(Dot(weight, arm(weight), "std" if colour == "std" else "per"))
            told = quantity_text(arm(weight), "mL")
            shapes.append(Word(told, weight, arm(weight), "ink", "end", right=-9, up=up))
    else:
        shapes.append(Word(_("Personalised: ?"), 130, 60, "per", "end"))
    return Picture(_("Today's volume in both arms, by weight"), x, y, shapes)


def per_kilogram(case: Case, *, solved: bool) -> Picture:
    """Volume for each kilogram against the titre."""
    titre, of_titre = case.patient().igm_mg_dl, ml_per_kg_of(case)
    answer = personalised_today(case).volume_ml_per_kg
    x, y = axis(0, 120, 20, _("IgM, mg/dL")), axis(0, 10, 2, "mL/kg")
    flat = product.STANDARD_VOLUME.value
    shapes: list[Shape] = [
        *limit(titre, y, number_text(titre)),
        Line(((0, flat), (120, flat)), "std"),
        Word(_("Standard"), 120, flat, "std", "end", bold=True, up=7),
    ]
    if solved:
        shapes.append(Line(curve(of_titre, 0, 120), "per", LONG_DASHED))
        shapes.append(Word(_("Personalised"), 62, of_titre(62), "per", right=8, up=-2, bold=True))
        shapes.append(Dot(titre, answer, "per"))
        told = quantity_text(answer, "mL/kg", 2)
        shapes.append(Word(told, titre, answer, "ink", right=10, up=2, bold=True))
    return Picture(_("Today's volume per kilogram, by titre"), x, y, shapes)


def one_day(case: Case, *, solved: bool) -> Picture:
    """What runs in at the label rate; solved, how much of what is asked for a day holds."""
    dose = personalised_today(case)
    ml_h, fits_ml, asked_ml = dose.rate_ml_h, dose.largest_volume_24_h_ml, dose.volume_ml
    x, y = axis(0, 36, 12, _("Hours")), axis(0, 800, 200, _("Infused, mL"))
    told = _("the rule asks for {volume} mL").format(volume=number_text(asked_ml))
    until = DAY_H if solved else 1.0
    shapes: list[Shape] = [
        *limit(DAY_H, y, quantity_text(DAY_H, "h")),
        Line(((0, asked_ml), (36, asked_ml)), "per", LONG_DASHED, 1.6),
        Word(told, 0, asked_ml, "per", right=6, up=7),
        Line(((0, 0), (until, ml_h * until)), "std"),
        Dot(until, ml_h * until, "std"),
    ]
    if solved:
        last = asked_ml / ml_h
        shapes.append(Line(((DAY_H, fits_ml), (last, asked_ml)), "std", DOTTED, 1.6))
        answer = quantity_text(fits_ml, "mL")
        shapes.append(Word(answer, DAY_H, fits_ml, "ink", "end", right=-10, up=4, bold=True))
    else:
        shapes.append(Word(quantity_text(ml_h, "mL/h", 1), 1, ml_h, "ink", right=10, up=4))
    return Picture(_("Volume infused over time at the label rate"), x, y, shapes)

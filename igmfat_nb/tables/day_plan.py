"""The day plan of both arms and its totals, as texts."""

from igmfat_nb.bedside.dosing import ARMS
from igmfat_nb.courses.comparison import (
    Comparison,
    PlanEntry,
    arm_total,
    day_plan,
    whole_day_titres,
)
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text, text_table, vials_text
from igmfat_nb.protocol import product
from igmfat_nb.units import MG_PER_G


def entry_texts(entry: PlanEntry) -> tuple[str, str, str]:
    """Titre, its interval and the dose, to read; a dose that cannot be is empty."""
    interval = ""
    if entry.interval_mg_dl is not None:
        interval = "–".join(number_text(end) for end in entry.interval_mg_dl)
    dose = ""
    if entry.dose is not None:
        volume_ml = entry.dose.volume_ml
        dose = quantity_text(volume_ml, "mL", 1) if volume_ml else _("no dose")
    decimals = 2 if entry.interval_mg_dl is None else 0  # the first titre stays as typed
    return number_text(entry.titre_mg_dl, decimals), interval, dose


def total_rows(comparison: Comparison) -> list[tuple[str, str, str]]:
    """What each arm adds up to: name, standard, personalised."""
    totals = [arm_total(comparison, arm) for arm in ARMS]
    target = quantity_text(comparison.assumptions.rule.target_mg_dl, "mg/dL", 1)
    early = _("Volume per weight on days 1 to 3 (label's alternative: {volume} in {hours})").format(
        volume=quantity_text(product.ALTERNATIVE_TOTAL.value, "mL/kg", 1),
        hours=quantity_text(product.ALTERNATIVE_HOURS.value, "h"),
    )
    named = (
        (_("Volume"), [quantity_text(t.volume_ml, "mL", 1) for t in totals]),
        (_("Volume per weight"), [quantity_text(t.volume_ml_per_kg, "mL/kg", 1) for t in totals]),
        (early, [quantity_text(t.first_72_h_ml_per_kg, "mL/kg", 1) for t in totals]),
        (_("Protein"), [quantity_text(t.protein_mg / MG_PER_G, "g", 1) for t in totals]),
        (_("Glucose"), [quantity_text(t.glucose_g, "g", 1) for t in totals]),
        (_("Sodium"), [quantity_text(t.sodium_mmol, "mmol", 1) for t in totals]),
        (_("Vials"), [vials_text(t.vials) for t in totals]),
        (_("Discarded"), [quantity_text(t.discarded_ml, "mL", 1) for t in totals]),
        (
            _("Time at {target} or above in two weeks").format(target=target),
            [quantity_text(t.hours_at_target, "h") for t in totals],
        ),
    )
    return [(name, standard, personalised) for name, (standard, personalised) in named]


def plan_text(comparison: Comparison) -> str:
    """The day plan and its totals as plain text."""
    header = [_("day")]
    for arm in (_("standard"), _("personalised")):
        header += [_("{arm}: IgM").format(arm=arm), _("90 %"), _("dose")]
    rows = [
        [str(row.study_day), *(text for arm in ARMS for text in entry_texts(row.entries[arm]))]
        for row in day_plan(comparison)
    ]
    columns = (_("total"), _("standard"), _("personalised"))
    return f"{text_table(header, rows)}\n\n{text_table(columns, total_rows(comparison))}"


def curve_text(comparison: Comparison) -> str:
    """Predicted titres at whole days [mg/dL] as plain text."""
    header = (_("day"), _("untreated"), _("standard"), _("personalised"))
    rows = [
        (number_text(day), *(number_text(titre, 1) for titre in titres))
        for day, titres in enumerate(whole_day_titres(comparison))
    ]
    return text_table(header, rows)

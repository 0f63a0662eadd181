"""A cohort patient by patient: body, titre, both first doses on one line, and where they lead."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from igmfat_nb.bedside.answer import ARM_TITLE
from igmfat_nb.bedside.dosing import ARMS
from igmfat_nb.cohort.patient_columns import verdicts
from igmfat_nb.language import _
from igmfat_nb.notation import decimals_of, number_text
from igmfat_nb.reports.cohort_strips import pair_of_doses
from igmfat_nb.reports.section import paragraph, table

OUT = "\N{NO-BREAK SPACE}*"  # beside who is not eligible


def patient_table(doses: pd.DataFrame, accepted: pd.DataFrame, most_rows: int) -> Markup:
    """The patients with the lowest titres first, at most ``most_rows``; both in the same order."""
    order = accepted["igm_mg_dl"].to_numpy().argsort(kind="stable")[:most_rows]
    shown, who = doses.iloc[order], accepted.iloc[order]
    barred = verdicts(who)[0] == "not eligible"
    volumes = doses[[f"{arm}_volume_ml" for arm in ARMS]].to_numpy()
    most_ml = float(volumes.max()) if len(volumes) else 0.0
    rows = [
        _row(dose, person, most_ml, out=bool(out))
        for (_place, dose), (_at, person), out in zip(
            shown.iterrows(), who.iterrows(), barred, strict=True
        )
    ]
    arms = [_(ARM_TITLE[arm]) for arm in ARMS]
    header = [_("patient"), _("sex, age"), "kg", _("IgM, mg/dL")]
    header += [f"{arm}, mL" for arm in arms]
    header += [_("first dose, 0 to {most} mL").format(most=number_text(most_ml))]
    header += [_("{arm}, day 7").format(arm=arm) for arm in arms]
    notes = [_("Lowest IgM first; day 7: predicted IgM, mg/dL.")]
    if barred.any():
        notes.append(_("* Not eligible by age, BMI or titre."))
    if more := len(doses) - len(rows):
        line = _("{more} more patients: igmfat cohort writes the whole table.")
        notes.append(line.format(more=number_text(more)))
    return table(header, rows, "ig-numbers ig-subjects") + paragraph(" ".join(notes), "ig-note")


def _row(dose: Any, person: Any, most_ml: float, *, out: bool) -> tuple[str, ...]:
    def shown(name: str, value: float, *, padded: bool = False) -> str:
        return number_text(value, decimals_of(name) or 0, padded=padded)

    sex = _("male") if person["male"] else _("female")
    volumes = [float(dose[f"{arm}_volume_ml"]) for arm in ARMS]
    return (
        f"{dose['subject']}{OUT if out else ''}",
        f"{sex}, {shown('age_years', person['age_years'])}",
        shown("weight_kg", person["weight_kg"]),
        shown("igm_mg_dl", person["igm_mg_dl"]),
        *(shown("volume_ml", volume) for volume in volumes),
        pair_of_doses(volumes[0], volumes[1], most_ml),
        *(shown("titre_mg_dl", dose[f"{arm}_igm_day7_p50"], padded=True) for arm in ARMS),
    )

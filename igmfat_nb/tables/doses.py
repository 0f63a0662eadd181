"""Results as records (for JSON and tables) and as plain text."""

from typing import Any

from igmfat_nb.bedside.answer import ArmDose, BedsideAnswer
from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import Arm, PersonalisedSteps
from igmfat_nb.bedside.infusion import Dose
from igmfat_nb.language import _
from igmfat_nb.notation import number_text, quantity_text, vials_text
from igmfat_nb.units import MG_PER_G


def dose_record(dose: Dose) -> dict[str, Any]:
    """One dose by the names of the command line; numbers unrounded."""
    return {
        "dose_protein_mg": dose.protein_mg,
        "dose_protein_mg_per_kg": dose.protein_mg_per_kg,
        "dose_igm_mg": dose.igm_mg,
        "volume_ml": dose.volume_ml,
        "volume_ml_per_kg": dose.volume_ml_per_kg,
        "rate_ml_h": dose.rate_ml_h,
        "duration_h": dose.duration_h,
        "vials": {str(size): count for size, count in dose.vials.items()},
        "discarded_ml": dose.discarded_ml,
        "glucose_g": dose.glucose_g,
        "sodium_mmol": dose.sodium_mmol,
        "days": dose.days,
    }


def personalised_record(given: ArmDose, rule: DoseRule) -> dict[str, Any]:
    """The personalised dose with the steps of our rule; null where a step is not taken."""
    steps = given.steps
    if not isinstance(steps, PersonalisedSteps):
        raise TypeError(type(steps))
    volume_ml = steps.distribution_ml
    return dose_record(given.dose) | {
        "deficit_mg_dl": float(steps.deficit_mg_dl),
        "distribution_volume_ml": None if volume_ml is None else float(volume_ml),
        "recovery": None if volume_ml is None else rule.divides_by,
    }


def arm_records(answer: BedsideAnswer) -> dict[Arm, dict[str, Any]] | None:
    """Each arm's dose by the names of ``igmfat dose``; None where there is none."""
    if answer.arms is None:
        return None
    records: dict[Arm, dict[str, Any]] = {"standard": dose_record(answer.arms["standard"].dose)}
    if "personalised" in answer.arms:  # not where the titre lies below the assay's limit
        records["personalised"] = personalised_record(answer.arms["personalised"], answer.rule)
    return records


def dose_text(dose: Dose) -> list[str]:
    """One dose as lines to read, in ISMP notation."""
    if not dose.volume_ml:
        return [_("no dose today")]
    amounts = (
        _("{amount} g protein").format(amount=number_text(dose.protein_mg / MG_PER_G, 1)),
        quantity_text(dose.protein_mg_per_kg, "mg/kg"),
        _("{amount} mg IgM").format(amount=number_text(dose.igm_mg)),
        quantity_text(dose.volume_ml_per_kg, "mL/kg", 1),
    )
    rate = _("{rate} for {hours}; vials: {vials}; discarded: {discard}").format(
        rate=quantity_text(dose.rate_ml_h, "mL/h", 1),
        hours=quantity_text(dose.duration_h, "h", 1),
        vials=vials_text(dose.vials),
        discard=quantity_text(dose.discarded_ml, "mL", 1),
    )
    loads = _("glucose {glucose}, sodium {sodium}").format(
        glucose=quantity_text(dose.glucose_g, "g", 1),
        sodium=quantity_text(dose.sodium_mmol, "mmol", 1),
    )
    return [quantity_text(dose.volume_ml, "mL", 2), " · ".join(amounts), rate, loads]

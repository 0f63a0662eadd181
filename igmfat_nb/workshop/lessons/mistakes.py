"""The mass balance with one part done wrong: the numbers that usual mistakes lead to."""

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import igm_deficit_mg_dl
from igmfat_nb.case import Case
from igmfat_nb.protocol import product
from igmfat_nb.units import ML_PER_DL

RULE = DoseRule()


def balance_ml(
    case: Case, *, recovery: float = RULE.recovery, strength: float | None = None
) -> float:
    """The balance with one part done differently, as people do by mistake."""
    patient = case.patient()
    deficit = float(igm_deficit_mg_dl(patient.igm_mg_dl))
    mg_ml = product.IGM.value if strength is None else strength
    return deficit * patient.plasma_volume_ml / ML_PER_DL / recovery / mg_ml


def refill_ml(case: Case) -> float:
    """Dose that would bring the titre there is once more [mL]."""
    patient = case.patient()
    dl = patient.plasma_volume_ml / ML_PER_DL
    return patient.igm_mg_dl * dl / RULE.recovery / product.IGM.value

"""A dose's formula on one line, with this patient's numbers in it."""

from igmfat_nb.bedside.dose_rule import DoseRule
from igmfat_nb.bedside.dosing import PersonalisedSteps, StandardSteps
from igmfat_nb.language import _
from igmfat_nb.notation import number_text
from igmfat_nb.protocol import constants, product
from igmfat_nb.units import ML_PER_DL


def formula(steps: StandardSteps | PersonalisedSteps, rule: DoseRule) -> str:
    """The formula of one patient's dose; empty where the rule has none on one line.

    Examples
    --------
    >>> from igmfat_nb.bedside.dosing import standard_steps
    >>> formula(standard_steps(80.0), DoseRule())
    '250 mg/kg × 80 kg ÷ 50 mg/mL'
    """
    if isinstance(steps, StandardSteps):
        return _("{per_kg} mg/kg × {weight} kg ÷ {strength} mg/mL").format(
            per_kg=number_text(constants.STANDARD_DOSE.value),
            weight=number_text(float(steps.weight_kg), 2),
            strength=number_text(product.PROTEIN.value),
        )
    if not float(steps.deficit_mg_dl) or steps.distribution_ml is None:
        return ""
    line = _("({level} − {titre}) mg/dL × {volume} dL ÷ {recovery} ÷ {strength} mg/mL")
    return line.format(
        level=number_text(float(steps.level_mg_dl), 1),
        titre=number_text(float(steps.titre_mg_dl), 2),
        volume=number_text(float(steps.distribution_ml) / ML_PER_DL, 2),
        recovery=number_text(rule.divides_by, 3),
        strength=number_text(product.IGM.value),
    )

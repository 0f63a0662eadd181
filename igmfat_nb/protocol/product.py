"""The preparation: what a millilitre holds, its vials, its label rates and price."""

from igmfat_nb.protocol.provenance import Sourced
from igmfat_nb.protocol.sources import (
    LABEL_KZ_IT,
    LABEL_SG_IT,
    LEAFLET_DE_AT,
    NIERHAUS_2020,
    PRICE_PAGE_2019,
    SMPC_AT,
    SMPC_PL,
)

PROTEIN = Sourced(50.0, "mg/mL", SMPC_AT, "Composition", note="At least 95 % immunoglobulin.")
IGM = Sourced(6.0, "mg/mL", SMPC_AT, "Composition", note="Nominal; batch spread not found.")
IGA = Sourced(6.0, "mg/mL", SMPC_AT, "Composition")
IGG = Sourced(38.0, "mg/mL", SMPC_AT, "Composition")
GLUCOSE = Sourced(25.0, "mg/mL", SMPC_PL, "Composition")
SODIUM = Sourced(0.078, "mmol/mL", SMPC_PL, "Composition")
OSMOLALITY = Sourced(325.0, "mosmol/kg", SMPC_AT, "Properties", note="Calculated there.")
ACIDITY = Sourced(6.8, "pH", SMPC_AT, "Properties")
VIAL_SIZES = Sourced((10, 50, 100), "mL", LEAFLET_DE_AT, "Packs")

STANDARD_VOLUME = Sourced(
    5.0,
    "mL/kg/day",
    SMPC_AT,
    "Posology",
    note="For 3 days; equals 250 mg/kg over 50 mg/mL.",
)
LABEL_RATE = Sourced(0.4, "mL/kg/h", LABEL_SG_IT, "Adults and children")
ALTERNATIVE_FIRST_VOLUME = Sourced(
    100.0, "mL", LABEL_SG_IT, "Adults, alternative", note="At 0.4 mL/kg/h."
)
ALTERNATIVE_SECOND_RATE = Sourced(0.2, "mL/kg/h", LABEL_SG_IT, "Adults, alternative")
ALTERNATIVE_TOTAL = Sourced(15.0, "mL/kg", LABEL_KZ_IT, "Adults, alternative", note="Within 72 h.")
ALTERNATIVE_HOURS = Sourced(72.0, "h", LABEL_KZ_IT, "Adults, alternative")
INFANT_RATE = Sourced(1.7, "mL/kg/h", LABEL_SG_IT, "Neonates and infants, by pump")
VOLUME_PER_DAY_AT_LABEL_RATE = Sourced(
    9.6,
    "mL/kg",
    LABEL_SG_IT,
    "Adults and children",
    status="derived",
    note="0.4 mL/kg/h × 24 h.",
)

EXPERT_BOLUS_RATE = Sourced(
    0.6,
    "mL/kg/h",
    NIERHAUS_2020,
    "Abstract",
    note="Up to; for 6 h. Exceeds the label rate.",
)
EXPERT_BOLUS_HOURS = Sourced(6.0, "h", NIERHAUS_2020, "Abstract")
EXPERT_MAINTENANCE_RATE = Sourced(
    0.2, "mL/kg/h", NIERHAUS_2020, "Abstract", note="For 72 h or longer."
)
EXPERT_MAINTENANCE_HOURS = Sourced(72.0, "h", NIERHAUS_2020, "Abstract", note="At least.")

PRICE_PER_10_ML = Sourced(66.02, "EUR", PRICE_PAGE_2019, "10 mL pack", note="Indicative.")
PRICE_PER_50_ML = Sourced(330.10, "EUR", PRICE_PAGE_2019, "50 mL pack", note="Indicative.")

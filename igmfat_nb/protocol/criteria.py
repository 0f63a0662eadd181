"""The wording of each criterion: ours, after the register.

A criterion's statement is worded so that *yes* means "does not bar
enrolment". A contraindication of the label is asked the other way round:
*yes* means it is present, and stops the dose.

The register adds "or below 20 % of the local lower limit" to the titre. Read
literally it contradicts 60 mg/dL, so it is shown as ambiguous and not coded.
"""

from dataclasses import dataclass

from igmfat_nb.language import mark
from igmfat_nb.protocol.provenance import Source
from igmfat_nb.protocol.sources import LEAFLET_DE_AT, REGISTER


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of the protocol: its code, its short wording, what it means, its source."""

    code: str
    wording: str
    detail: str
    source: Source
    locator: str


ADULT = Statement("adult", mark("Older than 18 years"), "", REGISTER, "Inclusion")
SEPTIC_SHOCK = Statement(
    "septic_shock",
    mark("Septic shock for less than 24 h when IgM was drawn"),
    mark(
        "Sepsis-3: after volume, a vasopressor is needed for a mean pressure of 65 mmHg or more"
        " and lactate is above 2 mmol/L; SOFA rose by 2 points or more because of infection."
    ),
    REGISTER,
    "Inclusion",
)
LOW_TITRE = Statement(
    "low_igm",
    mark("Serum IgM below 60 mg/dL"),
    mark(
        "The register adds “or below 20 % of the lower limit of the local laboratory”. Read"
        " literally that is about 8 to 10 mg/dL and contradicts 60; it is not coded here."
    ),
    REGISTER,
    "Inclusion",
)
CAUSE_CERTAIN = Statement(
    "cause_certain", mark("The cause of shock is certain"), "", REGISTER, "Exclusion"
)
TOLERATES_PRODUCT = Statement(
    "no_hypersensitivity",
    mark("No hypersensitivity to the product"),
    "",
    REGISTER,
    "Exclusion",
)
NO_PRIOR_IMMUNOGLOBULIN = Statement(
    "no_prior_immunoglobulin",
    mark("No immunoglobulin for more than 6 h before enrolment"),
    "",
    REGISTER,
    "Exclusion",
)
NO_IGA_DEFICIENCY = Statement(
    "no_iga_deficiency",
    mark("No absolute IgA deficiency with anti-IgA"),
    "",
    REGISTER,
    "Exclusion",
)
NOT_PREGNANT = Statement(
    "not_pregnant",
    mark("Not pregnant or breastfeeding, no positive test"),
    "",
    REGISTER,
    "Exclusion",
)
FULL_TREATMENT = Statement(
    "full_treatment",
    mark("No decision to limit life support, not too sick to benefit"),
    "",
    REGISTER,
    "Exclusion",
)
NEUTROPHILS = Statement(
    "neutrophils", mark("Neutrophils 1,000/mm³ or more"), "", REGISTER, "Exclusion"
)
SURVIVABLE_DISEASE = Statement(
    "survivable_disease",
    mark("No disease that rules out 28 days"),
    "",
    REGISTER,
    "Exclusion",
)
NO_CHRONIC_RENAL = Statement(
    "no_chronic_renal_dysfunction",
    mark("No known chronic renal dysfunction needing dialysis"),
    mark(
        "The register gives creatinine 3.4 mg/dL or more, or clearance 30 mL/min/1.73 m² or less."
        " Today's creatinine alone does not answer it."
    ),
    REGISTER,
    "Exclusion",
)
BMI_LIMIT = Statement("bmi", mark("BMI 40 kg/m² or below"), "", REGISTER, "Exclusion")
NO_OTHER_TRIAL = Statement(
    "no_other_trial",
    mark("In no other trial of adjunctive sepsis therapy within 3 months"),
    "",
    REGISTER,
    "Exclusion",
)
CONSENT = Statement(
    "consent",
    mark("Consent as the trial requires"),
    mark("The text of this criterion is cut off in the register copy that was read."),
    REGISTER,
    "Exclusion",
)

INCLUSION = (ADULT, SEPTIC_SHOCK, LOW_TITRE)
EXCLUSION = (
    CAUSE_CERTAIN,
    TOLERATES_PRODUCT,
    NO_PRIOR_IMMUNOGLOBULIN,
    NO_IGA_DEFICIENCY,
    NOT_PREGNANT,
    FULL_TREATMENT,
    NEUTROPHILS,
    SURVIVABLE_DISEASE,
    NO_CHRONIC_RENAL,
    BMI_LIMIT,
    NO_OTHER_TRIAL,
    CONSENT,
)
CRITERIA = INCLUSION + EXCLUSION

HYPERSENSITIVITY = Statement(
    "contraindication_hypersensitivity",
    mark("Hypersensitivity to human immunoglobulin or to an excipient"),
    "",
    LEAFLET_DE_AT,
    "Contraindications",
)
IGA_DEFICIENCY = Statement(
    "contraindication_iga_deficiency",
    mark("IgA deficiency, above all with antibodies against IgA"),
    mark("Anaphylaxis is possible."),
    LEAFLET_DE_AT,
    "Contraindications",
)
CONTRAINDICATIONS = (HYPERSENSITIVITY, IGA_DEFICIENCY)

"""Work the dose examples in exact fractions, without the package, step by step as on paper.

    python tests/reference/make_worked_examples.py > tests/data/worked_examples.csv

Every constant is typed here again from its document (trial abstract, label,
Nadler's equation), so that a changed constant in the package is noticed.
"""

import csv
import math
import sys
from fractions import Fraction

F = Fraction

NADLER = {  # litres; height in m, weight in kg
    "male": (F("0.3669"), F("0.03219"), F("0.6041")),
    "female": (F("0.3561"), F("0.03308"), F("0.1833")),
}
PATIENTS = [  # sex, height cm, weight kg, haematocrit, IgM mg/dL
    ("male", "175", "80", "0.30", "38"), ("male", "175", "80", "0.30", "40"),
    ("female", "162", "65", "0.30", "38"), ("female", "162", "65", "0.30", "59"),
    ("male", "175", "110", "0.30", "38"), ("male", "190", "140", "0.28", "12"),
    ("female", "150", "42", "0.25", "25"), ("female", "158", "30", "0.22", "45"),
    ("male", "182", "82.5", "0.33", "99"), ("male", "182", "82.5", "0.33", "99.9"),
    ("male", "182", "82.5", "0.33", "100"), ("female", "170", "70", "0.36", "130"),
    ("male", "168", "61.3", "0.27", "8"), ("female", "172", "95.7", "0.41", "31.5"),
    ("male", "201", "300", "0.45", "1"), ("female", "100", "30", "0.65", "1"),
]  # fmt: skip
RULES = [  # volume rule, its number, recovery, maintenance mL/kg, rounding
    ("nadler", "", "0.9", "0", "ml"), ("nadler", "", "1", "0", "none"),
    ("nadler", "", "0.65", "2", "vials"), ("fixed", "48.5", "0.9", "0", "ml"),
    ("coefficient", "0.08", "0.9", "1", "ml"),
]  # fmt: skip
PROTEIN, IGM, GLUCOSE, SODIUM = F(50), F(6), F(25), F("0.078")  # per mL


def rounded(volume: F, how: str) -> F:
    if how == "none":
        return volume
    if how == "ml":
        return F(math.floor(volume + F(1, 2)))
    return F(10 * math.ceil(volume / 10))


def personalised(patient: tuple[str, ...], rule: tuple[str, ...]) -> F:
    sex, height, weight, haematocrit, titre = patient
    name, number, recovery, maintenance, how = rule
    deficit = 100 - F(titre)
    if deficit <= 0:
        return rounded(F(maintenance) * F(weight), how)
    if name == "coefficient":
        return rounded(F(number) * F(weight) * deficit, how)
    a, b, c = NADLER[sex]
    litres = a * (F(height) / 100) ** 3 + b * F(weight) + c
    decilitres = litres * 10 * (1 - F("0.9") * F(haematocrit))
    if name == "fixed":
        decilitres = F(number) * F(weight) / 100
    return rounded(deficit * decilitres / F(recovery) / IGM, how)


def vials(volume: F) -> tuple[int, int, int]:
    """By trying every combination: least discard, then fewest vials."""
    tens = math.ceil(volume / 10)
    best = None
    for hundreds in range(tens // 10 + 2):
        for fifties in range(3):
            rest = volume - 100 * hundreds - 50 * fifties
            small = max(math.ceil(rest / 10), 0)
            discard = 100 * hundreds + 50 * fifties + 10 * small - volume
            key = (discard, hundreds + fifties + small)
            if discard >= 0 and (best is None or key < best[0]):
                best = (key, (hundreds, fifties, small))
    assert best is not None
    return best[1]


def row(patient: tuple[str, ...], rule: tuple[str, ...]) -> list[object]:
    weight = F(patient[2])
    out: list[object] = [*patient, *rule]
    for volume in (rounded(F(250) * weight / PROTEIN, rule[4]), personalised(patient, rule)):
        rate = F("0.4") * weight
        hundreds, fifties, tens = vials(volume)
        numbers = (volume, volume * PROTEIN, volume * IGM, volume / weight, volume / rate,
                   volume * GLUCOSE / 1000, volume * SODIUM)  # fmt: skip
        out += [f"{float(x):.10g}" for x in numbers]
        out += [hundreds, fifties, tens]
    return out


def main() -> None:
    names = ["volume_ml", "protein_mg", "igm_mg", "ml_per_kg", "duration_h", "glucose_g",
             "sodium_mmol", "vials_100", "vials_50", "vials_10"]  # fmt: skip
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(
        ["sex", "height_cm", "weight_kg", "haematocrit", "igm_mg_dl"]
        + ["volume_rule", "rule_number", "recovery", "maintenance_ml_per_kg", "rounding"]
        + [f"{arm}_{name}" for arm in ("standard", "personalised") for name in names]
    )
    for index, patient in enumerate(PATIENTS):
        for rule in RULES if index % 2 == 0 else RULES[:3]:
            writer.writerow(row(patient, rule))


if __name__ == "__main__":
    main()

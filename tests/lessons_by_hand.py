"""What the tests of lessons by hand share."""

import json
from math import sqrt
from pathlib import Path

from scipy.optimize import brentq
from scipy.stats import norm

import igmfat_nb.teaching_cases

FOLDER = Path(igmfat_nb.teaching_cases.__file__).parent
CASES = {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}


# ── The formulas, from their sources ──


def plasma_dl(case):
    """Nadler's blood volume, and the plasma in it: 1 − 0.9 × haematocrit."""
    h, w = case["height_cm"] / 100, case["weight_kg"]
    litres = 0.3669 * h**3 + 0.03219 * w + 0.6041
    if case["sex"] == "female":
        litres = 0.3561 * h**3 + 0.03308 * w + 0.1833
    return 10 * litres * (1 - 0.9 * case["haematocrit"])


def balance_ml(case, titre):
    """Our mass balance: deficit × plasma ÷ recovery 0.9 ÷ 6 mg/mL."""
    return (100 - titre) * plasma_dl(case) / 0.9 / 6


def told(value, decimals=0):
    """A number as ISMP writes it: thousands separated, no trailing zero."""
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


PLAIN, HEAVY, LOW, DAY = (
    CASES[name] for name in ("plain-eligible", "obesity", "very-low-titre", "beyond-a-day")
)
STOPS, FAST, ODD = (
    CASES[name] for name in ("vasopressors-stop-day-3", "fast-clearance", "surprising-titre")
)
Z = norm.ppf(0.975) + norm.ppf(0.8)
DEATHS = 0.367  # Vincent 2019


def detectable_fall():
    """p₁ − p₂ of 178 in each arm: the sample-size formula solved for p₂."""

    def missing(p):
        return Z**2 * (DEATHS * (1 - DEATHS) + p * (1 - p)) / (DEATHS - p) ** 2 - 178

    return 100 * (DEATHS - brentq(missing, 0.1, 0.3))


def crossing_percent():
    return 100 * norm.sf((60 - 58) / (sqrt(2) * 0.05 * 58))


def missing_percent():
    return 100 * (1 - (63 - 31) / (504 * 6 * 0.9 / plasma_dl(FAST)))


def litres(case):
    return told(plasma_dl(case) / (1 - 0.9 * case["haematocrit"]) / 10, 2)

"""Two weeks of one patient by SciPy's integrator, from the written model, without the package.

    python tests/reference/make_reference_courses.py > tests/data/reference_courses.json

The patient, the product and the model are typed here again from docs/method.md, so that
a changed constant or default in the package is noticed. Doses of the personalised arm
follow each morning's titre in whole mg/dL, as on paper.
"""

import itertools
import json
import math
import sys

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.stats import norm

WEIGHT_KG, HEIGHT_M, HAEMATOCRIT, FIRST_MG_DL = 80.0, 1.75, 0.30, 38.0
BLOOD_L = 0.3669 * HEIGHT_M**3 + 0.03219 * WEIGHT_KG + 0.6041  # Nadler, men
V1_DL = 10 * BLOOD_L * (1 - 0.9 * HAEMATOCRIT)
IGM_MG_ML, RECOVERY, TARGET = 6.0, 0.9, 100.0
RATE_ML_H = 0.4 * WEIGHT_KG
TIMES = {"native": 1.0, "intermediate": 1.7, "fast": 7.3}
CLEARANCE_SD = math.sqrt(math.log(1 + 0.5**2))  # CV 50 % around each
TIMES["averaged"] = brentq(  # half of all patients clear more slowly, a third of each scenario
    lambda x: sum(norm.cdf(math.log(x / times) / CLEARANCE_SD) for times in TIMES.values()) - 1.5,
    1.0,
    7.3,
)
K10 = {name: 0.166 / 24 * times for name, times in TIMES.items()}
EXCHANGE = math.log(2) / 24
K12, K21 = 0.18 * EXCHANGE, 0.82 * EXCHANGE
RISE_H = (72.0, 168.0)
HEALTHY_MG_H = 6.9 * WEIGHT_KG / 24
DAYS, LAST_H = {"none": 0, "standard": 3, "personalised": 7}, 336.0


def made_mg_h(time_h: float, mode: str, k10: float) -> float:
    """Synthesis: what holds the first titre, and from day 3 to 7 up to health."""
    holding = k10 * FIRST_MG_DL * V1_DL
    if mode == "none":
        return 0.0
    share = min(max((time_h - RISE_H[0]) / (RISE_H[1] - RISE_H[0]), 0.0), 1.0)
    late = max(holding, HEALTHY_MG_H) if mode == "recovering" else holding
    return holding + share * (late - holding)


def carried(
    amounts: np.ndarray, from_h: float, to_h: float, doses: list[tuple[float, float]],
    mode: str, k10: float,
) -> np.ndarray:  # fmt: skip
    """Amounts in plasma and tissue [mg] at ``to_h``, one smooth stretch after the other."""
    ends = [end for start, ml in doses for end in (start, start + ml / RATE_ML_H)]
    inside = {time for time in (*ends, *RISE_H) if from_h < time < to_h}
    for begin, end in itertools.pairwise([from_h, *sorted(inside), to_h]):
        middle = (begin + end) / 2
        runs = sum(1 for start, ml in doses if start < middle < start + ml / RATE_ML_H)
        given = runs * RATE_ML_H * IGM_MG_ML * RECOVERY

        def slopes(t: float, a: np.ndarray, given: float = given) -> list[float]:
            rate = made_mg_h(t, mode, k10) + given
            return [rate - (k10 + K12) * a[0] + K21 * a[1], K12 * a[0] - K21 * a[1]]

        solved = solve_ivp(slopes, (begin, end), amounts, "DOP853", rtol=1e-12, atol=1e-9)
        amounts = solved.y[:, -1]
    return amounts


def course(arm: str, mode: str, scenario: str) -> dict[str, object]:
    """Titres at whole days [mg/dL], and the doses [mL] of an arm."""
    k10 = K10[scenario]
    plasma = FIRST_MG_DL * V1_DL
    amounts, doses, titres = np.array([plasma, plasma * K12 / K21]), [], [FIRST_MG_DL]
    for day in range(round(LAST_H / 24)):
        if day < DAYS[arm]:
            reported = math.floor(titres[-1] + 0.5)
            deficit_ml = max(TARGET - reported, 0.0) * V1_DL / RECOVERY / IGM_MG_ML
            ml = 5 * WEIGHT_KG if arm == "standard" else math.floor(deficit_ml + 0.5)
            doses.append((24.0 * day + 2, float(ml)))
        amounts = carried(amounts, 24.0 * day, 24.0 * (day + 1), doses, mode, k10)
        titres.append(amounts[0] / V1_DL)
    titres = [round(float(titre), 9) for titre in titres]
    return {"titres_mg_dl": titres, "volumes_ml": [ml for _start, ml in doses]}


def main() -> None:
    """Print every course."""
    json.dump(
        {
            f"{mode}, {scenario}, {arm}": course(arm, mode, scenario)
            for mode in ("recovering", "baseline", "none")
            for scenario in K10
            for arm in DAYS
        },
        sys.stdout,
        indent=0,
    )
    print()


if __name__ == "__main__":
    main()
